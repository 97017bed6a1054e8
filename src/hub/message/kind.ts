// MessageKind: the whole contract between a room and the hub. If a room wants something else from the hub, argue about it here.
import type { Finding, RefusalCode } from '../errors.ts'
import type { AccountMove, Claim, Expectation, Head, HeadKey, Move } from '../journal/heads.ts'
import type { CertificateStatus } from '../identity/suite.ts'
import type { Register } from '../identity/register.ts'
import type { AudienceRow, ValidMessage } from './message.ts'
import type { Envelope, PartyUrn } from './envelope.ts'

/** What may be known about an entry again: its envelope and parsed body, or why they are withheld. */
export type OpenedEntry =
  | { index: number; atMs: number; kind: string; sender: string; envelope: Envelope; body: unknown }
  | { index: number; withheld: 'erased' }

/** What `judge` may look at. Includes every entry up to the journal head at intake. */
export interface JudgeViews {
  readonly nowMs: number
  readonly register: Register
  /** The key of a head: a label and a keyed hash of the parts, so guessable numbers never leave the room. */
  key(label: string, ...parts: string[]): HeadKey
  head(key: HeadKey): Promise<Head | undefined>
  entry(index: number): Promise<OpenedEntry | undefined>
  /** A message by its sender and id; undefined if there is none, and if the party was not told of it. */
  told(party: PartyUrn, from: PartyUrn, id: string): Promise<ToldMessage | undefined>
}

/** A message that a party was told of, and the view in which it sees it ('full' is the message itself). */
export interface ToldMessage {
  index: number
  kind: string
  /** messageCommitment, hex; it stays when the content is erased. */
  commitment: string
  view: string
}

/** What a message wants of the journal, decided there in one act. */
export interface Judgement {
  findings: Finding[]
  /** The world says no already: journaled as hub.refusal if the head still has the version seen (0: it does not exist). */
  refusal?: { code: RefusalCode; rule: string; key: HeadKey; version: number }
  claims: Claim[]
  moves: Move[]
  accounts: AccountMove[]
  expects: Expectation[]
  /** What `hub.expiry` will do at a time if the expected heads have not moved by then. */
  expiry?: { atMs: number; expects: HeadKey[]; moves: { key: HeadKey; value: HeadValue }[]; accounts: AccountMove[] }
  /** Entries this one is about. */
  refers: number[]
}
export type HeadValue = Head['value']

export interface MessageKind<Body = unknown> {
  name: string
  version: number
  /** JSON Schema 2020-12. `x-class` on a property is its sensitivity: public, trade, commercial, personal. */
  schema: Record<string, unknown>
  /** Content type of the body. */
  type: string
  bodyMaxBytes: number
  /**
   * Reads a body that is not JSON (XML of ISO 20022) into the shape the schema describes, so that views mask it by the same classes.
   * Findings take the place of the schema's. Throws HubError for bytes that are no such text at all. Absent: strict JSON.
   */
  read?(bytes: Uint8Array): { body: Body; findings: Finding[] }
  /** What may be attached; absent: nothing. `types` are media types, `bytesMax` counts each attachment. */
  attachments?: { types: readonly string[]; countMax: number; bytesMax: number }
  /** Party classes that may send it; everybody else is refused. */
  senders: string[]
  /** A device of the sender may sign it alone (a certificate below a CA that may name this one party); else the party itself signs too. */
  devices?: boolean
  /** How old `created` may be. */
  ageMaxMs: number
  /** Certificate status that suffices; 'revoked' never does. */
  statusAllows: Exclude<CertificateStatus, 'revoked'>[]
  /** Layers 2 and 3 that need nothing but the body: identifiers, code lists, cross-field rules. All findings at once; never throws, also on bodies that do not fit the schema. */
  check(body: Body): Finding[]
  judge(message: ValidMessage<Body>, views: JudgeViews): Promise<Judgement>
  /** Pure function of message and register; the sender and regulators with a matching register entry are added by the hub. */
  audience(message: ValidMessage<Body>, register: Register): AudienceRow[]
  /** Recipients whose answer is awaited when the envelope names a time in `due`; absent: all of `to`. */
  awaits?(message: ValidMessage<Body>, register: Register): PartyUrn[]
  /** What it draws on or claims is for one: a refusal because somebody else came first is an alert to supervisors by this rule. */
  rivals?: 'duplicate-financing'
  /** The sender is not told of its own message in its feed (acknowledgements). */
  quiet?: boolean
  /** Field sensitivities shown per view name; 'full' is implicit. */
  views: Record<string, readonly ('public' | 'trade' | 'commercial' | 'personal')[]>
}

export const nothingWanted = (): Judgement => ({
  findings: [],
  claims: [],
  moves: [],
  accounts: [],
  expects: [],
  refers: [],
})

/** A judgement that the world says no. */
export type Refused = Judgement & Required<Pick<Judgement, 'refusal'>>

export const refused = (code: RefusalCode, rule: string, key: HeadKey, version: number): Refused => ({
  ...nothingWanted(),
  refusal: { code, rule, key, version },
})
