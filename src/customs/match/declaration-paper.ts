// The paper of a Chinese declaration, import or export.
import { alpha2Of } from '../../hub/index.ts'
import type { AmendedTotal, CustomsDeclaration, CustomsDeclarationItem } from '../../../schemas/types.d.ts'
import {
  bare,
  cell,
  hs6Of,
  mass,
  money,
  perBase,
  present,
  quantity,
  sumOf,
  type CellField,
  type Cell,
  type DocumentName,
  type Line,
  type Measured,
  type Paper,
} from './paper.ts'
import { includedIn, termsOfCustoms } from './terms.ts'

const country = (path: string, alpha3: string): Cell | undefined => cell(path, alpha3, alpha2Of(alpha3) ?? alpha3)

/** `stated`: the total that customs states above items that do not come to it. */
export function declarationPaper(body: CustomsDeclaration, document: DocumentName, stated?: AmendedTotal): Paper {
  const isImport = body.ieFlag === 'I'
  const currency = body.items[0]?.tradeCurr
  const home = { path: '/ieFlag', value: 'CHN', norm: 'CN' }
  const abroad = country('/tradeCountry', body.tradeCountry)
  const here = cell('/tradeName', body.tradeName)
  const hereId = cell('/tradeCoScc', body.tradeCoScc)
  const there = cell('/overseasTraderName', body.overseasTraderName)
  const terms = cell('/transMode', termsOfCustoms(body.transMode))
  const total = stated
    ? money('/items', stated.amount, stated.currency)
    : sumOf(
        body.items.map((item, at) => money(`/items/${at}/declTotal`, item.declTotal, item.tradeCurr)),
        '/items',
        currency ?? '',
      )
  return {
    document,
    cells: present<Record<CellField, Cell>>({
      ucr: cell('/ucr', body.ucr),
      contractNumber: cell('/contrNo', body.contrNo, body.contrNo && bare(body.contrNo)),
      consignor: isImport ? there : here,
      consignorId: isImport ? undefined : hereId,
      consignee: isImport ? here : there,
      consigneeId: isImport ? hereId : undefined,
      departureCountry: isImport ? abroad : home,
      arrivalCountry: isImport ? home : abroad,
      packages: cell('/packNo', body.packNo),
    }),
    masses: present({ grossMass: mass('/grossWt', body.grossWt), netMass: mass('/netWt', body.netWt) }),
    invoiceNumbers: [],
    containers: (body.containers ?? []).map(({ containerId }, at) => ({
      path: `/containers/${at}/containerId`,
      value: containerId,
    })),
    containersPath: '/containers',
    linesPath: '/items',
    ...present({
      currency: cell('/items/0/tradeCurr', currency),
      terms,
      included: includedIn(terms?.value),
      total,
    }),
    charges: present({
      freight: statedCharge('/feeRate', body.feeMark, body.feeRate, body.feeCurr, currency),
      insurance: statedCharge('/insurRate', body.insurMark, body.insurRate, body.insurCurr, currency),
    }),
    adjusted: false,
    lines: body.items.map(lineOf),
  }
}

/** Only a charge stated as a total in the currency of the goods can be added to them; mark 3 says it is one. */
function statedCharge(
  path: string,
  mark: string | undefined,
  rate: string | undefined,
  chargeCurrency: string | undefined,
  currency: string | undefined,
): Measured | undefined {
  return mark === '3' && chargeCurrency === currency ? money(path, rate, currency) : undefined
}

function lineOf(item: CustomsDeclarationItem, at: number): Line {
  const path = `/items/${at}`
  return {
    paths: [path],
    description: item.gName,
    quantities: perBase([
      ...quantity(`${path}/gQty`, item.gQty, item.gUnit),
      ...quantity(`${path}/firstQty`, item.firstQty, item.firstUnit),
      ...quantity(`${path}/secondQty`, item.secondQty, item.secondUnit),
    ]),
    ...present({
      hs6: hs6Of(item.codeTs),
      hs: cell(`${path}/codeTs`, item.codeTs, hs6Of(item.codeTs)),
      origin: country(`${path}/originCountry`, item.originCountry),
      // A statutory quantity in kilograms is the net mass.
      net:
        mass(`${path}/firstQty`, item.firstQty, item.firstUnit) ??
        mass(`${path}/secondQty`, item.secondQty, item.secondUnit ?? ''),
      amount: money(`${path}/declTotal`, item.declTotal, item.tradeCurr),
    }),
  }
}
