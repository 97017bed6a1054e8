// The manifest of a backup: what it is of, what it holds, and the hash of every part. It carries its own digest and, where the index key
// was at hand, a keyed one: leaves and commits are proved by signatures, but audiences and cursors are not.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MessageFile } from '../evidence/message-file.ts'
import { parseStrictJson } from '../message/strict-json.ts'
import type { PartSeal } from './part-file.ts'

export const FORMAT = 1
const FILE = 'manifest.json'

/** In the order they are written: keys come last, so that what is erased meanwhile can be struck. */
export const PARTS = [
  'cursors',
  'entries',
  'contents',
  'commits',
  'refusals',
  'certificates',
  'attachments',
  'attachment-keys',
  'content-keys',
] as const
export type Part = (typeof PARTS)[number]

export interface Manifest {
  format: number
  hub: string
  journal: string
  epoch: number
  /** RFC 3339 time at which it was complete. */
  made: string
  /** Entries in it. */
  size: number
  /** Root of the evidence log at that size, hex; of none the empty root. */
  root: string
  /** Size of the newest checkpoint in it; 0 if there is none. */
  checkpoint: number
  /** What the checkpoints and receipts are verified with: operator root (DER, base64url) and the `hub.key` chain. */
  statement?: { operatorRoot: string; keys: readonly MessageFile[] }
  /** Attachments that entries name and the store does not have, although they have not been erased. */
  missing: string[]
  parts: Record<Part, PartSeal>
}

/** Names the manifest as the part that is wrong, or says that this is no backup. */
export class ManifestWrong extends Error {
  constructor(what: string) {
    super(what)
    this.name = 'ManifestWrong'
  }
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex')
const macOf = (text: string, indexKey: Buffer): string =>
  createHmac('sha256', indexKey)
    .update(`beibu-hub/backup/v1\n${digestOf(text)}`)
    .digest('hex')

/** Writes it durably enough for a rename to follow. `indexKey`: 32 bytes. */
export async function writeManifest(folder: string, manifest: Manifest, indexKey?: Buffer): Promise<void> {
  const text = JSON.stringify(manifest)
  const file = { manifest, sha256: digestOf(text), ...(indexKey && { mac: macOf(text, indexKey) }) }
  await writeFile(join(folder, FILE), `${JSON.stringify(file, null, 1)}\n`, { mode: 0o600, flag: 'wx', flush: true })
}

/** Reads it. With the index key it must have been made by a holder of that key. Throws ManifestWrong. */
export async function readManifest(folder: string, indexKey?: Buffer): Promise<Manifest> {
  const bytes = await readFile(join(folder, FILE)).catch((cause: NodeJS.ErrnoException) => {
    if (folder.endsWith('.unfinished')) throw new ManifestWrong(`${folder} is a backup that was broken off`)
    throw new ManifestWrong(`there is no backup at ${folder}: its manifest.json cannot be read (${cause.code})`)
  })
  try {
    const { manifest, sha256, mac } = parseStrictJson(bytes) as unknown as {
      manifest: Manifest
      sha256: string
      mac?: string
    }
    const text = JSON.stringify(manifest)
    if (digestOf(text) !== sha256) throw new Error('its SHA-256 is another')
    if (manifest.format !== FORMAT)
      throw new Error(`it is of format ${manifest.format}; this version of the hub reads format ${FORMAT}`)
    checkForm(manifest)
    if (indexKey) checkMac(mac, macOf(text, indexKey))
    return manifest
  } catch (error) {
    throw new ManifestWrong(`the manifest of the backup is damaged: ${(error as Error).message}`)
  }
}

function checkMac(given: unknown, wanted: string): void {
  if (typeof given !== 'string') throw new Error('it was made without the index key, so nothing says who made it')
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)]
  if (a.length !== b.length || !timingSafeEqual(a, b))
    throw new Error('it was changed, or the index key is not the one of the hub it was made of')
}

function checkForm({ hub, journal, epoch, size, root, checkpoint, missing, parts }: Manifest): void {
  if (![hub, journal].every((text) => typeof text === 'string')) throw new Error('it names no hub or no journal')
  if (![epoch, size, checkpoint].every((count) => Number.isSafeInteger(count) && count >= 0))
    throw new Error('it has no epoch or no size')
  if (typeof root !== 'string' || !/^[0-9a-f]{64}$/.test(root)) throw new Error('it has no root')
  if (!Array.isArray(missing)) throw new Error('it does not say what is missing')
  for (const part of PARTS) {
    const { count, bytes, sha256 } = parts?.[part] ?? {}
    if (![count, bytes].every((one) => Number.isSafeInteger(one) && one! >= 0) || !/^[0-9a-f]{64}$/.test(sha256 ?? ''))
      throw new Error(`it does not name part ${part}`)
  }
}
