// XML of the Chinese single window (DecMessage), in the versions that agents' systems write: elements are found by local name.
import { alpha2Of, type XmlElement } from '../../../hub/index.ts'
import { entryOf } from '../../reference/index.ts'
import { containerNumber } from './dec-xml.ts'
import { Leaf, type Shadow } from '../shadow.ts'
import type { LeafReader } from './leaves.ts'

const OLD_COUNTRY = 'it is a code of the country table that was replaced in 2018'

/** Members of the header and the elements they stand in; where there are several, the names have changed between versions. */
const HEAD: Readonly<Record<string, readonly string[]>> = {
  seqNo: ['SeqNo', 'CusCiqNo'],
  preEntryId: ['PreEntryId'],
  entryId: ['EntryId'],
  ieFlag: ['IEFlag'],
  customMaster: ['CustomMaster'],
  iEPort: ['IEPort'],
  tradeCoScc: ['TradeCoScc', 'TradeCodeScc'],
  tradeCode: ['TradeCode'],
  tradeCiqCode: ['TradeCiqCode'],
  tradeName: ['TradeName'],
  ownerCodeScc: ['OwnerCodeScc'],
  ownerCode: ['OwnerCode'],
  ownerName: ['OwnerName'],
  agentCodeScc: ['AgentCodeScc'],
  agentCode: ['AgentCode'],
  agentName: ['AgentName'],
  trafMode: ['TrafMode'],
  trafName: ['TrafName'],
  billNo: ['BillNo'],
  tradeMode: ['TradeMode'],
  cutMode: ['CutMode'],
  manualNo: ['ManualNo'],
  licenseNo: ['LicenseNo'],
  contrNo: ['ContrNo'],
  distinatePort: ['DistinatePort'],
  despPortCode: ['DespPortCode'],
  entyPortCode: ['EntyPortCode'],
  transMode: ['TransMode'],
  feeMark: ['FeeMark'],
  insurMark: ['InsurMark'],
  otherMark: ['OtherMark'],
  wrapType: ['WrapType'],
  markNo: ['MarkNo'],
  noteS: ['NoteS'],
}
const HEAD_NUMBERS: Readonly<Record<string, readonly string[]>> = {
  feeRate: ['FeeRate'],
  insurRate: ['InsurRate'],
  otherRate: ['OtherRate'],
  packNo: ['PackNo'],
  grossWt: ['GrossWet', 'GrossWt'],
  netWt: ['NetWt', 'NetWet'],
}
const ITEM: Readonly<Record<string, readonly string[]>> = {
  gNo: ['GNo'],
  codeTs: ['CodeTS', 'CodeTs'],
  ciqCode: ['CiqCode'],
  gName: ['GName'],
  gModel: ['GModel'],
  gUnit: ['GUnit'],
  firstUnit: ['FirstUnit'],
  secondUnit: ['SecondUnit'],
  districtCode: ['DistrictCode'],
  destCode: ['DestCode'],
  dutyMode: ['DutyMode'],
}
const ITEM_NUMBERS: Readonly<Record<string, readonly string[]>> = {
  gQty: ['GQty'],
  firstQty: ['FirstQty'],
  secondQty: ['SecondQty'],
  declPrice: ['DeclPrice'],
  declTotal: ['DeclTotal'],
}
/** 承诺事项 is one string, a place for each; the older ones have three. */
const PROMISES = ['specialRelation', 'priceInfluence', 'royalty', 'formulaPrice', 'provisionalPrice']

export function findDecMessage(root: XmlElement): XmlElement | undefined {
  if (root.name === 'DecMessage') return root
  for (const child of root.children) {
    const found = findDecMessage(child)
    if (found) return found
  }
  return undefined
}

/** A message as the members of customs.declaration. */
export function readDecMessage(xml: LeafReader, message: XmlElement): Shadow {
  const head = xml.elements.one(message, 'DecHead')
  const exports = xml.text(head, 'IEFlag')?.value !== 'I'
  const abroad = exports ? 'OverseasConsignee' : 'OverseasConsignor'
  return {
    ...named(HEAD, (names) => xml.text(head, ...names)),
    ...named(HEAD_NUMBERS, (names) => nonZero(xml, xml.number(head, ...names))),
    dDate: xml.day(head, 'DDate') ?? xml.day(head, 'DeclDate'),
    ieDate: xml.day(head, 'IEDate'),
    overseasTraderCode: xml.text(head, `${abroad}Code`),
    overseasTraderName: xml.text(head, `${abroad}Ename`, `${abroad}Cname`),
    voyageNo: xml.text(xml.elements.one(message, 'DecFreeTxt'), 'VoyNo') ?? xml.text(head, 'VoyageNo'),
    tradeAreaCode: country(xml, xml.text(head, 'TradeAreaCode')),
    tradeCountry: country(xml, xml.text(head, 'TradeCountry')),
    feeCurr: currency(xml, xml.text(head, 'FeeCurr')),
    insurCurr: currency(xml, xml.text(head, 'InsurCurr')),
    otherCurr: currency(xml, xml.text(head, 'OtherCurr')),
    promises: promises(xml, head),
    licenseDocus: xml.elements
      .all(message, 'DecLicenseDocus', 'LicenseDocu')
      .map((row) => ({ code: xml.text(row, 'DocuCode'), certCode: xml.text(row, 'CertCode') })),
    containers: xml.elements
      .all(message, 'DecContainers', 'Container')
      .map((row) => ({ containerId: containerNumber(xml.text(row, 'ContainerId', 'ContainerID')) })),
    items: xml.elements.all(message, 'DecLists', 'DecList').map((row) => item(xml, row, exports)),
  }
}

const named = (
  table: Readonly<Record<string, readonly string[]>>,
  read: (names: readonly string[]) => Leaf | undefined,
): Record<string, Leaf | undefined> =>
  Object.fromEntries(Object.entries(table).map(([member, names]) => [member, read(names)]))

function item(xml: LeafReader, row: XmlElement, exports: boolean): Shadow {
  const first = country(xml, xml.text(row, 'OriginCountry'))
  const second = country(xml, xml.text(row, 'DestinationCountry'))
  // The first is the country of production or of sale: for an export the destination. Some write it plainly all the same.
  const plain = !exports || (first?.value === 'CHN' && second?.value !== 'CHN')
  return {
    ...named(ITEM, (names) => xml.text(row, ...names)),
    ...named(ITEM_NUMBERS, (names) => nonZero(xml, xml.number(row, ...names))),
    tradeCurr: currency(xml, xml.text(row, 'TradeCurr')),
    originCountry: plain ? first : second,
    destinationCountry: plain ? second : first,
  }
}

/** Systems fill numbers that are not stated with zero. */
const nonZero = (xml: LeafReader, leaf: Leaf | undefined): Leaf | undefined =>
  leaf && /^0(?:\.0*)?$/.test(leaf.value) ? xml.lose(leaf, 'zero stands where nothing is stated') : leaf

function country(xml: LeafReader, leaf: Leaf | undefined): Leaf | undefined {
  if (!leaf || !/^\d{3}$/.test(leaf.value)) return leaf
  return xml.lose(leaf, OLD_COUNTRY)
}

/** Three digits are the older currency codes of customs. */
function currency(xml: LeafReader, leaf: Leaf | undefined): Leaf | undefined {
  if (!leaf || !/^\d{3}$/.test(leaf.value)) return leaf
  const known = entryOf<{ currency: string }>('customs-currencies', leaf.value)
  return known
    ? new Leaf(known.currency, leaf.path)
    : xml.lose(leaf, 'it is a currency code of customs that is not known')
}

function promises(xml: LeafReader, head: XmlElement | undefined): Shadow {
  const all = xml.text(head, 'PromiseItmes', 'PromiseItems')
  const places = PROMISES.map((name, at) => [
    name,
    all?.value[at] === undefined ? undefined : new Leaf(all.value[at], all.path),
  ])
  return { ...Object.fromEntries(places), selfAssessed: xml.text(head, 'TaxAaminMark') }
}

/** Codes that customs of China adds to ISO 3166 for what is no country or not known. */
export const isNationalCountry = (value: string): boolean => /^[XZ]/.test(value) && alpha2Of(value) === undefined
