// Rule (b): the packages of the items and the number of packages of the declaration.
import type { Finding } from '../../hub/index.ts'
import { finding } from './codes.ts'
import { isBulk } from './code-sets.ts'
import type { Place } from './place.ts'
import type { Origin } from './said-rules.ts'

/**
 * Items may share packages, and then either all of them but one state none, or each states the packages it is in. The sum may therefore
 * lie above the total in a foreign document; below it, packages would be left that nothing is in.
 */
export function checkPackages(body: Place, items: readonly Place[], origin: Origin): Finding[] {
  const total = body.text('totalPackageQuantity')
  const rows = items.map((item) => item.rows('packagings'))
  if (total === undefined || items.length === 0 || rows.some((packagings) => packagings.length === 0)) return []
  const all = rows.flat()
  const counts = all.map((row) => row.text('quantity'))
  if (counts.includes(undefined) || all.some((row) => isBulk(row.text('typeCode')))) return []
  const sum = counts.reduce((before, count) => before + BigInt(/^\d{1,20}$/.test(count!) ? count! : '0'), 0n)
  const stated = BigInt(/^\d{1,20}$/.test(total) ? total : '0')
  const shared = origin === 'foreign' && (sum > stated || counts.some((count) => /^0+$/.test(count!)))
  if (sum === stated || shared) return []
  return [finding('WCO_PACKAGES_DIFFER', '/totalPackageQuantity', { items: String(sum), total })]
}
