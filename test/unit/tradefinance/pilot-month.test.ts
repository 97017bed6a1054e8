// The pilot month recomputed: its totals come from 22 amounts and 22 dated rates, and from no single rate.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { CustomsDeclaration, Financing } from '../../../schemas/types.d.ts'
import { customsKinds } from '../../../src/customs/index.ts'
import {
  addMoney,
  decimalOf,
  formatAmount,
  multiplyMoney,
  parseDecimal,
  parseMoney,
  type Money,
} from '../../../src/hub/index.ts'
import { compileKinds } from '../../../src/hub/message/validate.ts'
import { tradefinanceKinds } from '../../../src/tradefinance/index.ts'

interface Month {
  totals: { USD: string; CNY: string }
  financings: {
    day: string
    cny: string
    declaration: CustomsDeclaration
    application: Omit<Financing, 'reserveUntil'>
  }[]
}

const month: Month = JSON.parse(
  readFileSync(new URL('../../../fixtures/tradefinance/pilot-month.json', import.meta.url), 'utf8'),
)
const { financings } = month
const usd = (text: string | undefined) => parseMoney(text, 'USD')!
const amounts = financings.map(({ application }) => usd(application.amount))
const rates = financings.map(({ application }) => parseDecimal(application.rate!.rate)!)
const sum = (list: readonly Money[]) => formatAmount(list.reduce(addMoney))
const inCny = (list: readonly Money[]) => list.map((money, at) => multiplyMoney(money, rates[at]!, 'half-up', 'CNY'))

describe('the pilot month', () => {
  it('has 22 financings on 22 days of one month, with uneven amounts and rates', () => {
    expect(financings).toHaveLength(22)
    expect(new Set(financings.map(({ day }) => day)).size).toBe(22)
    expect(new Set(financings.map(({ day }) => day.slice(0, 7))).size).toBe(1)
    expect(new Set(amounts.map(({ minor }) => minor)).size).toBe(22)
    expect(new Set(financings.map(({ application }) => application.rate!.rate)).size).toBeGreaterThan(15)
    for (const { day, application } of financings)
      expect([application.rate!.asOf, application.startDate]).toEqual([day, day])
    for (const { digits } of rates) expect(Number(digits) / 10_000).toBeCloseTo(7.05, 1)
  })

  it('sums to USD 6,275,000.00 and CNY 44,238,800.00', () => {
    expect(sum(amounts)).toBe('6275000.00')
    expect(inCny(amounts).map(formatAmount)).toEqual(financings.map(({ cny }) => cny))
    expect(sum(inCny(amounts))).toBe('44238800.00')
    expect(month.totals).toEqual({ USD: sum(amounts), CNY: sum(inCny(amounts)) })
  })

  it('owes its figure to no single rate as rates are quoted', () => {
    const total = usd(month.totals.USD)
    for (const scale of [2, 3, 4, 5, 6]) {
      const unit = 10 ** scale
      const hits = [-2, -1, 0, 1, 2].map((step) => decimalOf(Math.round((44_238_800 / 6_275_000) * unit) + step, scale))
      for (const rate of hits)
        expect(formatAmount(multiplyMoney(total, rate, 'half-up', 'CNY'))).not.toBe(month.totals.CNY)
    }
  })

  it('tells when one amount is changed by a cent', () => {
    for (const at of amounts.keys()) {
      const changed = amounts.with(at, addMoney(amounts[at]!, usd('0.01')))
      expect(sum(changed)).not.toBe(month.totals.USD)
      expect(sum(inCny(changed))).not.toBe(month.totals.CNY)
    }
  })

  it('has declarations and applications without findings, each financed once but not twice', () => {
    const kinds = compileKinds([...customsKinds, ...tradefinanceKinds])
    const findings = (name: string, body: unknown) =>
      kinds.checkBody(kinds.find(name, 1), Buffer.from(JSON.stringify(body))).findings
    for (const [at, { declaration, application }] of financings.entries()) {
      expect(findings('customs.declaration', declaration)).toEqual([])
      expect(findings('tradefinance.financing', { ...application, reserveUntil: '2026-07-31T00:00:00.000Z' })).toEqual(
        [],
      )
      expect([application.entryId, application.borrowerScc]).toEqual([declaration.entryId, declaration.tradeCoScc])
      const declared = declaration.items.map(({ declTotal }) => usd(declTotal)).reduce(addMoney)
      expect(amounts[at]!.minor).toBeLessThanOrEqual(declared.minor)
      expect(amounts[at]!.minor * 2n).toBeGreaterThan(declared.minor)
    }
    expect(new Set(financings.map(({ application }) => application.entryId)).size).toBe(22)
    expect(new Set(financings.map(({ application }) => application.applicationId)).size).toBe(22)
  })
})
