// customs.ecommerce-list: the clearance list of one order. It stands on the order, its payment and its parcel, which must agree with it and
// with one another; an import takes its value of the buyer's year.
import {
  fromTime,
  nothingWanted,
  readSchemaFile,
  type AccountMove,
  type Finding,
  type HeadKey,
  type Judgement,
  type JudgeViews,
  type MessageKind,
  type Move,
  type PartyUrn,
  type ValidMessage,
  refused,
} from '../../hub/index.ts'
import type { EcommerceList } from '../../../schemas/types.d.ts'
import { filedAt } from '../authority.ts'
import { finding as customsFinding } from '../codes.ts'
import { checkOwnNumbers } from '../own-numbers.ts'
import { shanghaiDay } from '../shanghai-day.ts'
import { actorOf, actorsOn, claimTold, customsAmong, tellMoves } from '../told.ts'
import { finding } from './codes.ts'
import { checkEnvelopeRef } from './identity.ts'
import { yearLimit } from './limits.ts'
import { annualKey, filedList, isOver, listKey, readListHead } from './list-head.ts'
import { matchList, type ThreeDocuments } from './list-match.ts'
import { checkList, dutiableFen, isFullTax } from './list-rules.ts'
import { DOCUMENT } from './order.ts'
import { isTold, logisticsKey, movedPaper, orderKey, paidKey, readPaper, type Paper, type PaperName } from './papers.ts'
import { paymentKind, paymentOf } from './payment.ts'

const NAMES = ['order', 'payment', 'logistics'] as const

export const listKind: MessageKind<EcommerceList> = {
  ...DOCUMENT,
  name: 'customs.ecommerce-list',
  senders: ['broker', 'trader', 'logistics', 'platform'],
  schema: readSchemaFile('customs/ecommerce-list.v1.json'),
  check: checkList,
  async judge(message, views) {
    const { envelope, body } = message
    const customs = customsAmong(envelope.to, views.register.party(actorOf(message))?.country, views.register)
    const findings =
      customs.length === 1 ? [] : [customsFinding('DECLARING_CUSTOMS_MISSING', '', { count: customs.length })]
    // Who files for another names itself or the other as the declarant.
    const parties = [...new Set([actorOf(message), message.authentic.sender])]
    findings.push(...checkOwnNumbers(views.register, parties, [['/agentCode', body.agentCode]]))
    findings.push(...checkEnvelopeRef(message, body.buyerIdNumber))
    findings.push(...checkDay(body, fromTime(envelope.created)!))
    const papers = await findPapers(message, views)
    findings.push(...missing(papers, customs[0]))
    if (findings.length > 0) return { ...nothingWanted(), findings }
    return judgeComplete(message, customs[0]!, papers as Record<PaperName, Paper>, views)
  },
}

/** The day of an import decides the year: it is the day in China on which the list was signed. */
function checkDay({ ieFlag, declTime }: EcommerceList, signedMs: number): Finding[] {
  const expected = shanghaiDay(signedMs)
  if (ieFlag !== 'I' || declTime === expected) return []
  return [finding('LIST_DAY_DIFFERS', '/declTime', { declared: declTime!, expected })]
}

type Papers = Record<PaperName, Paper | undefined>

/** The three documents as far as they are there for the sender: what it was not told of does not exist for it. */
async function findPapers(
  { envelope, authentic, body }: ValidMessage<EcommerceList>,
  views: JudgeViews,
): Promise<Papers> {
  const { ebpCode, orderNo, logisticsCode, logisticsNo } = body
  const read: ReadPaper = async (key) => {
    const paper = key === undefined ? undefined : await readPaper(views, key)
    const isThere = paper !== undefined && paper.state !== 'withdrawn'
    return isThere && isTold(paper, authentic.sender, envelope.for) ? paper : undefined
  }
  const order = await read(orderKey(views, ebpCode, orderNo))
  return {
    order,
    payment: order && (await findPayment(order, body, views, read)),
    logistics: await read(logisticsKey(views, logisticsCode, logisticsNo)),
  }
}

type ReadPaper = (key: HeadKey | undefined) => Promise<Paper | undefined>

/** An order is paid at the institution it names or was told to: what any other files for it is no payment of it. */
async function findPayment(
  { payer, told }: Paper,
  { ebpCode, orderNo }: EcommerceList,
  views: JudgeViews,
  read: ReadPaper,
): Promise<Paper | undefined> {
  for (const institution of payer === undefined ? told : [payer]) {
    if (!paymentKind.senders.includes(views.register.party(institution)?.class ?? '')) continue
    const payment = await read(paymentOf(await views.head(paidKey(views, ebpCode, orderNo, institution))))
    if (payment) return payment
  }
  return undefined
}

const PLACES = { order: '/orderNo', payment: '/orderNo', logistics: '/logisticsNo' } as const

function missing(papers: Papers, customs: PartyUrn | undefined): Finding[] {
  return NAMES.flatMap((document) => {
    const paper = papers[document]
    if (!paper) return [finding('THREE_DOCUMENTS_MISSING', PLACES[document], { document })]
    const isAtCustoms = customs === undefined || isTold(paper, customs)
    return isAtCustoms ? [] : [finding('DOCUMENT_NOT_AT_CUSTOMS', PLACES[document], { document })]
  })
}

async function judgeComplete(
  message: ValidMessage<EcommerceList>,
  customs: PartyUrn,
  papers: Record<PaperName, Paper>,
  views: JudgeViews,
): Promise<Judgement> {
  const { body } = message
  const key = listKey(views, body.ebpCode, body.orderNo)
  const stored = await views.head(key)
  if (stored && !isOver(readListHead(key, stored)))
    return refused('ALREADY_CLAIMED', 'ecommerce-list-order', key, stored.version)
  const opened: { [name: string]: unknown } = {}
  for (const name of NAMES) {
    const paper = papers[name]
    if (paper.state === 'used')
      return refused('ALREADY_CLAIMED', `ecommerce-${name}-used`, paper.key, paper.headVersion)
    const entry = await filedAt(paper.filing, views)
    // The content is gone: whether it agrees with the list cannot be told.
    if (!entry) return refused('NOT_KNOWN_HERE', `ecommerce-${name}-known`, paper.key, paper.headVersion)
    opened[name] = entry.body
  }
  const findings = matchList(body, opened as unknown as ThreeDocuments, views)
  if (findings.length > 0) return { ...nothingWanted(), findings }
  const { annual, accounts, dutiable } = taken(body, views)
  const value = filedList({
    state: 'declared',
    from: actorOf(message),
    customs,
    order: papers.order.key,
    payment: papers.payment.key,
    logistics: papers.logistics.key,
    ...(annual !== undefined && { annual }),
    dutiableMinor: dutiable.toString(),
    creditedMinor: '0',
    fullTax: body.ieFlag === 'I' && isFullTax(body),
  })
  const used = NAMES.map((name) => use(papers[name]))
  const actors = actorsOn(message, views)
  return {
    ...nothingWanted(),
    // The first list of an order claims it; one after a rejection or cancellation takes its place.
    claims: stored ? [] : claimTold(views, { key, value, rule: 'ecommerce-list-order' }, actors),
    moves: stored ? [{ key, version: stored.version, value }, ...used, ...(await tellMoves(views, key, actors))] : used,
    accounts,
    refers: NAMES.map((name) => papers[name].filing),
  }
}

const use = (paper: Paper): Move => ({ key: paper.key, version: paper.headVersion, value: movedPaper(paper, 'used') })

/** What an import takes of the buyer's year; an export takes nothing. */
function taken(
  body: EcommerceList,
  views: JudgeViews,
): { annual?: HeadKey; accounts: AccountMove[]; dutiable: bigint } {
  if (body.ieFlag !== 'I') return { accounts: [], dutiable: 0n }
  const dutiable = dutiableFen(body)
  const annual = annualKey(views, body, body.declTime!.slice(0, 4))
  const rule = 'ecommerce-annual-limit'
  return {
    annual,
    dutiable,
    accounts: [
      { act: 'openOnce', key: annual, amountMinor: yearLimit().amountMinor, rule },
      { act: 'debit', key: annual, amountMinor: dutiable, rule },
    ],
  }
}
