// Named durable subscriptions: a party's filter and position that outlive connections, kept among the primary data.
import { HubError } from '../errors.ts'
import { toTime } from '../values/encoding.ts'
import { systemFeedClock, type FeedClock } from './clock.ts'
import { Saver } from './saver.ts'
import type { FeedFilter } from './frame.ts'
import { type Company, Subscription } from './held-subscription.ts'
import { asJson, recordKey, SPACE, type SubscriptionRecord } from './subscription-record.ts'
import { type SharedProcesses, TakeOver } from './take-over.ts'
import type { Cursors } from '../journal/journal.ts'
import type { PartyUrn } from '../message/envelope.ts'
import { type Purpose, samePurpose } from '../supervision/purpose.ts'
import type { Readings } from '../supervision/readings.ts'

const NAMES_MAX = 256

export type { SubscriptionRecord } from './subscription-record.ts'
export { Subscription } from './held-subscription.ts'

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
  /** The hub has several processes; absent: all subscriptions are read here. */
  shared?: SharedProcesses
}

interface InUse {
  loading: Promise<Omit<Held, 'release'>>
  /** Once it is loaded. */
  subscription?: Subscription
  holders: number
}

/** The subscriptions in use by this process. */
export class Subscriptions {
  readonly #deps: SubscriptionsDeps & Company
  readonly #held = new Map<string, InUse>()

  constructor(deps: SubscriptionsDeps) {
    const { cursors, clock, shared } = deps
    const takeOver =
      shared &&
      new TakeOver({
        ...shared,
        cursors,
        ...(clock && { clock }),
        reads: (key) => this.#held.has(key),
        letGo: async (key, holder) => {
          const subscription = this.#held.get(key)?.subscription
          if (subscription?.isUnder(holder)) await subscription.letGo()
        },
        look: async (key) => this.#held.get(key)?.subscription?.look(),
        held: () => [...this.#held.keys()],
      })
    this.#deps = { ...deps, saver: new Saver(clock ?? systemFeedClock), takeOver }
  }

  /** Opens a name, making it if it is new; `head` is the newest seq of the party's feed. Throws SUBSCRIPTION_INVALID. */
  async hold(party: PartyUrn, wish: SubscriptionWish, head: number): Promise<Held> {
    const key = recordKey(party, wish.name)
    const known = this.#held.get(key)
    const held = known ?? this.#open(key, party, wish, head)
    held.holders++
    const release = async (): Promise<void> => this.#release(key, held)
    try {
      const loaded = await held.loading
      refuseOther(loaded.subscription, wish)
      return {
        subscription: loaded.subscription,
        created: !known && loaded.created,
        ...(loaded.lost && { lost: loaded.lost }),
        release,
      }
    } catch (refusal) {
      this.#leave(key, held)
      throw refusal
    }
  }

  #open(key: string, party: PartyUrn, wish: SubscriptionWish, head: number): InUse {
    const drop = (): void => {
      if (this.#held.get(key) === held) this.#held.delete(key)
    }
    const held: InUse = { loading: this.#load(party, wish, head, drop), holders: 0 }
    held.loading.then(
      ({ subscription }) => (held.subscription = subscription),
      () => {},
    )
    this.#held.set(key, held)
    return held
  }

  async list(party: PartyUrn): Promise<{ name: string; record: SubscriptionRecord }[]> {
    const rows = await this.#deps.cursors.list(SPACE, `${party}/`)
    return rows.map(({ key, value }) => ({
      name: key.slice(party.length + 1),
      record: value as unknown as SubscriptionRecord,
    }))
  }

  /** Forgets a name and its position. Throws SUBSCRIPTION_INVALID while it is being read, by a pull of another process excepted. */
  async remove(party: PartyUrn, name: string): Promise<void> {
    const key = recordKey(party, name)
    const { cursors, takeOver } = this.#deps
    const reading = new HubError('SUBSCRIPTION_INVALID', `the subscription ${name} is being read`)
    if (this.#held.has(key)) throw reading
    if (!takeOver) return cursors.put(SPACE, key, undefined)
    for (;;) {
      const known = (await cursors.get(SPACE, key)) as SubscriptionRecord | undefined
      if (!known) return
      if (known.holder !== undefined && (await takeOver.reads(key, known.holder))) throw reading
      if (await cursors.swap(SPACE, key, asJson(known), undefined)) return
    }
  }

  /** Listens to the other processes no more. */
  close(): void {
    this.#deps.takeOver?.close()
  }

  async #load(
    party: PartyUrn,
    wish: SubscriptionWish,
    head: number,
    onGone: () => void,
  ): Promise<Omit<Held, 'release'>> {
    const seen = (await this.#deps.cursors.get(SPACE, recordKey(party, wish.name))) as SubscriptionRecord | undefined
    if (!seen) return this.#make(party, wish, head, onGone)
    this.#deps.readings?.purposeOf(party, seen.purpose)
    const { epoch } = this.#deps
    if (seen.epoch === epoch)
      return {
        subscription: new Subscription(party, wish.name, { seen, record: seen }, this.#deps, onGone),
        created: false,
      }
    // The journal was put back to an older state: seqs up to the head of now may have been given to other entries since.
    const position = Math.min(seen.position, head)
    const record = { ...seen, position, above: [], epoch }
    const subscription = new Subscription(party, wish.name, { seen, record }, this.#deps, onGone)
    await subscription.save()
    return { subscription, created: false, lost: { from: Math.max(seen.position, ...seen.above), to: position } }
  }

  async #make(
    party: PartyUrn,
    wish: SubscriptionWish,
    head: number,
    onGone: () => void,
  ): Promise<Omit<Held, 'release'>> {
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
    // Another process may have made it in this moment; then that one counts.
    if (!(await this.#deps.cursors.putNew(SPACE, recordKey(party, wish.name), asJson(record))))
      return this.#load(party, wish, head, onGone)
    return {
      subscription: new Subscription(party, wish.name, { seen: record, record }, this.#deps, onGone),
      created: true,
    }
  }

  async #release(key: string, held: InUse): Promise<void> {
    const { subscription } = await held.loading
    try {
      await subscription.settled()
    } finally {
      this.#leave(key, held)
    }
  }

  #leave(key: string, held: InUse): void {
    held.holders--
    if (held.holders === 0 && this.#held.get(key) === held) this.#held.delete(key)
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
