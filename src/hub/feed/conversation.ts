// A conversation in hub.feed.v1: hello, auth, then subscriptions, items, acknowledgements and credit. It knows frames and not sockets.
import { HubError } from '../errors.ts'
import { toTime } from '../values/encoding.ts'
import { CREDIT_MAX, FEED_PROTOCOL, readFrame } from './frame.ts'
import { Delivery } from './delivery.ts'
import { LineWatch } from './line-watch.ts'
import { SessionWatch } from './session-watch.ts'
import { feedHead } from './row.ts'
import { itemFront, itemHead } from './items.ts'
import type { ClientFrame, ServerFrame } from './frame.ts'
import type { FeedClock } from './clock.ts'
import type { FeedFollower } from './follower.ts'
import type { FeedRow } from './row.ts'
import type { Held, Subscriptions } from './subscription.ts'
import type { Items } from './items.ts'
import type { SessionPort } from '../identity/session-port.ts'
import type { Views } from '../journal/journal.ts'
import type { Wire } from './wire.ts'
import type { RefusalCode } from '../errors.ts'
import type { PartySocketCount } from './party-sockets.ts'
import type { PartyUrn } from '../message/envelope.ts'

const SUBSCRIPTIONS_MAX = 16
const INBOX_MAX = 64
/** Frames that wait may be large; with one more they stay below two of the largest that a socket takes in. */
const INBOX_MAX_BYTES = 256 * 1024
const FORMER_MAX = 64

export const CLOSE = { going: 1001, fault: 1011, protocol: 4400, session: 4401 } as const

export interface ConversationDeps {
  hub: string
  journal: { urn: string; epoch: number }
  views: Views
  follower: Pick<FeedFollower, 'listen'>
  items: Pick<Items, 'large' | 'ready'>
  subscriptions: Subscriptions
  sessions: SessionPort
  clock: FeedClock
  /** Pause between heartbeats; a peer unheard for three of them, or not reading for four, is dropped. */
  heartbeatMs: number
  /** How long a peer may take to prove who it is. */
  authMs: number
  /** Bounds the sockets of a party; absent: they have no bound. */
  partySockets?: PartySocketCount
  onFault(fault: unknown): void
}

interface Active {
  delivery: Delivery
  stop(): Promise<void>
}

/** Refusals that concern one subscription; the conversation goes on. */
const CONTINUES: ReadonlySet<RefusalCode> = new Set(['SUBSCRIPTION_INVALID', 'ACK_INVALID', 'PURPOSE_REQUIRED'])

const closeCode = (code: RefusalCode): number => {
  if (code === 'FAULT') return CLOSE.fault
  if (code === 'CLOSING' || code === 'VIEW_BEHIND') return CLOSE.going
  return code.startsWith('SESSION_') ? CLOSE.session : CLOSE.protocol
}

export class Conversation {
  readonly #deps: ConversationDeps
  readonly #wire: Wire
  readonly #watch: SessionWatch
  readonly #line: LineWatch
  readonly #active = new Map<string, Active>()
  /** Names given up a moment ago: frames for them may still be on their way. */
  readonly #former = new Set<string>()
  #inbox: { data: Uint8Array; binary: boolean }[] = []
  #inboxBytes = 0
  #unread = false
  #working: Promise<void> | undefined
  #over = false
  #leaveParty: (() => void) | undefined

  constructor(deps: ConversationDeps, wire: Wire) {
    this.#deps = deps
    this.#wire = wire
    this.#watch = new SessionWatch(deps, {
      wanted: (untilMs) => this.#send({ type: 'prove', until: toTime(untilMs) }),
      ended: (refusal) => this.end(refusal),
    })
    const { urn, epoch } = deps.journal
    this.#send({
      type: 'hello',
      protocol: FEED_PROTOCOL,
      hub: deps.hub,
      journal: urn,
      epoch,
      heartbeatMs: deps.heartbeatMs,
    })
    this.#line = new LineWatch(deps, {
      holds: () => wire.holds(),
      writes: () => wire.writes(),
      beat: (stuck) => {
        wire.ping()
        if (!stuck) this.#send({ type: 'heartbeat' })
      },
      drop: () => wire.terminate(),
    })
  }

  /** A frame has come. Frames are worked off in order; a peer that is far ahead is not read from. */
  receive(data: Uint8Array, binary: boolean): void {
    if (this.#over) return
    this.heard()
    this.#inbox.push({ data, binary })
    this.#inboxBytes += data.byteLength
    if (!this.#unread && (this.#inbox.length >= INBOX_MAX || this.#inboxBytes >= INBOX_MAX_BYTES)) {
      this.#unread = true
      this.#wire.read(false)
    }
    this.#working ??= this.#workOff()
  }

  /** Any sign of life of the peer. */
  heard(): void {
    this.#line.heard()
  }

  /** The socket holds little again. */
  drained(): void {
    for (const { delivery } of this.#active.values()) delivery.wake()
  }

  /** Ends the conversation for a reason that the peer is told. */
  end(refusal: HubError): void {
    if (this.#over) return
    this.#send({ type: 'error', code: refusal.code, detail: refusal.detail, fatal: true })
    this.#wire.close(closeCode(refusal.code), refusal.code)
    // A peer that was far ahead has to be read from again, or its farewell is never seen.
    this.#wire.read(true)
    void this.closed()
  }

  /** The socket is gone or going: stops everything; resolves when the positions are durable. */
  async closed(): Promise<void> {
    this.#over = true
    this.#inbox = []
    this.#watch.stop()
    this.#line.stop()
    this.#leaveParty?.()
    await this.#working
    await Promise.all([...this.#active.keys()].map((name) => this.#leave(name)))
  }

  async #workOff(): Promise<void> {
    try {
      for (let next = this.#inbox.shift(); next && !this.#over; next = this.#inbox.shift()) {
        this.#inboxBytes -= next.data.byteLength
        await this.#handle(next.data, next.binary)
        if (this.#unread && this.#inbox.length <= INBOX_MAX / 2 && this.#inboxBytes <= INBOX_MAX_BYTES / 2) {
          this.#unread = false
          this.#wire.read(true)
        }
      }
    } finally {
      this.#working = undefined
    }
  }

  async #handle(data: Uint8Array, binary: boolean): Promise<void> {
    let name: string | undefined
    try {
      if (binary) throw new HubError('FRAME_MALFORMED', 'frames are text')
      const frame = readFrame(data)
      if ('name' in frame) ({ name } = frame)
      await this.#obey(frame)
    } catch (thrown) {
      this.#refuse(thrown, name)
    }
  }

  #refuse(thrown: unknown, name?: string): void {
    if (!(thrown instanceof HubError)) return this.#fault(thrown)
    if (!CONTINUES.has(thrown.code)) return this.end(thrown)
    this.#send({
      type: 'error',
      code: thrown.code,
      detail: thrown.detail,
      fatal: false,
      ...(name !== undefined && { name }),
    })
  }

  #fault(fault: unknown): void {
    this.#deps.onFault(fault)
    this.end(new HubError('FAULT', 'the hub failed; connect again to go on from the position', { cause: fault }))
  }

  async #obey(frame: ClientFrame): Promise<void> {
    if (frame.type === 'heartbeat') return
    if (frame.type === 'auth') return this.#prove(frame.token)
    const party = this.#watch.session?.party
    if (party === undefined) throw new HubError('FRAME_OUT_OF_ORDER', `${frame.type} before auth`)
    if (frame.type === 'subscribe') return this.#subscribe(party, frame)
    const active = this.#active.get(frame.name)
    if (active) return this.#steer(active, frame)
    if (!this.#former.has(frame.name))
      throw new HubError('FRAME_OUT_OF_ORDER', `${frame.type} for ${frame.name}, which is not subscribed here`)
  }

  async #prove(token: string): Promise<void> {
    const { party, untilMs } = await this.#watch.prove(token)
    if (this.#over) return
    const leave = this.#leaveParty ?? (await this.#deps.partySockets?.enter(party))
    // Gone while it was counted.
    if (this.#over) return leave?.()
    this.#leaveParty = leave
    this.#send({ type: 'ready', party, until: toTime(untilMs) })
  }

  async #steer(
    { delivery }: Active,
    frame: Extract<ClientFrame, { type: 'ack' | 'credit' | 'unsubscribe' }>,
  ): Promise<void> {
    if (frame.type === 'ack') return delivery.acknowledge(frame.ids)
    if (frame.type === 'credit') {
      refuseCredit(delivery.credit + frame.n)
      return delivery.grant(frame.n)
    }
    await this.#leave(frame.name)
    this.#send({ type: 'unsubscribed', name: frame.name })
  }

  async #subscribe(party: PartyUrn, frame: Extract<ClientFrame, { type: 'subscribe' }>): Promise<void> {
    const { name } = frame
    if (this.#active.has(name)) throw new HubError('FRAME_OUT_OF_ORDER', `${name} is subscribed here already`)
    if (this.#active.size >= SUBSCRIPTIONS_MAX)
      throw new HubError('SUBSCRIPTION_INVALID', `a socket carries ${SUBSCRIPTIONS_MAX} subscriptions`)
    refuseCredit(frame.credit)
    const head = await feedHead(this.#deps.views, party)
    const held = await this.#deps.subscriptions.hold(party, frame, head)
    try {
      await held.subscription.claim()
    } catch (refusal) {
      await held.release()
      throw refusal
    }
    if (this.#over) return held.release()
    this.#begin(party, frame, held, head)
  }

  #begin(party: PartyUrn, { name, credit }: { name: string; credit: number }, held: Held, head: number): void {
    const { subscription } = held
    const giveUp = subscription.take(() => this.#lose(name))
    const { position, above } = subscription.window
    this.#send({ type: 'subscribed', name, position, above, head })
    if (held.lost) this.#send({ type: 'gap', name, ...held.lost, why: 'epoch' })
    let unlisten = (): void => {}
    const hear = (row: FeedRow): boolean => delivery.offer(row)
    const delivery = this.#deliver(held, name, () => void (unlisten = this.#deps.follower.listen(party, hear)))
    const stop = async (): Promise<void> => {
      delivery.stop()
      unlisten()
      giveUp()
      await held.release()
    }
    this.#former.delete(name)
    this.#active.set(name, { delivery, stop })
    delivery.grant(credit)
  }

  #deliver({ subscription }: Held, name: string, listen: () => void): Delivery {
    const { journal, items, views } = this.#deps
    const front = itemFront(journal, `"type":"item","name":${JSON.stringify(name)},`)
    return new Delivery(subscription, {
      views,
      render: (row) => items.ready(row) ?? items.large(row),
      sendItem: (row, prev, large) => this.#wire.sendItem(itemHead(front, row, prev), large),
      sendFrame: (frame) => this.#send(frame),
      full: () => this.#wire.full(),
      listen,
      onFault: (fault) => this.#fault(fault),
    })
  }

  /** Another connection reads this name now: the newest wins, since the older one may be dead and not know it. */
  #lose(name: string): void {
    void this.#leave(name)
    this.#refuse(
      new HubError('SUBSCRIPTION_INVALID', `${name} was opened by another connection, which receives it now`),
      name,
    )
  }

  async #leave(name: string): Promise<void> {
    const active = this.#active.get(name)
    if (!active) return
    this.#active.delete(name)
    this.#former.add(name)
    if (this.#former.size > FORMER_MAX) this.#former.delete(this.#former.values().next().value!)
    // An acknowledgement that could not be written costs a redelivery, nothing more.
    await active.stop().catch((fault: unknown) => this.#deps.onFault(fault))
  }

  #send(frame: ServerFrame): void {
    if (!this.#over) this.#wire.send(JSON.stringify(frame))
  }
}

function refuseCredit(credit: number): void {
  if (credit > CREDIT_MAX) throw new HubError('SUBSCRIPTION_INVALID', `credit is at most ${CREDIT_MAX} items`)
}
