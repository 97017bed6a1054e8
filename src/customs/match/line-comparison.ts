// What two papers say of the goods, line by line as they were paired.
import type { MatchedPair } from '../../../schemas/types.d.ts'
import { compareCells, compareMeasured } from './header-comparison.ts'
import { pairLines, type Pair } from './pairing.ts'
import { inCurrency, type Line, type Paper } from './paper.ts'
import type { Said, Tally } from './tally.ts'
import { isCounted } from './units.ts'
import { compareAmounts, roundingOf } from './value-comparison.ts'

/** Compares the lines; `prices`: their amounts mean the same on both sides. Gives who was compared with whom. */
export function compareLines(left: Paper, right: Paper, prices: boolean, tally: Tally): MatchedPair[] {
  if (left.lines.length === 0 || right.lines.length === 0) return []
  const pairing = pairLines(left, right)
  for (const pair of pairing.pairs) comparePair(pair, prices ? left.currency?.value : undefined, tally)
  for (const line of pairing.left) tally.differ('item', 'MATCH_ITEM_UNPAIRED', named(line), { path: right.linesPath })
  for (const line of pairing.right) tally.differ('item', 'MATCH_ITEM_UNPAIRED', { path: left.linesPath }, named(line))
  return pairing.pairs.map(({ left: a, right: b, by }) => ({
    left: left.document,
    right: right.document,
    leftLines: [...a.paths],
    rightLines: [...b.paths],
    by,
  }))
}

const named = (line: Line): Said => ({
  path: line.paths[0]!,
  value: [line.hs?.value, line.description, line.quantities[0]?.value].filter((part) => part).join(' '),
})

function comparePair({ left, right, by }: Pair, currency: string | undefined, tally: Tally): void {
  if (left.hs && right.hs) compareCells('hs', left.hs, right.hs, tally)
  if (left.origin && right.origin) compareCells('origin', left.origin, right.origin, tally)
  compareQuantities(left, right, tally)
  if (left.gross && right.gross) compareMeasured('itemGrossMass', left.gross, right.gross, tally)
  if (
    left.amount &&
    right.amount &&
    currency !== undefined &&
    inCurrency(left.amount, currency) &&
    inCurrency(right.amount, currency)
  ) {
    const lines = by === 'HS_MERGED' ? Math.max(left.paths.length, right.paths.length) : 1
    compareAmounts('amount', left.amount, right.amount, { currency, tolerance: roundingOf(currency, lines) }, tally)
  }
}

/** In every unit that both have; what is counted must be the same, what is measured may be a little apart. */
function compareQuantities(left: Line, right: Line, tally: Tally): void {
  let compared = false
  for (const one of left.quantities) {
    const other = right.quantities.find(({ base }) => base === one.base)
    if (!other) continue
    compared = true
    compareMeasured('quantity', one, other, tally, isCounted(one.base) ? 0 : undefined)
  }
  if (left.net && right.net) compareMeasured('netMass', left.net, right.net, tally)
  const [a, b] = [left.quantities[0], right.quantities[0]]
  if (!compared && a && b) tally.skip('quantity', 'MATCH_OTHER_UNIT', a, b)
}
