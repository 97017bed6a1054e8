// Chinese export declaration to ASEAN customs declaration document.
import { toRec20 } from '../../reference/index.ts'
import { Leaf, type Shadow } from '../shadow.ts'
import * as codes from './code-tables.ts'
import type { Source } from './source.ts'

export function chineseToAcdd(from: Source): Shadow {
  // Importing is not what the document is for: the direction is then lost, and told so.
  if (from.look('/ieFlag') === 'E') from.take('/ieFlag')
  else from.lose('/ieFlag', 'the document is for exports')
  from.lose('/tradeCoScc', 'an identifier has at most 17 characters; the customs code stands for the party')
  from.lose('/distinatePort', 'there is no table from port codes of Chinese customs to UN/LOCODE')
  const destination = from.turn('/tradeCountry', codes.alpha2, codes.NO_CODE)
  return {
    functionCode: '9',
    permitNumber: from.take('/entryId'),
    exportCountry: 'CN',
    importCountry: destination,
    exporterId: from.take('/tradeCode'),
    exporterName: from.take('/tradeName'),
    consigneeName: from.take('/overseasTraderName'),
    declaringAgentId: from.take('/agentCode'),
    declaringAgentName: from.take('/agentName'),
    departureDate: from.turn('/ieDate', codes.dashedDay, 'it is no day'),
    outwardTransportMode: from.turn('/trafMode', codes.modeToRec19, codes.NO_CODE),
    ucr: from.take('/ucr'),
    items: from.rows('/items').map((row) => itemOf(from, row)),
  }
}

function itemOf(from: Source, row: string): Shadow {
  const unit = from.turn(`${row}/firstUnit`, toRec20, codes.NO_CODE)
  const line = from.look(`${row}/codeTs`)
  from.lose(`${row}/codeTs`, 'the first six digits are taken; the others are national')
  return {
    serialNumber: from.take(`${row}/gNo`),
    hsCode: line && new Leaf(line.slice(0, 6), `${row}/codeTs`),
    hsQuantity: unit === undefined ? undefined : from.take(`${row}/firstQty`),
    hsQuantityUnit: unit,
    originCountry: from.turn(`${row}/originCountry`, codes.alpha2, codes.NO_CODE),
  }
}
