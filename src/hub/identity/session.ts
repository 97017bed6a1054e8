// Sessions: a party proves itself by signing a typed challenge; works for SM2, which TLS here cannot do.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { HubError } from '../errors.ts'
import type { Cursors } from '../journal/journal.ts'
import type { PartyUrn } from '../message/envelope.ts'
import { compileSchema } from '../message/schema.ts'
import { parseStrictJson } from '../message/strict-json.ts'
import { fromTime, toTime } from '../values/encoding.ts'
import { checkStanding, proveSigner, type Identities, type ProvedSigner } from './authenticate.ts'
import { readCompact } from './jws.ts'
import type { Session, SessionPort } from './session-port.ts'

const CHALLENGE_LIFETIME_MS = 2 * 60_000
const ANSWER_AGE_MAX_MS = 2 * 60_000
const SESSION_LIFETIME_MS = 15 * 60_000
const SESSIONS_MAX = 100_000
const SWEEP_EVERY = 500
/** Answers being verified at a time: who has proved nothing yet must not be able to keep the hub busy. */
const VERIFYING_MAX = 64

const REVIEW_AFTER_MS = 50

/** Reading needs no more than that nothing is known against the certificate. */
const ANY_STATUS = ['good', 'stale', 'unknown']

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

export interface SessionsOptions {
  identities: Identities
  cursors: Cursors
  origin: string
  clock: () => number
  randomness: (size: number) => Buffer
  /** Keys the challenges, so that nothing is kept before an answer comes. */
  secret: Buffer
}

export interface Challenge {
  nonce: string
  hub: string
  origin: string
  expires: string
}

export class Sessions implements SessionPort {
  readonly #options: SessionsOptions
  readonly #byToken = new Map<string, Session & { signer: ProvedSigner }>()
  readonly #listeners = new Set<(sessionId: string) => void>()
  #opened = 0
  #verifying = 0
  #reviewing = false

  constructor(options: SessionsOptions) {
    this.#options = options
  }

  challenge(): Challenge {
    const { clock, randomness, identities, origin } = this.#options
    const at = clock()
    const text = `${String(at).padStart(15, '0')}.${randomness(16).toString('base64url')}`
    return {
      nonce: `${text}.${this.#mac(text)}`,
      hub: identities.hub,
      origin,
      expires: toTime(at + CHALLENGE_LIFETIME_MS),
    }
  }

  /** Opens a session for a signed answer. Certificates are DER, leaf first; needed when the party's certificate is not known here yet. */
  async open(
    answer: string,
    certificates: readonly Buffer[] | undefined,
  ): Promise<{ token: string; session: Session }> {
    if (this.#verifying >= VERIFYING_MAX) throw new HubError('OVERLOADED', 'too many session answers at a time')
    this.#verifying++
    try {
      return await this.#open(answer, certificates)
    } finally {
      this.#verifying--
    }
  }

  async #open(
    answer: string,
    certificates: readonly Buffer[] | undefined,
  ): Promise<{ token: string; session: Session }> {
    const { identities, cursors, clock, randomness } = this.#options
    const now = clock()
    const { payload, signature } = readCompact(answer)
    const claims = this.#readClaims(payload, now)
    const signer = await proveSigner(payload, signature, 'hub-session+jws', identities, now, certificates)
    const fingerprint = signer.chain[0]!.fingerprint
    if (signer.party !== claims.party || fingerprint !== claims.certificate)
      throw new HubError('SESSION_FOREIGN', 'the answer names another party or certificate than the one that signed it')
    checkStanding(signer, identities, ANY_STATUS, now)
    if (!(await cursors.putNew('nonces', claims.nonce, now)))
      throw new HubError('SESSION_NONCE_USED', 'this challenge was answered before')
    if (++this.#opened % SWEEP_EVERY === 0) await this.#sweep(now)
    // Using up the challenge took its time, in which the register may have moved.
    checkStanding(signer, identities, ANY_STATUS, now)
    if (this.#byToken.size >= SESSIONS_MAX) throw new HubError('OVERLOADED', 'too many sessions are open')
    const token = randomness(32).toString('base64url')
    const session = {
      id: randomness(9).toString('base64url'),
      party: signer.party,
      certificate: fingerprint,
      purpose: claims.purpose,
      untilMs: now + SESSION_LIFETIME_MS,
    }
    this.#byToken.set(hashed(token), { ...session, signer })
    return { token, session }
  }

  #readClaims(payload: Buffer, now: number): { party: string; certificate: string; nonce: string; purpose: string } {
    const { identities, origin } = this.#options
    const value = parseStrictJson(payload)
    const findings = checkAnswer(value)
    if (findings.length > 0)
      throw new HubError('SESSION_FOREIGN', 'the answer does not have the form of a session answer', { findings })
    const claims = value as {
      hub: string
      origin: string
      party: string
      certificate: string
      nonce: string
      issued: string
      purpose: string
    }
    if (claims.hub !== identities.hub || claims.origin !== origin)
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
    if (now > Number(text.slice(0, 15)) + CHALLENGE_LIFETIME_MS)
      throw new HubError('SESSION_NONCE_UNKNOWN', 'the challenge has run out')
    return claims
  }

  #mac(text: string): string {
    return createHmac('sha256', this.#options.secret).update(`challenge\n${text}`).digest('base64url')
  }

  /** Throws SESSION_REQUIRED or SESSION_ENDED. */
  verify(token: string): Session {
    const key = hashed(token)
    const session = this.#byToken.get(key)
    if (!session) throw new HubError('SESSION_REQUIRED', 'the token is not of a session of this hub')
    if (session.untilMs <= this.#options.clock()) {
      this.#byToken.delete(key)
      throw new HubError('SESSION_ENDED', 'the session has run out')
    }
    return session
  }

  onEnd(listener: (sessionId: string) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Called after each register entry; entries that come together are looked at together. */
  reviewSoon(): void {
    if (this.#reviewing) return
    this.#reviewing = true
    setTimeout(() => {
      this.#reviewing = false
      this.review()
    }, REVIEW_AFTER_MS).unref()
  }

  /** Sessions open, those run out but not yet swept among them. */
  get count(): number {
    return this.#byToken.size
  }

  /** Ends every session a party has now. */
  endAll(party: PartyUrn): void {
    for (const [key, session] of this.#byToken) {
      if (session.party !== party) continue
      this.#byToken.delete(key)
      for (const listener of this.#listeners) listener(session.id)
    }
  }

  /** Ends every session whose party or certificate the register no longer lets through. */
  review(): void {
    const now = this.#options.clock()
    for (const [key, session] of this.#byToken) {
      if (this.#stands(session.signer, now)) continue
      this.#byToken.delete(key)
      for (const listener of this.#listeners) listener(session.id)
    }
  }

  /** Whether the identity would open a session now: party active, its CA registered, nothing of its chain revoked by entry or list. */
  #stands(signer: ProvedSigner, now: number): boolean {
    try {
      checkStanding(signer, this.#options.identities, ANY_STATUS, now)
      return true
    } catch (error) {
      if (error instanceof HubError) return false
      throw error
    }
  }

  /** Used challenges are forgotten once they could not be answered anyway; run-out sessions with them. */
  async #sweep(now: number): Promise<void> {
    const { cursors } = this.#options
    for (const [key, { untilMs }] of this.#byToken) if (untilMs <= now) this.#byToken.delete(key)
    const old = (await cursors.list('nonces', '')).filter(
      ({ key }) => Number(key.slice(0, 15)) + CHALLENGE_LIFETIME_MS < now,
    )
    await Promise.all(old.map(({ key }) => cursors.put('nonces', key, undefined)))
  }
}

const hashed = (token: string): string => createHash('sha256').update(token).digest('base64url')
