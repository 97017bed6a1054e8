// A whole feed as lines of JSON: its items in order, and in the end what they were, signed. It goes as fast as its reader reads.
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { FeedRow } from '../feed/row.ts'
import { renderItem, type ItemsDeps } from '../feed/items.ts'
import type { Views } from '../journal/journal.ts'
import type { PartyUrn } from '../message/envelope.ts'
import type { Channel } from './access-log.ts'
import { GrowingRoot, payloadAt, rowPages } from './feed-receipts.ts'
import { type SetSigner, signSet } from './set.ts'

export interface HistoryDeps {
  hub: string
  views: Views
  items: ItemsDeps
  sign: SetSigner
}

export interface HistoryRequest {
  party: PartyUrn
  from: number
  to: number
  shown(row: FeedRow): FeedRow
  channel: Channel | undefined
}

/**
 * Writes the items from..to, one per line, and a last line {set, jws}. Without that line the history is not whole: ask again from the item
 * after the last one received. Resolves early when the reader has gone.
 */
export async function writeHistory(out: ServerResponse, asked: HistoryRequest, deps: HistoryDeps): Promise<void> {
  const { party, from, to, shown, channel } = asked
  const { journal } = deps.items
  const root = new GrowingRoot()
  let last = from - 1
  for await (const rows of rowPages(deps.views, party, from, to))
    for (const row of rows) {
      const seen = shown(row)
      const line = await renderItem(deps.items, seen, last)
      root.add(await payloadAt(journal, row.index))
      if (!(await writeLine(out, line))) return
      channel?.gave(row, seen.view, last)
      last = row.seq
    }
  const { urn, epoch } = journal
  const held = { hub: deps.hub, journal: urn, epoch, feed: party, from, to: last, count: root.count, root: root.root }
  await writeLine(out, JSON.stringify(await signSet({ ...held, size: journal.size() }, deps.sign)))
  out.end()
}

/** False when the reader has gone. */
async function writeLine(out: ServerResponse, line: string): Promise<boolean> {
  if (out.destroyed) return false
  if (out.write(`${line}\n`)) return true
  const gone = new AbortController()
  const { signal } = gone
  await Promise.race([once(out, 'drain', { signal }), once(out, 'close', { signal })]).finally(() => gone.abort())
  return !out.destroyed
}
