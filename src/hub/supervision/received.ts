// Delivered receipts: what a recipient acknowledged, and whether one entry is among it.
import type { HubAcknowledgement } from '../../../schemas/types.d.ts'
import { type Finding, HubError } from '../errors.ts'
import { leafHash, auditPath } from '../evidence/merkle.ts'
import { feedHead, readRows } from '../feed/row.ts'
import type { Head } from '../journal/heads.ts'
import type { Journal, Views } from '../journal/journal.ts'
import { follow, type Follower } from '../journal/follow.ts'
import type { PartyUrn } from '../message/envelope.ts'
import type { JudgeViews } from '../message/kind.ts'
import { type FeedDeps, payloadAt, rootOfRange, rowPages } from './feed-receipts.ts'

/** Items one acknowledgement may cover: proving it reads as many receipts. */
export const RANGE_MAX = 10_000

/** What judging an acknowledgement looks at. */
export interface Received {
  epoch(): number
  /** Seq of the newest item of a party's feed. */
  head(party: PartyUrn): Promise<number>
  /** Hex root over the receipts of the items from..to of a feed; undefined unless it holds them all. */
  root(party: PartyUrn, from: number, to: number): Promise<string | undefined>
  /** Waits, for a bounded time, until the feeds hold every entry there is; false if they do not. */
  fed(): Promise<boolean>
}

export const receivedOf = ({ fed, ...deps }: FeedDeps & Pick<Received, 'fed'>): Received => ({
  fed,
  epoch: () => deps.journal.epoch,
  head: (party) => feedHead(deps.views, party),
  async root(party, from, to) {
    const { count, root } = await rootOfRange(deps, party, from, to)
    return count === to - from + 1 ? root : undefined
  },
})

/** Head of what a party acknowledged last: {feed, epoch, from, to, root}. */
export const deliveredKey = (views: Pick<JudgeViews, 'key'>, party: PartyUrn): string => views.key('delivered', party)

const finding = (code: string, path: string, message: string): Finding => ({ code, path, message })

/**
 * What is wrong with an acknowledgement whose form is good; `last` is the range acknowledged before. Throws VIEW_BEHIND if the feeds lag:
 * then nobody can tell whether the items are there.
 */
export async function findAcknowledgement(
  { feed, epoch, from, to, root }: HubAcknowledgement,
  last: Head['value'] | undefined,
  received: Received,
): Promise<Finding[]> {
  if (epoch !== received.epoch()) return [finding('OTHER_EPOCH', '/epoch', `the feed is in epoch ${received.epoch()}`)]
  if (to - from + 1 > RANGE_MAX) return [finding('RANGE_TOO_LONG', '/to', `at most ${RANGE_MAX} items at a time`)]
  if (last?.['epoch'] === epoch && from <= (last['to'] as number))
    return [
      {
        ...finding('RANGE_OVERLAPS', '/from', `items up to ${String(last['to'])} have been acknowledged`),
        params: { acknowledged: last['to'] as number },
      },
    ]
  let head = await received.head(feed)
  if (to > head) {
    if (!(await received.fed())) throw new HubError('VIEW_BEHIND', 'the feeds lag behind the journal')
    head = await received.head(feed)
  }
  if (to > head) return [finding('RANGE_BEYOND_FEED', '/to', `the newest item of the feed is ${head}`)]
  const held = await received.root(feed, from, to)
  return held === root ? [] : [finding('ROOT_DIFFERS', '/root', 'is not the root over the receipts of these items')]
}

const VIEW = 'delivered'
const place = (party: PartyUrn, to: number): string => `${party}/${String(to).padStart(12, '0')}`

/** Keeps which entry acknowledged which range, by party and last item. */
export async function followAcknowledgements(deps: {
  journal: Journal
  views: Views
  onFault(error: unknown): void
}): Promise<Follower> {
  const { journal, views, onFault } = deps
  let saved = await views.cursor(VIEW)
  return follow({
    journal,
    from: saved,
    onFault,
    handle: async (entries) => {
      const next = entries.at(-1)!.index + 1
      const given = entries.filter(({ kind, movements }) => kind === 'hub.acknowledgement' && movements.length > 0)
      if (given.length === 0 && next - saved < 1_000) return
      const rows = given.map(({ index, movements }) => {
        const { feed, from, to } = movements[0]!.value as unknown as HubAcknowledgement
        return { key: place(feed, to), value: JSON.stringify({ from, to, index }) }
      })
      saved = next
      await views.apply(VIEW, rows, next)
    },
  })
}

/** The acknowledgement that covers item `seq` of a party's feed, if there is one. */
export async function acknowledgementOf(
  views: Views,
  party: PartyUrn,
  seq: number,
): Promise<{ from: number; to: number; index: number } | undefined> {
  const [row] = await views.range(VIEW, place(party, seq), `${party}/:`, 1)
  const range = row && (JSON.parse(String(row.value)) as { from: number; to: number; index: number })
  return range && range.from <= seq ? range : undefined
}

/** Seq of an entry in a party's feed, by halving; undefined if it is not there (yet). */
export async function seqOf(views: Views, party: PartyUrn, index: number): Promise<number | undefined> {
  let low = 1
  let high = await feedHead(views, party)
  while (low <= high) {
    const middle = Math.floor((low + high) / 2)
    const [row] = await readRows(views, party, middle - 1, 1)
    if (!row) return undefined
    if (row.index === index) return row.seq
    if (row.index < index) low = row.seq + 1
    else high = middle - 1
  }
  return undefined
}

/** Audit path of one item in the range of its acknowledgement: proves to its sender that the recipient signed for it, and shows no other item. */
export async function deliveryProof(
  { journal, views }: FeedDeps,
  party: PartyUrn,
  seq: number,
  { from, to }: { from: number; to: number },
): Promise<{ position: number; size: number; path: string[] }> {
  const leaves: Buffer[] = []
  for await (const rows of rowPages(views, party, from, to))
    for (const { index } of rows) leaves.push(leafHash(await payloadAt(journal, index)))
  const path = auditPath(leaves, seq - from).map((hash) => hash.toString('hex'))
  return { position: seq - from, size: leaves.length, path }
}
