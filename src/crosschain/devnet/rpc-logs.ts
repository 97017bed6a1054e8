// eth_getLogs: which logs a filter asks for, within bounds.
import type { Address, Word } from '../packet.ts'
import type { ChainBlock } from './block-building.ts'
import type { Chain } from './chain.ts'
import { findBlock } from './find-block.ts'
import { logJson, logsOf, type PlacedLog } from './rpc-json.ts'
import { RpcError, wrongParams } from './rpc-error.ts'
import { readAddress, readHash, readList, readObject } from './rpc-values.ts'

/** Blocks that one question may span, and logs that one answer may have. */
export const LOG_RANGE_MAX = 10_000
export const LOGS_MAX = 10_000
const CHOICES_MAX = 100

interface LogFilter {
  addresses?: Set<Address>
  /** By position; undefined: any. */
  topics: (Set<Word> | undefined)[]
}

export async function getLogs(chain: Chain, value: unknown): Promise<unknown[]> {
  const filter = readObject(value, 'filter')
  const wanted = readFilter(filter)
  const found: PlacedLog[] = []
  let looked = 0
  for (const block of blocksOf(chain, filter)) {
    for (const log of logsOf(block)) if (fits(wanted, log)) found.push(log)
    if (found.length > LOGS_MAX) throw new RpcError(-32005, `more than ${LOGS_MAX} logs: ask for fewer blocks`)
    if (++looked % 1000 === 0) await new Promise(setImmediate)
  }
  return found.map(logJson)
}

function readFilter({ address, topics }: Record<string, unknown>): LogFilter {
  const addresses = choicesOf(address, 'address', readAddress)
  const positions = topics === undefined || topics === null ? [] : readList(topics, 'topics', 4)
  return {
    ...(addresses && { addresses }),
    topics: positions.map((topic) => choicesOf(topic, 'topic', readHash)),
  }
}

/** One value, several, or none at all, which is any. */
function choicesOf(value: unknown, what: string, read: (one: unknown, what: string) => string) {
  if (value === undefined || value === null) return undefined
  const choices = Array.isArray(value) ? readList(value, what, CHOICES_MAX) : [value]
  return choices.length === 0 ? undefined : new Set(choices.map((one) => read(one, what)))
}

function blocksOf(chain: Chain, filter: Record<string, unknown>): ChainBlock[] {
  const { blockHash, fromBlock, toBlock } = filter
  if (blockHash !== undefined) {
    if (fromBlock !== undefined || toBlock !== undefined) throw wrongParams('a block hash and a range')
    const block = chain.byHash(readHash(blockHash))
    if (!block) throw new RpcError(-32000, 'unknown block')
    return [block]
  }
  const head = chain.head().height
  const from = findBlock(chain, fromBlock)?.height ?? head + 1
  const to = findBlock(chain, toBlock)?.height ?? head
  if (to - from >= LOG_RANGE_MAX) throw new RpcError(-32005, `more than ${LOG_RANGE_MAX} blocks`)
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, n) => chain.at(from + n)!)
}

const fits = ({ addresses, topics }: LogFilter, log: PlacedLog): boolean =>
  (!addresses || addresses.has(log.address)) &&
  topics.length <= log.topics.length &&
  topics.every((choices, at) => !choices || choices.has(log.topics[at]!))
