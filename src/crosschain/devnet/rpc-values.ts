// Values of Ethereum JSON-RPC, read strictly and written in their one spelling.
import type { Address, Word } from '../packet.ts'
import { RpcError, wrongParams } from './rpc-error.ts'

const QUANTITY = /^0x(?:0|[1-9a-fA-F][0-9a-fA-F]{0,63})$/
const DATA = /^0x(?:[0-9a-fA-F]{2})*$/

export const quantity = (value: bigint | number): string => `0x${value.toString(16)}`

export const data = (bytes: Uint8Array | Word): string =>
  `0x${typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('hex')}`

/** A number as a quantity: no leading zeros, at most 256 bits. */
export function readQuantity(value: unknown, what: string): bigint {
  if (typeof value !== 'string' || !QUANTITY.test(value)) throw wrongParams(`${what} is no quantity`)
  return BigInt(value)
}

export function readData(value: unknown, what: string): Buffer {
  if (typeof value !== 'string' || !DATA.test(value)) throw wrongParams(`${what} is no data`)
  return Buffer.from(value.slice(2), 'hex')
}

export function readSized(value: unknown, what: string, bytes: number): Word {
  const read = readData(value, what)
  if (read.length !== bytes) throw wrongParams(`${what} is not ${bytes} bytes`)
  return read.toString('hex')
}

export const readAddress = (value: unknown, what = 'address'): Address => readSized(value, what, 20)
export const readHash = (value: unknown, what = 'hash'): Word => readSized(value, what, 32)

/** A storage position: 32 bytes, or a quantity as older clients give it. */
export function readSlot(value: unknown): Word {
  if (typeof value !== 'string' || !/^0x[0-9a-fA-F]{1,64}$/.test(value)) throw wrongParams('storage key is no word')
  return value.slice(2).toLowerCase().padStart(64, '0')
}

export function readBoolean(value: unknown, what: string): boolean {
  if (typeof value !== 'boolean') throw wrongParams(`${what} is no boolean`)
  return value
}

export function readObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongParams(`${what} is no object`)
  return value as Record<string, unknown>
}

export function readList(value: unknown, what: string, max: number): unknown[] {
  if (!Array.isArray(value)) throw wrongParams(`${what} is no list`)
  if (value.length > max) throw new RpcError(-32005, `${what} has more than ${max} members`)
  return value
}
