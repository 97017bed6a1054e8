// The watch over a journal: each rule alarms once and shows why, a harmless twin does not, and read again from the first entry it is the same.
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SupervisionAlert } from '../../../../schemas/types.d.ts'
import { countOf, PENDING_MAX, waiting } from '../../../../src/customs/watch/pending.ts'
import { compileSchema } from '../../../../src/hub/index.ts'
import { goods, MINUTE_MS, SITES, START_MS, WatchPlace, WHO } from './watch-place.ts'

const checkAlert = compileSchema(
  JSON.parse(readFileSync(new URL('../../../../schemas/customs/alert.v1.json', import.meta.url), 'utf8')) as Record<
    string,
    unknown
  >,
)
const DAY_MS = 86_400_000
let place: WatchPlace
beforeEach(async () => {
  place = await WatchPlace.open()
})
afterEach(() => place.close())

/** The alerts of China's authorities; Vietnam is told the like where it knows the evidence. */
const told = async (country = 'CN'): Promise<SupervisionAlert[]> => {
  const alerts = await place.alerts()
  for (const { body } of alerts) expect(checkAlert(body)).toEqual([])
  return alerts.filter(({ body }) => body.country === country).map(({ body }) => body)
}
const figure = (alert: SupervisionAlert, name: string) => alert.figures?.find((one) => one.name === name)?.value

describe('people', () => {
  it('are told of once when they buy much at two sites, with what and where', async () => {
    const first = await place.trade('a', 0, 700_000n)
    const second = await place.trade('a', 1, 600_000n)
    await place.trade('a', 2, 100_000n)
    const [alert, ...others] = await told()
    expect(others).toEqual([])
    expect(alert).toMatchObject({
      rule: 'QUOTA_ACROSS_SITES',
      person: place.person('a'),
      day: '20261105',
      entries: [first, second],
      sites: SITES.slice(0, 2).sort(),
      kind: 'customs.border-trade',
    })
    expect(figure(alert!, 'total')).toBe('13000.00')
    expect((await place.alerts())[0]!.readers).toEqual([WHO.customs, WHO.supervision])
  })
  it('are not, on two days, at one site, within reason, or when it came to nothing', async () => {
    await place.trade('a', 0, 900_000n)
    await place.trade('a', 1, 900_000n, '20261106')
    await place.trade('b', 0, 900_000n)
    await place.trade('b', 0, 900_000n)
    await place.trade('c', 0, 600_000n)
    await place.trade('c', 1, 600_000n)
    const no = 'NO-1'
    const rejected = await place.trade('d', 0, 900_000n, '20261105', no)
    await place.tradeState(rejected, 'd', 0, 900_000n, no)
    await place.trade('d', 1, 900_000n)
    expect(await told()).toEqual([])
  })
  it('are told of however many small declarations lie between, with bounded evidence and the count', async () => {
    const first = await place.trade('a', 0, 700_000n)
    for (let n = 0; n < 120; n++) await place.trade('a', 0, 100n)
    const last = await place.trade('a', 1, 600_000n)
    const [alert, ...others] = await told()
    expect(others).toEqual([])
    expect(alert!.entries).toHaveLength(21)
    expect(alert!.entries).toEqual(expect.arrayContaining([first, last]))
    expect([figure(alert!, 'total'), figure(alert!, 'declarations')]).toEqual(['13120.00', '122'])
  })
  it('are told of though the second purchase is declared weeks later', async () => {
    await place.trade('a', 0, 700_000n)
    for (let day = 16; day <= 25; day++) await place.trade('b', 0, 100n, `202611${day}`)
    await place.trade('a', 1, 600_000n)
    expect(await told()).toMatchObject([{ rule: 'QUOTA_ACROSS_SITES', person: place.person('a'), day: '20261105' }])
  })
  it('of days long past are forgotten', async () => {
    await place.trade('a', 0, 100n)
    await place.trade('b', 0, 100n, '20261215')
    await place.caughtUp()
    expect(await place.remembered()).toContain('day/20261105')
    await place.trade('b', 0, 100n, '20261216')
    await place.caughtUp()
    await place.restart()
    expect(await place.remembered()).not.toContain('day/20261105')
    expect(await place.remembered()).toContain('day/20261215')
  })
})

describe('splitting', () => {
  const small = () => goods('4000.00', '1000', 'CNY')
  it('is told once of three declarations of a day', async () => {
    const entries = [await place.declare(small()), await place.declare(small()), await place.declare(small())]
    await place.declare(small())
    const alerts = await told()
    expect(alerts).toMatchObject([{ rule: 'SPLIT_DECLARATIONS', hs: '0703', entries, basis: 'operator' }])
    expect(figure(alerts[0]!, 'total')).toBe('12000.00')
    expect(figure(alerts[0]!, 'limit')).toBe('5000.00')
    expect(alerts[0]!.since).toBe(new Date(START_MS + MINUTE_MS).toISOString())
  })
  it('is told once though the goods are of several headings, and remembers no value', async () => {
    const [item] = goods('2000.00', '500', 'CNY').items
    const mixed = { ...small(), items: [item!, { ...item!, codeTs: '0714201900' }] }
    for (let n = 0; n < 4; n++) await place.declare(mixed)
    expect(await told()).toHaveLength(1)
    expect(await place.remembered()).not.toContain('400000')
  })
  it('counts what customs has amended', async () => {
    const declared = [await place.declare(small()), await place.declare(small())]
    const large = await place.declare(goods('5000.01', '1250', 'CNY'))
    expect(await told()).toEqual([])
    const amendment = await place.amend(large, { '/items/0/declTotal': '4000.00' })
    expect(await told()).toMatchObject([{ rule: 'SPLIT_DECLARATIONS', entries: [...declared, large, amendment] }])
  })
  it('is none of what customs has amended above the limit', async () => {
    const first = await place.declare(small())
    await place.amend(first, { '/items/0/declTotal': '50000.00' })
    await place.declare(small())
    await place.declare(small())
    expect(await told()).toEqual([])
  })
  it('is not two, over days, to several consignees, above the limit, or of cancelled ones', async () => {
    for (let n = 0; n < 3; n++) {
      await place.declare(small())
      place.nowMs += DAY_MS
    }
    for (let n = 0; n < 4; n++) await place.declare({ ...small(), overseasTraderName: `Example Buyer ${n}` })
    for (let n = 0; n < 4; n++) await place.declare(goods('5000.01', '1250', 'CNY'))
    place.nowMs += 2 * DAY_MS
    for (let n = 0; n < 4; n++) await place.void(await place.declare(small()))
    await place.declare(small())
    await place.declare(small())
    expect(await told()).toEqual([])
  })
})

describe('outliers', () => {
  const usual = async (count: number) => {
    for (let n = 0; n < count; n++) await place.declare(goods((30_000 + n * 10).toFixed(2), '10000'))
  }
  it('in price are told against the history of the party', async () => {
    await usual(8)
    const index = await place.declare(goods('90000.00', '10000'))
    await usual(2)
    const alerts = await told()
    expect(alerts).toMatchObject([{ rule: 'VALUE_OUTLIER', hs: '070320', entries: [index] }])
    expect(figure(alerts[0]!, 'value')).toBe('9.0000')
    expect(figure(alerts[0]!, 'observations')).toBe('8')
    expect(figure(alerts[0]!, 'factor')).toBe('5')
  })
  it('in the weight of a package are told too', async () => {
    await usual(8)
    const index = await place.declare(goods('30000.00', '10000', 'USD', { packNo: '270' }))
    expect(await told()).toMatchObject([{ rule: 'WEIGHT_OUTLIER', entries: [index] }])
  })
  it('are none of a young party, of another currency, of other goods, or of another party', async () => {
    await usual(7)
    await place.declare(goods('90000.00', '10000'))
    await place.declare(goods('600000.00', '10000', 'CNY'))
    await place.declare({ ...goods('900000.00', '10000'), tradeCoScc: '91450100MA5EXAMP19' })
    expect(await told()).toEqual([])
  })
  it('are told of what customs amends, and not against what was amended away', async () => {
    await usual(8)
    const index = await place.declare(goods('30000.00', '10000'))
    const amendment = await place.amend(index, { '/items/0/declTotal': '90000.00' }, { newTotal: '90000.00' })
    const alerts = await told()
    expect(alerts).toMatchObject([{ rule: 'VALUE_OUTLIER', entries: [index, amendment] }])
    expect(figure(alerts[0]!, 'value')).toBe('9.0000')
    for (let n = 0; n < 8; n++) await place.amend(n, { '/items/0/declTotal': '60000.00' }, { newTotal: '60000.00' })
    const before = (await told()).length
    await place.declare(goods('60000.00', '10000'))
    expect(await told()).toHaveLength(before)
  })
  it('say how much of the history could not be judged', async () => {
    await usual(10)
    await place.caughtUp()
    await place.erase(0)
    await place.declare(goods('90000.00', '10000'))
    expect(await told()).toMatchObject([{ rule: 'VALUE_OUTLIER', notJudged: 1 }])
  })
})

describe('invoicing', () => {
  const imported = (total: string) => ({ ...goods(total, '10000'), ieFlag: 'I' as const })
  const across = (total: string, ucr: string) =>
    place.declare(imported(total), { from: WHO.importer, to: [WHO.customsVn, WHO.customs], ucr })

  it('is told to both sides when they are far apart, once', async () => {
    const first = await place.declare(goods('30000.00', '10000'), { ucr: 'A' })
    const second = await across('45000.00', 'A')
    await across('46000.00', 'A')
    const expected = { rule: 'INVOICING_GAP', hs: '070320', entries: [first, second] }
    for (const country of ['CN', 'VN']) {
      const alerts = await told(country)
      expect(alerts, country).toMatchObject([expected])
      expect(figure(alerts[0]!, 'gapPercent')).toBe('50.0')
    }
  })
  it('is none within freight and insurance, in another case, or in none', async () => {
    await place.declare(goods('30000.00', '10000'), { ucr: 'A' })
    await across('33000.00', 'A')
    await across('90000.00', 'B')
    await place.declare(goods('30000.00', '10000'))
    expect(await told()).toEqual([])
  })
  it('takes the newest version of the other profile, and none that was cancelled', async () => {
    const wco = (amount: string, functionCode = '9') => ({
      functionCode,
      id: 'VN-1',
      goodsShipment: {
        exportCountryId: 'CN',
        destinationCountryCode: 'VN',
        items: [{ classifications: [{ id: '07032010' }], itemChargeAmount: { amount, currency: 'USD' } }],
      },
    })
    const across = { kind: 'customs.wco-declaration', from: WHO.importer, to: [WHO.customsVn, WHO.customs] }
    const first = await place.declare(wco('90000.00'), { ...across, ucr: 'A' })
    const second = await place.later(first, wco('33000.000', '5'), 'A')
    await place.declare(goods('30000.00', '10000'), { ucr: 'A' })
    const cancelled = await place.declare(wco('90000.00'), { ...across, ucr: 'B' })
    await place.later(cancelled, { functionCode: '1', id: 'VN-2' }, 'B', 'cancelled')
    const exported = await place.declare(goods('30000.00', '10000'), { ucr: 'B' })
    expect(await told('VN')).toEqual([])
    const third = await place.later(first, wco('60000', '5'), 'A')
    const fourth = await place.declare(wco('60000'), { ...across, ucr: 'B' })
    const alerts = await told('VN')
    expect(alerts.map(({ rule, entries }) => [rule, entries])).toEqual([
      ['INVOICING_GAP', [second + 1, third]],
      ['INVOICING_GAP', [exported, fourth]],
    ])
  })
  it('is none where customs has amended one side to what the other says', async () => {
    const first = await place.declare(goods('276800.00', '10000'), { ucr: 'A' })
    await place.amend(first, { '/items/0/declTotal': '553600.00' }, { newTotal: '553600.00', ucr: 'A' })
    await across('553600.00', 'A')
    // By the total alone, of a declaration of one item.
    const second = await place.declare(goods('276800.00', '10000'), { ucr: 'B' })
    await place.amend(second, { '/noteS': 'x' }, { newTotal: '553600.00', ucr: 'B' })
    await across('553600.00', 'B')
    expect(await told()).toEqual([])
  })
  it('is one where customs has amended one side away from the other, with the amendment as evidence', async () => {
    const first = await place.declare(goods('276800.00', '10000'), { ucr: 'A' })
    const second = await across('276800.00', 'A')
    const third = await place.amend(first, { '/items/0/declTotal': '553600.00' }, { newTotal: '553600.00', ucr: 'A' })
    for (const country of ['CN', 'VN']) {
      const alerts = await told(country)
      expect(alerts).toMatchObject([{ rule: 'INVOICING_GAP', entries: [first, second, third] }])
      expect(figure(alerts[0]!, 'exportValue')).toBe('553600.00')
    }
    await place.amend(first, { '/noteS': 'x' }, { ucr: 'A' })
    expect(await told()).toHaveLength(1)
    await place.amend(first, { '/items/0/declTotal': '600000.00' }, { newTotal: '600000.00', ucr: 'A' })
    expect((await told()).map((alert) => figure(alert, 'exportValue'))).toEqual(['553600.00', '600000.00'])
  })
  it('is told to no country that does not know the amendment', async () => {
    const first = await place.declare(goods('276800.00', '10000'), { ucr: 'A' })
    await across('276800.00', 'A')
    const change = { '/items/0/declTotal': '553600.00' }
    await place.amend(first, change, { newTotal: '553600.00', ucr: 'A', to: [WHO.trader] })
    expect([await told('CN'), await told('VN')]).toMatchObject([[{ rule: 'INVOICING_GAP' }], []])
  })
  it('says nothing of what it cannot amend, and counts it', async () => {
    const erased = await place.declare(goods('276800.00', '10000'), { ucr: 'A' })
    const amendment = await place.amend(erased, { '/items/0/declTotal': '1.00' }, { newTotal: '1.00', ucr: 'A' })
    await place.caughtUp()
    await place.erase(amendment)
    await across('276800.00', 'A')
    expect(await told()).toEqual([])
    await place.declare(goods('100000.00', '10000'), { ucr: 'A' })
    expect(await told()).toMatchObject([{ rule: 'INVOICING_GAP', notJudged: 1 }])
    const odd = await place.declare(goods('100.00', '10000'), { ucr: 'B' })
    await place.amend(odd, { '/items/0/codeTs': 'x', '/items/7/gName': 'x' }, { ucr: 'B' })
    await across('276800.00', 'B')
    expect(await told()).toHaveLength(1)
  })
  it('is told to no country that was not told of both sides', async () => {
    await place.declare(goods('30000.00', '10000'), { ucr: 'A', to: [WHO.customs] })
    await place.declare(imported('60000.00'), { from: WHO.importer, to: [WHO.customsVn], ucr: 'A' })
    expect(await place.alerts()).toEqual([])
  })
})

describe('sanctions', () => {
  const list = (version: string, staleAfter = START_MS + DAY_MS) => ({
    name: 'EXAMPLE',
    version,
    issuedAt: new Date(START_MS).toISOString(),
    staleAfter: new Date(staleAfter).toISOString(),
    entries: [
      { id: 'EX-1', names: ['Night Heron Shipping Co., Ltd.'], identifiers: ['IMO 9074729'] },
      { id: 'EX-2', names: ['Lantern Example'] },
    ],
  })
  const named = (overseasTraderName: string) => ({ ...goods('30000.00', '10000'), overseasTraderName })

  it('are told with the list, the field and how it met', async () => {
    const entry = await place.list(list('1'))
    const index = await place.declare(named('SHIPPING (Night Heron) LLC'))
    const alerts = await told()
    expect(alerts).toMatchObject([
      {
        rule: 'SANCTIONS_HIT',
        entries: [index],
        list: { name: 'EXAMPLE', version: '1', entry },
        matches: [{ role: 'consignee', path: '/overseasTraderName', how: 'WORDS', listed: 'EX-1' }],
      },
    ])
    expect(JSON.stringify(alerts)).not.toMatch(/heron/i)
    expect(await told('VN')).toEqual([])
  })
  it('are not what is merely like them', async () => {
    await place.list(list('1'))
    for (const name of ['Night Heron Shipping Vietnam', 'Night Herons Shipping', 'Example Fresh Foods'])
      await place.declare(named(name))
    expect(await told()).toEqual([])
  })
  it('are those of the newest version', async () => {
    await place.list({ ...list('1'), entries: [{ id: 'OLD', names: ['Example Old Name'] }] })
    await place.declare(named('Example Old Name'))
    await place.list(list('2'))
    await place.declare(named('Example Old Name'))
    await place.declare(named('Night Heron Shipping'))
    expect((await told()).map(({ list: of, matches }) => [of?.version, matches?.[0]?.listed])).toEqual([
      ['1', 'OLD'],
      ['2', 'EX-1'],
    ])
    await place.restart()
    expect(await place.remembered()).not.toContain('OLD')
  })
  it('of a stale list are nobody’s guess: told once for each list and day', async () => {
    await place.list(list('1', START_MS + 5 * MINUTE_MS))
    place.nowMs += 10 * MINUTE_MS
    const index = await place.declare(named('Night Heron Shipping'))
    await place.declare(named('Night Heron Shipping'))
    place.nowMs += DAY_MS
    await place.declare(named('Example Fresh Foods'))
    const alerts = await told()
    expect(alerts.map(({ rule, why, day }) => [rule, why, day])).toEqual([
      ['LIST_STALE', 'STALE', '20261105'],
      ['LIST_STALE', 'STALE', '20261106'],
    ])
    expect(alerts[0]).toMatchObject({ entries: [index], list: { name: 'EXAMPLE', version: '1' } })
  })
  it('are told of a name that an amendment brings in, and not again for another change', async () => {
    await place.list(list('1'))
    const index = await place.declare(named('Example Fresh Foods'))
    const amendment = await place.amend(index, { '/overseasTraderName': 'Night Heron Shipping' })
    await place.amend(index, { '/noteS': 'x' })
    expect(await told()).toMatchObject([
      {
        rule: 'SANCTIONS_HIT',
        entries: [index, amendment],
        matches: [{ path: '/overseasTraderName', listed: 'EX-1' }],
      },
    ])
    // Made harmless: what was told stands, and nothing is added.
    await place.amend(index, { '/overseasTraderName': 'Example Fresh Foods' })
    expect(await told()).toHaveLength(1)
  })
  it('of a stale list are compared when it is renewed, and all that waited is named', async () => {
    await place.list(list('1', START_MS + 5 * MINUTE_MS))
    place.nowMs += 10 * MINUTE_MS
    const first = await place.declare(named('Example Fresh Foods'))
    const listed = await place.declare(named('Night Heron Shipping'))
    const amended = await place.declare(named('Night Heron Shipping'))
    await place.amend(amended, { '/overseasTraderName': 'Example Fresh Foods' })
    const gone = await place.declare(named('Night Heron Shipping'))
    await place.caughtUp()
    await place.erase(gone)
    expect((await told()).map(({ rule }) => rule)).toEqual(['LIST_STALE'])
    const entry = await place.list(list('2'))
    const [, ...alerts] = await told()
    const version = { version: '2', entry }
    expect(alerts).toMatchObject([
      { rule: 'LIST_STALE', why: 'RENEWED', entries: [first, listed, amended, gone], notJudged: 1, list: version },
      { rule: 'SANCTIONS_HIT', entries: [listed], list: version },
      { rule: 'SANCTIONS_HIT', entries: [amended], list: version },
    ])
    expect(figure(alerts[0]!, 'declarations')).toBe('4')
    await place.list(list('3'))
    expect(await told()).toHaveLength(4)
    const before = await place.alerts()
    await place.rebuild()
    expect(await place.alerts()).toEqual(before)
  })
  it('are told of a name that was amended away before the list was there to a country that knows no amendment', async () => {
    place.keepsLists = true
    const index = await place.declare(named('Night Heron Shipping'))
    await place.amend(index, { '/overseasTraderName': 'Example Fresh Foods' }, { to: [WHO.trader] })
    const [bound, away] = [
      { ...list('1'), name: 'HOME' },
      { ...list('1'), name: 'ABROAD' },
    ]
    await place.list(bound)
    expect((await told()).at(-1)).toMatchObject({ rule: 'SANCTIONS_HIT', entries: [index] })
    place.nowMs += 2 * DAY_MS
    await place.list({ ...away, staleAfter: new Date(place.nowMs).toISOString() }, WHO.supervisionVn)
    await place.declare(named('Example Fresh Foods'))
    const second = await place.declare(named('Night Heron Shipping'))
    await place.amend(second, { '/overseasTraderName': 'Example Fresh Foods' }, { to: [WHO.trader] })
    await place.list({ ...away, staleAfter: new Date(place.nowMs + DAY_MS).toISOString() }, WHO.supervisionVn)
    expect((await told('VN')).filter(({ rule }) => rule === 'SANCTIONS_HIT')).toMatchObject([{ entries: [second] }])
  })
  it('of a list that stays stale name, a day later, all that waited since', async () => {
    await place.list(list('1', START_MS + 5 * MINUTE_MS))
    place.nowMs += 10 * MINUTE_MS
    const declared = []
    for (let n = 0; n < 3; n++) declared.push(await place.declare(named('Example Fresh Foods')))
    place.nowMs += DAY_MS
    declared.push(await place.declare(named('Example Fresh Foods')))
    const alerts = await told()
    expect(alerts.map(({ entries }) => entries)).toEqual([declared.slice(0, 1), declared.slice(1)])
    expect(figure(alerts[1]!, 'declarations')).toBe('3')
  })
  it('of no list are compared with every list of the day on which the first comes in', async () => {
    place.keepsLists = true
    const index = await place.declare(named('Night Heron Shipping'))
    const other = await place.declare(named('Second Example Trading'))
    await place.list({ ...list('1'), staleAfter: new Date(START_MS + MINUTE_MS).toISOString() })
    expect((await told()).map(({ why }) => why)).toEqual(['ABSENT'])
    await place.list(list('2'))
    const second = { ...list('1'), name: 'SECOND', entries: [{ id: 'S-1', names: ['Second Example Trading'] }] }
    await place.list(second)
    place.nowMs += DAY_MS
    await place.list({ ...second, name: 'THIRD', staleAfter: new Date(START_MS + 9 * DAY_MS).toISOString() })
    const alerts = await told()
    expect(alerts.map(({ rule, why, entries, list: of }) => [rule, why ?? of?.name, entries])).toEqual([
      ['LIST_STALE', 'ABSENT', [index]],
      ['LIST_STALE', 'RENEWED', [index, other]],
      ['SANCTIONS_HIT', 'EXAMPLE', [index]],
      ['LIST_STALE', 'RENEWED', [index, other]],
      ['SANCTIONS_HIT', 'SECOND', [other]],
    ])
  })
  it('of very many that waited say how many were not compared', async () => {
    const views = new Map<string, unknown>()
    const memory = {
      get: async (row: string) => views.get(row),
      set: (row: string, value: unknown) => views.set(row, value),
    }
    for (let n = 0; n <= PENDING_MAX; n++) await waiting(memory as never, 'row', n)
    expect(await waiting(memory as never, 'row', 5)).toMatchObject({ beyond: 1, named: 0 })
    expect(countOf(await waiting(memory as never, 'row', PENDING_MAX + 5))).toBe(PENDING_MAX + 2)
  })
  it('of no list are told where a regulator is there to issue them, and nowhere else', async () => {
    await place.declare(named('Night Heron Shipping'))
    expect(await told()).toEqual([])
    place.keepsLists = true
    await place.declare(named('Night Heron Shipping'))
    await place.declare(named('Night Heron Shipping'))
    expect(await told()).toMatchObject([{ rule: 'LIST_STALE', why: 'ABSENT' }])
  })
  it('of an erased list cannot be told any more', async () => {
    const entry = await place.list(list('1'))
    await place.caughtUp()
    await place.erase(entry)
    await place.declare(named('Night Heron Shipping'))
    expect(await told()).toMatchObject([{ rule: 'LIST_STALE', why: 'WITHHELD' }])
    expect(await place.remembered()).not.toContain('EX-1')
  })
  it('are remembered by keyed hashes alone', async () => {
    await place.list(list('1'))
    await place.declare(named('Night Heron Shipping'))
    await place.caughtUp()
    expect(await place.remembered()).not.toMatch(/heron|9074729|garlic|30000/i)
  })
})

describe('rebuilt', () => {
  it('it writes nothing new and remembers the same', async () => {
    await place.trade('a', 0, 700_000n)
    await place.trade('a', 1, 600_000n)
    for (let n = 0; n < 3; n++) await place.declare(goods('4000.00', '1000', 'CNY'))
    for (let n = 0; n < 9; n++) await place.declare(goods(n === 8 ? '90000.00' : '30000.00', '10000'))
    await place.declare(goods('30000.00', '10000'), { ucr: 'A' })
    const imported = { ...goods('90000.00', '10000'), ieFlag: 'I' as const }
    await place.declare(imported, { from: WHO.importer, ucr: 'A', to: [WHO.customsVn, WHO.customs] })
    const before = await place.alerts()
    expect(new Set(before.map(({ body }) => body.rule))).toEqual(
      new Set(['QUOTA_ACROSS_SITES', 'SPLIT_DECLARATIONS', 'VALUE_OUTLIER', 'INVOICING_GAP']),
    )
    await place.restart()
    const size = place.journal.size()
    await place.rebuild()
    expect(place.journal.size()).toBe(size)
    expect(await place.alerts()).toEqual(before)
  })
})

describe('far behind', () => {
  it('it lets others run between its entries', async () => {
    for (let n = 0; n < 64; n++) await place.declare(goods('30000.00', '10000'))
    await place.caughtUp()
    let turns = 0
    const count = (): void => {
      turns++
      next = setImmediate(count)
    }
    let next = setImmediate(count)
    await place.rebuild()
    clearImmediate(next)
    expect(turns).toBeGreaterThan(3)
  })
})
