// The fixtures of one part of the customs room against its own kinds: valid bodies have no findings, invalid ones exactly those they name.
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { MessageKind } from '../../../../src/hub/index.ts'
import { compileKinds } from '../../../../src/hub/message/validate.ts'

const FIXTURES = new URL('../../../../fixtures/customs/', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, FIXTURES))
const files = (folder: string) => readdirSync(new URL(`${folder}/`, FIXTURES)).filter((name) => name.endsWith('.json'))

/** A valid fixture as its body. */
export const fixture = <T>(file: string): T => JSON.parse(read(`valid/${file}`).toString('utf8')) as T

/** Declares a test for every fixture of these kinds. */
export function testFixtures(list: readonly MessageKind[]): void {
  const kinds = compileKinds([...list])
  const names = list.map(({ name }) => name.replace('customs.', ''))
  const mine = files('valid').flatMap((file) => {
    const name = names
      .filter((one) => file.startsWith(`${one}-`) || file === `${one}.json`)
      .sort((a, b) => b.length - a.length)[0]
    return name === undefined ? [] : [[file, name] as const]
  })
  it.each(mine)('valid: %s has no findings', (file, name) => {
    expect(kinds.checkBody(kinds.find(`customs.${name}`, 1), read(`valid/${file}`)).findings).toEqual([])
  })
  const wrong = files('invalid').flatMap((file) => {
    const one = JSON.parse(read(`invalid/${file}`).toString('utf8')) as {
      kind: string
      body: unknown
      expect: string[]
    }
    return list.some(({ name }) => name === one.kind) ? [[file, one] as const] : []
  })
  it.each(wrong)('invalid: %s names its findings', (_file, { kind, body, expect: codes }) => {
    const { findings } = kinds.checkBody(kinds.find(kind, 1), Buffer.from(JSON.stringify(body)))
    expect([...new Set(findings.map(({ code }) => code))].sort()).toEqual([...codes].sort())
  })
}
