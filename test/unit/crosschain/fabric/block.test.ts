// Headers in DER, block files and delivered blocks: one reading for one byte string, and nothing else is read.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FabricBlock, headerDer, readBlock } from '../../../../src/crosschain/ledgers/fabric/block.ts'
import { readBlockFile, readStoredBlock } from '../../../../src/crosschain/ledgers/fabric/block-file.ts'
import { BlockRefused } from '../../../../src/crosschain/ledgers/fabric/block-reasons.ts'
import { messages } from '../../../../src/crosschain/ledgers/fabric/messages.ts'
import { varint } from '../../../../src/crosschain/ledgers/fabric/writes.ts'
import { checkDer, derChildren, derElement } from '../../../../src/hub/identity/der.ts'
import { blockFile } from '../../../support/fabric-blocks.ts'

const bytes = (max: number, min = 0) =>
  fc.uint8Array({ minLength: min, maxLength: max }).map((array) => Buffer.from(array))
const anyNumber = fc.oneof(fc.nat(300), fc.maxSafeNat())
const anyBlock: fc.Arbitrary<FabricBlock> = fc.record({
  number: anyNumber,
  dataHash: bytes(32, 32),
  previousHash: bytes(32, 32),
  data: fc.array(bytes(40), { minLength: 1, maxLength: 5 }),
  metadata: fc.array(bytes(40), { maxLength: 6 }),
})
const sample: FabricBlock = {
  number: 300,
  dataHash: Buffer.alloc(32, 1),
  previousHash: Buffer.alloc(32, 2),
  data: [Buffer.from('one'), Buffer.from('two')],
  metadata: [Buffer.alloc(0), Buffer.from('m')],
}
const detail = (read: () => unknown): string => {
  try {
    read()
    return 'read'
  } catch (cause) {
    if (!(cause instanceof BlockRefused)) throw cause
    return cause.message
  }
}
const frameOf = (block: FabricBlock): Buffer => {
  const file = blockFile([block])
  return file.subarray(file.length < 130 ? 1 : 2)
}

describe('the header in DER', () => {
  it.each([
    [0, '020100'],
    [127, '02017f'],
    [128, '02020080'],
    [255, '020200ff'],
    [256, '02020100'],
    [32_768, '0203008000'],
    [2 ** 53 - 1, '02071fffffffffffff'],
  ])('writes the number %i as %s', (number, hex) => {
    const der = headerDer({ ...sample, number })
    expect(der.subarray(2, 2 + hex.length / 2).toString('hex')).toBe(hex)
  })

  it('is strict DER with the three fields in it, whatever the block', () => {
    fc.assert(
      fc.property(anyBlock, (block) => {
        const der = headerDer(block)
        checkDer(der, 'the header')
        const whole = derElement(der, 0, der.length)
        const [number, previous, data] = derChildren(der, whole.from, whole.to)
        expect(BigInt(`0x${der.subarray(number!.from, number!.to).toString('hex')}`)).toBe(BigInt(block.number))
        expect(der.subarray(previous!.from, previous!.to)).toEqual(block.previousHash)
        expect(der.subarray(data!.from, data!.to)).toEqual(block.dataHash)
      }),
    )
  })
})

describe('a block file', () => {
  it('gives back the blocks that were written, and where they stand', () => {
    fc.assert(
      fc.property(fc.array(anyBlock, { maxLength: 6 }), (blocks) => {
        const file = readBlockFile(blockFile(blocks))
        expect(file).toEqual({ readings: expect.anything() as unknown, blocks })
      }),
    )
  })

  it('is read the same from a piece of a larger buffer', () => {
    const file = blockFile([sample, sample])
    const larger = Buffer.concat([Buffer.alloc(7), file, Buffer.alloc(7)])
    expect(readBlockFile(new Uint8Array(larger.buffer, larger.byteOffset + 7, file.length)).blocks).toHaveLength(2)
  })

  it('refuses bytes that follow the metadata of a block', () => {
    const frame = Buffer.concat([frameOf(sample), Buffer.from([0])])
    expect(detail(() => readStoredBlock(frame))).toBe('BLOCK_MALFORMED: 1 bytes follow its metadata')
  })

  it('refuses numbers that are not in their shortest form or too large to count', () => {
    const frame = frameOf({ ...sample, number: 1 })
    const longer = Buffer.concat([Buffer.from([0x81, 0]), frame.subarray(1)])
    expect(detail(() => readStoredBlock(longer))).toContain('shortest form')
    const larger = Buffer.concat([Buffer.from('ffffffffffffffffff01', 'hex'), frame.subarray(1)])
    expect(detail(() => readStoredBlock(larger))).toContain('counted exactly')
  })

  it('refuses hashes of another length, no data, and lists longer than the bytes', () => {
    const short = { ...sample, dataHash: Buffer.alloc(31) }
    expect(detail(() => readStoredBlock(frameOf(short)))).toContain('data hash is not 32 bytes')
    expect(detail(() => readStoredBlock(frameOf({ ...sample, previousHash: Buffer.alloc(0) })))).toContain(
      'previous hash',
    )
    expect(detail(() => readStoredBlock(frameOf({ ...sample, data: [] })))).toContain('no data')
    const endless = Buffer.concat([frameOf({ ...sample, data: [], metadata: [] }).subarray(0, -2), varint(2 ** 40)])
    expect(detail(() => readStoredBlock(endless))).toContain('a list says')
    expect(detail(() => readStoredBlock(frameOf({ ...sample, number: 0, previousHash: Buffer.alloc(0) })))).toBe('read')
  })

  it('says of an unreadable block why, and reads the ones behind it', () => {
    const broken = Buffer.concat([varint(3), Buffer.from([1, 2, 3])])
    const file = readBlockFile(Buffer.concat([blockFile([sample]), broken, blockFile([sample])]))
    expect(file.readings.map((reading) => ('block' in reading ? 'block' : reading.unreadable))).toEqual([
      'block',
      'a field says 2 bytes, and fewer are left',
      'block',
    ])
  })

  it('reads no more blocks and parts than memory is meant for', () => {
    const empty = readBlockFile(Buffer.alloc(300_000))
    expect([empty.readings.length, empty.trailing?.slice(0, 25)]).toEqual([200_000, '100000 bytes at 200000 ar'])
    const crowded = blockFile([{ ...sample, data: Array.from({ length: 600_000 }, () => Buffer.alloc(0)) }])
    const twice = readBlockFile(Buffer.concat([crowded, crowded]))
    expect([twice.blocks.length, twice.trailing]).toEqual([1, expect.stringContaining('1000000 parts')])
  })

  it('never throws, and accounts for every byte', () => {
    fc.assert(
      fc.property(bytes(200), (noise) => {
        const { readings, trailing } = readBlockFile(noise)
        if (noise.length > 0) expect(readings.length > 0 || trailing !== undefined).toBe(true)
      }),
    )
  })
})

describe('a delivered block', () => {
  const wire = ({ number, dataHash, previousHash, data, metadata }: FabricBlock): Uint8Array => {
    const header = new messages.BlockHeader()
    header.setNumber(number)
    header.setDataHash(dataHash)
    header.setPreviousHash(previousHash)
    const blockData = new messages.BlockData()
    blockData.setDataList([...data])
    const blockMetadata = new messages.BlockMetadata()
    blockMetadata.setMetadataList([...metadata])
    const block = new messages.Block()
    block.setHeader(header)
    block.setData(blockData)
    block.setMetadata(blockMetadata)
    return block.serializeBinary()
  }

  it('is read as the stored one is', () => {
    fc.assert(
      fc.property(anyBlock, (block) => {
        expect(readBlock(wire(block))).toEqual(block)
      }),
    )
  })

  it('is refused in pieces, without a header, and as noise', () => {
    const whole = wire(sample)
    expect(detail(() => readBlock(whole.subarray(0, whole.length - 1)))).toContain('BLOCK_MALFORMED')
    expect(detail(() => readBlock(new Uint8Array()))).toBe('BLOCK_MALFORMED: it has no header')
    fc.assert(
      fc.property(bytes(200), (noise) => {
        expect(detail(() => readBlock(noise))).toContain('BLOCK_MALFORMED')
      }),
    )
  })
})
