// A block as a node gives it in JSON, and the raw header that its fields come to. Fields of later forks are appended by presence: which
// of them a chain has is its own affair, and a wrong guess does not give the hash that was sealed.
import { RLP } from '@ethereumjs/rlp'
import type { Word } from '../../packet.ts'
import { TransportFault } from '../../transport.ts'
import { type Answer, quantity, readBytes, readCount, readObject, readWei, readWord } from './answers.ts'
import { HEADER_MAX_BYTES } from './header.ts'
import type { Rpc } from './rpc.ts'

/** Names in the order of the header; bytes of a fixed length, of any (0), or a number. */
const FIELDS: readonly (readonly [string, number | 'number'])[] = [
  ['parentHash', 32],
  ['sha3Uncles', 32],
  ['miner', 20],
  ['stateRoot', 32],
  ['transactionsRoot', 32],
  ['receiptsRoot', 32],
  ['logsBloom', 256],
  ['difficulty', 'number'],
  ['number', 'number'],
  ['gasLimit', 'number'],
  ['gasUsed', 'number'],
  ['timestamp', 'number'],
  ['extraData', 0],
  ['mixHash', 32],
  ['nonce', 8],
]
const LATER: typeof FIELDS = [
  ['baseFeePerGas', 'number'],
  ['withdrawalsRoot', 32],
  ['blobGasUsed', 'number'],
  ['excessBlobGas', 'number'],
  ['parentBeaconBlockRoot', 32],
  ['requestsHash', 32],
]

/** The block at a height. Throws TransportFault, also where the node has none or gives another. */
export async function blockAt(rpc: Rpc, height: number): Promise<Answer> {
  const answer = await rpc.ask('eth_getBlockByNumber', [quantity(height), false])
  if (answer === null) throw new TransportFault('answer', `the node has no block ${height}`)
  const block = readObject(answer, `block ${height}`)
  const given = readCount(block['number'], 'block number')
  if (given !== height) throw new TransportFault('answer', `the node gives block ${given} in place of ${height}`)
  return block
}

/** Raw header of a block. Throws TransportFault. */
export function headerOf(block: Answer): Buffer {
  const later = LATER.filter(([name]) => block[name] !== undefined && block[name] !== null)
  const items = [...FIELDS, ...later].map(([name, form]) => itemOf(block[name], name, form))
  const raw = Buffer.from(RLP.encode(items))
  if (raw.length > HEADER_MAX_BYTES)
    throw new TransportFault('answer', `the node's header is longer than ${HEADER_MAX_BYTES} bytes`)
  return raw
}

export const receiptsRootOf = (block: Answer): Word => readWord(block['receiptsRoot'], 'receiptsRoot')

const itemOf = (value: unknown, name: string, form: number | 'number'): Uint8Array | bigint =>
  form === 'number' ? readWei(value, name) : readBytes(value, name, form === 0 ? undefined : form)
