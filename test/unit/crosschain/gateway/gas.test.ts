// What each act may cost. Gas is the same on every machine; the figures stand in docs/decisions/0016-gateway.md.
import { describe, expect, it } from 'vitest'
import { addressWord } from '../../../../src/crosschain/packet.ts'
import { endA, LANE, NOBODY, SIGNED } from './cast.ts'
import { accounts, evmLedger } from './ledger.ts'
import { deployNotary } from './notary.ts'
import { configOf, openPair } from './pair.ts'
import { receivers } from './receiver-contracts.ts'

describe('gas', () => {
  it('of each act stays within its budget, on a lane in use', async () => {
    const { source, target } = await openPair(await evmLedger(7201), await evmLedger(8401))
    const echo = addressWord(await receivers()(target.ledger, 'Echo'))
    const notary = await deployNotary(source.ledger)
    const cost: Record<string, number> = {}
    // Twice each: the first time pays for slots that later ones share.
    for (const round of [1, 2]) {
      const plain = await source.send()
      const big = await source.send({ body: new Uint8Array(1024).fill(7) })
      const called = await source.send({ receiver: echo })
      const late = await source.send({ timeoutS: 1 })
      cost.send = plain.done.gasUsed
      cost.sendBody = big.done.gasUsed
      cost.deliver = (await target.deliver(plain.packet)).gasUsed
      cost.deliverBody = (await target.deliver(big.packet)).gasUsed
      cost.deliverCall = (await target.deliver(called.packet)).gasUsed
      cost.deliverAgain = (await target.deliver(called.packet)).gasUsed
      await target.ledger.setTime(late.packet.deadline + 1)
      cost.expire = (await target.expire(late.packet)).gasUsed
      cost.acknowledge = (await source.acknowledge(plain.packet, 'delivered', NOBODY)).gasUsed
      cost.anchor = (await notary.anchor(LANE, round, LANE)).gasUsed
      cost.range = (await notary.range(LANE, round, round, LANE)).gasUsed
    }
    cost.openLane = (await source.openLane('ee'.repeat(32), configOf(target, true))).gasUsed
    cost.pause = (await source.pause(endA)).gasUsed
    cost.rotate = (await source.rotate(accounts('five', 5), 4, SIGNED)).gasUsed
    const budget: Record<string, number> = {
      send: 63_000,
      sendBody: 88_000,
      deliver: 82_000,
      deliverBody: 99_000,
      deliverCall: 92_000,
      deliverAgain: 37_000,
      expire: 81_000,
      acknowledge: 81_000,
      anchor: 55_000,
      range: 56_000,
      openLane: 157_000,
      pause: 35_000,
      rotate: 332_000,
    }
    expect(Object.keys(cost).sort()).toEqual(Object.keys(budget).sort())
    for (const [act, gas] of Object.entries(cost)) expect(gas, act).toBeLessThan(budget[act]!)
  })
})
