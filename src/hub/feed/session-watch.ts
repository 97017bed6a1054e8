// Who is at the other end of a socket, and until when: proved once, proved again before the session ends, over when it does.
import { HubError } from '../errors.ts'
import type { FeedClock } from './clock.ts'
import type { Session, SessionPort } from '../identity/session-port.ts'

const PURPOSE = 'feed'
/** How long before the end of a session the peer is asked for the next, at most; a quarter of what is left of a shorter one. */
const WANTED_BEFORE_MS = 60_000
/** A session that is about to end must not become a storm of questions. */
const WANTED_EVERY_MIN_MS = 250

/** Told of what happens to the session of a socket. */
export interface SessionEvents {
  /** The next proof is wanted before `untilMs`. */
  wanted(untilMs: number): void
  /** Called once: nobody proved an identity in time (SESSION_REQUIRED), or the session is over (SESSION_ENDED). */
  ended(refusal: HubError): void
}

export class SessionWatch {
  readonly #sessions: SessionPort
  readonly #clock: FeedClock
  readonly #events: SessionEvents
  readonly #unsubscribe: () => void
  #session: Session | undefined
  #cancel: () => void
  #cancelWanted = (): void => {}

  /** Somebody has to prove an identity within `authMs`. */
  constructor(deps: { sessions: SessionPort; clock: FeedClock; authMs: number }, events: SessionEvents) {
    this.#sessions = deps.sessions
    this.#clock = deps.clock
    this.#events = events
    this.#unsubscribe = deps.sessions.onEnd((id) => {
      if (id === this.#session?.id) this.#end(new HubError('SESSION_ENDED', 'the session was ended'))
    })
    this.#cancel = deps.clock.after(deps.authMs, () =>
      this.#end(new HubError('SESSION_REQUIRED', `no auth frame within ${deps.authMs} ms`)),
    )
  }

  get session(): Session | undefined {
    return this.#session
  }

  /** Takes a token, the first or the next of the same party. Throws SESSION_REQUIRED, SESSION_ENDED, SESSION_FOREIGN. */
  async prove(token: string): Promise<Session> {
    const session = await this.#sessions.verify(token)
    if (!session) throw new HubError('SESSION_REQUIRED', 'the token is not that of a live session')
    if (session.purpose !== PURPOSE)
      throw new HubError('SESSION_FOREIGN', `the session was proved for ${session.purpose}, not for ${PURPOSE}`)
    if (this.#session && this.#session.party !== session.party)
      throw new HubError('SESSION_FOREIGN', 'a socket stays with the party that opened it')
    const remainingMs = session.untilMs - this.#clock.nowMs()
    if (remainingMs <= 0) throw new HubError('SESSION_ENDED', 'the session is past its end')
    this.#cancel()
    this.#session = session
    this.#cancel = this.#clock.after(remainingMs, () =>
      this.#end(new HubError('SESSION_ENDED', 'the session ran out; prove the identity again')),
    )
    this.#wantNext(session.untilMs)
    return session
  }

  /** Asks again at ever shorter distances, since the peer may answer with the session that is ending. */
  #wantNext(untilMs: number): void {
    this.#cancelWanted()
    const leftMs = untilMs - this.#clock.nowMs()
    const delayMs = Math.max(WANTED_EVERY_MIN_MS, leftMs - Math.min(WANTED_BEFORE_MS, leftMs / 4))
    if (delayMs >= leftMs) return
    this.#cancelWanted = this.#clock.after(delayMs, () => {
      this.#events.wanted(untilMs)
      this.#wantNext(untilMs)
    })
  }

  stop(): void {
    this.#cancel()
    this.#cancelWanted()
    this.#unsubscribe()
  }

  #end(refusal: HubError): void {
    this.stop()
    this.#events.ended(refusal)
  }
}
