// Two days at the markets: ordinary declarations, those of groups by shares, goods with limits of their own, and the edge of a day's quota.
import { type Goods, totalOf, yuan } from './border-market-book.ts'
import { beer, coconuts, driedFruit, fenOfDong, rice, shrimp } from './border-market-papers.ts'
import type { Resident } from './border-market-people.ts'
import { buy, checkDeal, declare, HOUR_MS, type Market, MINUTE_MS, trade } from './border-market-trading.ts'
import { accepted } from './marks.ts'
import { milliseconds } from './timeline.ts'

const SORTS = [coconuts, driedFruit, shrimp]
const ORDINARY_FROM = 10
/** What the stall asks for the dried fruit of the tenth resident. */
const DONG = 16_500_000n

/** A moment of the day before midnight, and one of the day that begins with it. */
const hoursBefore = ({ midnightMs }: Market, hours: number): number => midnightMs - hours * HOUR_MS
const hoursAfter = ({ midnightMs }: Market, hours: number): number => midnightMs + hours * HOUR_MS

/** Thirty residents buy and declare alone, each under the quota. */
export async function ordinary(market: Market): Promise<void> {
  const { line, book, sites, residents } = market
  line.title('Two days at the markets: declared alone, each under CNY 8000.00')
  const deals = residents.slice(ORDINARY_FROM).map((resident, at) => {
    const fen = 123_457n + 13_331n * BigInt(resident.serial)
    const goods = [SORTS[at % 3]!(fen, 100n + BigInt(resident.serial))]
    const tradedMs = (at % 2 === 0 ? hoursBefore(market, 6) : hoursAfter(market, 2)) + at * MINUTE_MS
    return book.enter({ site: sites[(at >> 1) % 2]!, tradedMs, portions: [{ resident, goods }] })
  })
  const [, tookMs] = await line.timed(async () => {
    await Promise.all(deals.map((deal) => buy(market, deal)))
    for (const answer of await Promise.all(deals.map((deal) => declare(market, deal)))) accepted(answer)
  })
  const sum = yuan(deals.reduce((all, { totalFen }) => all + totalFen, 0n))
  line.check(
    `${deals.length} purchases stated, ${deals.length} declarations signed by phones: CNY ${sum}, in ${milliseconds(tookMs)}`,
    deals.every(({ totalFen, freeFen }) => freeFen === totalFen),
  )
}

/** Two groups declare for some of their members, each share on the quota of its member. */
export async function ofGroups(market: Market): Promise<void> {
  const { line, sites, groups } = market
  const [dongxing, pingxiang] = sites
  line.title('Declared by groups: the shares of the members, each on a quota of its own')
  const [, starfruit, longan] = groups
  const shares = [3_500n, 8_000n, 8_000n, 7_500n, 3_000n]
  const members = longan.members.slice(0, shares.length)
  const deal = await trade(market, {
    site: pingxiang,
    tradedMs: hoursAfter(market, 4),
    group: longan,
    portions: members.map((resident, at) => ({ resident, goods: [driedFruit(shares[at]! * 100n, shares[at]! / 10n)] })),
  })
  await checkDeal(
    market,
    deal,
    `${longan.title}, five members, CNY ${yuan(deal.totalFen)}; who has bought before that day has less left`,
  )
  const goods: Goods[][] = [
    [rice(39_000n, 60n), beer(43_200n, 24n), coconuts(40_000n, 69n)],
    [rice(39_000n, 60n), coconuts(18_000n, 31n)],
  ]
  const mixed = await trade(market, {
    site: dongxing,
    tradedMs: hoursAfter(market, 5),
    group: starfruit,
    portions: starfruit.members.slice(0, 2).map((resident, at) => ({ resident, goods: goods[at]! })),
  })
  await checkDeal(market, mixed, `${starfruit.title}, 60 kg of rice each (50 are free), beer (never free), coconuts`)
}

/** Goods that are not exempt, goods paid in dong, and a resident who buys at both markets in a day. */
export async function withLimits(market: Market): Promise<void> {
  const { line, sites, residents } = market
  line.title('Goods that are never free, goods paid in dong, and one quota over both markets')
  const [dongxing, pingxiang] = sites
  const drinker = residents[8]!
  const drinks = [beer(120_000n, 150n), coconuts(250_000n, 430n)]
  const drunk = await trade(market, {
    site: dongxing,
    tradedMs: hoursBefore(market, 7),
    portions: [{ resident: drinker, goods: drinks }],
  })
  await checkDeal(market, drunk, `${drinker.filingNo}: beer for 1200.00 and coconuts for 2500.00`)
  const payer = residents[9]!
  const fen = fenOfDong(DONG)
  const dong = await trade(market, {
    site: dongxing,
    tradedMs: hoursBefore(market, 8),
    portions: [{ resident: payer, goods: [driedFruit(fen, 120n)] }],
    dong: DONG,
  })
  await checkDeal(market, dong, `${payer.filingNo}: VND ${DONG} at 2.7655 for 10000 are CNY ${yuan(fen)}`)
  const both = residents[4]!
  const at = { first: hoursBefore(market, 5), second: hoursBefore(market, 4) }
  await alone(market, both, dongxing, at.first, [shrimp(500_000n, 70n)])
  const second = await alone(market, both, pingxiang, at.second, [coconuts(400_000n, 690n)])
  await checkDeal(
    market,
    second,
    `${both.filingNo}: 5000.00 at ${dongxing.title}, then 4000.00 at ${pingxiang.title}; of these`,
  )
}

const alone = (market: Market, resident: Resident, site: Market['sites'][0], tradedMs: number, goods: Goods[]) =>
  trade(market, { site, tradedMs, portions: [{ resident, goods }] })

/** Two residents at the edge: of the day, and of the quota. */
export async function atMidnight(market: Market): Promise<void> {
  const { line, sites, residents, midnightMs } = market
  const [dongxing] = sites
  line.title('Midnight in Shanghai')
  const late = residents[0]!
  const full = () => [shrimp(800_000n, 116n)]
  const before = await alone(market, late, dongxing, midnightMs - 1000, full())
  const after = await alone(market, late, dongxing, midnightMs, full())
  await checkDeal(market, before, `${late.filingNo} buys for 8000.00 at 23:59:59, day ${before.day}`)
  await checkDeal(market, after, `${late.filingNo} buys for 8000.00 at 00:00:00, day ${after.day}`)
  const exact = residents[1]!
  const cents = [799_999n, 1n, 1n]
  for (const [at, fen] of cents.entries()) {
    const goods = [coconuts(fen, fen === 1n ? 1n : 1380n)]
    const deal = await alone(market, exact, dongxing, hoursBefore(market, 3) + at * MINUTE_MS, goods)
    await checkDeal(market, deal, `${exact.filingNo} buys for ${yuan(totalOf(goods))}`)
  }
}
