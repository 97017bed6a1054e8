// The rule of export: what goes, in which form, and on which ground.
import { describe, expect, it } from 'vitest'
import { formOf, type ExportGround } from '../../../../src/crosschain/export-rule.ts'
import { laneId, type LaneTerms } from '../../../../src/crosschain/lane.ts'
import { classesIn, readSchemaFile } from '../../../../src/hub/index.ts'

const NOW = Date.parse('2026-11-21T08:00:00.000Z')
const VIEWS = { supervision: ['public', 'trade'], open: ['public'], wide: ['public', 'trade', 'commercial'] } as const
const ground = (one: ExportGround['class'], until?: string): ExportGround => ({
  class: one,
  ground: 'contract',
  reference: 'agreement 7',
  ...(until !== undefined && { until }),
})

describe('what leaves', () => {
  it('is the body where each class in it has a ground, and no class more is needed', () => {
    expect(formOf(['trade', 'commercial'], VIEWS, [ground('trade'), ground('commercial')], NOW)).toEqual({
      form: 'body',
      classes: ['trade', 'commercial'],
      withheld: [],
      grounds: [ground('trade'), ground('commercial')],
    })
  })
  it('is the view that shows most of what has a ground, and nothing that has none', () => {
    const grounds = [ground('public'), ground('trade')]
    expect(formOf(['public', 'trade', 'commercial'], VIEWS, grounds, NOW)).toEqual({
      form: 'view',
      view: 'supervision',
      classes: ['public', 'trade'],
      withheld: ['commercial'],
      grounds,
    })
    // A view with a class that has no ground is none, though the body holds nothing of that class.
    expect(formOf(['trade', 'personal'], { wide: VIEWS.wide }, grounds, NOW)).toMatchObject({ form: 'commitment' })
  })
  it('is the commitment without a ground, with one that has run out, or of a body that nobody can read', () => {
    const out = '2026-11-21T08:00:00.000Z'
    for (const grounds of [[], [ground('trade', out)], [ground('personal')]])
      expect(formOf(['trade'], VIEWS, grounds, NOW)).toMatchObject({
        form: 'commitment',
        classes: [],
        withheld: ['trade'],
        grounds: [],
      })
    expect(
      formOf([], VIEWS, [ground('public'), ground('trade'), ground('commercial'), ground('personal')], NOW),
    ).toMatchObject({ form: 'commitment' })
  })
  it('counts a ground as long as its time has not come', () => {
    expect(formOf(['trade'], VIEWS, [ground('trade', '2026-11-21T08:00:00.001Z')], NOW)).toMatchObject({ form: 'body' })
  })
})

describe('the classes of a body', () => {
  const schema = readSchemaFile('customs/release.v1.json')
  it('are those of the fields that are there, and of what no schema knows', () => {
    expect(classesIn({ a: 1 }, schema)).toEqual(['personal'])
    expect(classesIn({}, { type: 'object', 'x-class': 'trade' })).toEqual(['trade'])
    const two = {
      properties: { a: { 'x-class': 'public' }, b: { type: 'array', items: { 'x-class': 'commercial' } } },
    }
    expect(classesIn({ a: 1 }, two)).toEqual(['public'])
    expect(classesIn({ a: 1, b: [] }, two)).toEqual(['public', 'personal'])
    expect(classesIn({ a: 1, b: ['x'] }, two)).toEqual(['public', 'commercial'])
  })
})

describe('the id of a lane', () => {
  const end = (country: string, gateway: string) => ({
    ledger: `urn:hub:${country}:ledger:paper`,
    chainId: 1,
    gateway: gateway.repeat(20),
    owner: `urn:hub:${country}:regulator:paper`,
  })
  const terms: LaneTerms = {
    name: 'paper',
    source: end('cn', '11'),
    target: end('vn', '22'),
    kinds: ['customs.declaration/1'],
    ordered: false,
    timeoutS: 60,
    assurance: 'proof',
    threshold: 1,
    operators: 1,
    ratePerHour: 1,
    feePayer: 'urn:hub:cn:operator:paper',
    hash: 'sha256',
  }
  it('is over grounds and retention too, and of lanes without them what it was', () => {
    const other: Partial<LaneTerms>[] = [
      { grounds: [ground('trade')] },
      { grounds: [{ ...ground('trade'), reference: 'agreement 8' }] },
      { grounds: [ground('trade', '2027-01-01T00:00:00.000Z')] },
      { retention: { sourceS: 5 } },
      { retention: { targetS: 5 } },
    ]
    expect(new Set([terms, ...other.map((one) => ({ ...terms, ...one }))].map(laneId)).size).toBe(6)
    expect(laneId({ ...terms, grounds: [], retention: {} })).toBe(laneId(terms))
  })
})
