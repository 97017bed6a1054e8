// Named durable subscriptions: a party's filter and position that outlive connections, kept among the primary data.
import { HubError } from '../errors.ts'
import { toTime } from '../values/encoding.ts'
import { AckWindow } from './ack-window.ts'
import { systemFeedClock, type FeedClock } from './clock.ts'
import { Saver } from './saver.ts'
import type { FeedFilter } from './frame.ts'
import type { FeedRow } from './row.ts'
import type { Json } from '../journal/heads.ts'
import type { Cursors } from '../journal/journal.ts'
import type { PartyUrn } from '../message/envelope.ts'
import type { Channel } from '../supervision/access-log.ts'
import { type Purpose, samePurpose } from '../supervision/purpose.ts'
import type { Readings } from '../supervision/readings.ts'

const SPACE = 'subscriptions'
const NAMES_MAX = 256

/** What is kept of a subscription. `epoch` is the journal epoch its seqs belong to. */
export interface SubscriptionRecord {
  filter: FeedFilter
  view?: string
  /** Why a regulator reads; it stays with the name. */
  purpose?: Purpose
  position: number
  above: number[]
  epoch: number
  created: string
}

/** What a party asks for; `after` counts only when the name is new. */
export interface SubscriptionWish {
  name: string
  after?: number
  filter?: FeedFilter
  view?: string
  purpose?: Purpose
}

/** The filter in its one form: kinds sorted and unique, absent when all are wanted. */
export function plainFilter(filter: FeedFilter | undefined): FeedFilter {
  return filter?.kinds === undefined ? {} : { kinds: [...new Set(filter.kinds)].sort() }
}

/** A subscription in use by this process; shared by every connection and pull that names it. */
export class Subscription {
  readonly party: PartyUrn
  readonly name: string
  readonly window: AckWindow
  readonly view: string | undefined
  readonly #record: SubscriptionRecord
  readonly #cursors: Cursors
  readonly #kinds: ReadonlySet<string> | undefined
  readonly #readings: Readings | undefined
  readonly #channel: Channel | undefined
  readonly #saver: Saver
  #dirty = false
  #saving: Promise<void> | undefined
  #reader: (() => void) | undefined

  constructor(
    party: PartyUrn,
    name: string,
    record: SubscriptionRecord,
    { cursors, readings, saver }: SubscriptionsDeps & { saver: Saver },
  ) {
    this.party = party
    this.name = name
    this.window = new AckWindow(record.position, record.above)
    this.view = record.view
    this.#record = record
    this.#cursors = cursors
    this.#kinds = record.filter.kinds && new Set(record.filter.kinds)
    this.#readings = readings
    this.#saver = saver
    this.#channel = readings?.channel(party, 'subscription', record.purpose, { name, ...record.filter })
  }

  get filter(): FeedFilter {
    return this.#record.filter
  }

  get purpose(): Purpose | undefined {
    return this.#record.purpose
  }

  matches(row: FeedRow): boolean {
    return this.#kinds === undefined || this.#kinds.has(row.kind)
  }

  /** The row in the view of this subscription, which may ask for less than its party may see, never for more. */
  inView(row: FeedRow): FeedRow {
    const seen = this.#readings?.shown(this.party, row) ?? row
    return this.view !== undefined && seen.view === 'full' ? { ...seen, view: this.view } : seen
  }

  /** An item was given to the reader; `prev` is the seq of the match before it. What regulators read is written down. */
  gave(row: FeedRow, prev: number): void {
    this.#channel?.gave(row, this.inView(row).view, prev)
  }

  /** Takes the subscription over for one reader; `lost` is called when another takes it. Returns the release. */
  take(lost: () => void): () => void {
    this.#reader?.()
    this.#reader = lost
    this.window.restart()
    return () => {
      if (this.#reader === lost) this.#reader = undefined
    }
  }

  /** Has the position written a moment later, together with those of others; a lost one costs a redelivery. */
  saveSoon(onFault: (fault: unknown) => void): void {
    this.#dirty = true
    this.#saver.add(this, onFault)
  }

  /** Writes the position when it has changed; writes that come while one is under way share the next. Resolves once durable. */
  save(): Promise<void> {
    this.#dirty = true
    this.#saving ??= this.#write()
    return this.#saving
  }

  async #write(): Promise<void> {
    try {
      // One turn of the loop first: acknowledgements arriving together become one write.
      await new Promise((resolve) => setImmediate(resolve))
      while (this.#dirty) {
        this.#dirty = false
        await this.#cursors.put(SPACE, keyOf(this.party, this.name), this.record() as unknown as Json)
      }
    } catch (fault) {
      this.#dirty = true
      throw fault
    } finally {
      this.#saving = undefined
    }
  }

  record(): SubscriptionRecord {
    return { ...this.#record, position: this.window.position, above: this.window.above }
  }

  /** Resolves when nothing is left to write; throws what the last write failed with. */
  async settled(): Promise<void> {
    if (this.#saving) await this.#saving
    else if (this.#dirty) await this.save()
  }
}

const keyOf = (party: PartyUrn, name: string): string => `${party}/${name}`

export interface Held {
  subscription: Subscription
  /** True if the name was new. */
  created: boolean
  /** Set if its position `from` was of an earlier epoch; reading goes on after `to`. */
  lost?: { from: number; to: number }
  release(): Promise<void>
}

export interface SubscriptionsDeps {
  cursors: Cursors
  nowMs: () => number
  epoch: number
  /** Views that some kind has; 'full' among them. */
  viewNames: ReadonlySet<string>
  /** What regulators may read, and the log of it; absent: nobody here is one. */
  readings?: Readings
  /** For writing positions now and then; default: the system's. */
  clock?: Pick<FeedClock, 'after'>
}

/** The subscriptions in use by this process. Several processes must not hold one name at a time. */
export class Subscriptions {
  readonly #deps: SubscriptionsDeps & { saver: Saver }
  readonly #held = new Map<string, { loading: Promise<Omit<Held, 'release'>>; holders: number }>()

  constructor(deps: SubscriptionsDeps) {
    this.#deps = { ...deps, saver: new Saver(deps.clock ?? systemFeedClock) }
  }

  /** Opens a name, making it if it is new; `head` is the newest seq of the party's feed. Throws SUBSCRIPTION_INVALID. */
  async hold(party: PartyUrn, wish: SubscriptionWish, head: number): Promise<Held> {
    const key = keyOf(party, wish.name)
    const held = this.#held.get(key) ?? { loading: this.#load(party, wish, head), holders: 0 }
    const first = held.holders === 0 && !this.#held.has(key)
    this.#held.set(key, held)
    held.holders++
    const release = async (): Promise<void> => this.#release(key, held)
    try {
      const loaded = await held.loading
      refuseOther(loaded.subscription, wish)
      return {
        subscription: loaded.subscription,
        created: first && loaded.created,
        ...(loaded.lost && { lost: loaded.lost }),
        release,
      }
    } catch (refusal) {
      held.holders--
      if (held.holders === 0) this.#held.delete(key)
      throw refusal
    }
  }

  async list(party: PartyUrn): Promise<{ name: string; record: SubscriptionRecord }[]> {
    const rows = await this.#deps.cursors.list(SPACE, `${party}/`)
    return rows.map(({ key, value }) => ({
      name: key.slice(party.length + 1),
      record: value as unknown as SubscriptionRecord,
    }))
  }

  /** Forgets a name and its position. Throws SUBSCRIPTION_INVALID while it is being read. */
  async remove(party: PartyUrn, name: string): Promise<void> {
    const key = keyOf(party, name)
    if (this.#held.has(key)) throw new HubError('SUBSCRIPTION_INVALID', `the subscription ${name} is being read`)
    await this.#deps.cursors.put(SPACE, key, undefined)
  }

  async #load(party: PartyUrn, wish: SubscriptionWish, head: number): Promise<Omit<Held, 'release'>> {
    const key = keyOf(party, wish.name)
    const known = (await this.#deps.cursors.get(SPACE, key)) as SubscriptionRecord | undefined
    if (!known) return this.#make(party, wish, head)
    this.#deps.readings?.purposeOf(party, known.purpose)
    if (known.epoch === this.#deps.epoch)
      return { subscription: new Subscription(party, wish.name, known, this.#deps), created: false }
    // The journal was put back to an older state: seqs up to the head of now may have been given to other entries since.
    const position = Math.min(known.position, head)
    const record = { ...known, position, above: [], epoch: this.#deps.epoch }
    const subscription = new Subscription(party, wish.name, record, this.#deps)
    await subscription.save()
    return { subscription, created: false, lost: { from: Math.max(known.position, ...known.above), to: position } }
  }

  async #make(party: PartyUrn, wish: SubscriptionWish, head: number): Promise<Omit<Held, 'release'>> {
    const after = wish.after ?? 0
    const purpose = this.#deps.readings?.purposeOf(party, wish.purpose) ?? wish.purpose
    if (wish.view !== undefined && !this.#deps.viewNames.has(wish.view))
      throw new HubError(
        'SUBSCRIPTION_INVALID',
        `there is no view ${wish.view}; there are ${[...this.#deps.viewNames].join(', ')}`,
      )
    if (after > head) throw new HubError('SUBSCRIPTION_INVALID', `after ${after} lies beyond the newest item ${head}`)
    if ((await this.list(party)).length >= NAMES_MAX)
      throw new HubError('SUBSCRIPTION_INVALID', `a party may have ${NAMES_MAX} subscriptions`)
    const record: SubscriptionRecord = {
      filter: plainFilter(wish.filter),
      ...(wish.view !== undefined && { view: wish.view }),
      ...(purpose && { purpose }),
      position: after,
      above: [],
      epoch: this.#deps.epoch,
      created: toTime(this.#deps.nowMs()),
    }
    await this.#deps.cursors.putNew(SPACE, keyOf(party, wish.name), record as unknown as Json)
    return { subscription: new Subscription(party, wish.name, record, this.#deps), created: true }
  }

  async #release(key: string, held: { holders: number; loading: Promise<Omit<Held, 'release'>> }): Promise<void> {
    const { subscription } = await held.loading
    try {
      await subscription.settled()
    } finally {
      held.holders--
      if (held.holders === 0) this.#held.delete(key)
    }
  }
}

/** The position is a place among the matches, so filter and view of a name never change; nor does what a regulator said it reads for. */
function refuseOther(subscription: Subscription, wish: SubscriptionWish): void {
  const { name, filter, view, purpose } = subscription
  if (wish.filter !== undefined && JSON.stringify(plainFilter(wish.filter)) !== JSON.stringify(filter))
    throw new HubError('SUBSCRIPTION_INVALID', `the subscription ${name} has another filter; use a new name`)
  if (wish.view !== undefined && wish.view !== view)
    throw new HubError('SUBSCRIPTION_INVALID', `the subscription ${name} has another view; use a new name`)
  if (wish.purpose !== undefined && !samePurpose(wish.purpose, purpose))
    throw new HubError('SUBSCRIPTION_INVALID', `the subscription ${name} has another purpose; use a new name`)
}
