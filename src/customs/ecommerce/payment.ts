// customs.ecommerce-payment: the payment institution says what was paid for an order, and by whom.
import {
  fromTime,
  nothingWanted,
  parseDecimal,
  readSchemaFile,
  textsOf,
  type Finding,
  type Head,
  type HeadKey,
  type Judgement,
  type JudgeViews,
  type MessageKind,
  type ValidMessage,
  refused,
} from '../../hub/index.ts'
import type { EcommercePayment } from '../../../schemas/types.d.ts'
import { finding as customsFinding } from '../codes.ts'
import { checkOwnNumbers } from '../own-numbers.ts'
import { actorOf } from '../told.ts'
import { checkCompactTime, checkCompany, checkFen, checkFields, checkPlatform } from './checks.ts'
import { compactTime } from './days.ts'
import { judgeFiling } from './filing.ts'
import { checkEnvelopeRef, checkIdentity, checkReferences } from './identity.ts'
import { checkCurrency, DOCUMENT } from './order.ts'
import { paidKey, paymentKey } from './papers.ts'
import { AHEAD_MAX_MS } from '../values.ts'

const NONE = ''

export const paymentKind: MessageKind<EcommercePayment> = {
  ...DOCUMENT,
  name: 'customs.ecommerce-payment',
  senders: ['payment-institution', 'bank'],
  schema: readSchemaFile('customs/ecommerce-payment.v1.json'),
  check(body) {
    const head = textsOf<EcommercePayment>(body)
    const isImport = head.orderType === 'I'
    return [
      ...checkFields(head, [
        ['appTime', checkCompactTime],
        ['payCode', checkCompany],
        ['ebpCode', checkPlatform],
        ['payTime', checkCompactTime],
      ]),
      ...checkIdentity(head.payerIdType, head.payerIdNumber, '/payerIdNumber'),
      ...checkReferences(head, ['guid', 'orderNo', 'payTransactionId'], head.payerIdNumber),
      ...checkCurrency(head, isImport),
      ...(isImport ? checkFen(head, ['amountPaid']) : []),
      ...(parseDecimal(head.amountPaid)?.digits === 0n ? [customsFinding('AMOUNT_NOT_POSITIVE', '/amountPaid')] : []),
    ]
  },
  async judge(message, views) {
    const { body, envelope } = message
    const institution = actorOf(message)
    const findings = [
      ...checkOwnNumbers(views.register, [institution], [['/payCode', body.payCode]]),
      ...checkEnvelopeRef(message, body.payerIdNumber),
      ...checkPayTime(body.payTime, fromTime(envelope.created) ?? views.nowMs),
    ]
    if (findings.length > 0) return { ...nothingWanted(), findings }
    const key = paymentKey(views, institution, body.payTransactionId)
    const judgement = await judgeFiling(message, views, key, 'payment')
    return judgement.refusal ? judgement : withOrder(judgement, key, message, views)
  },
}

function checkPayTime(payTime: string, signedMs: number): Finding[] {
  return compactTime(payTime)! > signedMs + AHEAD_MAX_MS
    ? [customsFinding('TIME_IN_FUTURE', '/payTime', { value: payTime })]
    : []
}

/** An order has one payment of an institution at a time, and a payment stays with its order. */
async function withOrder(
  judgement: Judgement,
  payment: HeadKey,
  message: ValidMessage<EcommercePayment>,
  views: JudgeViews,
): Promise<Judgement> {
  const { body } = message
  const key = paidKey(views, body.ebpCode, body.orderNo, actorOf(message))
  const head = await views.head(key)
  const now = paymentOf(head) ?? NONE
  const mine = body.appType === '1' ? NONE : payment
  if (now !== mine)
    return body.appType === '1'
      ? refused('ALREADY_CLAIMED', 'ecommerce-payment-order', key, head!.version)
      : refused('STATE_CONFLICT', 'ecommerce-payment-order', key, head?.version ?? 0)
  const value = { payment: body.appType === '3' ? NONE : payment }
  if (!head) return { ...judgement, claims: [...judgement.claims, { key, value, rule: 'ecommerce-payment-order' }] }
  return { ...judgement, moves: [...judgement.moves, { key, version: head.version, value }] }
}

/** Key of the payment that an order has; undefined if it has none. */
export function paymentOf(head: Head | undefined): HeadKey | undefined {
  const payment = head?.value['payment']
  return typeof payment === 'string' && payment !== NONE ? payment : undefined
}
