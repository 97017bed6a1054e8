// Whatever banks do in whatever order, the accounts are what a simple sum of standing payments says, and nothing is paid twice.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Judgement } from '../../../../src/hub/index.ts'
import { PARTIES } from '../fake-views.ts'
import { bill, CARRIER, IMPORT, PaymentWorld, reserve } from './payment-world.ts'

const TOTAL = { goods: 32_000_000n, freight: 125_040n }
const BANKS = [PARTIES.bankA, PARTIES.bankB] as const
const amount = (minor: number) => `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`

const step = fc.record({
  act: fc.constantFrom('reserve', 'pay', 'reverse', 'expire'),
  bank: fc.constantFrom(...BANKS),
  id: fc.constantFrom('P1', 'P2', 'P3'),
  goods: fc.integer({ min: 1, max: 20_000_000 }),
  freight: fc.integer({ min: 0, max: 125_040 }),
  part: fc.boolean(),
})

it('keeps balance plus standing payments equal to the totals', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const world = new PaymentWorld()
      world.release()
      await world.issue()
      const standing = new Map<string, { goods: bigint; freight: bigint }>()
      const judged = new Map<string, Judgement>()
      for (const { act, bank, id: paymentId, goods, freight, part } of steps) {
        const name = `${bank} ${paymentId}`
        const sent = { from: bank, to: [] }
        const declarations = [{ entryId: IMPORT, amount: amount(goods) }]
        const freightBills =
          freight > 0 ? [{ carrier: CARRIER, billNo: bill.billNo, amount: amount(freight) }] : undefined
        const named = { declarations, ...(freightBills && { freightBills }) }
        const said = { goods: BigInt(goods), freight: BigInt(freight) }
        if (act === 'expire') {
          const judgement = judged.get(name)
          if (judgement && world.expire(judgement, 1)) standing.delete(name)
        } else if (act === 'reserve') {
          const answer = await world.pay({ ...reserve, declarations, freightBills, paymentId } as never, sent)
          if ('result' in answer && answer.result === 'accepted') {
            standing.set(name, said)
            judged.set(name, answer.judgement)
          }
        } else {
          const answer = await world.pay({ act, paymentId, ...(part && named) }, sent)
          const before = standing.get(name)
          if (before && 'result' in answer && answer.result === 'accepted') {
            const moved = part ? said : before
            standing.set(
              name,
              act === 'pay' ? moved : { goods: before.goods - moved.goods, freight: before.freight - moved.freight },
            )
          }
        }
        const sum = [...standing.values()].reduce(
          (all, one) => ({ goods: all.goods + one.goods, freight: all.freight + one.freight }),
          { goods: 0n, freight: 0n },
        )
        expect(BigInt(world.payable() as string)).toBe(TOTAL.goods - sum.goods)
        expect(BigInt(world.freight() as string)).toBe(TOTAL.freight - sum.freight)
        expect(sum.goods <= TOTAL.goods && sum.freight <= TOTAL.freight).toBe(true)
      }
    }),
    { numRuns: 150 },
  )
})
