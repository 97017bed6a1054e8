// A place in a document of any shape: a value and the JSON Pointer to it. What is missing or of another type is simply not there.

export class Place {
  readonly value: unknown
  readonly path: string

  constructor(value: unknown, path = '') {
    this.value = value
    this.path = path
  }

  /** The value reached by these names, or places in an array; undefined if one is not there. */
  at(...names: string[]): Place | undefined {
    let { value, path } = this as { value: unknown; path: string }
    for (const name of names) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
      value = (value as Record<string, unknown>)[name]
      path += `/${name}`
    }
    return new Place(value, path)
  }

  /** The elements of the array reached by these names. */
  rows(...names: string[]): Place[] {
    const list = this.at(...names)
    return list && Array.isArray(list.value) ? list.value.map((one, at) => new Place(one, `${list.path}/${at}`)) : []
  }

  /** The text reached by these names, the place itself if there are none. */
  text(...names: string[]): string | undefined {
    const value = names.length === 0 ? this.value : this.at(...names)?.value
    return typeof value === 'string' ? value : undefined
  }
}
