// Reading documents of any shape: rules look at strings that are there and leave what is missing or of another type to the schema.

/** The string members of T, each of which may be missing. */
export type Texts<T> = { readonly [K in keyof T]?: string }

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The members of an object that are strings; empty for anything that is no object. Plain loops: this runs for every document taken in. */
export function textsOf<T>(value: unknown): Texts<T> {
  if (!isObject(value)) return {}
  const names = Object.keys(value)
  // Mostly there is nothing else in it.
  if (names.every((name) => typeof value[name] === 'string')) return value as Texts<T>
  const texts: Record<string, string> = {}
  for (const name of names) {
    const member = value[name]
    if (typeof member === 'string') texts[name] = member
  }
  return texts as Texts<T>
}

/** The elements of an array member, each as its strings; empty if the member is no array. */
export function rowsOf<T>(value: unknown, member: string): Texts<T>[] {
  const rows = isObject(value) && Object.hasOwn(value, member) ? value[member] : undefined
  return Array.isArray(rows) ? rows.map((row) => textsOf<T>(row)) : []
}

/** An object member as its strings, or undefined if it is not there. */
export function partOf<T>(value: unknown, member: string): Texts<T> | undefined {
  const part = isObject(value) && Object.hasOwn(value, member) ? value[member] : undefined
  return isObject(part) ? textsOf<T>(part) : undefined
}
