// Who was not told of a declaration hears of it what it hears of a number that was never filed; who is told after all is judged anew.
import { describe, expect, it } from 'vitest'
import type { CustomsDeclaration, GoodsPayment } from '../../../schemas/types.d.ts'
import { declarationKinds } from '../../../src/customs/declaration-kinds.ts'
import { goodsPaymentKind } from '../../../src/customs/payment/goods-payment.ts'
import { isTold } from '../../../src/customs/told.ts'
import type { Judgement } from '../../../src/hub/index.ts'
import { decide } from '../../../src/hub/journal/decide.ts'
import type { Draft } from '../../../src/hub/journal/journal.ts'
import { bodyOf, Declared, kindNamed } from './declaration/declared.ts'
import { PARTIES, World, type Sent } from './fake-views.ts'

const { trader, broker, customsCn, customsCnOther, customsVn, bankA } = PARTIES
const NEVER = '720720261000009999'
const at = '2026-11-19T00:00:00.000Z'
const change = { reason: '笔误。', changes: [{ path: '/noteS', to: 'x' }] }

/** A message of each kind about a declaration, good in itself. */
const ACTS: [string, object][] = [
  ['customs.status', { version: 1, status: 'ACCEPTED', statusAt: at }],
  ['customs.release', { releasedAt: at }],
  ['customs.amendment', { version: 2, ...change }],
  ['customs.cancellation', { version: 1, reason: '撤销。' }],
  ['customs.response', { outcome: 'RECEIVED', respondedAt: at }],
  ['customs.answer', { version: 1, text: '见附件。' }],
  ['customs.request', { version: 1, act: 'AMEND', reasonCode: 'CLERICAL_ERROR', ...change }],
]
const OWN = new Set(['customs.answer', 'customs.request'])
const outsider = (kind: string): Sent => ({ from: OWN.has(kind) ? broker : customsCnOther, to: [trader, customsCn] })

/** What the journal makes of a judgement as it stands now. */
const decided = (judgement: Judgement, { heads }: World) =>
  decide({ judgement } as unknown as Draft, { get: (key) => heads.get(key) })

/** What everybody may see of a refusal: the key is a keyed hash, so nothing but its label can be. */
function seen(answer: object) {
  const { refusal } = answer as { refusal: { key: string } }
  return { ...refusal, key: refusal.key.slice(0, refusal.key.indexOf(':')) }
}
const CANNOT_TELL = { code: 'NOT_KNOWN_HERE', rule: 'declaration-known', key: 'told', version: 0 }

describe('who was not told of a declaration', () => {
  it('is asked of every kind that acts on one', () => {
    const others = declarationKinds.map(({ name }) => name).filter((name) => name !== 'customs.declaration')
    expect(ACTS.map(([kind]) => kind).sort()).toEqual(others.sort())
  })

  it.each(ACTS)('hears the same of it as of a number never filed: %s', async (kind, body) => {
    const declared = await Declared.filed('I')
    const sent = outsider(kind)
    const never = await declared.say(kind, { ...body, entryId: NEVER }, sent)
    expect(seen(never)).toStrictEqual(CANNOT_TELL)
    const states = [() => undefined, () => declared.act('query'), () => declared.amend(), () => declared.act('reject')]
    for (const state of states) {
      await state()
      expect(seen(await declared.say(kind, body, sent))).toStrictEqual(CANNOT_TELL)
    }
    declared.world.erase(0)
    expect(seen(await declared.say(kind, body, sent))).toStrictEqual(CANNOT_TELL)
  })

  it('hears it as a principal too, and its agent with it', async () => {
    const declared = await Declared.filed('I')
    const sent = { from: broker, for: bankA, to: [customsCn] }
    expect(seen(await declared.say('customs.answer', { version: 1, text: 'x' }, sent))).toStrictEqual(CANNOT_TELL)
  })
})

describe('who was told of it', () => {
  it('is told that it is not the one, also when the content is gone', async () => {
    const declared = await Declared.filed('I')
    const wrong = () => declared.status('ACCEPTED', {}, { from: customsVn, to: [trader] })
    expect(await wrong()).toMatchObject({ findings: ['AUTHORITY_NOT_COMPETENT'] })
    declared.world.erase(0)
    expect(await wrong()).toMatchObject({ findings: ['AUTHORITY_NOT_COMPETENT'] })
  })

  it('without a part in it, as long as the declaration is there to say that it was', async () => {
    const world = new World()
    const filing = { from: trader, to: [customsCn, broker] }
    const declaration = bodyOf<CustomsDeclaration>('declaration-electronics.json')
    await world.say(kindNamed('customs.declaration'), declaration, filing)
    const answer = { entryId: declaration.entryId, version: 1, text: 'x' }
    const say = () => world.say(kindNamed('customs.answer'), answer, { from: broker, to: [customsCn] })
    expect(await say()).toMatchObject({ findings: ['DECLARANT_NOT_SENDER'] })
    world.erase(0)
    expect(seen(await say())).toStrictEqual(CANNOT_TELL)
  })
})

describe('a declaration', () => {
  const declaration = bodyOf<CustomsDeclaration>('declaration-electronics.json')
  const kind = kindNamed('customs.declaration')
  const filing: Sent = { from: broker, for: trader, to: [customsVn, customsCn, bankA] }

  it('tells the customs it goes to, its declarant and the agent, each by one head', async () => {
    const world = new World()
    const filed = await world.say(kind, declaration, filing)
    const labels = 'movements' in filed ? filed.movements.map(({ key }) => key.slice(0, key.indexOf(':'))) : []
    expect(labels).toEqual(['declaration', 'told', 'told', 'told', 'told'])
    const key = world.views.key('declaration', declaration.entryId)
    for (const party of [trader, broker, customsCn, customsVn]) expect(await isTold(world.views, key, party)).toBe(true)
    for (const party of [bankA, customsCnOther]) expect(await isTold(world.views, key, party)).toBe(false)
  })

  it('of two with one number at once the later is refused for the number, and is not judged again', async () => {
    const world = new World()
    const later = await world.judge(kind, declaration, filing)
    await world.say(kind, declaration, { from: trader, to: [customsCn] })
    expect(decided(later, world)).toMatchObject({
      refusal: { code: 'ALREADY_CLAIMED', rule: 'declaration-number', version: 1 },
    })
  })

  const early: [string, object, Sent][] = [
    ['customs.release', { releasedAt: '2026-11-05T02:00:00.000Z' }, { from: customsCn, to: [trader] }],
    [
      'customs.response',
      { outcome: 'RECEIVED', respondedAt: '2026-11-05T02:00:00.000Z' },
      { from: customsVn, to: [trader, customsCn], re: [{ from: broker, id: 'id-0', digest: '00' }] },
    ],
    ['customs.request', { version: 1, act: 'CANCEL', reasonCode: 'CLERICAL_ERROR' }, { from: trader, to: [customsCn] }],
    [
      'customs.request',
      { version: 1, act: 'CANCEL', reasonCode: 'CLERICAL_ERROR' },
      { from: broker, for: trader, to: [customsCn] },
    ],
  ]
  it.each(early)('that comes after %s makes it be judged anew', async (name, body, sent) => {
    const world = new World()
    const act = kindNamed(name)
    const whole = { entryId: declaration.entryId, ...body }
    const judgement = await world.judge(act, whole, sent)
    expect(decided(judgement, world)).toMatchObject({ result: 'refused' })
    await world.say(kind, declaration, filing)
    expect(decided(judgement, world)).toEqual({ result: 'stale', key: judgement.refusal!.key })
    expect(await world.say(act, whole, sent)).toMatchObject({ result: 'accepted' })
  })
})

describe('a bank that reserves a payment', () => {
  const reserving = (declared: Declared, change: Partial<GoodsPayment> = {}) => ({
    ...bodyOf<GoodsPayment>('goods-payment-reserve.json'),
    reserveUntil: '2026-11-30T00:00:00.000Z',
    payerScc: declared.body.tradeCoScc,
    declarations: [{ entryId: declared.body.entryId, amount: '1.00' }],
    freightBills: undefined as never,
    ...change,
  })
  const sent = { from: bankA, to: [trader] }
  const other = { payerScc: '91310000717883402X' }

  it('and names another consignee hears of the declaration what it hears of a number never filed, at every time', async () => {
    const declared = await Declared.filed('I')
    const say = (change: Partial<GoodsPayment>) =>
      declared.world.say(goodsPaymentKind, reserving(declared, change), sent)
    const never = await say({ declarations: [{ entryId: NEVER, amount: '1.00' }] })
    expect(seen(never)).toStrictEqual({ ...CANNOT_TELL, rule: 'declaration-released' })
    expect(seen(await say(other))).toStrictEqual(seen(never))
    await declared.release()
    expect(seen(await say(other))).toStrictEqual(seen(never))
    declared.world.erase(0)
    expect(seen(await say(other))).toStrictEqual(seen(never))
    expect(await say({})).toMatchObject({
      refusal: {
        code: 'NOT_KNOWN_HERE',
        rule: 'declaration-released',
        key: declared.world.views.key('declaration', declared.body.entryId),
        version: 2,
      },
    })
  })

  it('before there is anything to be paid is judged anew when there is', async () => {
    const before = new World()
    const declared = await Declared.filed('I')
    before.nowMs = declared.world.nowMs
    const judgement = await goodsPaymentKind.judge(
      before.message(goodsPaymentKind, reserving(declared), sent),
      before.views,
    )
    expect(decided(judgement, before)).toMatchObject({ result: 'refused', refusal: { version: 0 } })
    await declared.release()
    expect(decided(judgement, declared.world)).toMatchObject({ result: 'stale' })
    expect(await declared.world.say(goodsPaymentKind, reserving(declared), sent)).toMatchObject({ result: 'accepted' })
  })
})
