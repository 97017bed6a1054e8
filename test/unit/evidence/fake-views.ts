// Views and cursors in memory for the tests of this room.
import type { Json } from '../../../src/hub/journal/heads.ts'
import type { Cursors, Views, ViewValue } from '../../../src/hub/journal/journal.ts'

export interface FakeViews extends Views {
  reads: number
}

export function fakeViews(): FakeViews {
  const rows = new Map<string, Map<string, ViewValue>>()
  const cursors = new Map<string, number>()
  const of = (view: string) => rows.get(view) ?? rows.set(view, new Map()).get(view)!
  return {
    reads: 0,
    cursor: async (view) => cursors.get(view) ?? 0,
    async apply(view, changes, cursor) {
      for (const { key, value } of changes)
        if (value === undefined) of(view).delete(key)
        else of(view).set(key, typeof value === 'string' ? value : Buffer.from(value))
      cursors.set(view, cursor)
    },
    async get(view, key) {
      this.reads++
      return of(view).get(key)
    },
    async range(view, from, to, limit, order = 'ascending') {
      const found = [...of(view)].filter(([key]) => key >= from && key < to).map(([key, value]) => ({ key, value }))
      found.sort((a, b) => (a.key < b.key ? -1 : 1))
      return (order === 'ascending' ? found : found.toReversed()).slice(0, limit)
    },
    async empty(view) {
      rows.delete(view)
      cursors.delete(view)
    },
    close: async () => {},
  }
}

export function fakeCursors(): Cursors {
  const rows = new Map<string, string>()
  const at = (space: string, key: string) => `${space}\n${key}`
  return {
    async get(space, key) {
      const text = rows.get(at(space, key))
      return text === undefined ? undefined : (JSON.parse(text) as Json)
    },
    async put(space, key, value) {
      if (value === undefined) rows.delete(at(space, key))
      else rows.set(at(space, key), JSON.stringify(value))
    },
    async putNew(space, key, value) {
      if (rows.has(at(space, key))) return false
      rows.set(at(space, key), JSON.stringify(value))
      return true
    },
    async swap(space, key, expected, value) {
      if (rows.get(at(space, key)) !== JSON.stringify(expected)) return false
      if (value === undefined) rows.delete(at(space, key))
      else rows.set(at(space, key), JSON.stringify(value))
      return true
    },
    async list(space, prefix) {
      return [...rows]
        .filter(([key]) => key.startsWith(at(space, prefix)))
        .map(([key, text]) => ({ key: key.slice(space.length + 1), value: JSON.parse(text) as Json }))
    },
    spaces: async () => [...new Set([...rows.keys()].map((key) => key.slice(0, key.indexOf('\n'))))].sort(),
    async page(space, after, limit) {
      const found = await this.list(space, '')
      return found
        .filter(({ key }) => key > after)
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .slice(0, limit)
    },
    close: async () => {},
  }
}
