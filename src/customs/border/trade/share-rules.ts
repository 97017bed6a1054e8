// The shares of a group's declaration: each member once, together the total, and item by item where the limits of the items differ.
import { formatMoney, parseMoney, rowsOf, textsOf, type Finding, type Texts } from '../../../hub/index.ts'
import type {
  BorderTrade,
  BorderTradeItem,
  BorderTradeItemShare,
  BorderTradeShare,
} from '../../../../schemas/types.d.ts'
import { finding as customsFinding } from '../../codes.ts'
import { finding } from './codes.ts'
import { checkAmount, CNY, sumOf } from './money.ts'
import { gramsOf } from './weight.ts'

type Item = Texts<BorderTradeItem>
interface Share extends Texts<Omit<BorderTradeShare, 'items'>> {
  parts: readonly Texts<BorderTradeItemShare>[]
}

export function checkShares(body: unknown, items: readonly Item[]): Finding[] {
  const { groupNo, batchNo, totalCny } = textsOf<BorderTrade>(body)
  const rows = rowsOf<BorderTradeShare>(body, 'shares')
  const shares: Share[] = rows.map((row, at) => ({ ...row, parts: partsOf(body, at) }))
  const found: Finding[] = []
  if ((groupNo === undefined) !== (shares.length === 0)) found.push(finding('MARKET_SHARES_WITH_GROUP', '/shares'))
  if (batchNo !== undefined && groupNo === undefined) found.push(finding('MARKET_BATCH_WITHOUT_GROUP', '/batchNo'))
  if (shares.length === 0) return found
  return [...found, ...checkMembers(shares), ...checkSum(shares, totalCny), ...checkParts(shares, items)]
}

function partsOf(body: unknown, at: number): readonly Texts<BorderTradeItemShare>[] {
  return rowsOf<BorderTradeItemShare>((body as { shares: unknown[] }).shares[at], 'items')
}

function checkMembers(shares: readonly Share[]): Finding[] {
  const seen = new Set<string>()
  return shares.flatMap(({ filingNo, amountCny }, at) => {
    const found = checkAmount(amountCny, CNY, `/shares/${at}/amountCny`)
    if (filingNo !== undefined && seen.has(filingNo))
      found.push(finding('MARKET_SHARE_REPEATED', `/shares/${at}/filingNo`))
    if (filingNo !== undefined) seen.add(filingNo)
    return found
  })
}

function checkSum(shares: readonly Share[], totalCny: string | undefined): Finding[] {
  const sum = sumOf(
    shares.map(({ amountCny }) => amountCny),
    CNY,
  )
  const total = parseMoney(totalCny, CNY)
  if (!sum || !total || sum.minor === total.minor) return []
  return [finding('MARKET_SHARES_SUM_DIFFERS', '/shares', { expected: formatMoney(sum) })]
}

/** Where all items are limited alike, by value or not exempt at all, the parts change nothing and may be left out. */
const needsParts = (items: readonly Item[]): boolean =>
  items.some(({ limitType }) => limitType === 'QUANTITY' || limitType !== items[0]?.limitType)

function checkParts(shares: readonly Share[], items: readonly Item[]): Finding[] {
  const listed = shares.filter(({ parts }) => parts.length > 0)
  if (listed.length === 0 && !needsParts(items)) return []
  if (listed.length < shares.length)
    return shares.flatMap(({ parts }, at) =>
      parts.length === 0 ? [finding('MARKET_SHARE_ITEMS_MISSING', `/shares/${at}/items`)] : [],
    )
  const known = new Set(items.map(({ seq }) => seq))
  return [
    ...shares.flatMap((share, at) => checkShareParts(share, known, `/shares/${at}/items`)),
    ...checkItems(shares, items),
  ]
}

function checkShareParts({ parts, amountCny }: Share, known: ReadonlySet<string | undefined>, path: string): Finding[] {
  const seen = new Set<string>()
  const found = parts.flatMap(({ seq, amountCny: amount, netKg }, at) => {
    const wrong = checkAmount(amount, CNY, `${path}/${at}/amountCny`)
    if (gramsOf(netKg) === 0n) wrong.push(customsFinding('QUANTITY_NOT_POSITIVE', `${path}/${at}/netKg`))
    if (seq === undefined) return wrong
    if (!known.has(seq) || seen.has(seq)) wrong.push(finding('MARKET_SHARE_ITEM_UNKNOWN', `${path}/${at}/seq`, { seq }))
    seen.add(seq)
    return wrong
  })
  const sum = sumOf(
    parts.map((part) => part.amountCny),
    CNY,
  )
  const stated = parseMoney(amountCny, CNY)
  if (sum && stated && sum.minor !== stated.minor)
    found.push(finding('MARKET_SHARE_ITEMS_DIFFER', path, { expected: formatMoney(sum) }))
  return found
}

/** What is shared out of an item; undefined where a part of it cannot be read. */
type Shared = { minor: bigint; grams: bigint } | undefined

/** Amount and weight of each item are shared out without rest. */
function checkItems(shares: readonly Share[], items: readonly Item[]): Finding[] {
  const shared = sharedOut(shares)
  return items.flatMap(({ seq, amountCny, netKg }, at) => {
    const amount = parseMoney(amountCny, CNY)
    const weight = gramsOf(netKg)
    if (seq === undefined || !amount || weight === undefined) return []
    const out = shared.has(seq) ? shared.get(seq) : { minor: 0n, grams: 0n }
    if (!out || (out.minor === amount.minor && out.grams === weight)) return []
    return [finding('MARKET_ITEM_NOT_SHARED', `/items/${at}`, { seq })]
  })
}

/** By item number, in one pass: this runs before the bounds of the schema are known to hold. */
function sharedOut(shares: readonly Share[]): Map<string, Shared> {
  const out = new Map<string, Shared>()
  for (const { parts } of shares)
    for (const { seq, amountCny, netKg } of parts) {
      if (seq === undefined) continue
      const before = out.has(seq) ? out.get(seq) : { minor: 0n, grams: 0n }
      const amount = parseMoney(amountCny, CNY)
      const weight = gramsOf(netKg)
      const readable = before && amount && weight !== undefined
      out.set(seq, readable ? { minor: before.minor + amount.minor, grams: before.grams + weight } : undefined)
    }
  return out
}
