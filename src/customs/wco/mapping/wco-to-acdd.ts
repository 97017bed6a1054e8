// WCO declaration of an export to ASEAN customs declaration document.
import { isMember } from '../../../hub/index.ts'
import { dayOf } from '../times.ts'
import { Leaf, type Shadow } from '../shadow.ts'
import type { Source } from './source.ts'

const SHIPMENT = '/goodsShipment'

export function wcoToAcdd(from: Source): Shadow {
  const agent = from.look('/agent/name') === undefined ? '/declarant' : '/agent'
  if (from.look('/functionCode') === '9') from.take('/functionCode')
  return {
    functionCode: '9',
    permitNumber: from.take('/id'),
    exportCountry: from.take(`${SHIPMENT}/exportCountryId`),
    importCountry: from.take(`${SHIPMENT}/destinationCountryCode`),
    exporterId: from.take('/exporter/id'),
    exporterName: from.take('/exporter/name'),
    consigneeName: from.take(`${SHIPMENT}/consignee/name`),
    consigneeAddress: addressOf(from),
    // The exporter that files for itself has no agent.
    ...(from.look(`${agent}/name`) !== undefined &&
      from.look(`${agent}/id`) !== undefined &&
      from.look(`${agent}/id`) !== from.look('/exporter/id') && {
        declaringAgentId: from.take(`${agent}/id`),
        declaringAgentName: from.take(`${agent}/name`),
      }),
    departureDate: dayTaken(from),
    outwardTransportMode: from.take('/borderTransportMeans/modeCode'),
    portOfDischarge: from.turn(
      `${SHIPMENT}/unloadingLocationId`,
      (id) => (/^[A-Z]{2}[A-Z2-9]{3}$/.test(id) ? id : undefined),
      'it is no UN/LOCODE',
    ),
    ucr: from.turn(
      `${SHIPMENT}/ucr/id`,
      (id) => (/^\d[A-Z]{2}[A-Z0-9-]{1,32}$/.test(id) ? id : undefined),
      'it is no unique consignment reference of the WCO',
    ),
    items: from.rows(`${SHIPMENT}/items`).map((row) => itemOf(from, row)),
  }
}

function dayTaken(from: Source): Leaf | undefined {
  const path = `${SHIPMENT}/exitDateTime`
  const time = from.take(path)
  if (time && time.value.length > 10) from.lose(path, 'the day is taken, not the time')
  return time?.with(dayOf(time.value))
}

function addressOf(from: Source): Shadow {
  const path = `${SHIPMENT}/consignee/address`
  const place = [from.take(`${path}/postcodeId`), from.take(`${path}/cityName`)].filter((one) => one !== undefined)
  const lines = from.rows(`${path}/lines`).map((row) => from.take(row))
  // Four lines in all: with the place the last of four lines of a street has no room.
  const kept = place.length > 0 ? lines.slice(0, 3) : lines
  if (kept.length < lines.length) from.lose(`${path}/lines/3`, 'an address has four lines')
  return {
    lines: place.length > 0 ? [...kept, place[0]!.with(place.map(({ value }) => value).join(' '))] : kept,
    countryCode: from.take(`${path}/countryCode`),
  }
}

function itemOf(from: Source, row: string): Shadow {
  const quantity =
    from.look(`${row}/goodsMeasure/tariffQuantity/value`) === undefined ? 'netNetWeight' : 'tariffQuantity'
  const [origin] = from.rows(`${row}/origins`)
  return {
    serialNumber: from.take(`${row}/sequenceNumeric`),
    hsCode: commodityOf(from, row),
    hsQuantity: from.take(`${row}/goodsMeasure/${quantity}/value`),
    hsQuantityUnit: from.take(`${row}/goodsMeasure/${quantity}/unitCode`),
    originCountry: origin && from.take(`${origin}/countryCode`),
  }
}

/** Eight digits of a member are its AHTN; of anything else longer than six, the six of the Harmonized System. */
function commodityOf(from: Source, row: string): Leaf | undefined {
  const [first] = from.rows(`${row}/classifications`).filter((one) => /^\d{6,}$/.test(from.look(`${one}/id`) ?? ''))
  if (first === undefined) return undefined
  const id = from.look(`${first}/id`)!
  const list = from.look(`${first}/identificationTypeCode`)
  if (list === 'HS' || list === 'TSP') from.take(`${first}/identificationTypeCode`)
  const member = isMember('ASEAN', from.look(`${SHIPMENT}/exportCountryId`) ?? '')
  if (id.length === 6 || (id.length === 8 && member)) return from.take(`${first}/id`)
  from.lose(`${first}/id`, 'the first six digits are taken; the others are national')
  return new Leaf(id.slice(0, 6), `${first}/id`)
}
