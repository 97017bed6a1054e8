// From where on something is told to supervisors: every figure with where it is from. `law` is a limit of an authority, `operator` a setting
// that nobody prescribes.
import { limitOf, type Limit } from '../reference/index.ts'

/** Where a figure is from. */
export interface Source {
  basis: 'law' | 'operator'
  source: string
}

const HOUR_MS = 3_600_000
/** Looked up when it is needed: the reference data may be a folder of the operator's. */
export const residentQuota = (): Limit => limitOf('border-resident-day')

/** A person may buy at several sites; the quota is one. The excess is taxed and no wrong: much of it, or many sites in one day, is looked at. */
export const ACROSS_SITES = {
  /** Above quota times this many hundredths, over at least two sites. */
  abovePercent: 150n,
  sitesMin: 3,
  excess: { basis: 'operator', source: 'half of the quota above it, or three sites in one day' } satisfies Source,
}

export interface SmallDeclaration extends Source {
  /** Supervision modes 监管方式 it is for; absent: all others. */
  modes?: readonly string[]
  currency: string
  limitMinor: bigint
}

/** Up to these values a declaration passes by easier rules, which is why goods are divided. */
export const SMALL_DECLARATIONS: readonly SmallDeclaration[] = [
  {
    modes: ['1039'],
    currency: 'USD',
    limitMinor: 15_000_000n,
    basis: 'law',
    source: '海关总署公告2019年第221号',
  },
  {
    currency: 'CNY',
    limitMinor: 500_000n,
    basis: 'operator',
    source: '财关税〔2018〕49号 single purchase, taken over',
  },
  { currency: 'USD', limitMinor: 70_000n, basis: 'operator', source: 'about 5,000 CNY' },
]

export const SPLITTING = { countMin: 3, windowMs: 24 * HOUR_MS }

/**
 * A value far from the party's own history: at least `observationsMin` of the last `window`, and further from their median than `factor`
 * times the robust deviation (1.4826 times the median absolute deviation). The deviation counts as at least `leastShare` of the median:
 * who always declares the same is not watched for pennies.
 */
export const OUTLIER = { observationsMin: 8, window: 50, factor: 5, leastShare: 0.1 }

/** Exports are often valued FOB and imports CIF: freight and insurance may lie between. Masses may differ by drying and weighing. */
export const INVOICING = { tolerancePercent: 15 }
