// The documents of the two hubs' story, each with a word in it that is looked for afterwards.
import type { CommercialInvoice, CustomsDeclaration } from '../../../schemas/types.d.ts'
import * as documents from './documents.ts'
import { payment, paymentNumbers } from './payment-documents.ts'
import { marker } from './two-hubs-stage.ts'

export interface Papers {
  declaration: CustomsDeclaration
  invoice: CommercialInvoice
  payment: Buffer
  /** Words of the fields that must stay in China, and of those that may go. */
  secrets: { declaration: string; invoice: string }
  goods: string
}

/** A declaration whose trader's name is commercial, an invoice for which no lane has a ground, and a payment. */
export function papersOf(nowMs: number): Papers {
  const secrets = { declaration: marker(), invoice: marker() }
  const declared = documents.electronics(nowMs, 8_215)
  const declaration = { ...declared, tradeName: `${declared.tradeName} ${secrets.declaration}` }
  const invoice = { ...documents.invoice(declared, nowMs), namedPlace: `Hanoi ${secrets.invoice}` }
  const { invoiceNumber: number, invoiceDate: date } = invoice
  const paid = payment(paymentNumbers({ number, date }, nowMs))
  return { declaration, invoice, payment: paid, secrets, goods: declared.items[0]!.gName }
}
