// Checks of codes in documents against the lists of reference data: of a complete list the code, of any other only the form.
import { alpha2Of, isCompactDate, isCurrency, type Flaw } from '../hub/index.ts'
import { flaw } from './codes.ts'
import { LISTS, type ListName } from './reference/forms.ts'
import { entryOf, referenceList } from './reference/index.ts'

export interface SupervisionMode {
  name: string
  /** Duty natures that go with it; absent: any. */
  dutyNatures?: readonly string[]
  /** Processing trade: the registration number is needed. */
  needsManual?: boolean
}

/** The check of one list: a code it has is good, and of a list that is not complete any code of the right form. */
export const listed =
  (name: ListName) =>
  (value: string): Flaw | undefined => {
    if (entryOf(name, value) !== undefined) return undefined
    const { title, asOf, complete } = referenceList(name)
    return !complete && LISTS[name].code.test(value) ? undefined : flaw('CODE_NOT_LISTED', { value, list: title, asOf })
  }

export const checkTransportMode = listed('transport-modes')
export const checkTransactionTerms = listed('transaction-terms')
export const checkSupervisionMode = listed('supervision-modes')
export const checkDutyNature = listed('duty-natures')
export const checkDutyMode = listed('duty-modes')
export const checkPackageKind = listed('package-kinds')
export const checkUnit = listed('units')
export const checkLicenceCode = listed('licence-documents')

export const supervisionMode = (code: string): SupervisionMode | undefined => entryOf('supervision-modes', code)
export const termsName = (code: string): string => entryOf<string>('transaction-terms', code) ?? code

/** An office must be in the list; while that is not complete, one that is not in it must be of a district there is. */
export function checkOffice(value: string): Flaw | undefined {
  if (entryOf('customs-offices', value) !== undefined) return undefined
  const { asOf, complete } = referenceList('customs-offices')
  const district = /^\d{4}$/.test(value) ? entryOf('customs-districts', value.slice(0, 2)) : undefined
  return !complete && district !== undefined ? undefined : flaw('CUSTOMS_OFFICE_UNKNOWN', { value, asOf })
}

export const checkCountry = (value: string): Flaw | undefined => {
  const alpha2 = alpha2Of(value)
  return alpha2 !== undefined && entryOf('countries', alpha2) !== undefined
    ? undefined
    : flaw('COUNTRY_UNKNOWN', { value, asOf: referenceList('countries').asOf })
}

/** A country of a Chinese declaration: customs has codes of its own beside those of ISO 3166, for what is unknown or no one country. */
export const checkDeclaredCountry = (value: string): Flaw | undefined =>
  alpha2Of(value) === undefined && listed('customs-countries')(value) === undefined ? undefined : checkCountry(value)

export const checkPort = (value: string): Flaw | undefined =>
  /^[A-Z]{3}\d{3}$/.test(value) && !checkDeclaredCountry(value.slice(0, 3))
    ? undefined
    : flaw('PORT_MALFORMED', { value })

/** A currency of the list whose decimals the hub knows: without them no amount can be counted. */
export const checkCurrency = (value: string): Flaw | undefined =>
  isCurrency(value) && entryOf('currencies', value) !== undefined
    ? undefined
    : flaw('CURRENCY_UNKNOWN', { value, asOf: referenceList('currencies').asOf })

export const checkDay = (value: string): Flaw | undefined =>
  isCompactDate(value) ? undefined : flaw('DATE_INVALID', { value })

/** Documents of which an export of the tariff line needs one; empty if none. */
export const licencesOf = (line: string): readonly string[] =>
  Object.entries(referenceList<readonly string[]>('tariff-licences').codes).find(([digits]) =>
    line.startsWith(digits),
  )?.[1] ?? []
