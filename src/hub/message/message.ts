// The stages of a message as types. Each is made only by the step before it, so no door of the walk can be skipped.
import type { Judgement } from './kind.ts'
import type { MessageKind } from './kind.ts'
import type { Envelope, PartyUrn } from './envelope.ts'
import type { JournalEntry } from '../journal/journal.ts'
import type { CertificateStatusEvidence, SuiteName } from '../identity/suite.ts'

/** One JWS signature over the envelope bytes: both members base64url as received. */
export interface MessageSignature {
  protected: string
  signature: string
}

export interface Attachment {
  sha256: string
  bytes: Buffer
}

declare const stage: unique symbol
interface Stage<Name extends string> {
  readonly [stage]: Name
}

/** Bytes taken in and decoded strictly; nothing proved yet. */
export interface ReceivedMessage extends Stage<'received'> {
  readonly envelopeBytes: Buffer
  readonly envelope: Envelope
  readonly commitment: Buffer
  readonly signatures: readonly MessageSignature[]
  readonly body: Buffer
  readonly attachments: readonly Attachment[]
  readonly receivedAtMs: number
}

/** Signatures, certificate paths, party, permission and mandate proved against the register at `registerAt`. */
export interface AuthenticMessage extends Stage<'authentic'> {
  readonly by: 'signature' | 'ledger-proof' | 'hub'
  readonly received: ReceivedMessage
  readonly sender: PartyUrn
  /**
   * DER of each signer's path, leaf first, without the anchor; same order as the signatures. A device is one whose certificate a CA has
   * issued that may name its party only.
   */
  readonly signers: readonly { alg: SuiteName; path: readonly Buffer[]; device?: true }[]
  readonly status: readonly CertificateStatusEvidence[]
  /** Answers of responders (DER) that the status rests on. */
  readonly responses?: readonly Buffer[]
  /** What shows it to stand on a ledger. */
  readonly evidence?: Buffer
  readonly registerAt: number
  /** Register heads the proof relied on; the append refuses to decide if one has moved. */
  readonly expects: readonly { key: string; version: number }[]
}

/** Parsed and checked against schema and rules of its kind: no findings. */
export interface ValidMessage<Body = unknown> extends Stage<'valid'> {
  readonly authentic: AuthenticMessage
  readonly envelope: Envelope
  readonly kind: MessageKind<Body>
  readonly body: Body
}

/** Judged by its room against heads and views; what it wants of the journal is written down. */
export interface JudgedMessage extends Stage<'judged'> {
  readonly valid: ValidMessage
  readonly judgement: Judgement
  readonly audience: readonly AudienceRow[]
  readonly refusalAudience: readonly AudienceRow[]
  readonly judgedAt: number
  /** Whose answer is awaited, when the envelope names a time for it. */
  readonly due?: NonNullable<JournalEntry['due']>
}

/** Who sees an entry, and in which view ('full' is the message itself). */
export interface AudienceRow {
  party: PartyUrn
  view: string
  /** Why it is there, if not in its own right: it sent the message (or had it sent), or it supervises. */
  by?: 'sender' | 'supervision'
  /** For supervision: the kind whose supervision gave the right. */
  covers?: string
}

/** Marks a value as having reached a stage. Only the step that makes the stage calls this. */
export function reach<S extends Stage<string>>(value: Omit<S, typeof stage>): S {
  return value as S
}
