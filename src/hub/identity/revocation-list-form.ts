// The form of a revocation list (RFC 5280 section 5.1), read by hand: a national CA's list has tens of thousands of entries, which a general
// reader of ASN.1 takes seconds for or refuses.
import { AsnConvert } from '@peculiar/asn1-schema'
import { AlgorithmIdentifier, Name } from '@peculiar/asn1-x509'
import { derChildren, type DerElement, derElement, DerError } from './der.ts'
import { comparableName } from './distinguished-name.ts'
import { REASONS, type RevocationReason } from './revocation-reason.ts'

/** What a list says of one certificate: when it was revoked, why, and since when its key is not to be relied on, if the CA knows. */
export interface ListedRevocation {
  /** Content of the DER INTEGER, as in Certificate.serialHex. */
  serialHex: string
  revokedAtMs: number
  invalidFromMs?: number
  reason: RevocationReason
}

export interface ListForm {
  /** The signed part, the object identifier it is signed under, and the signature. */
  tbs: Buffer
  algorithm: string
  signature: Buffer
  /** Name of the CA in the form names are compared in. */
  issuerName: string
  thisUpdateMs: number
  nextUpdateMs?: number
  revocations: ListedRevocation[]
  /** Object identifier of the first critical extension, of the list or of an entry. */
  critical?: string
}

const INTEGER = 0x02
const BOOLEAN = 0x01
const BIT_STRING = 0x03
const OCTET_STRING = 0x04
const ENUMERATED = 0x0a
const SEQUENCE = 0x30
const EXTENSIONS = 0xa0
const REASON = Buffer.from('551d15', 'hex')
const INVALID_FROM = Buffer.from('551d18', 'hex')

/** Reads DER that has been checked to be strict (`checkDer`). Throws, whatever else it is. */
export function readListForm(der: Buffer): ListForm {
  const [tbs, algorithm, signature, ...more] = inside(der, expect(derElement(der, 0, der.length), SEQUENCE))
  if (more.length > 0 || !tbs || !algorithm || signature?.tagByte !== BIT_STRING || der[signature.from] !== 0)
    throw new DerError('it is not a signed list')
  const named = identifierOf(der, algorithm)
  const read = readTbs(der, expect(tbs, SEQUENCE))
  if (read.algorithm !== named) throw new DerError('its two signature algorithms differ')
  return { ...read, tbs: der.subarray(tbs.start, tbs.to), signature: der.subarray(signature.from + 1, signature.to) }
}

function readTbs(der: Buffer, tbs: DerElement): Omit<ListForm, 'tbs' | 'signature'> {
  const members = inside(der, tbs)
  const take = (...tags: number[]): DerElement | undefined =>
    members[0] && tags.includes(members[0].tagByte) ? members.shift() : undefined
  const version = take(INTEGER)
  if (version && (version.to - version.from !== 1 || der[version.from] !== 1))
    throw new DerError('it is not of version 2')
  const algorithm = identifierOf(der, take(SEQUENCE))
  const issuer = expect(take(SEQUENCE), SEQUENCE)
  const thisUpdateMs = timeOf(der, take(0x17, 0x18))
  const next = take(0x17, 0x18)
  const entries = take(SEQUENCE)
  const outer = take(EXTENSIONS)
  if (members.length > 0) throw new DerError('it has a member that no list has')
  const found: { critical?: string } = {}
  if (outer) readExtensions(der, expect(inside(der, outer)[0], SEQUENCE), found)
  return {
    algorithm,
    issuerName: comparableName(AsnConvert.parse(der.subarray(issuer.start, issuer.to), Name)),
    thisUpdateMs,
    ...(next && { nextUpdateMs: timeOf(der, next) }),
    revocations: entries ? inside(der, entries).map((entry) => readEntry(der, entry, found)) : [],
    ...found,
  }
}

function readEntry(der: Buffer, entry: DerElement, found: { critical?: string }): ListedRevocation {
  const [serial, time, extensions, ...more] = inside(der, expect(entry, SEQUENCE))
  if (serial?.tagByte !== INTEGER || more.length > 0) throw new DerError('an entry is not of a certificate')
  return {
    serialHex: der.toString('hex', serial.from, serial.to),
    revokedAtMs: timeOf(der, time),
    ...(extensions ? readExtensions(der, expect(extensions, SEQUENCE), found) : { reason: 'unspecified' }),
  }
}

/** Notes a critical extension, and gives what an entry says of reason and invalidity. */
function readExtensions(
  der: Buffer,
  list: DerElement,
  found: { critical?: string },
): Pick<ListedRevocation, 'reason' | 'invalidFromMs'> {
  let facts: Pick<ListedRevocation, 'reason' | 'invalidFromMs'> = { reason: 'unspecified' }
  for (const extension of inside(der, list)) {
    const members = inside(der, expect(extension, SEQUENCE))
    const [name, value] = [members[0], members.at(-1)]
    const flag = members.length === 3 ? expect(members[1], BOOLEAN) : undefined
    if (!name || value?.tagByte !== OCTET_STRING || members.length > 3)
      throw new DerError('an extension has another form')
    const oid = der.subarray(name.from, name.to)
    if (flag && der[flag.from] !== 0) found.critical ??= oid.toString('hex')
    if (oid.equals(REASON) || oid.equals(INVALID_FROM))
      facts = { ...facts, ...factOf(oid, der.subarray(value.from, value.to)) }
  }
  return facts
}

function factOf(oid: Buffer, value: Buffer): Partial<Pick<ListedRevocation, 'reason' | 'invalidFromMs'>> {
  try {
    const fact = derElement(value, 0, value.length)
    if (!oid.equals(REASON)) return { invalidFromMs: timeOf(value, expect(fact, 0x18)) }
    const number = fact.to - fact.from === 1 ? value[expect(fact, ENUMERATED).from]! : 0
    return { reason: REASONS[number] ?? 'unspecified' }
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause
    // The revocation counts, whatever is wrong with what is said beside it.
    return {}
  }
}

const inside = (der: Buffer, { from, to }: DerElement): DerElement[] => derChildren(der, from, to)

function expect(element: DerElement | undefined, tagByte: number): DerElement {
  if (element?.tagByte !== tagByte) throw new DerError('a member is missing or of another type')
  return element
}

function identifierOf(der: Buffer, element: DerElement | undefined): string {
  const { start, to } = expect(element, SEQUENCE)
  return AsnConvert.parse(der.subarray(start, to), AlgorithmIdentifier).algorithm
}

const UTC = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
const GENERALIZED = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/

/** UTCTime up to 2049, GeneralizedTime from then on, both in whole seconds (RFC 5280 5.1.2.4); years of two digits from 50 on are 19xx. */
function timeOf(der: Buffer, element: DerElement | undefined): number {
  const isUtc = element?.tagByte === 0x17
  const text = element ? der.toString('latin1', element.from, element.to) : ''
  const [, year, month, day, hour, minute, second] = ((isUtc ? UTC : GENERALIZED).exec(text) ?? []).map(Number)
  if (second === undefined || (!isUtc && element?.tagByte !== 0x18))
    throw new DerError('a time is missing or of another form')
  const full = isUtc ? year! + (year! >= 50 ? 1900 : 2000) : year!
  const ms = Date.UTC(full, month! - 1, day, hour, minute, second)
  if (new Date(ms).getUTCDate() !== day || new Date(ms).getUTCHours() !== hour)
    throw new DerError('a time does not exist')
  return ms
}
