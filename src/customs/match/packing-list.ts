// customs.packing-list: a trader or forwarder says what is in which package; where the invoice is at the hub, line by line against it.
import {
  addDecimals,
  compareDecimals,
  nothingWanted,
  readSchemaFile,
  type Finding,
  type JudgeViews,
  type MessageKind,
  type PartyUrn,
} from '../../hub/index.ts'
import type { CommercialInvoice, PackingList } from '../../../schemas/types.d.ts'
import { recipients, SUPERVISION } from '../audience.ts'
import { caseMoves } from '../case/case-head.ts'
import { finding } from './codes.ts'
import { checkPackingList } from './packing-list-rules.ts'
import { bare, trimmed } from './paper.ts'
import { baseQuantity, type BaseQuantity } from './units.ts'

const INVOICE = 'tradefinance.invoice'

export const packingListKind: MessageKind<PackingList> = {
  name: 'customs.packing-list',
  version: 1,
  schema: readSchemaFile('customs/packing-list.v1.json'),
  type: 'application/json',
  bodyMaxBytes: 256 * 1024,
  senders: ['trader', 'forwarder'],
  ageMaxMs: 24 * 3_600_000,
  statusAllows: ['good', 'stale'],
  check: checkPackingList,
  async judge({ body, authentic }, views) {
    const { findings, refers } = await compareInvoice(body, authentic.sender, views)
    if (findings.length > 0) return { ...nothingWanted(), findings }
    return { ...nothingWanted(), refers, moves: await caseMoves(views, body.ucr) }
  },
  audience: recipients,
  views: SUPERVISION,
}

/** Of an invoice that is not named as a message, or is erased, nothing can be told; it does not stand in the way. */
async function compareInvoice(
  body: PackingList,
  sender: PartyUrn,
  views: JudgeViews,
): Promise<{ findings: Finding[]; refers: number[] }> {
  const { from, id, number } = body.invoice
  if (from === undefined || id === undefined) return { findings: [], refers: [] }
  const told = await views.told(sender, from, id)
  if (told?.kind !== INVOICE || told.view !== 'full')
    return { findings: [finding('PACKING_INVOICE_UNKNOWN', '/invoice')], refers: [] }
  const opened = await views.entry(told.index)
  const refers = [told.index]
  if (!opened || 'withheld' in opened) return { findings: [], refers }
  const invoice = opened.body as CommercialInvoice
  if (bare(invoice.invoiceNumber) !== bare(number))
    return { findings: [finding('PACKING_INVOICE_NUMBER_DIFFERS', '/invoice/number')], refers }
  return { findings: compareLines(body, invoice), refers }
}

/** Of each line in the list as much is packed as was invoiced; lines that the list does not name may be in another. */
function compareLines({ packages }: PackingList, { itemsShipped }: CommercialInvoice): Finding[] {
  const packed = new Map<string, { path: string; sum: BaseQuantity }>()
  const findings: Finding[] = []
  for (const [row, { contents }] of packages.entries())
    for (const [at, { line, quantity, unit }] of contents.entries()) {
      const path = `/packages/${row}/contents/${at}`
      if (!itemsShipped[Number(line) - 1])
        findings.push(finding('PACKING_LINE_UNKNOWN', `${path}/line`, { line, count: itemsShipped.length }))
      const more = baseQuantity(quantity, unit)!
      const before = packed.get(line)
      packed.set(line, { path, sum: before ? { ...more, amount: addDecimals(before.sum.amount, more.amount) } : more })
    }
  for (const [line, { path, sum }] of packed) {
    const invoiced = itemsShipped[Number(line) - 1]
    const expected = invoiced && baseQuantity(invoiced.itemCount, invoiced.unit)
    // Units that cannot be converted are for the match to say.
    if (!expected || expected.base !== sum.base || compareDecimals(expected.amount, sum.amount) === 0) continue
    const texts = {
      value: `${trimmed(sum.amount)} ${sum.base}`,
      expected: `${trimmed(expected.amount)} ${expected.base}`,
    }
    findings.push(finding('PACKING_QUANTITY_DIFFERS', `${path}/quantity`, { line, ...texts }))
  }
  return findings
}
