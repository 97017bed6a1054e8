// Freight, insurance and other charges, as direction and terms of delivery ask for them (rule 2).
import { compareDecimals, decimalOf, parseDecimal, type Finding, type Texts } from '../hub/index.ts'
import type { CustomsDeclaration } from '../../schemas/types.d.ts'
import { termsName } from './code-lists.ts'
import { finding } from './codes.ts'

type Header = Texts<CustomsDeclaration>
type Need = 'freight' | 'insurance'

// The price of an export is turned into FOB, so what it contains beyond FOB is stated; that of an import into CIF, so what it lacks is.
// Terms that are missing here have no rule.
const CIF = '1'
const COST_AND_FREIGHT = '2'
const FOB = '3'
const COST_AND_INSURANCE = '4'
const EXW = '7'
const STATED: ReadonlyMap<string, ReadonlyMap<string, readonly Need[]>> = new Map([
  [
    'E',
    new Map<string, readonly Need[]>([
      [CIF, ['freight', 'insurance']],
      [COST_AND_FREIGHT, ['freight']],
      [COST_AND_INSURANCE, ['insurance']],
      [FOB, []],
      [EXW, []],
    ]),
  ],
  [
    'I',
    new Map<string, readonly Need[]>([
      [CIF, []],
      [COST_AND_FREIGHT, ['insurance']],
      [COST_AND_INSURANCE, ['freight']],
      [FOB, ['freight', 'insurance']],
      [EXW, ['freight', 'insurance']],
    ]),
  ],
])

export function checkCharges(header: Header): Finding[] {
  return [
    ...checkNeeds(header),
    ...checkCharge('fee', header.feeMark, header.feeRate, header.feeCurr),
    ...checkCharge('insur', header.insurMark, header.insurRate, header.insurCurr),
    ...checkCharge('other', header.otherMark, header.otherRate, header.otherCurr),
  ]
}

function checkNeeds(header: Header): Finding[] {
  const stated = STATED.get(header.ieFlag ?? '')?.get(header.transMode ?? '')
  if (!stated) return []
  const terms = termsName(header.transMode!)
  const freight = header.feeMark !== undefined
  const insurance = header.insurMark !== undefined
  const found: Finding[] = []
  if (stated.includes('freight') && !freight) found.push(finding('FREIGHT_MISSING', '/feeMark', { terms }))
  if (stated.includes('insurance') && !insurance) found.push(finding('INSURANCE_MISSING', '/insurMark', { terms }))
  if (stated.length === 0 && freight) found.push(finding('FREIGHT_UNEXPECTED', '/feeMark', { terms }))
  if (stated.length === 0 && insurance) found.push(finding('INSURANCE_UNEXPECTED', '/insurMark', { terms }))
  return found
}

function checkCharge(name: string, mark?: string, rate?: string, currency?: string): Finding[] {
  if (mark === undefined && rate === undefined && currency === undefined) return []
  if (mark === undefined || rate === undefined || (mark !== '1' && currency === undefined))
    return [finding('CHARGE_INCOMPLETE', `/${name}Mark`)]
  const value = parseDecimal(rate)
  if (!value) return []
  const isRate = mark === '1'
  if (isRate && (value.digits <= 0n || compareDecimals(value, decimalOf(100)) >= 0))
    return [finding('CHARGE_RATE_RANGE', `/${name}Rate`, { value: rate })]
  return value.digits > 0n ? [] : [finding('AMOUNT_NOT_POSITIVE', `/${name}Rate`)]
}
