// Tokens of sessions: what a token stands for is in the token itself, authenticated under a key that every process of the hub has. So a
// session opened by one is good at all others at once, and none keeps a list for them.
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

const PURPOSES = ['api', 'feed'] as const
const ID_BYTES = 9
const TIME_BYTES = 6
const FINGERPRINT_BYTES = 32
const CLAIMS_BYTES = ID_BYTES + 1 + 2 * TIME_BYTES + FINGERPRINT_BYTES
const MAC_BYTES = 32

export interface TokenClaims {
  id: string
  purpose: string
  untilMs: number
  /** Index + 1 of the last register entry that was known when it was opened. */
  registerAt: number
  /** Hex SHA-256 of the leaf. */
  certificate: string
}

/** The key of the tokens of one hub at one origin, from a secret that its processes share. */
export const tokenKey = (secret: Buffer, hub: string, origin: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', `session tokens\n${hub}\n${origin}`, 32))

export class SessionTokens {
  readonly #key: Buffer

  constructor(key: Buffer) {
    this.#key = key
  }

  seal({ id, purpose, untilMs, registerAt, certificate }: TokenClaims): string {
    const claims = Buffer.alloc(CLAIMS_BYTES)
    let at = claims.write(id, 'base64url')
    at = claims.writeUInt8(PURPOSES.indexOf(purpose as (typeof PURPOSES)[number]), at)
    at = claims.writeUIntBE(untilMs, at, TIME_BYTES)
    at = claims.writeUIntBE(registerAt, at, TIME_BYTES)
    claims.write(certificate, at, 'hex')
    return Buffer.concat([claims, this.#mac(claims)]).toString('base64url')
  }

  /** What a token says; undefined if it is not one of this hub. Whether it has run out is not looked at. */
  open(token: string): TokenClaims | undefined {
    const bytes = Buffer.from(token, 'base64url')
    if (bytes.length !== CLAIMS_BYTES + MAC_BYTES || bytes.toString('base64url') !== token) return undefined
    const claims = bytes.subarray(0, CLAIMS_BYTES)
    if (!timingSafeEqual(bytes.subarray(CLAIMS_BYTES), this.#mac(claims))) return undefined
    return {
      id: claims.toString('base64url', 0, ID_BYTES),
      purpose: PURPOSES[claims.readUInt8(ID_BYTES)]!,
      untilMs: claims.readUIntBE(ID_BYTES + 1, TIME_BYTES),
      registerAt: claims.readUIntBE(ID_BYTES + 1 + TIME_BYTES, TIME_BYTES),
      certificate: claims.toString('hex', CLAIMS_BYTES - FINGERPRINT_BYTES),
    }
  }

  #mac(claims: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(claims).digest()
  }
}
