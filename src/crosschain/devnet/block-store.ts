// Blocks that are made: by height and by hash, and where each transaction stands. In memory, all of them.
import type { Word } from '../packet.ts'
import type { ChainBlock } from './block-building.ts'

/** Where a transaction stands. */
export interface Place {
  block: ChainBlock
  index: number
}

export interface BlockStore {
  head(): ChainBlock
  at(height: number): ChainBlock | undefined
  byHash(hash: Word): ChainBlock | undefined
  transaction(hash: Word): Place | undefined
  keep(block: ChainBlock): void
}

export function createBlockStore(): BlockStore {
  const blocks: ChainBlock[] = []
  const hashes = new Map<Word, ChainBlock>()
  const places = new Map<Word, Place>()
  return {
    head: () => blocks.at(-1)!,
    at: (height) => blocks[height],
    byHash: (hash) => hashes.get(hash),
    transaction: (hash) => places.get(hash),
    keep(block) {
      blocks.push(block)
      hashes.set(block.hash, block)
      block.transactions.forEach(({ hash }, index) => places.set(hash, { block, index }))
    },
  }
}
