// Challenges of sessions: nothing is kept of one until it is answered; the answer uses it up, once for all processes of the hub.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { HubError } from '../errors.ts'
import type { Cursors } from '../journal/journal.ts'
import { compileSchema } from '../message/schema.ts'
import { parseStrictJson } from '../message/strict-json.ts'
import { fromTime, toTime } from '../values/encoding.ts'

const CHALLENGE_LIFETIME_MS = 2 * 60_000
const ANSWER_AGE_MAX_MS = 2 * 60_000
const NONCES = 'nonces'
/** Where the work that one process does for all has got to. */
export const SWEEPS = 'sweeps'
/** Times are written with 15 digits, so the first ten name a time of 100 s. */
const TIME_DIGITS = 15
const SPAN_DIGITS = 10
const SPAN_MS = 10 ** (TIME_DIGITS - SPAN_DIGITS)
/** Further behind, everything is looked at: what is left then is little. */
const SPANS_MAX = 30
const REMOVED_AT_ONCE = 500

const checkAnswer = compileSchema({
  type: 'object',
  additionalProperties: false,
  required: ['hub', 'origin', 'party', 'certificate', 'nonce', 'issued', 'purpose'],
  properties: {
    hub: { type: 'string' },
    origin: { type: 'string' },
    party: { type: 'string' },
    certificate: { type: 'string', pattern: '^[0-9a-f]{64}$' },
    nonce: { type: 'string', maxLength: 200 },
    issued: { type: 'string' },
    purpose: { enum: ['api', 'feed'] },
  },
})

export interface Challenge {
  nonce: string
  hub: string
  origin: string
  expires: string
}

/** What an answer to a challenge says; it is for this hub, at this origin, now. */
export interface AnswerClaims {
  hub: string
  origin: string
  party: string
  certificate: string
  nonce: string
  issued: string
  purpose: string
}

export interface ChallengesOptions {
  hub: string
  cursors: Cursors
  origin: string
  clock: () => number
  randomness: (size: number) => Buffer
  /** Keys the challenges, so that nothing is kept before an answer comes. The same in every process. */
  secret: Buffer
}

export class Challenges {
  readonly #options: ChallengesOptions
  /** Spans below this one have been looked after, as far as this process knows. */
  #sweptTo = 0

  constructor(options: ChallengesOptions) {
    this.#options = options
  }

  make(): Challenge {
    const { clock, randomness, hub, origin } = this.#options
    const at = clock()
    const text = `${String(at).padStart(TIME_DIGITS, '0')}.${randomness(16).toString('base64url')}`
    return { nonce: `${text}.${this.#mac(text)}`, hub, origin, expires: toTime(at + CHALLENGE_LIFETIME_MS) }
  }

  /** Reads an answer whose signature is yet to be proved. Throws SESSION_FOREIGN, SESSION_ANSWER_STALE, SESSION_NONCE_UNKNOWN. */
  read(payload: Buffer, now: number): AnswerClaims {
    const { hub, origin } = this.#options
    const value = parseStrictJson(payload)
    const findings = checkAnswer(value)
    if (findings.length > 0)
      throw new HubError('SESSION_FOREIGN', 'the answer does not have the form of a session answer', { findings })
    const claims = value as unknown as AnswerClaims
    if (claims.hub !== hub || claims.origin !== origin)
      throw new HubError('SESSION_FOREIGN', `the answer was signed for ${claims.hub} at ${claims.origin}`)
    const issued = fromTime(claims.issued)
    if (issued === undefined || Math.abs(now - issued) > ANSWER_AGE_MAX_MS)
      throw new HubError('SESSION_ANSWER_STALE', `the answer was issued at ${claims.issued}`)
    const cut = claims.nonce.lastIndexOf('.')
    const text = claims.nonce.slice(0, Math.max(cut, 0))
    const given = Buffer.from(claims.nonce.slice(cut + 1))
    const wanted = Buffer.from(this.#mac(text))
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
      throw new HubError('SESSION_NONCE_UNKNOWN', 'the challenge is not one of this hub')
    if (now > Number(text.slice(0, TIME_DIGITS)) + CHALLENGE_LIFETIME_MS)
      throw new HubError('SESSION_NONCE_UNKNOWN', 'the challenge has run out')
    return claims
  }

  /** Uses a challenge up. Throws SESSION_NONCE_USED. */
  async useUp(nonce: string, now: number): Promise<void> {
    if (!(await this.#options.cursors.putNew(NONCES, nonce, now)))
      throw new HubError('SESSION_NONCE_USED', 'this challenge was answered before')
    this.#sweepBefore(now)
  }

  #mac(text: string): string {
    return createHmac('sha256', this.#options.secret).update(`challenge\n${text}`).digest('base64url')
  }

  /** Used challenges are forgotten once they could not be answered anyway. Nobody waits for it. */
  #sweepBefore(now: number): void {
    // One span more than they live, for processes whose clocks differ.
    const until = Math.floor((now - CHALLENGE_LIFETIME_MS) / SPAN_MS) - 1
    const before = this.#sweptTo
    if (until <= before) return
    this.#sweptTo = until
    // What fails is done with the next answer.
    this.#sweep(until).catch(() => (this.#sweptTo = before))
  }

  async #sweep(until: number): Promise<void> {
    const { cursors } = this.#options
    const swept = (await cursors.get(SWEEPS, NONCES)) as number | undefined
    // One process does it for all.
    if ((swept ?? 0) >= until || !(await cursors.swap(SWEEPS, NONCES, swept, until))) return
    for (const prefix of prefixesOf(swept, until)) {
      const old = (await cursors.list(NONCES, prefix)).filter(({ key }) => Number(key.slice(0, SPAN_DIGITS)) < until)
      for (let from = 0; from < old.length; from += REMOVED_AT_ONCE)
        await Promise.all(old.slice(from, from + REMOVED_AT_ONCE).map(({ key }) => cursors.put(NONCES, key, undefined)))
    }
  }
}

/** The spans from the last one that was swept, whose sweeper may have died over it. */
function prefixesOf(swept: number | undefined, until: number): string[] {
  if (swept === undefined || until - swept > SPANS_MAX) return ['']
  const first = Math.max(0, swept - 1)
  return Array.from({ length: until - first }, (_, n) => String(first + n).padStart(SPAN_DIGITS, '0'))
}
