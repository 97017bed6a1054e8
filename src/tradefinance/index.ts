// The trade finance room: invoices, and financing against declarations. Its kinds and the codes of its findings.
import type { MessageKind } from '../hub/index.ts'
import { financingKind } from './financing.ts'
import { invoiceKind } from './invoice.ts'

export { tradefinanceCodes } from './codes.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- a list of kinds of different bodies
export const tradefinanceKinds: MessageKind<any>[] = [financingKind, invoiceKind]
