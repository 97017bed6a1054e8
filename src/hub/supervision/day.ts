// What one day of a feed held: a day is UTC and by entry time, which never runs backwards, so it is one range of seqs.
import { feedHead, readRows } from '../feed/row.ts'
import { fromTime, toTime } from '../values/encoding.ts'
import type { PartyUrn } from '../message/envelope.ts'
import { type FeedDeps, rootOfRange } from './feed-receipts.ts'

export const DAY_MS = 86_400_000

/** Milliseconds at which a day YYYY-MM-DD begins; undefined if there is no such day. */
export function dayStart(day: string): number | undefined {
  return /^\d{4}-\d{2}-\d{2}$/.test(day) ? fromTime(`${day}T00:00:00.000Z`) : undefined
}

export const dayAt = (atMs: number): string => toTime(atMs).slice(0, 10)

/** Seq of the first item whose entry is not before `atMs`; one past the newest if there is none. */
async function firstFrom({ journal, views }: FeedDeps, party: PartyUrn, atMs: number): Promise<number> {
  let low = 1
  let high = (await feedHead(views, party)) + 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const [row] = await readRows(views, party, middle - 1, 1)
    const [entry] = row ? await journal.read(row.index, 1) : []
    if (!row || !entry || entry.atMs >= atMs) high = middle
    else low = row.seq + 1
  }
  return low
}

export interface HeldDay {
  from: number
  to: number
  count: number
  root: string
}

/** The items of a day: range, count and root. A day without items has `to` = `from` - 1. */
export async function heldOn(deps: FeedDeps, party: PartyUrn, startMs: number): Promise<HeldDay> {
  const from = await firstFrom(deps, party, startMs)
  const to = (await firstFrom(deps, party, startMs + DAY_MS)) - 1
  const { count, root } = await rootOfRange(deps, party, from, to)
  return { from, to, count, root }
}
