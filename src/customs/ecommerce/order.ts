// customs.ecommerce-order: the platform says what was ordered, by whom, for how much.
import {
  addDecimals,
  checkTariffLine,
  compareDecimals,
  formatDecimal,
  nothingWanted,
  parseDecimal,
  placed,
  readSchemaFile,
  rowsOf,
  subtractDecimals,
  textsOf,
  type Finding,
  type MessageKind,
  type Texts,
} from '../../hub/index.ts'
import type { EcommerceOrder, EcommerceOrderItem } from '../../../schemas/types.d.ts'
import { recipients, SUPERVISION } from '../audience.ts'
import { checkOwnNumbers, holderOf } from '../own-numbers.ts'
import { actorOf } from '../told.ts'
import {
  checkCompactTime,
  checkCompany,
  checkFen,
  checkFields,
  checkLine,
  checkPlatform,
  CNY,
  sumOf,
  ZERO,
} from './checks.ts'
import { finding } from './codes.ts'
import { judgeFiling } from './filing.ts'
import { checkEnvelopeRef, checkIdentity, checkReferences } from './identity.ts'
import { orderKey } from './papers.ts'

/** What the kinds of e-commerce have in common. */
export const DOCUMENT = {
  version: 1,
  type: 'application/json',
  bodyMaxBytes: 256 * 1024,
  ageMaxMs: 24 * 3_600_000,
  // A list of revocations that came late does not stop parcels; not knowing at all does.
  statusAllows: ['good' as const, 'stale' as const],
  audience: recipients,
  views: SUPERVISION,
}

export const orderKind: MessageKind<EcommerceOrder> = {
  ...DOCUMENT,
  name: 'customs.ecommerce-order',
  senders: ['platform'],
  schema: readSchemaFile('customs/ecommerce-order.v1.json'),
  check,
  async judge(message, views) {
    const { ebpCode, orderNo, payCode, buyerIdNumber } = message.body
    const findings = [
      ...checkOwnNumbers(views.register, [actorOf(message)], [['/ebpCode', ebpCode]]),
      ...checkEnvelopeRef(message, buyerIdNumber),
    ]
    if (findings.length > 0) return { ...nothingWanted(), findings }
    const payer = payCode === undefined ? undefined : holderOf(views.register, payCode)
    return judgeFiling(message, views, orderKey(views, ebpCode, orderNo), 'order', payer)
  },
}

function check(body: EcommerceOrder): Finding[] {
  const head = textsOf<EcommerceOrder>(body)
  const items = rowsOf<EcommerceOrderItem>(body, 'items')
  const isImport = head.orderType === 'I'
  return [
    ...checkFields(head, [
      ['appTime', checkCompactTime],
      ['ebpCode', checkPlatform],
      ['ebcCode', checkCompany],
      ['payCode', checkCompany],
    ]),
    ...checkIdentity(head.buyerIdType, head.buyerIdNumber, '/buyerIdNumber'),
    ...checkReferences(head, ['guid', 'orderNo', 'payTransactionId'], head.buyerIdNumber),
    ...checkCurrency(head, isImport),
    ...(isImport ? checkFen(head, ['goodsValue', 'freight', 'discount', 'taxTotal', 'acturalPaid']) : []),
    ...items.flatMap((item, at) => checkItem(item, at, isImport)),
    ...checkSums(head, items),
  ]
}

export function checkCurrency({ currency }: { readonly currency?: string }, isImport: boolean): Finding[] {
  const isForeign = isImport && currency !== undefined && currency !== CNY
  return isForeign ? [finding('CURRENCY_NOT_CNY', '/currency', { value: currency })] : []
}

function checkItem(item: Texts<EcommerceOrderItem>, at: number, isImport: boolean): Finding[] {
  const line = item.gcode === undefined ? undefined : checkTariffLine(item.gcode)
  return [...checkLine(item, at, isImport), ...(line ? [placed(line, `/items/${at}/gcode`)] : [])]
}

/** The lines make the value of the goods; value, freight and tax less discount make what was paid. */
function checkSums(head: Texts<EcommerceOrder>, items: readonly Texts<EcommerceOrderItem>[]): Finding[] {
  const value = parseDecimal(head.goodsValue)
  if (!value) return []
  const found: Finding[] = []
  const lines = sumOf(items.map(({ totalPrice }) => totalPrice))
  if (items.length > 0 && compareDecimals(lines, value) !== 0)
    found.push(
      finding('ORDER_GOODS_VALUE_DIFFERS', '/goodsValue', { value: head.goodsValue!, expected: formatDecimal(lines) }),
    )
  const paid = parseDecimal(head.acturalPaid)
  const owed = addDecimals(value, sumOf([head.freight, head.taxTotal]))
  const expected = subtractDecimals(owed, parseDecimal(head.discount) ?? ZERO)
  if (paid && compareDecimals(paid, expected) !== 0)
    found.push(
      finding('ORDER_SUM_DIFFERS', '/acturalPaid', { value: head.acturalPaid!, expected: formatDecimal(expected) }),
    )
  return found
}
