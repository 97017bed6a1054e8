// The head of a declaration: the one place that says what state it is in, and the account of what may be financed against it.
import {
  addMoney,
  parseMoney,
  type Head,
  type HeadKey,
  type HeadValue,
  type JudgeViews,
  type Money,
  type PartyUrn,
} from '../hub/index.ts'
import type { CustomsDeclaration } from '../../schemas/types.d.ts'

export type DeclarationState =
  | 'declared'
  | 'accepted'
  | 'queried'
  | 'inspecting'
  | 'released'
  | 'rejected'
  | 'cancelled'
  | 'seized'

/** A declaration as its head tells it. */
export interface DeclarationHead {
  key: HeadKey
  headVersion: number
  state: DeclarationState
  /** 1 as filed; amendments count up. */
  version: number
  /** Declarant, and the customs authority the declaration was filed with. */
  from: PartyUrn
  customs: PartyUrn
  /** Journal index of the declaration. */
  declaration: number
  ieFlag: CustomsDeclaration['ieFlag']
  /** The case it belongs to, if it has a consignment reference: later acts move the case without the body. */
  caseKey?: HeadKey
  /** While it is queried, the journal index of the query. */
  query?: number
  /** What customs last acted on; before the first act the total is in the declaration alone. */
  total?: Money
}

export const declarationKey = (views: JudgeViews, entryId: string): HeadKey => views.key('declaration', entryId)

/** An amended version of a declaration: who was told of it is told apart from who knows the declaration. */
export const amendedKey = (views: Pick<JudgeViews, 'key'>, entryId: string, version: number): HeadKey =>
  views.key('declaration-version', entryId, version.toString())

/** The account that release opens: what can be financed against an export, what can be paid for an import. */
export const accountKey = (
  views: JudgeViews,
  ieFlag: DeclarationHead['ieFlag'],
  entryId: string,
  currency: string,
): HeadKey => views.key(ieFlag === 'E' ? 'financeable' : 'payable', entryId, currency)

/** The value that a filed declaration claims its head with. */
export const filedValue = (
  from: PartyUrn,
  customs: PartyUrn,
  { ieFlag, caseKey }: Pick<DeclarationHead, 'ieFlag' | 'caseKey'>,
): HeadValue => ({
  state: 'declared',
  version: 1,
  from,
  customs,
  ieFlag,
  ...(caseKey && { caseKey }),
})

/** The value after an act on it. From release on the total is always known. */
export const actedValue = (
  head: DeclarationHead,
  state: DeclarationState,
  { version = head.version, total = head.total, query }: Acted = {},
): HeadValue => ({
  ...filedValue(head.from, head.customs, head),
  state,
  version,
  declaration: head.declaration,
  ...(query !== undefined && { query }),
  ...(total && { currency: total.currency, totalMinor: total.minor.toString() }),
})

/** What an act changes besides the state. `query`: the query that still stands after it; one that is put by it stands of itself. */
type Acted = { version?: number; total?: Money | undefined; query?: number | undefined }

export function readHead(key: HeadKey, head: Head): DeclarationHead {
  const { state, version, from, customs, declaration, ieFlag, caseKey, query, currency, totalMinor } = head.value
  return {
    key,
    headVersion: head.version,
    state: state as DeclarationState,
    version: version as number,
    from: from as PartyUrn,
    customs: customs as PartyUrn,
    // Until it is acted on, the entry that moved the head last is the declaration itself.
    declaration: typeof declaration === 'number' ? declaration : head.index,
    // Declarations filed before there were imports are exports.
    ieFlag: ieFlag === 'I' ? 'I' : 'E',
    ...(typeof caseKey === 'string' && { caseKey }),
    ...(state === 'queried' && { query: typeof query === 'number' ? query : head.index }),
    ...(typeof totalMinor === 'string' && { total: { minor: BigInt(totalMinor), currency: currency as string } }),
  }
}

/** Sum of the item totals of a declaration without findings. */
export function declaredTotal(body: CustomsDeclaration): Money {
  const totals = body.items.map((item) => parseMoney(item.declTotal, item.tradeCurr))
  return totals.reduce<Money>(
    (sum, total) => addMoney(sum, total ?? nothing(sum.currency)),
    nothing(body.items[0]!.tradeCurr),
  )
}

const nothing = (currency: string): Money => ({ minor: 0n, currency })
