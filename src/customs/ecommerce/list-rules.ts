// Rules of a clearance list alone: codes, days, quantities, weights, and the limit of a single purchase.
import {
  addDecimals,
  checkEntryId,
  checkTariffLine,
  compareDecimals,
  decimalOf,
  formatDecimal,
  parseDecimal,
  placed,
  rowsOf,
  textsOf,
  type Decimal,
  type Finding,
  type Texts,
} from '../../hub/index.ts'
import type { EcommerceList, EcommerceListItem } from '../../../schemas/types.d.ts'
import { checkDay, checkOffice, checkTransportMode, checkUnit } from '../code-lists.ts'
import { finding as customsFinding } from '../codes.ts'
import {
  checkAboveZero,
  checkCompactTime,
  checkCompany,
  checkEitherCountry,
  checkFen,
  checkFields,
  checkLine,
  checkPlatform,
  fenOf,
  sumOf,
} from './checks.ts'
import { finding } from './codes.ts'
import { checkIdentity, checkReferences } from './identity.ts'
import { singleLimit } from './limits.ts'
import { checkCurrency } from './order.ts'

type Head = Texts<EcommerceList>
type Item = Texts<EcommerceListItem>

const KILOGRAM = '035'
/** Direct mail, from bond; exports between firms may be cleared by list too. */
const MODES = { I: ['9610', '1210', '1239'], E: ['9610', '1210', '9710', '9810'] }
const BONDED: ReadonlySet<string | undefined> = new Set(['1210', '1239'])
const CHINA: ReadonlySet<string | undefined> = new Set(['142', 'CHN'])

interface ListTexts {
  head: Head
  items: readonly Item[]
}

const readTexts = (body: unknown): ListTexts => ({ head: textsOf(body), items: rowsOf(body, 'items') })

/** Findings of a list alone, with JSON Pointers. */
export function checkList(body: unknown): Finding[] {
  const texts = readTexts(body)
  const { head, items } = texts
  const isImport = head.ieFlag === 'I'
  return [
    ...checkFields(head, HEAD_FIELDS),
    ...checkBuyer(head, isImport),
    ...checkMode(head),
    ...checkCurrency(head, isImport),
    ...(isImport ? checkFen(head, ['freight', 'insuredFee']) : []),
    ...checkWeights(head, items),
    ...items.flatMap((item, at) => [...checkLine(item, at, isImport), ...checkItem(item, `/items/${at}`)]),
    ...(isImport ? checkSingle(texts) : []),
  ]
}

/** What draws on limits goes by the identity card: another document would be another person to them. */
function checkBuyer(head: Head, isImport: boolean): Finding[] {
  const { buyerIdType: type, buyerIdNumber: number } = head
  return [
    ...checkIdentity(type, number, '/buyerIdNumber'),
    ...(isImport && type !== undefined && type !== '1' ? [finding('IDENTITY_CARD_NEEDED', '/buyerIdType')] : []),
    ...checkReferences(head, REFERENCES, number),
  ]
}

const REFERENCES = [
  'guid',
  'orderNo',
  'logisticsNo',
  'copNo',
  'preNo',
  'assureCode',
  'emsNo',
  'trafNo',
  'voyageNo',
  'billNo',
  'totalPackageNo',
  'licenseNo',
] as const

const HEAD_FIELDS = [
  ['appTime', checkCompactTime],
  ['ebpCode', checkPlatform],
  ['ebcCode', checkCompany],
  ['logisticsCode', checkCompany],
  ['agentCode', checkCompany],
  ['ownerCode', checkCompany],
  ['iacCode', checkCompany],
  ['areaCode', checkCompany],
  ['assureCode', checkCompany],
  ['invtNo', checkEntryId],
  ['customsCode', checkOffice],
  ['portCode', checkOffice],
  ['declTime', checkDay],
  ['ieDate', checkDay],
  ['trafMode', checkTransportMode],
  ['country', checkEitherCountry],
] as const

function checkMode({ ieFlag, tradeMode, country }: Head): Finding[] {
  const allowed = ieFlag === 'I' || ieFlag === 'E' ? MODES[ieFlag] : undefined
  if (!allowed || tradeMode === undefined) return []
  if (!allowed.includes(tradeMode))
    return [finding('TRADE_MODE_NOT_ECOMMERCE', '/tradeMode', { value: tradeMode, allowed: allowed.join(', ') })]
  const isElsewhere = ieFlag === 'I' && BONDED.has(tradeMode) && country !== undefined && !CHINA.has(country)
  return isElsewhere ? [finding('BONDED_COUNTRY', '/country', { value: country })] : []
}

/** Net is not above gross, and what is counted in kilograms does not outweigh the parcel. */
function checkWeights(head: Head, items: readonly Item[]): Finding[] {
  const found = checkAboveZero(head, ['grossWeight', 'netWeight'])
  const [gross, net] = [parseDecimal(head.grossWeight), parseDecimal(head.netWeight)]
  if (!gross) return found
  if (net && compareDecimals(net, gross) > 0)
    found.push(
      customsFinding('NET_WEIGHT_EXCEEDS_GROSS', '/netWeight', { net: head.netWeight!, gross: head.grossWeight! }),
    )
  const weight = sumOf(items.map(kilograms))
  if (compareDecimals(weight, gross) > 0)
    found.push(
      finding('ITEMS_OUTWEIGH_PARCEL', '/grossWeight', { items: formatDecimal(weight), gross: head.grossWeight! }),
    )
  return found
}

const kilograms = ({ unit1, qty1, unit2, qty2 }: Item): string | undefined =>
  unit1 === KILOGRAM ? qty1 : unit2 === KILOGRAM ? qty2 : undefined

function checkItem(item: Item, path: string): Finding[] {
  const line = item.gcode === undefined ? undefined : checkTariffLine(item.gcode)
  return [
    ...(line ? [placed(line, `${path}/gcode`)] : []),
    ...checkFields(item, ITEM_FIELDS, path),
    ...checkAboveZero(item, ['qty1', 'qty2'], path),
    ...((item.qty2 === undefined) === (item.unit2 === undefined)
      ? []
      : [customsFinding('SECOND_QUANTITY_INCOMPLETE', `${path}/qty2`)]),
  ]
}

const ITEM_FIELDS = [
  ['unit1', checkUnit],
  ['unit2', checkUnit],
  ['tradeCountry', checkEitherCountry],
] as const

/** Dutiable value of an import: prices, freight and insurance (财关税〔2016〕18号); what was paid in points counts. */
function dutiableValue({ head, items }: ListTexts): Decimal {
  return addDecimals(sumOf(items.map(({ totalPrice }) => totalPrice)), sumOf([head.freight, head.insuredFee]))
}

/** Dutiable value in whole fen. */
export const dutiableFen = (body: unknown): bigint => fenOf(dutiableValue(readTexts(body)))

/** Whether an import is above the single limit: it is taxed in full, as general trade is. */
export const isFullTax = (body: unknown): boolean => isAboveSingle(readTexts(body))

function isAboveSingle(texts: ListTexts): boolean {
  const { asOf, amountMinor } = singleLimit()
  return (texts.head.declTime ?? '') >= asOf.replaceAll('-', '') && fenOf(dutiableValue(texts)) > amountMinor
}

/** Only one article that cannot be divided may be above the single limit. */
function checkSingle(texts: ListTexts): Finding[] {
  if (!isAboveSingle(texts) || isOneArticle(texts.items)) return []
  const value = formatDecimal(dutiableValue(texts))
  const { amountMinor, source } = singleLimit()
  const limit = formatDecimal({ digits: amountMinor, scale: 2 })
  return [finding('SINGLE_LIMIT_EXCEEDED', '/items', { value, limit, source })]
}

function isOneArticle([first, ...others]: readonly Item[]): boolean {
  const quantity = parseDecimal(first?.qty)
  return others.length === 0 && quantity !== undefined && compareDecimals(quantity, decimalOf(1)) === 0
}
