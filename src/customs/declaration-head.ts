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

export type DeclarationState = 'declared' | 'released' | 'cancelled'

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
  /** What customs last acted on; before the first act the total is in the declaration alone. */
  total?: Money
}

export const declarationKey = (views: JudgeViews, entryId: string): HeadKey => views.key('declaration', entryId)

export const financeableKey = (views: JudgeViews, entryId: string, currency: string): HeadKey =>
  views.key('financeable', entryId, currency)

/** The value that a filed declaration claims its head with. */
export const filedValue = (from: PartyUrn, customs: PartyUrn): HeadValue => ({
  state: 'declared',
  version: 1,
  from,
  customs,
})

/** The value after an act of the authority. From release on the total is always known. */
export const actedValue = (
  head: DeclarationHead,
  state: DeclarationState,
  version: number,
  total?: Money,
): HeadValue => ({
  state,
  version,
  from: head.from,
  customs: head.customs,
  declaration: head.declaration,
  ...(total && { currency: total.currency, totalMinor: total.minor.toString() }),
})

export function readHead(key: HeadKey, head: Head): DeclarationHead {
  const { state, version, from, customs, declaration, currency, totalMinor } = head.value
  return {
    key,
    headVersion: head.version,
    state: state as DeclarationState,
    version: version as number,
    from: from as PartyUrn,
    customs: customs as PartyUrn,
    // Until customs acts, the entry that moved the head last is the declaration itself.
    declaration: typeof declaration === 'number' ? declaration : head.index,
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
