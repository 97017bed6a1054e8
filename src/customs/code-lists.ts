// Code lists of Chinese customs, read from schemas/customs/codes at start: data that the authority changes, not program.
import { alpha2Of, isCompactDate, isCurrency, readSchemaFile, type Flaw } from '../hub/index.ts'
import { flaw } from './codes.ts'

interface CodeList<Entry = string> {
  title: string
  /** Where the list comes from and how far to trust it. */
  status: string
  codes: Readonly<Record<string, Entry>>
}

export interface SupervisionMode {
  name: string
  /** Duty natures that go with it; absent: any. */
  dutyNatures?: readonly string[]
  /** Processing trade: the registration number is needed. */
  needsManual?: boolean
}

const read = <Entry = string>(name: string) => readSchemaFile<CodeList<Entry>>(`customs/codes/${name}.json`)
const entryOf = <Entry>(list: CodeList<Entry>, code: string): Entry | undefined =>
  Object.hasOwn(list.codes, code) ? list.codes[code] : undefined

const listed =
  (list: CodeList<unknown>) =>
  (value: string): Flaw | undefined =>
    entryOf(list, value) === undefined ? flaw('CODE_NOT_LISTED', { value, list: list.title }) : undefined

const supervisionModes = read<SupervisionMode>('supervision-modes')
const transactionTerms = read('transaction-terms')
const districts = read('customs-districts')
const offices = read('customs-offices')
const tariffLicences = read<readonly string[]>('tariff-licences')

export const checkTransportMode = listed(read('transport-modes'))
export const checkTransactionTerms = listed(transactionTerms)
export const checkSupervisionMode = listed(supervisionModes)
export const checkDutyNature = listed(read('duty-natures'))
export const checkDutyMode = listed(read('duty-modes'))
export const checkPackageKind = listed(read('package-kinds'))
export const checkUnit = listed(read('units'))
export const checkLicenceCode = listed(read('licence-documents'))

export const supervisionMode = (code: string): SupervisionMode | undefined => entryOf(supervisionModes, code)
export const termsName = (code: string): string => entryOf(transactionTerms, code) ?? code

const detailed = new Set(Object.keys(offices.codes).map((code) => code.slice(0, 2)))
const licensed = Object.entries(tariffLicences.codes)

/** An office must be in the list of its district; of districts without a list only the district is known. */
export function checkOffice(value: string): Flaw | undefined {
  const district = value.slice(0, 2)
  const known = detailed.has(district)
    ? entryOf(offices, value)
    : /^\d{4}$/.test(value)
      ? entryOf(districts, district)
      : undefined
  return known === undefined ? flaw('CUSTOMS_OFFICE_UNKNOWN', { value }) : undefined
}

export const checkCountry = (value: string): Flaw | undefined =>
  alpha2Of(value) === undefined ? flaw('COUNTRY_UNKNOWN', { value }) : undefined

export const checkPort = (value: string): Flaw | undefined =>
  /^[A-Z]{3}\d{3}$/.test(value) && alpha2Of(value.slice(0, 3)) ? undefined : flaw('PORT_MALFORMED', { value })

export const checkCurrency = (value: string): Flaw | undefined =>
  isCurrency(value) ? undefined : flaw('CURRENCY_UNKNOWN', { value })

export const checkDay = (value: string): Flaw | undefined =>
  isCompactDate(value) ? undefined : flaw('DATE_INVALID', { value })

/** Documents of which an export of the tariff line needs one; empty if none. */
export const licencesOf = (line: string): readonly string[] =>
  licensed.find(([digits]) => line.startsWith(digits))?.[1] ?? []
