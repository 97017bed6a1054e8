// Invoices of made-up sellers, each under a number of its own and dated today.
import { readFileSync } from 'node:fs'
import type { CommercialInvoice } from '../../schemas/types.d.ts'
import { isoDay } from '../../src/client/demo/documents.ts'
import type { Composition } from '../../src/client/compose.ts'
import type { World } from './world.ts'

const FIXTURE = new URL('../../fixtures/tradefinance/valid/invoice-electronics.json', import.meta.url)
const DAY_MS = 86_400_000

let serial = 0

/** USD 320,000.00 of electronics, payable in ninety days, under no declaration. */
export function newInvoice(world: Pick<World, 'clock'>, change: Partial<CommercialInvoice> = {}): CommercialInvoice {
  const { declarations: _none, ...invoice } = JSON.parse(readFileSync(FIXTURE, 'utf8')) as CommercialInvoice
  const now = world.clock.now()
  return {
    ...invoice,
    invoiceNumber: `INVENTED-${++serial}`,
    invoiceDate: isoDay(now),
    paymentDueDate: isoDay(now + 90 * DAY_MS),
    ...change,
  }
}

export const invoiced = (to: string[], body: object): Pick<Composition, 'kind' | 'to'> & { body: object } => ({
  kind: 'tradefinance.invoice',
  to,
  body,
})
