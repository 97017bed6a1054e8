// The tally of a comparison: what was compared, what agreed, and each difference with the rule it stands under.
import type { AcceptedDifference, Mismatch, NotCompared } from '../../../schemas/types.d.ts'
import type { Cell, Measured, Paper } from './paper.ts'
import { FIELD_RULES, type MatchField } from './tolerances.ts'
import type { matchCodes } from './codes.ts'

type Rule = keyof typeof matchCodes
/** A value, or a place where one is missing. */
export type Said = Pick<Cell, 'path'> & { value?: string }

/** Prices, names and contracts are the parties' own; what crosses the border with the goods is not. */
const COMMERCIAL: ReadonlySet<MatchField> = new Set([
  'contractNumber',
  'consignor',
  'consignee',
  'total',
  'freight',
  'insurance',
  'amount',
])
const VALUE_MAX = 200

export class Tally {
  compared = 0
  agreed = 0
  readonly mismatches: Mismatch[] = []
  readonly accepted: AcceptedDifference[] = []
  readonly notCompared: NotCompared[] = []
  readonly #left: Paper['document']
  readonly #right: Paper['document']

  constructor(left: Paper['document'], right: Paper['document']) {
    this.#left = left
    this.#right = right
  }

  agree(): void {
    this.compared++
    this.agreed++
  }

  differ(field: MatchField, rule: Rule, left: Said, right: Said, tolerance?: string): void {
    this.compared++
    const { hard } = FIELD_RULES[field]
    this.mismatches.push({ field, rule, hard, ...(tolerance && { tolerance }), ...this.#sides(field, left, right) })
  }

  /** A difference that is none: within a tolerance, or explained by stated charges. */
  accept(
    field: MatchField,
    rule: Rule,
    left: Said,
    right: Said,
    why: { tolerance?: string; charges?: string } = {},
  ): void {
    this.agree()
    this.accepted.push({ field, rule, ...why, ...this.#sides(field, left, right) })
  }

  skip(field: MatchField, rule: Rule, left: Said, right: Said): void {
    this.notCompared.push({ field, rule, ...this.#sides(field, left, right) })
  }

  /** Two numbers that may be so far apart; `tolerance` is how that is said. */
  measure(
    field: MatchField,
    left: Measured,
    right: Measured,
    within: boolean,
    equal: boolean,
    tolerance?: string,
  ): void {
    if (equal) this.agree()
    else if (within && tolerance !== undefined) this.accept(field, 'MATCH_WITHIN_TOLERANCE', left, right, { tolerance })
    else if (tolerance === undefined) this.differ(field, 'MATCH_VALUE_DIFFERS', left, right)
    else this.differ(field, 'MATCH_BEYOND_TOLERANCE', left, right, tolerance)
  }

  #sides(field: MatchField, left: Said, right: Said): Pick<Mismatch, 'left' | 'right'> {
    const member = COMMERCIAL.has(field) ? 'commercial' : 'value'
    const side = (document: Paper['document'], { path, value }: Said) => ({
      document,
      path,
      ...(value !== undefined && { [member]: value.slice(0, VALUE_MAX) }),
    })
    return { left: side(this.#left, left), right: side(this.#right, right) }
  }
}
