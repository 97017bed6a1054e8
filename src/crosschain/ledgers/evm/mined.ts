// Waiting for a transaction to stand in a block: asked every so often, for a bounded time.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Address, Word } from '../../packet.ts'
import { type Submitted, TransportFault } from '../../transport.ts'
import { type Answer, quantity, readAddress, readCount, readList, readObject, readWei, readWord } from './answers.ts'
import { type NodeLog, readLog } from './node-log.ts'
import type { Rpc } from './rpc.ts'

/** A transaction that stands in a block. */
export interface Mined extends Submitted {
  done: boolean
  /** The contract it has made. */
  contract?: Address
  logs: NodeLog[]
}

export interface SentTransaction {
  transaction: Word
  sender: Address
  nonce: number
}

const FIRST_WAIT_MS = 25
const WAIT_MAX_MS = 500
const LOGS_MAX = 10_000
/** Every so many looks it is seen whether another transaction has taken its number. */
const NONCE_EVERY = 8

/** Throws TransportFault `unconfirmed` after `confirmMs`, or once it can no longer come. */
export async function minedOf(rpc: Rpc, sent: SentTransaction, confirmMs: number): Promise<Mined> {
  const late = AbortSignal.timeout(confirmMs)
  let waitMs = FIRST_WAIT_MS
  for (let looks = 1; ; looks++) {
    const mined = await look(rpc, sent)
    if (mined) return mined
    if (looks % NONCE_EVERY === 0 && (await isReplaced(rpc, sent)))
      throw unconfirmed(sent, 'another transaction has taken its number')
    if (late.aborted) throw unconfirmed(sent, `it is in no block after ${confirmMs} ms`)
    await sleep(waitMs)
    waitMs = Math.min(waitMs * 1.5, WAIT_MAX_MS)
  }
}

/** Faults of the node are waited out like a transaction that is not there yet. */
async function look(rpc: Rpc, { transaction }: SentTransaction): Promise<Mined | undefined> {
  try {
    const answer = await rpc.ask('eth_getTransactionReceipt', [`0x${transaction}`])
    return answer === null ? undefined : readReceipt(readObject(answer, 'receipt'), transaction)
  } catch (error) {
    if (error instanceof TransportFault) return undefined
    throw error
  }
}

async function isReplaced(rpc: Rpc, sent: SentTransaction): Promise<boolean> {
  try {
    const next = readCount(await rpc.ask('eth_getTransactionCount', [`0x${sent.sender}`, 'latest']), 'nonce')
    return next > sent.nonce && (await look(rpc, sent)) === undefined
  } catch (error) {
    if (error instanceof TransportFault) return false
    throw error
  }
}

function readReceipt(receipt: Answer, transaction: Word): Mined {
  const said = readWord(receipt['transactionHash'], 'transaction of a receipt')
  if (said !== transaction) throw new TransportFault('answer', 'the node gives the receipt of another transaction')
  const contract = receipt['contractAddress'] ?? undefined
  return {
    transaction,
    height: readCount(receipt['blockNumber'], 'block number'),
    gasUsed: readWei(receipt['gasUsed'], 'gas'),
    done: receipt['status'] === quantity(1),
    ...(contract !== undefined && { contract: readAddress(contract, 'contract') }),
    logs: readList(receipt['logs'], 'logs of a receipt', LOGS_MAX)
      .map(readLog)
      .filter((log) => log !== undefined),
  }
}

const unconfirmed = ({ transaction, nonce }: SentTransaction, why: string): TransportFault =>
  new TransportFault('unconfirmed', `transaction ${transaction}, number ${nonce} of its account: ${why}`)
