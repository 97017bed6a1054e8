// Who is at the other end of a socket, and until when: proved once, proved again before the session ends, over when it does.
import { HubError } from '../errors.ts'
import type { FeedClock } from './clock.ts'
import type { Session, SessionPort } from '../identity/session-port.ts'

const PURPOSE = 'feed'

export class SessionWatch {
  readonly #sessions: SessionPort
  readonly #clock: FeedClock
  readonly #ended: (refusal: HubError) => void
  readonly #unsubscribe: () => void
  #session: Session | undefined
  #cancel: () => void

  /** `ended` is called once with SESSION_REQUIRED if nobody proves an identity within `authMs`, or SESSION_ENDED when the session is over. */
  constructor(deps: { sessions: SessionPort; clock: FeedClock; authMs: number }, ended: (refusal: HubError) => void) {
    this.#sessions = deps.sessions
    this.#clock = deps.clock
    this.#ended = ended
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
    return session
  }

  stop(): void {
    this.#cancel()
    this.#unsubscribe()
  }

  #end(refusal: HubError): void {
    this.stop()
    this.#ended(refusal)
  }
}
