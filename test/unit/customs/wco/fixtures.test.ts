// The fixtures of this part alone: the valid ones have no findings, each invalid one exactly those it names; no body makes a check throw.
import { readdirSync, readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileKinds } from '../../../../src/hub/message/validate.ts'
import { wcoKinds } from '../../../../src/customs/wco/index.ts'

const ROOT = new URL('../../../../fixtures/customs/', import.meta.url)
const kinds = compileKinds(wcoKinds)
const files = (folder: string) =>
  readdirSync(new URL(`${folder}/`, ROOT)).filter((name) => /^(?:wco|acdd)-.*\.json$/.test(name))
const textOf = (path: string) => readFileSync(new URL(path, ROOT), 'utf8')
const kindOf = (file: string) =>
  kinds.list.filter(({ name }) => `customs.${file}`.startsWith(name)).sort((a, b) => b.name.length - a.name.length)[0]!

describe('fixtures', () => {
  it.each(files('valid'))('%s has no findings', (file) => {
    expect(kinds.checkBody(kindOf(file), Buffer.from(textOf(`valid/${file}`))).findings).toEqual([])
  })

  it.each(files('invalid'))('%s names its findings', (file) => {
    const { kind, body, expect: codes } = JSON.parse(textOf(`invalid/${file}`))
    const { findings } = kinds.checkBody(kinds.find(kind, 1), Buffer.from(JSON.stringify(body)))
    expect([...new Set(findings.map(({ code }) => code))].sort()).toEqual([...codes].sort())
    for (const { code, message } of findings) if (!code.startsWith('SCHEMA_')) expect(message).not.toMatch(/\{\w+\}/)
  })
})

it('a thousand items are one finding of the schema', () => {
  const body = JSON.parse(textOf('valid/wco-declaration-export.json'))
  const [item] = body.goodsShipment.items
  body.goodsShipment.items = Array.from({ length: 1_000 }, (_, at) => ({ ...item, sequenceNumeric: String(at + 1) }))
  Object.assign(body, {
    goodsItemQuantity: '1000',
    totalPackageQuantity: '1000000',
    totalGrossMass: { value: '99999999', unitCode: 'KGM' },
  })
  const { findings } = kinds.checkBody(kinds.find('customs.wco-declaration', 1), Buffer.from(JSON.stringify(body)))
  expect(findings.map(({ code }) => code)).toEqual(['SCHEMA_MAX_ITEMS'])
})

it('never throws, whatever stands in place of anything', () => {
  const bodies = files('valid').map((file) => ({
    kind: kindOf(file),
    body: JSON.parse(textOf(`valid/${file}`)) as unknown,
  }))
  fc.assert(
    fc.property(
      fc.constantFrom(...bodies),
      fc.nat(),
      fc.nat(),
      fc.nat(),
      fc.jsonValue(),
      ({ kind, body }, a, b, c, value) => {
        const copy = structuredClone(body)
        let at = copy as Record<string, unknown>
        for (const step of [a, b, c]) {
          const names = Object.keys(at)
          const name = names[step % names.length]!
          const inner = at[name]
          if (typeof inner !== 'object' || inner === null || step % 3 === 0 || Object.keys(inner).length === 0) {
            at[name] = value
            break
          }
          at = inner as Record<string, unknown>
        }
        expect(Array.isArray(kind.check(copy as never))).toBe(true)
      },
    ),
    { numRuns: 500 },
  )
  fc.assert(
    fc.property(fc.constantFrom(...kinds.list), fc.jsonValue(), (kind, value) =>
      Array.isArray(kind.check(value as never)),
    ),
  )
})
