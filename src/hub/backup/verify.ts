// Verifies a backup by itself: every part is what was written, the Merkle root is rebuilt from the leaves and held against what the hub has
// signed, and receipts are taken here and there and proved.
import { readCertificate } from '../identity/certificate.ts'
import { verifyReceipt } from '../evidence/commit-signature.ts'
import { type KeyRing, readHubKeys } from '../evidence/hub-keys.ts'
import { leafHash, merkleRoot } from '../evidence/merkle.ts'
import { receiptFromLeaves, receiptOf } from '../evidence/receipt.ts'
import { GrowingRoot, type LogVerdict, verifyWholeLog } from '../evidence/whole-log.ts'
import { fingerprintOf } from '../journal/seal.ts'
import { fromBase64url } from '../values/encoding.ts'
import { Frames } from './frames.ts'
import { type Manifest, readManifest } from './manifest.ts'
import { PartDamaged } from './part-file.ts'
import { type ReadCommit, readAttachments, readCommits } from './read.ts'
import * as record from './records.ts'

export interface VerifyBackup {
  /** trust.json of whoever verifies; without it the hub's own word is held against itself. */
  trust?: Uint8Array
  /** Shows that the backup was made by a holder of this key, so that what no signature covers can be relied on too. */
  indexKey?: Buffer
  /** A checkpoint known from elsewhere; the backup must reach it. */
  note?: string
  onProgress?(entries: number, size: number): void
}

export interface BackupReport {
  manifest: Manifest
  /** `unsigned`: no checkpoint is in it, or nothing to verify one with. */
  verdict: LogVerdict['verdict'] | 'unsigned'
  reason?: string
  /** Entries under a verified checkpoint. */
  covered: number
  checkpoints: number
  contents: number
  attachments: number
  receiptsProved: number
}

const NOTES = 32
const RECEIPTS = 16

/** Throws ManifestWrong or PartDamaged, naming the part; what the signatures say is the verdict. */
export async function verifyBackup(folder: string, how: VerifyBackup = {}): Promise<BackupReport> {
  const manifest = await readManifest(folder, how.indexKey)
  const notes = await readNotes(folder, manifest)
  if (how.note !== undefined) notes.push(how.note)
  await readRest(folder, manifest)
  const seen = { contents: 0, attachments: 0, receiptsProved: 0 }
  for await (const { data } of readAttachments(folder, manifest)) {
    for await (const _ of data) void _
    seen.attachments++
  }
  const { statement } = manifest
  const leaves = leavesOf(folder, manifest, seen, how)
  if (!statement || notes.length === 0) {
    for await (const _ of leaves) void _
    return { manifest, verdict: 'unsigned', covered: 0, checkpoints: 0, ...seen }
  }
  const said = { notes, keys: statement.keys, operatorRoot: statement.operatorRoot }
  // The verdict of the log is not to hide what is wrong with a part.
  const fault: { error?: unknown } = {}
  const { verdict, reason, covered, checkpoints } = await verifyWholeLog(remember(leaves, fault), said, how.trust)
  if (fault.error !== undefined) throw fault.error
  // A log that was refused early has not been read to its end.
  if (verdict === 'refused') for await (const _ of leavesOf(folder, manifest, { ...seen }, {})) void _
  return { manifest, verdict, ...(reason !== undefined && { reason }), covered, checkpoints, ...seen }
}

async function* remember<T>(source: AsyncIterable<T>, fault: { error?: unknown }): AsyncGenerator<T> {
  try {
    yield* source
  } catch (error) {
    fault.error = error
    throw error
  }
}

/** The newest checkpoints in it; the rows themselves are read to their end. */
async function readNotes(folder: string, manifest: Manifest): Promise<string[]> {
  const notes = new Map<number, string>()
  for await (const { space, value } of new Frames(folder, 'cursors', manifest, record.cursorIn)) {
    if (space !== 'checkpoints') continue
    const { size, note } = value as { size: number; note: string }
    notes.set(size, note)
    if (notes.size > NOTES) notes.delete(Math.min(...notes.keys()))
  }
  if (Math.max(0, ...notes.keys()) !== manifest.checkpoint && manifest.checkpoint > 0)
    throw new PartDamaged('cursors', `its newest checkpoint is not the one of ${manifest.checkpoint} entries`)
  return [...notes.values()]
}

async function readRest(folder: string, manifest: Manifest): Promise<void> {
  const refusals = new Frames(folder, 'refusals', manifest, record.refusalIn)
  for await (const { memo } of refusals)
    if (memo.index >= manifest.size) throw refusals.damaged(`it names entry ${memo.index}`)
  let before = ''
  const certificates = new Frames(folder, 'certificates', manifest, (der) => fingerprintOf(Buffer.from(der)))
  for await (const fingerprint of certificates) {
    if (fingerprint <= before) throw certificates.damaged('its certificates are not in order')
    before = fingerprint
  }
}

async function* leavesOf(
  folder: string,
  manifest: Manifest,
  seen: { contents: number; receiptsProved: number },
  { onProgress }: VerifyBackup,
): AsyncGenerator<Buffer[]> {
  const log = new GrowingRoot()
  const ring = await ringOf(manifest)
  const every = Math.max(1, Math.floor(manifest.size / RECEIPTS))
  let nextProved = 0
  for await (const read of readCommits(folder, manifest)) {
    for (const { entry, sealed } of read.entries) {
      log.add(leafHash(entry.leaf))
      if (sealed) seen.contents++
    }
    if (ring && log.size > nextProved) {
      await proveReceipt(read, ring)
      seen.receiptsProved++
      nextProved = log.size + every
    }
    onProgress?.(log.size, manifest.size)
    yield read.entries.map(({ entry }) => entry.leaf)
  }
  const root = log.size === 0 ? merkleRoot([]) : log.root()
  if (root.toString('hex') !== manifest.root)
    throw new PartDamaged('entries', `the root of its leaves is ${root.toString('hex')}, not ${manifest.root}`)
}

async function ringOf({ statement }: Manifest): Promise<KeyRing | undefined> {
  if (!statement) return undefined
  return readHubKeys(statement.keys, readCertificate(fromBase64url(statement.operatorRoot, 'the operator root')))
}

async function proveReceipt({ commit, payloads }: ReadCommit, ring: KeyRing): Promise<void> {
  const { kept, leaves } = commit
  const position = commit.first % (kept ?? commit.size)
  try {
    const receipt =
      kept === undefined || !leaves
        ? receiptOf(payloads, position, commit.signatures)
        : receiptFromLeaves(payloads[position]!, leaves, position, commit.signatures)
    await verifyReceipt(receipt, ring)
  } catch (cause) {
    throw new PartDamaged(
      'commits',
      `the receipt of entry ${commit.first + position} does not verify: ${(cause as Error).message}`,
    )
  }
}
