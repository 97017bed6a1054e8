// A validator signs what it has seen proved, and nothing else.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addressOfKey, attestationDigest, recoverAddress, type Act } from '../../../../src/crosschain/attestation.ts'
import { readEvidence } from '../../../../src/crosschain/evidence.ts'
import { kindWord, packetCommitment, type Packet } from '../../../../src/crosschain/packet.ts'
import { CHAINS, clearDesk, codeOf, createDesk, type Desk, KEY, openValidator, type Wanted } from './desk.ts'
import { START_S } from './sample-ledger.ts'

let desk: Desk
let open: Awaited<ReturnType<typeof openValidator>>
const begin = async (wanted: Wanted = {}): Promise<void> => {
  open = await openValidator(desk, wanted)
}
const restart = async (wanted: Wanted = {}): Promise<void> => {
  await open.close()
  await begin(wanted)
}
const attest = (sequence = 1, act: Act = 'deliver') => open.validator.attest({ lane: desk.lane, sequence, act })
const acknowledged = (packet: Packet) => ({
  sequence: packet.sequence,
  outcome: 'delivered' as const,
  commitment: packetCommitment(packet).toString('hex'),
  acknowledgement: '22'.repeat(32),
})
const signedLines = (): string[] => readFileSync(join(desk.folder, 'signed.ndjson'), 'utf8').trim().split('\n')

beforeEach(async () => {
  desk = await createDesk()
  await begin()
})
afterEach(async () => {
  await open.close()
  clearDesk(desk)
})

describe('signs what is proved', () => {
  it('a packet, for the gateway at the lane’s target', async () => {
    const value = await desk.source.send(desk.packet(1))
    const { signature, address, epoch } = await attest()
    expect(address).toBe(addressOfKey(KEY))
    const { gateway } = desk.target
    const act = { chainId: CHAINS.target, gateway: gateway.address, epoch, lane: desk.lane, sequence: 1, value }
    expect(recoverAddress(attestationDigest({ ...act, act: 'deliver' }), signature)).toBe(address)
    expect(recoverAddress(attestationDigest({ ...act, act: 'acknowledge' }), signature)).not.toBe(address)
  })
  it('a receipt, for the gateway at the lane’s source', async () => {
    const value = await desk.target.receive(desk.lane, acknowledged(desk.packet(1)))
    const { signature, address } = await attest(1, 'acknowledge')
    const { gateway } = desk.source
    const act = { chainId: CHAINS.source, gateway: gateway.address, epoch: 1, lane: desk.lane, sequence: 1, value }
    expect(recoverAddress(attestationDigest({ ...act, act: 'acknowledge' }), signature)).toBe(address)
  })
  it('for the set of validators that was asked for', async () => {
    await desk.source.send(desk.packet(1))
    const asked = { lane: desk.lane, sequence: 1, act: 'deliver' as const }
    const [one, two] = [await open.validator.attest(asked), await open.validator.attest({ ...asked, epoch: 2 })]
    expect([one.epoch, two.epoch]).toEqual([1, 2])
    expect(Buffer.from(one.signature).equals(two.signature)).toBe(false)
    expect(open.validator.state().signed).toBe(1)
  })
  it('a packet whose deadline has passed, because its expiry needs the same signatures', async () => {
    await desk.source.send(desk.packet(1))
    await desk.source.mine({ timestampS: START_S + 5000 })
    await restart({ nowS: START_S + 5000 })
    expect((await attest()).value).toBe(packetCommitment(desk.packet(1)).toString('hex'))
  })
  it('a packet sent long ago, in the newest state', async () => {
    await desk.source.send(desk.packet(1))
    for (let more = 0; more < 20; more++) await desk.source.mine()
    await attest()
    expect(JSON.parse(signedLines()[0]!)).toMatchObject({ t: 'signed', height: desk.source.head() })
  })
  it('what many ask for at once, after one look', async () => {
    await desk.source.send(desk.packet(1))
    const all = await Promise.all(Array.from({ length: 20 }, () => attest()))
    expect(new Set(all.map(({ signature }) => Buffer.from(signature).toString('hex'))).size).toBe(1)
    expect(desk.source.calls.filter((call) => call === 'proof')).toHaveLength(1)
    expect(signedLines()).toHaveLength(1)
  })
})

describe('does not sign what is not there', () => {
  it('a lane it does not know', async () => {
    expect(await codeOf(open.validator.attest({ lane: '0'.repeat(64), sequence: 1, act: 'deliver' }))).toBe(
      'LANE_UNKNOWN',
    )
  })
  it('a packet that was not sent, nor a receipt that was not written', async () => {
    await desk.source.send(desk.packet(1))
    expect(await codeOf(attest(2))).toBe('NOT_THERE')
    expect(await codeOf(attest(1, 'acknowledge'))).toBe('NOT_THERE')
  })
  it('a packet said to be in a block that is not there yet', async () => {
    await desk.source.send(desk.packet(1))
    desk.source.sent[0]!.height = desk.source.head() + 1
    desk.source.lies = { sent: async () => desk.source.sent }
    expect(await codeOf(attest())).toBe('NOT_THERE')
  })
  it('a packet of a kind that the lane does not carry', async () => {
    await desk.source.send(desk.packet(1, { kind: kindWord('customs.declaration', 2) }))
    expect(await codeOf(attest())).toBe('LANE_KIND')
  })
  it('a packet with a longer time than the lane gives', async () => {
    await desk.source.send(desk.packet(1, { deadline: START_S + 1 + 3601 }))
    expect(await codeOf(attest())).toBe('LANE_TIMEOUT')
  })
  it('anything, when more is asked than it looks at together', async () => {
    await restart({ runningMax: 1 })
    await desk.source.send(desk.packet(1))
    const codes = await Promise.all([codeOf(attest(1)), codeOf(attest(2))])
    expect(codes).toEqual([undefined, 'BUSY'])
    expect(await codeOf(attest(2))).toBe('NOT_THERE')
  })
})

describe('gives a lying node no signature', () => {
  const sentTo = (packet: Packet) => async () => [{ packet, height: 1 }]
  beforeEach(() => desk.source.send(desk.packet(1)))
  afterEach(() => expect(open.validator.state().signed).toBe(0))

  it('that changes the packet', async () => {
    desk.source.lies = { sent: sentTo(desk.packet(1, { message: '66'.repeat(32) })) }
    expect(await codeOf(attest())).toBe('SLOT_VALUE')
  })
  it('that makes one up', async () => {
    desk.source.lies = { sent: sentTo(desk.packet(2)) }
    expect(await codeOf(attest(2))).toBe('SLOT_VALUE')
  })
  it('that shows another lane’s', async () => {
    const other = desk.packet(1, { lane: 'ab'.repeat(32) })
    await desk.source.send(other)
    desk.source.lies = { sent: sentTo(other) }
    expect(await codeOf(attest())).toBe('LANE')
  })
  it('that shows another sequence’s, or two', async () => {
    const two = desk.packet(2)
    desk.source.lies = { sent: sentTo(two) }
    expect(await codeOf(attest(1))).toBe('SEQUENCE')
    desk.source.lies = { sent: async () => [1, 2].map((n) => ({ packet: desk.packet(n), height: 1 })) }
    expect(await codeOf(attest(1))).toBe('SEQUENCE')
  })
  it('that says what no packet can be', async () => {
    for (const wrong of [{ body: Buffer.alloc(1025) }, { deadline: -1 }, { sender: 'x' }]) {
      desk.source.lies = { sent: sentTo(desk.packet(1, wrong)) }
      expect(await codeOf(attest())).toBe('COMMITMENT')
    }
  })
  it('that shows a chain sealed by others', async () => {
    const twin = desk.source.foreignTwin()
    await twin.send(desk.packet(1))
    desk.source.lies = twin.honest()
    expect(await codeOf(attest())).toBe('SET_CHANGE')
    desk.source.lies = {}
    expect(open.validator.state().ledgers['source']).toEqual({ height: 0 })
  })
  it('that shows a header sealed by others in the name of the trusted', async () => {
    const foreign = await desk.source.seal(1, new Map(), {}, { sealers: [5, 6, 7].map((n) => Buffer.alloc(32, n)) })
    desk.source.lies = { header: async () => foreign.rlp }
    expect(await codeOf(attest())).toBe('SEAL_FOREIGN')
  })
  it('that shows a header with too few seals', async () => {
    const weak = await desk.source.seal(1, new Map(), {}, { sealers: [Buffer.alloc(32, 1)] })
    desk.source.lies = { header: async () => weak.rlp }
    expect(await codeOf(attest())).toBe('SEAL_QUORUM')
  })
  it('that shows another height’s header', async () => {
    await desk.source.mine()
    desk.source.lies = { header: async () => desk.source.blocks[1]!.rlp }
    expect(await codeOf(attest())).toBe('HEIGHT')
  })
  it('that gives another slot’s proof, or none', async () => {
    await desk.source.send(desk.packet(2))
    const place = { box: 'outbox' as const, key: desk.lane, number: 2 }
    desk.source.lies = { proof: () => desk.source.prove(place, desk.source.blocks[2]!.storage) }
    expect(await codeOf(attest(1))).toBe('PROOF_NODE')
    desk.source.lies = { proof: async () => ({ value: '0'.repeat(64), proof: { account: [], storage: [] } }) }
    expect(await codeOf(attest())).toBe('PROOF_NODE')
  })
  it('that makes up a receipt', async () => {
    await desk.target.mine()
    desk.target.lies = { received: async () => [{ ...acknowledged(desk.packet(1)), height: 1 }] }
    expect(await codeOf(attest(1, 'acknowledge'))).toMatch(/^PROOF_|^SLOT_VALUE$/)
  })
})

describe('other code than the pinned one', () => {
  it('gets no signature', async () => {
    await desk.source.send(desk.packet(1))
    const { gateway } = desk.source
    const pinned = gateway.codeHash
    await open.close()
    gateway.codeHash = 'ee'.repeat(32)
    await begin()
    // The chain keeps what it had; only what is expected has changed.
    const { proof } = await proofUnder(pinned)
    desk.source.lies = { proof: async () => ({ value: '0'.repeat(64), proof }) }
    expect(await codeOf(attest())).toBe('CODE_HASH')
  })
  const proofUnder = async (codeHash: string) => {
    const { gateway, blocks } = desk.source
    const changed = gateway.codeHash
    gateway.codeHash = codeHash
    const place = { box: 'outbox' as const, key: desk.lane, number: 1 }
    return desk.source.prove(place, blocks[1]!.storage).finally(() => {
      gateway.codeHash = changed
    })
  }
})

describe('a second value', () => {
  beforeEach(async () => {
    await desk.source.send(desk.packet(1))
    await attest()
    const { box, key, number } = { box: 'outbox' as const, key: desk.lane, number: 1 }
    const other = desk.packet(1, { message: '77'.repeat(32) })
    desk.source.put({ box, key, number }, packetCommitment(other).toString('hex'))
    desk.source.sent[0]!.packet = other
    await desk.source.mine()
  })

  it('is refused though it is proved, also after a restart', async () => {
    expect(await codeOf(attest())).toBe('SIGNED_OTHERWISE')
    await restart()
    expect(await codeOf(attest())).toBe('SIGNED_OTHERWISE')
    expect(open.validator.state()).toMatchObject({ signed: 1, alarms: 1 })
  })
  it('is refused for a later set of validators as well', async () => {
    expect(await codeOf(open.validator.attest({ lane: desk.lane, sequence: 1, act: 'deliver', epoch: 2 }))).toBe(
      'SIGNED_OTHERWISE',
    )
  })
  it('is kept with its proof beside the first', async () => {
    await codeOf(attest())
    await codeOf(attest())
    const [first, alarm, ...more] = signedLines().map((line) => JSON.parse(line) as Record<string, string>)
    expect(more).toEqual([])
    expect(alarm).toMatchObject({ t: 'alarm', signed: first!['value'], height: 2 })
    const { family, headers } = readEvidence(Buffer.from(alarm!['evidence']!, 'base64url'))
    expect([family, headers[0]]).toEqual(['evm/qbft', desk.source.blocks[2]!.rlp])
  })
  it('does not pass by way of a receipt of it', async () => {
    await desk.target.receive(desk.lane, acknowledged(desk.source.sent[0]!.packet))
    expect(await codeOf(attest(1, 'acknowledge'))).toBe('SIGNED_OTHERWISE')
  })
})

describe('a crash', () => {
  it('between remembering and answering gives the same signature again', async () => {
    await desk.source.send(desk.packet(1))
    const crash = async (): Promise<never> => Promise.reject(new Error('crash'))
    await restart({
      signed: (log) => ({ ...log, remember: async (...given) => log.remember(...given).then(crash) }),
    })
    await expect(attest()).rejects.toThrow('crash')
    expect(signedLines()).toHaveLength(1)
    await restart()
    const { value } = await attest()
    expect(value).toBe(packetCommitment(desk.packet(1)).toString('hex'))
    expect(signedLines()).toHaveLength(1)
  })
  it('before remembering leaves nothing, and no signature has left', async () => {
    await desk.source.send(desk.packet(1))
    await restart({ signed: (log) => ({ ...log, remember: () => Promise.reject(new Error('disk full')) }) })
    await expect(attest()).rejects.toThrow('disk full')
    await restart()
    expect(open.validator.state().signed).toBe(0)
  })
})
