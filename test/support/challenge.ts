// The challenge of a session, answered by hand: right, or wrong in one thing.
import type { ClientIdentity } from '../../src/client/session-keeper.ts'
import { compact, signJws } from '../../src/hub/identity/jws.ts'
import { toBase64url, toTime } from '../../src/hub/values/encoding.ts'
import { ask, type Answer } from './doors.ts'
import { fingerprintOf } from './papers.ts'
import type { World } from './world.ts'

export type Claims = Record<'hub' | 'origin' | 'party' | 'certificate' | 'nonce' | 'issued' | 'purpose', unknown>

/** What POST /v1/sessions gives: a challenge, or a session. */
export interface Opened extends Answer {
  body: Answer['body'] & { token: string; nonce: string; hub: string; origin: string; party: string; until: string }
}

export interface Challenges {
  /** Posts to /v1/sessions as it is. */
  sessions(body: object | string | Buffer): Promise<Opened>
  /** What an answer to a fresh challenge claims. */
  claimsFor(identity: Pick<ClientIdentity, 'party' | 'path'>, change?: Partial<Claims>): Promise<Claims>
  answerOf(identity: Pick<ClientIdentity, 'signer' | 'path'>, claims: object, typ?: string): Promise<string>
  /** Answers a fresh challenge of the hub, wrong in what `change` says. */
  open(change?: Partial<Claims>, identity?: ClientIdentity, typ?: string): Promise<Opened>
  withToken(token: string, path?: string): Promise<Answer>
}

/** `own` answers where nobody else is named. */
export function challengesOf(world: World, own: ClientIdentity): Challenges {
  const challenges: Challenges = {
    sessions: (body) =>
      ask(world, undefined, '/v1/sessions', {
        headers: { 'content-type': 'application/json' },
        body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
      }) as Promise<Opened>,
    async claimsFor({ party, path }, change = {}) {
      const { nonce, hub, origin } = (await challenges.sessions({})).body
      const issued = toTime(world.clock.now())
      return { hub, origin, party, certificate: fingerprintOf(path[0]!), nonce, issued, purpose: 'api', ...change }
    },
    async answerOf({ signer, path }, claims, typ = 'hub-session+jws') {
      const payload = Buffer.from(JSON.stringify(claims))
      return compact(payload, await signJws(payload, typ, signer, { fingerprint: fingerprintOf(path[0]!) }))
    },
    async open(change, identity = own, typ) {
      const answer = await challenges.answerOf(identity, await challenges.claimsFor(identity, change), typ)
      return challenges.sessions({ answer, certificates: identity.path.map(toBase64url) })
    },
    withToken: (token, path = '/v1/feed') =>
      ask(world, undefined, path, { headers: { authorization: `Bearer ${token}` } }),
  }
  return challenges
}
