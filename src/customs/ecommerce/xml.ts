// CEB messages of Chinese customs (http://www.chinaport.gov.cn/ceb) as other people's systems write them, read by local names. A file may hold
// up to a hundred documents: the first is the draft, what is wrong is told of all of them.
import { compileSchema, withXml, type Finding, type MessageKind, type XmlElement } from '../../hub/index.ts'
import { toUtf8 } from '../foreign-encoding.ts'
import type { ForeignForm, ForeignReading } from '../foreign-form.ts'
import type { Shadow } from '../wco/shadow.ts'
import { LeafReader } from '../wco/xml/leaves.ts'
import { ElementReader } from '../wco/xml/reader.ts'
import { listKind } from './list.ts'
import { logisticsKind } from './logistics.ts'
import { orderKind } from './order.ts'
import { paymentKind } from './payment.ts'

/** How one message is built: the element of each document, the elements of its head and of its lines, and members that are named otherwise. */
interface Message {
  document: string
  head?: string
  lines?: string
  named?: Readonly<Record<string, string>>
  /** Members that the type of the message says. */
  says?: Readonly<Record<string, string>>
}

type Messages = Readonly<Record<string, Message>>

const ORDER: Messages = {
  CEB311Message: { document: 'Order', head: 'OrderHead', lines: 'OrderList' },
  CEB303Message: { document: 'Order', head: 'OrderHead', lines: 'OrderList' },
}
const PAYMENT: Messages = {
  CEB411Message: { document: 'Payment', head: 'PaymentHead', says: { orderType: 'I' } },
  CEB403Message: {
    document: 'Receipts',
    named: { payTransactionId: 'payNo', amountPaid: 'charge', payTime: 'accountingDate' },
    says: { orderType: 'E' },
  },
}
const LOGISTICS: Messages = {
  CEB511Message: { document: 'Logistics', head: 'LogisticsHead', says: { orderType: 'I' } },
  CEB505Message: { document: 'Logistics', named: { weight: 'grossWeight' }, says: { orderType: 'E' } },
}
const LIST: Messages = {
  CEB621Message: { document: 'Inventory', head: 'InventoryHead', lines: 'InventoryList' },
  CEB603Message: { document: 'Inventory', head: 'InventoryHead', lines: 'InventoryList' },
}

const DOCUMENTS_MAX = 100
const NUMBERS: ReadonlySet<string> = new Set(
  'goodsValue freight discount taxTotal acturalPaid amountPaid insuredFee weight grossWeight netWeight qty qty1 qty2 price totalPrice'.split(
    ' ',
  ),
)
/** These messages may state amounts in five decimals. */
const NOT_OWED: ReadonlySet<string> = new Set(['AMOUNT_DECIMALS'])

interface SchemaPart {
  properties: Record<string, object>
}

// oxlint-disable-next-line typescript/no-explicit-any -- kinds of different bodies
const formOf = (kind: MessageKind<any>, messages: Messages): ForeignForm => ({
  name: 'ceb',
  kinds: [kind.name],
  recognises: (root) => findMessage(root, messages) !== undefined,
  read: ({ root }) => read(root, findMessage(root, messages)!, kind, messages),
})

/** Lists first: they are what is asked about most. */
export const cebForms: readonly ForeignForm[] = [
  formOf(listKind, LIST),
  formOf(orderKind, ORDER),
  formOf(paymentKind, PAYMENT),
  formOf(logisticsKind, LOGISTICS),
]

/** Reads the lists of a CEB621 or CEB603; undefined if it is none. Throws XML_MALFORMED or XML_UNSAFE. */
export const readCebList = (bytes: Uint8Array): ForeignReading | undefined =>
  withXml(toUtf8(bytes), ({ root }) => {
    const [form] = cebForms
    return form!.recognises(root) ? form!.read({ root }, listKind.name) : undefined
  })

function findMessage(root: XmlElement, messages: Messages): XmlElement | undefined {
  if (Object.hasOwn(messages, root.name)) return root
  for (const child of root.children) {
    const found = findMessage(child, messages)
    if (found) return found
  }
  return undefined
}

// oxlint-disable-next-line typescript/no-explicit-any -- kinds of different bodies
function read(root: XmlElement, message: XmlElement, kind: MessageKind<any>, messages: Messages): ForeignReading {
  const elements = new ElementReader()
  const xml = new LeafReader(elements)
  const form = messages[message.name]!
  const schema = kind.schema as unknown as SchemaPart
  for (const name of ['guid', 'version']) elements.attribute(message, name)
  const all = elements.all(message, form.document)
  const documents = all.slice(0, DOCUMENTS_MAX)
  if (all.length > DOCUMENTS_MAX)
    xml.losses.push({ path: elements.path(all[DOCUMENTS_MAX]!), why: `more than ${DOCUMENTS_MAX} are not read` })
  const drafts = documents.map((document) => {
    const head = form.head === undefined ? document : elements.one(document, form.head)
    tellStates(xml, head, schema)
    return xml.assemble(shadowOf(xml, document, head, form, schema), schema)
  })
  if (drafts.length > 1)
    xml.losses.push({
      path: elements.path(documents[1]!),
      why: `a message of the hub is of one; of ${drafts.length} the first is the draft`,
    })
  const findings = drafts.flatMap(({ body, paths }) => {
    const whole = { ...body, ...form.says }
    return kind
      .check(whole)
      .filter(({ code }) => !NOT_OWED.has(code))
      .map((one): Finding => ({ ...one, path: placeIn(paths, one.path) }))
  })
  const body = { ...drafts[0]?.body, ...form.says }
  const missing = compileSchema(kind.schema)(body)
    .filter(({ code }) => code === 'SCHEMA_REQUIRED')
    .map(({ path }) => ({ path, why: 'it is needed and not stated' }))
  return { body, findings: [...xml.findings, ...findings], losses: xml.losses, missing, unread: elements.unread(root) }
}

/** What is filed at the hub is declared and new: a draft, or a change of what is not here, is another thing. */
function tellStates(xml: LeafReader, head: XmlElement | undefined, { properties }: SchemaPart): void {
  const status = xml.text(head, 'appStatus')
  if (status?.value === '1') xml.lose(status, 'it is marked as a draft; what the hub takes is declared')
  const type = Object.hasOwn(properties, 'appType') ? undefined : xml.text(head, 'appType')
  if (type && type.value !== '1') xml.lose(type, 'it changes or deletes; a list at the hub is filed anew')
}

function shadowOf(
  xml: LeafReader,
  document: XmlElement,
  head: XmlElement | undefined,
  { lines, named = {} }: Message,
  { properties }: SchemaPart,
): Shadow {
  const row = lines === undefined ? undefined : (properties['items'] as { items: SchemaPart }).items
  return {
    ...members(xml, head, properties, named),
    ...(row && {
      items: xml.elements.all(document, lines!).map((line) => members(xml, line, row.properties, {})),
    }),
  }
}

const members = (
  xml: LeafReader,
  from: XmlElement | undefined,
  properties: SchemaPart['properties'],
  named: Readonly<Record<string, string>>,
): { [name: string]: Shadow } =>
  Object.fromEntries(
    Object.keys(properties)
      .filter((name) => name !== 'items')
      .map((name) => [
        name,
        NUMBERS.has(name) ? xml.number(from, named[name] ?? name) : xml.text(from, named[name] ?? name),
      ]),
  )

/** The element a pointer was read from, or the nearest around it. */
function placeIn(paths: ReadonlyMap<string, string>, path: string): string {
  for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const place = paths.get(at)
    if (place !== undefined) return place
  }
  return path
}
