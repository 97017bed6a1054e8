// Where a bench takes place: a sandbox of its own on the disk, with the sender entered in its register and the recipients at hand.
import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { openPartyFolder } from '../src/client/party-folder.ts'
import { initSandbox } from '../src/client/sandbox.ts'
import { type BenchParty, type BenchSuite, enterParty } from './parties.ts'
import { freePort } from './processes.ts'

/** Folders of the parties every message goes to; the first is the customs of the sender's country. */
export const RECIPIENTS = ['nanning-customs', 'vietnam-customs', 'hanoi-importer']
/** The one of them that follows its feed over a socket. */
export const SUBSCRIBED = 'vietnam-customs'

/** A sandbox, and what the next message needs. */
export interface Place {
  dir: string
  url: string
  port: number
  sender: BenchParty
  /** Recipients, by URN. */
  to: string[]
  /** Serial of the next declaration. */
  serial: number
}

/** Makes the place anew. */
export async function prepare(suite: BenchSuite, folder = 'bench'): Promise<Place> {
  // Not in the system's folder for temporary files: that may lie in memory, where fsync costs nothing.
  const dir = resolve('data', folder)
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir, { recursive: true })
  const port = await freePort()
  const sandbox = join(dir, 'sandbox')
  await initSandbox(sandbox, { listen: `127.0.0.1:${port}`, randomness: randomBytes, clock: Date.now })
  const sender = await enterParty(sandbox, suite)
  return placeIn({ dir, url: `http://127.0.0.1:${port}`, port, sender }, 1)
}

/** A place in a sandbox that is there. Its declarations begin with a number from the clock unless told, so that a kept journal does not know them. */
export function placeIn(
  { dir, url, port, sender }: Pick<Place, 'dir' | 'url' | 'port' | 'sender'>,
  serial = (Math.floor(Date.now() / 1_000) % 10_000) * 100_000,
): Place {
  const to = RECIPIENTS.map((folder) => openPartyFolder(partyFolder({ dir }, folder)).card.party)
  return { dir, url, port, sender, to, serial }
}

/** Takes the place away again; a bench that failed leaves it, for its log. */
export const clear = ({ dir }: Pick<Place, 'dir'>): void => rmSync(dir, { recursive: true, force: true })

export const partyFolder = ({ dir }: Pick<Place, 'dir'>, folder: string): string =>
  join(dir, 'sandbox', 'parties', folder)
