// Attacks on the front door, with real ledgers behind it: a true proof of something else, an old one again, none at all, a chain that
// says two things. Nothing of it may leave a trace in the journal.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openLane, sendPacket, signLane } from '../../../../src/crosschain/ledgers/evm/deploy.ts'
import type { Packet } from '../../../../src/crosschain/packet.ts'
import { packetName, type LedgerValue, type PacketValue } from '../../../../src/crosschain/state.ts'
import { keyPairs, type KeyPair, type PlaceLane, type PlaceLedger } from '../../../support/ledger-place.ts'
import {
  evidenceOf,
  inboxOf,
  outboxOf,
  outcomeOf,
  type ProvedPlace,
  provedPlace,
  receivedFact,
  sentFact,
} from './proved-place.ts'

const [accomplice] = keyPairs('accomplice', 1) as [KeyPair]
const laneTo = ({ chainId, contracts }: PlaceLedger) => ({
  peerChainId: chainId,
  peerGateway: contracts.gateway.address,
  ordered: false,
  outbound: true,
  timeoutS: 3_600,
  ratePerHour: 0,
})

let at: ProvedPlace
let lane: PlaceLane
let aside: PlaceLane
let back: PlaceLane
let packet: Packet
beforeAll(async () => {
  at = await provedPlace({ names: ['domestic', 'partner', 'supervision'] })
  lane = at.place.lane('domestic', 'partner')
  aside = at.place.lane('domestic', 'supervision')
  back = at.place.lane('partner', 'domestic')
})
afterAll(() => at?.close())
let before: number
beforeEach(async () => {
  packet = (await at.place.send(lane)).packet
  before = at.world.journal.size()
})

const enter = (...said: Parameters<ProvedPlace['door']['enter']>) => outcomeOf(at.door.enter(...said))
const shown = () => evidenceOf(lane.source, outboxOf(lane, packet))
/** By which of its nodes a proof of another place fails depends on where the places lie. */
const NOT_THERE = ['SLOT_VALUE', 'PROOF_NODE', 'PROOF_TRAILING', 'ACCOUNT']
const stateOf = async ({ sequence }: Packet) =>
  (await at.world.head<PacketValue>('packet', packetName(lane.id, sequence)))?.state

describe('takes in nothing of', () => {
  afterEach(async () => {
    expect(at.world.journal.size()).toBe(before)
    expect(await stateOf(packet)).toBeUndefined()
    expect(await enter(sentFact(lane, packet), await shown())).toBe('entered')
  })

  it('a packet with the true proof of one in another lane', async () => {
    const other = (await at.place.send(aside)).packet
    const ofOther = await evidenceOf(lane.source, outboxOf(aside, other))
    expect(await enter(sentFact(lane, packet), ofOther)).toBeOneOf(NOT_THERE)
    expect(await enter(sentFact(lane, { ...other, lane: lane.id }), ofOther)).toBeOneOf(NOT_THERE)
  })
  it('a packet with the evidence of another ledger, under its own name or under that one', async () => {
    const there = (await at.place.send(back)).packet
    const ofPartner = await evidenceOf(lane.target, outboxOf(back, there))
    expect(await enter(sentFact(lane, packet), ofPartner)).toMatch(/^(PARENT|SET_CHANGE|SET_OVERLAP|SEAL_FOREIGN)$/)
    const underIts = { ...sentFact(lane, packet), ledger: lane.target.urn }
    expect(await enter(underIts, ofPartner)).toBe('LEDGER')
  })
  it('a packet that a gateway truly keeps in a lane that begins on another ledger', async () => {
    // Nobody keeps the owner of a gateway from opening a lane by any name there.
    const named = at.place.lane('partner', 'supervision')
    const { host, hostKey, chainId, contracts } = lane.source
    const gateway = contracts.gateway.address
    const config = { ...laneTo(lane.target), endA: hostKey.address, endB: accomplice.address }
    const [a, b] = [hostKey, accomplice].map(({ key }) => signLane({ chainId, gateway }, named.id, config, key))
    await openLane(host, gateway, named.id, config, { a: a!, b: b! })
    const wish = { lane: named.id, kind: packet.kind, message: packet.message, timeoutS: 600 }
    const falsePacket = (await sendPacket(lane.source.sender, gateway, wish)).packet
    const evidence = await evidenceOf(lane.source, outboxOf(named, falsePacket))
    expect(await enter(sentFact(lane, falsePacket), evidence)).toBe('LEDGER')
    expect(await enter(sentFact(named, falsePacket), evidence)).toMatch(
      /^(PARENT|SET_CHANGE|SET_OVERLAP|SEAL_FOREIGN)$/,
    )
  })
  it('a packet with another sequence, body or deadline than was proved', async () => {
    const evidence = await shown()
    for (const change of [{ sequence: packet.sequence + 1 }, { body: Buffer.of(1) }, { deadline: packet.deadline + 1 }])
      expect(await enter(sentFact(lane, { ...packet, ...change }), evidence)).toBeOneOf(NOT_THERE)
  })
  it('a proof with a node altered or one too many, or with bytes behind its header', async () => {
    const { headers, account, storage } = await shown()
    const altered = Buffer.from(storage.at(-1)!)
    altered[altered.length - 1]! ^= 1
    const fact = sentFact(lane, packet)
    expect(await enter(fact, { headers, account, storage: storage.slice(0, -1).concat(altered) })).toBe('PROOF_NODE')
    expect(await enter(fact, { headers, account, storage: [...storage, storage[0]!] })).toBe('PROOF_TRAILING')
    expect(await enter(fact, { headers, account: [...account, account[0]!], storage })).toBe('PROOF_TRAILING')
    const longer = Buffer.concat([headers[0]!, Buffer.of(0)])
    expect(await enter(fact, { headers: [longer], account, storage })).toBe('HEADER_MALFORMED')
  })
  it('a proof without anything in it', async () => {
    const { headers } = await shown()
    expect(await enter(sentFact(lane, packet), { headers, account: [], storage: [] })).toBe('PROOF_NODE')
  })
  it('a gateway with other code at an address that somebody has had trusted', async () => {
    // As if other code stood where the lane ends: what is pinned is not what is there.
    const { gateway, notary } = lane.source.contracts
    await at.trust(lane.source, { gateway: { address: gateway.address, codeHash: notary.codeHash } })
    expect(await enter(sentFact(lane, packet), await shown())).toBe('CODE_HASH')
    // Nor does another contract serve, whoever trusts it.
    await at.trust(lane.source, { gateway: { address: notary.address, codeHash: notary.codeHash } })
    expect(await enter(sentFact(lane, packet), await shown())).toBe('LEDGER')
    await at.trust(lane.source)
    before = at.world.journal.size()
  })
})

describe('takes a packet once', () => {
  it('whatever proof it is played again with, and no receipt without one', async () => {
    expect(await enter(sentFact(lane, packet), await shown())).toBe('entered')
    await at.place.advance(1_000)
    expect(await enter(sentFact(lane, packet), await shown())).toBe('known')
    expect(at.world.journal.size()).toBe(before + 1)
    for (const outcome of ['delivered', 'failed', 'expired'] as const) {
      const nothing = await evidenceOf(lane.target, inboxOf(lane, packet))
      expect(await enter(receivedFact(lane, packet, outcome), nothing)).toBe('SLOT_VALUE')
      expect(await enter(receivedFact(lane, packet, outcome), await shown())).not.toMatch(/^(entered|known|differs)$/)
    }
    expect(await stateOf(packet)).toBe('sent')
  })
  it('as delivered, and no proof of that shows that it failed or expired', async () => {
    await enter(sentFact(lane, packet), await shown())
    await lane.target.transport.deliver(packet, at.place.signDeliver(lane, packet))
    const proved = await evidenceOf(lane.target, inboxOf(lane, packet))
    for (const outcome of ['failed', 'expired'] as const)
      expect(await enter(receivedFact(lane, packet, outcome), proved)).toBe('SLOT_VALUE')
    expect(await enter(receivedFact(lane, packet, 'delivered'), proved)).toBe('entered')
    expect(await stateOf(packet)).toBe('delivered')
  })
})

describe('a chain that says two things', () => {
  it('is believed no more, while one block sealed in two rounds changes nothing', async () => {
    const { devnet, transport } = lane.source
    const { headers, ...proof } = await shown()
    const height = await transport.head()
    const inAnotherRound = devnet.resealed(height, 3)
    expect(inAnotherRound.equals(headers[0]!)).toBe(false)
    expect(await enter(sentFact(lane, packet), { headers: [headers[0]!], ...proof })).toBe('entered')
    expect((await at.chain(lane.source).accept(inAnotherRound)).result).toBe('known')
    const next = (await at.place.send(lane)).packet
    const ofNext = await evidenceOf(lane.source, outboxOf(lane, next))
    const other = devnet.equivocate(height)
    expect(await enter(sentFact(lane, next), { ...ofNext, headers: [other, ...ofNext.headers] })).toBe('EQUIVOCATION')
    expect(await enter(sentFact(lane, next), ofNext)).toBe('EQUIVOCATION')
    expect(await at.chain(lane.source).accept(headers[0]!)).toMatchObject({ result: 'frozen', other })
    await at.door.freeze(lane.source.urn, { why: 'equivocation', one: headers[0]!, other })
    const ledger = await at.world.head<LedgerValue>('ledger', lane.source.urn)
    expect(ledger).toMatchObject({ frozen: true })
    expect(await stateOf(next)).toBeUndefined()
  })
})
