// A body before it is put together: values with the place they are from, so that what does not fit the schema of the kind can be told as
// lost at that place, and what is found in the body can be told where it stands.

/** A value and the place it was read from: a path in a file, or a JSON Pointer into another body. */
export class Leaf {
  readonly value: string
  readonly path: string

  constructor(value: string, path: string) {
    this.value = value
    this.path = path
  }

  /** Another value from the same place. */
  with(value: string): Leaf {
    return new Leaf(value, this.path)
  }
}

/** A string is a value of our own, from nowhere. */
export type Shadow = Leaf | string | undefined | readonly Shadow[] | { readonly [name: string]: Shadow }

/** What of a document has no place in another. `value` is told only of what is neither commercial nor personal. */
export interface Loss {
  path: string
  value?: string
  why: string
}

/** The parts of a JSON Schema that are looked at here. */
export interface SchemaPart {
  'x-class'?: string
  enum?: readonly string[]
  const?: string
  pattern?: string
  minLength?: number
  maxLength?: number
  maxItems?: number
  required?: readonly string[]
  properties?: Readonly<Record<string, SchemaPart>>
  items?: SchemaPart
}

/** A body, and for each of its values and objects the place it is from. */
export interface Assembled {
  body: Record<string, unknown>
  paths: Map<string, string>
  losses: Loss[]
}

/** Characters of a lost value that are told. */
export const VALUE_TOLD_MAX = 100

/** Puts a body together. Empty objects and lists are left out; values that do not fit, and list elements beyond the bound, are lost. */
export function assemble(shadow: Shadow, schema: SchemaPart): Assembled {
  const assembly = new Assembly()
  const body = assembly.put(shadow, schema, '')
  return {
    body: (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>,
    paths: assembly.paths,
    losses: assembly.losses,
  }
}

/** Whether a class may be told in a list of losses. */
export const isOpen = (schema: SchemaPart | undefined): boolean =>
  schema?.['x-class'] === 'public' || schema?.['x-class'] === 'trade'

class Assembly {
  readonly paths = new Map<string, string>()
  readonly losses: Loss[] = []

  put(shadow: Shadow, schema: SchemaPart, pointer: string): unknown {
    if (shadow === undefined) return undefined
    if (typeof shadow === 'string') return fits(shadow, schema) ? shadow : undefined
    if (shadow instanceof Leaf) return this.#fitting(shadow, schema, pointer)
    if (isList(shadow)) return this.#list(shadow, schema, pointer)
    const members = Object.entries(shadow).flatMap(([name, one]) => {
      const value = this.put(one, schema.properties?.[name] ?? {}, `${pointer}/${name}`)
      return value === undefined ? [] : [[name, value] as const]
    })
    if (members.length === 0) return undefined
    // Where something is missing in an object, the place of the object is the place to look at.
    const place = firstPath(shadow)
    if (place !== undefined && pointer !== '') this.paths.set(pointer, place)
    return Object.fromEntries(members)
  }

  #list(list: readonly Shadow[], schema: SchemaPart, pointer: string): unknown {
    const rows: unknown[] = []
    for (const one of list) {
      if (rows.length === schema.maxItems) {
        this.losses.push({ path: firstPath(one) ?? pointer, why: `more than ${schema.maxItems} are not taken` })
        break
      }
      const row = this.put(one, schema.items ?? {}, `${pointer}/${rows.length}`)
      if (row !== undefined) rows.push(row)
    }
    return rows.length > 0 ? rows : undefined
  }

  #fitting({ value, path }: Leaf, schema: SchemaPart, pointer: string): string | undefined {
    const fitted = [value, shortened(value)].find((one) => fits(one, schema))
    if (fitted !== undefined) this.paths.set(pointer, path)
    else
      this.losses.push({
        path,
        ...(isOpen(schema) && { value: value.slice(0, VALUE_TOLD_MAX) }),
        why: `it does not fit ${pointer}`,
      })
    return fitted
  }
}

function fits(text: string, schema: SchemaPart): boolean {
  const length = [...text].length
  return (
    (schema.enum === undefined || schema.enum.includes(text)) &&
    (schema.const === undefined || schema.const === text) &&
    (schema.pattern === undefined || new RegExp(schema.pattern, 'u').test(text)) &&
    length >= (schema.minLength ?? 0) &&
    length <= (schema.maxLength ?? Number.POSITIVE_INFINITY)
  )
}

/** Zeros at the end of a fraction say nothing. */
const shortened = (text: string): string => (/^\d+\.\d+$/.test(text) ? text.replace(/\.?0+$/, '') : text)

const isList = (shadow: Shadow): shadow is readonly Shadow[] => Array.isArray(shadow)

function firstPath(shadow: Shadow): string | undefined {
  if (shadow === undefined || typeof shadow === 'string') return undefined
  if (shadow instanceof Leaf) return shadow.path
  for (const one of Object.values(shadow) as Shadow[]) {
    const path = firstPath(one)
    if (path !== undefined) return path
  }
  return undefined
}
