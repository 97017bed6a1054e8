// Reading another's XML by local names: what was looked at is known, so that the rest can be told as not read.
import type { XmlElement } from '../../../hub/index.ts'

const NAMED_MAX = 1_000

export class ElementReader {
  readonly #read = new Set<XmlElement>()
  readonly #attributes = new Map<XmlElement, Set<string>>()
  readonly #paths = new Map<XmlElement, string>()
  readonly #places = new Map<XmlElement, Map<XmlElement, string>>()

  /** Children of a name, in whatever namespace; they and what they stand in count as read. */
  all(from: XmlElement | undefined, ...names: string[]): XmlElement[] {
    if (!from) return []
    this.#read.add(from)
    let found: XmlElement[] = [from]
    for (const name of names) {
      found = found.flatMap(({ children }) => children.filter((child) => child.name === name))
      for (const one of found) this.#read.add(one)
    }
    return found
  }

  /** The only element of the path, or the first of several: the others stay unread. */
  one(from: XmlElement | undefined, ...names: string[]): XmlElement | undefined {
    let at = from
    for (const name of names) {
      if (at) this.#read.add(at)
      at = at?.children.find((child) => child.name === name)
    }
    if (at) this.#read.add(at)
    return at
  }

  /** What an element was wrapped in says nothing by being there; what stands beside it does. */
  unwrap(element: XmlElement): void {
    for (let at = element.parent; at; at = at.parent) this.#read.add(at)
  }

  attribute(element: XmlElement, ...names: string[]): string | undefined {
    const name = names.find((one) => element.attributes[one] !== undefined)
    if (name === undefined) return undefined
    const known = this.#attributes.get(element) ?? new Set()
    this.#attributes.set(element, known.add(name))
    return element.attributes[name]!.trim() || undefined
  }

  /** Names from the root, with a place counted from 1 where a name repeats among its siblings. */
  path(element: XmlElement): string {
    let path = this.#paths.get(element)
    if (path === undefined) {
      const { parent } = element
      path = parent ? `${this.path(parent)}/${this.#step(element, parent)}` : `/${element.name}`
      this.#paths.set(element, path)
    }
    return path
  }

  /** The step of every child is worked out at once: there may be very many siblings. */
  #step(element: XmlElement, parent: XmlElement): string {
    let steps = this.#places.get(parent)
    if (!steps) {
      const totals = new Map<string, number>()
      for (const { name } of parent.children) totals.set(name, (totals.get(name) ?? 0) + 1)
      const counts = new Map<string, number>()
      steps = new Map(
        parent.children.map((child) => {
          const at = (counts.get(child.name) ?? 0) + 1
          counts.set(child.name, at)
          return [child, totals.get(child.name) === 1 ? child.name : `${child.name}[${at}]`]
        }),
      )
      this.#places.set(parent, steps)
    }
    return steps.get(element)!
  }

  /** Elements and attributes that say something and were not read, from the outside inwards; beyond a thousand they are only counted. */
  unread(root: XmlElement): string[] {
    const found: string[] = []
    let more = 0
    const tell = (path: () => string): void => {
      if (found.length < NAMED_MAX) found.push(path())
      else more += 1
    }
    const visit = (element: XmlElement): void => {
      if (!this.#read.has(element)) {
        if (says(element)) tell(() => this.path(element))
        return
      }
      for (const name of Object.keys(element.attributes))
        if (!this.#attributes.get(element)?.has(name)) tell(() => `${this.path(element)}/@${name}`)
      for (const child of element.children) visit(child)
    }
    visit(root)
    return more === 0 ? found : [...found, `${more} more`]
  }
}

const says = (element: XmlElement): boolean =>
  element.text.trim() !== '' || Object.keys(element.attributes).length > 0 || element.children.some(says)
