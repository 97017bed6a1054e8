// Enquiries of whoever holds a document of a declaration: what it shows is compared with what is filed here, and only then is anything said
// of it: whether it stands, as what, and what is left of its account.
import { formatAmount, parseMoney, type EnquiryAnswer, type EnquiryViews, type Money } from '../hub/index.ts'
import type { CustomsDeclaration } from '../../schemas/types.d.ts'
import { currentTotal, filedDeclaration } from './authority.ts'
import {
  accountKey,
  declarationKey,
  declaredTotal,
  readHead,
  type DeclarationHead,
  type DeclarationState,
} from './declaration-head.ts'

export type ShownAmount = { amount: string; currency: string }

/** What the asker has of the document: the company's credit code with the declared total, or the commitment of the message itself. */
export type ShownDeclaration = { company: string; declared: ShownAmount } | { messageCommitment: string }

const TEXT = { type: 'string', maxLength: 40 } as const
const closed = (required: readonly string[], properties: object) =>
  ({ type: 'object', additionalProperties: false, required, properties }) as const

/** Schema of a question {entryId, shown}; `company` is the name of the member with the company's credit code. */
export const shownSchema = (title: string, company: string): Record<string, unknown> => ({
  title,
  ...closed(['entryId', 'shown'], {
    entryId: TEXT,
    shown: {
      oneOf: [
        closed([company, 'declared'], {
          [company]: TEXT,
          declared: closed(['amount', 'currency'], {
            amount: { type: 'string', maxLength: 40, pattern: '^\\d+(\\.\\d+)?$' },
            currency: TEXT,
          }),
        }),
        closed(['messageCommitment'], { messageCommitment: { type: 'string', pattern: '^[0-9a-f]{64}$' } }),
      ],
    },
  }),
})

/** Nothing is imported, exported or paid under such a declaration. */
const ENDED: ReadonlySet<DeclarationState> = new Set(['rejected', 'cancelled', 'seized'])

const UNKNOWN: EnquiryAnswer = { verdict: 'unknown' }

/** The answer to whoever shows this of a declaration; of another direction than the one asked about nothing is known. */
export async function answerShown(
  { entryId, shown, direction }: { entryId: string; shown: ShownDeclaration; direction?: DeclarationHead['ieFlag'] },
  views: EnquiryViews,
): Promise<EnquiryAnswer> {
  const key = declarationKey(views, entryId)
  const stored = await views.head(key)
  if (!stored) return UNKNOWN
  const head = readHead(key, stored)
  const total = await currentTotal(head, views)
  const held = await totalShown(shown, head, views)
  if (!total || !held || (direction ?? head.ieFlag) !== head.ieFlag) return UNKNOWN
  const messageCommitment = (await views.commitment(head.declaration))!
  const said = { state: head.state, version: head.version, entry: { index: head.declaration, messageCommitment } }
  if (ENDED.has(head.state)) return { verdict: 'no', facts: { ...said, reason: head.state } }
  if (!same(held, total)) return { verdict: 'no', facts: { ...said, reason: 'amended' } }
  const remaining = await remainingOf(entryId, total, head, views)
  return { verdict: 'yes', facts: { ...said, declared: amountOf(total), ...(remaining && { remaining }) } }
}

const same = (a: Money, b: Money): boolean => a.currency === b.currency && a.minor === b.minor
const amountOf = (money: Money): ShownAmount => ({ amount: formatAmount(money), currency: money.currency })

/**
 * The total of the document the asker holds; undefined if it is not this declaration's document, or that cannot be told any more because its
 * content is gone. The total as filed and the one after amendment both show that somebody holds the document.
 */
async function totalShown(
  shown: ShownDeclaration,
  head: DeclarationHead,
  views: EnquiryViews,
): Promise<Money | undefined> {
  if ('messageCommitment' in shown && shown.messageCommitment !== (await views.commitment(head.declaration)))
    return undefined
  const filed = await filedDeclaration(head, views)
  if (!filed) return undefined
  const body = filed.body as CustomsDeclaration
  const filedTotal = declaredTotal(body)
  if ('messageCommitment' in shown) return filedTotal
  const said = parseMoney(shown.declared.amount, shown.declared.currency)
  if (!said || shown.company !== body.tradeCoScc) return undefined
  return same(said, filedTotal) || (head.total !== undefined && same(said, head.total)) ? said : undefined
}

/** What is left of the account: to be financed of an export, to be paid of an import. Undefined before release; below zero after an amendment, which is nothing. */
async function remainingOf(
  entryId: string,
  total: Money,
  { ieFlag }: DeclarationHead,
  views: EnquiryViews,
): Promise<ShownAmount | undefined> {
  const account = await views.head(accountKey(views, ieFlag, entryId, total.currency))
  if (!account) return undefined
  const net = BigInt(account.value['net'] as string)
  return amountOf({ minor: net < 0n ? 0n : net, currency: total.currency })
}
