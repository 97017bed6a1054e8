// Reading a ledger of the EVM family through its nodes.
import type { Clock } from '../../../hub/index.ts'
import type { LedgerContracts, LedgerReader, SeenLog } from '../../transport.ts'
import { readCount } from './answers.ts'
import { blockAt, headerOf } from './block-answer.ts'
import { countersAt } from './gateway-views.ts'
import { laneEvents } from './lane-events.ts'
import { logsIn, type LogSpan } from './node-log.ts'
import { logProof, stateProof } from './node-proof.ts'
import type { Rpc } from './rpc.ts'
import { seenLogs } from './seen-logs.ts'

export interface ReaderOptions {
  contracts: LedgerContracts
  /** Height below which our contracts have no history. */
  deployedAt: number
  /** Longest reading of a lane's history in one call. */
  scanMs: number
  clock: Clock
}

const SPAN_AT_FIRST = 1_000

export function evmReader(rpc: Rpc, { contracts, deployedAt, scanMs, clock }: ReaderOptions): LedgerReader {
  const gateway = contracts.gateway.address
  const span: LogSpan = { blocks: SPAN_AT_FIRST }
  const head = async (): Promise<number> => readCount(await rpc.ask('eth_blockNumber', []), 'head')
  return {
    chainId: async () => readCount(await rpc.ask('eth_chainId', []), 'chain id'),
    head,
    header: async (height) => headerOf(await blockAt(rpc, height)),
    counters: (lane) => countersAt(rpc, gateway, lane, 'latest'),
    ...laneEvents(rpc, { gateway, deployedAt, scanMs, span, clock, head }),
    proof: (place, height) => stateProof(rpc, contracts, place, height),
    async logs({ contract, topic }, from, to) {
      const found: SeenLog[] = []
      for await (const { logs } of logsIn(rpc, span, { address: contract, topics: [topic] }, from, to))
        found.push(...(await seenLogs(rpc, logs)))
      return found
    },
    logProof: (log) => logProof(rpc, log),
  }
}
