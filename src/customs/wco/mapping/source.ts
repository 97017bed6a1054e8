// A document being mapped: what has been taken out of it is known, so that the rest can be told as lost. Nothing is dropped in silence.
import { Place } from '../place.ts'
import { isOpen, Leaf, type Loss, type SchemaPart } from '../shadow.ts'

export const NO_PLACE = 'the target has no place for it'

export class Source {
  readonly place: Place
  readonly #schema: SchemaPart
  readonly #taken: Set<string>
  readonly #lost: Map<string, string>

  constructor(body: unknown, schema: SchemaPart) {
    this.place = new Place(body)
    this.#schema = schema
    this.#taken = new Set()
    this.#lost = new Map()
  }

  /** The text at a pointer, now taken. */
  take(path: string): Leaf | undefined {
    const text = this.look(path)
    if (text === undefined) return undefined
    this.#taken.add(path)
    return new Leaf(text, path)
  }

  /** The text at a pointer without taking it. */
  look(path: string): string | undefined {
    return this.place.text(...path.split('/').slice(1))
  }

  /** Pointers of the elements of an array. */
  rows(path: string): string[] {
    return this.place.rows(...path.split('/').slice(1)).map((row) => row.path)
  }

  /** Takes a text and turns it into what the target writes for it; if that cannot be done, it is lost for this reason. */
  turn(path: string, convert: (text: string) => string | undefined, why: string): Leaf | undefined {
    const text = this.look(path)
    if (text === undefined) return undefined
    const turned = convert(text)
    if (turned !== undefined) return this.take(path)!.with(turned)
    this.#lost.set(path, why)
    return undefined
  }

  /** Says why a text is lost, although something like it was taken. */
  lose(path: string, why: string): void {
    if (this.look(path) !== undefined) this.#lost.set(path, why)
  }

  /** Every text of the document that was not taken. */
  losses(): Loss[] {
    return leaves(this.place.value, this.#schema, '')
      .filter(({ path }) => !this.#taken.has(path) || this.#lost.has(path))
      .map(({ path, value, open }) => ({
        path,
        ...(open && { value }),
        why: this.#lost.get(path) ?? NO_PLACE,
      }))
  }
}

/** All texts of a document, and whether they may be told; what the schema does not describe may not. */
function leaves(
  value: unknown,
  schema: SchemaPart | undefined,
  path: string,
): { path: string; value: string; open: boolean }[] {
  if (Array.isArray(value)) return value.flatMap((one, at) => leaves(one, schema?.items, `${path}/${at}`))
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([name, one]) =>
      leaves(
        one,
        schema?.properties && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined,
        `${path}/${name}`,
      ),
    )
  return value === null ? [] : [{ path, value: String(value), open: isOpen(schema) }]
}
