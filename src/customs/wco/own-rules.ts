// What the hub asks of a declaration that is sent to it beyond its schema: forms of identifiers, code lists, and what each function states.
import { checkHs, checkLocode, checkUcr, parseDecimal, type Finding, type Flaw } from '../../hub/index.ts'
import { listed } from '../code-lists.ts'
import { finding as customsFinding } from '../codes.ts'
import { checkTerms } from './code-sets.ts'
import { finding } from './codes.ts'
import { isRealTime } from './times.ts'
import { isWhole, itemsOf, partiesOf, told } from './said-rules.ts'
import type { Place } from './place.ts'

const TIMES = [['issueDateTime'], ['acceptanceDateTime'], ['goodsShipment', 'exitDateTime']] as const

/** Members that an original or a replacement has; JSON Pointers. */
export const WHOLE = [
  '/exporter',
  '/goodsItemQuantity',
  '/goodsShipment',
  '/goodsShipment/exportCountryId',
  '/goodsShipment/destinationCountryCode',
  '/goodsShipment/items',
] as const

export function checkOwn(body: Place): Finding[] {
  const items = itemsOf(body)
  return [
    ...checkStated(body),
    ...partiesOf(body).flatMap(checkParty),
    ...told(body.at('goodsShipment', 'ucr', 'id'), checkUcr),
    ...told(body.at('issueLocationId'), checkLocode),
    ...told(body.at('goodsShipment', 'loadingLocationId'), checkLocode),
    ...told(body.at('goodsShipment', 'unloadingLocationId'), checkLocode),
    ...told(body.at('goodsShipment', 'tradeTerms', 'conditionCode'), checkTerms),
    ...checkTimes(body),
    ...checkEquipment(body, items),
    ...items.flatMap(checkItem),
  ]
}

/** Members that its function asks for and that are not there; JSON Pointers. Rule (e): a change says what it changes. */
export function unstated(body: Place): string[] {
  if (body.text('functionCode') === '4') return body.rows('amendments').length === 0 ? ['/amendments'] : []
  if (!isWhole(body)) return []
  const missing: string[] = WHOLE.filter((path) => body.at(...path.slice(1).split('/')) === undefined)
  const receiver = body.at('goodsShipment', 'consignee') ?? body.at('importer')
  return receiver ? missing : [...missing, '/goodsShipment/consignee']
}

function checkStated(body: Place): Finding[] {
  const code = body.text('functionCode') ?? '9'
  return unstated(body).map((field) => finding('WCO_FIELD_MISSING', field, { function: code, field: field.slice(1) }))
}

const checkParty = (party: Place): Finding[] =>
  party.at('id') || (party.at('name') && party.at('address')) ? [] : [finding('WCO_PARTY_UNIDENTIFIED', party.path)]

function checkTimes(body: Place): Finding[] {
  const places = [
    ...TIMES.map((path) => body.at(...path)),
    ...body.rows('goodsShipment', 'invoices').map((row) => row.at('issueDateTime')),
  ]
  return places.flatMap((place) => {
    const value = place?.text()
    return value === undefined || isRealTime(value) ? [] : [customsFinding('DATE_INVALID', place!.path, { value })]
  })
}

/** Rule (d), and each container once. */
function checkEquipment(body: Place, items: readonly Place[]): Finding[] {
  const rows = body.rows('goodsShipment', 'transportEquipment')
  const ids = rows.map((row) => row.text('id'))
  const repeated = rows.flatMap((row, at) => {
    const value = ids[at]
    return value !== undefined && ids.indexOf(value) < at
      ? [customsFinding('CONTAINER_REPEATED', `${row.path}/id`, { value })]
      : []
  })
  const unlisted = items.flatMap((item) =>
    item.rows('equipmentIds').flatMap((place) => {
      const value = place.text()
      return value === undefined || ids.includes(value)
        ? []
        : [finding('WCO_EQUIPMENT_UNLISTED', place.path, { value })]
    }),
  )
  return [...repeated, ...unlisted]
}

/** Its form alone: whether the chapter exists is asked of every code. */
const checkForm = (id: string): Flaw | undefined => (/^\d{6,18}$/.test(id) ? undefined : checkHs(id))

const checkPackage = listed('rec21-packages')
const checkUnit = listed('rec20-units')
const MEASURES = ['grossMass', 'netNetWeight', 'tariffQuantity']

function checkItem(item: Place): Finding[] {
  const net = item.at('goodsMeasure', 'netNetWeight', 'value')
  const [code] = item.rows('classifications')
  return [
    ...(code ? told(code.at('id'), checkForm) : []),
    ...item.rows('packagings').flatMap((row) => told(row.at('typeCode'), checkPackage)),
    ...MEASURES.flatMap((name) => told(item.at('goodsMeasure', name, 'unitCode'), checkUnit)),
    ...(parseDecimal(net?.text())?.digits === 0n ? [customsFinding('QUANTITY_NOT_POSITIVE', net!.path)] : []),
  ]
}
