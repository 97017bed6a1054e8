// The totals of the border-market story: what the hub says of every declaration and payment, summed by market, group and day, against the book.
import type { BorderSettlement, BorderTrade, CustomsBorderGroup } from '../../../schemas/types.d.ts'
import { parseMoney } from '../../hub/index.ts'
import type { FeedItem } from '../feed-item.ts'
import { type Deal, type Sums, standing, sumsOf, sumUp, yuan } from './border-market-book.ts'
import { factsOf, type Market } from './border-market-trading.ts'
import type { Actor } from './stage.ts'

const PAGE = 500

/** A declaration with its market, group and day, and its sums. */
interface Row {
  no: string
  index: number
  site: string
  group: string
  day: string
  sums: Sums
}

/** The body of a message in a feed, as its sender signed it; undefined where it is shown masked. */
export const bodyOf = <T>({ message }: FeedItem): T | undefined =>
  message && (JSON.parse(Buffer.from(message.body, 'base64url').toString()) as T)

/** Who sent a message in a feed. */
const senderOf = ({ message }: FeedItem): string =>
  (JSON.parse(Buffer.from(message!.payload, 'base64url').toString()) as { from: string }).from

/** All items of these kinds that a party was told of; of all kinds if none are named. */
export async function itemsOf({ client }: Actor, kinds?: readonly string[]): Promise<FeedItem[]> {
  const items: FeedItem[] = []
  let [after, head] = [0, 1]
  while (after < head) {
    const page = await client.feed({ after, limit: PAGE, ...(kinds && { kinds }) })
    items.push(...page.items)
    ;[after, head] = [page.next, page.head]
  }
  return items
}

const fen = (amount: string): bigint => parseMoney(amount, 'CNY')!.minor

/** Compares and prints, market by market, group by group, day by day. Gives the entry of each declaration. */
export async function compareTotals(market: Market): Promise<ReadonlyMap<string, number>> {
  const { line, book, sites, groups } = market
  const told = await toldByHub(market)
  line.title('Totals in CNY, as the hub tells them and as the book has them')
  const mine = new Map(book.deals.map((deal) => [deal.no, deal]))
  const off = told.filter(({ no, sums }) => !isSame(sums, mine.get(no)))
  const back = told.filter(({ no }) => mine.has(no) && !standing(mine.get(no)!))
  line.check(
    `${told.length} declarations, each right to the fen; ${back.length} of them cancelled`,
    off.length === 0 && told.length === book.deals.length,
    off.map(({ no }) => no).join(', '),
  )
  line.tell(HEADING)
  const counted = told.filter((row) => !back.includes(row))
  const days = [...new Set(counted.map(({ day }) => day))].toSorted()
  const deals = book.deals.filter(standing)
  const compare = (name: string, ofHub: (row: Row) => boolean, ofBook: (deal: Deal) => boolean): Sums => {
    const hub = sumUp(counted.filter(ofHub).map(({ sums }) => sums))
    const own = sumUp(deals.filter(ofBook).map(sumsOf))
    const right = textOf(hub) === textOf(own) && hub.declared === hub.free + hub.taxable
    line.check(`${name.padEnd(20)}${textOf(hub)}`, right, `the book has ${textOf(own)}`)
    return hub
  }
  for (const { title, actor } of sites)
    compare(
      title,
      ({ site }) => site === actor.urn,
      ({ site }) => site.actor.urn === actor.urn,
    )
  for (const { title, groupNo } of groups)
    compare(
      title,
      ({ group }) => group === groupNo,
      ({ by }) => by.group.groupNo === groupNo,
    )
  for (const day of days)
    compare(
      day,
      (row) => row.day === day,
      (deal) => deal.day === day,
    )
  const everything = (): boolean => true
  const { declared, settled, reported } = compare('together', everything, everything)
  const seized = sumUp(deals.filter(({ state }) => state === 'seized').map(sumsOf)).declared
  const unpaid = sumUp(
    deals.filter(({ state, paidFen }) => state === 'released' && paidFen === 0n).map(sumsOf),
  ).declared
  line.check(
    `not settled: ${yuan(seized)} seized and ${yuan(unpaid)} taken back; not reported yet: ${yuan(settled - reported)}`,
    declared - settled === seized + unpaid && reported < settled,
  )
  return new Map(told.map(({ no, index }) => [no, index]))
}

const COLUMNS = ['declared', 'free', 'taxable', 'settled', 'reported'] as const
const WIDTH = 12
const HEADING = `${' '.repeat(20)}${COLUMNS.map((name) => name.padStart(WIDTH)).join('')}`
const textOf = (sums: Sums): string => COLUMNS.map((name) => yuan(sums[name]).padStart(WIDTH)).join('')

const isSame = (sums: Sums, deal: Deal | undefined): boolean =>
  deal !== undefined && COLUMNS.every((name) => sums[name] === sumsOf(deal)[name])

/** Customs reads which declarations there are, the hub says the split and what is left to be paid, the exchange office what was reported. */
async function toldByHub(market: Market): Promise<Row[]> {
  const { customs, exchange } = market
  const formed = (await itemsOf(customs, ['customs.border-group'])).map((item) => bodyOf<CustomsBorderGroup>(item)!)
  const groupOf = new Map(
    formed.flatMap(({ groupNo, memberFilingNos = [] }) => memberFilingNos.map((one) => [one, groupNo] as const)),
  )
  const reported = reportedOf(await itemsOf(exchange, ['customs.border-settlement']))
  const declared = await itemsOf(customs, ['customs.border-trade'])
  return Promise.all(
    declared.map(async (item) => {
      const { declarationNo: no, filingNo, site, totalCny } = bodyOf<BorderTrade>(item)!
      const facts = await factsOf(market, customs, { declarant: senderOf(item), declarationNo: no })
      const settled = facts.state === 'released' ? fen(totalCny) - fen(facts.settleableCny!) : 0n
      const sums = {
        declared: fen(facts.totalCny),
        free: fen(facts.dutyFreeCny),
        taxable: fen(facts.taxableCny),
        settled,
        reported: reported.get(no) ?? 0n,
      }
      return { no, index: item.index, site, group: groupOf.get(filingNo)!, day: facts.day, sums }
    }),
  )
}

/** What the exchange office has reports of, by declaration; what was taken back is not among it. */
function reportedOf(items: readonly FeedItem[]): ReadonlyMap<string, bigint> {
  const paid = new Map<string, NonNullable<BorderSettlement['declarations']>>()
  const reported = new Map<string, bigint>()
  const add = (settlementNo: string, sign: bigint): void => {
    for (const { declarationNo, amountCny } of paid.get(settlementNo)!)
      reported.set(declarationNo, (reported.get(declarationNo) ?? 0n) + sign * fen(amountCny))
  }
  const numbered = new Set<string>()
  for (const item of items) {
    const { act, settlementNo, declarations = [] } = bodyOf<BorderSettlement>(item)!
    if (act === 'settle') paid.set(settlementNo, declarations)
    if (act === 'report') add(settlementNo, 1n)
    if (act === 'report') numbered.add(settlementNo)
    if (act === 'reverse' && numbered.has(settlementNo)) add(settlementNo, -1n)
  }
  return reported
}
