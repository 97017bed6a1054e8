// A large journal to measure on: filled through the hub's own group commit, with its followers at work, but without HTTP, signatures and
// schemas, which would take many times as long. The folder is kept when asked, and filled further when it is too small.
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { buildHub, type Hub } from '../src/app.ts'
import { openPartyFolder, readCard } from '../src/client/party-folder.ts'
import { readEnvFile } from '../src/client/hub-process.ts'
import { initSandbox } from '../src/client/sandbox.ts'
import { readConfig } from '../src/config.ts'
import { accept } from '../src/hub/accept.ts'
import { Subscriptions } from '../src/hub/feed/subscription.ts'
import { sqliteCursors } from '../src/hub/journal/sqlite-views.ts'
import { receiveMessageFile } from '../src/hub/message/decode.ts'
import { type DraftParties, draftOf, STEPS } from './consignment-drafts.ts'
import { type BenchParty, enterParty, enterReader, manyTraders } from './parties.ts'
import { partyFolder } from './place.ts'
import { freePort } from './processes.ts'
import { round, tell } from './report.ts'

/** Drafts that wait for the journal at a time: several group commits. */
const AT_ONCE = 340 * STEPS
const TELL_EVERY = 100_000
/** Of an entry with its feed rows and tiles on the disk, rounded up. */
const ENTRY_BYTES = 7_000
const CATCH_UP_WITHIN_MS = 600_000

export interface Filling {
  entries: number
  parties: number
  subscriptionsEach: number
  /** Take and leave the folder as it is; else it is made anew and removed. */
  keep: boolean
}

/** A filled journal and the sandbox it belongs to. */
export interface FilledPlace {
  dir: string
  port: number
  url: string
  sender: BenchParty
  /** One of the parties that the filled entries were told to. */
  reader: BenchParty
  /** Entries the filling has written; every third one begins a consignment. */
  filled: number
  /** Of the part that was filled last; 0 if all of it was there. */
  fillPerSecond: number
  remove(): void
}

/** What lies beside the journal, so that a later bench can go on with it. */
interface Note {
  filled: number
  traders: string[]
  certificate: string
  subscriptions: number
}

/** Makes the place, or takes the one that was kept and fills it up. Throws if the disk would not hold it. */
export async function filledPlace(name: string, filling: Filling): Promise<FilledPlace> {
  const dir = resolve('data', 'bench-filled', name)
  const kept = filling.keep && existsSync(join(dir, 'filling.json'))
  if (!kept) rmSync(dir, { recursive: true, force: true })
  const port = await freePort()
  const sandbox = join(dir, 'sandbox')
  const listen = `127.0.0.1:${port}`
  if (!kept) await initSandbox(sandbox, { listen, randomness: randomBytes, clock: Date.now })
  else moveTo(sandbox, listen)
  // A kept place gets new certificates for these two, whose keys are not kept.
  const [sender, reader] = [await enterParty(sandbox, 'ES256'), await enterReader(sandbox)]
  const { filled, fillPerSecond } = await fillUp(dir, filling)
  return {
    dir,
    port,
    url: `http://${listen}`,
    sender,
    reader,
    filled,
    fillPerSecond,
    remove: () => (filling.keep ? undefined : rmSync(dir, { recursive: true, force: true })),
  }
}

/** The port of last time may be taken now. */
function moveTo(sandbox: string, listen: string): void {
  const file = join(sandbox, 'hub.env')
  const env = { ...readEnvFile(file), HUB_LISTEN: listen, HUB_ORIGIN: `http://${listen}` }
  const lines = Object.entries(env).map(([name, value]) => `${name}=${value}\n`)
  writeFileSync(file, lines.join(''))
  for (const folder of readdirSync(join(sandbox, 'parties'))) {
    const card = join(sandbox, 'parties', folder, 'party.json')
    writeFileSync(card, JSON.stringify({ ...readCard(dirname(card)), url: `http://${listen}` }))
  }
}

async function fillUp(dir: string, filling: Filling): Promise<{ filled: number; fillPerSecond: number }> {
  const noteFile = join(dir, 'filling.json')
  const config = readConfig(readEnvFile(join(dir, 'sandbox', 'hub.env')))
  const hub = await buildHub(config, { clock: Date.now })
  let note: Note
  let fillPerSecond = 0
  try {
    await hub.listen()
    note = existsSync(noteFile)
      ? (JSON.parse(readFileSync(noteFile, 'utf8')) as Note)
      : await enterTraders(dir, filling, hub)
    holdsRoom(dir, filling.entries - note.filled)
    fillPerSecond = await fill(dir, note, filling.entries, hub, () => writeFileSync(noteFile, JSON.stringify(note)))
    await caughtUp(hub)
  } finally {
    await hub.close()
  }
  await subscribe(config.data, note, filling)
  writeFileSync(noteFile, JSON.stringify(note))
  return { filled: note.filled, fillPerSecond }
}

function holdsRoom(dir: string, entries: number): void {
  const { bavail, bsize } = statfsSync(dir)
  const free = bavail * bsize
  if (entries * ENTRY_BYTES > free)
    throw new Error(
      `${entries} more entries take about ${round((entries * ENTRY_BYTES) / 2 ** 30)} GiB; ${round(free / 2 ** 30)} GiB are free`,
    )
}

/** The parties come in by the front door, as the register's authority has signed them. */
async function enterTraders(dir: string, { parties }: Filling, { house }: Hub): Promise<Note> {
  tell(`entering ${parties} parties`)
  const { parties: traders, files, certificateDer } = await manyTraders(join(dir, 'sandbox'), parties)
  for (const file of files) await accept(receiveMessageFile(file, Date.now()), house)
  return { filled: 0, traders, certificate: certificateDer.toString('base64'), subscriptions: 0 }
}

/** Appends up to `entries`; gives how many per second. */
async function fill(dir: string, note: Note, entries: number, { house }: Hub, save: () => void): Promise<number> {
  const { journal } = house
  const urn = (folder: string): string => openPartyFolder(partyFolder({ dir }, folder)).card.party
  const parties: DraftParties = {
    hub: house.identities.hub,
    traders: note.traders,
    customs: urn('nanning-customs'),
    bank: urn('nanning-bank'),
    certificate: Buffer.from(note.certificate, 'base64'),
    registerAt: house.identities.register.at,
    offset: journal.size() - note.filled,
  }
  const startMs = performance.now()
  const from = note.filled
  const perSecond = (): number => round(((note.filled - from) / (performance.now() - startMs)) * 1000)
  while (note.filled < entries) {
    const drafts = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, at) => draftOf(note.filled + at, journal, parties)),
    )
    const answers = await Promise.all(drafts.map((draft) => journal.append(draft)))
    if (answers.some(({ result }) => result !== 'appended'))
      throw new Error(`${dir} was left in the middle of a filling; remove it and begin again`)
    note.filled += AT_ONCE
    save()
    if (note.filled % TELL_EVERY < AT_ONCE) tell(`${note.filled} of ${entries} entries, ${perSecond()}/s`)
  }
  return note.filled > from ? perSecond() : 0
}

/** Waits until feeds and evidence have everything, so that what is measured later is not their catching up. */
async function caughtUp(hub: Hub): Promise<void> {
  for (const giveUpAtMs = performance.now() + CATCH_UP_WITHIN_MS; performance.now() < giveUpAtMs; ) {
    const { lag } = (await (await fetch(`${hub.address()}/health/ready`)).json()) as { lag: Record<string, number> }
    if (Object.values(lag).every((behind) => behind === 0)) return
    await new Promise((wake) => setTimeout(wake, 200))
  }
  throw new Error('the followers did not catch up with the filling')
}

/** Durable subscriptions of every party, from the beginning. */
async function subscribe(data: string, note: Note, { subscriptionsEach }: Filling): Promise<void> {
  if (note.subscriptions >= subscriptionsEach) return
  const cursors = sqliteCursors(join(data, 'cursors.sqlite'))
  const subscriptions = new Subscriptions({ cursors, nowMs: Date.now, epoch: 1, viewNames: new Set(['full']) })
  for (const party of note.traders)
    await Promise.all(
      Array.from({ length: subscriptionsEach }, async (_, n) => {
        const wish = { name: `desk-${n}`, after: 0, filter: { kinds: ['customs.declaration'] } }
        await (await subscriptions.hold(party, wish, 0)).release()
      }),
    )
  note.subscriptions = subscriptionsEach
  await cursors.close()
}
