// The story of a border market: forty residents in three groups over two sites, around a midnight in Shanghai; from filing to the report of the
// foreign-exchange office, every sum right to the fen.
import type { BorderSettlement, BorderTrade } from '../../../schemas/types.d.ts'
import { alarm } from './border-market-alarm.ts'
import { type Deal, MarketBook, yuan } from './border-market-book.ts'
import { atMidnight, ofGroups, ordinary, withLimits } from './border-market-days.ts'
import { release, takeBack } from './border-market-decisions.ts'
import { gather } from './border-market-enter.ts'
import { BOP_CODE } from './border-market-papers.ts'
import { pay } from './border-market-payment.ts'
import { secretsOf } from './border-market-people.ts'
import { lost, offline } from './border-market-phones.ts'
import { checkSecrecy, showMasked } from './border-market-privacy.ts'
import { compareTotals } from './border-market-totals.ts'
import { type Market, midnightBefore } from './border-market-trading.ts'
import type { EvidenceFolder } from './evidence.ts'
import { namesAnywhere, verdictLine } from './marks.ts'
import type { Stage } from './stage.ts'
import type { Timeline } from './timeline.ts'

/** Plays the story. What does not hold is in the timeline; what cannot go on is thrown. */
export async function borderMarket(stage: Stage, evidence: EvidenceFolder, line: Timeline): Promise<void> {
  const crowd = await gather(stage, line)
  const exchange = stage.actor('fx-supervision')
  const desk = exchange.watch('market')
  const midnightMs = midnightBefore(Date.now())
  const market: Market = { ...crowd, stage, evidence, line, book: new MarketBook(), midnightMs, exchange, desk }
  try {
    await showMasked(market)
    await ordinary(market)
    await ofGroups(market)
    await withLimits(market)
    await atMidnight(market)
    await offline(market)
    await lost(market)
    await alarm(market)
    await takeBack(market)
    await release(market)
    const { settled, deal } = await pay(market)
    const indexes = await compareTotals(market)
    await checkSecrecy(market)
    await prove(market, deal, indexes.get(deal.no)!, settled)
  } finally {
    await desk.close()
  }
}

/** The declaration of a group and its payment, from bundles read again. */
async function prove(market: Market, deal: Deal, declared: number, settled: number): Promise<void> {
  const { line, evidence, stage, residents } = market
  line.title('The evidence, read again from disk and verified offline')
  const filed = await evidence.exhibit(await evidence.keep(deal.by.group.actor.client, declared, 'declaration'))
  const { totalCny, shares = [] } = filed.body as unknown as BorderTrade
  const phone = deal.by.phone.path[0]!.toString('base64')
  line.check(
    `declaration.json: ${verdictLine(filed.verdict)}; CNY ${totalCny} in ${shares.length} shares, signed by a phone`,
    filed.verdict.verdict === 'verified' && totalCny === yuan(deal.totalFen) && namesAnywhere(filed.bytes, [phone]),
  )
  const paid = await evidence.exhibit(await evidence.keep(stage.cast.bank.client, settled, 'settlement'))
  const { amountCny, bopCode } = paid.body as unknown as BorderSettlement
  line.check(
    `settlement.json: ${verdictLine(paid.verdict)}; CNY ${amountCny}, BOP code ${bopCode}`,
    paid.verdict.verdict === 'verified' && amountCny === totalCny && bopCode === BOP_CODE,
  )
  const secrets = secretsOf(residents)
  line.check('neither names a resident', ![filed, paid].some(({ bytes }) => namesAnywhere(bytes, secrets)))
}
