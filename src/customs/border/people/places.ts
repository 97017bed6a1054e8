// Border counties, and whose sellers may hold stalls at their markets. A resident of any other county is no border resident, and a market
// lies in one of these: here it counts that a county is listed, so the list need not be complete.
import { borderCounties, referenceList } from '../../reference/index.ts'
import { finding } from './codes.ts'
import type { Finding } from '../../../hub/index.ts'

/** Countries (alpha-2) whose sellers may hold a stall at a market in this county: the neighbours of the border counties of its province. */
export function sellersAt(county: string): readonly string[] {
  const province = county.slice(0, 2)
  const found = Object.entries(borderCounties()).filter(([code]) => code.startsWith(province))
  return [...new Set(found.map(([, { neighbour }]) => neighbour))].sort()
}

/** A finding for a code of a county, or of a town or village in it, that is in no border county of the list. */
export function checkBorderPlace(
  code: string | undefined,
  path: string,
  found: 'RESIDENCE_NOT_BORDER' | 'SITE_PLACE_UNKNOWN',
): Finding[] {
  if (code === undefined) return []
  const county = code.slice(0, 6)
  if (Object.hasOwn(borderCounties(), county)) return []
  return [finding(found, path, { value: county, date: referenceList('border-counties').asOf })]
}
