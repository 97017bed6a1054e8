// Identifiers of what moves: containers, ships, air waybills, and the GS1 numbers of goods, places and pallets.
import { DIGITS, gs1Digit, weightedSum } from './check-digit.ts'
import { flaw, type IdentifierCheck } from './codes.ts'

// Letter values of ISO 6346 run from 10 to 38 and leave out the multiples of 11; the blanks keep the index equal to the value.
const CONTAINER_VALUES = '0123456789A BCDEFGHIJK LMNOPQRSTU VWXYZ'

/** ISO 6346; a remainder of 10 counts as 0. */
export const checkContainer: IdentifierCheck = (text) => {
  if (!/^[A-Z]{3}[UJZ]\d{7}$/.test(text)) return flaw('CONTAINER_MALFORMED')
  const expected = (weightedSum(text.slice(0, 10), CONTAINER_VALUES, (at) => 2 ** at) % 11) % 10
  return Number(text[10]) === expected ? undefined : flaw('CONTAINER_CHECK_DIGIT', { value: text, expected })
}

/** IMO ship number without the letters IMO: weights 7 to 2. */
export const checkImo: IdentifierCheck = (text) => {
  if (!/^\d{7}$/.test(text)) return flaw('IMO_MALFORMED')
  const expected = weightedSum(text.slice(0, 6), DIGITS, (at) => 7 - at) % 10
  return Number(text[6]) === expected ? undefined : flaw('IMO_CHECK_DIGIT', { value: text, expected })
}

/** Air waybill: the last digit is the seven before it modulo 7. */
export const checkAirWaybill: IdentifierCheck = (text) => {
  if (!/^\d{3}-?\d{8}$/.test(text)) return flaw('AWB_MALFORMED')
  const expected = Number(text.slice(-8, -1)) % 7
  return Number(text.at(-1)) === expected ? undefined : flaw('AWB_CHECK_DIGIT', { value: text, expected })
}

function checkGs1(text: string, length: number, name: 'GTIN' | 'GLN' | 'SSCC') {
  if (text.length !== length || !/^\d+$/.test(text)) return flaw(`${name}_MALFORMED`)
  const expected = gs1Digit(text.slice(0, -1))
  return Number(text.at(-1)) === expected ? undefined : flaw(`${name}_CHECK_DIGIT`, { value: text, expected })
}

export const checkGtin: IdentifierCheck = (text) => checkGs1(text, 14, 'GTIN')
export const checkGln: IdentifierCheck = (text) => checkGs1(text, 13, 'GLN')
export const checkSscc: IdentifierCheck = (text) => checkGs1(text, 18, 'SSCC')
