// The papers of border-resident trade that are sent by hand: one resident, one purchase a fen above the quota of the day, its payment.
import type {
  BorderPurchase,
  BorderSettlement,
  BorderStatus,
  BorderTrade,
  CustomsBorderGroup,
  CustomsBorderResident,
  CustomsBorderStall,
} from '../../../schemas/types.d.ts'
import { shanghaiDay } from '../../customs/shanghai-day.ts'
import { toTime } from '../../hub/values/encoding.ts'
import { fixture } from './fixtures.ts'
import type { Papers } from './papers.ts'
import { TRADES } from './trades.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

const partyOf = (folder: string): string => TRADES['border-market'].find((one) => one.folder === folder)!.party
const SITE = partyOf('dongxing-market')
const DECLARANT = partyOf('border-app')

const paper = <T>(name: string): T => fixture<T>(`customs/valid/border-${name}.json`)

/** Bought half an hour ago, declared twenty minutes ago, everything else now. */
export function borderMarketPapers(nowMs: number): Papers {
  const now = toTime(nowMs)
  const until = (days: number) => shanghaiDay(nowMs + days * DAY_MS)
  const { filing, ...resident } = paper<CustomsBorderResident>('resident-file')
  const bought = paper<BorderPurchase>('purchase-over-quota')
  const declared = paper<BorderTrade>('trade-over-quota')
  const settled = paper<BorderSettlement>('settlement-over-quota')
  const { declarationNo, totalCny } = declared
  return {
    resident: {
      ...resident,
      filing: { ...filing!, filedAt: now, validFrom: until(-30), validUntil: until(335) },
    } satisfies CustomsBorderResident,
    stall: { ...paper<CustomsBorderStall>('stall-open'), validUntil: until(365) },
    group: {
      ...paper<CustomsBorderGroup>('group-form'),
      party: DECLARANT,
      memberFilingNos: [resident.filingNo],
      validUntil: until(300),
    } satisfies CustomsBorderGroup,
    purchase: { ...bought, tradedAt: toTime(nowMs - 30 * MINUTE_MS) } satisfies BorderPurchase,
    declaration: { ...declared, site: SITE, declaredAt: toTime(nowMs - 20 * MINUTE_MS) } satisfies BorderTrade,
    question: { declarant: DECLARANT, declarationNo },
    release: {
      ...paper<BorderStatus>('status-released'),
      declarant: DECLARANT,
      declarationNo,
      decidedAt: now,
    } satisfies BorderStatus,
    settlement: {
      ...settled,
      payee: { ...settled.payee!, site: SITE },
      declarations: [{ declarant: DECLARANT, declarationNo, amountCny: totalCny }],
      settledAt: now,
    } satisfies BorderSettlement,
    report: {
      ...paper<BorderSettlement>('settlement-reported'),
      settlementNo: settled.settlementNo,
      reportedAt: now,
    } satisfies BorderSettlement,
  }
}
