// The attacks on Fabric blocks as somebody meets them who is given a block file: `beibu ledger verify --family fabric` gives verdict and reasons.
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { command } from '../../../../src/client/command.ts'
import type { FabricBlock } from '../../../../src/crosschain/ledgers/fabric/block.ts'
import type { BlockFileReport } from '../../../../src/crosschain/ledgers/fabric/index.ts'
import { messages } from '../../../../src/crosschain/ledgers/fabric/messages.ts'
import {
  blockFile,
  type BlockChoice,
  makeBlock,
  makeEnvelope,
  makeTransaction,
} from '../../../support/fabric-blocks.ts'
import { configBytes } from '../../../support/fabric-configs.ts'
import { type Member, organisation, type Organisation, START_MS } from '../../../support/fabric-organisations.ts'

let folder: string
let org: Record<'orderer' | 'seller' | 'stranger', Organisation>
let orderer: Member
let seller: Member
let client: Member
let genesis: FabricBlock
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'attacks-'))
  const [ord, sell, strange] = await Promise.all(['OrdererMSP', 'SellerMSP', 'StrangerMSP'].map(organisation))
  org = { orderer: ord!, seller: sell!, stranger: strange! }
  orderer = await org.orderer.member('orderer')
  seller = await org.seller.member('peer')
  client = await org.seller.member('client')
  const data = await configBytes({
    orderers: [{ organisation: org.orderer }],
    applications: [{ organisation: org.seller }],
  })
  genesis = makeBlock(undefined, { data: [makeEnvelope({ type: 1, atMs: START_MS, data })] })
})
afterAll(() => rmSync(folder, { recursive: true }))

async function verifyBytes(bytes: Uint8Array): Promise<BlockFileReport & { exit: number }> {
  const file = join(folder, 'blockfile')
  writeFileSync(file, bytes)
  const out: string[] = []
  const io = { out: (line: string) => void out.push(line), progress: () => {}, env: {} }
  const args = ['ledger', 'verify', '--family', 'fabric', '--blockfile', file, '--json']
  const exit = await command(args, { ...io, stop: new AbortController().signal })
  return { exit, ...JSON.parse(out.join('\n')) }
}
const verify = (...blocks: FabricBlock[]) => verifyBytes(blockFile([genesis, ...blocks]))
const transaction = (endorsers: readonly Member[] = [seller], results?: Uint8Array): Buffer =>
  makeTransaction({ atMs: START_MS + 60_000, creator: client, endorsers, ...(results && { results }) })
const sha256 = (hex: string): string => createHash('sha256').update(Buffer.from(hex, 'hex')).digest('hex')

/** One write, as a transaction carries it. */
function writes(): Uint8Array {
  const write = new messages.KVWrite()
  write.setKey('k')
  write.setValue(Buffer.from('v'))
  const inside = new messages.KVRWSet()
  inside.setWritesList([write])
  const space = new messages.NsReadWriteSet()
  space.setNamespace('a')
  space.setRwset(inside.serializeBinary())
  const set = new messages.TxReadWriteSet()
  set.addNsRwset(space)
  return set.serializeBinary()
}

/** The block with this commit hash beside it. */
function committed(one: FabricBlock, hashHex: string): { block: FabricBlock; hashHex: string } {
  const metadata = new messages.Metadata()
  metadata.setValue(Buffer.from(hashHex, 'hex'))
  return { block: { ...one, metadata: one.metadata.with(4, Buffer.from(metadata.serializeBinary())) }, hashHex }
}
const block = (how: Partial<BlockChoice> = {}): FabricBlock =>
  makeBlock(genesis, { data: [transaction()], orderers: [orderer], ...how })
const expectRefused = async (of: FabricBlock, ...codes: string[]): Promise<void> => {
  const { exit, verdict, blocks } = await verify(of)
  const found = new Set(blocks[1]!.reasons.map((reason) => reason.split(':')[0]!))
  expect({ exit, verdict, codes: [...found] }).toEqual({ exit: 1, verdict: 'refused', codes })
}

describe('a block file', () => {
  it('that nobody has touched is verified', async () => {
    expect(await verify(block())).toMatchObject({ exit: 0, verdict: 'verified' })
  })
  it('with a block by a foreign orderer is refused, under its own name and under that of another', async () => {
    await expectRefused(
      block({ orderers: [await org.stranger.member('orderer')] }),
      'ORDERER_SIGNATURE',
      'ORDERER_QUORUM',
    )
    const namesake = await organisation('OrdererMSP')
    await expectRefused(block({ orderers: [await namesake.member('orderer')] }), 'ORDERER_SIGNATURE', 'ORDERER_QUORUM')
  })
  it('with an endorser whose certificate has expired is refused', async () => {
    const expired = await org.seller.member('peer', { notAfterMs: START_MS })
    await expectRefused(block({ data: [transaction([seller, expired])] }), 'ENDORSEMENT')
  })
  it('with two blocks of one number, both signed, is frozen', async () => {
    expect(await verify(block(), block())).toMatchObject({ exit: 1, verdict: 'frozen' })
  })
  it('with swapped flags is refused by the commit hash, which no orderer signs but which follows from them', async () => {
    // Key k of namespace a becomes v, in transaction 0 of block 1: one write as peers hash it.
    const write = '0a0e0a01611a016b2a01763203010100'
    const first = committed(block({ data: [transaction([seller], writes())] }), sha256(`0100${write}`))
    const flags = Uint8Array.of(0, 11)
    const data = [transaction(), transaction()]
    const second = committed(
      makeBlock(first.block, { data, orderers: [orderer], flags }),
      sha256(`02000b${first.hashHex}`),
    )
    expect((await verify(first.block, second.block)).verdict).toBe('verified')
    const swapped = { ...second.block, metadata: second.block.metadata.with(2, Buffer.from(flags.toReversed())) }
    const { exit, verdict, blocks } = await verify(first.block, swapped)
    expect({ exit, verdict }).toEqual({ exit: 1, verdict: 'refused' })
    expect(blocks.map(({ reasons }) => reasons.map((reason) => reason.split(':')[0]))).toEqual([
      [],
      [],
      ['COMMIT_HASH'],
    ])
  })
  it('with any byte changed in headers, data or the signatures of orderers is refused', async () => {
    const last = block()
    const file = blockFile([genesis, last])
    // Bytes that follow from none of these are the peer's own: its flags, and what a configuration block keeps beside it.
    const parts = [genesis.dataHash, ...genesis.data, last.previousHash, last.dataHash, ...last.data, last.metadata[0]!]
    const places = parts.map((part) => ({ from: file.indexOf(part), length: part.length }))
    const position = fc
      .constantFrom(...places)
      .chain(({ from, length }) => fc.integer({ min: from, max: from + length - 1 }))
    await fc.assert(
      fc.asyncProperty(position, fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const { verdict, exit } = await verifyBytes(file.with(at, file[at]! ^ mask))
        expect({ verdict, exit }).toEqual({ verdict: 'refused', exit: 1 })
      }),
      { numRuns: 60 },
    )
  })
})
