// Which certificates an entry of the register revokes, by the names their signatures are found by (identity/signer-names.ts).
import type { HubCountry, HubRevocation, HubRevocationAnswer, HubRevocationList } from '../../../schemas/types.d.ts'
import { readCertificate } from '../identity/certificate.ts'
import { listedRevocations } from '../identity/revocation-list.ts'
import { byFingerprint, bySerial, type SignerName } from '../identity/signer-names.ts'
import { fromBase64url, fromTime } from '../values/encoding.ts'

export interface RevokedCertificate {
  name: SignerName
  /** ISO 3166-1, upper case: whose parties' certificates it can be. */
  country: string
  revokedAtMs: number
  /** Since when its signatures are in doubt: the time it was revoked, or earlier if the key was not to be relied on before. */
  sinceMs: number
  reason: string
}

/** Kinds of entries that revoke. */
export const REVOKING_KINDS: ReadonlySet<string> = new Set([
  'hub.country',
  'hub.revocation',
  'hub.revocation-list',
  'hub.revocation-answer',
])

/** `country`: of the authority that sent it, for entries that do not name one. */
export function revokedBy(kind: string, body: unknown, country: string | undefined): RevokedCertificate[] {
  if (kind === 'hub.revocation-answer') return [ofAnswer(body as HubRevocationAnswer)]
  if (kind === 'hub.revocation-list')
    return ofList((body as HubRevocationList).crl, (body as HubRevocationList).country)
  if (kind === 'hub.country')
    return (body as HubCountry).anchors.flatMap(({ crl }) => (crl ? ofList(crl, (body as HubCountry).country) : []))
  const revocation = body as HubRevocation
  if (country === undefined) return []
  return revocation.crl ? ofList(revocation.crl, country) : [ofEntry(revocation, country)]
}

function ofEntry({ fingerprint, revokedAt, invalidFrom, reason }: HubRevocation, country: string): RevokedCertificate {
  const revokedAtMs = fromTime(revokedAt!)!
  const sinceMs = invalidFrom === undefined ? revokedAtMs : Math.min(fromTime(invalidFrom)!, revokedAtMs)
  return { name: byFingerprint(fingerprint!), country, revokedAtMs, sinceMs, reason: reason! }
}

function ofAnswer({ path, country, revokedAt, reason }: HubRevocationAnswer): RevokedCertificate {
  const revokedAtMs = fromTime(revokedAt)!
  const { fingerprint } = readCertificate(fromBase64url(path[0]!, 'certificate'))
  return { name: byFingerprint(fingerprint), country, revokedAtMs, sinceMs: revokedAtMs, reason }
}

function ofList(crl: string, country: string): RevokedCertificate[] {
  const { issuerName, revocations } = listedRevocations(fromBase64url(crl, 'crl'))
  return revocations.map(({ serialHex, revokedAtMs, invalidFromMs = revokedAtMs, reason }) => ({
    name: bySerial(country, issuerName, serialHex),
    country,
    revokedAtMs,
    sinceMs: Math.min(revokedAtMs, invalidFromMs),
    reason,
  }))
}
