// Sessions: a party proves itself by signing a typed challenge; works for SM2, which TLS here cannot do. With `shared`, a session that one
// process has opened is good at every other one.
import { createHash } from 'node:crypto'
import { HubError } from '../errors.ts'
import type { Cursors } from '../journal/journal.ts'
import type { PartyUrn } from '../message/envelope.ts'
import { checkStanding, proveCertificate, proveSigner, type Identities, type ProvedSigner } from './authenticate.ts'
import { isDevice } from './name-constraints.ts'
import { BoundedCache } from './bounded-cache.ts'
import { readCompact } from './jws.ts'
import { type Challenge, Challenges } from './session-challenge.ts'
import { SessionPaths } from './session-paths.ts'
import type { Session, SessionPort } from './session-port.ts'
import { SessionTokens, tokenKey } from './session-token.ts'

export type { Challenge } from './session-challenge.ts'

const SESSION_LIFETIME_MS = 15 * 60_000
const SESSIONS_MAX = 100_000
const SIGNERS_MAX = 20_000
/** How often those that have run out are looked for. */
const SWEEP_EVERY_MS = 60_000
/** Answers being verified at a time: who has proved nothing yet must not be able to keep the hub busy. */
const VERIFYING_MAX = 64

const REVIEW_AFTER_MS = 50
const BEHIND = 'the register here lags behind that of another process'
const ENDED = 'the register or the operator has ended the session'

/** Reading needs no more than that nothing is known against the certificate. */
const ANY_STATUS = ['good', 'stale', 'unknown']

export interface SessionsOptions {
  identities: Identities
  cursors: Cursors
  origin: string
  clock: () => number
  randomness: (size: number) => Buffer
  /** Keys the challenges; with `shared` also the tokens. The same in every process of the hub. */
  secret: Buffer
  /**
   * The hub has several processes. `caughtUp` waits until the register of this one includes every entry below `size`; without it, every entry
   * that any process has appended. Absent: it has one, and its sessions end with it.
   */
  shared?: { caughtUp(size?: number): Promise<boolean> }
  /** Most sessions known to this process; default 100,000. */
  sessionsMax?: number
}

/** A session this process has met, and what it is judged by. */
interface Known {
  readonly session: Session
  readonly signer: ProvedSigner
  readonly registerAt: number
}

export class Sessions implements SessionPort {
  readonly #options: SessionsOptions
  readonly #challenges: Challenges
  readonly #tokens: SessionTokens
  readonly #paths: SessionPaths
  readonly #known = new Map<string, Known>()
  /** Sessions of one certificate share its proof. */
  readonly #signers = new BoundedCache<ProvedSigner>(SIGNERS_MAX)
  readonly #standing = new WeakMap<ProvedSigner, { at: number; stands: boolean }>()
  readonly #listeners = new Set<(sessionId: string) => void>()
  /** Those ended before their time, until they would have run out: what is over stays over, also when its party is let through again. */
  readonly #ended = new Map<string, number>()
  #sweptMs = 0
  #verifying = 0
  #reviewing = false

  constructor(options: SessionsOptions) {
    const { identities, secret, origin, randomness, cursors, shared } = options
    this.#options = options
    this.#challenges = new Challenges({ ...options, hub: identities.hub })
    this.#tokens = new SessionTokens(shared ? tokenKey(secret, identities.hub, origin) : randomness(32))
    this.#paths = new SessionPaths(cursors)
  }

  challenge(): Challenge {
    return this.#challenges.make()
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
    const { identities, clock, randomness, shared } = this.#options
    const { register } = identities
    const now = clock()
    const { payload, signature } = readCompact(answer)
    const claims = this.#challenges.read(payload, now)
    // A party may have been entered, or revoked, by another process just now.
    if (shared && !(await shared.caughtUp())) throw new HubError('VIEW_BEHIND', BEHIND)
    const signer = await proveSigner(payload, signature, 'hub-session+jws', identities, now, certificates)
    const certificate = signer.chain[0]!.fingerprint
    if (signer.party !== claims.party || certificate !== claims.certificate)
      throw new HubError('SESSION_FOREIGN', 'the answer names another party or certificate than the one that signed it')
    if (isDevice(signer.chain))
      throw new HubError('READ_NOT_PERMITTED', `a device of ${signer.party} signs for it, and reads nothing`)
    checkStanding(signer, identities, ANY_STATUS, now)
    await this.#challenges.useUp(claims.nonce, now)
    if (shared && !register.certificate(certificate)) await this.#paths.keep(certificate, signer.path, now)
    // Using up the challenge took its time, in which the register may have moved.
    checkStanding(signer, identities, ANY_STATUS, now)
    const { purpose } = claims
    const session = {
      id: randomness(9).toString('base64url'),
      party: signer.party,
      certificate,
      purpose,
      untilMs: now + SESSION_LIFETIME_MS,
    }
    const registerAt = register.at
    const token = this.#tokens.seal({ ...session, registerAt })
    this.#signers.set(certificate, signer)
    this.#remember(hashed(token), { session, signer, registerAt })
    return { token, session }
  }

  #remember(key: string, known: Known): void {
    const now = this.#options.clock()
    const { sessionsMax = SESSIONS_MAX } = this.#options
    if (now - this.#sweptMs >= SWEEP_EVERY_MS || this.#known.size >= sessionsMax) {
      this.#sweptMs = now
      for (const [one, { session }] of this.#known) if (session.untilMs <= now) this.#known.delete(one)
      for (const [one, untilMs] of this.#ended) if (untilMs <= now) this.#ended.delete(one)
    }
    if (this.#known.size >= sessionsMax) throw new HubError('OVERLOADED', 'too many sessions are open')
    this.#known.set(key, known)
  }

  /** Waits for what other processes may have entered in the register. False if there is none, or it did not come in time. */
  async caughtUp(): Promise<boolean> {
    return (await this.#options.shared?.caughtUp()) ?? false
  }

  /** At once if this process has met the token before. Throws SESSION_REQUIRED or SESSION_ENDED, VIEW_BEHIND while the register lags behind the session. */
  verify(token: string): Session | Promise<Session> {
    const key = hashed(token)
    const known = this.#known.get(key)
    return known ? this.#live(key, known) : this.#meet(key, token)
  }

  #live(key: string, known: Known): Session {
    if (known.session.untilMs <= this.#options.clock()) {
      this.#known.delete(key)
      throw new HubError('SESSION_ENDED', 'the session has run out')
    }
    if (this.#stands(known)) return known.session
    this.#end(key, known)
    throw new HubError('SESSION_REQUIRED', ENDED)
  }

  /** A token of another process, or of one that was ended here. */
  async #meet(key: string, token: string): Promise<Session> {
    const { identities, clock, shared } = this.#options
    const claims = this.#tokens.open(token)
    if (!claims) throw new HubError('SESSION_REQUIRED', 'the token is not of a session of this hub')
    const { registerAt, ...said } = claims
    if (said.untilMs <= clock()) throw new HubError('SESSION_ENDED', 'the session has run out')
    if (this.#ended.has(key)) throw new HubError('SESSION_REQUIRED', ENDED)
    if (registerAt > identities.register.at && !(await shared?.caughtUp(registerAt)))
      throw new HubError('VIEW_BEHIND', BEHIND)
    const signer = await this.#signerOf(said.certificate)
    const known = { session: { ...said, party: signer.party }, signer, registerAt }
    const session = this.#live(key, known)
    this.#remember(key, known)
    return session
  }

  async #signerOf(certificate: string): Promise<ProvedSigner> {
    const { identities, clock } = this.#options
    const known = this.#signers.get(certificate)
    if (known) return known
    const path =
      identities.register.certificate(certificate) ??
      identities.seen.get(certificate) ??
      (await this.#paths.get(certificate, clock()))
    if (!path) throw new HubError('SESSION_REQUIRED', 'the certificate of the session is not known here any more')
    const signer = await proveCertificate(path, identities, clock()).catch((cause: unknown) => {
      if (!(cause instanceof HubError)) throw cause
      throw new HubError('SESSION_REQUIRED', `the session has ended: ${cause.detail}`, { cause })
    })
    if (signer.chain[0]!.fingerprint !== certificate)
      throw new Error(`the path kept for certificate ${certificate} is that of another`)
    this.#signers.set(certificate, signer)
    return signer
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

  /** Sessions known to this process, those run out but not yet swept among them. */
  get count(): number {
    return this.#known.size
  }

  /** Ends at once the sessions of a party that the operator has closed (`OperatorActs.sessionsEndedAt`). */
  endAll(party: PartyUrn): void {
    this.#review((known) => known.session.party === party)
  }

  /** Ends every session whose party or certificate the register no longer lets through. */
  review(): void {
    this.#review(() => true)
  }

  #review(which: (known: Known) => boolean): void {
    for (const [key, known] of this.#known) if (which(known) && !this.#stands(known)) this.#end(key, known)
  }

  #end(key: string, { session }: Known): void {
    this.#ended.set(key, session.untilMs)
    if (this.#ended.size > (this.#options.sessionsMax ?? SESSIONS_MAX))
      this.#ended.delete(this.#ended.keys().next().value!)
    if (this.#known.delete(key)) for (const listener of this.#listeners) listener(session.id)
  }

  /** Whether the session was opened after the operator last ended those of its party, and its identity would open one now. */
  #stands({ session, signer, registerAt }: Known): boolean {
    const { register } = this.#options.identities
    if (registerAt < register.acts.sessionsEndedAt(session.party)) return false
    const seen = this.#standing.get(signer)
    if (seen?.at === register.at) return seen.stands
    const stands = this.#judge(signer)
    this.#standing.set(signer, { at: register.at, stands })
    return stands
  }

  /** Party active, its CA registered, nothing of its chain revoked by entry or list. */
  #judge(signer: ProvedSigner): boolean {
    try {
      checkStanding(signer, this.#options.identities, ANY_STATUS, this.#options.clock())
      return true
    } catch (error) {
      if (error instanceof HubError) return false
      throw error
    }
  }
}

const hashed = (token: string): string => createHash('sha256').update(token).digest('base64url')
