// Rule (c): what the items weigh together and what the declaration says they weigh. Masses in units that are no mass are left alone.
import {
  addDecimals,
  compareDecimals,
  decimalOf,
  formatDecimal,
  multiplyDecimals,
  parseDecimal,
  type Decimal,
  type Finding,
} from '../../hub/index.ts'
import { kilogramsPer } from '../reference/index.ts'
import { finding } from './codes.ts'
import type { Place } from './place.ts'

/** What a measure is in kilograms; undefined if it is not there or its unit is none of mass. */
export function kilogramsOf(measure: Place | undefined): Decimal | undefined {
  const value = parseDecimal(measure?.text('value'))
  const unit = measure?.text('unitCode')
  if (!value || unit === undefined) return undefined
  // The kilogram itself must not depend on a table.
  const factor = unit === 'KGM' ? decimalOf(1) : parseDecimal(kilogramsPer(unit))
  return factor && multiplyDecimals(value, factor)
}

export function checkMasses(body: Place, items: readonly Place[], whole: boolean): Finding[] {
  const found = items.flatMap(checkItem)
  const gross = kilogramsOf(body.at('totalGrossMass'))
  // Zero is written where nothing is known yet, or where the goods are packed with others.
  if (!whole || !gross || gross.digits === 0n || items.length === 0) return found
  const rounding = decimalOf(5 * (items.length + 1), 1)
  const most = addDecimals(gross, rounding)
  const net = sumOf(items.map((item) => kilogramsOf(item.at('goodsMeasure', 'netNetWeight'))))
  const sum = sumOf(items.map((item) => kilogramsOf(item.at('goodsMeasure', 'grossMass'))))
  const params = { gross: plain(gross) }
  if (net && compareDecimals(net, most) > 0)
    found.push(finding('WCO_GROSS_BELOW_NET', '/totalGrossMass/value', { ...params, net: plain(net) }))
  else if (sum && compareDecimals(sum, most) > 0)
    found.push(finding('WCO_GROSS_BELOW_ITEMS', '/totalGrossMass/value', { ...params, items: plain(sum) }))
  return found
}

function checkItem(item: Place): Finding[] {
  const gross = kilogramsOf(item.at('goodsMeasure', 'grossMass'))
  const net = kilogramsOf(item.at('goodsMeasure', 'netNetWeight'))
  if (!gross || !net || gross.digits === 0n || compareDecimals(net, gross) <= 0) return []
  const path = `${item.path}/goodsMeasure/netNetWeight/value`
  return [finding('WCO_ITEM_NET_EXCEEDS_GROSS', path, { net: plain(net), gross: plain(gross) })]
}

/** Undefined if one is missing: nothing can be said of a sum of some. */
function sumOf(values: readonly (Decimal | undefined)[]): Decimal | undefined {
  let sum = decimalOf(0)
  for (const value of values) {
    if (!value) return undefined
    sum = addDecimals(sum, value)
  }
  return sum
}

/** Without the zeros that scaling leaves behind. */
const plain = (value: Decimal): string =>
  formatDecimal(value)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
