// Payment in the border-market story: a bank pays the stalls for what was released and reports each payment; one is taken back, none is made twice.
import { toTime } from '../../hub/values/encoding.ts'
import { type Deal, yuan } from './border-market-book.ts'
import { BOP_CODE, settlement } from './border-market-papers.ts'
import type { Market } from './border-market-trading.ts'
import { accepted, namesAnywhere, verdictLine } from './marks.ts'
import type { Actor } from './stage.ts'
import { milliseconds } from './timeline.ts'

const KIND = 'customs.border-settlement'

export interface Paid {
  settled: number
  deal: Deal
}

/** Pays for everything released. Gives a group's declaration and the entry of its payment. */
export async function pay(market: Market): Promise<Paid> {
  const { line, stage, book, exchange, desk } = market
  const { bank } = stage.cast
  line.title('The bank pays the stalls, and reports each payment')
  const deals = book.deals.filter(({ state }) => state === 'released')
  const numbered = deals.map((deal, at) => ({
    deal,
    settlementNo: `JS-${deal.day}-${String(at + 1).padStart(3, '0')}`,
  }))
  const [indexes, tookMs] = await line.timed(() =>
    Promise.all(
      numbered.map(async ({ deal, settlementNo }) => {
        const body = settlement(deal, settlementNo)
        const index = accepted(await bank.send({ kind: KIND, to: [exchange.urn], body }))
        deal.paidFen = deal.totalFen
        return index
      }),
    ),
  )
  line.check(
    `${bank.name} pays for ${deals.length} declarations, one of them in dong, in ${milliseconds(tookMs)}; BOP code ${BOP_CODE}`,
    deals.every(({ paidFen, totalFen }) => paidFen === totalFen),
  )
  const [last, ...reported] = numbered.toReversed()
  await Promise.all(
    reported.map(async ({ deal, settlementNo }, at) => {
      const reportNo = `450000${deal.day}${String(at + 1).padStart(5, '0')}`
      const body = { act: 'report', settlementNo, reportNo, reportedAt: toTime(Date.now()) }
      accepted(await bank.send({ kind: KIND, to: [exchange.urn], body }))
      deal.reportedFen = deal.totalFen
    }),
  )
  line.check(`${reported.length} have the number of their report; ${last!.settlementNo} still waits for it`, true)
  const { deal: back, settlementNo } = numbered[3]!
  const reason = 'paid to the wrong account'
  const body = { act: 'reverse', settlementNo, reason, reversedAt: toTime(Date.now()) }
  const reversed = accepted(await bank.send({ kind: KIND, to: [exchange.urn], body }))
  await desk.find('the reversal at the exchange office', ({ index }) => index === reversed)
  back.paidFen = 0n
  back.reportedFen = 0n
  line.check(`${settlementNo}, CNY ${yuan(back.totalFen)}, is taken back: ${reason}`, true)
  const at = deals.findIndex(({ group }) => group !== undefined)
  await payTwice(market, deals[at]!, stage.cast.secondBank, bank)
  return { settled: indexes[at]!, deal: deals[at]! }
}

/** Another bank would pay for the same goods. Leaves the proof of the refusal behind. */
async function payTwice({ line, exchange, evidence }: Market, deal: Deal, second: Actor, first: Actor): Promise<void> {
  const body = settlement(deal, 'OSMANTHUS-JS-1')
  const answer = await second.send({ kind: KIND, to: [exchange.urn], body })
  const problem = answer.outcome === 'refused' ? answer.problem : undefined
  line.check(
    `${second.name} would pay for ${deal.no} again: ${problem?.code ?? 'accepted'}, with a receipt of it`,
    problem?.code === 'BALANCE_INSUFFICIENT' && problem.receipt !== undefined,
  )
  if (problem?.refusal === undefined) throw new Error('the second payment was to be refused by a journaled refusal')
  const { bytes, verdict } = await evidence.exhibit(
    await evidence.keep(second.client, problem.refusal.index, 'refusal'),
  )
  line.check(
    `refusal.json: ${verdictLine(verdict)}; it does not name the first bank`,
    verdict.verdict === 'verified' && !namesAnywhere(bytes, [first.urn, first.name]),
  )
}
