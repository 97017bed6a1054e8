// Proves who we are to the hub and keeps the session alive: answers a fresh challenge before the old session ends.
import { createHash } from 'node:crypto'
import { compact, signJws } from '../hub/identity/jws.ts'
import type { Signer } from '../hub/identity/suite.ts'
import type { PartyUrn } from '../hub/message/envelope.ts'
import { fromTime, toBase64url, toTime } from '../hub/values/encoding.ts'
import { HubProblem } from './hub-problem.ts'
import { type HubAnswer, type HubRequest, request, type RequestDeps } from './hub-requests.ts'

/** A party that can act: its URN, its key, and its certificates (DER, leaf first, without the anchor). */
export interface ClientIdentity {
  party: PartyUrn
  signer: Signer
  path: readonly Buffer[]
}

export type SessionPurpose = 'api' | 'feed'

const RENEW_BEFORE_MS = 60_000
const CHALLENGES_MAX = 3
const STALE_CHALLENGE: ReadonlySet<string> = new Set(['SESSION_NONCE_USED', 'SESSION_NONCE_UNKNOWN'])

interface Challenge {
  nonce: string
  hub: PartyUrn
  origin: string
}

/** Keeps one session of one purpose, signed for the hub's origin and good at all of its addresses. Shape: `token()` gives a bearer token that is still good for a while. */
export class SessionKeeper {
  readonly #url: string
  readonly #hub: PartyUrn
  readonly #identity: ClientIdentity
  readonly #purpose: SessionPurpose
  readonly #clock: () => number
  readonly #deps: RequestDeps
  #session: { token: string; untilMs: number } | undefined
  #opening: Promise<string> | undefined

  constructor(
    at: { url: string; hub: PartyUrn; purpose: SessionPurpose },
    identity: ClientIdentity,
    deps: RequestDeps & { clock: () => number },
  ) {
    this.#url = at.url
    this.#hub = at.hub
    this.#purpose = at.purpose
    this.#identity = identity
    this.#clock = deps.clock
    this.#deps = deps
  }

  async token(): Promise<string> {
    if (this.#session !== undefined && this.#session.untilMs - this.#clock() > RENEW_BEFORE_MS)
      return this.#session.token
    // Many requests may find the session ended at once; one challenge serves them all.
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined))
    return await this.#opening
  }

  /** Forgets a session the hub no longer takes. */
  drop(token: string): void {
    if (this.#session?.token === token) this.#session = undefined
  }

  async #open(): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#answerOne()
      } catch (error) {
        // An answer whose reply was lost, or a challenge of a hub that has restarted, is of no more use: ask for a new one.
        const stale = error instanceof HubProblem && STALE_CHALLENGE.has(error.problem.code)
        if (!stale || attempt >= CHALLENGES_MAX) throw error
      }
    }
  }

  async #answerOne(): Promise<string> {
    const challenge = JSON.parse((await this.#post({})).text) as Challenge
    // Signing for a hub or an origin that is not the one we meant would let it answer elsewhere in our name.
    if (challenge.hub !== this.#hub)
      throw new Error(`the hub at ${this.#url} is ${challenge.hub}, expected ${this.#hub}`)
    if (new URL(this.#url).origin !== challenge.origin)
      throw new Error(`the hub at ${this.#url} names ${challenge.origin} as its origin; use that address`)
    const answer = await this.#answer(challenge)
    const certificates = this.#identity.path.map(toBase64url)
    const session = JSON.parse((await this.#post({ answer, certificates })).text) as { token: string; until: string }
    this.#session = { token: session.token, untilMs: fromTime(session.until) ?? this.#clock() }
    return session.token
  }

  async #answer(challenge: Challenge): Promise<string> {
    const { party, path, signer } = this.#identity
    const certificate = createHash('sha256').update(path[0]!).digest('hex')
    const { hub, origin, nonce } = challenge
    const issued = toTime(this.#clock())
    const payload = Buffer.from(
      JSON.stringify({ hub, origin, party, certificate, nonce, issued, purpose: this.#purpose }),
    )
    return compact(payload, await signJws(payload, 'hub-session+jws', signer, { fingerprint: certificate }))
  }

  #post(body: object): Promise<HubAnswer> {
    const asked: HubRequest = {
      method: 'POST',
      path: '/v1/sessions',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }
    return request(asked, this.#deps)
  }
}
