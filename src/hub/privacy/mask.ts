// Masking: leaves out of a body what a view may not show, by the `x-class` of each field in the schema. What has no class is personal.

export type FieldClass = 'public' | 'trade' | 'commercial' | 'personal'
type Schema = Record<string, unknown>

/** Least to most sensitive. */
const CLASSES: readonly FieldClass[] = ['public', 'trade', 'commercial', 'personal']
const ALTERNATIVES = ['allOf', 'anyOf', 'oneOf'] as const
const CONDITIONALS = ['then', 'else'] as const

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A place in the body: every schema that may describe it, and the class it has from them or from what it lies in. */
class Place {
  readonly class: FieldClass | undefined
  readonly #schemas: readonly Schema[]
  readonly #root: Schema
  readonly #members = new Map<string, Place>()

  constructor(root: Schema, schemas: readonly Schema[], inherited: FieldClass | undefined) {
    this.#root = root
    this.#schemas = spread(root, schemas)
    this.class = strictest(this.#schemas.map((schema) => schema['x-class'])) ?? inherited
  }

  member(name: string): Place {
    return this.#remembered(`.${name}`, () => this.#schemas.flatMap((schema) => memberSchemas(schema, name)))
  }

  element(at: number): Place {
    const prefixes = this.#schemas.map((schema) => (Array.isArray(schema.prefixItems) ? schema.prefixItems.length : 0))
    return this.#remembered(`#${Math.min(at, Math.max(0, ...prefixes))}`, () =>
      this.#schemas.flatMap((schema) => elementSchemas(schema, at)),
    )
  }

  #remembered(key: string, schemas: () => Schema[]): Place {
    let place = this.#members.get(key)
    if (!place) {
      const found = schemas()
      // What no schema describes takes no class from its surroundings: it is personal.
      place = new Place(this.#root, found, found.length > 0 ? this.class : undefined)
      // Names that no schema lists are not remembered, so that a body cannot fill the memory.
      if (found.length > 0 && this.#members.size < 4096) this.#members.set(key, place)
    }
    return place
  }
}

/** The schemas themselves and all they refer to by $ref, combine or choose from. */
function spread(root: Schema, schemas: readonly Schema[]): Schema[] {
  const found = new Set<Schema>()
  const add = (schema: unknown): void => {
    if (!isSchema(schema) || found.has(schema)) return
    found.add(schema)
    if (typeof schema.$ref === 'string') add(resolve(root, schema.$ref))
    for (const word of ALTERNATIVES) if (Array.isArray(schema[word])) schema[word].forEach(add)
    for (const word of CONDITIONALS) add(schema[word])
  }
  schemas.forEach(add)
  return [...found]
}

/** What a local reference ('#' or '#/pointer') points to. Any other describes nothing, so its fields stay personal. */
function resolve(root: Schema, reference: string): unknown {
  if (reference === '#') return root
  if (!reference.startsWith('#/')) return undefined
  let value: unknown = root
  for (const token of reference.slice(2).split('/'))
    value = isSchema(value) ? value[fromToken(decodeURIComponent(token))] : undefined
  return value
}

function memberSchemas(schema: Schema, name: string): Schema[] {
  const found: unknown[] = []
  const { properties, patternProperties, additionalProperties } = schema
  if (isSchema(properties) && Object.hasOwn(properties, name)) found.push(properties[name])
  if (isSchema(patternProperties))
    for (const [pattern, one] of Object.entries(patternProperties))
      if (new RegExp(pattern, 'u').test(name)) found.push(one)
  if (found.length === 0 && isSchema(additionalProperties)) found.push(additionalProperties)
  return found.filter(isSchema)
}

function elementSchemas(schema: Schema, at: number): Schema[] {
  const prefix = Array.isArray(schema.prefixItems) ? schema.prefixItems : []
  return [at < prefix.length ? prefix[at] : schema.items].filter(isSchema)
}

/** Several schemas may describe a field; the most sensitive class counts. A class that is none of the four is personal. */
function strictest(classes: readonly unknown[]): FieldClass | undefined {
  const given = classes.filter((one) => one !== undefined).map((one) => CLASSES.indexOf(one as FieldClass))
  if (given.length === 0) return undefined
  return given.includes(-1) ? 'personal' : CLASSES[Math.max(...given)]
}

const fromToken = (token: string): string => token.replaceAll('~1', '/').replaceAll('~0', '~')
const toToken = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

const places = new WeakMap<Schema, Place>()

function rootPlace(schema: Schema): Place {
  let place = places.get(schema)
  if (!place) places.set(schema, (place = new Place(schema, [schema], undefined)))
  return place
}

/** The class of a field by its JSON Pointer (RFC 6901); array elements by index. A field without one is personal. */
export function classOf(schema: Schema): (pointer: string) => FieldClass {
  return (pointer) => {
    let place = rootPlace(schema)
    for (const token of pointer.split('/').slice(1).map(fromToken)) {
      const member = place.member(token)
      place = member.class === undefined && /^(?:0|[1-9]\d*)$/.test(token) ? place.element(Number(token)) : member
    }
    return place.class ?? 'personal'
  }
}

export interface MaskedBody {
  /** The body without the fields left out; undefined if nothing may be shown. */
  body: unknown
  /** JSON Pointers of what was left out, in the order of the body; the highest where all beneath is left out. */
  masked: string[]
}

const NOTHING = Symbol('nothing')

/**
 * Leaves out every field whose class is not among `allowed`. Objects and arrays of which nothing remains go as a whole; an element that
 * goes while others stay becomes null, so that indexes keep their meaning.
 */
export function maskBody(body: unknown, schema: Schema, allowed: readonly string[]): MaskedBody {
  const may = new Set(allowed)
  const walk = (value: unknown, place: Place, pointer: string): { shown: unknown; masked: string[] } => {
    const members = membersOf(value, place, pointer)
    if (members.length === 0)
      return may.has(place.class ?? 'personal') ? { shown: value, masked: [] } : { shown: NOTHING, masked: [pointer] }
    const results = members.map((member) => ({ ...member, ...walk(member.value, member.place, member.pointer) }))
    if (results.every(({ shown }) => shown === NOTHING)) return { shown: NOTHING, masked: [pointer] }
    const masked = results.flatMap((result) => result.masked)
    if (Array.isArray(value)) return { shown: results.map(({ shown }) => (shown === NOTHING ? null : shown)), masked }
    const kept = results.filter(({ shown }) => shown !== NOTHING)
    return { shown: Object.fromEntries(kept.map(({ name, shown }) => [name, shown])), masked }
  }
  const { shown, masked } = walk(body, rootPlace(schema), '')
  return { body: shown === NOTHING ? undefined : shown, masked }
}

function membersOf(
  value: unknown,
  place: Place,
  pointer: string,
): { name: string; value: unknown; place: Place; pointer: string }[] {
  if (Array.isArray(value))
    return value.map((one, at) => ({
      name: String(at),
      value: one,
      place: place.element(at),
      pointer: `${pointer}/${at}`,
    }))
  if (!isSchema(value)) return []
  return Object.entries(value).map(([name, one]) => ({
    name,
    value: one,
    place: place.member(name),
    pointer: `${pointer}/${toToken(name)}`,
  }))
}

/** Classes of the fields that are really there in a body, least sensitive first. */
export const classesIn = (body: unknown, schema: Schema): FieldClass[] =>
  CLASSES.filter((one) => maskBody(body, schema, CLASSES.toSpliced(CLASSES.indexOf(one), 1)).masked.length > 0)
