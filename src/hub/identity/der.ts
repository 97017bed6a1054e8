// Strict DER (ITU-T X.690 chapters 8, 10 and 11): one encoding for one value. A looser reader would let a certificate or
// signature be rewritten and still be accepted under another fingerprint.
import { HubError } from '../errors.ts'

const DEPTH_MAX = 32
const BOOLEAN = 1
const INTEGER = 2
const BIT_STRING = 3
const NULL = 5
const OBJECT_IDENTIFIER = 6
const ENUMERATED = 10
const SEQUENCE = 16
const SET = 17
const UTC_TIME = 23
const GENERALIZED_TIME = 24
/** Universal types that DER writes in primitive form only: the strings and times. */
const isPrimitiveOnly = (tag: number) => tag !== SEQUENCE && tag !== SET && tag !== 8 && tag !== 11

/** One element: `start` is its first byte, `from`..`to` its content. Offsets are into the bytes read. */
export interface DerElement {
  tagByte: number
  start: number
  from: number
  to: number
}

/** What is wrong with the bytes, for the reader to turn into its own refusal. */
export class DerError extends Error {}

/** Reads the header at `at`; tag numbers above 30 do not occur in X.509 and are refused. Throws DerError. */
export function derElement(bytes: Uint8Array, at: number, end: number): DerElement {
  if (at + 2 > end) throw new DerError('it ends inside a header')
  const tagByte = bytes[at]!
  if ((tagByte & 0x1f) === 0x1f) throw new DerError('it uses a tag number above 30')
  const first = bytes[at + 1]!
  let from = at + 2
  let length = first
  if (first >= 0x80) {
    const count = first & 0x7f
    if (count === 0 || count > 3) throw new DerError('it has a length of indefinite or excessive form')
    if (from + count > end) throw new DerError('it ends inside a length')
    length = 0
    for (let i = 0; i < count; i++) length = length * 256 + bytes[from + i]!
    if (length < 0x80 || length < 256 ** (count - 1)) throw new DerError('a length is not in its shortest form')
    from += count
  }
  if (from + length > end) throw new DerError('it ends before its length says')
  return { tagByte, start: at, from, to: from + length }
}

/** The elements between two offsets, which they must fill exactly. Throws DerError. */
export function derChildren(bytes: Uint8Array, from: number, to: number): DerElement[] {
  const children: DerElement[] = []
  for (let at = from; at < to; at = children.at(-1)!.to) children.push(derElement(bytes, at, to))
  return children
}

/** Checks that the bytes are exactly one DER element, to every depth that can be seen; `what` names them. Throws CERTIFICATE_MALFORMED. */
export function checkDer(bytes: Uint8Array, what: string): void {
  try {
    const whole = derElement(bytes, 0, bytes.length)
    if (whole.to !== bytes.length) throw new DerError('bytes follow its end')
    checkElement(bytes, whole, 0)
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause
    throw new HubError('CERTIFICATE_MALFORMED', `${what} is not strict DER: ${cause.message}`, { cause })
  }
}

function checkElement(bytes: Uint8Array, element: DerElement, depth: number): void {
  if (depth > DEPTH_MAX) throw new DerError(`it is nested more than ${DEPTH_MAX} levels`)
  const { tagByte, from, to } = element
  const universal = (tagByte & 0xc0) === 0
  const constructed = (tagByte & 0x20) !== 0
  const tag = tagByte & 0x1f
  if (universal && constructed === isPrimitiveOnly(tag))
    throw new DerError('a value is in the wrong form, primitive or constructed')
  if (constructed) {
    const children = derChildren(bytes, from, to)
    for (const child of children) checkElement(bytes, child, depth + 1)
    if (universal && tag === SET) checkSetOrder(bytes, children)
  } else if (universal) checkPrimitive(bytes.subarray(from, to), tag)
}

function checkPrimitive(content: Uint8Array, tag: number): void {
  if (tag === BOOLEAN && (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)))
    throw new DerError('a boolean is not 00 or FF')
  if (tag === INTEGER || tag === ENUMERATED) checkInteger(content)
  if (tag === NULL && content.length !== 0) throw new DerError('a null has content')
  if (tag === OBJECT_IDENTIFIER) checkObjectIdentifier(content)
  if (tag === BIT_STRING) checkBitString(content)
  if (tag === UTC_TIME && !/^\d{12}Z$/.test(latin1(content))) throw new DerError('a UTCTime is not YYMMDDHHMMSSZ')
  if (tag === GENERALIZED_TIME && !/^\d{14}Z$/.test(latin1(content)))
    throw new DerError('a GeneralizedTime is not YYYYMMDDHHMMSSZ')
}

function checkInteger(content: Uint8Array): void {
  if (content.length === 0) throw new DerError('an integer is empty')
  const [first, second] = [content[0]!, content[1] ?? 0]
  if (content.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)))
    throw new DerError('an integer is not in its shortest form')
}

function checkBitString(content: Uint8Array): void {
  const unused = content[0]
  if (unused === undefined || unused > 7 || (content.length === 1 && unused !== 0))
    throw new DerError('a bit string is malformed')
  if ((content.at(-1)! & ((1 << unused) - 1)) !== 0 && content.length > 1)
    throw new DerError('a bit string has unused bits set')
}

/** Each arc in its shortest form, and no larger than a reader keeps exactly. */
function checkObjectIdentifier(content: Uint8Array): void {
  if (content.length === 0 || content.at(-1)! >= 0x80) throw new DerError('an object identifier is cut short')
  let length = 0
  for (const byte of content) {
    if (length === 0 && byte === 0x80) throw new DerError('an object identifier is not in its shortest form')
    length = byte >= 0x80 ? length + 1 : 0
    if (length > 4) throw new DerError('an object identifier has an arc of more than 35 bits')
  }
}

/** A SET OF is sorted by its encodings (X.690 11.6); SETs of different types do not occur in X.509. */
function checkSetOrder(bytes: Uint8Array, children: DerElement[]): void {
  for (let i = 1; i < children.length; i++) {
    const before = bytes.subarray(children[i - 1]!.start, children[i - 1]!.to)
    const after = bytes.subarray(children[i]!.start, children[i]!.to)
    if (Buffer.compare(before, after) > 0) throw new DerError('a set is not in order')
  }
}

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')

/** Wraps content in a header of the given tag byte. Content below 16 MB. */
export function derWrap(tagByte: number, ...contents: Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  const length = content.length
  const bytes = [length >> 16, (length >> 8) & 0xff, length & 0xff]
  const used = bytes.slice(length < 0x100 ? 2 : length < 0x10000 ? 1 : 0)
  const header = length < 0x80 ? [length] : [0x80 + used.length, ...used]
  return Buffer.concat([Buffer.from([tagByte, ...header]), content])
}
