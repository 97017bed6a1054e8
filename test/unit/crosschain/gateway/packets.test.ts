// A packet's life on two gateways: sent, delivered or expired, acknowledged; each once.
import { beforeEach, describe, expect, it } from 'vitest'
import { packetCommitment, receiptWord } from '../../../../src/crosschain/packet.ts'
import { LANE, NOBODY, openPair, type Pair, received } from './gateways.ts'
import { evmLedger } from './ledger.ts'

let pair: Pair
beforeEach(async () => {
  pair = await openPair(await evmLedger(7201), await evmLedger(8401))
})

describe('a packet', () => {
  it('goes from the outbox to the inbox and back', async () => {
    const { packet } = await pair.source.send()
    expect(packet).toMatchObject({ sequence: 1, deadline: pair.source.ledger.nowS() + 3600 })
    expect(await pair.source.box('outbox', 1)).toBe(packetCommitment(packet).toString('hex'))
    const done = await pair.target.deliver(packet)
    expect(done.refusal).toBeUndefined()
    expect(received(done)).toMatchObject({ outcome: 1, acknowledgement: NOBODY })
    const receipt = receiptWord('delivered', packetCommitment(packet), Buffer.alloc(32)).toString('hex')
    expect(await pair.target.box('inbox', 1)).toBe(receipt)
    expect((await pair.source.acknowledge(packet, 'delivered', NOBODY)).refusal).toBeUndefined()
    expect(await pair.source.box('acknowledged', 1)).toBe(receipt)
    expect(await pair.source.counters(LANE)).toEqual([1, 0, 1])
    expect(await pair.target.counters(LANE)).toEqual([0, 1, 0])
  })
})
