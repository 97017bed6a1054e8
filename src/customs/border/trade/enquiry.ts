// customs.border-trade as an enquiry: what of a declaration is free of duty and what is taxable. Only who declared it, its site and its
// customs are answered, and only the one that declared is told the shares and what is left of each quota.
import {
  formatAmount,
  type Enquiry,
  type EnquiryAnswer,
  type EnquiryViews,
  type Json,
  type PartyUrn,
} from '../../../hub/index.ts'
import type { BorderTrade } from '../../../../schemas/types.d.ts'
import { CNY } from './money.ts'
import { quotaMinor } from './limits.ts'
import { quotaKey, readTrade, settleableKey, tradeKey, type TradeHead, type TradeName } from './trade-heads.ts'

export type BorderTradeQuestion = TradeName

const SCHEMA = {
  title: 'BorderTradeQuestion',
  type: 'object',
  additionalProperties: false,
  required: ['declarant', 'declarationNo'],
  properties: {
    declarant: { type: 'string', maxLength: 128 },
    declarationNo: { type: 'string', maxLength: 32, pattern: '^[0-9A-Za-z][0-9A-Za-z-]{0,31}$' },
  },
}

/** States in which a declaration draws on no quota any more. */
const RETURNED: ReadonlySet<string> = new Set(['rejected', 'cancelled'])
const UNKNOWN: EnquiryAnswer = { verdict: 'unknown' }
const cny = (minor: bigint): string => formatAmount({ minor, currency: CNY })

export const borderTradeEnquiry: Enquiry<BorderTradeQuestion> = {
  name: 'customs.border-trade',
  version: 1,
  schema: SCHEMA,
  askers: ['border-group', 'market-site', 'customs'],
  check: () => [],
  about: (name, views) => tradeKey(views, name),
  async answer(name, views, asker) {
    const key = tradeKey(views, name)
    const stored = await views.head(key)
    const head = stored && readTrade(key, stored)
    if (!head || ![head.from, head.site, head.customs].includes(asker)) return UNKNOWN
    const shares = await sharesFor(asker, head, views)
    const settleable = await views.head(settleableKey(views, name))
    return {
      verdict: 'yes',
      facts: {
        state: head.state,
        day: head.day,
        totalCny: cny(head.totalMinor),
        dutyFreeCny: cny(head.dutyFreeMinor),
        taxableCny: cny(head.taxableMinor),
        // The split as it was judged; of a declaration that was refused or withdrawn the quota has it back.
        ...(RETURNED.has(head.state) && { quotaReturned: true }),
        ...(settleable && { settleableCny: cny(BigInt(settleable.value['net'] as string)) }),
        ...(shares && { shares }),
      },
    }
  },
}

/** The shares with what each person has left that day, for the one that declared; left out when the declaration has been erased. */
async function sharesFor(asker: PartyUrn, head: TradeHead, views: EnquiryViews): Promise<Json[] | undefined> {
  if (asker !== head.from) return undefined
  const filed = await views.entry(head.declaration)
  if (!filed || 'withheld' in filed) return undefined
  const { filingNo, shares } = filed.body as BorderTrade
  const numbers = shares?.map((share) => share.filingNo) ?? [filingNo]
  return Promise.all(
    head.shares.map(async ({ person, dutyFreeMinor, taxableMinor }, at) => {
      const quota = await views.head(quotaKey(views, person, head.day))
      const left = quota ? BigInt(quota.value['net'] as string) : quotaMinor()
      return {
        filingNo: numbers[at]!,
        dutyFreeCny: cny(dutyFreeMinor),
        taxableCny: cny(taxableMinor),
        quotaLeftCny: cny(left),
      }
    }),
  )
}
