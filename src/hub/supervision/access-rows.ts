// The rows of the access log, pure: what one reader was given by one way, coalesced into ranges that stay exact.
import { canonicalJson } from '../privacy/canonical.ts'
import { commitRoot } from '../evidence/receipt.ts'
import type { PartyUrn } from '../message/envelope.ts'
import type { AudienceRow } from '../message/message.ts'
import type { Purpose } from './purpose.ts'

/** How an entry was read. */
export type Way = 'subscription' | 'pull' | 'entry' | 'bundle' | 'attachment' | 'history' | 'case'

export interface Reader {
  reader: PartyUrn
  way: Way
  purpose: Purpose
  /** Name of the subscription. */
  name?: string
  /** Only entries of these kinds were given. */
  kinds?: readonly string[]
}

/**
 * One line: between the journal indexes `from` and `to`, every entry whose row in the reader's audience has this view and whose kind is
 * among `kinds` was given. `count` counts each giving; times RFC 3339. `n` is its place in the batch that is anchored together.
 */
export interface AccessRow extends Reader {
  batch: string
  n: number
  view: string
  /** The view it was given in, where the reader asked for less. */
  shown?: string
  from: number
  to: number
  count: number
  since: string
  until: string
}

/** Rows lie in buckets of this many entries and never reach over one, so that the rows of an entry are found in one place. */
export const BUCKET = 1000
export const bucketOf = (index: number): string => String(Math.floor(index / BUCKET)).padStart(12, '0')

export const rowKeyOf = ({ from, reader, batch, n }: AccessRow): string =>
  `${bucketOf(from)}/${reader}/${batch}/${String(n).padStart(8, '0')}`

/** Kinds in which the hub says that something was read or received: reading those is not reading content, and would go on for ever. */
export const UNLOGGED_KINDS: ReadonlySet<string> = new Set(['hub.access', 'hub.acknowledgement', 'hub.completeness'])

/** Whether the row says that this entry was given, whose audience row for the reader is `seen`. */
export function tellsOf(row: AccessRow, entry: { index: number; kind: string }, seen: AudienceRow): boolean {
  return (
    row.reader === seen.party &&
    row.from <= entry.index &&
    entry.index <= row.to &&
    row.view === seen.view &&
    (row.kinds?.includes(entry.kind) ?? true)
  )
}

/** What an anchor covers: each row as canonical JSON, in the order of `n`. */
export const rowBytes = (row: AccessRow): Buffer => Buffer.from(canonicalJson(row))

/** RFC 6962 root over the rows of a batch in their order, hex. */
export const rootOf = (rows: readonly AccessRow[]): string => commitRoot(rows.map(rowBytes)).toString('hex')
