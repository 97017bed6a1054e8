// Every body in fixtures/customs and fixtures/tradefinance: the valid ones have no findings, each invalid one exactly those it names.
import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { kindCodes } from '../../../docs/kind-codes.ts'
import { schemaPaths } from '../../../schemas/generate-types.ts'
import { customsCodes, customsKinds } from '../../../src/customs/index.ts'
import { identifierCodes } from '../../../src/hub/index.ts'
import { compileKinds } from '../../../src/hub/message/validate.ts'
import { tradefinanceCodes, tradefinanceKinds } from '../../../src/tradefinance/index.ts'

const ROOT = new URL('../../../', import.meta.url)
const kinds = compileKinds([...customsKinds, ...tradefinanceKinds])
const filesOf = (folder: string) =>
  readdirSync(new URL(`fixtures/${folder}/`, ROOT)).filter((name) => name.endsWith('.json'))
const bytesOf = (path: string) => readFileSync(new URL(path, ROOT))
const jsonOf = (path: string) => JSON.parse(bytesOf(path).toString('utf8'))

/** A file is named after its kind and what it shows: of kinds that begin alike, the longest name. */
const kindOf = (room: string, file: string) => {
  const names = kinds.list.map(({ name }) => name).filter((name) => `${room}.${file}`.startsWith(name))
  return kinds.find(names.sort((a, b) => b.length - a.length)[0] ?? file, 1)
}

describe.each(['customs', 'tradefinance'])('fixtures of %s', (room) => {
  it.each(filesOf(`${room}/valid`))('valid: %s has no findings', (file) => {
    expect(kinds.checkBody(kindOf(room, file), bytesOf(`fixtures/${room}/valid/${file}`)).findings).toEqual([])
  })

  it.each(filesOf(`${room}/invalid`))('invalid: %s names its findings', (file) => {
    const { kind, body, expect: codes } = jsonOf(`fixtures/${room}/invalid/${file}`)
    const { findings } = kinds.checkBody(kinds.find(kind, 1), Buffer.from(JSON.stringify(body)))
    expect([...new Set(findings.map(({ code }) => code))].sort()).toEqual([...codes].sort())
    for (const finding of findings)
      if (!finding.code.startsWith('SCHEMA_')) expect(finding.message).not.toMatch(/\{\w+\}/)
  })
})

describe('codes', () => {
  const tables = { ...customsCodes, ...tradefinanceCodes }
  const byKind = kindCodes(new Set(Object.keys({ ...tables, ...identifierCodes })))
  // What a body alone can show, as the source has it; the rest comes from the world at the time of judging and has tests of its own.
  const ofBodies = new Set([...byKind.values()].flatMap(({ check }) => [...check]))
  const shown = new Set(
    ['customs', 'tradefinance'].flatMap((room) =>
      filesOf(`${room}/invalid`).flatMap((file) => jsonOf(`fixtures/${room}/invalid/${file}`).expect as string[]),
    ),
  )

  it.each(Object.keys(tables).filter((code) => ofBodies.has(code)))('%s has a fixture', (code) => {
    expect(shown).toContain(code)
  })

  it('are listed in docs/kinds.md under every kind that an invalid fixture shows to give them', () => {
    for (const room of ['customs', 'tradefinance'])
      for (const file of filesOf(`${room}/invalid`)) {
        const { kind, expect: codes } = jsonOf(`fixtures/${room}/invalid/${file}`) as { kind: string; expect: string[] }
        for (const code of codes.filter((one) => !one.startsWith('SCHEMA_')))
          expect([...byKind.get(kind)!.check], `${file}: ${code}`).toContain(code)
      }
  })

  it('are unique across rooms and say the same params in both languages', () => {
    const tables = [customsCodes, tradefinanceCodes, identifierCodes]
    const all = tables.flatMap((table) => Object.entries(table))
    expect(new Set(all.map(([code]) => code)).size).toBe(all.length)
    for (const [code, { en, zh }] of all) {
      const params = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()
      expect(params(zh), code).toEqual(params(en))
    }
  })
})

describe('schemas', () => {
  const mine = schemaPaths().filter((path) => /^(?:customs|tradefinance)\//.test(path))

  it.each(mine)('%s compiles in strict mode and bounds and classes every leaf', (path) => {
    const schema = jsonOf(`schemas/${path}`)
    const ajv = new Ajv2020({ strict: true, allErrors: true })
    ajv.addKeyword({ keyword: 'x-class', schemaType: 'string' })
    ajv.addKeyword({ keyword: 'x-sources', schemaType: 'array' })
    expect(() => ajv.compile(schema)).not.toThrow()
    const seen = walk(schema, '')
    expect(seen).toBeGreaterThan(1)
  })

  function walk(schema: Record<string, any>, at: string): number {
    expect(schema['description'] ?? schema['title'], `${at} has a description`).toBeTruthy()
    if (schema['properties']) {
      expect(schema['additionalProperties'], `${at} is closed`).toBe(false)
      return Object.entries(schema['properties'] as Record<string, Record<string, unknown>>).reduce(
        (n, [name, part]) => n + walk(part, `${at}/${name}`),
        0,
      )
    }
    if (schema['items']) {
      expect(schema['maxItems'], `${at} has maxItems`).toBeGreaterThan(0)
      return walk(schema['items'], `${at}/*`)
    }
    expect(['public', 'trade', 'commercial', 'personal'], `${at} has a class`).toContain(schema['x-class'])
    if (schema['type'] === 'string' && !schema['enum'])
      expect(schema['maxLength'], `${at} has maxLength`).toBeGreaterThan(0)
    return 1
  }
})

describe('check', () => {
  const bodies = ['customs', 'tradefinance'].flatMap((room) =>
    filesOf(`${room}/valid`).map((file) => ({
      kind: kindOf(room, file),
      body: jsonOf(`fixtures/${room}/valid/${file}`),
    })),
  )

  it('never throws on any JSON', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds.list), fc.jsonValue(), (kind, value) => {
        expect(Array.isArray(kind.check(value))).toBe(true)
      }),
    )
  })

  it('never throws when one member of a good body is replaced by anything', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...bodies),
        fc.nat(),
        fc.nat(),
        fc.jsonValue(),
        ({ kind, body }, member, inner, value) => {
          const copy = structuredClone(body) as Record<string, any>
          const name = Object.keys(copy)[member % Object.keys(copy).length]!
          const list = copy[name]
          const row: unknown = Array.isArray(list) && inner % 2 === 0 ? list[inner % list.length] : undefined
          if (typeof row === 'object' && row !== null) {
            const rows = row as Record<string, unknown>
            rows[Object.keys(rows)[inner % Object.keys(rows).length]!] = value
          } else copy[name] = value
          expect(Array.isArray(kind.check(copy))).toBe(true)
        },
      ),
      { numRuns: 500 },
    )
  })
})
