// Watches declarations against what the same party has declared before, and against the other side of the same case.
import { formatAmount, type HeadKey } from '../../hub/index.ts'
import { casesOf } from '../case/case-rows.ts'
import type { FiledFacts } from './declarations.ts'
import { totalOf } from './facts.ts'
import { invoicingGaps } from './invoicing.ts'
import { INVOICING, OUTLIER } from './limits.ts'
import type { Observation } from './observations.ts'
import { outlying, type Outlying } from './outlier.ts'
import { evidenceOf, isNews, type Judged, type PlannedAlert, watchKey, type Watching } from './planned.ts'
import { smallLimit, splitTotal, type SplitMark, withinWindow } from './splitting.ts'

const MARKS_MAX = 50
const SIDE_MAX = 20
const TOLD_MAX = 500
/** Of a declaration with very many items the first are compared. */
const HEADINGS_MAX = 50

/** SPLIT_DECLARATIONS. Those that made an alert do not make the next. */
export async function watchSplitting(judged: Judged, watching: Watching): Promise<PlannedAlert[]> {
  const { memory, declarations } = watching
  const { facts } = judged
  if (!isNews(judged)) return []
  const { index, kind, filedAtMs } = facts
  const total = totalOf(facts.items)
  const limit = total && smallLimit(facts.mode, total.currency)
  if (!total || !limit || total.minor > limit.limitMinor || facts.trader === '' || facts.counterpart === '') return []
  const planned: PlannedAlert[] = []
  for (const hs of headingsOf(facts, 4)) {
    const { direction, trader, counterpart } = facts
    const row = `split/${watchKey(watching, 'split', direction, trader, counterpart, hs, limit.source, total.currency)}`
    const known = ((await memory.get<SplitMark[]>(row)) ?? []).filter((mark) => mark.index !== index)
    const all = [...known, { index, atMs: filedAtMs }].toSorted((a, b) => a.atMs - b.atMs)
    const marks = withinWindow(all, all.at(-1)!.atMs).slice(-MARKS_MAX)
    const { facts: left, notJudged } = await declarations.standing(marks.map((mark) => mark.index))
    const values = left.flatMap((one) => {
      const value = totalOf(one.items)
      // An amendment may have made it larger than the limit, or other goods, or for somebody else.
      const isAlike = one.counterpart === counterpart && headingsOf(one, 4).includes(hs)
      return value && isAlike && value.minor <= limit.limitMinor
        ? [{ of: one, entry: one.index, minor: value.minor }]
        : []
    })
    const sum = splitTotal(
      values.map(({ minor }) => minor),
      limit,
    )
    memory.set(row, sum === undefined ? marks : [])
    // The same declarations are told of once, by the first of their headings.
    if (sum === undefined || planned.length > 0) continue
    const amount = (minor: bigint): string => formatAmount({ minor, currency: total.currency })
    const unit = total.currency
    planned.push({
      rule: 'SPLIT_DECLARATIONS',
      about: [String(index), hs, ...facts.amendments.map(String)],
      kind,
      entries: values.flatMap(({ of }) => evidenceOf(of)),
      says: {
        hs,
        figures: [
          { name: 'total', value: amount(sum), unit },
          { name: 'limit', value: amount(limit.limitMinor), unit },
          { name: 'declarations', value: String(values.length) },
          ...values.map(({ entry, minor }) => ({ name: 'value' as const, value: amount(minor), unit, entry })),
        ],
        basis: limit.basis,
        source: limit.source,
        ...(notJudged > 0 && { notJudged }),
      },
    })
  }
  return planned
}

/** VALUE_OUTLIER and WEIGHT_OUTLIER: at most one for each heading of a declaration. */
export async function watchOutliers(judged: Judged, watching: Watching): Promise<PlannedAlert[]> {
  const { memory, declarations } = watching
  const { facts } = judged
  const { index } = facts
  if (!isNews(judged)) return []
  const planned: PlannedAlert[] = []
  for (const [of, observed] of [...facts.observations].slice(0, HEADINGS_MAX)) {
    const row = `history/${watchKey(watching, of)}`
    const all = (await memory.get<number[]>(row)) ?? []
    const known = all.filter((one) => one !== index)
    if (known.length === all.length) memory.set(row, [...known, index].slice(-OUTLIER.window))
    const { facts: before, notJudged } = await declarations.standing(known)
    const history: number[] = []
    for (const one of before) for (const { value } of one.observations.get(of) ?? []) history.push(value)
    const far = observed.flatMap((one) => {
      const found = outlying(history, one.value)
      return found ? [{ one, found }] : []
    })[0]
    if (far) planned.push(outlierAlert(far.one, far.found, facts, notJudged))
  }
  return planned
}

function outlierAlert(
  { rule, hs, unit, value }: Observation,
  { median, deviation, observations }: Outlying,
  facts: FiledFacts,
  notJudged: number,
): PlannedAlert {
  const { index, kind, amendments } = facts
  return {
    rule,
    about: [String(index), hs, ...amendments.map(String)],
    kind,
    entries: evidenceOf(facts),
    says: {
      hs,
      figures: [
        { name: rule === 'VALUE_OUTLIER' ? 'value' : 'kilograms', value: value.toFixed(4), unit, entry: index },
        { name: 'median', value: median.toFixed(4), unit },
        { name: 'deviation', value: deviation.toFixed(4), unit },
        { name: 'observations', value: String(observations) },
        { name: 'factor', value: String(OUTLIER.factor) },
      ],
      basis: 'operator',
      ...(notJudged > 0 && { notJudged }),
    },
  }
}

type Sides = { E: number[]; I: number[]; told: string[] }

/** INVOICING_GAP: both sides of each case the entry moves, once for each heading as filed and once more as amended. */
export async function watchInvoicing(judged: Judged, watching: Watching): Promise<PlannedAlert[]> {
  const planned: PlannedAlert[] = []
  if (!isNews(judged)) return []
  for (const key of casesOf(judged.by)) planned.push(...(await gapsIn(key, judged.facts, watching)))
  return planned
}

async function gapsIn(
  key: HeadKey,
  { index, kind, direction }: FiledFacts,
  { memory, declarations }: Watching,
): Promise<PlannedAlert[]> {
  const row = `sides/${key}`
  const known = (await memory.get<Sides>(row)) ?? { E: [], I: [], told: [] }
  const sides: Sides = { ...known, [direction]: [...new Set([...known[direction], index])].slice(-SIDE_MAX) }
  const exported = await declarations.standing(sides.E)
  const imported = await declarations.standing(sides.I)
  const notJudged = exported.notJudged + imported.notJudged
  const compared = [...exported.facts, ...imported.facts]
  const gaps = invoicingGaps(exported.facts, imported.facts).map((gap) => {
    const shown = compared.filter((one) => gap.entries.includes(one.index))
    const amendments = shown.flatMap((one) => one.amendments).toSorted((a, b) => a - b)
    return { ...gap, amendments, told: [gap.hs, ...amendments].join('/') }
  })
  const shown = gaps.filter(({ told }) => !sides.told.includes(told)).slice(0, HEADINGS_MAX)
  memory.set(row, { ...sides, told: [...sides.told, ...shown.map(({ told }) => told)].slice(-TOLD_MAX) })
  return shown.map(({ hs, exportValue, importValue, percent, entries, amendments }) => ({
    rule: 'INVOICING_GAP',
    about: [key, hs, ...amendments.map(String)],
    kind,
    entries: [...entries, ...amendments],
    says: {
      hs,
      figures: [
        { name: 'exportValue', value: formatAmount(exportValue), unit: exportValue.currency },
        { name: 'importValue', value: formatAmount(importValue), unit: importValue.currency },
        { name: 'gapPercent', value: percent },
        { name: 'tolerancePercent', value: String(INVOICING.tolerancePercent) },
      ],
      basis: 'operator',
      ...(notJudged > 0 && { notJudged }),
    },
  }))
}

const headingsOf = ({ items }: FiledFacts, digits: number): string[] =>
  [...new Set(items.map(({ hs }) => hs.slice(0, digits)))].slice(0, HEADINGS_MAX)
