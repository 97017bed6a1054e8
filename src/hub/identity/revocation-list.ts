// Revocation lists (RFC 5280 section 5): full lists of one CA, read strictly and verified with that CA's key, SM2 included.
import { createHash } from 'node:crypto'
import { HubError } from '../errors.ts'
import type { Certificate } from './certificate.ts'
import { checkDer } from './der.ts'
import type { RegisteredCa } from './register.ts'
import { type ListedRevocation, type ListForm, readListForm } from './revocation-list-form.ts'
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
  if (list.issuerName !== issuer.subjectName)
    throw new HubError('CERTIFICATE_UNTRUSTED', `the revocation list is not of ${issuer.subject}`)
  if (issuer.keyUsage && !issuer.keyUsage.crlSign)
    throw new HubError('CERTIFICATE_USAGE', `${issuer.subject} may not sign revocation lists`)
  const key = userId === undefined ? issuer.publicKey : publicKeyFromSpki(issuer.publicKey.spkiDer, userId)
  if (!(await verifyX509(list.tbs, list.signature, list.algorithm, key)))
    throw new HubError('CERTIFICATE_UNTRUSTED', `the revocation list was not signed by ${issuer.subject}`)
  if (list.nextUpdateMs === undefined) throw malformed('it does not say when the next one comes')
  return {
    thisUpdateMs: list.thisUpdateMs,
    nextUpdateMs: list.nextUpdateMs,
    sha256: createHash('sha256').update(der).digest('hex'),
    serials: new Set(list.revocations.map(({ serialHex }) => serialHex)),
  }
}

/** Every revocation of a list that has been verified before, with the name of its CA in the form names are compared in. */
export function listedRevocations(bytes: Uint8Array): { issuerName: string; revocations: ListedRevocation[] } {
  return parse(Buffer.from(bytes))
}

/** A critical extension would say that the list covers less than it seems to: a part, a difference, another issuer's certificates. */
function parse(der: Buffer): ListForm {
  let list: ListForm
  try {
    list = readListForm(der)
  } catch (cause) {
    throw malformed('it does not have the structure of X.509', cause)
  }
  if (list.critical !== undefined) throw malformed(`it has a critical extension (${list.critical} in hex)`)
  return list
}
