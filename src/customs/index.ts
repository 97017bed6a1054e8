// The customs room: what customs, brokers, residents of the border and their banks exchange. One folder for each part of it; the declaration,
// with which it began, lies in the room itself.
import type { Enquiry, MessageKind } from '../hub/index.ts'
import { borderPeopleCodes } from './border/people/codes.ts'
import { borderPeopleEnquiries, borderPeopleKinds } from './border/people/index.ts'
import { borderTradeCodes } from './border/trade/codes.ts'
import { borderTradeEnquiries, borderTradeKinds } from './border/trade/index.ts'
import { customsCodes as declarationCodes } from './codes.ts'
import { declarationKinds } from './declaration-kinds.ts'
import { ecommerceCodes } from './ecommerce/codes.ts'
import { ecommerceKinds } from './ecommerce/index.ts'
import { declarationEnquiry } from './enquiry.ts'
import { matchCodes } from './match/codes.ts'
import { matchKinds } from './match/index.ts'
import { paymentCodes } from './payment/codes.ts'
import { paymentEnquiries, paymentKinds } from './payment/index.ts'
import { watchCodes } from './watch/codes.ts'
import { watchEnquiries, watchKinds } from './watch/index.ts'
import { wcoCodes } from './wco/codes.ts'
import { wcoKinds } from './wco/index.ts'

export { casesView, CASES_VIEW, followCases } from './case/index.ts'
export { openReference } from './reference/index.ts'
export { followWatch } from './watch/index.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- a list of kinds of different bodies
export const customsKinds: MessageKind<any>[] = [
  ...declarationKinds,
  ...wcoKinds,
  ...matchKinds,
  ...paymentKinds,
  ...borderPeopleKinds,
  ...borderTradeKinds,
  ...ecommerceKinds,
  ...watchKinds,
]

// oxlint-disable-next-line typescript/no-explicit-any -- a list of enquiries of different questions
export const customsEnquiries: Enquiry<any>[] = [
  declarationEnquiry,
  ...paymentEnquiries,
  ...borderPeopleEnquiries,
  ...borderTradeEnquiries,
  ...watchEnquiries,
]

export const customsCodes = {
  ...declarationCodes,
  ...wcoCodes,
  ...matchCodes,
  ...paymentCodes,
  ...borderPeopleCodes,
  ...borderTradeCodes,
  ...ecommerceCodes,
  ...watchCodes,
}
