// The generated types: the same text in every run, one interface per name, and every schema among them.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { generateTypes, schemaPaths } from '../../../schemas/generate-types.ts'

describe('types from schemas', () => {
  it('are the same text in every run and name every schema', async () => {
    const text = await generateTypes()
    expect(await generateTypes()).toBe(text)
    for (const path of schemaPaths()) {
      const { title } = JSON.parse(readFileSync(new URL(`../../../schemas/${path}`, import.meta.url), 'utf8')) as {
        title: string
      }
      expect(text).toContain(`// ${path}\n`)
      expect(text).toMatch(new RegExp(`^export (?:interface|type) ${title}\\b`, 'm'))
    }
  })
})
