import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { classOf, maskBody } from '../../../src/hub/privacy/mask.ts'
import type { FieldClass } from '../../../src/hub/privacy/mask.ts'

const SCHEMA = {
  type: 'object',
  properties: {
    number: { type: 'string', 'x-class': 'public' },
    goods: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          code: { type: 'string', 'x-class': 'trade' },
          price: { $ref: '#/$defs/money', 'x-class': 'commercial' },
          marks: { type: 'array', 'x-class': 'trade', items: { type: 'string' } },
        },
      },
    },
    driver: { $ref: '#/$defs/person' },
    forgotten: { type: 'string' },
    'a/b~c': { type: 'string', 'x-class': 'commercial' },
    total: { $ref: '#/$defs/money', 'x-class': 'trade' },
  },
  $defs: {
    money: { type: 'object', properties: { amount: { type: 'string' }, currency: { type: 'string' } } },
    person: {
      type: 'object',
      properties: { name: { type: 'string', 'x-class': 'personal' }, country: { type: 'string', 'x-class': 'public' } },
    },
  },
}
const BODY = {
  number: '720120260000000001',
  goods: [
    { code: '8517.13', price: { amount: '10.00', currency: 'USD' }, marks: ['N/M', 'KITE'] },
    { code: '0703.20', price: { amount: '2.50', currency: 'USD' }, marks: [] },
  ],
  driver: { name: 'Nobody In Particular', country: 'CN' },
  forgotten: 'left without a class',
  'a/b~c': 1,
  total: { amount: '12.50', currency: 'USD' },
}
const VIEW = ['public', 'trade']

describe('classes of fields', () => {
  it.each<[string, FieldClass]>([
    ['/number', 'public'],
    ['/goods/0/code', 'trade'],
    ['/goods/7/price/amount', 'commercial'],
    ['/goods/0/marks/1', 'trade'],
    ['/driver/name', 'personal'],
    ['/driver/country', 'public'],
    ['/total/currency', 'trade'],
    ['/a~1b~0c', 'commercial'],
    ['/forgotten', 'personal'],
    ['/not/in/the/schema', 'personal'],
    ['/total/unlisted', 'personal'],
    ['', 'personal'],
  ])('%s is %s', (pointer, wanted) => {
    expect(classOf(SCHEMA)(pointer)).toBe(wanted)
  })

  it('take the most sensitive where several schemas describe a field', () => {
    const schema = {
      properties: { x: { 'x-class': 'public' } },
      allOf: [{ properties: { x: { maxLength: 5 } } }],
      oneOf: [{ properties: { x: { 'x-class': 'trade' } } }, { properties: { x: { 'x-class': 'commercial' } } }],
      if: { properties: { x: { const: 'a' } } },
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
      then: { properties: { y: { 'x-class': 'trade' } } },
      else: { properties: { y: { 'x-class': 'public' } } },
    }
    expect(classOf(schema)('/x')).toBe('commercial')
    expect(classOf(schema)('/y')).toBe('trade')
  })

  it('are personal for a class that does not exist and a reference out of the schema', () => {
    const schema = {
      properties: { x: { 'x-class': 'secret' }, y: { $ref: 'https://example.invalid/schema' }, z: true },
      additionalProperties: true,
    }
    for (const pointer of ['/x', '/y', '/z', '/other']) expect(classOf(schema)(pointer)).toBe('personal')
  })

  it('follow patterns, other members, tuples and schemas that contain themselves', () => {
    const schema = {
      'x-class': 'trade',
      properties: {
        next: { $ref: '#' },
        pair: { prefixItems: [{ 'x-class': 'public' }, { 'x-class': 'personal' }], items: { 'x-class': 'commercial' } },
      },
      patternProperties: { '^n-': { 'x-class': 'public' } },
      additionalProperties: { 'x-class': 'commercial' },
    }
    const of = classOf(schema)
    expect(of('/next/next/next/n-1')).toBe('public')
    expect(of('/next/other')).toBe('commercial')
    expect([of('/pair/0'), of('/pair/1'), of('/pair/2'), of('/pair/9')]).toEqual([
      'public',
      'personal',
      'commercial',
      'commercial',
    ])
  })
})

describe('masking', () => {
  it('leaves out what the view may not show and lists it', () => {
    expect(maskBody(BODY, SCHEMA, VIEW)).toEqual({
      body: {
        number: BODY.number,
        goods: [
          { code: '8517.13', marks: ['N/M', 'KITE'] },
          { code: '0703.20', marks: [] },
        ],
        driver: { country: 'CN' },
        total: BODY.total,
      },
      masked: ['/goods/0/price', '/goods/1/price', '/driver/name', '/forgotten', '/a~1b~0c'],
    })
  })

  it('shows everything to a view of all classes, and nothing to one of none', () => {
    expect(maskBody(BODY, SCHEMA, ['public', 'trade', 'commercial', 'personal'])).toEqual({ body: BODY, masked: [] })
    expect(maskBody(BODY, SCHEMA, [])).toEqual({ body: undefined, masked: [''] })
  })

  it('puts null where an element goes and others stay, so that indexes keep their meaning', () => {
    const schema = {
      properties: {
        pair: { prefixItems: [{ 'x-class': 'public' }, { 'x-class': 'personal' }, { 'x-class': 'public' }] },
      },
    }
    expect(maskBody({ pair: ['a', 'b', 'c'] }, schema, VIEW)).toEqual({
      body: { pair: ['a', null, 'c'] },
      masked: ['/pair/1'],
    })
  })

  it('does not fall for members named as those of every object', () => {
    const schema = { properties: { a: { 'x-class': 'public' } } }
    const body = JSON.parse('{"a":1,"constructor":2,"toString":{"x":3}}') as unknown
    expect(maskBody(body, schema, ['public', 'trade', 'commercial'])).toEqual({
      body: { a: 1 },
      masked: ['/constructor', '/toString'],
    })
  })

  it('never shows a value of a class that is not allowed, and lists or shows every leaf', () => {
    const classes: FieldClass[] = ['public', 'trade', 'commercial', 'personal']
    const { tree } = fc.letrec<{ tree: { schema: Record<string, unknown>; body: unknown } }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc
          .constantFrom(...classes, 'none')
          .map((name) => ({ schema: name === 'none' ? {} : { 'x-class': name }, body: `<${name}>` })),
        fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((parts) => ({
          schema: { properties: Object.fromEntries(parts.map((part, at) => [`m${at}`, part.schema])) },
          body: Object.fromEntries(parts.map((part, at) => [`m${at}`, part.body])),
        })),
        fc.tuple(tie('tree'), fc.integer({ min: 1, max: 3 })).map(([part, times]) => ({
          schema: { items: part.schema },
          body: Array.from({ length: times }, () => part.body),
        })),
      ),
    }))
    const leaves = (value: unknown, pointer = ''): [string, string][] =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([name, one]) => leaves(one, `${pointer}/${name}`))
        : typeof value === 'string'
          ? [[pointer, value]]
          : []
    fc.assert(
      fc.property(tree, fc.subarray(classes), ({ schema, body }, allowed) => {
        const { body: shown, masked } = maskBody(body, schema, allowed)
        const shownLeaves = new Map(leaves(shown))
        for (const [pointer, value] of leaves(body)) {
          const name = value === '<none>' ? 'personal' : value.slice(1, -1)
          const listed = masked.some((one) => pointer === one || pointer.startsWith(`${one}/`))
          expect(shownLeaves.has(pointer)).toBe((allowed as string[]).includes(name))
          expect(listed).toBe(!shownLeaves.has(pointer))
          if (shownLeaves.has(pointer)) expect(shownLeaves.get(pointer)).toBe(value)
        }
      }),
      { numRuns: 500 },
    )
  })
})
