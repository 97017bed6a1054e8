// What a declaration says against itself: identifiers, codes of international lists, sums. The same rules for what is sent to the hub
// and for what others have written, where only what no customisation of the data model allows is wrong.
import { checkContainer, checkHs, checkImo, placed, type Finding, type Flaw } from '../../hub/index.ts'
import { checkCountryCode, checkCurrencyCode, checkForeignCountry, checkForeignCurrency } from './code-sets.ts'
import { finding } from './codes.ts'
import { checkMasses } from './mass-rules.ts'
import { checkPackages } from './package-rules.ts'
import type { Place } from './place.ts'

/** `own`: sent to the hub as its kind. `foreign`: written by others, under rules of their own. */
export type Origin = 'own' | 'foreign'

const PARTIES = [
  ['submitter'],
  ['agent'],
  ['declarant'],
  ['exporter'],
  ['importer'],
  ['goodsShipment', 'consignee'],
  ['goodsShipment', 'consignor'],
  ['goodsShipment', 'buyer'],
  ['goodsShipment', 'seller'],
]
const COUNTRIES = [
  ['borderTransportMeans', 'registrationNationalityCode'],
  ['goodsShipment', 'exportCountryId'],
  ['goodsShipment', 'destinationCountryCode'],
  ...PARTIES.map((path) => [...path, 'address', 'countryCode']),
]

export const partiesOf = (body: Place): Place[] => PARTIES.flatMap((path) => body.at(...path) ?? [])
export const itemsOf = (body: Place): Place[] => body.rows('goodsShipment', 'items')

/** An original or a replacement states everything; other functions a part, so that nothing can be counted in them. */
export const isWhole = (body: Place): boolean => ['9', '5', undefined].includes(body.text('functionCode'))

export function checkSaid(body: Place, origin: Origin): Finding[] {
  const items = itemsOf(body)
  return [
    ...checkIdentifiers(body, items),
    ...checkCountries(body, items, origin === 'own' ? checkCountryCode : checkForeignCountry),
    ...checkCurrencies(body, items, origin === 'own' ? checkCurrencyCode : checkForeignCurrency),
    ...items.flatMap(checkCommodity),
    ...(isWhole(body) ? [...checkNumbers(body, items, origin), ...checkPackages(body, items, origin)] : []),
    ...checkMasses(body, items, isWhole(body)),
  ]
}

/** Wagons, trailers and swap bodies have numbers of other forms; what has the form of a container number has its check digit. */
function checkIdentifiers(body: Place, items: readonly Place[]): Finding[] {
  const listed = body.rows('goodsShipment', 'transportEquipment').flatMap((row) => row.at('id') ?? [])
  const ids = new Set(listed.map((place) => place.text()))
  // Some name containers at the item they hold alone.
  const named = items.flatMap((item) => item.rows('equipmentIds')).filter((place) => !ids.has(place.text()))
  const means = body.at('borderTransportMeans')
  const isShip = means?.text('identificationTypeCode') === '10'
  return [
    ...[...listed, ...named].flatMap((place) => told(place, checkEquipmentId)),
    ...(isShip ? told(means?.at('id'), (id) => (/^\d{7}$/.test(id) ? checkImo(id) : undefined)) : []),
  ]
}

const checkEquipmentId = (id: string): Flaw | undefined =>
  looksLikeContainer(id) ? checkContainer(id.toUpperCase()) : undefined

export const looksLikeContainer = (id: string): boolean => /^[A-Z]{3}[UJZ]\d{7}$/i.test(id)

function checkCountries(body: Place, items: readonly Place[], check: (value: string) => Flaw | undefined): Finding[] {
  const places = [
    ...COUNTRIES.map((path) => body.at(...path)),
    ...items.flatMap((item) => item.rows('origins').map((row) => row.at('countryCode'))),
  ]
  return places.flatMap((place) => told(place, check))
}

const ITEM_AMOUNTS = ['itemChargeAmount', 'customsValueAmount', 'statisticalValueAmount']

function checkCurrencies(body: Place, items: readonly Place[], check: (value: string) => Flaw | undefined): Finding[] {
  const places = [
    body.at('invoiceAmount', 'currency'),
    ...body.rows('currencyExchanges').map((row) => row.at('currencyTypeCode')),
    ...body.rows('obligationGuarantees').map((row) => row.at('amount', 'currency')),
    ...items.flatMap((item) => [
      ...ITEM_AMOUNTS.map((name) => item.at(name, 'currency')),
      ...item.rows('dutyTaxFees').map((row) => row.at('adValoremTaxBaseAmount', 'currency')),
    ]),
  ]
  return places.flatMap((place) => told(place, check))
}

// Code lists that begin with the six digits of the Harmonized System; others (additional codes, national ones) are not looked at.
const HS_BASED: ReadonlySet<string | undefined> = new Set(['HS', 'TSP', 'SRZ', undefined])

function checkCommodity(item: Place): Finding[] {
  return item.rows('classifications').flatMap((row) => {
    const id = row.text('id')
    if (id === undefined || !HS_BASED.has(row.text('identificationTypeCode')) || !/^\d{6,}$/.test(id)) return []
    return told(row.at('id'), () => checkHs(id.slice(0, 6)))
  })
}

/** Rule (a). A foreign document may begin with another number than 1; what follows counts on. */
function checkNumbers(body: Place, items: readonly Place[], origin: Origin): Finding[] {
  const declared = body.text('goodsItemQuantity')
  const found: Finding[] = []
  if (declared !== undefined && items.length > 0 && Number(declared) !== items.length)
    found.push(finding('WCO_ITEM_COUNT_DIFFERS', '/goodsItemQuantity', { declared, items: items.length }))
  const first = origin === 'own' ? 1 : Number(items[0]?.text('sequenceNumeric') ?? 1)
  for (const [at, item] of items.entries()) {
    const number = item.text('sequenceNumeric')
    if (number !== undefined && Number(number) !== first + at) {
      found.push(finding('WCO_ITEM_SEQUENCE', `${item.path}/sequenceNumeric`, { expected: first + at }))
      break
    }
  }
  return found
}

export const told = (place: Place | undefined, check: (text: string) => Flaw | undefined): Finding[] => {
  const text = place?.text()
  const flaw = text === undefined ? undefined : check(text)
  return flaw ? [placed(flaw, place!.path)] : []
}
