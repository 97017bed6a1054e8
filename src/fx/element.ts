// Elements of a message body with their paths: rules go down by name, and whatever is missing or of another type is simply not there.

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A value within a body, and where in the document it stands: names of elements, places counted from 1 where they may repeat. */
export class Element {
  readonly path: string
  readonly value: unknown

  constructor(value: unknown, path = '') {
    this.value = value
    this.path = path
  }

  /** The element reached by these names; undefined if one is not there. Within what the XSD found wrong (null) everything counts as there. */
  child(...names: string[]): Element | undefined {
    let { value, path } = this as { value: unknown; path: string }
    for (const name of names) {
      path += `/${name}`
      if (value === null) continue
      if (!isObject(value) || !Object.hasOwn(value, name)) return undefined
      value = value[name]
    }
    return new Element(value, path)
  }

  /** The elements of a name that may repeat. */
  each(name: string): Element[] {
    return this.child(name)?.places() ?? []
  }

  /** The text of the element reached by these names. */
  text(...names: string[]): string | undefined {
    const value = this.child(...names)?.value
    return typeof value === 'string' ? value : undefined
  }

  /** Every member that is no list, and every element of one, by name. */
  parts(): [string, Element][] {
    const parts: [string, Element][] = []
    for (const [name, one] of this.members())
      if (Array.isArray(one.value)) for (const place of one.places()) parts.push([name, place])
      else parts.push([name, one])
    return parts
  }

  members(): [string, Element][] {
    if (!isObject(this.value)) return []
    return Object.entries(this.value).map(([name, value]) => [name, new Element(value, `${this.path}/${name}`)])
  }

  places(): Element[] {
    return Array.isArray(this.value) ? this.value.map((value, at) => new Element(value, `${this.path}[${at + 1}]`)) : []
  }
}
