// Who has signed: identities as they stand in blocks, judged by the MSPs of a channel configuration.
import { BlockRefused, type BlockReason } from './block-reasons.ts'
import { type Certificate, readCertificate } from './certificate.ts'
import { decode, messages } from './messages.ts'
import { memberFault, type Msp } from './msp.ts'
import { signatureFault } from './signature.ts'

/** MSPs by their id. */
export type Members = ReadonlyMap<string, Msp>

export interface Signed {
  /** Serialized identity (MSP id and certificate), as in the block. */
  identity: Uint8Array
  message: Uint8Array
  signature: Uint8Array
}

const IDENTITY_BYTES_MAX = 64 * 1024
const CACHE_MAX = 4096

/** Certificates by their PEM: the same few sign everything, and reading one costs as much as a signature. */
export class CertificateCache {
  readonly #known = new Map<string, Certificate | undefined>()
  read(pem: Uint8Array): Certificate | undefined {
    const key = Buffer.from(pem).toString('latin1')
    if (this.#known.has(key)) return this.#known.get(key)
    if (this.#known.size >= CACHE_MAX) this.#known.clear()
    const certificate = readCertificate(pem)
    this.#known.set(key, certificate)
    return certificate
  }
}

/**
 * Verifies a signature by a member of one of the MSPs, valid at a time. Answers the id of its MSP.
 * Throws BlockRefused with `reason`; where its MSP cannot be judged here the text says "cannot tell".
 */
export function verifyMember(
  { identity, message, signature }: Signed,
  members: Members,
  options: { atMs: number; reason: BlockReason; who: string; certificates: CertificateCache },
): string {
  const { atMs, reason, who, certificates } = options
  const refused = (why: string) => new BlockRefused(reason, `${who}: ${why}`)
  const serialized = decode(messages.SerializedIdentity, identity, reason, `${who}: its identity`, IDENTITY_BYTES_MAX)
  const mspId = serialized.getMspid()
  const msp = members.get(mspId)
  if (!msp) throw refused(`${quoted(mspId)} is no MSP that may sign here`)
  if ('untold' in msp) throw refused(`cannot tell, of the MSP ${quoted(mspId)} ${msp.untold}`)
  const certificate = certificates.read(serialized.getIdBytes_asU8())
  if (!certificate) throw refused('its certificate cannot be read')
  const fault = memberFault(msp, certificate, atMs)
  if (fault) throw refused(fault)
  const wrong = signatureFault(message, signature, certificate.key, msp.hash)
  if (wrong) throw refused(`its signature is not good: ${wrong}`)
  return mspId
}

/** Who an identity is, for counting: its MSP and key, whatever spelling of the certificate it uses; its bytes if it cannot be read. */
export function signerOf(identity: Uint8Array, certificates: CertificateCache): string {
  try {
    const serialized = decode(messages.SerializedIdentity, identity, 'ENVELOPE', 'the identity', IDENTITY_BYTES_MAX)
    const certificate = certificates.read(serialized.getIdBytes_asU8())
    if (certificate) return `${certificate.keyId} ${serialized.getMspid()}`
  } catch {}
  return Buffer.from(identity).toString('latin1')
}

/** Names out of a block, cut and in plain characters, so that a report stays readable whatever the block says. */
export const quoted = (text: string): string => JSON.stringify(text.slice(0, 80))
