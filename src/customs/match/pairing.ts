// Pairing the lines of two papers, from the most certain to the least, each step by what the lines say and never by where they stand:
// first the line of the invoice; then within one HS code (six digits) by quantity and amount, by quantity, by amount, and what is left in
// order of size, put together where one side has split what the other has not; then across HS codes, so that a wrong code is found as one.
import { addDecimals, compareDecimals, decimalOf } from '../../hub/index.ts'
import type { MatchedPair } from '../../../schemas/types.d.ts'
import { perBase, present, sumOf, trimmed, type Line, type Measured, type Paper, type Quantity } from './paper.ts'
import { KILOGRAM } from './units.ts'

export interface Pair {
  left: Line
  right: Line
  by: MatchedPair['by']
}

export interface Pairing {
  pairs: Pair[]
  /** Lines to which nothing on the other side answers. */
  left: Line[]
  right: Line[]
}

type Side = 'left' | 'right'
type KeyOf = (line: Line) => string | undefined

export function pairLines(left: Paper, right: Paper): Pairing {
  const state: Pairing = { pairs: [], left: [...left.lines], right: [...right.lines] }
  if (numbered(left) && numbered(right)) pairBy(state, 'LINE', ({ invoiceLine }) => invoiceLine)
  pairWithinHs(state)
  const base = commonBase(state)
  pairBy(state, 'QUANTITY_AMOUNT', joined(quantityKey(base), amountKey))
  pairBy(state, 'QUANTITY', quantityKey(base))
  pairBy(state, 'AMOUNT', amountKey)
  pairBy(state, 'DESCRIPTION', ({ description }) => description.normalize('NFKC').toUpperCase().trim() || undefined)
  if (state.left.length === 1 && state.right.length === 1) pairBy(state, 'LAST', () => '')
  return state
}

const numbered = ({ document }: Paper): boolean => document === 'invoice' || document === 'packingList'

function pairWithinHs(state: Pairing): void {
  const codes = new Set(state.left.flatMap(({ hs6 }) => (hs6 === undefined ? [] : [hs6])))
  for (const code of [...codes].sort()) {
    const group: Pairing = { pairs: [], left: [], right: [] }
    for (const side of ['left', 'right'] as const) {
      group[side] = state[side].filter(({ hs6 }) => hs6 === code)
      state[side] = state[side].filter(({ hs6 }) => hs6 !== code)
    }
    pairGroup(group)
    state.pairs.push(...group.pairs)
    state.left.push(...group.left)
    state.right.push(...group.right)
  }
}

function pairGroup(group: Pairing): void {
  const quantity = quantityKey(commonBase(group))
  pairBy(group, 'HS_QUANTITY_AMOUNT', joined(quantity, amountKey))
  pairBy(group, 'HS_QUANTITY', quantity)
  pairBy(group, 'HS_AMOUNT', amountKey)
  const { left, right } = group
  if (left.length === 0 || right.length === 0) return
  if (left.length === right.length) pairBy(group, 'HS', () => '')
  else {
    const base = commonBase(group)
    group.pairs.push({ left: merged(inOrder(left, base)), right: merged(inOrder(right, base)), by: 'HS_MERGED' })
    group.left = []
    group.right = []
  }
}

/** Pairs lines of one key in order of size; what is left over stays. */
function pairBy(state: Pairing, by: Pair['by'], keyOf: KeyOf): void {
  const base = commonBase(state)
  const waiting = new Map<string, Line[]>()
  for (const line of inOrder(state.right, base)) {
    const key = keyOf(line)
    if (key !== undefined) {
      const known = waiting.get(key)
      if (known) known.push(line)
      else waiting.set(key, [line])
    }
  }
  const taken = new Set<Line>()
  for (const left of inOrder(state.left, base)) {
    const key = keyOf(left)
    const right = key === undefined ? undefined : waiting.get(key)?.shift()
    if (!right) continue
    state.pairs.push({ left, right, by })
    taken.add(left).add(right)
  }
  for (const side of ['left', 'right'] as const) state[side] = state[side].filter((line) => !taken.has(line))
}

const joined =
  (one: KeyOf, other: KeyOf): KeyOf =>
  (line) => {
    const [a, b] = [one(line), other(line)]
    return a === undefined || b === undefined ? undefined : `${a} ${b}`
  }

const amountKey: KeyOf = ({ amount }) => amount && trimmed(amount.amount)

const quantityKey =
  (base: string | undefined): KeyOf =>
  (line) => {
    const found = measuresOf(line).find((one) => one.base === base)
    return found && trimmed(found.amount)
  }

/** What a line can be paired by: its quantities, and its net mass. */
const measuresOf = ({ quantities, net }: Line): Quantity[] =>
  perBase([...quantities, ...(net ? [{ ...net, base: KILOGRAM }] : [])])

/** The base in which all these lines say their quantity: the first by name, so that it is the same from either side. */
function commonBase(state: Record<Side, readonly Line[]>): string | undefined {
  const lines = [...state.left, ...state.right]
  const bases = [...new Set(lines.flatMap((line) => measuresOf(line).map(({ base }) => base)))].toSorted().toReversed()
  return bases.find((base) => lines.every((line) => measuresOf(line).some((one) => one.base === base)))
}

/** Lines by size and content, so that where they stand in the document does not matter. */
function inOrder(lines: readonly Line[], base: string | undefined): Line[] {
  const sized = lines.map((line) => ({
    line,
    quantity: measuresOf(line).find((one) => one.base === base)?.amount ?? NOTHING,
    amount: line.amount?.amount ?? NOTHING,
    content: contentOf(line),
  }))
  sized.sort(
    (a, b) =>
      compareDecimals(a.quantity, b.quantity) ||
      compareDecimals(a.amount, b.amount) ||
      (a.content < b.content ? -1 : a.content > b.content ? 1 : 0),
  )
  return sized.map(({ line }) => line)
}

const NOTHING = decimalOf(0)

const contentOf = ({ hs, hs6, origin, quantities, net, gross, amount, description }: Line): string =>
  JSON.stringify([
    hs6 ?? '',
    quantities.map(({ base, amount: value }) => [base, trimmed(value)]),
    amount?.value ?? '',
    hs?.value ?? '',
    origin?.value ?? '',
    net?.value ?? '',
    gross?.value ?? '',
    description,
  ])

/** Several lines as one: what all of them say in the same words, added up. */
function merged(lines: readonly Line[]): Line {
  const [first] = lines as readonly [Line, ...Line[]]
  const path = first.paths[0]!
  const same = lines.every(
    ({ origin }) => (origin?.norm ?? origin?.value) === (first.origin?.norm ?? first.origin?.value),
  )
  const masses = present({
    net: kilograms(
      lines.map(({ net }) => net),
      path,
    ),
    gross: kilograms(
      lines.map(({ gross }) => gross),
      path,
    ),
  })
  const amount = addedUp(lines.map((line) => line.amount))
  return {
    paths: lines.flatMap(({ paths }) => paths),
    description: first.description,
    quantities: first.quantities.flatMap((one) => {
      const sum = addedUp(lines.map(({ quantities }) => quantities.find(({ base }) => base === one.base)))
      return sum ? [{ ...one, amount: sum.amount, value: `${trimmed(sum.amount)} ${one.base}` } satisfies Quantity] : []
    }),
    ...(first.hs6 !== undefined && { hs6: first.hs6 }),
    ...(first.hs && { hs: first.hs }),
    ...(same && first.origin && { origin: first.origin }),
    ...masses,
    ...(amount && { amount: { ...amount, value: `${amount.value.split(' ')[0]} ${trimmed(amount.amount)}` } }),
  }
}

const kilograms = (parts: readonly (Measured | undefined)[], path: string) => sumOf(parts, path, 'KGM')

/** The sum, with the place of the first, if all of them are there. */
function addedUp(parts: readonly (Measured | undefined)[]): Measured | undefined {
  if (parts.some((part) => part === undefined)) return undefined
  return (parts as readonly Measured[]).reduce((sum, part) => ({
    ...sum,
    amount: addDecimals(sum.amount, part.amount),
  }))
}
