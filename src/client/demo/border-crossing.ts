// At the border: what both sides have declared of the same goods is compared, with one number that does not agree; and imported goods are
// paid for through one bank, and not through a second.
import type { CustomsDeclaration, CustomsMatch } from '../../../schemas/types.d.ts'
import { explainDifference, matchDocuments } from '../../customs/match/index.ts'
import type { ComposedMessage } from '../compose.ts'
import { enquire } from '../enquiry.ts'
import { asNamed, fruitImport, packingList, partnerImport, payment, reservation } from './border-documents.ts'
import { release } from './documents.ts'
import type { EvidenceFolder } from './evidence.ts'
import { accepted, namesAnywhere, verdictLine } from './marks.ts'
import type { Actor, Cast } from './stage.ts'
import { milliseconds, type Timeline } from './timeline.ts'
import type { Watcher } from './watcher.ts'

export interface Crossing {
  line: Timeline
  cast: Cast
  /** The export declaration as it was filed. The case goes by its consignment reference, or by one of the story if it has none. */
  declaration: CustomsDeclaration
  declared: Pick<ComposedMessage, 'envelope' | 'commitment'>
  importer: Actor
  foreignExchange: Watcher
  evidence: EvidenceFolder
  trust: Buffer
}

/** Index of each paper that can end up as a bundle. */
export type BorderPaper = 'packing' | 'imported' | 'matched'

const UCR = '6CN450100MA5EXAMP19-4711'
const WRONG_PACKAGES = '604'
const MATCH = 'customs.match'

/** After the release: the importer declares the goods on its side, with one slip, and customs puts on record what does not agree. */
export async function matchAtTheBorder(crossing: Crossing): Promise<Record<BorderPaper, number>> {
  const { line, cast, importer, declaration, declared } = crossing
  const { exporter, customs, partnerCustoms } = cast
  line.title('The other side of the border declares the same goods')
  const ucr = declaration.ucr ?? UCR
  const referred = { ...declaration, ucr }
  const list = packingList(referred, Date.now())
  const packed = await filed(exporter, 'customs.packing-list', [customs.urn, importer.urn], list)
  const wrong = partnerImport(referred, WRONG_PACKAGES, Date.now())
  const imported = await filed(importer, 'customs.wco-declaration', [partnerCustoms.urn, customs.urn], wrong)
  line.check(`${importer.name} declares the import in the WCO Data Model: ${wrong.id}`, true)

  line.title('Export and import declaration and packing list, compared')
  const report = matchDocuments({ exportDeclaration: declaration, importDeclaration: wrong, packingList: list })
  const { verdict, score, agreed, compared, mismatches } = report
  line.check(`${verdict}, score ${score}: ${agreed} of ${compared} comparisons agree`, verdict === 'mismatch')
  for (const one of mismatches) line.tell(`${one.hard ? 'hard' : 'soft'}, ${one.rule}: ${explainDifference(one, 'en')}`)
  const seeded = mismatches.every(({ field, right }) => field === 'packages' || right.value === WRONG_PACKAGES)
  line.check(
    'every mismatch is the number of packages, and nothing else is called one',
    mismatches.length > 0 && seeded,
  )
  for (const one of mismatches.slice(0, 1)) line.tell(explainDifference(one, 'zh'))

  const documents = [
    asNamed('exportDeclaration', declared),
    asNamed('importDeclaration', imported.message),
    asNamed('packingList', packed.message),
  ]
  const to = [exporter.urn, partnerCustoms.urn]
  const body: CustomsMatch = { ucr, documents, report }
  const kinder = { ...body, report: { ...report, verdict: 'match' as const, score: 100, mismatches: [] } }
  const refused = await customs.send({ kind: MATCH, to, body: kinder })
  const found = refused.outcome === 'refused' ? refused.problem.findings?.[0]?.code : 'accepted'
  line.check(`a report that leaves the mismatch out is not taken: ${found}`, found === 'MATCH_DIFFERS')
  const [answer, tookMs] = await line.timed(() => customs.send({ kind: MATCH, to, body }))
  const matched = accepted(answer)
  line.check(
    `${customs.name} puts the report on record; the hub has worked it out again in ${milliseconds(tookMs)}`,
    true,
  )
  return { packing: packed.index, imported: imported.index, matched }
}

async function filed(
  from: Actor,
  kind: string,
  to: string[],
  body: object,
): Promise<{ index: number; message: ComposedMessage }> {
  const message = await from.compose({ kind, to, body })
  return { index: accepted(await from.client.submit(message)), message }
}

const PAYMENT = 'customs.goods-payment'
const TOTAL = '70200.00'
const CURRENCY = 'USD'

/** 付汇核验: imported goods are paid for through the first bank; the second is refused, told nothing of the first, and the regulator knows. */
export async function payForImport(crossing: Crossing, serial = 712): Promise<Record<'paid' | 'unpaid', number>> {
  const { line, cast, foreignExchange, evidence } = crossing
  const { exporter: trader, customs, bank, secondBank } = cast
  line.title('Goods come in, and are paid for once')
  const fruit = fruitImport(Date.now(), serial)
  await filed(trader, 'customs.declaration', [customs.urn], fruit)
  await filed(customs, 'customs.release', [trader.urn], release(fruit, Date.now()))
  line.check(`${trader.name} declares the import ${fruit.entryId}, ${CURRENCY} ${TOTAL}; customs releases it`, true)
  await checkBeforePaying(crossing, fruit, 'USD 70200.00 to pay', TOTAL)

  const [paymentId, otherId] = ['BANYAN-FX-0001', 'OSMANTHUS-FX-77'] as const
  const reserve = (id: string) => reservation(fruit, { paymentId: id, amount: TOTAL }, Date.now())
  accepted(await bank.send({ kind: PAYMENT, to: [], body: reserve(paymentId) }))
  const paid = accepted(await bank.send({ kind: PAYMENT, to: [], body: payment(paymentId) }))
  line.check(`${bank.name} reserves ${CURRENCY} ${TOTAL} against it and pays`, true)
  await checkBeforePaying(crossing, fruit, 'nothing to pay', '0.00')

  const answer = await secondBank.send({ kind: PAYMENT, to: [], body: reserve(otherId) })
  const problem = answer.outcome === 'refused' ? answer.problem : undefined
  line.check(
    `${secondBank.name} would pay it again: ${problem?.code ?? 'accepted'}, with a receipt of it`,
    problem?.code === 'BALANCE_INSUFFICIENT' && problem.receipt !== undefined,
    problem?.detail,
  )
  if (problem?.refusal === undefined) throw new Error('the second payment was to be refused by a journaled refusal')
  const { index: unpaid } = problem.refusal
  await foreignExchange.find('the refused payment at the regulator', ({ index }) => index === unpaid)
  line.check('the regulator of foreign exchange is told: hub.refusal in its feed', true)
  const { verdict, bytes } = await evidence.exhibit(await evidence.keep(secondBank.client, unpaid, 'unpaid'))
  line.check(`unpaid.json: ${verdictLine(verdict)}, proof of the refusal`, verdict.verdict === 'verified')
  line.check('it does not name the first bank', !namesAnywhere(bytes, [bank.urn, bank.name, 'BANYAN']))
  return { paid, unpaid }
}

/** The bank asks what is left to be paid, showing what a holder of the declaration has. */
async function checkBeforePaying(
  { line, cast, trust }: Crossing,
  { entryId, tradeCoScc }: CustomsDeclaration,
  says: string,
  remaining: string,
): Promise<void> {
  const shown = { consignee: tradeCoScc, declared: { amount: TOTAL, currency: CURRENCY } }
  const asked = { enquiry: 'customs.payable', v: 1, question: { entryId, shown } }
  const { proof } = await enquire(cast.bank.client, asked, trust)
  const { verdict, facts } = proof.attestation ?? { verdict: 'none', facts: {} }
  line.check(
    `${cast.bank.name} asks what is left to pay: ${verdict}, ${says}, signed by the hub`,
    proof.proof === 'verified' &&
      verdict === 'yes' &&
      JSON.stringify(facts).includes(`"remaining":{"amount":"${remaining}"`),
  )
}
