// A header as received: its fields by position, the constants that consensus fixes, and its bytes for the hashes. Fields that later forks
// have appended are kept as they came, by presence: the verifier need not know what they mean, only that they were sealed too.
import { keccak } from '../../hash.ts'
import type { Word } from '../../packet.ts'
import { ProofRefused, type ProofReason } from '../../proof-refused.ts'
import {
  encodeBytes,
  readBytes,
  readCount,
  readItem,
  readList,
  readScalar,
  RlpFault,
  type RlpItem,
  spliceList,
} from './rlp.ts'

/** Of a consensus: `ibft1` votes with coinbase and nonce, the others in the extra data. */
export type Consensus = 'qbft' | 'ibft2' | 'ibft1'

export interface Header {
  parentHash: Word
  stateRoot: Word
  receiptsRoot: Word
  height: number
  timestampS: number
  extraData: Uint8Array
  /** All fields, 15 of them or more, as received. */
  items: readonly RlpItem[]
}

/** Largest header that is looked at: room for some hundred validators with their seals. */
export const HEADER_MAX_BYTES = 64 * 1024
const EXTRA_AT = 12
const REQUIRED = 15
const FIELDS_MAX = 32

const NO_UNCLES = '1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347'
const BYZANTINE = '63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365'
const NONCES: Record<Consensus, readonly string[]> = {
  qbft: ['0000000000000000'],
  ibft2: ['0000000000000000'],
  ibft1: ['0000000000000000', 'ffffffffffffffff'],
}

/** Reads a header strictly. Throws ProofRefused: HEADER_MALFORMED or HEADER_CONSTANT. */
export function readHeader(bytes: Uint8Array, consensus: Consensus): Header {
  if (bytes.length > HEADER_MAX_BYTES)
    throw new ProofRefused('HEADER_MALFORMED', `it is longer than ${HEADER_MAX_BYTES} bytes`)
  const header = readAs('HEADER_MALFORMED', () => readFields(bytes))
  checkConstants(header, NONCES[consensus])
  return header
}

/** Keccak of the header with other extra data. */
export const hashWith = ({ items }: Header, extraData: Uint8Array): Buffer => {
  const raws = items.map(({ raw }) => raw)
  raws[EXTRA_AT] = encodeBytes(extraData)
  return keccak(spliceList(raws))
}

/** Runs a reading; what is wrong with the RLP becomes a refusal. */
export function readAs<T>(reason: ProofReason, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof RlpFault ? new ProofRefused(reason, error.message) : error
  }
}

function readFields(bytes: Uint8Array): Header {
  const items = readList(readItem(bytes), FIELDS_MAX)
  if (items.length < REQUIRED) throw new RlpFault(`${items.length} fields in place of ${REQUIRED} or more`)
  for (const at of [0, 1, 3, 4, 5, 13]) readBytes(items[at]!, 32)
  readBytes(items[2]!, 20)
  readBytes(items[6]!, 256)
  readBytes(items[14]!, 8)
  for (const at of [7, 9, 10]) readScalar(items[at]!)
  for (const item of items.slice(REQUIRED))
    if (readBytes(item).length > 32) throw new RlpFault('an optional field is longer than 32 bytes')
  return {
    parentHash: wordOf(items[0]!),
    stateRoot: wordOf(items[3]!),
    receiptsRoot: wordOf(items[5]!),
    height: readCount(items[8]!),
    timestampS: readCount(items[11]!),
    extraData: readBytes(items[EXTRA_AT]!),
    items,
  }
}

function checkConstants({ items }: Header, nonces: readonly string[]): void {
  const wrong = (what: string): ProofRefused => new ProofRefused('HEADER_CONSTANT', what)
  if (wordOf(items[1]!) !== NO_UNCLES) throw wrong('uncles')
  if (readScalar(items[7]!) !== 1n) throw wrong('difficulty')
  if (wordOf(items[13]!) !== BYZANTINE) throw wrong('mix hash')
  if (!nonces.includes(wordOf(items[14]!))) throw wrong('nonce')
}

const wordOf = ({ payload }: RlpItem): Word => Buffer.from(payload).toString('hex')
