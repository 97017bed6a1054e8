// Border-resident trade: what is bought, declared, decided by customs and paid by banks.
import type { Enquiry, MessageKind } from '../../../hub/index.ts'
import { envelopeWithoutNumbers } from '../identity-numbers.ts'
import { tradeKind } from './declaration.ts'
import { borderTradeEnquiry } from './enquiry.ts'
import { purchaseKind } from './purchase.ts'
import { settlementKind } from './settlement.ts'
import { statusKind } from './status.ts'

export { borderTradeCodes } from './codes.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- a list of kinds of different bodies
export const borderTradeKinds: MessageKind<any>[] = [purchaseKind, tradeKind, statusKind, settlementKind].map(
  envelopeWithoutNumbers,
)

// oxlint-disable-next-line typescript/no-explicit-any -- a list of enquiries of different questions
export const borderTradeEnquiries: Enquiry<any>[] = [borderTradeEnquiry]
