// The story of one consignment: declared, released, pushed to those concerned, financed once and not twice, answered, invoiced, paid, proved.
import { carry, checkSupervision, connectLedgers, loseValidator } from './across-ledgers.ts'
import * as documents from './documents.ts'
import { anchorChanged, type EvidenceFolder, forged } from './evidence.ts'
import { checkWhole, type Desk } from './check-whole.ts'
import { loseAppender } from './lost-process.ts'
import { matchAtTheBorder, payForImport } from './border-crossing.ts'
import { accepted, namesAnywhere, sharedStrings, verdictLine } from './marks.ts'
import { checkBeforeLending, type Paper, type Papers, tradePapers } from './trade-papers.ts'
import type { Actor, Stage } from './stage.ts'
import type { ShownPacket } from '../../crosschain/shown.ts'
import { milliseconds, type Timeline } from './timeline.ts'
import type { Watcher } from './watcher.ts'
import type { ComposedMessage } from '../compose.ts'
import type { FeedItem } from '../feed-item.ts'

interface Told extends Papers {
  partner: Watcher
  supervision: Watcher
  evidence: EvidenceFolder
}

const FINANCING = 'tradefinance.financing'
/** What everything about these goods is joined by. */
const UCR = '6CN450100MA5EXAMP19-4711'
const TOTAL = '320000.00'
const ANCHOR_WITHIN_MS = 60_000
const ANSWER_WITHIN_MS = 3_600_000
const TERMS = { amount: '256000.00', currency: 'USD' }

/** Plays the story. What does not hold is in the timeline; what cannot go on is thrown. */
export async function consignment(stage: Stage, evidence: EvidenceFolder, line: Timeline): Promise<void> {
  const { cast } = stage
  const told: Told = {
    line,
    cast,
    evidence,
    partner: cast.partnerCustoms.watch('desk'),
    supervision: stage.actor('customs-supervision').watch('desk'),
    foreignExchange: stage.actor('fx-supervision').watch('desk'),
    exporterDesk: cast.exporter.watch('desk'),
    bankDesk: cast.bank.watch('desk'),
    payingBank: stage.actor('hanoi-bank'),
    payingDesk: stage.actor('hanoi-bank').watch('desk'),
    importer: stage.actor('hanoi-importer'),
    trust: evidence.trust(),
    declaration: { ...documents.electronics(Date.now(), 4711), ucr: UCR },
  }
  try {
    const across = await connectLedgers(stage, line)
    const authorities = { home: stage.authority('cn-register-office'), abroad: stage.authority('vn-register-office') }
    const { index: declared, item, message } = await declare(told)
    const { lanes } = across.ledgers
    line.title('The declaration goes over to the partner country\u2019s ledger')
    let back: ShownPacket | undefined
    const there = await carry(across, cast.exporter, lanes.there, 'customs.declaration/1', { index: declared, message })
    const released = await letGo(told)
    const crossing = { ...told, declared: message }
    const { matched } = await matchAtTheBorder(crossing)
    const financed = await finance(told)
    if (stage.processes) await loseAppender(stage, stage.processes, told.partner, line)
    const refused = await refuse(told)
    await cannotTell(told)
    const { unpaid } = await payForImport(crossing)
    const papers = await tradePapers(told, item, async (sent) => {
      line.title('The answer comes back over the ledgers, with one validator down')
      await loseValidator(across)
      back = await carry(across, cast.partnerCustoms, lanes.back, 'customs.response/1', sent)
    })
    await showCase(told)
    await prove(told, { declared, released, financed, refused, matched, unpaid, ...papers })
    await proveLedgers(told, { there, back: back! }, authorities, declared, cast.exporter)
    await checkSupervision(across)
    if (stage.processes) await checkWhole(stage.processes, desksOf(stage, told), line)
  } finally {
    const { partner, supervision, foreignExchange, exporterDesk, bankDesk, payingDesk } = told
    const desks = [partner, supervision, foreignExchange, exporterDesk, bankDesk, payingDesk]
    await Promise.all(desks.map((watcher) => watcher.close()))
  }
}

const desksOf = ({ actor, cast }: Stage, told: Told): Desk[] => [
  { actor: cast.partnerCustoms, watcher: told.partner },
  { actor: actor('customs-supervision'), watcher: told.supervision },
  { actor: actor('fx-supervision'), watcher: told.foreignExchange },
  { actor: cast.exporter, watcher: told.exporterDesk },
  { actor: cast.bank, watcher: told.bankDesk },
  { actor: told.payingBank, watcher: told.payingDesk },
]

async function declare({
  line,
  cast,
  partner,
  supervision,
  declaration,
}: Told): Promise<{ index: number; item: FeedItem; message: ComposedMessage }> {
  const { exporter, customs, partnerCustoms } = cast
  const kind = 'customs.declaration'
  line.title('The declaration')
  const dueMs = Date.now() + ANSWER_WITHIN_MS
  const message = await exporter.compose({ kind, to: [customs.urn, partnerCustoms.urn], body: declaration, dueMs })
  const [answer, tookMs] = await line.timed(() => exporter.client.submit(message))
  const answeredMs = performance.now()
  const index = accepted(answer)
  line.check(`${exporter.name} declares ${declaration.entryId}, USD ${TOTAL}, signed ${exporter.alg}`, true)
  line.tell(`taken in ${milliseconds(tookMs)}: entry ${index}, receipt signed by the hub`)

  const pushed = await partner.find('the declaration at the partner customs', (item) => item.kind === kind)
  const asSigned =
    pushed.item.message?.payload === message.envelopeBytes.toString('base64url') &&
    pushed.item.message.body === message.body.toString('base64url')
  line.check(
    `pushed to ${partnerCustoms.name} ${after(pushed.atMs - answeredMs)}: the bytes that were signed`,
    asSigned,
  )

  const { item, atMs } = await supervision.find('the declaration at the regulator', (one) => one.kind === kind)
  const shown = JSON.stringify(item.viewed?.body ?? null)
  const { gName, declTotal } = declaration.items[0]!
  const masked = item.message === undefined && ![declTotal, declaration.tradeName].some((text) => shown.includes(text))
  line.check(
    `pushed to the regulator ${after(atMs - answeredMs)}: view ${item.view}, goods shown, prices and names not`,
    masked && shown.includes(gName),
  )

  const again = await exporter.client.submit(message)
  const same =
    again.outcome === 'accepted' &&
    answer.outcome === 'accepted' &&
    again.duplicate &&
    again.receipt.payload === answer.receipt.payload
  line.check('the same message again: known already, the first receipt comes again', same)
  return { index, item: pushed.item, message }
}

async function letGo({ line, cast, partner, declaration }: Told): Promise<number> {
  const { customs, exporter, partnerCustoms } = cast
  const kind = 'customs.release'
  line.title('The release')
  const body = documents.release(declaration, Date.now())
  const [answer, tookMs] = await line.timed(() => customs.send({ kind, to: [exporter.urn, partnerCustoms.urn], body }))
  const answeredMs = performance.now()
  const index = accepted(answer)
  line.check(`${customs.name} releases it, signed ${customs.alg}: taken in ${milliseconds(tookMs)}`, true)
  const pushed = await partner.find('the release at the partner customs', (item) => item.kind === kind)
  line.check(`pushed to ${partnerCustoms.name} ${after(pushed.atMs - answeredMs)}`, pushed.item.index === index)
  return index
}

async function finance(told: Told): Promise<number> {
  const { line, cast, declaration } = told
  const { bank } = cast
  const applicationId = 'BANYAN-0001'
  line.title('The financing')
  await checkBeforeLending(told, TOTAL)
  const body = documents.application(declaration, { ...TERMS, applicationId }, Date.now())
  const [answer, tookMs] = await line.timed(() => bank.send({ kind: FINANCING, to: [], body }))
  const index = accepted(answer)
  line.check(`${bank.name} finances USD ${TERMS.amount}, 80 %: checked and reserved in ${milliseconds(tookMs)}`, true)
  accepted(await bank.send({ kind: FINANCING, to: [], body: documents.confirmation(applicationId) }))
  line.check(`${bank.name} confirms it`, true)
  return index
}

async function refuse({ line, cast, foreignExchange, declaration }: Told): Promise<number> {
  const { secondBank } = cast
  const body = documents.application(declaration, { ...TERMS, applicationId: 'OSMANTHUS-77' }, Date.now())
  const [answer, tookMs] = await line.timed(() => secondBank.send({ kind: FINANCING, to: [], body }))
  const answeredMs = performance.now()
  const problem = answer.outcome === 'refused' ? answer.problem : undefined
  line.check(
    `${secondBank.name} offers the same: ${problem?.code ?? 'accepted'} in ${milliseconds(tookMs)}, with a receipt of it`,
    problem?.code === 'BALANCE_INSUFFICIENT' && problem.receipt !== undefined,
    problem?.detail,
  )
  if (problem?.refusal === undefined) throw new Error('the second bank was to be refused by a journaled refusal')
  const { index } = problem.refusal
  const alarm = await foreignExchange.find('the refusal at the regulator', (item) => item.kind === 'hub.refusal')
  line.check(
    `the regulator is told ${after(alarm.atMs - answeredMs)}: hub.refusal in its feed`,
    alarm.item.index === index,
  )
  return index
}

async function cannotTell({ line, cast, declaration }: Told): Promise<void> {
  const entryId = documents.entryIdOf(declaration.customMaster, Date.now(), 999_999_999)
  const never = { ...declaration, entryId }
  const body = documents.application(never, { ...TERMS, applicationId: 'BANYAN-0002' }, Date.now())
  const answer = await cast.bank.send({ kind: FINANCING, to: [], body })
  const code = answer.outcome === 'refused' ? answer.problem.code : 'accepted'
  line.check(`a declaration this hub never saw: ${code}, "cannot tell" and not "no"`, code === 'NOT_KNOWN_HERE')
}

/** One consignment reference, everything said under it, and both sides' state of it. */
async function showCase({ line, cast }: Told): Promise<void> {
  const { customs, partnerCustoms } = cast
  line.title(`The case ${UCR}`)
  for (const { name, client } of [customs, partnerCustoms]) {
    const { items, states } = await client.case(UCR)
    const said = states.map(({ of, state }) => `${of} ${state}`).join(', ')
    const kinds = new Set(items.map(({ kind }) => kind))
    line.check(
      `${name} sees ${items.length} entries of it: ${said}`,
      ['customs.declaration', 'customs.release', 'customs.wco-declaration', 'customs.match', 'customs.response'].every(
        (kind) => kinds.has(kind),
      ),
    )
  }
}

type Indexes = Record<'declared' | 'released' | 'financed' | 'refused' | 'matched' | 'unpaid' | Paper, number>

async function prove({ line, cast, evidence, declaration, payingBank }: Told, index: Indexes): Promise<void> {
  const { exporter, customs, partnerCustoms, bank, secondBank } = cast
  line.title('The evidence, read again from disk and verified offline')
  const files = {
    declaration: await evidence.keep(exporter.client, index.declared, 'declaration'),
    release: await evidence.keep(customs.client, index.released, 'release'),
    financing: await evidence.keep(bank.client, index.financed, 'financing'),
    refusal: await evidence.keep(secondBank.client, index.refused, 'refusal'),
    match: await evidence.keep(customs.client, index.matched, 'match'),
    unpaid: await evidence.keep(secondBank.client, index.unpaid, 'unpaid'),
    response: await evidence.keep(partnerCustoms.client, index.response, 'response'),
    invoice: await evidence.keep(exporter.client, index.invoice, 'invoice'),
    payment: await evidence.keep(payingBank.client, index.payment, 'payment'),
    status: await evidence.keep(bank.client, index.status, 'status'),
  }
  for (const [name, file] of Object.entries(files)) {
    const { verdict, bytes } = await evidence.exhibit(file)
    const sound = verdict.links.filter(({ state }) => state === 'ok').length
    line.check(
      `${name}.json: ${verdictLine(verdict)}, ${sound} links sound, ${bytes.length} bytes`,
      verdict.verdict === 'verified',
    )
  }
  const { declTotal } = declaration.items[0]!
  const { bytes: declared } = await evidence.exhibit(files.declaration)
  const verdict = await evidence.verify(forged(declared, declTotal, `9${declTotal.slice(1)}`))
  line.check(`the declaration with another amount: ${verdictLine(verdict)}`, verdict.verdict === 'refused')
  const { bytes: refusal } = await evidence.exhibit(files.refusal)
  const { bytes: financing } = await evidence.exhibit(files.financing)
  const names = [bank.urn, bank.name, 'BANYAN']
  // The financing shows that the search would find the names if they were there.
  const silent = namesAnywhere(financing, names) && !namesAnywhere(refusal, names)
  line.check('the refused bank\u2019s bundle does not name the first bank', silent)
  const shared = sharedStrings(financing, refusal)
  line.check('nor does any string of the first bank\u2019s bundle occur in it', shared.length === 0, shared.join(', '))
}

/** What the ledgers themselves show, offline: both packets, both receipts, and the anchor of the log. */
async function proveLedgers(
  { line, evidence }: Told,
  packets: Record<'there' | 'back', ShownPacket>,
  authorities: Record<'home' | 'abroad', Actor>,
  declared: number,
  exporter: Actor,
): Promise<void> {
  line.title('The ledgers, verified offline')
  const files = {
    packet: await evidence.keep(authorities.home.client, packets.there.entry, 'packet'),
    'packet-receipt': await evidence.keep(authorities.abroad.client, packets.there.receipt!, 'packet-receipt'),
    'answer-packet': await evidence.keep(authorities.abroad.client, packets.back.entry, 'answer-packet'),
    'answer-receipt': await evidence.keep(authorities.home.client, packets.back.receipt!, 'answer-receipt'),
  }
  for (const [name, file] of Object.entries(files)) {
    const { verdict } = await evidence.exhibit(file, ['ledger'])
    const link = verdict.links.find((one) => one.link === 'ledger')
    line.check(`${name}.json: ${verdictLine(verdict)}; ${link?.detail}`, verdict.verdict === 'verified')
  }
  const file = await anchored(evidence, exporter, declared)
  const { verdict, bytes } = await evidence.exhibit(file, ['anchor'])
  const link = verdict.links.find((one) => one.link === 'anchor')
  line.check(
    `anchored.json, with --require anchor: ${verdictLine(verdict)}; ${link?.detail}`,
    verdict.verdict === 'verified',
  )
  const changed = await evidence.verify(anchorChanged(bytes), ['anchor'])
  line.check(`with one character of the anchor changed: ${verdictLine(changed)}`, changed.broken?.link === 'anchor')
}

/** The log is anchored every so often: the bundle is asked for again until its checkpoint stands on the ledger. */
async function anchored(evidence: EvidenceFolder, { client }: Actor, index: number): Promise<string> {
  for (const giveUpAt = performance.now() + ANCHOR_WITHIN_MS; ; ) {
    const file = await evidence.keep(client, index, 'anchored')
    const { verdict } = await evidence.exhibit(file)
    if (verdict.links.some(({ link, state }) => link === 'anchor' && state === 'ok')) return file
    if (performance.now() > giveUpAt) throw new Error('no anchor came')
    await new Promise((wake) => setTimeout(wake, 500))
  }
}

/** A push may overtake the answer to the sender. */
const after = (ms: number): string =>
  ms < 0 ? `${milliseconds(-ms)} before the sender had its answer` : `${milliseconds(ms)} after the answer`
