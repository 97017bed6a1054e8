// customs.ecommerce-logistics: the logistics firm says which parcel carries an order, what it weighs, to whom it goes.
import { nothingWanted, readSchemaFile, textsOf, type MessageKind } from '../../hub/index.ts'
import type { EcommerceLogistics } from '../../../schemas/types.d.ts'
import { checkOwnNumbers } from '../own-numbers.ts'
import { actorOf } from '../told.ts'
import { checkAboveZero, checkCompactTime, checkCompany, checkFen, checkFields } from './checks.ts'
import { judgeFiling } from './filing.ts'
import { checkCurrency, DOCUMENT } from './order.ts'
import { logisticsKey } from './papers.ts'

export const logisticsKind: MessageKind<EcommerceLogistics> = {
  ...DOCUMENT,
  name: 'customs.ecommerce-logistics',
  senders: ['logistics', 'carrier', 'forwarder'],
  schema: readSchemaFile('customs/ecommerce-logistics.v1.json'),
  check(body) {
    const head = textsOf<EcommerceLogistics>(body)
    const isImport = head.orderType === 'I'
    return [
      ...checkFields(head, [
        ['appTime', checkCompactTime],
        ['logisticsCode', checkCompany],
        ['ebcCode', checkCompany],
      ]),
      ...checkCurrency(head, isImport),
      ...(isImport ? checkFen(head, ['freight', 'insuredFee']) : []),
      ...checkAboveZero(head, ['weight']),
    ]
  },
  async judge(message, views) {
    const { logisticsCode, logisticsNo } = message.body
    const findings = checkOwnNumbers(views.register, [actorOf(message)], [['/logisticsCode', logisticsCode]])
    if (findings.length > 0) return { ...nothingWanted(), findings }
    return judgeFiling(message, views, logisticsKey(views, logisticsCode, logisticsNo), 'logistics')
  },
}
