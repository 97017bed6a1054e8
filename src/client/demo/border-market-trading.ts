// Buying and declaring in the border-market story: the site states the purchase, the phone signs the declaration, and the hub says what is free.
import { SHANGHAI_AHEAD_MS } from '../../customs/shanghai-day.ts'
import { enquire } from '../enquiry.ts'
import type { Submitted } from '../hub-client.ts'
import { type Deal, type MarketBook, type Wanted, yuan } from './border-market-book.ts'
import { sendSigned } from './border-market-devices.ts'
import type { Crowd } from './border-market-enter.ts'
import { declaration, purchase } from './border-market-papers.ts'
import type { EvidenceFolder } from './evidence.ts'
import { accepted } from './marks.ts'
import type { Actor, Stage } from './stage.ts'
import type { Timeline } from './timeline.ts'
import type { Watcher } from './watcher.ts'

/** What every act of the story works with. */
export interface Market extends Crowd {
  stage: Stage
  line: Timeline
  evidence: EvidenceFolder
  book: MarketBook
  /** A midnight in Shanghai, at least half a day ago: the two days of the story lie before and after it. */
  midnightMs: number
  /** The foreign-exchange office. */
  exchange: Actor
  desk: Watcher
}

export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const AGO_MS = 12 * HOUR_MS
/** From the purchase to the declaration. */
const QUEUE_MS = 10 * MINUTE_MS

export const midnightBefore = (nowMs: number): number =>
  Math.floor((nowMs + SHANGHAI_AHEAD_MS - AGO_MS) / DAY_MS) * DAY_MS - SHANGHAI_AHEAD_MS

/** The site says who bought what. */
export async function buy({ customs }: Market, deal: Deal): Promise<void> {
  const { actor } = deal.site
  const to = [deal.by.group.actor.urn, customs.urn]
  accepted(await actor.send({ kind: 'customs.border-purchase', to, body: purchase(deal) }))
}

/** The phone of the one who declares signs; `signedMs` is when, where it was long before the sending. */
export function declare(
  { customs }: Pick<Market, 'customs'>,
  deal: Deal,
  signedMs?: number,
  phone = deal.by.phone,
): Promise<Submitted> {
  const body = declaration(deal, signedMs ?? deal.tradedMs + QUEUE_MS)
  const to = [customs.urn, deal.site.actor.urn]
  const created = signedMs === undefined ? {} : { createdMs: signedMs }
  return sendSigned(deal.by.group.actor, [phone], { kind: 'customs.border-trade', to, body, ...created })
}

/** Writes it into the book, has it bought and declared. */
export async function trade(market: Market, wanted: Wanted): Promise<Deal> {
  const deal = market.book.enter(wanted)
  if (wanted.tradeNo === undefined) await buy(market, deal)
  accepted(await declare(market, deal))
  return deal
}

export interface TradeFacts {
  state: string
  day: string
  totalCny: string
  dutyFreeCny: string
  taxableCny: string
  settleableCny?: string
  shares?: { filingNo: string; dutyFreeCny: string; taxableCny: string; quotaLeftCny: string }[]
}

/** What the hub says of a declaration, signed and verified. */
export async function factsOf(
  { evidence }: Market,
  { client }: Actor,
  question: { declarant: string; declarationNo: string },
): Promise<TradeFacts> {
  const asked = { enquiry: 'customs.border-trade', v: 1, question }
  const { proof } = await enquire(client, asked, evidence.trust())
  if (proof.proof !== 'verified' || proof.attestation?.verdict !== 'yes')
    throw new Error(`the hub was to say what is free of ${question.declarationNo}; it is ${proof.attestation?.verdict}`)
  return proof.attestation.facts as unknown as TradeFacts
}

/** Compares one declaration with the book: total, what is free, what is taxable, each share, and what is left of the day. */
export async function checkDeal(market: Market, deal: Deal, text: string): Promise<void> {
  const { actor } = deal.by.group
  const facts = await factsOf(market, actor, { declarant: actor.urn, declarationNo: deal.no })
  const { totalFen, freeFen } = deal
  const left = deal.portions.map(({ resident }) => yuan(market.book.leftFen(resident, deal.day)))
  const shares = deal.portions.map(({ resident, freeFen: own }, at) => {
    const { filingNo, dutyFreeCny, quotaLeftCny } = facts.shares![at]!
    return filingNo === resident.filingNo && dutyFreeCny === yuan(own) && quotaLeftCny === left[at]
  })
  const same =
    facts.day === deal.day &&
    facts.totalCny === yuan(totalFen) &&
    facts.dutyFreeCny === yuan(freeFen) &&
    facts.taxableCny === yuan(totalFen - freeFen)
  market.line.check(
    `${text}: free ${facts.dutyFreeCny}, taxable ${facts.taxableCny}`,
    same && shares.every(Boolean),
    `the book has free ${yuan(freeFen)}, taxable ${yuan(totalFen - freeFen)}; left of the day ${left.join(', ')}`,
  )
}
