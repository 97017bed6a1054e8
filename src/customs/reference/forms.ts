// The lists of reference data there are: the form of the codes of each, and what an entry says beside its name.

/** What an entry of a list is made of: a name alone, or an object whose members have these forms; `?` marks one that may be missing. */
type EntryForm = 'name' | 'codes' | Readonly<Record<string, RegExp | 'codes' | 'flag' | 'text'>>

export interface ListForm {
  code: RegExp
  entry: EntryForm
}

const DAY = /^\d{4}-\d{2}-\d{2}$/
/** A decimal above zero. */
const FACTOR = /^(?![0.]*$)\d{1,12}(?:\.\d{1,12})?$/
const MINOR = /^[1-9]\d{0,15}$/

/** Every list by its name, which is its folder under reference/. */
export const LISTS = {
  'customs-districts': { code: /^\d{2}$/, entry: 'name' },
  'customs-offices': { code: /^\d{4}$/, entry: 'name' },
  'supervision-modes': {
    code: /^\d{4}$/,
    entry: { name: 'text', 'fullName?': 'text', 'dutyNatures?': 'codes', 'needsManual?': 'flag' },
  },
  'duty-natures': { code: /^\d{3}$/, entry: 'name' },
  'duty-modes': { code: /^[1-9]$/, entry: 'name' },
  'transport-modes': { code: /^[0-9A-Z]$/, entry: 'name' },
  'transaction-terms': { code: /^[1-9]$/, entry: 'name' },
  'package-kinds': { code: /^\d{2}$/, entry: 'name' },
  units: {
    code: /^\d{3}$/,
    entry: { name: 'text', 'rec20?': /^[A-Z0-9]{2,3}$/, 'kilograms?': FACTOR },
  },
  'licence-documents': { code: /^[0-9A-Za-z]$/, entry: 'name' },
  'tariff-licences': { code: /^\d{2,10}$/, entry: 'codes' },
  'customs-currencies': { code: /^\d{3}$/, entry: { name: 'text', currency: /^[A-Z]{3}$/ } },
  'customs-countries': { code: /^Z[A-Z]{2}$/, entry: 'name' },
  countries: { code: /^[A-Z]{2}$/, entry: { name: 'text', alpha3: /^[A-Z]{3}$/, numeric: /^\d{3}$/ } },
  currencies: { code: /^[A-Z]{3}$/, entry: { name: 'text', numeric: /^\d{3}$/, decimals: /^[0-4]$/ } },
  'rec20-units': { code: /^[A-Z0-9]{2,3}$/, entry: 'name' },
  'rec21-packages': { code: /^[A-Z0-9]{2}$/, entry: 'name' },
  'rec19-transport-modes': { code: /^\d$/, entry: 'name' },
  locodes: { code: /^[A-Z]{2}[A-Z2-9]{3}$/, entry: { name: 'text', 'functions?': /^[0-9B]{1,9}$/ } },
  'exchange-ready': { code: /^[A-Z]{2}$/, entry: { name: 'text', since: DAY } },
  'hs-chapters': { code: /^\d{2}$/, entry: { name: 'text', section: /^[IVX]{1,5}$/ } },
  'tariff-lines': { code: /^\d{8}$|^\d{10}$/, entry: 'name' },
  'border-goods': { code: /^\d{2,10}$/, entry: { name: 'text', 'gramsPerDay?': MINOR } },
  'border-districts': { code: /^\d{2}$/, entry: 'codes' },
  'border-counties': { code: /^\d{6}$/, entry: { name: 'text', neighbour: /^[A-Z]{2}$/ } },
  limits: {
    code: /^[a-z]+(?:-[a-z]+)*$/,
    entry: { name: 'text', amountMinor: MINOR, currency: /^[A-Z]{3}$/, source: 'text', since: DAY },
  },
} as const satisfies Record<string, ListForm>

export type ListName = keyof typeof LISTS

export const isListName = (name: string): name is ListName => Object.hasOwn(LISTS, name)

/** What is wrong with one entry; undefined if it has the form of its list. Never throws. */
export function entryFault(list: ListName, code: string, entry: unknown): string | undefined {
  const form: ListForm = LISTS[list]
  if (!form.code.test(code)) return `${JSON.stringify(code.slice(0, 40))} is not a code of this list`
  const fault = memberFault(form.entry, entry)
  return fault === undefined ? undefined : `${code}: ${fault}`
}

function memberFault(form: EntryForm, entry: unknown): string | undefined {
  if (form === 'name') return isText(entry) ? undefined : 'the entry is no text of 1 to 500 characters'
  if (form === 'codes') return isCodes(entry) ? undefined : 'the entry is no array of 1 to 100 codes'
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return 'the entry is no object'
  const members = entry as Record<string, unknown>
  for (const name of Object.keys(members))
    if (name.endsWith('?') || !(Object.hasOwn(form, name) || Object.hasOwn(form, `${name}?`)))
      return `${JSON.stringify(name.slice(0, 40))} is no member of an entry`
  for (const [key, one] of Object.entries(form)) {
    const name = key.replace('?', '')
    const value = Object.hasOwn(members, name) ? members[name] : undefined
    if (value === undefined ? name === key : !fits(one, value)) return `${name} is missing or has another form`
  }
  return undefined
}

function fits(form: RegExp | 'codes' | 'flag' | 'text', value: unknown): boolean {
  if (form === 'text') return isText(value)
  if (form === 'codes') return isCodes(value)
  if (form === 'flag') return typeof value === 'boolean'
  return typeof value === 'string' && form.test(value)
}

/** Text of one line that may be printed in a terminal: no control characters, no marks that turn its direction. */
export const isPlainText = (value: unknown, max: number): value is string =>
  typeof value === 'string' && value.length >= 1 && value.length <= max && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(value)

const isText = (value: unknown): boolean => isPlainText(value, 500)
const isCodes = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length >= 1 &&
  value.length <= 100 &&
  value.every((one) => typeof one === 'string' && /^[0-9A-Za-z]{1,10}$/.test(one))
