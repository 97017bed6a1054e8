// Rules of an ASEAN customs declaration document that need nothing but the document.
import { checkHs, checkLocode, checkUcr, isDate, parseDecimal, type Finding } from '../../hub/index.ts'
import { listed } from '../code-lists.ts'
import { finding as customsFinding } from '../codes.ts'
import { checkCountryCode } from './code-sets.ts'
import { finding } from './codes.ts'
import type { Place } from './place.ts'
import { told } from './said-rules.ts'

/** Members of an original; JSON Pointers. */
const STATED = [
  '/exporterId',
  '/exporterName',
  '/consigneeName',
  '/consigneeAddress',
  '/departureDate',
  '/outwardTransportMode',
  '/portOfDischarge',
  '/items',
]

/** Members of an original that are not there; JSON Pointers. */
export const unstatedOf = (body: Place): string[] =>
  body.text('functionCode') === '1' ? [] : STATED.filter((path) => body.at(path.slice(1)) === undefined)

export function checkAcdd(body: Place): Finding[] {
  return [
    ...unstatedOf(body).map((path) => finding('ACDD_FIELD_MISSING', path, { field: path.slice(1) })),
    ...checkCountries(body),
    ...told(body.at('portOfDischarge'), checkLocode),
    ...told(body.at('ucr'), checkUcr),
    ...checkDischarge(body),
    ...checkAgent(body),
    ...checkReason(body),
    ...checkDeparture(body),
    ...body.rows('items').flatMap(checkItem),
  ]
}

function checkCountries(body: Place): Finding[] {
  const country = body.text('exportCountry')
  const places = [
    body.at('exportCountry'),
    body.at('importCountry'),
    ...body.rows('transitCountries'),
    body.at('consigneeAddress', 'countryCode'),
  ]
  const same =
    country !== undefined && country === body.text('importCountry')
      ? [finding('ACDD_COUNTRIES_SAME', '/importCountry', { country })]
      : []
  return [...same, ...places.flatMap((place) => told(place, checkCountryCode))]
}

function checkDischarge(body: Place): Finding[] {
  const value = body.text('portOfDischarge')
  const country = body.text('importCountry')
  if (value === undefined || country === undefined) return []
  const route = [country, ...body.rows('transitCountries').map((row) => row.text())]
  return route.includes(value.slice(0, 2))
    ? []
    : [finding('ACDD_DISCHARGE_COUNTRY', '/portOfDischarge', { value, country })]
}

const checkAgent = (body: Place): Finding[] =>
  (body.at('declaringAgentId') === undefined) === (body.at('declaringAgentName') === undefined)
    ? []
    : [finding('ACDD_AGENT_INCOMPLETE', '/declaringAgentId')]

const checkReason = (body: Place): Finding[] =>
  body.text('functionCode') === '1' && body.at('cancellationReason') === undefined
    ? [finding('ACDD_REASON_MISSING', '/cancellationReason', { outcome: 'CANCELLED' })]
    : []

function checkDeparture(body: Place): Finding[] {
  const value = body.text('departureDate')
  return value === undefined || isDate(value) ? [] : [customsFinding('DATE_INVALID', '/departureDate', { value })]
}

const checkUnit = listed('rec20-units')

function checkItem(item: Place, at: number): Finding[] {
  const expected = at + 1
  const number = item.text('serialNumber')
  return [
    ...(number === undefined || number === String(expected)
      ? []
      : [customsFinding('ITEM_NUMBER_GAP', `${item.path}/serialNumber`, { expected })]),
    ...told(item.at('hsCode'), checkHs),
    ...told(item.at('hsQuantityUnit'), checkUnit),
    ...told(item.at('originCountry'), checkCountryCode),
    ...(parseDecimal(item.text('hsQuantity'))?.digits === 0n
      ? [customsFinding('QUANTITY_NOT_POSITIVE', `${item.path}/hsQuantity`)]
      : []),
  ]
}
