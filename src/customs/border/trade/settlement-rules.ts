// Second and third layer of a settlement: times, conversion to CNY, who pays, and what is paid for which declaration.
import {
  formatMoney,
  parseMoney,
  partOf,
  placed,
  rowsOf,
  textsOf,
  type Finding,
  type Texts,
} from '../../../hub/index.ts'
import type {
  BorderSettlement,
  BorderSettlementPayer,
  BorderSettlementRate,
  SettledDeclaration,
} from '../../../../schemas/types.d.ts'
import { checkTime } from '../../values.ts'
import { finding } from './codes.ts'
import { checkAmount, checkConversion, CNY, sumOf } from './money.ts'

/** Findings of a settlement body alone, with JSON Pointers. */
export function checkSettlement(body: unknown): Finding[] {
  const texts = textsOf<BorderSettlement>(body)
  const times = (['settledAt', 'reportedAt', 'reversedAt'] as const).flatMap((name) => {
    const wrong = texts[name] === undefined ? undefined : checkTime(texts[name])
    return wrong ? [placed(wrong, `/${name}`)] : []
  })
  if (texts.act !== 'settle') return times
  const { currency, amount, amountCny, settledAt: at } = texts
  const rate = partOf<BorderSettlementRate>(body, 'rate')
  return [
    ...times,
    ...checkPayer(partOf<BorderSettlementPayer>(body, 'payer')),
    ...checkConversion({
      ...(currency !== undefined && { currency }),
      ...(amount !== undefined && { amount }),
      ...(amountCny !== undefined && { amountCny }),
      ...(at !== undefined && { at }),
      ...(rate && { rate }),
    }),
    ...checkDeclarations(rowsOf<SettledDeclaration>(body, 'declarations'), amountCny),
  ]
}

function checkPayer(payer: Texts<BorderSettlementPayer> | undefined): Finding[] {
  if (!payer || (payer.filingNo === undefined) !== (payer.groupNo === undefined)) return []
  return [finding('MARKET_PAYER_UNCLEAR', '/payer')]
}

function checkDeclarations(rows: readonly Texts<SettledDeclaration>[], amountCny: string | undefined): Finding[] {
  const seen = new Set<string>()
  const found = rows.flatMap(({ declarant, declarationNo: value, amountCny: amount }, at) => {
    const path = `/declarations/${at}`
    const wrong = checkAmount(amount, CNY, `${path}/amountCny`)
    const name = `${declarant} ${value}`
    if (value !== undefined && seen.has(name))
      wrong.push(finding('MARKET_DECLARATION_REPEATED', `${path}/declarationNo`, { value }))
    seen.add(name)
    return wrong
  })
  const sum = sumOf(
    rows.map((row) => row.amountCny),
    CNY,
  )
  const stated = parseMoney(amountCny, CNY)
  if (sum && stated && sum.minor !== stated.minor)
    found.push(finding('MARKET_SETTLED_SUM_DIFFERS', '/declarations', { expected: formatMoney(sum) }))
  return found
}
