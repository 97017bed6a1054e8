// tradefinance.invoice: the seller, or its agent by mandate, shows an invoice to the buyer and to banks; its number exists once.
import {
  nothingWanted,
  readSchemaFile,
  toTime,
  type Claim,
  type Finding,
  type Judgement,
  type JudgeViews,
  type MessageKind,
  type PartyUrn,
  type Register,
} from '../hub/index.ts'
import type { CommercialInvoice, CustomsDeclaration } from '../../schemas/types.d.ts'
import { finding } from './codes.ts'
import { normalInvoiceNumber } from './invoice-number.ts'
import { checkInvoice } from './invoice-rules.ts'

const DAY_MS = 86_400_000

export const invoiceKind: MessageKind<CommercialInvoice> = {
  name: 'tradefinance.invoice',
  version: 1,
  schema: readSchemaFile('tradefinance/invoice.v1.json'),
  type: 'application/json',
  bodyMaxBytes: 256 * 1024,
  attachments: {
    types: ['application/pdf', 'image/png', 'image/jpeg', 'image/tiff'],
    countMax: 8,
    bytesMax: 20 * 1024 * 1024,
  },
  senders: ['trader', 'broker'],
  ageMaxMs: DAY_MS,
  statusAllows: ['good', 'stale'],
  check: checkInvoice,
  async judge({ body, envelope, authentic }, views) {
    const { findings, refers } = await compareDeclarations(body, views)
    findings.push(...compareSeller(body.seller, envelope.for ?? authentic.sender, views.register))
    // The day may have begun further east already.
    if (body.invoiceDate > toTime(views.nowMs + DAY_MS).slice(0, 10))
      findings.push(finding('INVOICE_DATE_IN_FUTURE', '/invoiceDate', { date: body.invoiceDate }))
    return { ...nothingWanted(), findings, refers, claims: numberClaims(body, views) }
  },
  audience({ envelope }) {
    const parties = new Set(envelope.for === undefined ? envelope.to : [...envelope.to, envelope.for])
    return [...parties].map((party) => ({ party, view: 'full' }))
  },
  views: { supervision: ['public', 'trade'], 'supervision-abroad': ['public'] },
}

/** The seller is who files, or for whom it is filed: what the register knows of that party the invoice may not say otherwise. */
function compareSeller(seller: CommercialInvoice['seller'], party: PartyUrn, register: Register): Finding[] {
  const known = register.party(party)?.identifiers ?? {}
  const names = (['uscc', 'lei'] as const).filter((name) => known[name] !== undefined)
  const stated = names.filter((name) => seller[name] !== undefined)
  if (names.length > 0 && stated.length === 0) return [finding('SELLER_NOT_SENDER', '/seller', { party })]
  return stated
    .filter((name) => seller[name] !== known[name])
    .map((name) => finding('SELLER_NOT_SENDER', `/seller/${name}`, { party }))
}

/** One claim for each identifier of the seller, so that naming itself otherwise does not make the number another. */
function numberClaims({ seller, invoiceNumber, invoiceDate }: CommercialInvoice, views: JudgeViews): Claim[] {
  const number = normalInvoiceNumber(invoiceNumber)
  const year = invoiceDate.slice(0, 4)
  const { uscc, lei, otherId, country } = seller
  const names = [
    ...(uscc === undefined ? [] : [['uscc', uscc]]),
    ...(lei === undefined ? [] : [['lei', lei]]),
    ...(otherId === undefined ? [] : [['other', country, otherId.toUpperCase()]]),
  ]
  return names.map((name) => ({
    key: views.key('invoice', ...name, number, year),
    value: {},
    rule: 'invoice-number',
  }))
}

/**
 * What was exported under a declaration known here was exported by the seller. Of others, and of those whose content is gone, nothing
 * can be told. The label and value members `declaration` are those the customs room writes.
 */
async function compareDeclarations(
  { declarations = [], seller }: CommercialInvoice,
  views: JudgeViews,
): Promise<{ findings: Finding[]; refers: Judgement['refers'] }> {
  const findings: Finding[] = []
  const refers: number[] = []
  for (const [at, { entryId }] of declarations.entries()) {
    const head = await views.head(views.key('declaration', entryId))
    if (!head) continue
    const declaredAt = head.value['declaration']
    const filed = await views.entry(typeof declaredAt === 'number' ? declaredAt : head.index)
    if (!filed || 'withheld' in filed) continue
    refers.push(filed.index)
    // The company of an import declaration is the buyer.
    const declared = filed.body as CustomsDeclaration
    if (declared.ieFlag === 'E' && declared.tradeCoScc !== seller.uscc)
      findings.push(finding('SELLER_NOT_CONSIGNOR', `/declarations/${at}/entryId`, { entryId }))
  }
  return { findings, refers }
}
