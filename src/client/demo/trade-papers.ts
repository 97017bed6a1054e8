// The document and money side of the story: the partner answers, the invoice with its scan, the payment and what became of it.
import type { ComposedMessage } from '../compose.ts'
import type { FeedItem } from '../feed-item.ts'
import { naming } from '../answering.ts'
import { enquire } from '../enquiry.ts'
import * as documents from './documents.ts'
import { pdfOf } from './invoice-scan.ts'
import { accepted } from './marks.ts'
import { payment, paymentNumbers, paymentStatus, type PaymentNumbers } from './payment-documents.ts'
import type { Actor, Cast } from './stage.ts'
import { milliseconds, type Timeline } from './timeline.ts'
import type { Watcher } from './watcher.ts'
import type { CustomsDeclaration } from '../../../schemas/types.d.ts'

export interface Papers {
  line: Timeline
  cast: Cast
  declaration: CustomsDeclaration
  importer: Actor
  payingBank: Actor
  /** Feeds of the exporter, of its bank, of the paying bank, and of the regulator of foreign exchange. */
  exporterDesk: Watcher
  bankDesk: Watcher
  payingDesk: Watcher
  foreignExchange: Watcher
  trust: Buffer
}

/** Index of each paper that ends up as a bundle. */
export type Paper = 'response' | 'invoice' | 'payment' | 'status'

/** Plays from the partner's answer to the settled payment. */
export async function tradePapers(
  papers: Papers,
  declared: FeedItem,
  /** The answer has been taken in; what follows of it happens before the story goes on. */
  answered: (sent: { index: number; message: ComposedMessage }) => Promise<unknown>,
): Promise<Record<Paper, number>> {
  const { index: response, message } = await respond(papers, declared)
  await answered({ index: response, message })
  const { index: invoice, number, date } = await invoiceWithScan(papers)
  const { payment: paid, status } = await pay(papers, paymentNumbers({ number, date }, Date.now()))
  return { response, invoice, payment: paid, status }
}

/** 核验: the bank asks before it lends. */
export async function checkBeforeLending({ line, cast, declaration, trust }: Papers, total: string): Promise<void> {
  const { entryId, tradeCoScc } = declaration
  const asked = (amount: string) => ({
    enquiry: 'customs.declaration',
    v: 1,
    question: { entryId, shown: { consignor: tradeCoScc, declared: { amount, currency: 'USD' } } },
  })
  const [{ proof }, tookMs] = await line.timed(() => enquire(cast.bank.client, asked(total), trust))
  const { verdict, facts } = proof.attestation ?? { verdict: 'none', facts: {} }
  line.check(
    `${cast.bank.name} asks whether the declaration is genuine: ${verdict}, signed by the hub, in ${milliseconds(tookMs)}`,
    proof.proof === 'verified' && verdict === 'yes' && JSON.stringify(facts).includes(total),
  )
  const { proof: guess } = await enquire(cast.bank.client, asked('1.00'), trust)
  line.check(
    `it asks with a total that is not the declared one: ${guess.attestation?.verdict}`,
    guess.attestation?.verdict === 'unknown',
  )
}

async function respond(
  { line, cast, declaration, exporterDesk }: Papers,
  declared: FeedItem,
): Promise<{ index: number; message: ComposedMessage }> {
  const { partnerCustoms, customs, exporter } = cast
  const kind = 'customs.response'
  line.title('The answer of the partner country')
  const body = documents.response(declaration, Date.now())
  const re = [naming(declared)!]
  const message = await partnerCustoms.compose({ kind, to: [exporter.urn, customs.urn], re, body })
  const [answer, tookMs] = await line.timed(() => partnerCustoms.client.submit(message))
  const index = accepted(answer)
  line.check(`${partnerCustoms.name} answers ${body.outcome}: taken in ${milliseconds(tookMs)}`, true)
  await exporterDesk.find('the answer at the exporter', (item) => item.kind === kind)
  const { items } = await exporter.client.due({ role: 'await', state: 'answered' })
  const answered = items.some((one) => one.party === partnerCustoms.urn && one.answer === index)
  line.check('pushed to the exporter, and its list of wanted answers says answered', answered)
  return { index, message }
}

async function invoiceWithScan({ line, cast, declaration, importer, payingBank }: Papers) {
  const { exporter, bank } = cast
  const kind = 'tradefinance.invoice'
  line.title('The invoice')
  const body = documents.invoice(declaration, Date.now())
  const { invoiceNumber: number, invoiceDate: date, totalAmount } = body
  const scan = pdfOf([
    'Commercial invoice (invented)',
    `No. ${number}`,
    `${totalAmount.currency} ${totalAmount.amount}`,
  ])
  const attachments = [{ name: 'invoice.pdf', type: 'application/pdf', bytes: scan, upload: true }]
  const what = { kind, to: [importer.urn, bank.urn, payingBank.urn], body, attachments }
  const [answer, tookMs] = await line.timed(() => exporter.send(what))
  const index = accepted(answer)
  line.check(
    `${exporter.name} sends invoice ${number}, ${totalAmount.currency} ${totalAmount.amount}, with a PDF of ${scan.length} bytes uploaded before it: taken in ${milliseconds(tookMs)}`,
    true,
  )
  const again = await exporter.send({ ...what, body: { ...body, namedPlace: 'Hai Phong' } })
  const code = again.outcome === 'refused' ? again.problem.code : 'accepted'
  line.check(`another invoice under the same number: ${code}`, code === 'ALREADY_CLAIMED')
  return { index, number, date }
}

async function pay(papers: Papers, numbers: PaymentNumbers): Promise<{ payment: number; status: number }> {
  const { line, cast, payingBank, bankDesk, payingDesk, foreignExchange } = papers
  const kind = 'fx.payment'
  const type = 'application/xml'
  line.title('The payment')
  const body = payment(numbers)
  const message = await payingBank.compose({ kind, to: [cast.bank.urn], body, type })
  const [answer, tookMs] = await line.timed(() => payingBank.client.submit(message))
  const paid = accepted(answer)
  line.check(
    `${payingBank.name} sends pacs.008, CNY 2272000.00 for USD 320000.00: taken in ${milliseconds(tookMs)}`,
    true,
  )
  const { item } = await bankDesk.find('the payment at the creditor bank', (one) => one.kind === kind)
  line.check(`pushed to ${cast.bank.name}: the XML as it was signed`, item.message?.body === body.toString('base64url'))
  const { item: seen } = await foreignExchange.find('the payment at the regulator', (one) => one.kind === kind)
  const shown = JSON.stringify(seen.viewed?.body ?? null)
  line.check(
    `pushed to the regulator in the view ${seen.view}: amounts shown, names and accounts not`,
    shown.includes('2272000.00') && !/Bamboo|Lantern|0011004567890/.test(shown),
  )
  const twice = await payingBank.send({ kind, to: [cast.bank.urn], body, type })
  const code = twice.outcome === 'refused' ? twice.problem.code : 'accepted'
  line.check(`the same UETR in another message: ${code}, nobody is paid twice`, code === 'ALREADY_CLAIMED')

  const settled = await cast.bank.send({
    kind: 'fx.payment-status',
    to: [payingBank.urn],
    re: [naming(item)!],
    body: paymentStatus(numbers, Date.now()),
    type,
  })
  const status = accepted(settled)
  await payingDesk.find('the status at the paying bank', (one) => one.kind === 'fx.payment-status')
  line.check(`${cast.bank.name} answers pacs.002 ACSC, settled; pushed to ${payingBank.name}`, true)
  return { payment: paid, status }
}
