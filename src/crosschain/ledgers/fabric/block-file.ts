// The block files of a peer (blockfile_000000): one block after the other, each behind its length, fields behind theirs, in Fabric's own
// layout rather than protobuf. Transaction ids are not in it; peers keep them in an index.
import { BLOCK_BYTES_MAX, checkShape, type FabricBlock } from './block.ts'
import { BlockRefused } from './block-reasons.ts'

/** One frame of the file: a block, or why it cannot be read. A damaged block does not hide those behind it. */
export type BlockReading = { at: number; block: FabricBlock } | { at: number; unreadable: string }

/** What a block file holds; `trailing` says why the rest of the bytes is no block, and how many there are. */
export interface BlockFile {
  readings: BlockReading[]
  /** The readable ones, in their order. */
  blocks: FabricBlock[]
  trailing?: string
}

/** Peers begin a new file at 64 MiB. */
export const FILE_BYTES_MAX = 192 * 1024 * 1024
/** Blocks, envelopes and metadata of a file together: a file of single bytes would fill the memory with their handles. */
const ITEMS_MAX = 1_000_000
const BLOCKS_MAX = 200_000

/** Reads a block file to its end. Never throws: what cannot be read is said in the result. */
export function readBlockFile(bytes: Uint8Array): BlockFile {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (file.length > FILE_BYTES_MAX)
    return { readings: [], blocks: [], trailing: `the file is larger than ${FILE_BYTES_MAX} bytes` }
  const readings: BlockReading[] = []
  let trailing: string | undefined
  const fields = new Fields(file)
  let items = 0
  while (!fields.ended && trailing === undefined) {
    const at = fields.at
    try {
      const reading = readFrame(at, fields.bytes())
      items += 'block' in reading ? 1 + reading.block.data.length + reading.block.metadata.length : 1
      if (items > ITEMS_MAX || readings.length >= BLOCKS_MAX)
        throw new BlockRefused('BLOCK_MALFORMED', `the file has more than ${BLOCKS_MAX} blocks or ${ITEMS_MAX} parts`)
      readings.push(reading)
    } catch (cause) {
      trailing = `${file.length - at} bytes at ${at} are no block: ${detailOf(cause)}`
    }
  }
  const blocks = readings.flatMap((reading) => ('block' in reading ? [reading.block] : []))
  return { readings, blocks, ...(trailing !== undefined && { trailing }) }
}

function readFrame(at: number, frame: Buffer): BlockReading {
  try {
    return { at, block: readStoredBlock(frame) }
  } catch (cause) {
    return { at, unreadable: detailOf(cause) }
  }
}

/** Reads one block of a block file, without its length. Throws BlockRefused. */
export function readStoredBlock(frame: Buffer): FabricBlock {
  const fields = new Fields(frame)
  const block = {
    number: fields.varint(),
    dataHash: fields.bytes(32),
    previousHash: fields.bytes(32),
    data: fields.list(),
    metadata: fields.list(),
  }
  if (!fields.ended) throw new BlockRefused('BLOCK_MALFORMED', `${frame.length - fields.at} bytes follow its metadata`)
  return checkShape(block)
}

/** Varints, and bytes behind their length. Numbers in their shortest form only. */
class Fields {
  readonly #bytes: Buffer
  #at = 0
  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }
  get at(): number {
    return this.#at
  }
  get ended(): boolean {
    return this.#at === this.#bytes.length
  }
  varint(): number {
    let value = 0
    for (let place = 0; place < 8; place++) {
      const byte = this.#bytes[this.#at]
      if (byte === undefined) throw new BlockRefused('BLOCK_MALFORMED', 'it ends inside a number')
      this.#at++
      value += (byte & 0x7f) * 2 ** (7 * place)
      if (byte >= 0x80) continue
      if (byte === 0 && place > 0) throw new BlockRefused('BLOCK_MALFORMED', 'a number is not in its shortest form')
      if (!Number.isSafeInteger(value)) break
      return value
    }
    throw new BlockRefused('BLOCK_MALFORMED', 'a number is beyond what can be counted exactly')
  }
  bytes(bytesMax: number = BLOCK_BYTES_MAX): Buffer {
    const length = this.varint()
    if (length > bytesMax) throw new BlockRefused('BLOCK_MALFORMED', `a field says ${length} bytes, above ${bytesMax}`)
    if (length > this.#bytes.length - this.#at)
      throw new BlockRefused('BLOCK_MALFORMED', `a field says ${length} bytes, and fewer are left`)
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }
  /** Every item takes at least a byte, so the bytes bound the list whatever its count says. */
  list(): Buffer[] {
    const count = this.varint()
    if (count > Math.min(ITEMS_MAX, this.#bytes.length - this.#at))
      throw new BlockRefused('BLOCK_MALFORMED', `a list says ${count} items, and fewer bytes are left`)
    return Array.from({ length: count }, () => this.bytes())
  }
}

const detailOf = (cause: unknown): string =>
  cause instanceof BlockRefused ? cause.message.slice(cause.reason.length + 2) : 'it cannot be read'
