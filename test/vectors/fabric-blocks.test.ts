// Blocks of a real ledger (shared/vectors/fabric): what its peer stored verifies, and a changed byte is found wherever it counts.
import { existsSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type BlockFileReport,
  headerHash,
  readBlockFile,
  verifyBlockFile,
} from '../../src/crosschain/ledgers/fabric/index.ts'

const { BEIBU_VECTORS } = process.env
const FOLDER =
  BEIBU_VECTORS === undefined
    ? new URL('../../../shared/vectors/fabric/', import.meta.url)
    : pathToFileURL(`${BEIBU_VECTORS}/fabric/`)
const NAME = 'asset-transfer-basic-2.4.7'
const there = existsSync(new URL(`${NAME}.blockfile`, FOLDER))
if (!there)
  console.warn('skipped: the Fabric vectors are not beside the project (../shared/vectors/fabric, or BEIBU_VECTORS)')

const ledger = there ? readFileSync(new URL(`${NAME}.blockfile`, FOLDER)) : Buffer.alloc(0)
const GENESIS = 'd7ceef4ae72eda74394d838cf0b5e6a928e0b4b4894b6cfa2a5d8476d0c228f3'

const changed = (at: number, mask = 1): Buffer => {
  const bytes = Buffer.from(ledger)
  bytes[at] = bytes[at]! ^ mask
  return bytes
}
const flagged = ({ blocks }: BlockFileReport) =>
  blocks.flatMap(({ number, reasons }) => (reasons.length > 0 ? [number] : []))
const codes = ({ blocks }: BlockFileReport, number: number) =>
  blocks[number]!.reasons.map((reason) => reason.split(':')[0])
const sum = (report: BlockFileReport, what: 'orderer' | 'endorsements' | 'envelopes') =>
  report.blocks.reduce((all, line) => [all[0]! + line[what].good, all[1]! + line[what].total], [0, 0])

describe.skipIf(!there)('a recorded ledger of Fabric 2.4.7', () => {
  const { blocks } = readBlockFile(ledger)
  const at = (bytes: Buffer): number => bytes.byteOffset - blocks[0]!.dataHash.byteOffset + 5

  it('verifies, every signature, link and commit hash', () => {
    const report = verifyBlockFile(ledger, { channel: 'mychannel', genesisHash: GENESIS })
    const expected = JSON.parse(readFileSync(new URL(`${NAME}.expected.json`, FOLDER), 'utf8')) as {
      blockHeight: number
      hashes: string[]
    }
    expect(report.verdict).toBe('verified')
    expect(report.blocks.map(({ dataHash }) => dataHash)).toEqual(expected.hashes)
    expect(report.blocks.map(({ number }) => number)).toEqual([...Array(expected.blockHeight).keys()])
    expect(report.blocks.every(({ link, reasons }) => link && reasons.length === 0)).toBe(true)
    expect(sum(report, 'orderer')).toEqual([9, 9])
    expect(sum(report, 'endorsements')).toEqual([12, 12])
    expect(sum(report, 'envelopes')).toEqual([9, 9])
    expect(report.notes).toContain('9 commit hashes follow from flags and writes')
  })

  it('trusts block 0 as found where no hash is given, and says so', () => {
    const report = verifyBlockFile(ledger)
    expect(report.verdict).toBe('verified')
    expect(report.notes?.[0]).toBe(`block 0 is trusted as found, no hash of it was given; it has ${GENESIS}`)
    expect(headerHash(blocks[0]!).toString('hex')).toBe(GENESIS)
  })

  it('is refused under another genesis hash or another channel', () => {
    const other = verifyBlockFile(ledger, { genesisHash: '00'.repeat(32) })
    expect([other.verdict, codes(other, 0), codes(other, 1)]).toEqual([
      'refused',
      ['GENESIS', 'CONFIG_MISSING'],
      ['CONFIG_MISSING'],
    ])
    expect(sum(other, 'orderer')).toEqual([0, 0])
    const channel = verifyBlockFile(ledger, { channel: 'yourchannel' })
    expect([channel.verdict, flagged(channel).length]).toEqual(['refused', 10])
  })

  it('flags the touched block and its follower, when a header changes', () => {
    for (const number of [0, 1, 4, 8]) {
      const report = verifyBlockFile(changed(at(blocks[number]!.dataHash)))
      expect(report.verdict).toBe('refused')
      expect(flagged(report)).toEqual([number, number + 1])
      expect(codes(report, number)).toContain('DATA_HASH')
      expect(codes(report, number + 1)).toEqual(['LINK'])
      expect(report.blocks[number + 1]!.link).toBe(false)
    }
  })

  it('flags the touched block alone, when its data changes: header and links are as before', () => {
    const report = verifyBlockFile(changed(at(blocks[6]!.data[0]!) + 2000))
    expect(flagged(report)).toEqual([6])
    expect(codes(report, 6)).toContain('DATA_HASH')
    expect(report.blocks.every(({ link }) => link)).toBe(true)
  })

  it('goes on behind a block that cannot be read', () => {
    const report = verifyBlockFile(changed(at(blocks[5]!.dataHash) - 1))
    expect(report.blocks).toHaveLength(10)
    expect(report.blocks[5]).toMatchObject({ number: 5, dataHash: '', link: false })
    expect([codes(report, 5), codes(report, 6), flagged(report)]).toEqual([['BLOCK_MALFORMED'], ['LINK'], [5, 6]])
  })

  it('finds a changed flag by the commit hash, and a changed commit hash by the next one', () => {
    const flag = verifyBlockFile(changed(at(blocks[7]!.metadata[2]!)))
    expect([flag.verdict, flagged(flag), codes(flag, 7)]).toEqual(['refused', [7], ['COMMIT_HASH']])
    const hash = verifyBlockFile(changed(at(blocks[7]!.metadata[4]!) + 20))
    expect([hash.verdict, flagged(hash), codes(hash, 7)]).toEqual(['refused', [7], ['COMMIT_HASH']])
  })

  it('refuses a file cut anywhere but between two blocks, and one with bytes behind', () => {
    const frames = readBlockFile(ledger).readings.map(({ at }) => at)
    for (const cut of [...frames.slice(1), ...frames.slice(1).map((end) => end - 1), 1, 2, 4, 40])
      expect(verifyBlockFile(ledger.subarray(0, cut)).verdict).toBe(frames.includes(cut) ? 'verified' : 'refused')
    const longer = verifyBlockFile(Buffer.concat([ledger, Buffer.from([0x80])]))
    expect([longer.verdict, longer.reason?.slice(0, 9)]).toEqual(['refused', 'TRAILING:'])
    expect(flagged(longer)).toEqual([])
  })

  it('refuses blocks left out, repeated or in another order', () => {
    const frames = readBlockFile(ledger).readings.map(({ at }, i, all) => ledger.subarray(at, all[i + 1]?.at))
    const of = (...numbers: number[]) => verifyBlockFile(Buffer.concat(numbers.map((number) => frames[number]!)))
    expect([of(0, 1, 2, 4).verdict, codes(of(0, 1, 2, 4), 3)]).toEqual(['refused', ['NUMBER', 'LINK']])
    expect([of(0, 1, 2, 2).verdict, codes(of(0, 1, 2, 2), 3)]).toEqual(['refused', ['NUMBER', 'CONFIG']])
    expect([of(0, 1, 3, 2).verdict, of(1, 2, 3).verdict, of().verdict]).toEqual(['refused', 'refused', 'refused'])
    expect(of().reason).toBe('EMPTY: the file holds no block')
    expect(codes(of(3, 4), 0)).toEqual(['NUMBER', 'LINK', 'CONFIG_MISSING'])
  })

  // What nobody reads: metadata of block 0, and the retired position 3. Everything else is signed, hashed or compared.
  // Without the vectors there are no blocks, and the tests are skipped.
  const unread = [blocks[0]?.metadata ?? [], ...blocks.slice(1).map(({ metadata }) => [metadata[3]!])]
    .flat()
    .map((bytes) => [at(bytes) - 1, at(bytes) + bytes.length] as const)
  const isRead = (position: number) => !unread.some(([from, to]) => from <= position && position < to)

  it('refuses a changed byte anywhere, never fails over it', () => {
    fc.assert(
      fc.property(fc.nat(ledger.length - 1), fc.integer({ min: 1, max: 255 }), (position, mask) => {
        const report = verifyBlockFile(changed(position, mask))
        if (isRead(position)) expect(report.verdict, `byte ${position} ^ ${mask}`).not.toBe('verified')
        expect(JSON.stringify(report)).not.toContain('cannot be worked on')
      }),
      { numRuns: 50 },
    )
  })

  it('refuses a changed byte anywhere in headers and metadata', () => {
    const small = blocks.flatMap(({ dataHash, previousHash, metadata }) =>
      [dataHash, previousHash, ...metadata].map((bytes) => [at(bytes) - 1, bytes.length + 1] as const),
    )
    fc.assert(
      fc.property(fc.constantFrom(...small), fc.nat(), fc.integer({ min: 0, max: 7 }), ([from, length], i, bit) => {
        const position = from + (i % length)
        const report = verifyBlockFile(changed(position, 1 << bit))
        if (isRead(position)) expect(report.verdict, `byte ${position} ^ ${1 << bit}`).not.toBe('verified')
      }),
      { numRuns: 50 },
    )
  })

  it('never fails over bytes inserted, left out or repeated', () => {
    const place = fc.nat(ledger.length - 1)
    fc.assert(
      fc.property(place, place, place, (from, to, into) => {
        const piece = ledger.subarray(Math.min(from, to), Math.min(from, to) + 3000)
        const bytes = Buffer.concat([ledger.subarray(0, into), piece, ledger.subarray(into + (to % 200))])
        const report = verifyBlockFile(bytes)
        expect(report.verdict === 'verified').toBe(bytes.equals(ledger))
        expect(JSON.stringify(report)).not.toContain('cannot be worked on')
      }),
      { numRuns: 30 },
    )
  })
})
