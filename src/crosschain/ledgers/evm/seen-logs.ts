// Where logs stand in their receipts. Nodes number them through the block; a proof is of one receipt.
import type { SeenLog } from '../../transport.ts'
import { readCount, readList, readObject, readWord } from './answers.ts'
import type { NodeLog } from './node-log.ts'
import type { Rpc } from './rpc.ts'

const LOGS_MAX = 100_000

/** Logs that are in no receipt, or in another place than they say, are left out. Throws TransportFault. */
export async function seenLogs(rpc: Rpc, logs: readonly NodeLog[]): Promise<SeenLog[]> {
  const positions = new Map<string, Map<number, number>>()
  for (const { transaction } of logs)
    if (!positions.has(transaction)) positions.set(transaction, await positionsIn(rpc, transaction))
  return logs.flatMap(({ height, transaction, transactionIndex, logIndex }) => {
    const position = positions.get(transaction)?.get(logIndex)
    return position === undefined ? [] : [{ height, transactionIndex, logIndex: position }]
  })
}

/** Positions in the receipt by positions in the block. */
async function positionsIn(rpc: Rpc, transaction: string): Promise<Map<number, number>> {
  const answer = await rpc.ask('eth_getTransactionReceipt', [`0x${transaction}`])
  if (answer === null) return new Map()
  const receipt = readObject(answer, 'receipt')
  if (readWord(receipt['transactionHash'], 'transaction of a receipt') !== transaction) return new Map()
  const logs = readList(receipt['logs'], 'logs of a receipt', LOGS_MAX)
  return new Map(logs.map((log, at) => [readCount(readObject(log, 'log')['logIndex'], 'log index'), at]))
}
