// Every schema of a body is a good one: the hub compiles a schema with the first body it meets, so a wrong one must be found here.
import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { compileSchema } from '../../../src/hub/message/schema.ts'

const FOLDER = new URL('../../../schemas/', import.meta.url)
const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => /\.v\d+\.json$/.test(name))

describe('schemas of bodies', () => {
  it('are there', () => expect(files.length).toBeGreaterThan(20))

  it.each(files)('%s keeps JSON Schema 2020-12 and compiles in strict mode', (file) => {
    const schema = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Record<string, unknown>
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true })
    ajv.addKeyword({ keyword: 'x-class', schemaType: 'string' })
    ajv.addKeyword({ keyword: 'x-sources', schemaType: 'array' })
    expect(ajv.validateSchema(schema), JSON.stringify(ajv.errors)).toBe(true)
    expect(() => compileSchema(schema)(undefined)).not.toThrow()
  })
})

it('a schema that is wrong itself is a fault when it is used', () => {
  const check = compileSchema({ type: 'object', propertys: {} })
  expect(() => check({})).toThrow(/propertys/)
})
