// Which block a question means.
import type { ChainBlock } from './block-building.ts'
import type { Chain } from './chain.ts'
import { RpcError } from './rpc-error.ts'
import { readHash, readObject, readQuantity } from './rpc-values.ts'

/** Names of blocks. What is in a block here is final, and what waits is in none. */
const TAGS = ['latest', 'pending', 'safe', 'finalized']

/** The block that a tag, a height or an EIP-1898 object means; undefined: there is none. */
export function findBlock(chain: Chain, value: unknown): ChainBlock | undefined {
  if (value === undefined || TAGS.includes(value as string)) return chain.head()
  if (value === 'earliest') return chain.at(0)
  if (typeof value === 'string') return chain.at(Number(readQuantity(value, 'block')))
  const { blockHash, blockNumber } = readObject(value, 'block')
  if (blockHash !== undefined) return chain.byHash(readHash(blockHash))
  return chain.at(Number(readQuantity(blockNumber, 'block number')))
}

/** The same for questions of state. Throws RpcError where there is none. */
export function blockOf(chain: Chain, value: unknown): ChainBlock {
  const block = findBlock(chain, value)
  if (!block) throw new RpcError(-32000, 'unknown block')
  return block
}
