// Pull: reading a feed by request, from a seq of the reader's own keeping or from the position of a named subscription.
import { HubError } from '../errors.ts'
import { ABOVE_MAX } from './ack-window.ts'
import { feedHead, rowsAfter } from './row.ts'
import { SUBSCRIPTION_NAME } from './frame.ts'
import { itemText } from './items.ts'
import { HoldLost } from './subscription-record.ts'
import type { FeedRow } from './row.ts'
import type { Items } from './items.ts'
import type { Held, Subscription, Subscriptions } from './subscription.ts'
import type { Views } from '../journal/journal.ts'
import type { PartyUrn } from '../message/envelope.ts'
import type { Purpose } from '../supervision/purpose.ts'
import type { Readings } from '../supervision/readings.ts'

const LIMIT = 100
const LIMIT_MAX = 1000
const PAGE = 500
const SCAN_MAX = 10_000
const PAGE_CHARS_MAX = 8 * 1024 * 1024

export interface PullDeps {
  journal: { urn: string; epoch: number }
  views: Views
  items: Pick<Items, 'large'>
  subscriptions: Subscriptions
  /** What regulators may read, and the log of it; absent: nobody here is one. */
  readings?: Readings
}

/** What is asked for. With `name` its position is read, and `ack` acknowledges every match up to that item; `after` then counts only when the name is new. */
export interface PullRequest {
  after?: number
  limit?: number
  kinds?: string[]
  name?: string
  ack?: number
  /** Why a regulator reads. */
  purpose?: Purpose
}

/** Items as JSON texts; `next` is the `after` to go on from, `head` the newest seq of the feed. With `gap`, items from..to cannot be given. */
export interface PullPage {
  journal: string
  epoch: number
  items: string[]
  next: number
  head: number
  gap?: { from: number; to: number; why: 'retention' | 'epoch' }
}

/**
 * Answers GET /v1/feed?after=&limit=&kinds=&name=&ack= as JSON text {journal, epoch, next, head, gap?, items}; kinds separated by commas.
 * Throws PARAMETER_INVALID, SUBSCRIPTION_INVALID, ACK_INVALID.
 */
export async function pullFeed(
  deps: PullDeps,
  party: PartyUrn,
  query: Readonly<Record<string, unknown>>,
  purpose?: Purpose,
): Promise<string> {
  const request = { ...readQuery(query), ...(purpose && { purpose }) }
  const { items, ...page } = await readFeed(deps, party, request)
  return `${JSON.stringify(page).slice(0, -1)},"items":[${items.join(',')}]}`
}

/** Reads a page of the party's feed. Throws SUBSCRIPTION_INVALID, ACK_INVALID. */
export async function readFeed(deps: PullDeps, party: PartyUrn, request: PullRequest): Promise<PullPage> {
  const { name, after, kinds, purpose } = request
  const head = await feedHead(deps.views, party)
  if (name === undefined) {
    const chosen = kinds && new Set(kinds)
    const wanted = (row: FeedRow): boolean => chosen?.has(row.kind) ?? true
    const { readings } = deps
    const reason = readings?.purposeOf(party, purpose)
    const channel = readings?.channel(party, 'pull', reason, { ...(kinds && { kinds: [...chosen!].sort() }) })
    const inView = (row: FeedRow): FeedRow => readings?.shown(party, row) ?? row
    return readPage(deps, party, request, {
      after: after ?? 0,
      head,
      wanted,
      passed: () => false,
      inView,
      gave: (row, prev) => channel?.gave(row, inView(row).view, prev),
    })
  }
  const wish = {
    name,
    ...(after !== undefined && { after }),
    ...(kinds && { filter: { kinds } }),
    ...(purpose && { purpose }),
  }
  // A socket of another process may take the name over at any moment; what it has written is read then.
  for (let first = true; ; first = false) {
    const held = await deps.subscriptions.hold(party, wish, head)
    try {
      return await pullNamed(deps, request, held, head)
    } catch (thrown) {
      if (!(first && thrown instanceof HoldLost)) throw thrown
    } finally {
      await held.release()
    }
  }
}

async function pullNamed(
  deps: PullDeps,
  request: PullRequest,
  { subscription, lost }: Held,
  head: number,
): Promise<PullPage> {
  if (request.ack !== undefined) await acknowledgeUpTo(deps.views, subscription, request.ack)
  const { window } = subscription
  const page = await readPage(deps, subscription.party, request, {
    after: window.position,
    head,
    wanted: (row) => subscription.matches(row),
    passed: (row) => window.isAcknowledged(row.seq),
    inView: (row) => subscription.inView(row),
    gave: (row, prev) => subscription.gave(row, prev),
  })
  return lost ? { ...page, gap: { ...lost, why: 'epoch' } } : page
}

/** Moves the position over every match up to `seq`, which must be one, at most 1,024 matches on. Durable when it resolves. */
async function acknowledgeUpTo(views: Views, subscription: Subscription, seq: number): Promise<void> {
  const { window, party, name } = subscription
  if (seq <= window.position) return
  let matches = 0
  for await (const row of rowsAfter(views, party, window.position, PAGE)) {
    if (row.seq > seq) break
    if (!subscription.matches(row)) continue
    if (++matches > ABOVE_MAX)
      throw new HubError('ACK_INVALID', `item ${seq} lies more than ${ABOVE_MAX} items above the position`)
    if (row.seq === seq) {
      if (window.advanceTo(seq)) await subscription.save()
      return
    }
  }
  throw new HubError('ACK_INVALID', `item ${seq} is not one of the subscription ${name}`)
}

interface Reading {
  after: number
  head: number
  wanted(row: FeedRow): boolean
  /** Wanted, but not to be given again. */
  passed(row: FeedRow): boolean
  inView(row: FeedRow): FeedRow
  gave(row: FeedRow, prev: number): void
}

async function readPage(
  deps: PullDeps,
  party: PartyUrn,
  { limit = LIMIT }: PullRequest,
  reading: Reading,
): Promise<PullPage> {
  const page: PullPage = {
    journal: deps.journal.urn,
    epoch: deps.journal.epoch,
    items: [],
    next: reading.after,
    head: reading.head,
  }
  let prev = reading.after
  let chars = 0
  let scanned = 0
  if (limit === 0) return page
  for await (const row of rowsAfter(deps.views, party, reading.after, Math.min(PAGE, Math.max(limit, 50)))) {
    if (row.seq > page.next + 1) {
      // A hole is told on the page that begins with it.
      if (page.items.length > 0) break
      page.gap = { from: page.gap?.from ?? page.next + 1, to: row.seq - 1, why: 'retention' }
      prev = row.seq - 1
    }
    page.next = row.seq
    if (reading.wanted(row)) {
      if (!reading.passed(row)) {
        const text = itemText(deps.journal, row, prev, await deps.items.large(reading.inView(row)))
        page.items.push(text)
        reading.gave(row, prev)
        chars += text.length
      }
      prev = row.seq
    }
    if (page.items.length >= limit || chars >= PAGE_CHARS_MAX || ++scanned >= SCAN_MAX) break
  }
  return page
}

const COUNTS = { after: Number.MAX_SAFE_INTEGER, limit: LIMIT_MAX, ack: Number.MAX_SAFE_INTEGER } as const
const invalid = (detail: string): HubError => new HubError('PARAMETER_INVALID', detail)

function readQuery(query: Readonly<Record<string, unknown>>): PullRequest {
  const request: PullRequest = {}
  for (const [name, value] of Object.entries(query)) {
    if (typeof value !== 'string') throw invalid(`${name} is given once`)
    if (name === 'name') request.name = value
    else if (name === 'kinds') request.kinds = value.split(',')
    else if (Object.hasOwn(COUNTS, name))
      request[name as keyof typeof COUNTS] = readCount(name as keyof typeof COUNTS, value)
    else throw invalid(`the feed has no parameter ${name.slice(0, 40)}; it has after, limit, kinds, name, ack`)
  }
  if (request.ack !== undefined && request.name === undefined) throw invalid('ack needs the name of a subscription')
  if (request.name !== undefined && !SUBSCRIPTION_NAME.test(request.name))
    throw invalid('name: letters, digits, dot, dash, underscore, at most 64')
  if (request.kinds && (request.kinds.length > 64 || request.kinds.includes('')))
    throw invalid('kinds: 1 to 64 names separated by commas')
  return request
}

function readCount(name: keyof typeof COUNTS, text: string): number {
  const value = /^(?:0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN
  if (!(value <= COUNTS[name])) throw invalid(`${name} is a whole number from 0 to ${COUNTS[name]}`)
  return value
}
