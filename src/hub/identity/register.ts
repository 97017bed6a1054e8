// The trust register: who may say what, folded from signed register entries. Reads only; the fold lives in register-fold.ts.
import type { PartyUrn } from '../message/envelope.ts'
import type { Certificate } from './certificate.ts'

export interface CountryEntry {
  /** ISO 3166-1 alpha-2, upper case. */
  country: string
  authority: PartyUrn
  /** Trust anchors and CAs of this country, by fingerprint. */
  anchors: readonly RegisteredCa[]
  /** Classes a party of this country may have. */
  classes: readonly string[]
}

export interface RegisteredCa {
  certificate: Certificate
  /** Classes its certificates may name; empty: all of the country. */
  classes: readonly string[]
  /** Where revocation of its certificates is known from: entries of this register, lists it signs, or its responders. */
  status: 'register' | 'crl' | 'ocsp'
  /** Newest list entered for it, if any. */
  crl?: { thisUpdateMs: number; nextUpdateMs: number; sha256: string; serials: ReadonlySet<string> }
  /** SM2 user id if not the standard one. */
  userId?: string
  /** Where its lists are fetched and its responders asked, as its authority has entered them. */
  crlUrls?: readonly string[]
  ocspUrls?: readonly string[]
}

export interface PartyEntry {
  party: PartyUrn
  country: string
  class: string
  name: string
  /** Kinds it may send; absent: all its class may send. */
  kinds?: readonly string[]
  /** For a regulator: kinds it supervises ('*' for all). */
  supervises?: readonly string[]
  /** Numbers it is known by elsewhere: BIC (ISO 9362), LEI (ISO 17442), unified social credit code (GB 32100), customs registration. */
  identifiers?: { bic?: string; lei?: string; uscc?: string; customs?: string }
  state: 'active' | 'suspended'
}

/** Numbers that China gives a company and that bind: whoever the register enters with one first is its holder. */
export type BoundNumber = 'uscc' | 'customs'

export interface Mandate {
  principal: PartyUrn
  agent: PartyUrn
  kinds: readonly string[]
  fromMs: number
  untilMs: number
  index: number
}

export interface Register {
  /** Index + 1 of the last entry that changed the register; 0 for the seed alone. */
  readonly at: number
  country(country: string): CountryEntry | undefined
  countries(): CountryEntry[]
  party(urn: PartyUrn): PartyEntry | undefined
  mandate(principal: PartyUrn, agent: PartyUrn, kind: string, atMs: number): Mandate | undefined
  parties(): PartyEntry[]
  /** The party, active or suspended, to which the register binds a number; undefined if to none. */
  holder(kind: BoundNumber, value: string): PartyUrn | undefined
  /** What a country's authority has revoked, by fingerprint (hex SHA-256 of the DER). It says nothing of another country's certificates. */
  revoked(country: string, fingerprint: string): { atMs: number; reason: string } | undefined
  /** A certificate registered or seen before. */
  certificate(fingerprint: string): readonly Buffer[] | undefined
  /** Regulators of a country whose register entry covers the kind. */
  regulators(country: string, kind: string): PartyUrn[]
  /** Version of the register head of a country or party, for `expects`. */
  version(key: string): number
}
