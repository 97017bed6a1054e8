// Makes schemas/fx/*.xsd and schemas/fx/*.v1.json of profile.ts: `npx tsx schemas/fx/make-schemas.ts`. With --check it writes nothing and
// exits 1 when a file is stale.
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { AMOUNT, AMOUNT_DIGITS, KINDS, LEAVES, MESSAGES, MIXED, TYPES, type Leaf } from './profile.ts'

const FOLDER = new URL('./', import.meta.url)

interface Element {
  name: string
  type: string
  least: 0 | 1
  most: number
}

interface Content {
  choice: boolean
  elements: Element[]
}

const FORM = /^(\w+?)(\?|\*|\+|\{(\d+)\})? (\w+)$/

function contentOf(type: string): Content {
  const written = TYPES[type]!
  const choice = written.startsWith('choice: ')
  return { choice, elements: written.replace('choice: ', '').split(', ').map(elementOf) }
}

function elementOf(written: string): Element {
  const [, name, often = '', bound, type] = FORM.exec(written) ?? []
  if (name === undefined || type === undefined) throw new Error(`profile: "${written}" is no element`)
  if (!(type in LEAVES) && !(type in TYPES) && type !== AMOUNT) throw new Error(`profile: no type ${type} (${name})`)
  const most = bound !== undefined ? Number(bound) : often === '*' || often === '+' ? Infinity : 1
  return { name, type, least: often === '' || often === '+' ? 1 : 0, most }
}

/** The types a type is made of, itself first, each once. */
function typesUnder(type: string, seen = new Set<string>()): Set<string> {
  if (seen.has(type)) return seen
  seen.add(type)
  if (type in TYPES) for (const element of contentOf(type).elements) typesUnder(element.type, seen)
  return seen
}

// --- XSD

function xsdOf(message: keyof typeof MESSAGES): string {
  const { root, type, namespace } = MESSAGES[message]
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<!-- ${message} as this hub takes it, made of profile.ts by make-schemas.ts. Other versions are checked with their own namespace in its place. -->`,
    `<xs:schema xmlns="${namespace}" xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="${namespace}" elementFormDefault="qualified">`,
    `  <xs:element name="${root}" type="${type}"/>`,
    ...[...typesUnder(type)].flatMap(xsdType),
    '</xs:schema>',
    '',
  ].join('\n')
}

function xsdType(type: string): string[] {
  if (type === AMOUNT) return xsdAmount()
  const leaf = LEAVES[type]
  return leaf ? xsdLeaf(type, leaf) : xsdComplex(type)
}

function xsdComplex(type: string): string[] {
  const { choice, elements } = contentOf(type)
  const group = choice ? 'choice' : 'sequence'
  const lines = elements.map(({ name, type: of, least, most }) => {
    const often = choice
      ? ''
      : `${least === 0 ? ' minOccurs="0"' : ''}${most === 1 ? '' : ` maxOccurs="${most === Infinity ? 'unbounded' : most}"`}`
    return `      <xs:element name="${name}" type="${of}"${often}/>`
  })
  return [
    `  <xs:complexType name="${type}"${MIXED.has(type) ? ' mixed="true"' : ''}>`,
    `    <xs:${group}>`,
    ...lines,
    `    </xs:${group}>`,
    '  </xs:complexType>',
  ]
}

function xsdLeaf(type: string, { base, lengthMax, pattern, listed, digits }: Leaf): string[] {
  const facets = [
    ...(pattern
      ? [`pattern value="${pattern}"`]
      : lengthMax
        ? ['minLength value="1"', `maxLength value="${lengthMax}"`]
        : []),
    ...(listed ?? '')
      .split(' ')
      .filter(Boolean)
      .map((code) => `enumeration value="${code}"`),
    ...(digits ? digitFacets(digits) : []),
  ]
  return [
    `  <xs:simpleType name="${type}">`,
    `    <xs:restriction base="xs:${base}">`,
    ...facets.map((facet) => `      <xs:${facet}/>`),
    '    </xs:restriction>',
    '  </xs:simpleType>',
  ]
}

const digitFacets = ({ total, fraction, least }: NonNullable<Leaf['digits']>): string[] => [
  `fractionDigits value="${fraction}"`,
  `totalDigits value="${total}"`,
  ...(least === undefined ? [] : [`minInclusive value="${least}"`]),
]

const xsdAmount = (): string[] => [
  ...xsdLeaf('AmountValue', { base: 'decimal', class: 'commercial', digits: AMOUNT_DIGITS }),
  `  <xs:complexType name="${AMOUNT}">`,
  '    <xs:simpleContent>',
  '      <xs:extension base="AmountValue">',
  '        <xs:attribute name="Ccy" use="required">',
  '          <xs:simpleType><xs:restriction base="xs:string"><xs:minLength value="1"/><xs:maxLength value="16"/></xs:restriction></xs:simpleType>',
  '        </xs:attribute>',
  '      </xs:extension>',
  '    </xs:simpleContent>',
  '  </xs:complexType>',
]

// --- JSON Schema

const LINE_MAX = 120

/** JSON as the formatter of the project writes it: a list of texts stands in one line if it fits. */
const json = (value: object): string =>
  `${JSON.stringify(value, null, 2)}\n`.replace(
    /^(.*)\[\n\s+("[^"]*"(?:,\n\s+"[^"]*")*)\n\s+\](,?)$/gm,
    (whole, start: string, texts: string, end: string) => {
      const line = `${start}[${texts.replaceAll(/,\n\s+/g, ', ')}]${end}`
      return line.length <= LINE_MAX ? line : whole
    },
  )

function jsonOf(kind: keyof typeof KINDS): string {
  const { document, prefix, description } = KINDS[kind]
  const types = new Set([...typesUnder('Header'), ...typesUnder(document)])
  const complex = [...types].filter((type) => type in TYPES || type === AMOUNT).sort()
  return json({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `fx.${kind}.v1`,
    title: prefix,
    description,
    'x-sources': ['ISO 20022, message and business application header (head.001)', 'CBPR+'],
    type: 'object',
    additionalProperties: false,
    required: ['AppHdr', 'Document'],
    properties: { AppHdr: { $ref: `#/$defs/${prefix}Header` }, Document: { $ref: `#/$defs/${prefix}${document}` } },
    $defs: Object.fromEntries(complex.map((type) => [`${prefix}${type}`, jsonType(type, prefix)])),
  })
}

function jsonType(type: string, prefix: string): object {
  if (type === AMOUNT) {
    const value = { type: 'string', maxLength: 64, 'x-class': 'commercial' }
    return closed({ Ccy: { type: 'string', maxLength: 16, 'x-class': 'commercial' }, value }, ['Ccy', 'value'])
  }
  const { choice, elements } = contentOf(type)
  const properties = elements.map(({ name, type: of, least, most }) => {
    const one = LEAVES[of] ? jsonLeaf(LEAVES[of]) : { $ref: `#/$defs/${prefix}${of}` }
    return [
      name,
      most === 1
        ? one
        : { type: 'array', minItems: least, ...(most === Infinity ? {} : { maxItems: most }), items: one },
    ]
  })
  const required = choice ? [] : elements.filter(({ least }) => least === 1).map(({ name }) => name)
  return { ...closed(Object.fromEntries(properties), required), ...(choice && { maxProperties: 1 }) }
}

const closed = (properties: object, required: string[]): object => ({
  type: 'object',
  additionalProperties: false,
  ...(required.length > 0 && { required }),
  properties,
})

/** Numbers and times stay the text they were in XML. */
function jsonLeaf({ class: of, lengthMax = 64, listed }: Leaf): object {
  return { type: 'string', ...(listed ? { enum: listed.split(' ') } : { maxLength: lengthMax }), 'x-class': of }
}

/** Every file by its name. */
export function schemaFiles(): Map<string, string> {
  return new Map([
    ...(Object.keys(MESSAGES) as (keyof typeof MESSAGES)[]).map((name): [string, string] => [
      `${name}.xsd`,
      xsdOf(name),
    ]),
    ...(Object.keys(KINDS) as (keyof typeof KINDS)[]).map((name): [string, string] => [
      `${name}.v1.json`,
      jsonOf(name),
    ]),
  ])
}

if (process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === import.meta.url)
  for (const [name, content] of schemaFiles()) {
    const file = new URL(name, FOLDER)
    if (!process.argv.includes('--check')) writeFileSync(file, content)
    else if (readFileSync(file, 'utf8') !== content) {
      console.error(`schemas/fx/${name} is stale: run npx tsx schemas/fx/make-schemas.ts`)
      process.exitCode = 1
    }
  }
