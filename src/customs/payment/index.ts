// Payment against goods: freight bills, payments by banks, and what a bank may ask before it pays.
import type { Enquiry, MessageKind } from '../../hub/index.ts'
import { freightBillKind } from './freight-bill.ts'
import { goodsPaymentKind } from './goods-payment.ts'
import { payableEnquiry } from './payable-enquiry.ts'

export { paymentCodes } from './codes.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- a list of kinds of different bodies
export const paymentKinds: MessageKind<any>[] = [goodsPaymentKind, freightBillKind]

// oxlint-disable-next-line typescript/no-explicit-any -- a list of enquiries of different questions
export const paymentEnquiries: Enquiry<any>[] = [payableEnquiry]
