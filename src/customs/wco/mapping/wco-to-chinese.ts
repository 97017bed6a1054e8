// WCO declaration to the draft of a Chinese declaration.
import {
  addDecimals,
  checkCustomsRegistration,
  checkEntryId,
  decimalOf,
  formatDecimal,
  type Decimal,
} from '../../../hub/index.ts'
import { checkOffice } from '../../code-lists.ts'
import { fromRec20 } from '../../reference/index.ts'
import { kilogramsOf } from '../mass-rules.ts'
import { Leaf, type Shadow } from '../shadow.ts'
import * as codes from './code-tables.ts'
import type { Source } from './source.ts'

const SHIPMENT = '/goodsShipment'
const ID_WHY = 'it is no code of Chinese customs'
const FILED_ABROAD = 'the declaration was not filed in China'

export function wcoToChinese(from: Source): Shadow {
  const ieFlag = directionOf(from)
  const exports = ieFlag !== 'I'
  const home = exports
    ? '/exporter'
    : from.look('/importer/name') || from.look('/importer/id')
      ? '/importer'
      : `${SHIPMENT}/consignee`
  const overseas = exports ? `${SHIPMENT}/consignee` : '/exporter'
  const abroad = exports ? `${SHIPMENT}/destinationCountryCode` : `${SHIPMENT}/exportCountryId`
  if (ieFlag !== undefined) from.take(exports ? `${SHIPMENT}/exportCountryId` : `${SHIPMENT}/destinationCountryCode`)
  const items = from.rows(`${SHIPMENT}/items`)
  const [packages] = items.slice(0, 1).flatMap((row) => from.rows(`${row}/packagings`))
  return {
    ieFlag,
    ...filingOf(from),
    ieDate: exports ? from.turn(`${SHIPMENT}/exitDateTime`, codes.compactDay, 'it is no day') : undefined,
    tradeCode: from.turn(`${home}/id`, customsCode, ID_WHY),
    tradeName: from.take(`${home}/name`),
    overseasTraderCode: from.take(`${overseas}/id`),
    overseasTraderName: from.take(`${overseas}/name`),
    trafMode: from.turn('/borderTransportMeans/modeCode', codes.modeFromRec19, codes.NO_CODE),
    trafName: from.take('/borderTransportMeans/name') ?? from.take('/borderTransportMeans/id'),
    ...documentsOf(from),
    ucr: from.take(`${SHIPMENT}/ucr/id`),
    tradeCountry: from.turn(abroad, codes.alpha3, codes.NO_CODE),
    transMode: from.turn(`${SHIPMENT}/tradeTerms/conditionCode`, codes.termsFromIncoterms, codes.NO_CODE),
    packNo: from.take('/totalPackageQuantity'),
    wrapType: packages && from.turn(`${packages}/typeCode`, codes.packageFromRec21, codes.NO_CODE),
    grossWt: massOf(from, '/totalGrossMass'),
    netWt: netOf(from, items),
    markNo: packages && from.take(`${packages}/marksNumbersId`),
    containers: from.rows(`${SHIPMENT}/transportEquipment`).map((row) => ({ containerId: from.take(`${row}/id`) })),
    items: items.map((row) => itemOf(from, row, exports)),
  }
}

/** Number, office, day and declarant, of a declaration that was filed in China; the partner's own are no part of what is filed here. */
function filingOf(from: Source): Record<string, Shadow> {
  const filer = from.look('/agent/name') === undefined ? '/declarant' : '/agent'
  const filedHere =
    checkEntryId(from.look('/id') ?? '') === undefined ||
    checkOffice(from.look('/declarationOfficeId') ?? '') === undefined
  if (!filedHere) {
    for (const path of [
      '/id',
      '/declarationOfficeId',
      '/issueDateTime',
      '/acceptanceDateTime',
      `${filer}/id`,
      `${filer}/name`,
    ])
      from.lose(path, FILED_ABROAD)
    return {}
  }
  return {
    entryId: from.take('/id'),
    customMaster: from.turn(
      '/declarationOfficeId',
      (id) => (checkOffice(id) ? undefined : id),
      'it is no office of Chinese customs',
    ),
    dDate:
      from.turn('/issueDateTime', codes.compactDay, 'it is no day') ??
      from.turn('/acceptanceDateTime', codes.compactDay, 'it is no day'),
    agentCode: from.turn(`${filer}/id`, customsCode, ID_WHY),
    agentName: from.take(`${filer}/name`),
  }
}

const customsCode = (id: string): string | undefined => (checkCustomsRegistration(id) ? undefined : id)

/** From the countries; of a declaration that does not touch China there is none. */
function directionOf(from: Source): string | undefined {
  if (from.look(`${SHIPMENT}/exportCountryId`) === 'CN') return 'E'
  return from.look(`${SHIPMENT}/destinationCountryCode`) === 'CN' ? 'I' : undefined
}

function documentsOf(from: Source): Record<string, Shadow> {
  const rows = from.rows('/additionalDocuments')
  const typed = (row: string) => from.look(`${row}/typeCode`)
  const bill = rows.find((row) => codes.isTransportDocument(typed(row)))
  const contract = rows.find((row) => typed(row) === codes.CONTRACT)
  const licences = rows.filter((row) => from.look(`${row}/categoryCode`) === 'LIC')
  for (const row of [bill, contract]) if (row !== undefined) from.take(`${row}/typeCode`)
  for (const row of licences) from.take(`${row}/categoryCode`)
  return {
    billNo: bill && from.take(`${bill}/id`),
    contrNo: contract && from.take(`${contract}/id`),
    licenseDocus: licences.map((row) => ({ code: from.take(`${row}/typeCode`), certCode: from.take(`${row}/id`) })),
  }
}

/** A mass in kilograms; the unit is then said. */
function massOf(from: Source, path: string): Leaf | undefined {
  const mass = kilogramsOf(from.place.at(...path.slice(1).split('/')))
  if (!mass) return undefined
  from.take(`${path}/unitCode`)
  return from.take(`${path}/value`)?.with(formatDecimal(mass))
}

function netOf(from: Source, items: readonly string[]): string | undefined {
  let sum: Decimal = decimalOf(0)
  for (const row of items) {
    const mass = kilogramsOf(from.place.at(...`${row}/goodsMeasure/netNetWeight`.slice(1).split('/')))
    if (!mass) return undefined
    sum = addDecimals(sum, mass)
  }
  return items.length === 0 ? undefined : formatDecimal(sum)
}

function itemOf(from: Source, row: string, exports: boolean): Shadow {
  // Ten digits are a tariff line of China only where they are told apart from those of other countries.
  const line = from
    .rows(`${row}/classifications`)
    .find(
      (one) =>
        from.look(`${one}/identificationTypeCode`) === codes.TARIFF_LINE &&
        /^\d{10}$/.test(from.look(`${one}/id`) ?? ''),
    )
  const [origin] = from.rows(`${row}/origins`)
  const [fee] = from.rows(`${row}/dutyTaxFees`)
  const [procedure] = from.rows(`${row}/procedures`)
  from.lose(`${procedure}/currentCode`, 'supervision modes of Chinese customs are not procedures of others')
  return {
    gNo: from.take(`${row}/sequenceNumeric`),
    codeTs: line && lineTaken(from, line),
    gName: from.take(`${row}/description`),
    ...quantities(from, row),
    declTotal: from.take(`${row}/itemChargeAmount/amount`),
    tradeCurr: from.take(`${row}/itemChargeAmount/currency`),
    originCountry: origin && from.turn(`${origin}/countryCode`, codes.alpha3, codes.NO_CODE),
    destinationCountry: exports ? codes.alpha3(from.look(`${SHIPMENT}/destinationCountryCode`) ?? '') : 'CHN',
    dutyMode:
      fee && from.turn(`${fee}/dutyRegimeCode`, (code) => (/^[1-9]$/.test(code) ? code : undefined), codes.NO_CODE),
  }
}

function lineTaken(from: Source, line: string): Leaf | undefined {
  from.take(`${line}/identificationTypeCode`)
  return from.take(`${line}/id`)
}

/** The quantity of the tariff is sold and statutory quantity alike; the net mass is the statutory one if there is no other. */
function quantities(from: Source, row: string): Record<string, Shadow> {
  const measure = `${row}/goodsMeasure`
  const net = massOf(from, `${measure}/netNetWeight`)
  const unit = from.turn(`${measure}/tariffQuantity/unitCode`, fromRec20, codes.NO_CODE)
  const value = unit === undefined ? undefined : from.take(`${measure}/tariffQuantity/value`)
  if (value === undefined) return { gQty: net, gUnit: net && '035', firstQty: net, firstUnit: net && '035' }
  const second = unit?.value === '035' || net === undefined ? {} : { secondQty: net, secondUnit: '035' }
  return { gQty: value, gUnit: unit, firstQty: value, firstUnit: unit, ...second }
}
