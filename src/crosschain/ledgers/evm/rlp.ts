// Strict reading of RLP: every item in its one encoding, its bytes kept as they came, so that what was hashed by others is hashed again
// and never written anew. The library decodes to values and loses those bytes.
import { RLP } from '@ethereumjs/rlp'

/** An item as it lies in the bytes: `raw` with its prefix, `payload` without. Lists are read one level at a time. */
export interface RlpItem {
  list: boolean
  raw: Uint8Array
  payload: Uint8Array
}

/** Bytes that are no canonical RLP, or not the shape that was asked for. */
export class RlpFault extends Error {}

const STRING = 0x80
const LIST = 0xc0
const SHORT_MAX = 55

/** The one item that the bytes are. Throws RlpFault, also for what follows it. */
export function readItem(bytes: Uint8Array): RlpItem {
  const item = itemAt(bytes, 0)
  if (item.raw.length !== bytes.length) throw new RlpFault('bytes follow the item')
  return item
}

/** The items of a list, at most `most`. Throws RlpFault. */
export function readList({ list, payload }: RlpItem, most: number): RlpItem[] {
  if (!list) throw new RlpFault('a string stands in place of a list')
  const items: RlpItem[] = []
  for (let at = 0; at < payload.length; ) {
    if (items.length === most) throw new RlpFault(`a list has more than ${most} items`)
    const item = itemAt(payload, at)
    items.push(item)
    at += item.raw.length
  }
  return items
}

/** The bytes of a string of exactly `length` bytes, or of any length. Throws RlpFault. */
export function readBytes({ list, payload }: RlpItem, length?: number): Uint8Array {
  if (list) throw new RlpFault('a list stands in place of a string')
  if (length !== undefined && payload.length !== length)
    throw new RlpFault(`a string has ${payload.length} bytes in place of ${length}`)
  return payload
}

/** A scalar: big-endian without leading zeros, at most 32 bytes. Throws RlpFault. */
export function readScalar(item: RlpItem): bigint {
  const bytes = readBytes(item)
  if (bytes.length > 32 || bytes[0] === 0) throw new RlpFault('a number is too long or begins with a zero')
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}

/** A scalar that a number can hold. Throws RlpFault. */
export function readCount(item: RlpItem): number {
  const value = readScalar(item)
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new RlpFault('a number is too large')
  return Number(value)
}

/** A list of items that are encoded already. */
export function spliceList(raws: readonly Uint8Array[]): Buffer {
  const length = raws.reduce((sum, raw) => sum + raw.length, 0)
  if (length <= SHORT_MAX) return Buffer.concat([Buffer.of(LIST + length), ...raws])
  const width = Math.ceil((32 - Math.clz32(length)) / 8)
  const prefix = Buffer.alloc(1 + width)
  prefix[0] = LIST + SHORT_MAX + width
  prefix.writeUIntBE(length, 1, width)
  return Buffer.concat([prefix, ...raws])
}

export const encodeBytes = (bytes: Uint8Array): Uint8Array => RLP.encode(bytes)

export const EMPTY_LIST = Buffer.of(LIST)
/** The empty string, which is also the number zero. */
export const EMPTY_STRING = Buffer.of(STRING)

function itemAt(bytes: Uint8Array, at: number): RlpItem {
  const first = bytes[at]
  if (first === undefined) throw new RlpFault('bytes are missing')
  if (first < STRING) {
    const raw = bytes.subarray(at, at + 1)
    return { list: false, raw, payload: raw }
  }
  const list = first >= LIST
  const said = first - (list ? LIST : STRING)
  const [start, length] = said <= SHORT_MAX ? [at + 1, said] : longItem(bytes, at + 1, said - SHORT_MAX)
  const end = start + length
  if (end > bytes.length) throw new RlpFault('an item is longer than its bytes')
  const payload = bytes.subarray(start, end)
  if (!list && length === 1 && payload[0]! < STRING) throw new RlpFault('a byte has a prefix it does not need')
  return { list, raw: bytes.subarray(at, end), payload }
}

/** Start and length of an item whose length takes bytes of its own. No item here needs more than four of them. */
function longItem(bytes: Uint8Array, at: number, width: number): [number, number] {
  const digits = bytes.subarray(at, at + width)
  if (width > 4 || digits.length < width || digits[0] === 0)
    throw new RlpFault('the length of an item is not canonical')
  const length = digits.reduce((value, digit) => value * 256 + digit, 0)
  if (length <= SHORT_MAX) throw new RlpFault('a short item has a long prefix')
  return [at + width, length]
}
