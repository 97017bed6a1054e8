// The door of the hub for rooms: everything a trade domain may know of it. Rooms import from here and from nowhere deeper.
export { HubError, REFUSALS } from './errors.ts'
export type { Actor, Finding, Layer, RefusalCode, Retry } from './errors.ts'
export { nothingWanted, refused } from './message/kind.ts'
export type { Enquiry, EnquiryAnswer, EnquiryViews } from './enquiry/enquiry.ts'
export type {
  HeadValue,
  JudgeViews,
  Judgement,
  MessageKind,
  OpenedEntry,
  Refused,
  ToldMessage,
} from './message/kind.ts'
export { countryOf, FULL, onlyTold, supervisorRows } from './message/audience.ts'
export type { AudienceRow, MessageSignature, ValidMessage } from './message/message.ts'
export type { Envelope, PartyUrn } from './message/envelope.ts'
export type { Accepted } from './accept.ts'
export type { Clock } from './clock.ts'
export type { Courier, Couriers, Job, QueueState } from './courier/courier.ts'
export { inProcessCouriers } from './courier/in-process-courier.ts'
export type { ProvedMessage } from './identity/ledger-proof.ts'
export { anchorDigest, type LedgerProofs } from './evidence/ledger-links.ts'
export {
  growthFrom,
  makeLogHeader,
  sizeOfLogHeader,
  verifyLogHeader,
  type LogHeader,
  type LogPins,
  type LogSources,
} from './evidence/log-header.ts'
export { makeEntryProof, verifyEntryProof, type ShownEntry } from './evidence/entry-proof.ts'
export { openHandedMessage } from './evidence/handed-message.ts'
export type { LedgersView } from './http/ledgers.ts'
export type { HubLanesView } from './http/hub-lanes.ts'
export type { CasesView } from './http/cases.ts'
export { compact, signJws } from './identity/jws.ts'
export { fileSigner } from './identity/signer.ts'
export { canonicalJson } from './privacy/canonical.ts'
export { classesIn, type FieldClass } from './privacy/mask.ts'
export { signedView, type SignedView, type ViewSigner } from './privacy/view.ts'
export { messageCommitment } from './message/envelope.ts'
export { followTimed, timeKey, type ViewRows } from './timed-follower.ts'
export { follow, type Follower } from './journal/follow.ts'
export type { Cursors, Journal, JournalEntry, Views } from './journal/journal.ts'
export { derivedId } from './message/hub-message.ts'
export { appendOwnEntry, type OwnEntryDeps } from './own-entry.ts'
export { appendOnce } from './supervision/anchor.ts'
export { openEntry } from './message/opened.ts'
export type { AccountMove, Claim, Expectation, Head, HeadKey, Json, Move } from './journal/heads.ts'
export type { BoundNumber, CountryEntry, Mandate, PartyEntry, Register } from './identity/register.ts'
export { fromBase64url, fromHex, fromTime, toBase64url, toTime } from './values/encoding.ts'
export * from './values/country.ts'
export * from './values/currency.ts'
export * from './values/date.ts'
export * from './values/decimal.ts'
export * from './values/finding.ts'
export * from './values/identifiers/index.ts'
export * from './values/money.ts'
export * from './values/texts.ts'
export { compileSchema, whenShaped } from './message/schema.ts'
export { parseStrictJson } from './message/strict-json.ts'
export { readSchemaFile, readSchemaText } from './values/schema-file.ts'
export { withXml, XmlSchema, type OpenXml, type XmlElement, type XmlViolation } from './message/xml.ts'
