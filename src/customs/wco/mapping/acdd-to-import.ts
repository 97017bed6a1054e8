// ASEAN customs declaration document to the draft of the import declaration that follows it, in either profile.
import { fromRec20 } from '../../reference/index.ts'
import type { Shadow } from '../shadow.ts'
import * as codes from './code-tables.ts'
import type { Source } from './source.ts'

export function acddToWco(from: Source): Shadow {
  const items = from.rows('/items')
  taken(from)
  return {
    functionCode: '9',
    typeCode: 'IM',
    goodsItemQuantity: items.length === 0 ? undefined : String(items.length),
    exporter: { id: from.take('/exporterId'), name: from.take('/exporterName') },
    borderTransportMeans: { modeCode: from.take('/outwardTransportMode') },
    // The export declaration is the document before this one.
    goodsShipment: {
      exitDateTime: from.take('/departureDate'),
      consignee: {
        name: from.take('/consigneeName'),
        address: {
          lines: from.rows('/consigneeAddress/lines').map((row) => from.take(row)),
          countryCode: from.take('/consigneeAddress/countryCode'),
        },
      },
      exportCountryId: from.take('/exportCountry'),
      destinationCountryCode: from.take('/importCountry'),
      ucr: { id: from.take('/ucr') },
      unloadingLocationId: from.take('/portOfDischarge'),
      items: items.map((row) => wcoItem(from, row)),
    },
  }
}

function wcoItem(from: Source, row: string): Shadow {
  const unit = from.take(`${row}/hsQuantityUnit`)
  const quantity = { value: from.take(`${row}/hsQuantity`), unitCode: unit }
  const permit = from.take('/permitNumber')
  return {
    sequenceNumeric: from.take(`${row}/serialNumber`),
    classifications: [{ id: from.take(`${row}/hsCode`), identificationTypeCode: 'HS' }],
    goodsMeasure: { tariffQuantity: quantity, netNetWeight: unit?.value === 'KGM' ? quantity : undefined },
    origins: [{ countryCode: from.take(`${row}/originCountry`) }],
    previousDocuments:
      permit === undefined
        ? undefined
        : [{ typeCode: '830', id: permit, lineNumeric: from.take(`${row}/serialNumber`) }],
  }
}

export function acddToChinese(from: Source): Shadow {
  taken(from)
  if (from.look('/importCountry') === 'CN') from.take('/importCountry')
  else from.lose('/importCountry', 'goods for another country are not imported into China')
  return {
    ieFlag: 'I',
    overseasTraderCode: from.take('/exporterId'),
    overseasTraderName: from.take('/exporterName'),
    tradeName: from.take('/consigneeName'),
    trafMode: from.turn('/outwardTransportMode', codes.modeFromRec19, codes.NO_CODE),
    tradeCountry: from.turn('/exportCountry', codes.alpha3, codes.NO_CODE),
    ucr: from.take('/ucr'),
    items: from.rows('/items').map((row) => chineseItem(from, row)),
  }
}

function chineseItem(from: Source, row: string): Shadow {
  const unit = from.turn(`${row}/hsQuantityUnit`, fromRec20, codes.NO_CODE)
  const quantity = unit === undefined ? undefined : from.take(`${row}/hsQuantity`)
  from.lose(`${row}/hsCode`, 'a tariff line of China has ten digits')
  return {
    gNo: from.take(`${row}/serialNumber`),
    gQty: quantity,
    gUnit: unit,
    firstQty: quantity,
    firstUnit: unit,
    originCountry: from.turn(`${row}/originCountry`, codes.alpha3, codes.NO_CODE),
    destinationCountry: 'CHN',
  }
}

/** An original says nothing by being one; a request to cancel is no declaration to follow. */
function taken(from: Source): void {
  if (from.look('/functionCode') === '9') from.take('/functionCode')
  else from.lose('/functionCode', 'a request to cancel is not followed by an import declaration')
}
