// What customs decides in the border-market story: a cancellation gives the quota back, a seizure does not, the rest is released.
import type { BorderStatus } from '../../../schemas/types.d.ts'
import { toTime } from '../../hub/values/encoding.ts'
import type { Submitted } from '../hub-client.ts'
import type { Deal } from './border-market-book.ts'
import { coconuts, shrimp } from './border-market-papers.ts'
import { checkDeal, HOUR_MS, type Market, trade } from './border-market-trading.ts'
import { accepted } from './marks.ts'
import { milliseconds } from './timeline.ts'

function decide(
  { customs }: Market,
  { no, by, site }: Deal,
  status: BorderStatus['status'],
  reason?: string,
): Promise<Submitted> {
  const declarant = by.group.actor.urn
  const decidedAt = toTime(Date.now())
  const body: BorderStatus = { declarant, declarationNo: no, status, decidedAt, ...(reason && { reason }) }
  const to = [declarant, site.actor.urn]
  return customs.send({ kind: 'customs.border-status', to, body })
}

/** One declaration is cancelled and filed again, another one seized. */
export async function takeBack(market: Market): Promise<void> {
  const { line, book, sites, residents, midnightMs } = market
  const [dongxing] = sites
  line.title('A cancellation gives the quota back, a seizure does not')
  const again = residents[6]!
  const bought = { site: dongxing, tradedMs: midnightMs + 4 * HOUR_MS }
  const portions = [{ resident: again, goods: [shrimp(600_000n, 87n)] }]
  const wrong = await trade(market, { ...bought, portions })
  accepted(await decide(market, wrong, 'CANCELLED', 'declared under the wrong tariff line'))
  book.cancel(wrong)
  const right = await trade(market, { ...bought, portions, tradeNo: wrong.tradeNo })
  const rest = await trade(market, { ...bought, portions: [{ resident: again, goods: [coconuts(200_000n, 340n)] }] })
  await checkDeal(market, right, `${again.filingNo}: 6000.00 cancelled; the same purchase declared again`)
  await checkDeal(market, rest, `and 2000.00 more that day`)
  const seized = residents[7]!
  const taken = await trade(market, { ...bought, portions: [{ resident: seized, goods: [shrimp(500_000n, 72n)] }] })
  accepted(await decide(market, taken, 'SEIZED', 'goods are not those declared'))
  taken.state = 'seized'
  const more = await trade(market, { ...bought, portions: [{ resident: seized, goods: [coconuts(400_000n, 690n)] }] })
  await checkDeal(market, more, `${seized.filingNo}: 5000.00 seized; of 4000.00 more that day`)
}

/** Whatever still waits for customs is released. */
export async function release(market: Market): Promise<void> {
  const { line, customs, book } = market
  line.title('Customs releases')
  const open = book.deals.filter(({ state }) => state === 'declared')
  accepted(await decide(market, open[0]!, 'INSPECTING'))
  const [answers, tookMs] = await line.timed(() => Promise.all(open.map((deal) => decide(market, deal, 'RELEASED'))))
  for (const answer of answers) accepted(answer)
  for (const deal of open) deal.state = 'released'
  line.check(`${customs.name} releases ${open.length}, one after inspection, in ${milliseconds(tookMs)}`, true)
}
