// The record of a subscription among the primary data, and who may write it: a hub of one process simply does; of several, the one that
// holds the subscription, as long as the record still says so.
import { HubError } from '../errors.ts'
import type { AckWindow } from './ack-window.ts'
import type { FeedFilter } from './frame.ts'
import type { Json } from '../journal/heads.ts'
import type { Cursors } from '../journal/journal.ts'
import type { PartyUrn } from '../message/envelope.ts'
import type { Purpose } from '../supervision/purpose.ts'

export const SPACE = 'subscriptions'

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
  /** `<process>/<n>`: the hold under which it was read last, if the hub has several processes. */
  holder?: string
}

export const recordKey = (party: PartyUrn, name: string): string => `${party}/${name}`

export const asJson = (record: SubscriptionRecord): Json => record as unknown as Json

/** Another process has taken the subscription over, or it was removed: nothing of it is written from here any more. */
export class HoldLost extends HubError {
  constructor(name: string) {
    super('SUBSCRIPTION_INVALID', `${name} was opened by another connection, which receives it now, or was removed`)
    this.name = 'HoldLost'
  }
}

/** Where a subscription in use writes its position. */
export interface RecordPlace {
  /** Durable when it resolves. Throws HoldLost, and then nothing was written. */
  write(record: SubscriptionRecord, window: AckWindow): Promise<void>
}

export const ownRecord = (cursors: Cursors, key: string): RecordPlace => ({
  write: (record, { position, above }) => cursors.put(SPACE, key, asJson({ ...record, position, above })),
})

/**
 * A record that other processes write too. Acknowledgements only ever add up: what another process has acknowledged meanwhile (a pull) is
 * taken into the window before it is written, so a position never goes back.
 */
export class SharedRecord implements RecordPlace {
  readonly #cursors: Cursors
  readonly #key: string
  readonly #name: string
  /** As it was last seen. */
  #seen: SubscriptionRecord
  #holder: string | undefined
  #wanted: string | undefined

  constructor(cursors: Cursors, key: string, name: string, seen: SubscriptionRecord) {
    this.#cursors = cursors
    this.#key = key
    this.#name = name
    this.#seen = seen
  }

  /** Whether this process has it. */
  get held(): boolean {
    return this.#holder !== undefined
  }

  /** Whether this process has it under that hold, or is about to: its record may say so before this process knows. */
  isUnder(holder: string): boolean {
    return holder === this.#holder || holder === this.#wanted
  }

  /** Another process has it, as far as is known here. */
  get heldElsewhere(): boolean {
    return this.#seen.holder !== undefined && this.#seen.holder !== this.#holder
  }

  async write(record: SubscriptionRecord, window: AckWindow): Promise<void> {
    for (;;) {
      const { position, above } = window
      const next = { ...this.#seen, position, above, epoch: record.epoch }
      if (await this.#swap(next)) return
      await this.look(window, record.epoch)
    }
  }

  /**
   * Takes it under `holder`. `before` is called with the hold of another and resolves when that one has let go or cannot be waited for.
   * Throws HoldLost if it was removed.
   */
  async take(
    holder: string,
    record: SubscriptionRecord,
    window: AckWindow,
    before: (former: string) => Promise<void>,
  ): Promise<void> {
    let asked: string | undefined
    for (;;) {
      await this.#read(window, record.epoch)
      const former = this.#seen.holder
      if (former !== undefined && former !== asked) {
        await before((asked = former))
        continue
      }
      this.#wanted = holder
      const { position, above } = window
      if (!(await this.#swap({ ...this.#seen, position, above, epoch: record.epoch, holder }))) continue
      this.#holder = holder
      return
    }
  }

  /** Takes in what others have acknowledged. Throws HoldLost. */
  async look(window: AckWindow, epoch: number): Promise<void> {
    const holder = this.#holder
    await this.#read(window, epoch)
    if (holder !== undefined && this.#seen.holder !== holder) throw new HoldLost(this.#name)
  }

  async #read(window: AckWindow, epoch: number): Promise<void> {
    const now = (await this.#cursors.get(SPACE, this.#key)) as unknown as SubscriptionRecord | undefined
    // A name that was removed and made again is another subscription.
    if (!now || now.created !== this.#seen.created) throw new HoldLost(this.#name)
    if (now.epoch === epoch) window.absorb(now.position, now.above)
    this.#seen = now
  }

  async #swap(next: SubscriptionRecord): Promise<boolean> {
    if (!(await this.#cursors.swap(SPACE, this.#key, asJson(this.#seen), asJson(next)))) return false
    this.#seen = next
    return true
  }
}
