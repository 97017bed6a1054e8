// What gas costs on a ledger, and how a transaction says so. Where it is free, the old form of transactions is used: no account need hold
// anything then.
import { TransportFault } from '../../transport.ts'
import { readObject, readWei } from './answers.ts'
import type { Rpc } from './rpc.ts'

export type GasPrice =
  | { type: 'legacy'; gasPrice: bigint }
  | { type: 'eip1559'; maxFeePerGas: bigint; maxPriorityFeePerGas: bigint }

/** 1000 gwei: a node that lies about prices must not empty the account. */
export const FEE_MAX = 1_000_000_000_000n

/** Room for the base fee to double before the transaction stands in a block. Throws TransportFault, also for a price above `feeMax`. */
export async function gasPriceNow(rpc: Rpc, feeMax: bigint): Promise<GasPrice> {
  const [asked, newest] = await Promise.all([
    rpc.ask('eth_gasPrice', []),
    rpc.ask('eth_getBlockByNumber', ['latest', false]),
  ])
  const price = readWei(asked, 'gas price')
  const base = readObject(newest, 'newest block')['baseFeePerGas']
  const offer =
    price === 0n || base === undefined || base === null ? legacy(price) : twice(price, readWei(base, 'base fee'))
  if (mostPerGas(offer) > feeMax)
    throw new TransportFault('answer', `gas is said to cost ${mostPerGas(offer)} wei, at most ${feeMax} are paid`)
  return offer
}

/** Most that a unit of gas may come to. */
export const mostPerGas = (price: GasPrice): bigint => (price.type === 'legacy' ? price.gasPrice : price.maxFeePerGas)

const legacy = (gasPrice: bigint): GasPrice => ({ type: 'legacy', gasPrice })

function twice(price: bigint, base: bigint): GasPrice {
  const tip = price > base ? price - base : 0n
  return { type: 'eip1559', maxFeePerGas: base * 2n + tip, maxPriorityFeePerGas: tip }
}
