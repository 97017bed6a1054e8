// An entry that a hub wrote itself, shown under a checkpoint of its log to somebody elsewhere: its place and leaf, its envelope, its body.
import { HubError } from '../errors.ts'
import type { Journal } from '../journal/journal.ts'
import type { Envelope } from '../message/envelope.ts'
import { parseStrictJson } from '../message/strict-json.ts'
import { fromTime, toBase64url, toTime } from '../values/encoding.ts'
import { logOf } from './bundle.ts'
import type { Bundle } from './bundle-form.ts'
import type { Checkpoint } from './checkpoint.ts'
import { check, count, members, text } from './form.ts'
import { LEAF_PARTS } from './leaf.ts'
import type { LogSources } from './log-header.ts'
import { openMessage } from './message-file.ts'
import { verifyInclusion } from './verify-log.ts'

/** `place` is canonical JSON; the other two are the bytes of the message. */
export interface EntryProof {
  place: Buffer
  envelope: Buffer
  body: Buffer
}

interface PlaceForm {
  index: number
  at: string
  registerAt: number
  log: Bundle['log']
}

/** Proof of an own entry in the log of `size` entries. Throws NOT_FOUND for one that is not there, not the hub's own, or erased. */
export async function makeEntryProof(
  index: number,
  size: number,
  { journal, evidence }: Pick<LogSources, 'evidence'> & { journal: Pick<Journal, 'read' | 'content'> },
): Promise<EntryProof> {
  const [entry] = await journal.read(index, 1)
  const content = await journal.content(index)
  if (!entry || entry.by !== 'hub' || entry.outcome !== 'accepted' || !content)
    throw new HubError('NOT_FOUND', `entry ${index} is none that the hub can show of itself`)
  const { path } = await evidence.inclusion(index, size)
  const log = logOf(entry, content, path)
  const place = encode({ index, at: toTime(entry.atMs), registerAt: entry.registerAt, log })
  return { place, envelope: content.envelope, body: content.body }
}

const encode = ({ index, at, registerAt, log }: PlaceForm): Buffer => {
  const open = Object.fromEntries(LEAF_PARTS.map((name) => [name, log.open[name]]))
  return Buffer.from(JSON.stringify({ v: 1, index, at, registerAt, log: { open, heads: log.heads, proof: log.proof } }))
}

function decode(bytes: Buffer): PlaceForm {
  const what = 'the place of the entry'
  const form = members(parseStrictJson(bytes), what, ['v', 'index', 'at', 'registerAt', 'log'])
  const log = members(form.log, `${what}: log`, ['open', 'heads', 'proof'])
  const open = members(log.open, `${what}: salts`, LEAF_PARTS)
  for (const name of LEAF_PARTS) text(open[name], `${what}: salt`)
  const read: PlaceForm = {
    index: count(form.index, what),
    at: text(form.at, what),
    registerAt: count(form.registerAt, what),
    log: {
      open: open as Bundle['log']['open'],
      heads: count(log.heads, what),
      proof: text(log.proof, what),
    },
  }
  check(form.v === 1 && encode(read).equals(bytes), `${what} is not in its one spelling`)
  return read
}

/** An own entry as it was shown. */
export interface ShownEntry {
  index: number
  atMs: number
  envelope: Envelope
  /** messageCommitment of the entry, hex. */
  commitment: string
  body: unknown
}

/** Shows that the hub wrote the entry and that it stands in the log of the checkpoint. Throws HubError. */
export function verifyEntryProof(proof: EntryProof, hub: string, checkpoint: Checkpoint): ShownEntry {
  const { index, at, registerAt, log } = decode(proof.place)
  const file = { payload: toBase64url(proof.envelope), signatures: [], body: toBase64url(proof.body) }
  const { envelope, commitment } = openMessage(file, 'the entry')
  check(envelope.from === hub && envelope.hub === hub, 'the entry is not of the hub itself')
  const atMs = fromTime(at)
  check(atMs !== undefined, 'the entry has no time')
  const values = {
    kind: envelope.kind,
    sender: hub,
    commitment,
    signatures: [],
    certificates: [],
    status: [],
    registerAt,
  }
  const place = { journal: checkpoint.origin, index, at, outcome: 'accepted' as const, registerAt }
  verifyInclusion(log, place, values, checkpoint)
  return { index, atMs, envelope, commitment: commitment.toString('hex'), body: parseStrictJson(proof.body) }
}
