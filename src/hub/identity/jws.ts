// JWS (RFC 7515) as the hub uses it: every signed thing has its own `typ`, the algorithm is the one of the key, one spelling each.
import { HubError } from '../errors.ts'
import type { MessageSignature } from '../message/message.ts'
import { parseStrictJson } from '../message/strict-json.ts'
import { fromBase64url, toBase64url } from '../values/encoding.ts'
import { BoundedCache } from './bounded-cache.ts'
import type { PublicKey, Signer } from './suite.ts'
import { verifySignature } from './suites/index.ts'

export interface ProtectedHeader {
  alg: string
  typ: string
  /** Hex of x5t#S256. Exactly one of fingerprint and x5c is there. */
  fingerprint?: string
  /** DER certificates, leaf first. */
  x5c?: Buffer[]
}

const X5C_MAX = 4
const PROTECTED_MAX = 16_384
/** Headers that name a certificate by fingerprint come again with every message of a sender; those with x5c are too large to keep. */
const KNOWN_CHARACTERS_MAX = 256
const known = new BoundedCache<ProtectedHeader>(20_000)

const bad = (detail: string): HubError => new HubError('ENCODING_NOT_CANONICAL', `the protected header ${detail}`)

/** Reads a protected header: alg, typ, and x5t#S256 or x5c, nothing else. Throws ENCODING_NOT_CANONICAL, JSON_MALFORMED or JSON_LOSSY. */
export function readProtected(protectedB64: string): ProtectedHeader {
  const cached = known.get(protectedB64)
  if (cached) return cached
  if (protectedB64.length > PROTECTED_MAX) throw bad('is larger than 16 KiB')
  const value = parseStrictJson(fromBase64url(protectedB64, 'the protected header'))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad('is not an object')
  const { alg, typ, 'x5t#S256': thumbprint, x5c, ...rest } = value as Record<string, unknown>
  const [unknown] = Object.keys(rest)
  if (unknown !== undefined) throw bad(`has the unknown member ${JSON.stringify(unknown.slice(0, 40))}`)
  if (typeof alg !== 'string' || typeof typ !== 'string') throw bad('lacks alg or typ')
  if ((thumbprint === undefined) === (x5c === undefined))
    throw bad('names the certificate by exactly one of x5t#S256 and x5c')
  const header: ProtectedHeader = {
    alg,
    typ,
    ...(x5c === undefined ? { fingerprint: readThumbprint(thumbprint) } : { x5c: readX5c(x5c) }),
  }
  if (protectedB64.length <= KNOWN_CHARACTERS_MAX) known.set(protectedB64, header)
  return header
}

function readThumbprint(value: unknown): string {
  const bytes = typeof value === 'string' ? fromBase64url(value, 'x5t#S256') : Buffer.alloc(0)
  if (bytes.length !== 32) throw bad('has an x5t#S256 that is not a SHA-256')
  return bytes.toString('hex')
}

function readX5c(value: unknown): Buffer[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > X5C_MAX)
    throw bad(`has an x5c that is not a list of 1 to ${X5C_MAX} certificates`)
  return value.map((text: unknown) => {
    const der = Buffer.from(typeof text === 'string' ? text : '', 'base64')
    if (der.length === 0 || der.toString('base64') !== text) throw bad('has an x5c entry that is not canonical base64')
    return der
  })
}

const signingInput = (protectedB64: string, payload: Uint8Array): Buffer =>
  Buffer.from(`${protectedB64}.${toBase64url(payload)}`, 'latin1')

/** Verifies one signature over a payload. Throws SIGNATURE_TYPE_WRONG, ALGORITHM_MISMATCH, ENCODING_NOT_CANONICAL or SIGNATURE_INVALID. */
export async function verifyJws(
  payload: Uint8Array,
  signature: MessageSignature,
  typ: string,
  key: PublicKey,
): Promise<void> {
  const header = readProtected(signature.protected)
  if (header.typ !== typ)
    throw new HubError(
      'SIGNATURE_TYPE_WRONG',
      `the signature has typ ${header.typ.slice(0, 60)}; ${typ} is needed here`,
    )
  if (header.alg !== key.alg)
    throw new HubError('ALGORITHM_MISMATCH', `the header says ${header.alg.slice(0, 20)}, the key is for ${key.alg}`)
  const raw = fromBase64url(signature.signature, 'the signature')
  if (!(await verifySignature(signingInput(signature.protected, payload), raw, key)))
    throw new HubError('SIGNATURE_INVALID', `the ${key.alg} signature does not verify`)
}

/** Signs a payload; the certificate (or bare hub key) is named by its fingerprint or goes along as a path. */
export async function signJws(
  payload: Uint8Array,
  typ: string,
  signer: Signer,
  by: { fingerprint: string } | { path: readonly Buffer[] },
): Promise<MessageSignature> {
  const certificate =
    'path' in by
      ? { x5c: by.path.map((der) => der.toString('base64')) }
      : { 'x5t#S256': Buffer.from(by.fingerprint, 'hex').toString('base64url') }
  const header = toBase64url(Buffer.from(JSON.stringify({ alg: signer.alg, typ, ...certificate })))
  return { protected: header, signature: toBase64url(await signer.sign(signingInput(header, payload))) }
}

/** The compact form: protected.payload.signature. */
export const compact = (payload: Uint8Array, signature: MessageSignature): string =>
  `${signature.protected}.${toBase64url(payload)}.${signature.signature}`

/** Takes a compact JWS apart; nothing is verified. Throws ENCODING_NOT_CANONICAL. */
export function readCompact(text: string): { payload: Buffer; signature: MessageSignature } {
  const parts = text.split('.')
  if (parts.length !== 3) throw new HubError('ENCODING_NOT_CANONICAL', 'a compact JWS has three parts')
  const [header, payload, signature] = parts as [string, string, string]
  return { payload: fromBase64url(payload, 'the payload'), signature: { protected: header, signature } }
}
