// Every member of every valid body, one after the other, is something else than its schema says: findings come of it, never a fault. Rules see
// a body whatever its schema has found.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compileKinds } from '../../src/hub/message/validate.ts'
import { roomKinds } from '../../src/rooms.ts'

const FIXTURES = new URL('../../fixtures/', import.meta.url)
const kinds = compileKinds([...roomKinds])
const bodies = ['customs', 'tradefinance'].flatMap((room) =>
  readdirSync(new URL(`${room}/valid/`, FIXTURES))
    .filter((file) => file.endsWith('.json') && file !== 'declaration-4kb.json')
    .map((file) => {
      const names = kinds.list.map(({ name }) => name).filter((name) => `${room}.${file}`.startsWith(name))
      const name = names.sort((a, b) => b.length - a.length)[0]!
      return { name, file, text: readFileSync(new URL(`${room}/valid/${file}`, FIXTURES), 'utf8') }
    }),
)
// The first has no text: whoever makes one of it without looking fails.
const HOSTILE = [{ toString: 1, valueOf: 1 }, [], [null], null, true, -1, '', '\u0000', 'constructor', '__proto__'].map(
  (one) => JSON.stringify(one),
)

type Parent = { [name: string]: unknown }

/** All places of a body: the object or list, and the name or number in it. */
function placesOf(value: unknown): [Parent, string][] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]): [Parent, string][] => [
    [value as Parent, name],
    ...placesOf(inner),
  ])
}

describe.each(bodies)('$file', ({ name, text }) => {
  it('has findings and no fault, whatever stands in the place of a member', () => {
    const kind = kinds.find(name, 1)
    const body = JSON.parse(text) as unknown
    for (const [parent, member] of placesOf(body)) {
      const before = parent[member]
      for (const hostile of HOSTILE) {
        parent[member] = JSON.parse(hostile) as unknown
        const checked = () => kinds.checkBody(kind, Buffer.from(JSON.stringify(body)))
        expect(checked, `${member}: ${hostile}`).not.toThrow()
      }
      parent[member] = before
    }
  })
})
