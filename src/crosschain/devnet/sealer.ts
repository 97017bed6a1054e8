// Builds headers and seals them as validators of a Besu or GoQuorum chain would. Encodes from values, where the verifier splices the bytes
// it received: the two have no code in common, so that neither hides a mistake of the other.
import { RLP } from '@ethereumjs/rlp'
import { signDigest } from '../attestation.ts'
import { keccak } from '../hash.ts'
import type { Address, Word } from '../packet.ts'

export type Consensus = 'qbft' | 'ibft2' | 'ibft1'

/** What a header says, apart from what the consensus fixes. `coinbase` is the proposer; in ibft1 the candidate of the vote, if there is one. */
export interface HeaderFields {
  parentHash: Word
  coinbase: Address
  stateRoot: Word
  transactionsRoot: Word
  receiptsRoot: Word
  /** 256 bytes. */
  logsBloom: Uint8Array
  number: number
  gasLimit: bigint
  gasUsed: bigint
  timestampS: number
  baseFeePerGas?: bigint
  /** Raw RLP items after the base fee, in the order of the forks that brought them. */
  optional?: readonly Uint8Array[]
}

/** Who seals, and what else stands in the extra data. */
export interface Sealing {
  consensus: Consensus
  validators: readonly Address[]
  /** Keys of those who seal, 32 bytes each; in ibft1 the first one proposes. None: nobody seals, as in block 0. */
  sealers: readonly Uint8Array[]
  round?: number
  vote?: { validator: Address; add: boolean }
  /** 32 bytes; zeros if absent. */
  vanity?: Uint8Array
}

/** Keccak of the RLP of an empty list: no header of these chains has uncles. */
const NO_UNCLES = Buffer.from('1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347', 'hex')
/** The mix hash by which nodes know a header of this kind. */
const BYZANTINE = Buffer.from('63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365', 'hex')
const COMMIT = Buffer.of(2)
const NO_NONCE = Buffer.alloc(8)

type Item = Parameters<typeof RLP.encode>[0]

/** The header with its seals, and its hash on the chain: the one that the next header names as its parent's. */
export function sealHeader(fields: HeaderFields, sealing: Sealing): { rlp: Buffer; hash: Word } {
  const encode = (extra: Uint8Array): Buffer => encodeHeader(fields, sealing, extra)
  const { onChain, committed, seals } =
    sealing.consensus === 'ibft1' ? sealIbft1(sealing, encode) : sealBft(sealing, encode)
  return { rlp: encode(seals(committed)), hash: onChain.toString('hex') }
}

interface Sealed {
  onChain: Buffer
  /** What each sealer signs. */
  committed: Buffer
  /** The extra data with everyone's seal over it. */
  seals(digest: Buffer): Uint8Array
}

function sealBft(sealing: Sealing, encode: (extra: Uint8Array) => Buffer): Sealed {
  const { consensus, round = 0 } = sealing
  const said: Item[] = [vanityOf(sealing), validatorsOf(sealing), voteOf(sealing)]
  const extra = (...rest: Item[]): Uint8Array => RLP.encode([...said, ...rest])
  const inRound = consensus === 'qbft' ? round : fourBytes(round)
  return {
    onChain: keccak(encode(consensus === 'qbft' ? extra(0, []) : extra())),
    committed: keccak(encode(consensus === 'qbft' ? extra(round, []) : extra(inRound))),
    seals: (digest) => extra(inRound, sealsOf(digest, sealing.sealers)),
  }
}

/** The proposer signs the hash of the hash of the header without seals; the others the hash on the chain, which has the proposer's seal in it. */
function sealIbft1(sealing: Sealing, encode: (extra: Uint8Array) => Buffer): Sealed {
  const validators = validatorsOf(sealing)
  const extra = (proposer: Uint8Array, seals: Uint8Array[]): Uint8Array =>
    Buffer.concat([vanityOf(sealing), RLP.encode([validators, proposer, seals])])
  const [first] = sealing.sealers
  const proposer = first ? sealOf(keccak(keccak(encode(extra(Buffer.alloc(0), [])))), first) : Buffer.alloc(0)
  const onChain = keccak(encode(extra(proposer, [])))
  return {
    onChain,
    committed: keccak(Buffer.concat([onChain, COMMIT])),
    seals: (digest) => extra(proposer, sealsOf(digest, sealing.sealers)),
  }
}

function encodeHeader(fields: HeaderFields, { consensus, vote }: Sealing, extra: Uint8Array): Buffer {
  const { baseFeePerGas, optional = [] } = fields
  const items: Item[] = [
    hex(fields.parentHash),
    NO_UNCLES,
    hex(fields.coinbase),
    hex(fields.stateRoot),
    hex(fields.transactionsRoot),
    hex(fields.receiptsRoot),
    fields.logsBloom,
    1,
    fields.number,
    fields.gasLimit,
    fields.gasUsed,
    fields.timestampS,
    extra,
    BYZANTINE,
    consensus === 'ibft1' && vote?.add === true ? Buffer.alloc(8, 0xff) : NO_NONCE,
    ...(baseFeePerGas === undefined ? [] : [baseFeePerGas]),
    ...optional.map((raw) => RLP.decode(raw) as Item),
  ]
  return Buffer.from(RLP.encode(items))
}

function voteOf({ consensus, vote }: Sealing): Item {
  if (!vote) return consensus === 'qbft' ? [] : Buffer.alloc(0)
  const drop = consensus === 'qbft' ? Buffer.alloc(0) : Buffer.of(0)
  return [hex(vote.validator), vote.add ? Buffer.of(0xff) : drop]
}

/** Besu writes 0 or 1 where other signatures have 27 or 28. */
function sealOf(digest: Buffer, key: Uint8Array): Buffer {
  const seal = signDigest(digest, key)
  seal[64]! -= 27
  return seal
}

const sealsOf = (digest: Buffer, keys: readonly Uint8Array[]): Uint8Array[] => keys.map((key) => sealOf(digest, key))
const vanityOf = ({ vanity }: Sealing): Uint8Array => vanity ?? Buffer.alloc(32)
const validatorsOf = ({ validators }: Sealing): Uint8Array[] => [...validators].sort().map(hex)
const hex = (text: string): Buffer => Buffer.from(text, 'hex')

function fourBytes(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
