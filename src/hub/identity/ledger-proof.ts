// What a ledger shows instead of a signature: a message the hub writes down for it, with the proof beside it. The hub knows no ledger; the
// room that does hands in how it is proved.
import type { PartyUrn } from '../message/envelope.ts'
import { hubMessage } from '../message/hub-message.ts'
import { reach, type AuthenticMessage, type ReceivedMessage } from '../message/message.ts'
import type { Identities } from './authenticate.ts'

/** The same fact always gives the same bytes: `id`, `atMs` and `salt` (16 bytes) are made from what it is about. */
export interface ProvedMessage {
  /** URN of the ledger. */
  from: PartyUrn
  kind: string
  id: string
  atMs: number
  salt: Buffer
  body: object
  /** Kept beside it, outside every comparison: another proof of the same fact is a duplicate. */
  evidence: Buffer
  /** Throws a refusal unless the evidence shows it. Asked each time the walk begins, for what is trusted may have moved. */
  prove(): Promise<void>
}

export function receivedOf(message: ProvedMessage, hub: PartyUrn, nowMs: number): ReceivedMessage {
  const { from, kind, id, atMs, salt, body: value } = message
  const made = hubMessage({ hub, from, kind, id, to: [], atMs, salt, body: value })
  const { envelope, envelopeBytes, body, commitment } = made
  return reach<ReceivedMessage>({
    envelopeBytes,
    envelope,
    commitment,
    signatures: [],
    body,
    attachments: [],
    receivedAtMs: nowMs,
  })
}

export async function authenticateByLedger(
  { prove, evidence }: ProvedMessage,
  received: ReceivedMessage,
  { register }: Identities,
): Promise<AuthenticMessage> {
  const registerAt = register.at
  await prove()
  return reach<AuthenticMessage>({
    by: 'ledger-proof',
    received,
    sender: received.envelope.from,
    signers: [],
    status: [],
    evidence,
    registerAt,
    expects: [],
  })
}
