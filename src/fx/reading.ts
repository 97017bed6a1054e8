// Reading a payment message: finds header and document in whatever carries them, has the XSD say what is wrong, and makes JSON of the
// same names, so that rules and views need to know nothing of XML.
import { withXml, type Finding, type OpenXml, type XmlElement, type XmlViolation } from '../hub/index.ts'
import { finding, onePerPlace } from './codes.ts'
import { MessageType, shapesOf, type JsonSchema, type Shape } from './message-type.ts'

export interface MessageBody {
  AppHdr?: unknown
  Document?: unknown
}

const HEADER = new MessageType('head.001', 1)

/**
 * A reader of one message type. A value that the XSD finds wrong is null in the body: it is there, and no rule says again what is wrong
 * with it. Bytes that are no XML are refused (XML_MALFORMED, XML_UNSAFE).
 */
export function messageReader(
  type: MessageType,
  schema: JsonSchema,
): (bytes: Uint8Array) => { body: MessageBody; findings: Finding[] } {
  const shapes = shapesOf(schema)
  return (bytes) =>
    withXml(bytes, (xml) => {
      const headers = elementsNamed('AppHdr', xml.root)
      const documents = elementsNamed('Document', xml.root)
      const unfit = checkParts(headers, documents, type)
      if (unfit) return { body: {}, findings: [unfit] }
      const [document] = documents as [XmlElement]
      const [header] = headers
      const read = readPart(xml, document, type, shapes.document)
      if (!header || !HEADER.takes(MessageType.nameIn(header.namespace) ?? ''))
        return { body: { Document: read.value }, findings: [finding('HEADER_MISSING', '/AppHdr'), ...read.findings] }
      const head = readPart(xml, header, HEADER, shapes.header)
      return {
        body: { AppHdr: head.value, Document: read.value },
        findings: [...head.findings, ...namespaceFindings(head.value, document), ...read.findings],
      }
    })
}

/** Elements of that name, not looking into those found. */
function elementsNamed(name: string, from: XmlElement): XmlElement[] {
  if (from.name === 'AppHdr' || from.name === 'Document') return from.name === name ? [from] : []
  return from.children.flatMap((child) => elementsNamed(name, child))
}

/** Why these are not the parts of such a message at all. */
function checkParts(headers: XmlElement[], documents: XmlElement[], type: MessageType): Finding | undefined {
  if (documents.length === 0) return finding('DOCUMENT_MISSING', '/Document')
  if (documents.length > 1) return finding('PART_REPEATED', '/Document', { element: 'Document' })
  if (headers.length > 1) return finding('PART_REPEATED', '/AppHdr', { element: 'AppHdr' })
  const { namespace } = documents[0]!
  const found = MessageType.nameIn(namespace)
  if (found?.startsWith(`${type.name}.`) !== true)
    return finding('DOCUMENT_OTHER', '/Document', { found: found ?? shortened(namespace), expected: type.name })
  if (type.takes(found)) return undefined
  const expected = `${type.name}.001.${String(type.versionLeast).padStart(2, '0')}`
  return finding('DOCUMENT_VERSION', '/Document', { found, expected })
}

const shortened = (text: string): string => (text === '' ? '?' : text.slice(0, 80))

/** The header says which message it is for; a reader who trusts it and one who trusts the namespace must not differ. */
function namespaceFindings(header: unknown, document: XmlElement): Finding[] {
  const said = (header as { MsgDefIdr?: unknown }).MsgDefIdr
  const name = MessageType.nameIn(document.namespace)!
  if (typeof said !== 'string' || said === name) return []
  return [finding('HEADER_NAMESPACE_DIFFERS', '/AppHdr/MsgDefIdr', { header: said, document: name })]
}

function readPart(
  xml: OpenXml,
  element: XmlElement,
  type: MessageType,
  shape: Shape,
): { value: unknown; findings: Finding[] } {
  const violations = xml.check(element, type.schema(element.namespace))
  const wrong = new Set(
    violations.filter(({ what }) => what === 'value' || what === 'attribute').map((one) => one.element),
  )
  const findings = onePerPlace(violations.flatMap((violation) => findingsOf(violation, element, shape)))
  return { value: valueOf(element, shape, wrong), findings }
}

/** JSON of an element: texts as they stand, repeatable elements as arrays, nothing that the shape does not know. */
function valueOf(element: XmlElement, shape: Shape, wrong: ReadonlySet<XmlElement>): unknown {
  if (shape.isAmount) return amountOf(element)
  if (shape.isRelatedDate && element.text.trim() !== '') return { Dt: element.children.length > 0 ? '' : element.text }
  const value: Record<string, unknown> = {}
  for (const child of element.children) {
    const member = child.namespace === element.namespace ? shape.members.get(child.name) : undefined
    if (!member) continue
    const one = wrong.has(child) ? null : member.shape ? valueOf(child, member.shape, wrong) : textOf(child)
    if (member.many) ((value[child.name] ??= []) as unknown[]).push(one)
    else if (!(child.name in value)) value[child.name] = one
  }
  return value
}

const textOf = ({ children, text }: XmlElement): string | null => (children.length > 0 ? null : text)

const amountOf = ({ attributes, text }: XmlElement): object => ({
  ...(attributes['Ccy'] !== undefined && { Ccy: attributes['Ccy'] }),
  value: text.trim(),
})

/** What a violation means for the sender: an element that came too early stands for the one missing before it. */
function findingsOf(violation: XmlViolation, part: XmlElement, whole: Shape): Finding[] {
  const { element, what, attribute = '', facet = '', listed } = violation
  const { path, shape, within } = placeOf(element, part, whole)
  const name = element.name
  if (what === 'attribute') return [finding('ATTRIBUTE_WRONG', `${path}/@${attribute}`, { attribute })]
  if (what === 'missing') return missing(element, shape, path, violation.expected)
  if (what === 'unexpected') {
    const before = within ? skipped(element, within) : []
    const above = path.slice(0, path.lastIndexOf('/'))
    if (before.length > 0) return before.map((one) => finding('ELEMENT_MISSING', `${above}/${one}`, { element: one }))
    return [finding('ELEMENT_UNEXPECTED', path, { element: name })]
  }
  if (listed !== undefined) return [finding('VALUE_NOT_LISTED', path, { element: name, listed })]
  return [finding(facet.endsWith('Length') ? 'VALUE_LENGTH' : 'VALUE_MALFORMED', path, { element: name })]
}

function missing(element: XmlElement, shape: Shape | undefined, path: string, expected: string[]): Finding[] {
  const there = new Set(element.children.map(({ name }) => name))
  const absent = (shape?.required ?? []).filter((name) => !there.has(name))
  if (absent.length > 0) return absent.map((name) => finding('ELEMENT_MISSING', `${path}/${name}`, { element: name }))
  return [finding('ELEMENT_MISSING', path, { element: expected.join(' / ') })]
}

/** Required elements that should stand before this one and are nowhere beside it. */
function skipped(element: XmlElement, within: Shape): string[] {
  const order = [...within.members.keys()]
  const at = order.indexOf(element.name)
  const beside = new Set(element.parent!.children.map(({ name }) => name))
  return within.required.filter((name) => order.indexOf(name) < at && !beside.has(name))
}

/** The path of an element from its part down, places counted from 1 where an element may repeat, and the shapes of it and around it. */
function placeOf(
  element: XmlElement,
  part: XmlElement,
  whole: Shape,
): { path: string; shape: Shape | undefined; within: Shape | undefined } {
  if (element === part || !element.parent) return { path: `/${part.name}`, shape: whole, within: undefined }
  const above = placeOf(element.parent, part, whole)
  const member = above.shape?.members.get(element.name)
  const same = element.parent.children.filter(({ name }) => name === element.name)
  const place = member?.many || same.length > 1 ? `[${same.indexOf(element) + 1}]` : ''
  return { path: `${above.path}/${element.name}${place}`, shape: member?.shape, within: above.shape }
}
