// What the world says to invoices: a number once per seller and year however it is written, declarations of the seller, sums exact.
import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { CommercialInvoice, CustomsDeclaration } from '../../../schemas/types.d.ts'
import { customsKinds } from '../../../src/customs/index.ts'
import type { MessageKind } from '../../../src/hub/index.ts'
import { tradefinanceKinds } from '../../../src/tradefinance/index.ts'
import { normalInvoiceNumber } from '../../../src/tradefinance/invoice-number.ts'
import { checkInvoice } from '../../../src/tradefinance/invoice-rules.ts'
import { PARTIES, World } from '../customs/fake-views.ts'

const body = <T>(path: string): T =>
  JSON.parse(readFileSync(new URL(`../../../fixtures/${path}`, import.meta.url), 'utf8')) as T
const invoiceKind = tradefinanceKinds.find(
  ({ name }) => name === 'tradefinance.invoice',
) as MessageKind<CommercialInvoice>
const declarationKind = customsKinds[0] as MessageKind<CustomsDeclaration>
const invoice = body<CommercialInvoice>('tradefinance/valid/invoice-electronics.json')
const declaration = body<CustomsDeclaration>('customs/valid/declaration-electronics.json')
const { trader, broker, customsCn, bankA } = PARTIES

let world: World
const show = (change: Partial<CommercialInvoice> = {}, sent: object = {}) =>
  world.say(invoiceKind, { ...invoice, ...change }, { from: trader, to: [bankA], ...sent })

beforeEach(() => {
  world = new World()
})

describe('tradefinance.invoice', () => {
  it('takes a number once', async () => {
    expect(await show()).toMatchObject({ result: 'accepted' })
    expect(await show()).toMatchObject({
      result: 'refused',
      refusal: { code: 'ALREADY_CLAIMED', rule: 'invoice-number', version: 1 },
    })
  })

  it.each(['gxee-2026/1102', 'GXEE 2026 1102', 'ＧＸＥＥ－２０２６／１１０２', 'GXEE–2026.1102', ' GXEE-2026/1102 '])(
    'takes %j for the same number',
    async (invoiceNumber) => {
      await show()
      expect(await show({ invoiceNumber })).toMatchObject({ result: 'refused', refusal: { rule: 'invoice-number' } })
    },
  )

  it('takes the number again in another year, and of another seller', async () => {
    await show()
    expect(await show({ invoiceDate: '2025-11-02', paymentDueDate: '2026-01-31' })).toMatchObject({
      result: 'accepted',
    })
    const other = { name: 'Somebody else', country: 'CN', uscc: '91310000717883402X' }
    expect(await show({ seller: other })).toMatchObject({ result: 'accepted' })
  })

  it('knows a seller by each of its identifiers', async () => {
    const lei = body<CommercialInvoice>('tradefinance/valid/invoice-dong.json').seller.lei!
    await show({ seller: { ...invoice.seller, lei } })
    const { uscc: _left, ...byLei } = { ...invoice.seller, lei }
    expect(await show({ seller: byLei })).toMatchObject({ result: 'refused' })
    expect(await show({ seller: { ...invoice.seller, otherId: 'A-1' } })).toMatchObject({ result: 'refused' })
  })

  it.each([
    [{ uscc: invoice.seller.uscc! }, []],
    [{ bic: 'EXBACNB1' }, []],
    [{ uscc: '91310000717883402X' }, ['SELLER_NOT_SENDER']],
    [{ lei: '5493001KJTIIGC8Y1R12' }, ['SELLER_NOT_SENDER']],
    [{ uscc: invoice.seller.uscc!, lei: '5493001KJTIIGC8Y1R12' }, []],
  ])('is of the party that sends it, as far as the register knows it: %j', async (identifiers, codes) => {
    Object.assign(world.views.register.party(trader)!, { identifiers })
    const { findings } = await world.judge(invoiceKind, invoice, { from: trader })
    expect(findings.map(({ code }) => code)).toEqual(codes)
    const { findings: agent } = await world.judge(invoiceKind, invoice, { from: broker, for: trader })
    expect(agent).toEqual(findings)
  })

  it('keeps nothing but a keyed hash of seller and number', async () => {
    const { judgement } = await show()
    expect(judgement.claims.map(({ value }) => value)).toEqual([{}])
  })

  it('is told to buyer and banks in full, and to the principal of an agent', () => {
    const message = world.message(invoiceKind, invoice, { from: broker, for: trader, to: [bankA] })
    expect(invoiceKind.audience(message, world.views.register)).toEqual([
      { party: bankA, view: 'full' },
      { party: trader, view: 'full' },
    ])
  })

  it('of a day that has begun somewhere, not of one still to come', async () => {
    const due = { paymentDueDate: '2027-01-31' }
    expect(await show({ ...due, invoiceDate: '2026-11-06' })).toMatchObject({ result: 'accepted' })
    expect(await show({ ...due, invoiceDate: '2026-11-07' })).toMatchObject({ findings: ['INVOICE_DATE_IN_FUTURE'] })
  })

  it('names declarations of the seller', async () => {
    const filed = await world.say(declarationKind, declaration, { from: trader, to: [customsCn] })
    expect(filed).toMatchObject({ result: 'accepted' })
    expect(await show()).toMatchObject({ result: 'accepted', judgement: { refers: [0] } })
    const seller = { ...invoice.seller, uscc: '91310000717883402X' }
    expect(await show({ seller })).toMatchObject({ findings: ['SELLER_NOT_CONSIGNOR'] })
  })

  it('cannot tell of declarations that are not known here or are erased', async () => {
    const seller = { ...invoice.seller, uscc: '91310000717883402X' }
    expect(await show({ seller })).toMatchObject({ result: 'accepted', judgement: { refers: [] } })
    world = new World()
    await world.say(declarationKind, declaration, { from: trader, to: [customsCn] })
    world.erase(0)
    expect(await show({ seller })).toMatchObject({ result: 'accepted', judgement: { refers: [] } })
  })
})

describe('trade terms', () => {
  it.each([
    ['FOB', '1', []],
    ['CIF', '8', []],
    ['CFR', '6', []],
    ['FAS', '2', ['TRADE_TERMS_NEED_SHIP']],
    ['FOB', '4', ['TRADE_TERMS_NEED_SHIP']],
    ['FCA', '4', []],
    ['FOB', undefined, []],
  ] as const)('%s with mode %s', (tradeTermsConditionsCode, mode, codes) => {
    const { transportMode: _left, ...rest } = invoice
    const changed = { ...rest, tradeTermsConditionsCode, ...(mode && { transportMode: mode }) }
    expect(checkInvoice(changed).map(({ code }) => code)).toEqual(codes)
  })
})

describe('normal form of a number', () => {
  it('is the same however often it is made, and whatever blanks, case and punctuation are put in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 35 }), (text) => {
        const normal = normalInvoiceNumber(text)
        expect(normalInvoiceNumber(normal)).toBe(normal)
      }),
    )
    const noise = fc.array(fc.constantFrom(' ', '-', '/', '.', '　', '_', '(', '）', '#', '\t'), { maxLength: 3 })
    const spelled = fc.array(fc.tuple(noise, fc.constantFrom(...'ABZ019'), fc.boolean(), fc.boolean()), {
      minLength: 1,
      maxLength: 20,
    })
    fc.assert(
      fc.property(spelled, (parts) => {
        const wide = (char: string): string => String.fromCharCode(char.charCodeAt(0) + 0xfee0)
        const text = parts.map(([before, char, lower, full]) => {
          const cased = lower ? char.toLowerCase() : char
          return before.join('') + (full ? wide(cased) : cased)
        })
        expect(normalInvoiceNumber(text.join(''))).toBe(parts.map(([, char]) => char).join(''))
      }),
    )
  })
})

describe('sums', () => {
  const CURRENCIES = [
    ['USD', 2],
    ['VND', 0],
    ['CNY', 2],
    ['KWD', 3],
  ] as const
  const written = (digits: bigint, scale: number): string => {
    const text = digits.toString().padStart(scale + 1, '0')
    return scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`
  }
  const line = fc.record({ count: fc.bigInt(1n, 10n ** 9n), price: fc.bigInt(1n, 10n ** 9n) })
  const made = fc.record({
    money: fc.constantFrom(...CURRENCIES),
    lines: fc.array(line, { minLength: 1, maxLength: 8 }),
    charges: fc.array(fc.bigInt(0n, 10n ** 9n), { maxLength: 3 }),
    off: fc.bigInt(1n, 1_000n),
  })

  it('hold exactly, and a single minor unit more or less is found', () => {
    fc.assert(
      fc.property(made, ({ money: [currency, decimals], lines, charges, off }) => {
        // Quantities of 3 decimals times prices of 4: seven places, rounded to the minor unit, a half away from zero.
        const unit = 10n ** BigInt(7 - decimals)
        const amounts = lines.map(({ count, price }) => (count * price * 2n + unit) / (unit * 2n))
        const total = [...amounts, ...charges].reduce((sum, one) => sum + one, 0n)
        const of = (minor: bigint): CommercialInvoice => ({
          ...invoice,
          itemsShipped: lines.map(({ count, price }, at) => ({
            description: 'Goods',
            hsCode: '851713',
            itemCount: written(count, 3),
            unit: 'H87',
            productPrice: written(price, 4),
            amount: written(amounts[at]!, decimals),
          })) as CommercialInvoice['itemsShipped'],
          charges: charges.map((charge) => ({ code: 'OTHER', amount: written(charge, decimals) })) as never,
          allowances: [] as never,
          totalAmount: { amount: written(minor, decimals), currency },
        })
        const codes = (minor: bigint) => checkInvoice(of(minor)).map(({ code }) => code)
        expect(codes(total)).toEqual(total > 0n ? [] : ['INVOICE_TOTAL_NOT_POSITIVE'])
        expect(codes(total + off)).toEqual(['INVOICE_TOTAL_DIFFERS'])
      }),
    )
  })
})
