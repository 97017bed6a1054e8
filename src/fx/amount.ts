// Amounts and rates as XML writes them: xs:decimal allows signs, leading zeros and a bare point, which decimals here do not.
import { parseDecimal, type Decimal } from '../hub/index.ts'
import type { Element } from './element.ts'

/** Reads an xs:decimal of at most 18 digits before the point; undefined for anything else. */
export function parseXmlDecimal(text: string | undefined): Decimal | undefined {
  const [, sign, whole = '', fraction = ''] = /^\s*([+-]?)(\d*)(?:\.(\d*))?\s*$/.exec(text ?? '') ?? []
  if (sign === undefined || whole + fraction === '') return undefined
  const digits = `${whole.replace(/^0+/, '') || '0'}${fraction === '' ? '' : `.${fraction}`}`
  return parseDecimal(sign === '-' && /[1-9]/.test(digits) ? `-${digits}` : digits)
}

/** An exact amount of some currency, with as many places as were written. */
export interface Amount {
  currency: string
  value: Decimal
}

/** The amount an element holds; undefined if it holds none that can be read. */
export function amountOf(element: Element | undefined): Amount | undefined {
  const currency = element?.text('Ccy')
  const value = parseXmlDecimal(element?.text('value'))
  return currency === undefined || !value ? undefined : { currency, value }
}
