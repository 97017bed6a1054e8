// Cross-border e-commerce 跨境电商: order, payment and waybill, the clearance list that stands on them, and what customs does with it.
import type { MessageKind } from '../../hub/index.ts'
import { listKind } from './list.ts'
import { logisticsKind } from './logistics.ts'
import { orderKind } from './order.ts'
import { paymentKind } from './payment.ts'
import { statusKind } from './status.ts'

export { ecommerceCodes } from './codes.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- a list of kinds of different bodies
export const ecommerceKinds: MessageKind<any>[] = [orderKind, paymentKind, logisticsKind, listKind, statusKind]
