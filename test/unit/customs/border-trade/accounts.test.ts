// Any interleaving of purchases, declarations, acts of customs, payments and reversals keeps every account right, by a model that knows
// nothing of heads: lists of what was said, added up.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatAmount } from '../../../../src/hub/index.ts'
import { FILINGS, Market, payment, purchase, trade, WHO } from './market.ts'
import { LONG_MS } from '../../../support/patience.ts'

const DAYS = ['20261104', '20261105'] as const
const TIME = { '20261104': '2026-11-04T15:59:59.999Z', '20261105': '2026-11-04T16:00:00.000Z' }
// Most are released, and some of those taken back.
const STATUSES = [
  'INSPECTING',
  'RELEASED',
  'RELEASED',
  'CANCELLED',
  'RELEASED',
  'REJECTED',
  'CANCELLED',
  'SEIZED',
] as const
const STALLS = ['A-017', 'B-2'] as const
const boughtAt = ({ bought }: Declared, stall: string): number =>
  bought.reduce((sum, one) => sum + (one.stall === stall ? one.minor : 0), 0)
const cny = (minor: number): string => formatAmount({ minor: BigInt(minor), currency: 'CNY' })

interface Bought {
  who: string
  day: (typeof DAYS)[number]
  site: string
  stall: string
  minor: number
  free: boolean
}
interface Declared {
  no: string
  who: string
  day: (typeof DAYS)[number]
  bought: Bought[]
  site: string
  minor: number
  dutyFree: number
  state: string
  paid: number
  closed: boolean
}
interface Paid {
  no: string
  of: Declared
  stall: string
  minor: number
  standing: boolean
}

class Model {
  readonly bought: Bought[] = []
  readonly declared: Declared[] = []
  readonly paid: Paid[] = []

  /** What stands of the payments to a stall for a declaration. */
  paidAt(of: Declared, stall: string): number {
    const standing = this.paid.filter((one) => one.of === of && one.stall === stall && one.standing)
    return standing.reduce((sum, { minor }) => sum + minor, 0)
  }

  /** What has been paid for a purchase, however often it was declared, is never more than it. */
  expectPaidOnce(): void {
    for (const one of this.bought) {
      const declarations = this.declared.filter(({ bought, paid }) => paid > 0 && bought.includes(one))
      expect(declarations.length).toBeLessThanOrEqual(1)
    }
  }

  left(who: string, day: string): number {
    const standing = this.declared.filter(
      (one) => one.who === who && one.day === day && !['rejected', 'cancelled'].includes(one.state),
    )
    return 800_000 - standing.reduce((sum, { dutyFree }) => sum + dutyFree, 0)
  }
}

type Step = { act: 'buy' | 'declare' | 'decide' | 'settle' | 'reverse'; a: number; b: number; minor: number }
const step: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom('buy', 'buy', 'declare', 'declare', 'decide', 'decide', 'settle', 'settle', 'reverse'),
  a: fc.nat(1000),
  b: fc.nat(1000),
  minor: fc.oneof(fc.integer({ min: 1, max: 900_000 }), fc.constantFrom(1, 400_001, 799_999, 800_000, 800_001)),
})
const pick = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)]

async function take({ act, a, b, minor }: Step, market: Market, model: Model): Promise<void> {
  switch (act) {
    case 'buy': {
      const one = {
        who: pick(FILINGS, a)!,
        day: pick(DAYS, b)!,
        site: pick([WHO.site, WHO.otherSite], a + b)!,
        stall: pick(STALLS, a)!,
        minor,
        free: true,
      }
      const change = { filingNo: one.who, stallNo: one.stall, tradedAt: TIME[one.day] }
      const said = await market.buy(purchase(`P${model.bought.length}`, cny(minor), change), { from: one.site })
      expect(said).toMatchObject({ result: 'accepted' })
      model.bought.push(one)
      return
    }
    case 'declare': {
      const first = pick(model.bought, a)
      if (!first) return
      const alike = model.bought.filter(
        (one) => one.who === first.who && one.day === first.day && one.site === first.site,
      )
      const chosen = alike.slice(0, 1 + (b % 3))
      const total = chosen.reduce((sum, one) => sum + one.minor, 0)
      const no = `D${model.declared.length}`
      const tradeNos = chosen.map((one) => `P${model.bought.indexOf(one)}`)
      const { who, site, day } = first
      const said = await market.declare(trade(no, tradeNos, cny(total), { filingNo: who, site }))
      const allowed = chosen.every(({ free }) => free)
      expect('result' in said && said.result).toBe(allowed ? 'accepted' : 'refused')
      if (!allowed) return
      const dutyFree = Math.min(total, model.left(who, day))
      for (const one of chosen) one.free = false
      model.declared.push({
        no,
        who,
        day,
        site,
        bought: chosen,
        minor: total,
        dutyFree,
        state: 'declared',
        paid: 0,
        closed: false,
      })
      return
    }
    case 'decide': {
      const one = pick(model.declared, a)
      if (!one) return
      const status = pick(STATUSES, b)!
      const said = await market.decide(one.no, status)
      const open = ['declared', 'inspecting'].includes(one.state)
      const allowed =
        status === 'INSPECTING'
          ? one.state === 'declared'
          : open || (one.state === 'released' && (status === 'SEIZED' || (status === 'CANCELLED' && one.paid === 0)))
      expect('result' in said && said.result).toBe(allowed ? 'accepted' : 'refused')
      if (!allowed) return
      one.closed = one.state === 'released'
      one.state = status.toLowerCase()
      if (status === 'CANCELLED') for (const bought of one.bought) bought.free = true
      return
    }
    case 'settle': {
      const of = pick(model.declared, a)
      if (!of) return
      const no = `S${model.paid.length}`
      const stall = b % 7 === 0 ? pick(STALLS, minor)! : pick(of.bought, b)!.stall
      const left = boughtAt(of, stall) - model.paidAt(of, stall)
      const amount = minor % 3 > 0 && left > 0 ? 1 + (minor % left) : minor
      const body = payment(no, [[of.no, cny(amount)]], cny(amount), {
        payer: { filingNo: of.who },
        payee: { site: of.site, stallNo: stall },
      })
      const said = await market.settle(body)
      const allowed = of.state === 'released' && amount <= left
      expect('result' in said && said.result).toBe(allowed ? 'accepted' : 'refused')
      if (!allowed) return
      of.paid += amount
      model.paid.push({ no, of, stall, minor: amount, standing: true })
      return
    }
    case 'reverse': {
      const one = pick(model.paid, a)
      if (!one) return
      const at = new Date(market.nowMs).toISOString()
      const said = await market.settle({ act: 'reverse', settlementNo: one.no, reason: 'r', reversedAt: at })
      expect('result' in said && said.result).toBe(one.standing ? 'accepted' : 'refused')
      if (!one.standing) return
      one.standing = false
      one.of.paid -= one.minor
    }
  }
}

function expectRight(market: Market, model: Model): void {
  for (const who of FILINGS)
    for (const day of DAYS) {
      const left = Number(market.quota(who, day) ?? 800_000n)
      expect(left).toBe(model.left(who, day))
      expect(left).toBeGreaterThanOrEqual(0)
    }
  for (const one of model.declared) {
    const { dutyFreeMinor, taxableMinor, totalMinor, state } = market.trade(one.no)
    expect([Number(dutyFreeMinor), Number(taxableMinor)]).toEqual([one.dutyFree, one.minor - one.dutyFree])
    expect([Number(totalMinor), state]).toEqual([one.minor, one.state])
    const opened = one.state === 'released' || one.closed
    const settleable = market.settleable(one.no)
    expect(settleable === undefined ? undefined : Number(settleable)).toBe(
      opened ? one.minor - one.paid - (one.closed ? one.minor : 0) : undefined,
    )
    if (!one.closed && settleable !== undefined) expect(settleable).toBeGreaterThanOrEqual(0n)
    for (const stall of STALLS) {
      const left = opened && boughtAt(one, stall) > 0 ? boughtAt(one, stall) - model.paidAt(one, stall) : undefined
      const payable = market.payable(one.no, one.site, stall)
      expect(payable === undefined ? undefined : Number(payable)).toBe(left)
    }
  }
}

it(
  'every account is right after every step',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const market = new Market()
        for (const site of [WHO.site, WHO.otherSite]) market.stall(site, 'B-2')
        const model = new Model()
        for (const one of steps) {
          await take(one, market, model)
          expectRight(market, model)
          model.expectPaidOnce()
        }
      }),
      { numRuns: 150 },
    )
  },
  LONG_MS,
)
