// The story of two hubs: one in China, one in Vietnam, joined by lanes. Bodies stay at home unless a lane gives a ground for what is in
// them; each delivery abroad is in the register of exports; what was kept long enough is withdrawn, and the proofs stay.
import { join } from 'node:path'
import type { LedgerDelivery } from '../../../schemas/types.d.ts'
import type { ShownPacket } from '../../crosschain/shown.ts'
import type { FeedItem } from '../feed-item.ts'
import type { ShownExport } from '../hub-client.ts'
import { exportLines } from '../verbs/export-register.ts'
import { HubProblem } from '../hub-problem.ts'
import { EvidenceFolder } from './evidence.ts'
import { accepted, verdictLine } from './marks.ts'
import type { Actor } from './stage.ts'
import { milliseconds, type Timeline } from './timeline.ts'
import { checkForgeries } from './two-hubs-forgeries.ts'
import { KEPT_S, openLanes } from './two-hubs-lanes.ts'
import { papersOf, type Papers } from './two-hubs-papers.ts'
import type { TwoHubsStage } from './two-hubs-stage.ts'
import { contentsOf, rawHolds } from './two-hubs-stores.ts'
import { until } from './until.ts'

interface Told {
  stage: TwoHubsStage
  line: Timeline
  papers: Papers
  evidence: Record<'cn' | 'vn', EvidenceFolder>
}

/** A message that went over: its entry at home, and the item by which the other side was told. */
interface Crossed {
  index: number
  item: FeedItem
  delivery: LedgerDelivery
  packet: ShownPacket
}

/** Plays the story; both hubs are closed in the end. What does not hold is in the timeline; what cannot go on is thrown. */
export async function twoHubs(stage: TwoHubsStage, dir: string, line: Timeline): Promise<void> {
  const folder = (hub: 'cn' | 'vn') => new EvidenceFolder(join(dir, 'bundles', hub), stage.hubs[hub].trustFile)
  const told: Told = { stage, line, papers: papersOf(Date.now()), evidence: { cn: folder('cn'), vn: folder('vn') } }
  await openLanes(stage, line)
  await checkForgeries(
    line,
    stage.hubs.cn,
    stage.at('cn', 'hanoi-operator'),
    stage.hubs.vn,
    stage.at('vn', 'hub-operator'),
  )
  const declared = await declare(told)
  const invoiced = await invoice(told)
  await askForMore(told, invoiced)
  const paid = await pay(told)
  await prove(told, { declared, invoiced, paid })
  await withdraw(told, { declared, paid })
  const registers = { cn: await printRegister(told, 'cn'), vn: await printRegister(told, 'vn') }
  checkRegisters(told, registers, [declared, invoiced, paid])
  line.title('What the data of the hub in Vietnam hold')
  const codes = await stage.close()
  line.check(
    'both hubs closed in good order',
    codes.every((code) => code === 0),
    `exit ${codes.join(', ')}`,
  )
  await checkStores(told)
}

async function declare(told: Told): Promise<Crossed> {
  const { stage, line, papers } = told
  const exporter = stage.at('cn', 'guangxi-exporter')
  const [customs, partner] = [stage.at('cn', 'nanning-customs'), stage.at('vn', 'vietnam-customs')]
  line.title('With a ground for some of it: the declaration')
  const what = { kind: 'customs.declaration', to: [customs.urn, partner.urn], body: papers.declaration }
  const crossed = await cross(told, exporter, partner, what)
  const { viewed, message, export: entered } = crossed.delivery
  const shown = JSON.stringify(viewed ?? null)
  line.check(
    `${partner.name} is told at its own hub: view ${entered.view}, signed by the hub in China; ${entered.classes.join(', ')} shown, ${entered.withheld.join(', ')} not`,
    message === undefined && shown.includes(papers.goods) && !shown.includes(papers.secrets.declaration),
  )
  // Kept at once: the time after which it is withdrawn is running.
  await told.evidence.cn.keep(exporter.client, crossed.index, 'declaration')
  return crossed
}

async function invoice(told: Told): Promise<Crossed> {
  const { stage, line, papers } = told
  const exporter = stage.at('cn', 'guangxi-exporter')
  const [importer, bank] = [stage.at('vn', 'hanoi-importer'), stage.at('cn', 'nanning-bank')]
  line.title('Without a ground: the invoice')
  const what = { kind: 'tradefinance.invoice', to: [importer.urn, bank.urn], body: papers.invoice }
  const crossed = await cross(told, exporter, importer, what)
  const { viewed, message, export: entered } = crossed.delivery
  line.check(
    `${importer.name} is told that there is an invoice of ${entered.message.from}, and its commitment: nothing of it has left`,
    entered.form === 'commitment' && !viewed && !message && entered.classes.length === 0,
  )
  return crossed
}

/** Whoever was told of the commitment asks for the rest, at each door there is. */
async function askForMore({ stage, line, papers }: Told, { index, delivery }: Crossed): Promise<void> {
  const there = stage.at('cn', 'hanoi-importer')
  const asked = JSON.stringify(await there.client.entry(index))
  line.check(
    'it asks the hub in China itself: that there is a message, and nothing of its body',
    asked.includes('"view":"abroad"') && !asked.includes(papers.invoice.invoiceNumber),
  )
  const code = await there.client.bundle(index).then(
    () => 'given',
    (error: unknown) => (error instanceof HubProblem ? error.problem.code : String(error)),
  )
  line.check(`it asks for the evidence bundle: ${code}`, code === 'READ_NOT_PERMITTED')
  const { packet } = delivery.export
  const given = await fetchAs(
    stage.at('cn', 'hanoi-operator'),
    `/v1/lanes/${packet.lane}/deliveries/${packet.sequence}`,
  )
  line.check(`its hub asks again for what is handed over: ${given}`, given === '{"form":"commitment"}')
}

async function pay(told: Told): Promise<Crossed> {
  const { stage, line, papers } = told
  const [payer, payee] = [stage.at('vn', 'hanoi-bank'), stage.at('cn', 'nanning-bank')]
  line.title('The answer, with a ground for all of it: the payment')
  const what = { kind: 'fx.payment', to: [payee.urn], body: papers.payment, type: 'application/xml' }
  const crossed = await cross(told, payer, payee, what)
  line.check(
    `${payee.name} has it at its own hub: the XML as ${payer.name} signed it, the signature checked again`,
    crossed.delivery.message?.body === papers.payment.toString('base64url'),
  )
  await told.evidence.cn.keep(payee.client, crossed.item.index, 'payment')
  return crossed
}

/** Sends at one hub, and follows it to the reader at the other and back. */
async function cross({ line }: Told, from: Actor, to: Actor, what: Parameters<Actor['send']>[0]): Promise<Crossed> {
  const startMs = performance.now()
  const index = accepted(await from.send(what))
  const item = await until(`the delivery of ${what.kind}`, async () => {
    const { items } = await to.client.feed({ kinds: ['ledger.delivery'], limit: 1_000 })
    return items.find(
      (one) => bodyOf(one)?.export.message.index === index && bodyOf(one)?.export.message.kind === `${what.kind}/1`,
    )
  })
  const arrivedMs = performance.now() - startMs
  const packet = await until(`the receipt of ${what.kind}`, async () => {
    const { relayed } = await from.client.relayed(index)
    return relayed.find(({ state, receipt }) => state !== 'sent' && receipt !== undefined)
  })
  line.check(
    `${from.name} sends ${what.kind}, entry ${index}; over the lane as entry ${item.index} of the other hub after ${milliseconds(arrivedMs)}; receipt proved back, entry ${packet.receipt}, after ${milliseconds(performance.now() - startMs)}`,
    packet.state === 'delivered' && packet.assurance === 'proof',
    `state ${packet.state}`,
  )
  return { index, item, delivery: bodyOf(item)!, packet }
}

function bodyOf({ message }: FeedItem): LedgerDelivery | undefined {
  return message && (JSON.parse(Buffer.from(message.body, 'base64url').toString()) as LedgerDelivery)
}

type All = Record<'declared' | 'invoiced' | 'paid', Crossed>

async function prove({ stage, line, evidence }: Told, { declared, invoiced }: All): Promise<void> {
  line.title('The evidence, read again from disk and verified offline')
  const authority = { cn: stage.at('cn', 'vn-register-office'), vn: stage.at('vn', 'cn-register-office') }
  const exporter = stage.at('cn', 'guangxi-exporter')
  const files = [
    ['cn', join(evidence.cn.folder, 'declaration.json'), 'receipt'],
    ['cn', await evidence.cn.keep(exporter.client, declared.packet.entry, 'declaration-export'), 'receipt'],
    ['cn', await evidence.cn.keep(authority.cn.client, declared.packet.receipt!, 'declaration-receipt'), 'ledger'],
    [
      'vn',
      await evidence.vn.keep(stage.at('vn', 'vietnam-customs').client, declared.item.index, 'declaration-view'),
      'ledger',
    ],
    [
      'vn',
      await evidence.vn.keep(stage.at('vn', 'hanoi-importer').client, invoiced.item.index, 'invoice-commitment'),
      'ledger',
    ],
    ['cn', join(evidence.cn.folder, 'payment.json'), 'ledger'],
  ] as const
  for (const [hub, file, link] of files) {
    const { verdict } = await evidence[hub].exhibit(file, [link])
    const shown = verdict.links.find((one) => one.link === link)
    line.check(
      `${hub}/${file.split('/').at(-1)}: ${verdictLine(verdict)}; ${shown?.detail}`,
      verdict.verdict === 'verified',
    )
  }
}

/** The time agreed on is over: at home and abroad the bodies go, and what was proved stays proved. */
async function withdraw(
  { stage, line, evidence }: Told,
  { declared, paid }: Pick<All, 'declared' | 'paid'>,
): Promise<void> {
  line.title(`Retention: ${KEPT_S} seconds after it went over`)
  const exporter = stage.at('cn', 'guangxi-exporter')
  const bank = stage.at('cn', 'nanning-bank')
  const gone = (actor: Actor, index: number) =>
    until(`the end of entry ${index}`, async () =>
      (await actor.client.entry(index))['withheld'] === 'erased' ? true : undefined,
    )
  await gone(exporter, declared.index)
  line.check(
    `the declaration is withdrawn at the hub in China, where it came from: entry ${declared.index} is erased`,
    true,
  )
  await gone(bank, paid.item.index)
  line.check(
    `the payment is withdrawn at the hub in China, where it was delivered: entry ${paid.item.index} is erased`,
    true,
  )
  const kept = await evidence.cn.exhibit(join(evidence.cn.folder, 'declaration.json'))
  line.check(`the bundle made before: ${verdictLine(kept.verdict)}`, kept.verdict.verdict === 'verified')
  const owner = stage.at('cn', 'vn-register-office')
  const [packet] = (await owner.client.packets(paid.packet.lane)).packets
  const shown = await evidence.cn.exhibit(await evidence.cn.keep(owner.client, packet!.entry, 'payment-packet'), [
    'ledger',
  ])
  line.check(
    `the proof that there was a payment, asked for now: ${verdictLine(shown.verdict)}`,
    shown.verdict.verdict === 'verified' && packet!.message === paid.packet.message,
  )
  const proof = await evidence.cn.keep(exporter.client, declared.packet.entry, 'declaration-export-after')
  const { verdict } = await evidence.cn.exhibit(proof)
  line.check(`the proof that it went abroad, asked for now: ${verdictLine(verdict)}`, verdict.verdict === 'verified')
}

async function printRegister({ stage, line }: Told, hub: 'cn' | 'vn'): Promise<ShownExport[]> {
  const reader = hub === 'cn' ? stage.at('cn', 'fx-supervision') : stage.at('vn', 'vn-supervision')
  line.title(`The register of exports of ${stage.hubs[hub].hub}, read by ${reader.name}`)
  const { exports } = await reader.client.exports()
  for (const one of exports) for (const text of exportLines(one)) line.tell(text)
  return exports
}

/** The register says what has crossed, no more and no less. */
function checkRegisters({ line }: Told, { cn, vn }: Record<'cn' | 'vn', ShownExport[]>, crossed: Crossed[]): void {
  const said = (exports: ShownExport[]): string[] => exports.map(({ export: one }) => JSON.stringify(one)).toSorted()
  const had = (from: 'cn' | 'vn'): string[] =>
    crossed
      .map(({ delivery }) => delivery.export)
      .filter(({ message }) => message.from.split(':')[2] === from)
      .map((one) => JSON.stringify(one))
      .toSorted()
  line.check(
    `${cn.length} exports from China, and the hub in Vietnam was told the same of each`,
    said(cn).join() === had('cn').join() && cn.length === 2,
  )
  line.check(
    `${vn.length} export from Vietnam, and the hub in China was told the same of it`,
    said(vn).join() === had('vn').join() && vn.length === 1,
  )
}

/** Contents are encrypted at rest, so they are opened with the hub's own keys. */
async function checkStores({ stage, line, papers }: Told): Promise<void> {
  const [home, abroad] = [await contentsOf(stage.hubs.cn), await contentsOf(stage.hubs.vn)]
  const { declaration, invoice: billed } = papers.secrets
  const holds = (texts: string[], word: string): boolean => texts.some((text) => text.includes(word))
  line.check('the invoice is at home: the search finds its word there', holds(home, billed))
  line.check(`the declared goods are in Vietnam: the search finds ${papers.goods} there`, holds(abroad, papers.goods))
  for (const [what, word] of [
    ['the invoice', billed],
    ['the names and prices of the declaration', declaration],
  ] as const)
    line.check(
      `${what}: no entry in Vietnam holds the word, opened with its own keys, nor does any file`,
      !holds(abroad, word) && !rawHolds(join(stage.hubs.vn.dir, 'data'), word),
    )
  line.check('the declaration is erased at home: its word is in no entry there any more', !holds(home, declaration))
}

async function fetchAs({ client }: Actor, path: string): Promise<string> {
  const headers = { authorization: `Bearer ${await client.token('api')}` }
  return (await fetch(`${client.url}${path}`, { headers })).text()
}
