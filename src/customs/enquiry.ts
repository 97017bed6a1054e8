// customs.declaration as an enquiry (核验): before it lends, a bank asks whether the declaration shown to it is the one filed here, and what can
// still be financed against it.
import {
  checkEntryId,
  checkUscc,
  formatAmount,
  parseMoney,
  placed,
  type Enquiry,
  type EnquiryAnswer,
  type EnquiryViews,
  type Finding,
  type Money,
} from '../hub/index.ts'
import type { CustomsDeclaration } from '../../schemas/types.d.ts'
import { currentTotal, filedDeclaration } from './authority.ts'
import { declarationKey, declaredTotal, financeableKey, readHead, type DeclarationHead } from './declaration-head.ts'
import { checkTotal } from './values.ts'

type Amount = { amount: string; currency: string }

/** What the asker has of the document: the consignor's credit code with the declared total, or the commitment of the message itself. */
type Shown = { consignor: string; declared: Amount } | { messageCommitment: string }

export interface DeclarationQuestion {
  entryId: string
  shown: Shown
}

const TEXT = { type: 'string', maxLength: 40 } as const

const SCHEMA = {
  title: 'DeclarationQuestion',
  type: 'object',
  additionalProperties: false,
  required: ['entryId', 'shown'],
  properties: {
    entryId: TEXT,
    shown: {
      oneOf: [
        {
          type: 'object',
          additionalProperties: false,
          required: ['consignor', 'declared'],
          properties: {
            consignor: TEXT,
            declared: {
              type: 'object',
              additionalProperties: false,
              required: ['amount', 'currency'],
              properties: { amount: { type: 'string', maxLength: 40, pattern: '^\\d+(\\.\\d+)?$' }, currency: TEXT },
            },
          },
        },
        {
          type: 'object',
          additionalProperties: false,
          required: ['messageCommitment'],
          properties: { messageCommitment: { type: 'string', pattern: '^[0-9a-f]{64}$' } },
        },
      ],
    },
  },
}

export const declarationEnquiry: Enquiry<DeclarationQuestion> = {
  name: 'customs.declaration',
  version: 1,
  schema: SCHEMA,
  askers: ['bank', 'regulator'],
  check({ entryId, shown }) {
    const number = checkEntryId(entryId)
    const found: Finding[] = number ? [placed(number, '/entryId')] : []
    if ('messageCommitment' in shown) return found
    const consignor = checkUscc(shown.consignor)
    if (consignor) found.push(placed(consignor, '/shown/consignor'))
    return [...found, ...checkTotal(shown, 'declared').map((one) => ({ ...one, path: `/shown${one.path}` }))]
  },
  about: ({ entryId }, views) => declarationKey(views, entryId),
  async answer({ entryId, shown }, views) {
    const key = declarationKey(views, entryId)
    const stored = await views.head(key)
    if (!stored) return UNKNOWN
    const head = readHead(key, stored)
    const total = await currentTotal(head, views)
    const held = await totalShown(shown, head, views)
    if (!total || !held) return UNKNOWN
    const said = { state: head.state, version: head.version, entry: await entryOf(head, views) }
    if (head.state === 'cancelled') return { verdict: 'no', facts: { ...said, reason: 'cancelled' } }
    if (!same(held, total)) return { verdict: 'no', facts: { ...said, reason: 'amended' } }
    const remaining = await remainingOf(entryId, total, views)
    return { verdict: 'yes', facts: { ...said, declared: amountOf(total), ...(remaining && { remaining }) } }
  },
}

const UNKNOWN: EnquiryAnswer = { verdict: 'unknown' }

const same = (a: Money, b: Money): boolean => a.currency === b.currency && a.minor === b.minor

const amountOf = (money: Money): Amount => ({
  amount: formatAmount(money),
  currency: money.currency,
})

/**
 * The total of the document the asker holds; undefined if it is not this declaration's document, or that cannot be told any more because its
 * content is gone. The total as filed and the one after amendment both show that somebody holds the document.
 */
async function totalShown(shown: Shown, head: DeclarationHead, views: EnquiryViews): Promise<Money | undefined> {
  if ('messageCommitment' in shown && shown.messageCommitment !== (await views.commitment(head.declaration)))
    return undefined
  const filed = await filedDeclaration(head, views)
  if (!filed) return undefined
  const body = filed.body as CustomsDeclaration
  const filedTotal = declaredTotal(body)
  if ('messageCommitment' in shown) return filedTotal
  const said = parseMoney(shown.declared.amount, shown.declared.currency)!
  const known = same(said, filedTotal) || (head.total !== undefined && same(said, head.total))
  return known && shown.consignor === body.tradeCoScc ? said : undefined
}

async function entryOf(
  head: DeclarationHead,
  views: EnquiryViews,
): Promise<{ index: number; messageCommitment: string }> {
  return { index: head.declaration, messageCommitment: (await views.commitment(head.declaration))! }
}

/** What can still be drawn; undefined before release. Below zero after an amendment, which is nothing. */
async function remainingOf(entryId: string, total: Money, views: EnquiryViews): Promise<Amount | undefined> {
  const account = await views.head(financeableKey(views, entryId, total.currency))
  if (!account) return undefined
  const net = BigInt(account.value['net'] as string)
  return amountOf({ minor: net < 0n ? 0n : net, currency: total.currency })
}
