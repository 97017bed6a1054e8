// XML lives here: bytes become a tree only if they are plain UTF-8 XML without anything that reaches outside or grows when read.
import { isUtf8 } from 'node:buffer'
import {
  ParseOption,
  XmlCData,
  XmlDocument,
  XmlElement as LibraryElement,
  XmlParseError,
  XmlText,
  XmlValidateError,
  XsdValidator,
} from 'libxml2-wasm'
import { HubError } from '../errors.ts'
import { otherEncoding, scanXml } from './xml-scan.ts'

// No network, no external entity, no XInclude, no recovery from errors; a document type was refused before. White space between elements
// is left out, since every node handed over from the library costs; within a text it stays.
const OPTIONS =
  ParseOption.XML_PARSE_NONET |
  ParseOption.XML_PARSE_NO_XXE |
  ParseOption.XML_PARSE_NO_SYS_CATALOG |
  ParseOption.XML_PARSE_NOBLANKS

/** An element as read: local name, namespace, attributes without namespace, element children, and its own text. */
export interface XmlElement {
  readonly name: string
  readonly namespace: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  readonly text: string
  readonly parent: XmlElement | undefined
}

/**
 * What a schema says against an element. unexpected: it stands where it may not; missing: a child is not there; value: its text;
 * attribute: one is missing, not allowed, or of a wrong value. `expected` are local names.
 */
export interface XmlViolation {
  element: XmlElement
  what: 'unexpected' | 'missing' | 'value' | 'attribute'
  expected: string[]
  attribute?: string
  /** The rule of the schema that is broken, by the name XSD has for it: maxLength, enumeration, type ... */
  facet?: string
  listed?: string
}

/** A document while it is open. */
export interface OpenXml {
  readonly root: XmlElement
  /** What a schema says against the element and everything in it, the first 500; [] if nothing. */
  check(element: XmlElement, schema: XmlSchema): XmlViolation[]
}

/** A compiled XSD. Compile one per message type and namespace and keep it: compiling takes tens of milliseconds. */
export class XmlSchema {
  readonly validator: XsdValidator

  /** Takes the whole text of an XSD that includes nothing. Throws if it is none: a fault of the program. */
  constructor(xsd: string) {
    const document = XmlDocument.fromString(xsd, { option: OPTIONS })
    try {
      this.validator = XsdValidator.fromDoc(document)
    } finally {
      document.dispose()
    }
  }

  /** Gives its memory back; only for schemas that are not kept for the life of the process. */
  dispose(): void {
    this.validator.dispose()
  }
}

/**
 * Parses strict XML 1.0 and hands it to `use`; its memory is given back afterwards, whatever happens. Throws XML_MALFORMED (with the line)
 * or XML_UNSAFE (document types, entities, processing instructions, too deep, more than `elementsMax` elements, 20,000 if not given).
 */
export function withXml<T>(bytes: Uint8Array, use: (xml: OpenXml) => T, elementsMax?: number): T {
  const encoding = otherEncoding(bytes)
  if (encoding !== undefined)
    throw new HubError('XML_MALFORMED', `the text is written in ${encoding}; save it as UTF-8`)
  if (!isUtf8(bytes)) throw new HubError('XML_MALFORMED', 'the text is not valid UTF-8')
  scanXml(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'), elementsMax)
  const document = parse(bytes)
  try {
    const nodes = new Map<XmlElement, LibraryElement>()
    const root = treeOf(document.root, undefined, nodes)
    return use({ root, check: (element, schema) => violations(root, nodes.get(element)!, schema) })
  } finally {
    document.dispose()
  }
}

function parse(bytes: Uint8Array): XmlDocument {
  try {
    return XmlDocument.fromBuffer(bytes, { option: OPTIONS })
  } catch (error) {
    if (!(error instanceof XmlParseError)) throw error
    const [first] = error.details
    throw new HubError('XML_MALFORMED', `line ${first?.line ?? 1}: ${oneLine(first?.message ?? error.message)}`)
  }
}

/** What the parser says may repeat the text it stumbled over; a refusal is for logs too, so no more than its beginning. */
const oneLine = (message: string): string => message.trim().split('\n')[0]!.slice(0, 120)

function treeOf(
  node: LibraryElement,
  parent: XmlElement | undefined,
  nodes: Map<XmlElement, LibraryElement>,
): XmlElement {
  const children: XmlElement[] = []
  const { name, namespaceUri: namespace } = node
  const element = { name, namespace, attributes: attributesOf(node), children, text: '', parent }
  nodes.set(element, node)
  for (let child = node.firstChild; child; child = child.next)
    if (child instanceof LibraryElement) children.push(treeOf(child, element, nodes))
    else if (child instanceof XmlText || child instanceof XmlCData) element.text += child.content
  return element
}

function attributesOf(node: LibraryElement): Record<string, string> {
  const own = node.attrs.filter(({ namespaceUri }) => namespaceUri === '')
  return own.length === 0 ? NONE : Object.fromEntries(own.map(({ name, value }) => [name, value]))
}

const NONE: Record<string, string> = {}

// More than are ever told; finding the place of each costs, and a hostile document could have one for every element.
const VIOLATIONS_MAX = 500

function violations(root: XmlElement, node: LibraryElement, schema: XmlSchema): XmlViolation[] {
  try {
    schema.validator.validate(node)
    return []
  } catch (error) {
    if (!(error instanceof XmlValidateError)) throw error
    return error.details
      .slice(0, VIOLATIONS_MAX)
      .map(({ xpath, message }) => violationOf(elementAt(root, xpath ?? ''), message))
  }
}

/** The element of a path as libxml2 writes it: a name or "*" per step, with its place among those that the step could mean. */
function elementAt(root: XmlElement, xpath: string): XmlElement {
  let at = root
  for (const step of xpath.split('/').slice(2)) {
    const [, name, place] = /^(?:[^:[]+:)?([^[]+)(?:\[(\d+)\])?$/.exec(step) ?? []
    const meant = name === '*' ? at.children : at.children.filter((child) => child.name === name)
    const next = meant[Number(place ?? 1) - 1]
    if (!next) break
    at = next
  }
  return at
}

const SAID = /^Element '[^']*'(?:, attribute '(?:\{[^}]*\})?([^']*)')?: /

/** Reads what libxml2 says; the beginning of a sentence decides, so that a value in it cannot pass for another. */
function violationOf(element: XmlElement, message: string): XmlViolation {
  const [start = '', attribute] = SAID.exec(message) ?? []
  const rest = message.slice(start.length)
  const expected = namesIn(/Expected is (?:one of )?\( (.*) \)/.exec(rest)?.[1])
  if (rest.startsWith('This element is not expected.')) return { element, what: 'unexpected', expected }
  if (rest.startsWith('Missing child element(s).')) return { element, what: 'missing', expected }
  const named = /^The attribute '(?:\{[^}]*\})?([^']*)' is (required but missing|not allowed)/.exec(rest)
  if (named) return { element, what: 'attribute', expected: [], attribute: named[1]!, facet: named[2]! }
  const facet = /^\[facet '(\w+)'\]/.exec(rest)?.[1] ?? 'type'
  const listed = facet === 'enumeration' ? /the set \{([^}]*)\}\.\s*$/.exec(rest)?.[1]?.replaceAll("'", '') : undefined
  const broken = { facet, ...(listed !== undefined && { listed }) }
  if (attribute !== undefined) return { element, what: 'attribute', expected: [], attribute, ...broken }
  return { element, what: 'value', expected: [], ...broken }
}

const namesIn = (list: string | undefined): string[] =>
  list === undefined ? [] : list.split(', ').map((name) => name.replace(/^.*\}/, ''))
