// Logs as nodes give them, and asking for those of a range of blocks. Nodes bound the range, each in its own way: it is halved when one
// refuses and grows again when it does not.
import type { Address, Word } from '../../packet.ts'
import { TransportFault } from '../../transport.ts'
import { quantity, readAddress, readBytes, readCount, readList, readObject, readWord } from './answers.ts'
import type { Rpc } from './rpc.ts'

export interface NodeLog {
  address: Address
  topics: readonly Word[]
  data: Buffer
  height: number
  transaction: Word
  transactionIndex: number
  /** Position in its block. */
  logIndex: number
}

/** Topics by position. */
export interface LogQuery {
  address: Address
  topics: readonly Word[]
}

/** How many blocks are asked for at once; kept from one scan to the next. */
export interface LogSpan {
  blocks: number
}

export const SPAN_MAX = 5_000
const LOGS_MAX = 100_000
/** Questions for one range: a node that lies about its newest block must not keep us asking for ever. */
const QUESTIONS_MAX = 1_000
const TOPICS_MAX = 4

/**
 * Logs of the blocks from..to, ascending, with the last block that each part covers. Throws TransportFault, `timeout` where the range
 * takes too many questions.
 */
export async function* logsIn(
  rpc: Rpc,
  span: LogSpan,
  query: LogQuery,
  from: number,
  to: number,
): AsyncGenerator<{ upTo: number; logs: NodeLog[] }> {
  for (let at = from, questions = 0; at <= to; questions++) {
    if (questions === QUESTIONS_MAX)
      throw new TransportFault('timeout', `logs are read up to block ${at - 1} of ${to}, after ${questions} questions`)
    const upTo = Math.min(to, at + span.blocks - 1)
    const logs = await ask(rpc, query, at, upTo).catch((error: unknown) => {
      if (!maybeTooMuch(error)) throw error
      span.blocks = Math.ceil((upTo - at + 1) / 2)
      // What has hung once is not waited for again in the same call.
      if (error.kind === 'timeout' || upTo === at) throw error
      return undefined
    })
    if (logs === undefined) continue
    span.blocks = Math.min(SPAN_MAX, Math.max(span.blocks, (upTo - at + 1) * 2))
    yield { upTo, logs }
    at = upTo + 1
  }
}

/** A log as it stands in an answer; undefined for one that has not the form of a log, or was taken back. */
export function readLog(value: unknown): NodeLog | undefined {
  try {
    const log = readObject(value, 'log')
    if (log['removed'] === true) return undefined
    return {
      address: readAddress(log['address'], 'address of a log'),
      topics: readList(log['topics'], 'topics', TOPICS_MAX).map((topic) => readWord(topic, 'topic')),
      data: readBytes(log['data'], 'data of a log'),
      height: readCount(log['blockNumber'], 'block number of a log'),
      transaction: readWord(log['transactionHash'], 'transaction of a log'),
      transactionIndex: readCount(log['transactionIndex'], 'transaction index'),
      logIndex: readCount(log['logIndex'], 'log index'),
    }
  } catch (error) {
    if (error instanceof TransportFault) return undefined
    throw error
  }
}

async function ask(rpc: Rpc, { address, topics }: LogQuery, from: number, to: number): Promise<NodeLog[]> {
  const filter = {
    address: `0x${address}`,
    topics: topics.map((topic) => `0x${topic}`),
    fromBlock: quantity(from),
    toBlock: quantity(to),
  }
  const wanted = (log: NodeLog | undefined): log is NodeLog =>
    log !== undefined &&
    log.address === address &&
    log.height >= from &&
    log.height <= to &&
    topics.every((topic, at) => log.topics[at] === topic)
  return readList(await rpc.ask('eth_getLogs', [filter]), 'list of logs', LOGS_MAX)
    .map(readLog)
    .filter(wanted)
    .sort((a, b) => a.height - b.height || a.logIndex - b.logIndex)
}

const maybeTooMuch = (error: unknown): error is TransportFault =>
  error instanceof TransportFault && (error.kind === 'answer' || error.kind === 'timeout')
