// Chinese declaration to WCO declaration.
import { addMoney, formatAmount, parseMoney, type Money } from '../../../hub/index.ts'
import { toRec20 } from '../../reference/index.ts'
import type { Leaf, Shadow } from '../shadow.ts'
import * as codes from './code-tables.ts'
import type { Source } from './source.ts'

const KILOGRAM = '035'
const SCC_WHY = 'an identifier has at most 17 characters; the customs code stands for the party'
const QUANTITIES = ['firstQty', 'secondQty', 'gQty'] as const
const UNIT_OF = { firstQty: 'firstUnit', secondQty: 'secondUnit', gQty: 'gUnit' } as const

/** The draft of a WCO declaration; what is not taken from the source is lost. */
export function chineseToWco(from: Source): Shadow {
  const exports = from.turn('/ieFlag', codes.direction, 'it is no direction')?.value !== 'I'
  const items = from.rows('/items')
  const abroad = from.turn('/tradeCountry', codes.alpha2, codes.NO_CODE)
  if (items.length > 1) from.lose('/netWt', 'each item states its own')
  for (const path of ['/tradeCoScc', '/agentCodeScc', '/ownerCodeScc']) from.lose(path, SCC_WHY)
  const home = { name: from.take('/tradeName'), id: from.take('/tradeCode') }
  const overseas = { name: from.take('/overseasTraderName'), id: from.take('/overseasTraderCode') }
  return {
    functionCode: '9',
    functionalReferenceId: from.take('/seqNo') ?? from.take('/preEntryId'),
    id: from.take('/entryId'),
    typeCode: exports ? 'EX' : 'IM',
    issueDateTime: from.turn('/dDate', codes.dashedDay, 'it is no day'),
    declarationOfficeId: from.take('/customMaster'),
    goodsItemQuantity: String(items.length),
    invoiceAmount: totalOf(from, items),
    totalGrossMass: kilograms(from.take('/grossWt')),
    totalPackageQuantity: from.take('/packNo'),
    declarant: { name: from.take('/agentName'), id: from.take('/agentCode') },
    exporter: exports ? home : overseas,
    importer: exports ? undefined : home,
    borderTransportMeans: {
      name: from.take('/trafName'),
      modeCode: from.turn('/trafMode', codes.modeToRec19, codes.NO_CODE),
    },
    additionalDocuments: documentsOf(from),
    goodsShipment: {
      exitDateTime: exports ? from.turn('/ieDate', codes.dashedDay, 'it is no day') : undefined,
      consignee: exports ? overseas : home,
      tradeTerms: { conditionCode: from.turn('/transMode', codes.termsToIncoterms, codes.NO_CODE) },
      exportCountryId: exports ? 'CN' : abroad,
      destinationCountryCode: exports ? abroad : 'CN',
      ucr: { id: from.take('/ucr') },
      transportEquipment: from
        .rows('/containers')
        .map((row, at) => ({ sequenceNumeric: String(at + 1), id: from.take(`${row}/containerId`) })),
      items: items.map((row, at) => itemOf(from, row, at, items.length, exports)),
    },
  }
}

const kilograms = (value: Leaf | undefined): Shadow => (value === undefined ? undefined : { value, unitCode: 'KGM' })

function documentsOf(from: Source): Shadow[] {
  const type = codes.transportDocumentOf(from.look('/trafMode'))
  const bill = type === undefined ? undefined : from.take('/billNo')
  const contract = from.take('/contrNo')
  return [
    ...(bill === undefined ? [] : [{ typeCode: type, id: bill }]),
    ...(contract === undefined ? [] : [{ typeCode: codes.CONTRACT, id: contract }]),
    ...from
      .rows('/licenseDocus')
      .map((row) => ({ categoryCode: 'LIC', typeCode: from.take(`${row}/code`), id: from.take(`${row}/certCode`) })),
  ]
}

/** Sum of the item totals, where they are in one currency. */
function totalOf(from: Source, items: readonly string[]): Shadow {
  let sum: Money | undefined
  for (const row of items) {
    const money = parseMoney(from.look(`${row}/declTotal`), from.look(`${row}/tradeCurr`))
    if (!money || (sum && sum.currency !== money.currency)) return undefined
    sum = sum ? addMoney(sum, money) : money
  }
  return sum && { amount: formatAmount(sum), currency: sum.currency }
}

function itemOf(from: Source, row: string, at: number, count: number, exports: boolean): Shadow {
  const line = from.take(`${row}/codeTs`)
  const destination = from.look(`${row}/destinationCountry`)
  // What the shipment says already is not lost.
  if (destination !== undefined && destination === (exports ? from.look('/tradeCountry') : 'CHN'))
    from.take(`${row}/destinationCountry`)
  return {
    sequenceNumeric: from.take(`${row}/gNo`),
    description: from.take(`${row}/gName`),
    classifications: line && [
      { id: line.with(line.value.slice(0, 6)), identificationTypeCode: 'HS' },
      { id: line, identificationTypeCode: codes.TARIFF_LINE },
    ],
    goodsMeasure: { netNetWeight: netOf(from, row, count), tariffQuantity: tariffOf(from, row) },
    itemChargeAmount: { amount: from.take(`${row}/declTotal`), currency: from.take(`${row}/tradeCurr`) },
    dutyTaxFees: [{ dutyRegimeCode: from.take(`${row}/dutyMode`) }],
    procedures: [{ currentCode: from.take('/tradeMode') }],
    origins: [{ countryCode: from.turn(`${row}/originCountry`, codes.alpha2, codes.NO_CODE) }],
    packagings: packagesOf(from, at),
  }
}

/** The first of the quantities that is in kilograms; of a declaration of one item its net weight. */
function netOf(from: Source, row: string, count: number): Shadow {
  const name = QUANTITIES.find((one) => from.look(`${row}/${UNIT_OF[one]}`) === KILOGRAM)
  if (name !== undefined) {
    from.take(`${row}/${UNIT_OF[name]}`)
    const value = from.take(`${row}/${name}`)
    if (count === 1 && from.look('/netWt') === value?.value) from.take('/netWt')
    return kilograms(value)
  }
  return count === 1 ? kilograms(from.take('/netWt')) : undefined
}

function tariffOf(from: Source, row: string): Shadow {
  const unit = from.turn(`${row}/firstUnit`, toRec20, codes.NO_CODE)
  if (unit === undefined) return undefined
  const value = from.take(`${row}/firstQty`)
  // The quantity sold is often the statutory one; then it is said once.
  if (from.look(`${row}/gUnit`) === from.look(`${row}/firstUnit`) && from.look(`${row}/gQty`) === value?.value)
    for (const name of ['gUnit', 'gQty']) from.take(`${row}/${name}`)
  return { value, unitCode: unit }
}

/** China counts packages once for all goods: they stand at the first item, and the others are packed with it. */
function packagesOf(from: Source, at: number): Shadow[] {
  const typeCode = from.turn('/wrapType', codes.packageToRec21, codes.NO_CODE)
  return [
    {
      ...(at === 0 && { marksNumbersId: from.take('/markNo') }),
      quantity: at === 0 ? from.take('/packNo') : '0',
      typeCode,
    },
  ]
}
