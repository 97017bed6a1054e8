// Quotas: token buckets per party and per connection. Whoever is over is told when to come again; the same bytes are welcome then.
import { HubError } from '../errors.ts'
import { BoundedCache } from '../identity/bounded-cache.ts'
import type { Clock } from '../clock.ts'
import type { PartyUrn } from '../message/envelope.ts'

/** Limits of one party, per minute. `refused` counts answers 409 and 422: who probes pays more. */
export interface PartyLimits {
  messagesPerMinute: number
  bytesPerMinute: number
  refusedPerMinute: number
  uploadBytesPerMinute: number
}

/** Limits of one connection. `attempts` are requests that prove nobody. */
export interface ConnectionLimits {
  requestsPerSecond: number
  attemptsPerMinute: number
}

/** The quotas of parties as the doors ask them: by one process, or shared by all of a hub. */
export interface PartyQuotas {
  /** A message of so many bytes. Throws or rejects with QUOTA_EXCEEDED, and then takes nothing. */
  message(party: PartyUrn, bytes: number): Promise<void> | void
  /** Bytes uploaded before the message that names them. Throws or rejects with QUOTA_EXCEEDED. */
  upload(party: PartyUrn, bytes: number): Promise<void> | void
  /** A message was answered 409 or 422. Never throws. */
  refused(party: PartyUrn): void
}

export const MINUTE_MS = 60_000
const PARTIES_MAX = 20_000
/** Nobody is kept waiting longer than it takes an empty bucket to hold something again. */
const WAIT_MAX_S = 60

/** One token, whatever the fractions that flew in add up to. */
const WHOLE = 1 - 1e-6

/** Holds at most `perWindow` tokens and gains as many in each window; may go below zero by one taking, so that no size is impossible. */
export class TokenBucket {
  #tokens: number
  #atMs: number

  constructor(perWindow: number, nowMs: number) {
    this.#tokens = perWindow
    this.#atMs = nowMs
  }

  /** Milliseconds until something may be taken again; 0: now. A clock that went back gains nothing. */
  waitMs(perWindow: number, windowMs: number, nowMs: number): number {
    const passedMs = Math.max(0, nowMs - this.#atMs)
    this.#atMs = nowMs
    this.#tokens = Math.min(perWindow, this.#tokens + (passedMs * perWindow) / windowMs)
    return this.#tokens >= WHOLE ? 0 : Math.ceil(((1 - this.#tokens) * windowMs) / perWindow)
  }

  take(count: number): void {
    this.#tokens -= count
  }
}

type PartyBuckets = Record<keyof PartyLimits, TokenBucket>

export interface QuotaDeps {
  limits: PartyLimits
  clock: Clock
  /** What the operator has set for a party; members left out are those of everybody. */
  own(party: PartyUrn): Partial<PartyLimits> | undefined
}

/** The quotas of a hub that is one process. */
export class Quotas implements PartyQuotas {
  readonly #deps: QuotaDeps
  readonly #parties = new BoundedCache<PartyBuckets>(PARTIES_MAX)

  constructor(deps: QuotaDeps) {
    this.#deps = deps
  }

  /** A message of so many bytes. Throws QUOTA_EXCEEDED, and then takes nothing. */
  message(party: PartyUrn, bytes: number): void {
    this.#take(party, { messagesPerMinute: 1, bytesPerMinute: bytes, refusedPerMinute: 0 })
  }

  /** Bytes uploaded before the message that names them. Throws QUOTA_EXCEEDED. */
  upload(party: PartyUrn, bytes: number): void {
    this.#take(party, { uploadBytesPerMinute: bytes })
  }

  /** A message was answered 409 or 422. */
  refused(party: PartyUrn): void {
    this.#buckets(party).refusedPerMinute.take(1)
  }

  limitsOf(party: PartyUrn): PartyLimits {
    return { ...this.#deps.limits, ...this.#deps.own(party) }
  }

  #take(party: PartyUrn, wanted: Partial<Record<keyof PartyLimits, number>>): void {
    const limits = this.limitsOf(party)
    const buckets = this.#buckets(party)
    const now = this.#deps.clock()
    const names = Object.keys(wanted) as (keyof PartyLimits)[]
    for (const name of names) {
      const waitMs = buckets[name].waitMs(limits[name], MINUTE_MS, now)
      if (waitMs > 0) throw partyExceeded(name, limits, waitMs)
    }
    for (const name of names) buckets[name].take(wanted[name]!)
  }

  #buckets(party: PartyUrn): PartyBuckets {
    const known = this.#parties.get(party)
    if (known) return known
    const limits = this.limitsOf(party)
    const now = this.#deps.clock()
    const made: PartyBuckets = {
      messagesPerMinute: new TokenBucket(limits.messagesPerMinute, now),
      bytesPerMinute: new TokenBucket(limits.bytesPerMinute, now),
      refusedPerMinute: new TokenBucket(limits.refusedPerMinute, now),
      uploadBytesPerMinute: new TokenBucket(limits.uploadBytesPerMinute, now),
    }
    this.#parties.set(party, made)
    return made
  }
}

/** The buckets of connections; they go with the connection. */
export class ConnectionQuotas {
  readonly #limits: ConnectionLimits
  readonly #clock: Clock
  readonly #known = new WeakMap<object, { requests: TokenBucket; attempts: TokenBucket }>()

  constructor(limits: ConnectionLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
  }

  /** A request has begun. Throws QUOTA_EXCEEDED before anything is verified. */
  request(connection: object): void {
    const { requestsPerSecond, attemptsPerMinute } = this.#limits
    const { requests, attempts } = this.#buckets(connection)
    const now = this.#clock()
    const waitMs = Math.max(
      requests.waitMs(requestsPerSecond, 1000, now),
      attempts.waitMs(attemptsPerMinute, MINUTE_MS, now),
    )
    if (waitMs > 0)
      throw exceeded(
        `a connection has ${requestsPerSecond} requests per second, and ${attemptsPerMinute} per minute that prove nobody`,
        waitMs,
      )
    requests.take(1)
  }

  /** It proved nobody. */
  attempt(connection: object): void {
    this.#buckets(connection).attempts.take(1)
  }

  #buckets(connection: object): { requests: TokenBucket; attempts: TokenBucket } {
    const known = this.#known.get(connection)
    if (known) return known
    const { requestsPerSecond, attemptsPerMinute } = this.#limits
    const now = this.#clock()
    const made = {
      requests: new TokenBucket(requestsPerSecond, now),
      attempts: new TokenBucket(attemptsPerMinute, now),
    }
    this.#known.set(connection, made)
    return made
  }
}

export const partyExceeded = (name: keyof PartyLimits, limits: PartyLimits, waitMs: number): HubError =>
  exceeded(`${name} of this party is ${limits[name]}`, waitMs)

const exceeded = (detail: string, waitMs: number): HubError =>
  new HubError('QUOTA_EXCEEDED', detail, {
    retryAfterS: Math.min(WAIT_MAX_S, Math.max(1, Math.ceil(waitMs / 1000))),
  })
