// The erasable part of an entry: one buffer, encrypted under a key of its own, which is wrapped by the hub's sealing key.
// Destroying the wrapped key destroys the content; nothing else in the store repeats it.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import type { MessageSignature } from '../message/message.ts'
import type { CertificateStatusEvidence } from '../identity/suite.ts'
import type { FiledMessage, SealedContent } from './journal.ts'

const IV_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 32

export interface Sealed {
  content: Buffer
  wrappedKey: Buffer
}

/** AES-256-GCM, bound to `place` (journal and index) so that contents cannot be exchanged between entries. */
export function seal(plain: Buffer, sealingKey: Buffer, place: string): Sealed {
  const random = randomBytes(KEY_BYTES + 2 * IV_BYTES)
  const key = random.subarray(0, KEY_BYTES)
  const aad = Buffer.from(place)
  const content = encrypt(plain, key, random.subarray(KEY_BYTES, KEY_BYTES + IV_BYTES), aad)
  const wrappedKey = encrypt(key, sealingKey, random.subarray(KEY_BYTES + IV_BYTES), aad)
  return { content, wrappedKey }
}

/** Opens what `seal` made. Throws if either was changed or belongs elsewhere: a fault of the store. */
export function unseal(sealed: Sealed, sealingKey: Buffer, place: string): Buffer {
  const aad = Buffer.from(place)
  return decrypt(sealed.content, decrypt(sealed.wrappedKey, sealingKey, aad), aad)
}

function encrypt(plain: Buffer, key: Buffer, iv: Buffer, aad: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(aad)
  const body = cipher.update(plain)
  cipher.final()
  return Buffer.concat([iv, body, cipher.getAuthTag()])
}

function decrypt(bytes: Buffer, key: Buffer, aad: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES))
  decipher.setAAD(aad).setAuthTag(bytes.subarray(bytes.length - TAG_BYTES))
  const plain = decipher.update(bytes.subarray(IV_BYTES, bytes.length - TAG_BYTES))
  // Throws if the bytes were changed; GCM holds nothing back for the end.
  decipher.final()
  return plain
}

interface Header {
  lengths: number[]
  signatures: readonly MessageSignature[]
  /** Fingerprints of the paths; the certificates themselves are kept once. */
  certificates: string[][]
  status: readonly CertificateStatusEvidence[]
  attachments: string[]
  /** How many answers of responders follow the attachments. */
  responses?: number
  /** Whether the proof of a ledger follows those. */
  evidence?: true
  refused?: { signatures: readonly MessageSignature[]; certificates: string[][] }
}

const fingerprints = (paths: SealedContent['certificates']): string[][] => paths.map((path) => path.map(fingerprintOf))

const known = new WeakMap<Buffer, string>()

/** Hex SHA-256 of a DER; remembered per buffer, since the same certificate objects come again and again. */
export function fingerprintOf(der: Buffer): string {
  let fingerprint = known.get(der)
  if (!fingerprint) known.set(der, (fingerprint = createHash('sha256').update(der).digest('hex')))
  return fingerprint
}

/** One buffer: 4-byte length of the JSON header, header, then the raw parts in the order of `lengths`. */
export function packContent(content: SealedContent): Buffer {
  const { attachments, responses = [] } = content
  const parts = [
    content.saltSeed,
    content.envelope,
    content.body,
    ...attachments.map(({ bytes }) => bytes),
    ...responses,
    ...(content.evidence ? [content.evidence] : []),
  ]
  if (content.refused) parts.push(content.refused.envelope)
  const header: Header = {
    lengths: parts.map(({ length }) => length),
    signatures: content.signatures,
    certificates: fingerprints(content.certificates),
    status: content.status,
    attachments: attachments.map(({ sha256 }) => sha256),
    ...(responses.length > 0 && { responses: responses.length }),
    ...(content.evidence && { evidence: true as const }),
    ...(content.refused && {
      refused: { signatures: content.refused.signatures, certificates: fingerprints(content.refused.certificates) },
    }),
  }
  const head = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(head.length)
  return Buffer.concat([length, head, ...parts])
}

/** Reads what `packContent` wrote; certificates are looked up by fingerprint. */
export function unpackContent(bytes: Buffer, certificate: (fingerprint: string) => Buffer): SealedContent {
  const { header, parts } = openPack(bytes)
  const paths = (list: string[][]): Buffer[][] => list.map((path) => path.map(certificate))
  const after = 3 + header.attachments.length
  const afterResponses = after + (header.responses ?? 0)
  return {
    ...messageIn(header, parts),
    saltSeed: parts[0]!,
    certificates: paths(header.certificates),
    status: header.status,
    ...(header.responses !== undefined && { responses: parts.slice(after, afterResponses) }),
    ...(header.evidence && { evidence: parts[afterResponses]! }),
    ...(header.refused && {
      refused: {
        envelope: parts.at(-1)!,
        signatures: header.refused.signatures,
        certificates: paths(header.refused.certificates),
      },
    }),
  }
}

/** Of what `packContent` wrote only the message as it was sent. */
export function unpackMessage(bytes: Buffer): FiledMessage {
  const { header, parts } = openPack(bytes)
  return messageIn(header, parts)
}

function openPack(bytes: Buffer): { header: Header; parts: Buffer[] } {
  const start = 4 + bytes.readUInt32BE(0)
  const header = JSON.parse(bytes.toString('utf8', 4, start)) as Header
  let at = start
  return { header, parts: header.lengths.map((length) => bytes.subarray(at, (at += length))) }
}

const messageIn = ({ signatures, attachments }: Header, parts: readonly Buffer[]): FiledMessage => ({
  envelope: parts[1]!,
  body: parts[2]!,
  signatures,
  attachments: attachments.map((sha256, n) => ({ sha256, bytes: parts[3 + n]! })),
})
