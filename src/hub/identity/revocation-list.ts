// Revocation lists (RFC 5280 section 5): full lists of one CA, read strictly and verified with that CA's key, SM2 included.
import { createHash } from 'node:crypto'
import { AsnConvert } from '@peculiar/asn1-schema'
import { CertificateList, CRLReason, type Extension, InvalidityDate } from '@peculiar/asn1-x509'
import { HubError } from '../errors.ts'
import type { Certificate } from './certificate.ts'
import { checkDer, derChildren, derElement } from './der.ts'
import { comparableName } from './distinguished-name.ts'
import type { RegisteredCa } from './register.ts'
import { REASONS, type RevocationReason } from './revocation-reason.ts'
import { publicKeyFromSpki } from './suites/index.ts'
import { verifyX509 } from './x509-signature.ts'

const BYTES_MAX = 16 * 1024 * 1024

const malformed = (why: string, cause?: unknown) =>
  new HubError('CERTIFICATE_MALFORMED', `the revocation list cannot be used: ${why}`, { cause })

/**
 * Reads a revocation list and verifies that the CA signed it; `userId` is the CA's SM2 user id if not the standard one.
 * Serial numbers are in the form of Certificate.serialHex. Throws CERTIFICATE_MALFORMED, CERTIFICATE_USAGE or CERTIFICATE_UNTRUSTED.
 */
export async function readCrl(
  bytes: Uint8Array,
  issuer: Certificate,
  userId?: string,
): Promise<NonNullable<RegisteredCa['crl']>> {
  if (bytes.length > BYTES_MAX) throw malformed('it is larger than 16 MiB')
  const der = Buffer.from(bytes)
  checkDer(der, 'the revocation list')
  const list = parse(der)
  const tbs = list.tbsCertList
  if (comparableName(tbs.issuer) !== issuer.subjectName)
    throw new HubError('CERTIFICATE_UNTRUSTED', `the revocation list is not of ${issuer.subject}`)
  if (issuer.keyUsage && !issuer.keyUsage.crlSign)
    throw new HubError('CERTIFICATE_USAGE', `${issuer.subject} may not sign revocation lists`)
  const [signed] = derChildren(der, derElement(der, 0, der.length).from, der.length)
  const key = userId === undefined ? issuer.publicKey : publicKeyFromSpki(issuer.publicKey.spkiDer, userId)
  if (
    !(await verifyX509(
      der.subarray(signed!.start, signed!.to),
      new Uint8Array(list.signature),
      list.signatureAlgorithm.algorithm,
      key,
    ))
  )
    throw new HubError('CERTIFICATE_UNTRUSTED', `the revocation list was not signed by ${issuer.subject}`)
  const nextUpdateMs = tbs.nextUpdate?.getTime().getTime()
  if (nextUpdateMs === undefined) throw malformed('it does not say when the next one comes')
  return {
    thisUpdateMs: tbs.thisUpdate.getTime().getTime(),
    nextUpdateMs,
    sha256: createHash('sha256').update(der).digest('hex'),
    serials: new Set(
      (tbs.revokedCertificates ?? []).map(({ userCertificate }) => Buffer.from(userCertificate).toString('hex')),
    ),
  }
}

/** What a list says of one certificate: when it was revoked, why, and since when its key is not to be relied on, if the CA knows. */
export interface ListedRevocation {
  serialHex: string
  revokedAtMs: number
  invalidFromMs?: number
  reason: RevocationReason
}

/** Every revocation of a list that has been verified before, with the name of its CA in the form names are compared in. */
export function listedRevocations(bytes: Uint8Array): { issuerName: string; revocations: ListedRevocation[] } {
  const { tbsCertList: tbs } = parse(Buffer.from(bytes))
  const revocations = (tbs.revokedCertificates ?? []).map(({ userCertificate, revocationDate, crlEntryExtensions }) => ({
    serialHex: Buffer.from(userCertificate).toString('hex'),
    revokedAtMs: revocationDate.getTime().getTime(),
    ...entryFacts(crlEntryExtensions ?? []),
  }))
  return { issuerName: comparableName(tbs.issuer), revocations }
}

function entryFacts(extensions: readonly Extension[]): Pick<ListedRevocation, 'reason' | 'invalidFromMs'> {
  const value = (id: string) => extensions.find(({ extnID }) => extnID === id)?.extnValue.buffer
  const [reason, invalid] = [value('2.5.29.21'), value('2.5.29.24')]
  try {
    return {
      reason: REASONS[reason ? Number(AsnConvert.parse(reason, CRLReason).reason) : 0] ?? 'unspecified',
      ...(invalid && { invalidFromMs: AsnConvert.parse(invalid, InvalidityDate).value.getTime() }),
    }
  } catch {
    // The revocation counts, whatever is wrong with what is said beside it.
    return { reason: 'unspecified' }
  }
}

/** A critical extension would say that the list covers less than it seems to: a part, a difference, another issuer's certificates. */
function parse(der: Buffer): CertificateList {
  let list: CertificateList
  try {
    list = AsnConvert.parse(der, CertificateList)
  } catch (cause) {
    throw malformed('it does not have the structure of X.509', cause)
  }
  const { crlExtensions = [], revokedCertificates = [], signature } = list.tbsCertList
  if (signature.algorithm !== list.signatureAlgorithm.algorithm) throw malformed('its two signature algorithms differ')
  const extensions = [crlExtensions, ...revokedCertificates.map((entry) => entry.crlEntryExtensions ?? [])].flat()
  const critical = extensions.find((extension) => extension.critical)
  if (critical) throw malformed(`it has the critical extension ${critical.extnID}`)
  return list
}
