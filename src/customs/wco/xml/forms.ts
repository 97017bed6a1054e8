// The two forms of declarations that others write in XML, and what is said of such a file: findings of what it says itself, what is lost
// on the way to a kind of the hub, and what that kind needs besides.
import type { Finding, XmlElement } from '../../../hub/index.ts'
import { declarationKind } from '../../declaration.ts'
import type { ForeignForm, ForeignReading } from '../../foreign-form.ts'
import { finding } from '../codes.ts'
import { ACDD, convert, DECLARATION, missingIn, schemaOf, WCO } from '../mapping/convert.ts'
import { Place } from '../place.ts'
import { checkSaid } from '../said-rules.ts'
import type { Leaf, Loss, Shadow } from '../shadow.ts'
import { findDecMessage, isNationalCountry, readDecMessage } from './dec-message.ts'
import { findDeclaration, readDeclaration } from './dec-xml.ts'
import { LeafReader } from './leaves.ts'
import { ElementReader } from './reader.ts'

const KINDS = [DECLARATION, WCO, ACDD]
const ITEMS_MAX = 999

export const wcoDecForm: ForeignForm = {
  name: 'wco-dec-xml',
  kinds: KINDS,
  recognises: (root) => findDeclaration(root) !== undefined,
  read: ({ root }, kind) => readAs(findDeclaration(root)!, WCO, kind, readDeclaration, saidInModel),
}

export const decMessageForm: ForeignForm = {
  name: 'chinese-dec-message-xml',
  kinds: KINDS,
  recognises: (root) => findDecMessage(root) !== undefined,
  read: ({ root }, kind) => readAs(findDecMessage(root)!, DECLARATION, kind, readDecMessage, saidInChinese),
}

function readAs(
  document: XmlElement,
  own: string,
  kind: string,
  read: (xml: LeafReader, document: XmlElement) => Shadow,
  check: (body: Record<string, unknown>, shadow: Shadow) => Finding[],
): ForeignReading {
  const elements = new ElementReader()
  const xml = new LeafReader(elements)
  const shadow = read(xml, document)
  elements.unwrap(document)
  const { body, paths } = xml.assemble(shadow, schemaOf(own)!)
  const inFile = (path: string): string => placeIn(paths, path)
  const findings = [
    ...xml.findings,
    ...tooMany(shadow),
    ...check(body, shadow).map((one) => ({ ...one, path: inFile(one.path) })),
  ]
  const unread = elements.unread(rootOf(document))
  if (kind === own) return { body, findings, losses: xml.losses, missing: missingIn(body, own), unread }
  const mapped = convert(body, own, kind)!
  const losses = [...xml.losses, ...mapped.losses.map((one) => located(one, inFile))]
  return { body: mapped.document, findings, losses, missing: mapped.missing, unread }
}

const rootOf = (element: XmlElement): XmlElement => (element.parent ? rootOf(element.parent) : element)

const located = (loss: Loss, inFile: (path: string) => string): Loss => ({ ...loss, path: inFile(loss.path) })

/** The element a pointer was read from, or the nearest around it; the pointer itself if nothing of it stands in the file. */
function placeIn(paths: ReadonlyMap<string, string>, path: string): string {
  for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const place = paths.get(at)
    if (place !== undefined) return place
  }
  return path
}

/** What can be counted is counted only where all of the declaration was read: its function may be a national one, and items may be left out. */
function saidInModel(body: Record<string, unknown>, shadow: Shadow): Finding[] {
  const raw = new Place(shadow)
  const code = raw.at('functionCode')?.value
  const all = raw.rows('goodsShipment', 'items').length === new Place(body).rows('goodsShipment', 'items').length
  const functionCode = all ? ((code as Leaf | undefined)?.value ?? '9') : '13'
  return checkSaid(new Place({ ...body, functionCode }), 'foreign')
}

/** Items beyond the bound of the data model are not taken, and that is a finding. */
function tooMany(shadow: Shadow): Finding[] {
  const items = new Place(shadow).rows('goodsShipment', 'items')
  if (items.length <= ITEMS_MAX) return []
  return [finding('WCO_ITEMS_TOO_MANY', '/goodsShipment/items', { max: ITEMS_MAX, items: items.length })]
}

// What a Chinese declaration says of itself. Rules of filling in, and tables that are not complete, are the authority's to apply.
const SAID: ReadonlySet<string> = new Set([
  'CONTAINER_CHECK_DIGIT',
  'USCC_CHECK_DIGIT',
  'TARIFF_CHAPTER_UNKNOWN',
  'COUNTRY_UNKNOWN',
  'CURRENCY_UNKNOWN',
  'CODE_NOT_LISTED',
  'CUSTOMS_OFFICE_UNKNOWN',
  'DATE_INVALID',
  'ENTRY_DIRECTION_DIFFERS',
  'ENTRY_OFFICE_DIFFERS',
  'ENTRY_YEAR_DIFFERS',
  'NET_WEIGHT_EXCEEDS_GROSS',
  'ITEM_WEIGHT_EXCEEDS_NET',
  'ITEM_TOTAL_DIFFERS',
  'QUANTITIES_DIFFER',
  'ITEM_NUMBER_GAP',
])

function saidInChinese(body: unknown): Finding[] {
  return declarationKind
    .check(body as Parameters<typeof declarationKind.check>[0])
    .filter(
      ({ code, params }) =>
        SAID.has(code) && !(code === 'COUNTRY_UNKNOWN' && isNationalCountry(String(params?.['value']))),
    )
}
