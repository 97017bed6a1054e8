// Every body in fixtures/ledger: the valid ones have no findings, each invalid one exactly those it names.
import { readdirSync, readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crosschainKinds } from '../../../../src/crosschain/index.ts'
import { compileKinds } from '../../../../src/hub/message/validate.ts'

const FIXTURES = new URL('../../../../fixtures/ledger/', import.meta.url)
const kinds = compileKinds(crosschainKinds)
const filesOf = (folder: string) => readdirSync(new URL(folder, FIXTURES))
const bytesOf = (path: string) => readFileSync(new URL(path, FIXTURES))
const kindOf = (file: string) => kinds.find(`ledger.${/^[a-z]+/.exec(file)![0]}`, 1)

describe('fixtures of ledgers', () => {
  it.each(filesOf('valid/'))('valid: %s has no findings', (file) => {
    expect(kinds.checkBody(kindOf(file), bytesOf(`valid/${file}`)).findings).toEqual([])
  })

  it.each(filesOf('invalid/'))('invalid: %s names its findings', (file) => {
    const { kind, body, expect: codes } = JSON.parse(bytesOf(`invalid/${file}`).toString())
    const { findings } = kinds.checkBody(kinds.find(kind, 1), Buffer.from(JSON.stringify(body)))
    expect([...new Set(findings.map(({ code }) => code))].sort()).toEqual([...codes].sort())
  })

  it('never throws on any JSON', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds.list), fc.jsonValue(), (kind, value) => {
        expect(Array.isArray(kind.check(value))).toBe(true)
      }),
    )
  })
})
