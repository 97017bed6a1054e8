// A subscription in use by this process: what was sent and acknowledged, who reads it, and what is still to be written.
import { AckWindow } from './ack-window.ts'
import type { FeedFilter } from './frame.ts'
import type { FeedRow } from './row.ts'
import type { Saver } from './saver.ts'
import {
  HoldLost,
  ownRecord,
  recordKey,
  SharedRecord,
  type RecordPlace,
  type SubscriptionRecord,
} from './subscription-record.ts'
import type { TakeOver } from './take-over.ts'
import type { Cursors } from '../journal/journal.ts'
import type { PartyUrn } from '../message/envelope.ts'
import type { Channel } from '../supervision/access-log.ts'
import type { Purpose } from '../supervision/purpose.ts'
import type { Readings } from '../supervision/readings.ts'

/** What the subscriptions of a process have in common. */
export interface Company {
  cursors: Cursors
  readings?: Readings
  saver: Saver
  /** With other processes; undefined: the hub has one. */
  takeOver: TakeOver | undefined
}

/** A subscription in use by this process; shared by every connection and pull that names it. */
export class Subscription {
  readonly party: PartyUrn
  readonly name: string
  readonly window: AckWindow
  readonly view: string | undefined
  readonly #record: SubscriptionRecord
  readonly #place: RecordPlace
  /** The same place, if other processes write there too. */
  readonly #shared: SharedRecord | undefined
  readonly #takeOver: TakeOver | undefined
  readonly #kinds: ReadonlySet<string> | undefined
  readonly #readings: Readings | undefined
  readonly #channel: Channel | undefined
  readonly #saver: Saver
  readonly #onGone: () => void
  #dirty = false
  #saving: Promise<void> | undefined
  #claiming: Promise<void> | undefined
  #reader: (() => void) | undefined
  #gone = false

  /** `seen` is the record as it stands, `record` what it is from now on; `onGone` is called when another process has taken it over. */
  constructor(
    party: PartyUrn,
    name: string,
    { seen, record }: { seen: SubscriptionRecord; record: SubscriptionRecord },
    { cursors, readings, saver, takeOver }: Company,
    onGone: () => void,
  ) {
    const key = recordKey(party, name)
    this.party = party
    this.name = name
    this.window = new AckWindow(record.position, record.above)
    this.view = record.view
    this.#record = record
    this.#shared = takeOver && new SharedRecord(cursors, key, name, seen)
    this.#place = this.#shared ?? ownRecord(cursors, key)
    this.#takeOver = takeOver
    this.#kinds = record.filter.kinds && new Set(record.filter.kinds)
    this.#readings = readings
    this.#saver = saver
    this.#onGone = onGone
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

  /**
   * Makes this process the one that reads it, if there are several: the process that did is asked to write what it has and to stop.
   * Before `take`. Throws SUBSCRIPTION_INVALID if it was removed, or another process took it meanwhile.
   */
  claim(): Promise<void> {
    if (!this.#shared || this.#shared.held) return Promise.resolve()
    this.#claiming ??= this.#claim(this.#shared, this.#takeOver!).finally(() => (this.#claiming = undefined))
    return this.#claiming
  }

  async #claim(shared: SharedRecord, takeOver: TakeOver): Promise<void> {
    const key = recordKey(this.party, this.name)
    try {
      await shared.take(takeOver.newHolder(), this.#record, this.window, (former) => takeOver.letGo(key, former))
    } catch (thrown) {
      if (thrown instanceof HoldLost) this.#lose()
      throw thrown
    }
    if (this.#gone) throw new HoldLost(this.name)
    takeOver.tell('taken', key)
  }

  /** Takes the subscription over for one reader; `lost` is called when another takes it. Returns the release. */
  take(lost: () => void): () => void {
    this.#reader?.()
    this.#reader = lost
    this.window.restart()
    // It may have gone between the claim and now.
    if (this.#gone) queueMicrotask(() => this.#tellReader())
    return () => {
      if (this.#reader === lost) this.#reader = undefined
    }
  }

  /** Has the position written a moment later, together with those of others; a lost one costs a redelivery. */
  saveSoon(onFault: (fault: unknown) => void): void {
    if (this.#gone) return
    this.#dirty = true
    this.#saver.add(this, onFault)
  }

  /**
   * Writes the position when it has changed; writes that come while one is under way share the next. Resolves once durable. Throws
   * SUBSCRIPTION_INVALID, having written nothing, if another process has taken the subscription over.
   */
  save(): Promise<void> {
    if (this.#gone) return Promise.reject(new HoldLost(this.name))
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
        await this.#place.write(this.#record, this.window)
      }
      if (this.#shared?.heldElsewhere) this.#takeOver!.tell('moved', recordKey(this.party, this.name))
    } catch (fault) {
      this.#dirty = true
      if (fault instanceof HoldLost) this.#lose()
      throw fault
    } finally {
      this.#saving = undefined
    }
  }

  /** Resolves when nothing is left to write, or nothing may be written any more; throws what the last write failed with. */
  async settled(): Promise<void> {
    if (this.#gone) return
    try {
      if (this.#saving) await this.#saving
      else if (this.#dirty) await this.save()
    } catch (fault) {
      if (!(fault instanceof HoldLost)) throw fault
    }
  }

  /** Whether this process has it under that hold. */
  isUnder(holder: string): boolean {
    return this.#shared?.isUnder(holder) ?? false
  }

  /** Another process takes it over: the reader stops, and what was acknowledged until now is written if it still may be. */
  async letGo(): Promise<void> {
    // Who comes to this process now comes after the other one, and takes it from there.
    this.#onGone()
    this.#tellReader()
    try {
      await this.settled()
    } finally {
      this.#lose()
    }
  }

  /** Takes in what was acknowledged by other processes, and stops if one of them has taken the subscription over. */
  async look(): Promise<void> {
    await this.#shared?.look(this.window, this.#record.epoch).catch((thrown: unknown) => {
      if (!(thrown instanceof HoldLost)) throw thrown
      this.#lose()
    })
  }

  #lose(): void {
    if (this.#gone) return
    this.#gone = true
    this.#onGone()
    this.#tellReader()
  }

  #tellReader(): void {
    const reader = this.#reader
    this.#reader = undefined
    reader?.()
  }
}
