// All receipts of a block, for the trie that a proof of one of them is made from.
import { encodeReceipt, type RpcReceipt } from './receipt-proof.ts'
import { TransportFault } from '../../transport.ts'
import { type Answer, quantity, readCount, readList, readObject, readWord } from './answers.ts'
import { NodeFault } from './node-fault.ts'
import type { Rpc } from './rpc.ts'

const RECEIPTS_MAX = 20_000
const AT_ONCE = 8

/** In order. `block` as the node gave it. Throws TransportFault. */
export async function receiptsOf(rpc: Rpc, block: Answer): Promise<RpcReceipt[]> {
  const hashes = readList(block['transactions'], 'transactions', RECEIPTS_MAX).map((hash) => readWord(hash, 'hash'))
  const receipts = (await receiptsAtOnce(rpc, block)) ?? (await receiptsOneByOne(rpc, hashes))
  if (receipts.length !== hashes.length)
    throw new TransportFault('answer', `the node gives ${receipts.length} receipts of ${hashes.length} transactions`)
  return receipts.map((one, index) => checked(one, index))
}

/** Undefined where the node does not know the method. */
async function receiptsAtOnce(rpc: Rpc, block: Answer): Promise<readonly unknown[] | undefined> {
  const height = readCount(block['number'], 'block number')
  try {
    return readList(await rpc.ask('eth_getBlockReceipts', [quantity(height)]), 'receipts', RECEIPTS_MAX)
  } catch (error) {
    if (error instanceof NodeFault) return undefined
    throw error
  }
}

async function receiptsOneByOne(rpc: Rpc, hashes: readonly string[]): Promise<unknown[]> {
  const receipts: unknown[] = []
  for (let at = 0; at < hashes.length; at += AT_ONCE) {
    const some = hashes.slice(at, at + AT_ONCE)
    receipts.push(...(await Promise.all(some.map((hash) => rpc.ask('eth_getTransactionReceipt', [`0x${hash}`])))))
  }
  return receipts
}

/** A receipt at its place, in a form that can be encoded. */
function checked(value: unknown, index: number): RpcReceipt {
  const receipt = readObject(value, 'receipt')
  const at = readCount(receipt['transactionIndex'], 'transaction index')
  if (at !== index) throw new TransportFault('answer', `the node gives receipt ${at} in the place of ${index}`)
  try {
    // Some nodes write what a receipt has not as null.
    const present = Object.fromEntries(Object.entries(receipt).filter(([, member]) => member !== null))
    const read = present as unknown as RpcReceipt
    encodeReceipt(read)
    return read
  } catch (cause) {
    throw new TransportFault('answer', `the node's receipt ${index} cannot be encoded`, { cause })
  }
}
