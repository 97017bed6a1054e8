// Views and cursors in memory: for tests and the contract suite.
import type { Json } from './heads.ts'
import type { Cursors, Views, ViewValue } from './journal.ts'
import { sameJson } from './same-json.ts'

export function memoryViews(): Views {
  const views = new Map<string, { rows: Map<string, ViewValue>; cursor: number }>()
  const of = (view: string): { rows: Map<string, ViewValue>; cursor: number } => {
    let known = views.get(view)
    if (!known) views.set(view, (known = { rows: new Map(), cursor: 0 }))
    return known
  }
  return {
    async cursor(view) {
      return of(view).cursor
    },
    async apply(view, rows, cursor) {
      const known = of(view)
      for (const { key, value } of rows)
        if (value === undefined) known.rows.delete(key)
        else known.rows.set(key, value)
      known.cursor = cursor
    },
    async get(view, key) {
      return of(view).rows.get(key)
    },
    async range(view, from, to, limit, order = 'ascending') {
      const keys = [...of(view).rows.keys()].filter((key) => key >= from && key < to).sort()
      if (order === 'descending') keys.reverse()
      return keys.slice(0, limit).map((key) => ({ key, value: of(view).rows.get(key)! }))
    },
    async empty(view) {
      views.delete(view)
    },
    async close() {},
  }
}

export function memoryCursors(): Cursors {
  const spaces = new Map<string, Map<string, Json>>()
  const of = (space: string): Map<string, Json> => {
    let known = spaces.get(space)
    if (!known) spaces.set(space, (known = new Map()))
    return known
  }
  return {
    async get(space, key) {
      return of(space).get(key)
    },
    async put(space, key, value) {
      if (value === undefined) of(space).delete(key)
      else of(space).set(key, structuredClone(value))
    },
    async putNew(space, key, value) {
      if (of(space).has(key)) return false
      of(space).set(key, structuredClone(value))
      return true
    },
    async swap(space, key, expected, value) {
      if (!sameJson(of(space).get(key), expected)) return false
      if (value === undefined) of(space).delete(key)
      else of(space).set(key, structuredClone(value))
      return true
    },
    async list(space, prefix) {
      return [...of(space)]
        .filter(([key]) => key.startsWith(prefix))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => ({ key, value }))
    },
    async spaces() {
      return [...spaces].flatMap(([space, rows]) => (rows.size > 0 ? [space] : [])).sort()
    },
    async page(space, after, limit) {
      return [...of(space)]
        .filter(([key]) => key > after)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .slice(0, limit)
        .map(([key, value]) => ({ key, value }))
    },
    async close() {},
  }
}
