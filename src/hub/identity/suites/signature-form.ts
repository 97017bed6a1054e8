// The two forms of an elliptic-curve signature: r||s of fixed width (RFC 7518 3.4) and the DER of X.509.
import { DerError, derChildren, derElement, derWrap } from '../der.ts'

const WIDTH = 32
const SEQUENCE = 0x30
const INTEGER = 0x02

/** Group orders as big-endian bytes (FIPS 186-4 D.1.2.3; GB/T 32918.5). */
export const ORDER_P256 = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex')
export const ORDER_SM2 = Buffer.from('fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123', 'hex')

/** Whether r||s is 64 bytes with both numbers in [1, n-1]. High s is in range. */
export function isInRange(signature: Uint8Array, order: Buffer): boolean {
  if (signature.length !== 2 * WIDTH) return false
  return [signature.subarray(0, WIDTH), signature.subarray(WIDTH)].every(
    (number) => number.some((byte) => byte !== 0) && Buffer.compare(number, order) < 0,
  )
}

/** r||s as DER SEQUENCE of two INTEGERs. */
export function toDerSignature(signature: Uint8Array): Buffer {
  return derWrap(SEQUENCE, integer(signature.subarray(0, WIDTH)), integer(signature.subarray(WIDTH)))
}

function integer(number: Uint8Array): Buffer {
  let start = 0
  while (start < WIDTH - 1 && number[start] === 0) start++
  const digits = number.subarray(start)
  return derWrap(INTEGER, digits[0]! >= 0x80 ? Buffer.from([0]) : Buffer.alloc(0), digits)
}

/** DER as r||s, or undefined if it is not the one strict encoding of two numbers of at most 256 bits. */
export function fromDerSignature(der: Uint8Array): Buffer | undefined {
  try {
    const whole = derElement(der, 0, der.length)
    const numbers = derChildren(der, whole.from, whole.to)
    if (whole.tagByte !== SEQUENCE || whole.to !== der.length || numbers.length !== 2) return undefined
    const signature = Buffer.alloc(2 * WIDTH)
    for (const [position, { tagByte, from, to }] of numbers.entries()) {
      if (tagByte !== INTEGER || to - from > WIDTH + 1 || to === from) return undefined
      const digits = der.subarray(to - from === WIDTH + 1 ? from + 1 : from, to)
      signature.set(digits, (position + 1) * WIDTH - digits.length)
    }
    // Encoding again catches signs, leading zeros and long lengths at once.
    return toDerSignature(signature).equals(der) ? signature : undefined
  } catch (cause) {
    if (cause instanceof DerError) return undefined
    throw cause
  }
}
