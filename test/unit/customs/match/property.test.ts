// Laws of the match: a document agrees with itself, it does not matter who is asked first or in which order lines stand, and nothing
// that is hard stays hidden.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { CustomsDeclaration, Mismatch } from '../../../../schemas/types.d.ts'
import { matchDocuments } from '../../../../src/customs/match/index.ts'
import { comparePapers } from '../../../../src/customs/match/match-documents.ts'
import { declarationPaper } from '../../../../src/customs/match/declaration-paper.ts'
import { Tally } from '../../../../src/customs/match/tally.ts'
import { wcoPaper } from '../../../../src/customs/match/wco-paper.ts'
import { exported, wcoImported } from './consignment.ts'

type Item = CustomsDeclaration['items'][number]

const item = fc
  .record({
    codeTs: fc.constantFrom('8517130000', '8518300000', '0810600000', '0703200000', '6109100000'),
    gQty: fc.integer({ min: 1, max: 5_000 }),
    gUnit: fc.constantFrom('001', '006', '011', '035', '127'),
    kilograms: fc.integer({ min: 1, max: 5_000 }),
    cents: fc.integer({ min: 1, max: 10_000_000 }),
    originCountry: fc.constantFrom('CHN', 'VNM', 'THA'),
  })
  .map(({ kilograms, cents, gQty, gUnit, ...rest }): Item => {
    const base = exported().items[0]!
    const qty = gUnit === '035' ? String(kilograms) : String(gQty)
    const declTotal = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`
    return {
      ...base,
      ...rest,
      gQty: qty,
      gUnit,
      firstQty: qty,
      firstUnit: gUnit,
      secondQty: String(kilograms),
      secondUnit: '035',
      declTotal,
    }
  })

const declaration = fc.array(item, { minLength: 1, maxLength: 8 }).map(
  (items): CustomsDeclaration => ({
    ...exported(),
    netWt: String(items.reduce((sum, { secondQty }) => sum + Number(secondQty), 0)),
    grossWt: '99999',
    items: items.map((one, at) => ({ ...one, gNo: String(at + 1) })),
  }),
)

const shuffled = <T>(list: readonly T[], seed: number): T[] =>
  list
    .map((one, at) => ({ one, by: Math.sin(seed * 97 + at * 31) }))
    .sort((a, b) => a.by - b.by)
    .map(({ one }) => one)

const differences = (all: readonly Mismatch[]) =>
  all
    .map(({ field, rule, left, right }) =>
      JSON.stringify([field, rule, left.value ?? left.commercial, right.value ?? right.commercial]),
    )
    .sort()

it('agrees with itself in the other profile, in any order of lines', () => {
  fc.assert(
    fc.property(declaration, fc.nat(1000), (filed, seed) => {
      const other = { ...filed, items: shuffled(filed.items, seed) }
      const report = matchDocuments({ exportDeclaration: filed, importDeclaration: wcoImported(other) })
      expect(report.mismatches).toEqual([])
      expect(report).toMatchObject({ verdict: 'match', score: 100 })
    }),
    { numRuns: 200 },
  )
})

it('says of any two documents the same in whatever order their lines stand', () => {
  fc.assert(
    fc.property(declaration, declaration, fc.nat(1000), (one, other, seed) => {
      const straight = matchDocuments({ exportDeclaration: one, importDeclaration: wcoImported(other) })
      const mixed = matchDocuments({
        exportDeclaration: { ...one, items: shuffled(one.items, seed) },
        importDeclaration: wcoImported({ ...other, items: shuffled(other.items, seed + 1) }),
      })
      expect(differences(mixed.mismatches)).toEqual(differences(straight.mismatches))
      expect([mixed.verdict, mixed.score, mixed.compared]).toEqual([
        straight.verdict,
        straight.score,
        straight.compared,
      ])
    }),
    { numRuns: 200 },
  )
})

it('says the same of both sides, whoever is asked first', () => {
  fc.assert(
    fc.property(declaration, declaration, (one, other) => {
      const [a, b] = [declarationPaper(one, 'exportDeclaration'), wcoPaper(wcoImported(other), 'importDeclaration')]
      const [there, back] = [new Tally(a.document, b.document), new Tally(b.document, a.document)]
      comparePapers(a, b, [a, b], there)
      comparePapers(b, a, [a, b], back)
      const swapped = back.mismatches.map((mismatch) => ({ ...mismatch, left: mismatch.right, right: mismatch.left }))
      expect(differences(swapped)).toEqual(differences(there.mismatches))
      expect([back.compared, back.agreed]).toEqual([there.compared, there.agreed])
    }),
    { numRuns: 200 },
  )
})

const CHANGES: Record<string, (d: CustomsDeclaration, at: number) => void> = {
  ucr: (d) => void (d.ucr = '6CN450100MA5GX0TE5M0009'),
  packages: (d) => void (d.packNo = '641'),
  grossWt: (d) => void (d.grossWt = '88888'),
  container: (d) => void (d.containers = [{ containerId: 'TEMU3002105' }]),
  country: (d) => void (d.tradeCountry = 'THA'),
  hs: (d, at) => void (d.items[at]!.codeTs = '9403600000'),
  origin: (d, at) => void (d.items[at]!.originCountry = 'LAO'),
  quantity: (d, at) => void (d.items[at]!.gQty = String(Number(d.items[at]!.gQty) * 2)),
  amount: (d, at) => void (d.items[at]!.declTotal = String(Number(d.items[at]!.declTotal) + 10)),
  gone: (d, at) =>
    void (d.items =
      d.items.length > 1 ? d.items.filter((_item, n) => n !== at) : [{ ...d.items[0]!, codeTs: '9403600000' }]),
}

it('never hides one hard field that was changed', () => {
  fc.assert(
    fc.property(declaration, fc.constantFrom(...Object.keys(CHANGES)), fc.nat(), (filed, name, n) => {
      const changed = structuredClone(filed)
      CHANGES[name]!(changed, n % changed.items.length)
      const report = matchDocuments({ exportDeclaration: filed, importDeclaration: wcoImported(changed) })
      expect(report.mismatches.some(({ hard }) => hard)).toBe(true)
      expect(report.verdict).toBe('mismatch')
      expect(report.score).toBeLessThan(100)
    }),
    { numRuns: 400 },
  )
})
