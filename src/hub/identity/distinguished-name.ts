// Names of X.509: compared as RFC 5280 7.1 says, so that two spellings of one name are one, and no value can pose as two attributes.
import { AsnConvert } from '@peculiar/asn1-schema'
import type { AttributeTypeAndValue, GeneralName, Name } from '@peculiar/asn1-x509'
import { HubError } from '../errors.ts'

/** One name in the form its type is compared in: directories by their relative names, the rest as text. */
export type CertificateName = { type: 'directory'; relative: readonly string[] } | { type: TextNameType; text: string }
type TextNameType = 'dns' | 'email' | 'uri' | 'ip' | 'other'

const COUNTRY = '2.5.4.6'
const EMAIL_ADDRESS = '1.2.840.113549.1.9.1'
const SHORT: Record<string, string> = {
  [COUNTRY]: 'C',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.3': 'CN',
  '2.5.4.8': 'ST',
  '2.5.4.7': 'L',
  '2.5.4.5': 'serialNumber',
}

/** A directory name in comparable form: one text per relative name. */
export function directoryName(name: Name): CertificateName & { type: 'directory' } {
  return {
    type: 'directory',
    relative: [...name].map((parts) => JSON.stringify([...parts].map(comparable).toSorted())),
  }
}

/** Text for comparing whole names. */
export const comparableName = (name: Name): string => directoryName(name).relative.join('\n')

/** Strings by their letters, without case and extra space; any other value by its encoding. */
function comparable({ type, value }: AttributeTypeAndValue): string {
  const text = value.utf8String ?? value.printableString
  if (text === undefined) return JSON.stringify([type, 'der', Buffer.from(AsnConvert.serialize(value)).toString('hex')])
  return JSON.stringify([type, 'text', text.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toLowerCase()])
}

/** A directory name for people, most significant part first; not compared. */
export function readableName(name: Name): string {
  return [...name]
    .flatMap((parts) => [...parts].map(({ type, value }) => `${SHORT[type] ?? type}=${textOf(value)}`))
    .join(', ')
}

const textOf = (value: AttributeTypeAndValue['value']): string =>
  value.toString().replaceAll(/\p{C}/gu, '?').slice(0, 100)

const valuesOf = (name: Name, wanted: string): string[] =>
  [...name].flatMap((parts) => [...parts].filter(({ type }) => type === wanted).map(({ value }) => value.toString()))

/** The country of a subject, upper case; undefined if it names none. Throws CERTIFICATE_MALFORMED if it names several. */
export function countryOf(name: Name): string | undefined {
  const countries = valuesOf(name, COUNTRY)
  if (countries.length > 1) throw new HubError('CERTIFICATE_MALFORMED', 'the subject names more than one country')
  return countries[0]?.toUpperCase()
}

/** Mail addresses inside a subject, which are bound by the same constraints as alternative names (RFC 5280 4.2.1.10). */
export const subjectEmails = (name: Name): CertificateName[] =>
  valuesOf(name, EMAIL_ADDRESS).map((text) => ({ type: 'email', text: text.toLowerCase() }))

/** A general name (subject alternative, base of a constraint) in comparable form. */
export function generalName(name: GeneralName): CertificateName {
  if (name.directoryName) return directoryName(name.directoryName)
  if (name.dNSName !== undefined) return { type: 'dns', text: name.dNSName.toLowerCase().replace(/\.$/, '') }
  if (name.rfc822Name !== undefined) return { type: 'email', text: name.rfc822Name.toLowerCase() }
  if (name.uniformResourceIdentifier !== undefined) return { type: 'uri', text: name.uniformResourceIdentifier }
  if (name.iPAddress !== undefined) return { type: 'ip', text: name.iPAddress }
  return { type: 'other', text: '' }
}
