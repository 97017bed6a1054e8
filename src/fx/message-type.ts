// Message types: the shape of each as its JSON Schema has it, and its XSD compiled once for each version of its namespace.
import { readSchemaFile, readSchemaText, XmlSchema } from '../hub/index.ts'

const ISO_NAMESPACE = 'urn:iso:std:iso:20022:tech:xsd:'

/** The content of an element: its children in order, and which must be there. A choice requires none by name. */
export interface Shape {
  readonly members: ReadonlyMap<string, Member>
  readonly required: readonly string[]
  /** An amount: text and currency in one element. */
  readonly isAmount: boolean
  /** A date that earlier versions write as text and later ones as Dt. */
  readonly isRelatedDate: boolean
}

export interface Member {
  readonly many: boolean
  /** Absent: a text. */
  readonly shape?: Shape
}

/** The shapes of header and document of a kind, from its JSON Schema. */
export function shapesOf(schema: JsonSchema): { header: Shape; document: Shape } {
  const made = new Map<string, Shape>()
  const shapeOf = (reference: string): Shape => {
    const known = made.get(reference)
    if (known) return known
    const { properties = {}, required = [] } = schema.$defs![reference.replace('#/$defs/', '')]!
    const members = new Map<string, Member>()
    const isAmount = 'Ccy' in properties && 'value' in properties
    const shape = { members, required, isAmount, isRelatedDate: reference.endsWith('RelatedDate') }
    made.set(reference, shape)
    for (const [name, { items, ...one }] of Object.entries(properties)) {
      const of = items ?? one
      members.set(name, { many: items !== undefined, ...(of.$ref !== undefined && { shape: shapeOf(of.$ref) }) })
    }
    return shape
  }
  return {
    header: shapeOf(schema.properties!['AppHdr']!.$ref!),
    document: shapeOf(schema.properties!['Document']!.$ref!),
  }
}

export interface JsonSchema {
  $ref?: string
  items?: JsonSchema
  required?: string[]
  properties?: Record<string, JsonSchema>
  $defs?: Record<string, JsonSchema>
}

export const readKindSchema = (name: string): JsonSchema & Record<string, unknown> =>
  readSchemaFile(`fx/${name}.v1.json`)

/** A message of ISO 20022 as this hub takes it: one XSD, and the versions it is good for. */
export class MessageType {
  readonly name: string
  readonly versionLeast: number
  readonly #xsd: string
  readonly #written: string
  readonly #compiled = new Map<string, XmlSchema>()

  constructor(name: string, versionLeast: number) {
    this.name = name
    this.versionLeast = versionLeast
    this.#xsd = readSchemaText(`fx/${name}.xsd`)
    this.#written = /targetNamespace="([^"]+)"/.exec(this.#xsd)![1]!
  }

  /** The name within a namespace, pacs.008.001.08; undefined if it is none of ISO 20022. */
  static nameIn(namespace: string): string | undefined {
    const name = namespace.startsWith(ISO_NAMESPACE) ? namespace.slice(ISO_NAMESPACE.length) : ''
    return /^[a-z]{4}\.\d{3}\.\d{3}\.\d{2}$/.test(name) ? name : undefined
  }

  /** Versions later than the profile was written for are checked by it too; two digits bound what can be asked for. */
  takes(name: string): boolean {
    const version = Number(name.slice(-2))
    return name.startsWith(`${this.name}.001.`) && version >= this.versionLeast && version < 20
  }

  /** The XSD for a namespace this type takes, compiled when first needed and kept. */
  schema(namespace: string): XmlSchema {
    let compiled = this.#compiled.get(namespace)
    if (!compiled)
      this.#compiled.set(namespace, (compiled = new XmlSchema(this.#xsd.replaceAll(this.#written, namespace))))
    return compiled
  }
}
