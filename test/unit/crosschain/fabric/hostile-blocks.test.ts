// Blocks by somebody who means harm: bytes changed on the way, and bytes changed before honest orderers signed over them.
import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { FabricBlock } from '../../../../src/crosschain/ledgers/fabric/block.ts'
import { readBlockFile, verifyBlockFile } from '../../../../src/crosschain/ledgers/fabric/index.ts'
import { blockFile, makeBlock, makeEnvelope, makeTransaction } from '../../../support/fabric-blocks.ts'
import { configBytes } from '../../../support/fabric-configs.ts'
import { type Member, organisation, START_MS } from '../../../support/fabric-organisations.ts'

let orderer: Member
let config: Buffer
let next: Buffer
let genesis: FabricBlock
let transaction: Buffer

beforeAll(async () => {
  const [ordererOrg, seller] = await Promise.all([organisation('OrdererMSP'), organisation('SellerMSP')])
  orderer = await ordererOrg.member('orderer')
  const revoked = [await seller.member('peer')]
  const choice = {
    orderers: [{ organisation: ordererOrg }],
    applications: [{ organisation: seller, revoked }],
    consenters: [orderer],
  }
  config = await configBytes(choice)
  next = await configBytes({ ...choice, sequence: 1 })
  genesis = makeBlock(undefined, { data: [makeEnvelope({ type: 1, atMs: START_MS, data: config })] })
  transaction = makeTransaction({
    atMs: START_MS,
    creator: await seller.member('client'),
    endorsers: [await seller.member('peer')],
  })
})

/** The bytes with some of them changed, cut or doubled, by what is drawn. */
const spoilt = (bytes: Buffer, changes: readonly [number, number][], cut: number): Buffer => {
  const result = Buffer.from(bytes)
  for (const [at, value] of changes) result[at % result.length] = value
  return cut % 4 === 0 ? result.subarray(0, cut % result.length) : result
}
const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 })
/** No verdict is demanded, only that there is one, and that it does not rest on a failure nobody foresaw. */
const judge = (blocks: readonly FabricBlock[]) => {
  const report = verifyBlockFile(blockFile(blocks))
  expect(['verified', 'refused']).toContain(report.verdict)
  expect(report.verdict === 'verified').toBe(report.blocks.every(({ reasons }) => reasons.length === 0))
  expect(JSON.stringify(report)).not.toContain('cannot be worked on')
  return report
}

describe('hostile blocks', () => {
  it('with a byte changed in a header, in the data or in the orderer signatures are refused', () => {
    const block = makeBlock(genesis, { data: [transaction], orderers: [orderer] })
    const file = blockFile([genesis, block])
    const { blocks } = readBlockFile(file)
    const parts = blocks.flatMap(({ dataHash, previousHash, data, metadata }, number) => [
      dataHash,
      previousHash,
      ...data,
      ...(number > 0 ? metadata.slice(0, 1) : []),
    ])
    const places = parts
      .filter(({ length }) => length > 0)
      .map((part) => ({ from: file.indexOf(part), length: part.length }))
    expect(verifyBlockFile(file).verdict).toBe('verified')
    fc.assert(
      fc.property(
        fc.constantFrom(...places),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        ({ from, length }, i, mask) => {
          const at = from + (i % length)
          expect(verifyBlockFile(file.with(at, file[at]! ^ mask)).verdict).toBe('refused')
        },
      ),
      { numRuns: 120 },
    )
  })

  it('with spoilt transactions are refused, though orderers signed over them', () => {
    fc.assert(
      fc.property(changes, fc.nat(), (list, cut) => {
        const bytes = spoilt(transaction, list, cut)
        const report = judge([genesis, makeBlock(genesis, { data: [bytes], orderers: [orderer] })])
        expect(report.verdict === 'verified').toBe(bytes.equals(transaction))
        judge([
          genesis,
          makeBlock(genesis, { data: [transaction, bytes], orderers: [orderer], flags: Uint8Array.of(0, 2) }),
        ])
      }),
      { numRuns: 120 },
    )
  })

  it('with a spoilt configuration get their verdict, at the beginning and later', () => {
    fc.assert(
      fc.property(changes, fc.nat(), (list, cut) => {
        const data = [makeEnvelope({ type: 1, atMs: START_MS, data: spoilt(config, list, cut) })]
        const start = makeBlock(undefined, { data })
        judge([start, makeBlock(start, { data: [transaction], orderers: [orderer] })])
        const later = makeEnvelope({ type: 1, atMs: START_MS, data: spoilt(next, list, cut), creator: orderer })
        const first = makeBlock(genesis, { data: [later], orderers: [orderer] })
        judge([genesis, first, makeBlock(first, { data: [transaction], orderers: [orderer] })])
      }),
      { numRuns: 70 },
    )
  })

  it('with noise for an envelope, a signature or flags get their verdict', () => {
    const noise = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))
    fc.assert(
      fc.property(noise, noise, noise, (envelope, metadata, flags) => {
        const block = makeBlock(genesis, { data: [transaction, envelope], orderers: [orderer] })
        judge([genesis, block])
        judge([genesis, { ...block, metadata: [metadata, metadata, flags, metadata, metadata] }])
        judge([genesis, { ...block, metadata: [] }])
      }),
      { numRuns: 70 },
    )
  })

  it('of groups within groups without end are refused, not followed', () => {
    // Field 2 of a group is its map of groups: key 1, value 2. Lengths are written in five bytes each.
    const wrap = (tag: number, content: Buffer) => {
      const length = [0, 1, 2, 3, 4].map(
        (place) => (Math.floor(content.length / 128 ** place) % 128) | (place < 4 ? 0x80 : 0),
      )
      return Buffer.concat([Buffer.from([tag, ...length]), content])
    }
    const reasonsAt = (depth: number) => {
      let nested = Buffer.alloc(0)
      for (let at = 0; at < depth; at++) nested = wrap(0x12, wrap(0x12, nested))
      const data = wrap(0x0a, wrap(0x12, nested))
      const start = makeBlock(undefined, { data: [makeEnvelope({ type: 1, atMs: START_MS, data })] })
      return verifyBlockFile(blockFile([start])).blocks[0]!.reasons
    }
    const missing = 'CONFIG_MISSING: the file does not begin with a block 0 that can be trusted'
    expect(reasonsAt(20)).toEqual(['CONFIG: it has no group of orderers', missing])
    expect(reasonsAt(5000)).toEqual(['CONFIG: the configuration is not the protobuf message it has to be', missing])
  })
})
