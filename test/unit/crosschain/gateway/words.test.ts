// What the contracts hash, keep and offer is what the TypeScript side says: words, slots, interfaces, artefacts.
import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { type Abi, concat, decodeFunctionResult, encodeFunctionData, hexToBytes, toFunctionSelector } from 'viem'
import { describe, expect, it } from 'vitest'
import {
  gatewayAbi,
  gatewayCode,
  laneArgument,
  laneDigest,
  notaryAbi,
  notaryCode,
  outcomeOf,
  refusalName,
  rotationDigest,
} from '../../../../src/crosschain/ledgers/evm/gateway/gateway.ts'
import { artefactTexts } from '../../../../src/crosschain/ledgers/evm/gateway/compile.ts'
import { keccak } from '../../../../src/crosschain/hash.ts'
import { mappingSlot } from '../../../../src/crosschain/ledgers/evm/state-proof.ts'
import { type Packet, packetCommitment, receiptWord } from '../../../../src/crosschain/packet.ts'
import { endA, endB, hex, hexWord, LANE, NOBODY, TIMEOUT_S, validators } from './cast.ts'
import { deployGate } from './gate.ts'
import { evmLedger } from './ledger.ts'
import { deployNotary } from './notary.ts'
import { configOf, openPair } from './pair.ts'

const word = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'))
const fullWord = word.filter((one) => one !== NOBODY)
const body = fc.uint8Array({ maxLength: 1024 })
const count = fc
  .maxSafeInteger()
  .map((n) => Math.abs(n) + 1)
  .filter(Number.isSafeInteger)

describe('words', () => {
  it('a sent packet has the commitment that packet.ts gives it', async () => {
    const { source } = await openPair(await evmLedger(7201), await evmLedger(8401))
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          kind: fullWord,
          message: fullWord,
          receiver: word,
          body,
          timeoutS: fc.integer({ min: 1, max: TIMEOUT_S }),
        }),
        async (wish) => {
          const { packet } = await source.send(wish)
          expect(packet).toMatchObject({ kind: wish.kind, message: wish.message, receiver: wish.receiver })
          expect(packet.body).toEqual(Buffer.from(wish.body))
          expect(await source.box('outbox', packet.sequence)).toBe(packetCommitment(packet).toString('hex'))
        },
      ),
      { numRuns: 40 },
    )
  })
  it('what attestation.ts signs is what a gateway takes, for any packet and chain', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 2 ** 47 }),
        fc.record<Packet>({
          lane: fullWord,
          sequence: count,
          kind: word,
          message: word,
          sender: word,
          receiver: fc.constant(NOBODY),
          deadline: count.filter((n) => n > 2_000_000_000),
          body,
        }),
        async (chainId, packet) => {
          const ledger = await evmLedger(chainId)
          const target = await deployGate(ledger, endB)
          await target.openLane(packet.lane, configOf(target, false))
          expect((await target.deliver(packet)).refusal).toBeUndefined()
          const receipt = receiptWord('delivered', packetCommitment(packet), Buffer.alloc(32))
          expect(await target.box('inbox', packet.sequence, packet.lane)).toBe(receipt.toString('hex'))
        },
      ),
      { numRuns: 25 },
    )
  })
})

describe('views', () => {
  it('say what both ends and validators sign, and what stands', async () => {
    const { source, target } = await openPair(await evmLedger(7201), await evmLedger(8401))
    const view = async (functionName: 'laneDigest' | 'rotationDigest' | 'laneOf' | 'setOf', args: unknown[]) =>
      source.ledger.read(source.address, encodeFunctionData({ abi: gatewayAbi as Abi, functionName, args }))
    const config = configOf(target, true)
    const set = validators.map(({ address }) => address)
    expect(await view('laneDigest', [hexWord(LANE), laneArgument(config)])).toBe(
      hex(laneDigest(source.place, LANE, config)),
    )
    expect(await view('rotationDigest', [set.map(hexWord), 2n])).toBe(hex(rotationDigest(source.place, 2, set, 2)))
    const lane = await view('laneOf', [hexWord(LANE)])
    const [kept, pausedBy] = decodeFunctionResult({ abi: gatewayAbi, functionName: 'laneOf', data: lane })
    expect(pausedBy).toBe(0)
    expect({ ...kept, endA: kept.endA.toLowerCase() }).toMatchObject({ outbound: true, endA: hexWord(endA.address) })
    const current = decodeFunctionResult({ abi: gatewayAbi, functionName: 'setOf', data: await view('setOf', [1n]) })
    expect(current.flat().map((one) => `${one}`.toLowerCase())).toEqual([...set.map(hexWord), '2', '0'])
    await expect(view('setOf', [2n])).rejects.toThrow('UnknownSet')
    await expect(view('laneOf', [hexWord('b2'.repeat(32))])).rejects.toThrow('NotOpen')
  })
  it('have names for what the contracts refuse with, and none for anything else', () => {
    const panic = concat([toFunctionSelector('Panic(uint256)'), hexWord('11'.padStart(64, '0'))])
    const cut = toFunctionSelector('Expired(uint256)')
    for (const data of ['0x', '0x00', panic, cut, `0x${'ff'.repeat(5000)}`] as const)
      expect(refusalName(hexToBytes(data))).toBeUndefined()
    expect(refusalName(hexToBytes(toFunctionSelector('TooLittleGas()')))).toBe('TooLittleGas')
    expect([0, 1, 2, 3, 4, -1].map(outcomeOf)).toEqual([
      undefined,
      'delivered',
      'failed',
      'expired',
      undefined,
      undefined,
    ])
  })
})

describe('slots', () => {
  it('outbox and inbox stand where verifiers look', async () => {
    const { source, target } = await openPair(await evmLedger(7201), await evmLedger(8401))
    const { packet } = await source.send()
    await target.deliver(packet)
    const place = { key: LANE, number: 1 }
    expect(await source.ledger.storage(source.address, mappingSlot({ box: 'outbox', ...place }))).toBe(
      packetCommitment(packet).toString('hex'),
    )
    expect(await target.ledger.storage(target.address, mappingSlot({ box: 'inbox', ...place }))).toBe(
      receiptWord('delivered', packetCommitment(packet), Buffer.alloc(32)).toString('hex'),
    )
    expect(await source.ledger.storage(source.address, mappingSlot({ box: 'inbox', ...place }))).toBe(NOBODY)
  })
})

describe('artefacts', () => {
  const texts = artefactTexts()
  it('are what the compiler makes of the sources, byte for byte', () => {
    for (const { file, text } of texts) expect(readFileSync(file, 'utf8') === text, file.pathname).toBe(true)
  })
  it('have the interfaces that abi.ts says', () => {
    const [gateway, notary] = texts.map(({ text }) => (JSON.parse(text) as { abi: Abi }).abi)
    expect(shapes(gatewayAbi)).toEqual(shapes(gateway!))
    expect(shapes(notaryAbi)).toEqual(shapes(notary!))
  })
  it('give every gateway and every notary contract one code', async () => {
    const ledger = await evmLedger(7201)
    const gates = [await deployGate(ledger, endA), await deployGate(ledger, endB, undefined, 1)]
    for (const { address } of gates)
      expect(keccak(await ledger.code(address)).toString('hex')).toBe(gatewayCode.codeHash)
    const notary = await deployNotary(ledger)
    expect(keccak(await ledger.code(notary.address)).toString('hex')).toBe(notaryCode.codeHash)
  })
  it('can neither call in other code nor destroy themselves', () => {
    for (const { bytecode } of [gatewayCode, notaryCode]) {
      const opcodes = opcodesOf(Buffer.from(bytecode.slice(2), 'hex'))
      // callcode, delegatecall, create, create2, selfdestruct
      expect([0xf2, 0xf4, 0xf0, 0xf5, 0xff].filter((opcode) => opcodes.has(opcode))).toEqual([])
    }
  })
})

/** What of an interface is seen from outside, in one order. */
const shapes = (abi: Abi): string[] => abi.map((item) => JSON.stringify(item, plain)).sort()

/** Leaves out what the two forms of an interface say differently, and puts members in order. */
function plain(key: string, value: unknown): unknown {
  if (key === 'internalType' || value === false || (key === 'name' && value === '')) return undefined
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Opcodes up to the code's end mark, without the bytes they push. */
function opcodesOf(code: Buffer): Set<number> {
  const opcodes = new Set<number>()
  // The last two bytes are the length of the trailer that names the compiler.
  const end = code.length - 2 - code.readUInt16BE(code.length - 2)
  for (let at = 0; at < end; at++) {
    const opcode = code[at]!
    opcodes.add(opcode)
    if (opcode >= 0x60 && opcode <= 0x7f) at += opcode - 0x5f
  }
  return opcodes
}
