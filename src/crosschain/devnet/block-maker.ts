// When blocks are made: at intervals, empty ones too, or for each transaction at once.
import type { ChainBlock, MineOptions } from './block-building.ts'
import type { Chain } from './chain.ts'

export interface BlockMaker {
  /** A block on demand. Throws while there are none to be made. */
  mine(wanted?: MineOptions): Promise<ChainBlock>
  /** To be called when a transaction has come: resolves when it is in a block or waits for another; at intervals, at once. */
  wake(): Promise<void>
  /** Why there will be no more blocks, if it has come to that. */
  broken(): Error | undefined
  stop(): void
}

/** `blockMs` 0: no intervals. While `halted`, there are no blocks. */
export function makeBlocks(chain: Chain, blockMs: number, halted: () => boolean): BlockMaker {
  let broken: Error | undefined
  let stopped = false
  let emptying: Promise<void> = Promise.resolve()
  const idle = (): boolean => stopped || broken !== undefined || halted()
  const whyIdle = (): Error => broken ?? new Error(stopped ? 'the chain is closed' : 'the chain has been halted')
  const failed = (error: unknown): void => {
    broken = error as Error
  }
  const empty = async (): Promise<void> => {
    while (!idle() && (await chain.mineOne()));
  }
  const tick = async (): Promise<void> => {
    const due = performance.now() + blockMs
    if (!idle()) await chain.mine().catch(failed)
    if (!stopped && broken === undefined) timer = later(Math.max(0, due - performance.now()))
  }
  // A process with nothing else to do may end.
  const later = (waitMs: number): NodeJS.Timeout => setTimeout(() => void tick(), waitMs).unref()
  let timer = blockMs > 0 ? later(blockMs) : undefined
  return {
    mine: (wanted) => (idle() ? Promise.reject(whyIdle()) : chain.mine(wanted)),
    broken: () => broken,
    wake() {
      if (blockMs === 0) emptying = emptying.then(empty).catch(failed)
      return emptying
    },
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
