// What the doors ask of sessions: who is behind a token, until when, and when that ends early.
import type { PartyUrn } from '../message/envelope.ts'

/** A proved session. `certificate` is the hex SHA-256 of the leaf; `purpose` is what the party signed it for. */
export interface Session {
  readonly id: string
  readonly party: PartyUrn
  readonly certificate: string
  readonly purpose: string
  readonly untilMs: number
}

export interface SessionPort {
  /** The live session of a token; undefined or a thrown HubError SESSION_* if there is none, VIEW_BEHIND if that cannot be told yet. */
  verify(token: string): Session | undefined | Promise<Session | undefined>
  /** Called when a session ends before its time (revocation, register entry, sign-off). Returns the unsubscribe. */
  onEnd(listener: (sessionId: string) => void): () => void
}
