// The answers of responders in a bundle: each is named by one status, was signed under the CA of the path, and says what the status says.
import { hash } from 'node:crypto'
import { HubError } from '../errors.ts'
import type { Certificate } from '../identity/certificate.ts'
import { checkOcspTimes, type OcspAnswer, SKEW_MS, verifyOcsp } from '../identity/ocsp.ts'
import { verifyPath } from '../identity/path.ts'
import type { CertificateStatusEvidence } from '../identity/suite.ts'
import { fromBase64url, toTime } from '../values/encoding.ts'
import type { Bundle } from './bundle-form.ts'
import { check } from './form.ts'
import type { TrustAnchors } from './trust.ts'
import type { PartyMessage } from './verify-party.ts'

/** An answer with the certificate it is about and the status that rests on it. */
interface Rested {
  known: CertificateStatusEvidence
  path: readonly Certificate[]
  der: Buffer
}

/** Every status by a responder has its answer in the bundle, and every answer is named by a status: what is left over covers nothing. */
export function restedOn(
  { status, responses = [] }: Pick<Bundle, 'status' | 'responses'>,
  { paths }: PartyMessage,
): Rested[] {
  const ders = responses.map((response) => fromBase64url(response, 'a response'))
  const bySha256 = new Map(ders.map((der) => [hash('sha256', der, 'hex'), der]))
  check(bySha256.size === ders.length, 'a response is given twice')
  const rested = status.flatMap((known): Rested[] => {
    check(
      (known.source === 'ocsp') === (known.responseSha256 !== undefined),
      'a status names an answer it does not rest on',
    )
    if (known.responseSha256 === undefined) return []
    const der = bySha256.get(known.responseSha256)
    const path = paths.find(([leaf]) => leaf?.fingerprint === known.fingerprint)
    check(der !== undefined, 'the answer that a status rests on is not in the bundle')
    check(path !== undefined, 'a status rests on an answer about a certificate that signed nothing')
    return [{ known, path, der }]
  })
  const named = new Set(rested.map(({ known }) => known.responseSha256))
  check(named.size === bySha256.size, 'the bundle carries an answer that no status rests on')
  return rested
}

/** Throws unless every answer was signed under the CA of its path and says what the status says, at the time of the entry. */
export async function verifyAnswers(
  rested: readonly Rested[],
  message: PartyMessage,
  trust: TrustAnchors,
  atMs: number,
): Promise<void> {
  const country = message.opened.envelope.from.split(':')[2]?.toUpperCase() ?? ''
  const anchors = (trust.countries.get(country) ?? []).map((certificate) => ({ certificate }))
  for (const { known, path, der } of rested) {
    const { chain } = await verifyPath({ path, anchors, atMs })
    const answer = await verifyOcsp(der, { certificate: chain[0]!, issuer: chain[1]! }, atMs)
    checkAnswer(answer, known, atMs)
  }
}

function checkAnswer(answer: OcspAnswer, known: CertificateStatusEvidence, atMs: number): void {
  if (answer.status !== 'good')
    throw new HubError('CERTIFICATE_REVOKED', `the responder said ${answer.status} of ${known.fingerprint}`)
  check(
    known.thisUpdate === toTime(answer.thisUpdateMs) &&
      known.producedAt === toTime(answer.producedAtMs) &&
      known.nextUpdate === (answer.nextUpdateMs === undefined ? undefined : toTime(answer.nextUpdateMs)),
    'a status gives other times than the answer it rests on',
  )
  // The hub judged shortly before the time of the entry; what it judged stale may have become so at any time before.
  if (known.status === 'good') checkOcspTimes(answer, atMs, SKEW_MS)
  else
    check(
      known.status === 'stale' && atMs > answer.untilMs,
      `a good answer does not make a certificate ${known.status}`,
    )
}
