// Feed rows: one small row per (party, entry), derived from the journal and keyed so that a feed reads as one range.
import type { PartyUrn } from '../message/envelope.ts'
import type { ViewValue, Views } from '../journal/journal.ts'

export const FEED_VIEW = 'feed'

/** Item `seq` of a party's feed: which entry it is, and in which view the party may see it. */
export interface FeedRow {
  seq: number
  index: number
  view: string
  kind: string
  /** The kind whose supervision is why it is there; absent: the party sees it in its own right. */
  covers?: string
}

/** The view of an item that its reader has lost the right to: it keeps its place and shows nothing. */
export const WITHDRAWN_VIEW = 'none'

const SEQ_DIGITS = 12

export const rowKey = (party: PartyUrn, seq: number): string => `${party}/${String(seq).padStart(SEQ_DIGITS, '0')}`

/** Key of the row that holds a party's next seq. Parties start with `urn:`, so it never lies inside a feed. */
export const nextSeqKey = (party: PartyUrn): string => `next/${party}`

export const rowValue = (row: Omit<FeedRow, 'seq'>): string =>
  JSON.stringify({ index: row.index, view: row.view, kind: row.kind, covers: row.covers })

const asText = (value: ViewValue): string => (typeof value === 'string' ? value : Buffer.from(value).toString())

const asRow = ({ key, value }: { key: string; value: ViewValue }): FeedRow => ({
  seq: Number(key.slice(-SEQ_DIGITS)),
  ...(JSON.parse(asText(value)) as Omit<FeedRow, 'seq'>),
})

/** Rows of a party's feed with seq > after, ascending, at most `limit`. */
export async function readRows(views: Views, party: PartyUrn, after: number, limit: number): Promise<FeedRow[]> {
  // ':' sorts right after the digits, so the range ends with this party's last seq.
  const rows = await views.range(FEED_VIEW, rowKey(party, after + 1), `${party}/:`, limit)
  return rows.map(asRow)
}

/** All rows of a party's feed with seq > after, read `pageSize` at a time. */
export async function* rowsAfter(
  views: Views,
  party: PartyUrn,
  after: number,
  pageSize: number,
): AsyncGenerator<FeedRow> {
  for (let from = after; ; ) {
    const rows = await readRows(views, party, from, pageSize)
    yield* rows
    if (rows.length < pageSize) return
    from = rows.at(-1)!.seq
  }
}

/** Seq of the newest item of a party's feed; 0 if it is empty. */
export async function feedHead(views: Views, party: PartyUrn): Promise<number> {
  const next = await views.get(FEED_VIEW, nextSeqKey(party))
  return next === undefined ? 0 : Number(asText(next)) - 1
}

/** The newest row of a party's feed, if there is one. */
export async function newestRow(views: Views, party: PartyUrn): Promise<FeedRow | undefined> {
  const rows = await views.range(FEED_VIEW, rowKey(party, 0), `${party}/:`, 1, 'descending')
  return rows.map(asRow)[0]
}
