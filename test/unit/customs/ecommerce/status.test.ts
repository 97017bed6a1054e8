// What customs does with a list: released, rejected, cancelled, goods that come back; and what of the year is given back.
import * as fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { EcommerceStatus } from '../../../../schemas/types.d.ts'
import { BROKER, CUSTOMS, fixture, OTHER_CUSTOMS, purchase, Shop } from './shop.ts'

const YEAR = 2_600_000n
const DAY_MS = 86_400_000
const FULL = 62_050n
let shop: Shop
const bought = fixture('direct')
const { list } = bought

beforeEach(async () => {
  shop = new Shop()
  await shop.file(bought)
})

describe('customs.ecommerce-status', () => {
  it('releases once, with the number of the list', async () => {
    expect(await shop.status(list, 'RELEASED')).toMatchObject({ result: 'accepted', judgement: { refers: [3] } })
    expect(shop.head(list)).toMatchObject({ state: 'released', releasedOn: '20261105' })
    expect(shop.left(list)).toBe(YEAR - FULL)
    expect(await shop.status(list, 'RELEASED')).toMatchObject({ refusal: { code: 'STATE_CONFLICT' } })
    expect(await shop.status(list, 'REJECTED')).toMatchObject({ refusal: { code: 'STATE_CONFLICT' } })
  })

  it.each(['REJECTED', 'CANCELLED'] as const)('%s gives everything back and frees the documents', async (outcome) => {
    expect(await shop.status(list, outcome)).toMatchObject({ result: 'accepted' })
    expect(shop.left(list)).toBe(YEAR)
    expect(await shop.order({ ...bought.order, appType: '2' })).toMatchObject({ result: 'accepted' })
    expect(await shop.list(list)).toMatchObject({ result: 'accepted' })
    expect(shop.left(list)).toBe(YEAR - FULL)
    expect(await shop.status(list, 'RELEASED')).toMatchObject({ result: 'accepted' })
  })

  it('cancels a released list, even when its content is gone', async () => {
    await shop.status(list, 'RELEASED')
    shop.world.erase(3)
    expect(await shop.status(list, 'CANCELLED')).toMatchObject({ result: 'accepted' })
    expect(shop.left(list)).toBe(YEAR)
  })

  it('is for the authority of the list alone; no other learns that it exists', async () => {
    const body = { orderNo: list.orderNo, ebpCode: list.ebpCode, outcome: 'CANCELLED', returnTime: '20261105100000000' }
    const say = (change: object) =>
      shop.say('status', { ...body, ...change } as EcommerceStatus, { from: OTHER_CUSTOMS, to: [BROKER] })
    for (const change of [{}, { orderNo: 'EX-ORDER-0' }]) {
      const answer = (await say(change)) as { refusal?: object }
      expect(answer.refusal).toEqual({
        code: 'NOT_KNOWN_HERE',
        rule: 'ecommerce-list-known',
        key: expect.stringMatching(/^told:/) as string,
        version: 0,
      })
    }
    const told = purchase('told', 100n)
    shop.to.push(OTHER_CUSTOMS)
    shop.world.views.register.party(OTHER_CUSTOMS)!.country = 'VN'
    await shop.order(told.order)
    await shop.payment(told.payment)
    await shop.logistics(told.logistics)
    await shop.list(told.list, { to: [CUSTOMS, OTHER_CUSTOMS] })
    expect(await say({ orderNo: told.list.orderNo })).toMatchObject({ findings: ['AUTHORITY_NOT_COMPETENT'] })
  })

  it('goes to the declarant and is not of the future', async () => {
    const body = { orderNo: list.orderNo, ebpCode: list.ebpCode, outcome: 'CANCELLED', returnTime: '20261105110501000' }
    expect(await shop.say('status', body as EcommerceStatus, { from: CUSTOMS, to: [] })).toMatchObject({
      findings: ['DECLARANT_NOT_ADDRESSED', 'TIME_IN_FUTURE'],
    })
  })
})

describe('goods come back', () => {
  const back = (more: Partial<EcommerceStatus> = {}) => shop.status(list, 'RETURNED', more)

  it('only of a released list', async () => {
    expect(await back()).toMatchObject({ refusal: { code: 'STATE_CONFLICT' } })
  })

  it('all at once: all is given back, freight and insurance too', async () => {
    await shop.status(list, 'RELEASED')
    expect(await back()).toMatchObject({ result: 'accepted' })
    expect(shop.head(list)).toMatchObject({ state: 'returned', creditedMinor: '62050' })
    expect(shop.left(list)).toBe(YEAR)
    expect(await back()).toMatchObject({ refusal: { code: 'STATE_CONFLICT' } })
    expect(await shop.list(list)).toMatchObject({ refusal: { code: 'ALREADY_CLAIMED' } })
  })

  it('in parts: each is worth its price, and no more comes back than went', async () => {
    await shop.status(list, 'RELEASED')
    await back({ returned: [{ gnum: '1', qty: '1' }] })
    expect(shop.head(list)).toMatchObject({ state: 'returning', returned: { '1': '1' } })
    expect(shop.left(list)).toBe(YEAR - FULL + 18_000n)
    const said = await back({ returned: [{ gnum: '1', qty: '2' }] })
    expect(said.judgement.findings).toMatchObject([
      { code: 'RETURN_ABOVE_LISTED', params: { gnum: '1', left: '1', returned: '2' } },
    ])
    expect(await back({ returned: [{ gnum: '3', qty: '1' }] })).toMatchObject({ findings: ['RETURN_ABOVE_LISTED'] })
    expect(await shop.status(list, 'CANCELLED')).toMatchObject({ refusal: { code: 'STATE_CONFLICT' } })
    await back()
    expect(shop.head(list)).toMatchObject({ state: 'returned' })
    expect(shop.left(list)).toBe(YEAR - 2_000n)
  })

  it.each([
    [30, '20261205', YEAR],
    [31, '20261206', YEAR - FULL],
  ])('applied for %i days after the release: %s', async (days, appliedOn, left) => {
    await shop.status(list, 'RELEASED')
    shop.world.nowMs += (days + 20) * DAY_MS
    expect(await back({ appliedOn })).toMatchObject({ result: 'accepted' })
    expect(shop.head(list)).toMatchObject({ state: 'returned' })
    expect(shop.left(list)).toBe(left)
  })

  it('not before the release, nor tomorrow', async () => {
    await shop.status(list, 'RELEASED')
    expect(await back({ appliedOn: '20261104' })).toMatchObject({ findings: ['RETURN_BEFORE_RELEASE'] })
    expect(await back({ appliedOn: '20261106' })).toMatchObject({ findings: ['TIME_IN_FUTURE'] })
  })

  it('cannot be told of a list whose content is gone', async () => {
    await shop.status(list, 'RELEASED')
    shop.world.erase(3)
    expect(await back()).toMatchObject({ refusal: { code: 'NOT_KNOWN_HERE' } })
  })
})

describe('the account of a year', () => {
  const step = fc.record({
    order: fc.nat(5),
    act: fc.constantFrom('file', 'RELEASED', 'REJECTED', 'CANCELLED', 'RETURNED', 'part') as fc.Arbitrary<
      'file' | 'part' | EcommerceStatus['outcome']
    >,
    fen: fc.bigInt({ min: 1n, max: 1_200_000n }),
  })

  it('is right whatever happens in which order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const shop = new Shop()
        /** What each order holds of the year. */
        const held = new Map<number, bigint>()
        const lists = new Map<number, ReturnType<typeof purchase>>()
        for (const { order, act, fen } of steps) {
          const known = lists.get(order)
          const mine = known ?? purchase(String(order), fen)
          lists.set(order, mine)
          const value = BigInt(mine.list.items[0]!.totalPrice.replace('.', ''))
          const said =
            act === 'file'
              ? await (known ? shop.list(mine.list) : shop.file(mine))
              : act === 'part'
                ? await shop.status(mine.list, 'RETURNED', { returned: [{ gnum: '1', qty: '1' }] })
                : await shop.status(mine.list, act)
          if (!('result' in said) || said.result !== 'accepted') continue
          if (act === 'file') held.set(order, value)
          else if (act !== 'RELEASED') held.set(order, 0n)
        }
        const sum = [...held.values()].reduce((all, one) => all + one, 0n)
        expect(sum).toBeLessThanOrEqual(YEAR)
        expect(shop.left(purchase('any', 1n).list) ?? YEAR).toBe(YEAR - sum)
      }),
      { numRuns: 150 },
    )
  })
})
