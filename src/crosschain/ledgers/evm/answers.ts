// Strict reading of what nodes answer. Whatever has not the form it must have is a fault of kind `answer`.
import { TransportFault } from '../../transport.ts'
import type { Address, Word } from '../../packet.ts'

export type Answer = Readonly<Record<string, unknown>>

export function readObject(value: unknown, what: string): Answer {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(what, value)
  return value as Answer
}

export function readList(value: unknown, what: string, most: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length > most) throw wrong(what, value)
  return value
}

/** A number in hex of at most 256 bits. */
export function readWei(value: unknown, what: string): bigint {
  if (typeof value !== 'string' || !/^0x[0-9a-f]{1,64}$/i.test(value)) throw wrong(what, value)
  return BigInt(value)
}

/** A number in hex that is a safe integer. */
export function readCount(value: unknown, what: string): number {
  const count = readWei(value, what)
  if (count > BigInt(Number.MAX_SAFE_INTEGER)) throw wrong(what, value)
  return Number(count)
}

/** Bytes in hex, exactly so many if `length` is given. */
export function readBytes(value: unknown, what: string, length?: number): Buffer {
  if (typeof value !== 'string' || value.length % 2 !== 0 || !/^0x[0-9a-f]*$/i.test(value)) throw wrong(what, value)
  const bytes = Buffer.from(value.slice(2), 'hex')
  if (length !== undefined && bytes.length !== length) throw wrong(what, value)
  return bytes
}

export const readWord = (value: unknown, what: string): Word => readBytes(value, what, 32).toString('hex')
export const readAddress = (value: unknown, what: string): Address => readBytes(value, what, 20).toString('hex')

export const quantity = (value: number | bigint): string => `0x${value.toString(16)}`

const SHOWN_MAX = 80

function wrong(what: string, value: unknown): TransportFault {
  const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, SHOWN_MAX)) : kindOf(value)
  return new TransportFault('answer', `the node's ${what} cannot be: ${shown}`)
}

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? `a list of ${value.length}` : typeof value
