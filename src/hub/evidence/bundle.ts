// Makes bundles: gathers what is known of one entry so that anybody can verify it without asking the hub.
import { HubError } from '../errors.ts'
import type { Certificate } from '../identity/certificate.ts'
import type { Journal, JournalEntry, SealedContent } from '../journal/journal.ts'
import type { Envelope } from '../message/envelope.ts'
import { toBase64url, toTime } from '../values/encoding.ts'
import type { Bundle, EarlierMove } from './bundle-form.ts'
import { noteGeneration, readCheckpoint } from './checkpoint.ts'
import type { CheckpointAnchor } from './checkpoint-store.ts'
import { receiptGeneration } from './commit-signature.ts'
import type { EvidenceReader } from './reader.ts'
import { type KeyRing, readHubKeys } from './hub-keys.ts'
import { buildLeaf, LEAF_PARTS, type LeafPart, partSalt } from './leaf.ts'
import type { MessageFile } from './message-file.ts'

export type { Bundle } from './bundle-form.ts'

export interface BundleSources {
  journal: Journal
  evidence: Pick<EvidenceReader, 'waitFor' | 'stampedFrom' | 'anchoredFrom' | 'inclusion'>
  /** The operator's certificate and all accepted `hub.key` messages, oldest first. */
  hubKeys: { operatorRoot: Certificate; files: readonly MessageFile[] }
  /** Gives all attachments of the entry, in the order of its envelope. Absent: only those carried in the message are in the bundle. */
  gather?(entry: JournalEntry, content: SealedContent): Promise<SealedContent['attachments']>
}

/** Bundle of an entry, as soon as a checkpoint covers it. Throws NOT_FOUND if there is no such entry or what it takes has been erased. */
export async function makeBundle(index: number, sources: BundleSources): Promise<Bundle> {
  const { journal, gather } = sources
  const [entry] = await journal.read(index, 1)
  if (!entry) throw new HubError('NOT_FOUND', `the journal has no entry ${index}`)
  const content = await openContent(journal, entry)
  const receipt = await journal.receipt(index)
  const ring = await readHubKeys(sources.hubKeys.files, sources.hubKeys.operatorRoot)
  const { note, size, timestamp, anchor } = await checkpointFor(index, sources, ring)
  const { path } = await sources.evidence.inclusion(index, size)
  const used = Math.max(receiptGeneration(receipt, ring), noteGeneration(readCheckpoint(note), ring)) + 1
  return {
    v: 1,
    message: messageFileOf(gather ? { ...content, attachments: await gather(entry, content) } : content),
    certificates: pathsOf(content.certificates),
    status: content.status.map((known) => ({ ...known })),
    ...(content.responses && { responses: content.responses.map(toBase64url) }),
    ...(content.evidence && { ledger: toBase64url(content.evidence) }),
    receipt,
    log: logOf(entry, content, path),
    checkpoint: {
      note,
      timestamp,
      keys: sources.hubKeys.files.slice(0, used),
      operatorRoot: toBase64url(sources.hubKeys.operatorRoot.der),
      ...(anchor && { anchor: { ledger: anchor.ledger, evidence: toBase64url(anchor.evidence) } }),
    },
    ...(entry.refusal && { refusal: await refusalOf(entry, content, size, sources) }),
  }
}

/** An entry's message as a message file. */
export function messageFileOf(content: SealedContent): MessageFile {
  const attachments = content.attachments.map(({ sha256, bytes }) => ({ sha256, data: toBase64url(bytes) }))
  return {
    payload: toBase64url(content.envelope),
    signatures: content.signatures.map(({ protected: header, signature }) => ({ protected: header, signature })),
    body: toBase64url(content.body),
    ...(attachments.length > 0 && { attachments }),
  }
}

const pathsOf = (paths: readonly (readonly Buffer[])[]): string[][] => paths.map((path) => path.map(toBase64url))

/** Opens the erasable part; if it does not give the leaf that is in the log, the store has been changed. */
async function openContent(journal: Journal, entry: JournalEntry): Promise<SealedContent> {
  const content = await journal.content(entry.index)
  if (!content)
    throw new HubError(
      'NOT_FOUND',
      `erased: the content of entry ${entry.index} is gone; bundles made before still verify`,
    )
  const leaf = buildLeaf({
    journal: journal.urn,
    index: entry.index,
    at: toTime(entry.atMs),
    outcome: entry.outcome,
    kind: entry.kind,
    sender: (JSON.parse(content.envelope.toString()) as Envelope).from,
    commitment: entry.commitment,
    signatures: content.signatures,
    certificates: content.certificates,
    status: content.status,
    registerAt: entry.registerAt,
    movements: entry.movements,
    saltSeed: content.saltSeed,
  })
  if (!leaf.equals(entry.leaf)) throw new Error(`the content of entry ${entry.index} is not that of its leaf`)
  return content
}

interface ChosenCheckpoint {
  note: string
  size: number
  timestamp: string | null
  anchor?: CheckpointAnchor
}

/** The first anchored checkpoint that covers the entry, else the first timestamped one, else the newest. After a compromise only what the new keys signed will do. */
async function checkpointFor(index: number, { evidence }: BundleSources, ring: KeyRing): Promise<ChosenCheckpoint> {
  const latest = await evidence.waitFor(index + 1)
  const sound = ring.generations.findLastIndex(({ lastGoodSize }) => lastGoodSize !== undefined)
  const isSound = ({ note }: { note: string }): boolean => noteGeneration(readCheckpoint(note), ring) >= sound
  const anchored = await evidence.anchoredFrom(index + 1)
  if (anchored && isSound(anchored.checkpoint)) {
    const { note, size } = anchored.checkpoint
    return { note, size, timestamp: anchored.token ? toBase64url(anchored.token) : null, anchor: anchored.anchor }
  }
  const stamped = await evidence.stampedFrom(index + 1)
  if (!stamped || !isSound(stamped.checkpoint)) return { note: latest.note, size: latest.size, timestamp: null }
  const { note, size } = stamped.checkpoint
  return { note, size, timestamp: toBase64url(stamped.token) }
}

interface LeafJson {
  parts: Record<LeafPart, string> & { heads: string[] }
}

/** Hex digests of a leaf's parts and heads, read from its own text. */
function hashesOf({ leaf }: JournalEntry): { parts: string[]; heads: string[] } {
  const { parts } = JSON.parse(leaf.toString()) as LeafJson
  return { parts: LEAF_PARTS.map((name) => parts[name]), heads: parts.heads }
}

const joined = (closed: readonly string[], path: readonly Buffer[]): string =>
  toBase64url(Buffer.concat([...closed.map((hex) => Buffer.from(hex, 'hex')), ...path]))

/** What opens an entry's leaf, and its way to the root. */
export function logOf(entry: JournalEntry, { saltSeed }: SealedContent, path: readonly Buffer[]): Bundle['log'] {
  const salts = LEAF_PARTS.map((name) => [name, toBase64url(partSalt(saltSeed, name))])
  const { heads } = hashesOf(entry)
  return {
    open: Object.fromEntries(salts) as Record<LeafPart, string>,
    heads: heads.length,
    proof: joined(heads, path),
  }
}

async function refusalOf(
  entry: JournalEntry,
  content: SealedContent,
  size: number,
  sources: BundleSources,
): Promise<NonNullable<Bundle['refusal']>> {
  const { refused } = content
  if (!refused) throw new Error(`refusal ${entry.index} has lost the message it refused`)
  const { key, version, movedAt } = entry.refusal!
  return {
    refused: {
      payload: toBase64url(refused.envelope),
      signatures: refused.signatures.map(({ protected: header, signature }) => ({ protected: header, signature })),
      certificates: pathsOf(refused.certificates),
    },
    ...(movedAt !== undefined && { earlier: await earlierOf(movedAt, { key, version }, size, sources) }),
  }
}

/** Opens one head of the entry that moved it, and nothing else of that entry: it is another party's. */
async function earlierOf(
  index: number,
  head: { key: string; version: number },
  size: number,
  { journal, evidence }: BundleSources,
): Promise<EarlierMove> {
  const [entry] = await journal.read(index, 1)
  const at = entry?.movements.findIndex(({ key, to }) => key === head.key && to === head.version) ?? -1
  if (!entry || at < 0) throw new Error(`entry ${index} did not move ${head.key} to ${head.version}`)
  const content = await journal.content(index)
  if (!content) throw new HubError('NOT_FOUND', 'erased: the earlier entry that this refusal rests on')
  const { from, to } = entry.movements[at]!
  const { parts, heads } = hashesOf(entry)
  const { path } = await evidence.inclusion(index, size)
  const salt = toBase64url(partSalt(content.saltSeed, `heads/${at}`))
  return {
    index,
    at: toTime(entry.atMs),
    outcome: entry.outcome,
    open: { [`heads/${at}`]: { salt, key: head.key, from, to } },
    heads: heads.length,
    proof: joined([...parts, ...heads.toSpliced(at, 1)], path),
  }
}
