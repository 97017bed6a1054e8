// Canonical encodings: one text for one value, so that nothing signed or hashed can be rewritten unnoticed.
import { HubError } from '../errors.ts'

const BASE64URL = /^[A-Za-z0-9_-]*$/
const HEX = /^(?:[0-9a-f]{2})*$/

/** Decodes canonical unpadded base64url (RFC 4648 section 5). Throws ENCODING_NOT_CANONICAL; `what` names the value for the sender. */
export function fromBase64url(text: string, what: string): Buffer {
  if (!BASE64URL.test(text) || text.length % 4 === 1)
    throw new HubError('ENCODING_NOT_CANONICAL', `${what} is not base64url`)
  const bytes = Buffer.from(text, 'base64url')
  // The last character may carry bits that decode to nothing; only the spelling with zero bits is canonical.
  if (text.length % 4 !== 0 && bytes.toString('base64url') !== text)
    throw new HubError('ENCODING_NOT_CANONICAL', `${what} is not canonical base64url`)
  return bytes
}

export const toBase64url = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')

/** Decodes lower-case hex. Throws ENCODING_NOT_CANONICAL. */
export function fromHex(text: string, what: string): Buffer {
  if (!HEX.test(text)) throw new HubError('ENCODING_NOT_CANONICAL', `${what} is not lower-case hex`)
  return Buffer.from(text, 'hex')
}

/** RFC 3339 UTC with milliseconds, the only form of time on the wire. */
export const toTime = (ms: number): string => new Date(ms).toISOString()

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/

/** Milliseconds of a wire time, or undefined if it is not exactly of that form. */
export function fromTime(text: string): number | undefined {
  if (!TIME.test(text)) return undefined
  const ms = Date.parse(text)
  return Number.isNaN(ms) || new Date(ms).toISOString() !== text ? undefined : ms
}
