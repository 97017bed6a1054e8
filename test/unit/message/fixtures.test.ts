// Every body in fixtures/hub: the valid ones have no findings, each invalid one exactly those it names.
import { readdirSync, readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BODIES_ONLY, hubKinds } from '../../../src/hub/kinds/hub-kinds.ts'
import { compileKinds } from '../../../src/hub/message/validate.ts'

interface Invalid {
  kind: string
  body: unknown
  expect: string[]
}

const FIXTURES = new URL('../../../fixtures/hub/', import.meta.url)
const kinds = compileKinds(hubKinds(BODIES_ONLY))
const filesOf = (folder: string) => readdirSync(new URL(folder, FIXTURES))
const bytesOf = (path: string) => readFileSync(new URL(path, FIXTURES))
/** The longest name of a kind that the file begins with. */
const kindOf = (file: string) => {
  const words = file.replace('.json', '').split('-')
  const names = words.map((_, n) => `hub.${words.slice(0, n + 1).join('-')}`).toReversed()
  return kinds.find(names.find((name) => kinds.list.some((kind) => kind.name === name)) ?? file, 1)
}
const bodies = filesOf('valid/').map((file) => ({
  kind: kindOf(file),
  body: JSON.parse(bytesOf(`valid/${file}`).toString()) as Record<string, unknown>,
}))

describe('fixtures of the hub', () => {
  it.each(filesOf('valid/'))('valid: %s has no findings', (file) => {
    expect(kinds.checkBody(kindOf(file), bytesOf(`valid/${file}`)).findings).toEqual([])
  })

  it.each(filesOf('invalid/'))('invalid: %s names its findings', (file) => {
    const { kind, body, expect: codes } = JSON.parse(bytesOf(`invalid/${file}`).toString()) as Invalid
    const { findings } = kinds.checkBody(kinds.find(kind, 1), Buffer.from(JSON.stringify(body)))
    expect([...new Set(findings.map(({ code }) => code))].sort()).toEqual([...codes].sort())
    for (const { path, message } of findings) {
      expect(path).toMatch(/^(?:\/(?:[^~/]|~[01])+)*$/)
      expect(message).not.toBe('')
    }
  })

  it('has every kind of the hub among the valid ones', () => {
    expect(new Set(bodies.map(({ kind }) => kind.name))).toEqual(new Set(kinds.list.map(({ name }) => name)))
  })
})

describe('check of the hub kinds', () => {
  it('never throws on any JSON', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds.list), fc.jsonValue(), (kind, value) => {
        expect(Array.isArray(kind.check(value))).toBe(true)
      }),
    )
  })

  it('never throws when one member of a good body is replaced by anything', () => {
    fc.assert(
      fc.property(fc.constantFrom(...bodies), fc.nat(), fc.jsonValue(), ({ kind, body }, member, value) => {
        const names = Object.keys(body)
        const changed = { ...body, [names[member % names.length]!]: value }
        expect(Array.isArray(kind.check(changed))).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})
