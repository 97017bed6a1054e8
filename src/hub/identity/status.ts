// Revocation status, four-valued: good, revoked, unknown, stale, each with where it is known from. "Cannot tell" is never "good" and never "revoked".
import { toTime } from '../values/encoding.ts'
import type { Certificate } from './certificate.ts'
import type { OcspAnswer } from './ocsp.ts'
import type { RegisteredCa } from './register.ts'
import type { CertificateStatusEvidence } from './suite.ts'

export { readCrl } from './revocation-list.ts'

/** What the register says of the certificates of one country. */
export interface Revocations {
  at: number
  revoked(fingerprint: string): object | undefined
  /** The newest answer of a responder that the certificate is good. */
  answer?(certificate: Certificate, issuer: Certificate): OcspAnswer | undefined
}

type FindCa = (fingerprint: string) => RegisteredCa | undefined

/** Status of each certificate of a chain below its anchor. The chain is leaf first, anchor last; `ca` finds the register's entry of an issuing CA. */
export function statusOf(
  chain: readonly Certificate[],
  ca: FindCa,
  register: Revocations,
  atMs: number,
): CertificateStatusEvidence[] {
  return chain.slice(0, -1).map((certificate, below) => ({
    fingerprint: certificate.fingerprint,
    ...judge(certificate, chain.slice(below + 1), ca, register, atMs),
    registerAt: register.at,
  }))
}

type Known = Omit<CertificateStatusEvidence, 'fingerprint' | 'registerAt'>

function judge(
  certificate: Certificate,
  above: readonly Certificate[],
  ca: FindCa,
  register: Revocations,
  atMs: number,
): Known {
  // A revoked CA takes all that it issued with it.
  if ([certificate, ...above].some(({ fingerprint }) => register.revoked(fingerprint)))
    return { status: 'revoked', source: 'register' }
  const issuer = ca(above[0]!.fingerprint)
  const list = issuer?.crl
  if (list) {
    const evidence = {
      source: 'crl' as const,
      thisUpdate: toTime(list.thisUpdateMs),
      nextUpdate: toTime(list.nextUpdateMs),
      crlSha256: list.sha256,
      ageMs: ageOf(list.thisUpdateMs, atMs),
    }
    if (list.serials.has(certificate.serialHex)) return { status: 'revoked', ...evidence }
    if (issuer.status === 'crl' || (issuer.status === 'ocsp' && certificate.isCa))
      return { status: atMs <= list.nextUpdateMs ? 'good' : 'stale', ...evidence }
  }
  // A CA below a registered one has no entry of its own. Entries by register cover all below; a list covers its own issuer only.
  const nearest = above.map(({ fingerprint }) => ca(fingerprint)).find((entry) => entry !== undefined)
  if (nearest?.status === 'register') return { status: 'good', source: 'register' }
  const answer = nearest?.status === 'ocsp' ? register.answer?.(certificate, above[0]!) : undefined
  if (answer) return { status: atMs <= answer.untilMs ? 'good' : 'stale', ...answerEvidence(answer, atMs) }
  return { status: 'unknown', source: 'none' }
}

/** A list or answer of a clock that is ahead of ours is new, not of a negative age. */
const ageOf = (thisUpdateMs: number, atMs: number): number => Math.max(0, atMs - thisUpdateMs)

const answerEvidence = (answer: OcspAnswer, atMs: number) => ({
  source: 'ocsp' as const,
  thisUpdate: toTime(answer.thisUpdateMs),
  ...(answer.nextUpdateMs !== undefined && { nextUpdate: toTime(answer.nextUpdateMs) }),
  producedAt: toTime(answer.producedAtMs),
  responseSha256: answer.sha256,
  ageMs: ageOf(answer.thisUpdateMs, atMs),
})

/** Whether responders are asked for the leaf of a chain: the nearest CA in the register says so. */
export function goesByResponder(chain: readonly Certificate[], ca: FindCa): RegisteredCa | undefined {
  const nearest = chain
    .slice(1)
    .map(({ fingerprint }) => ca(fingerprint))
    .find((entry) => entry !== undefined)
  return nearest?.status === 'ocsp' ? nearest : undefined
}
