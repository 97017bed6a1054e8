// Blocks of Hyperledger Fabric: the header in DER and its hash, the hash over the data, and the block as a peer sends it.
import { hash } from 'node:crypto'
import { BlockRefused } from './block-reasons.ts'
import { decode, messages } from './messages.ts'

/** A block as read; nothing is verified yet. The bytes are those of the source, not written anew. */
export interface FabricBlock {
  number: number
  dataHash: Buffer
  previousHash: Buffer
  /** Envelopes, in their order. */
  data: readonly Buffer[]
  /** By position: signatures, last configuration, validity flags, orderer, commit hash. */
  metadata: readonly Buffer[]
}

export const SIGNATURES = 0
export const LAST_CONFIG = 1
export const FLAGS = 2
export const ORDERER = 3
export const COMMIT_HASH = 4

export const BLOCK_BYTES_MAX = 128 * 1024 * 1024
const HASH_BYTES = 32

export const sha256 = (...parts: readonly Uint8Array[]): Buffer =>
  hash('sha256', parts.length === 1 ? parts[0]! : Buffer.concat(parts), 'buffer')

/** DER of SEQUENCE { INTEGER number, OCTET STRING previousHash, OCTET STRING dataHash }: what orderers sign and the next block names. */
export function headerDer({ number, previousHash, dataHash }: FabricBlock): Buffer {
  const fields = Buffer.concat([derNumber(number), derBytes(previousHash), derBytes(dataHash)])
  return Buffer.concat([Buffer.from([0x30, fields.length]), fields])
}

export const headerHash = (block: FabricBlock): Buffer => sha256(headerDer(block))

/** SHA-256 over all envelopes, one after the other without separators. */
export const hashOfData = (block: FabricBlock): Buffer => sha256(...block.data)

/** Hashes are at most 32 bytes, so every length has its short form. */
const derBytes = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([4, bytes.length]), bytes])

/** Big-endian and as short as it goes, with a zero before a set top bit: block 128 is 00 80. */
function derNumber(number: number): Buffer {
  const hex = number.toString(16)
  const digits = hex.length % 2 ? `0${hex}` : hex
  const bytes = Buffer.from(Number.parseInt(digits.slice(0, 2), 16) >= 0x80 ? `00${digits}` : digits, 'hex')
  return Buffer.concat([Buffer.from([2, bytes.length]), bytes])
}

/** Checks what holds for every block before anything else is looked at. Throws BlockRefused. */
export function checkShape(block: FabricBlock): FabricBlock {
  if (!Number.isSafeInteger(block.number) || block.number < 0)
    throw new BlockRefused('BLOCK_MALFORMED', 'its number is beyond what can be counted exactly')
  if (block.dataHash.length !== HASH_BYTES) throw new BlockRefused('BLOCK_MALFORMED', 'its data hash is not 32 bytes')
  const first = block.number === 0 && block.previousHash.length === 0
  if (!first && block.previousHash.length !== HASH_BYTES)
    throw new BlockRefused('BLOCK_MALFORMED', 'its previous hash is not 32 bytes')
  if (block.data.length === 0) throw new BlockRefused('BLOCK_MALFORMED', 'it has no data')
  return block
}

/** Reads a serialized common.Block, as delivered by peers and orderers. Throws BlockRefused. */
export function readBlock(bytes: Uint8Array): FabricBlock {
  const block = decode(messages.Block, bytes, 'BLOCK_MALFORMED', 'the block', BLOCK_BYTES_MAX)
  const header = block.getHeader()
  if (!header) throw new BlockRefused('BLOCK_MALFORMED', 'it has no header')
  return checkShape({
    number: header.getNumber(),
    dataHash: Buffer.from(header.getDataHash_asU8()),
    previousHash: Buffer.from(header.getPreviousHash_asU8()),
    data: (block.getData()?.getDataList_asU8() ?? []).map((bytes) => Buffer.from(bytes)),
    metadata: (block.getMetadata()?.getMetadataList_asU8() ?? []).map((bytes) => Buffer.from(bytes)),
  })
}
