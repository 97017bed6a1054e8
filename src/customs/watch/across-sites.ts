// QUOTA_ACROSS_SITES, pure: what one person declares in one day at several market sites.
import { ACROSS_SITES } from './limits.ts'

/** All that a person declared in a day at one site; fen as decimal digits, for it is kept as JSON. */
export type SiteSum = {
  site: string
  minor: string
  /** Declarations in the sum. */
  count: number
  /** The largest of them, by journal index. */
  largest: { index: number; minor: string }[]
}

/** Declarations of a site that an alert names; the sum is of all. */
const NAMED_MAX = 20

export interface AcrossSites {
  totalMinor: bigint
  sites: string[]
}

/** Undefined while it is nothing to look at: one site, or two within reason. */
export function acrossSites(
  sums: readonly Pick<SiteSum, 'site' | 'minor'>[],
  quotaMinor: bigint,
): AcrossSites | undefined {
  const sites = [...new Set(sums.map(({ site }) => site))].sort()
  const totalMinor = sums.reduce((sum, { minor }) => sum + BigInt(minor), 0n)
  const { abovePercent, sitesMin } = ACROSS_SITES
  const isMuch = sites.length >= 2 && totalMinor * 100n > quotaMinor * abovePercent
  return isMuch || sites.length >= sitesMin ? { totalMinor, sites } : undefined
}

/** The sums with one declaration more. */
export function added(sums: readonly SiteSum[], site: string, index: number, minor: bigint): SiteSum[] {
  const before = sums.find((one) => one.site === site) ?? { site, minor: '0', count: 0, largest: [] }
  const largest = [...before.largest, { index, minor: minor.toString() }]
  const sum: SiteSum = {
    site,
    minor: (BigInt(before.minor) + minor).toString(),
    count: before.count + 1,
    largest: largest.toSorted((a, b) => Number(BigInt(b.minor) - BigInt(a.minor))).slice(0, NAMED_MAX),
  }
  return [...sums.filter((one) => one.site !== site), sum]
}

/** The sums without a declaration that came to nothing; a site with none left is none. */
export function taken(sums: readonly SiteSum[], site: string, index: number, minor: bigint): SiteSum[] {
  const before = sums.find((one) => one.site === site)
  const others = sums.filter((one) => one.site !== site)
  if (!before || before.count <= 1) return others
  const left = BigInt(before.minor) - minor
  const sum: SiteSum = {
    site,
    minor: (left < 0n ? 0n : left).toString(),
    count: before.count - 1,
    largest: before.largest.filter((one) => one.index !== index),
  }
  return [...others, sum]
}
