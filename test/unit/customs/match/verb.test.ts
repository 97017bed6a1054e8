// `beibu match`: what it prints and how it ends, offline.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { matchVerb } from '../../../../src/client/verbs/match.ts'
import { UsageError } from '../../../../src/client/usage.ts'
import { exported, invoiced, packed, wcoImported } from './consignment.ts'

const dir = mkdtempSync(join(tmpdir(), 'beibu-match-'))
afterAll(() => rmSync(dir, { recursive: true }))

let files = 0
const file = (body: unknown): string => {
  const path = join(dir, `${++files}.json`)
  writeFileSync(path, typeof body === 'string' ? body : JSON.stringify(body))
  return path
}

async function run(...args: string[]) {
  const out: string[] = []
  const io = {
    out: (line: string) => void out.push(line),
    progress: (line: string) => void out.push(line),
    env: {},
    stop: new AbortController().signal,
  }
  const code = await matchVerb.run(args, io)
  return { code, text: out.join('\n') }
}

const whole = (importDeclaration: object = wcoImported()) =>
  Object.entries({ export: exported(), import: importDeclaration, invoice: invoiced(), packing: packed() }).flatMap(
    ([name, body]) => [`--${name}`, file(body)],
  )

describe('beibu match', () => {
  it('ends with 0 when everything agrees', async () => {
    const { code, text } = await run(...whole())
    expect(code, text).toBe(0)
    expect(text).toMatch(/^match, score 100: (\d+) of \1 comparisons agree\ncompared: export declaration, import/)
  })

  it('ends with 1 and says of each mismatch both values, places and the rule, in either language', async () => {
    const args = whole({ ...wcoImported(), totalPackageQuantity: '604' })
    const { code, text } = await run(...args)
    expect(code).toBe(1)
    expect(text).toContain('mismatch, score 9')
    expect(text).toMatch(
      /! {2}packages {2}export:\/packNo 640\s+import:\/totalPackageQuantity 604\s+MATCH_VALUE_DIFFERS/,
    )
    expect(text).toContain('The number of packages is 640 in the export declaration and 604 in the import declaration.')
    expect((await run(...args, '--lang', 'zh')).text).toContain('件数:出口报关单为 640,进口报关单为 604。')
  })

  describe('with amendments by customs', () => {
    const act = (version: number, packNo: string) => ({
      entryId: exported().entryId,
      version,
      reason: 'x',
      changes: [{ path: '/packNo', to: packNo }],
    })
    const papers = () => [
      '--export',
      file(exported()),
      '--import',
      file({ ...wcoImported(), totalPackageQuantity: '604' }),
    ]

    it('compares the declaration as amended, in any order of the files, and says so', async () => {
      const [second, third] = [file(act(2, '600')), file(act(3, '604'))]
      const { code, text } = await run(...papers(), '--export-amendment', third, '--export-amendment', second)
      expect(code, text).toBe(0)
      expect(text).toContain('compared: export declaration as amended (version 3), import declaration')
      expect((await run(...papers(), '--export-amendment', second)).code).toBe(1)
      const zh = await run(...papers(), '--export-amendment', second, '--lang', 'zh')
      expect(zh.text).toContain('修改后出口报关单(版本 2)')
    })

    it.each<[string, () => object[], RegExp]>([
      ['one is left out', () => [act(3, '604')], /version 2 on, each once: 2 is expected, not 3/],
      ['one is given twice', () => [act(2, '604'), act(2, '604')], /each once: 3 is expected, not 2/],
      [
        'of another declaration',
        () => [{ ...act(2, '604'), entryId: '720820260000000102' }],
        /amends another declaration/,
      ],
      ['of another kind', () => [exported()], /does not fit customs\/amendment/],
      [
        'a field that is never amended',
        () => [{ ...act(2, ''), changes: [{ path: '/ucr', to: 'x' }] }],
        /AMENDMENT_FIELD_FIXED/,
      ],
      ['no declaration is left', () => [{ ...act(2, ''), changes: [{ path: '/items/7/gName', to: 'x' }] }], /no whole/],
    ])('cannot tell: %s', async (_name, acts, why) => {
      const { code, text } = await run(...papers(), ...acts().flatMap((one) => ['--export-amendment', file(one)]))
      expect(code).toBe(2)
      expect(text).toMatch(why)
      expect(text).toContain('missing: export declaration')
    })

    it('cannot tell of amendments of a declaration in the WCO Data Model', async () => {
      const { code, text } = await run(...papers(), '--import-amendment', file(act(2, '604')))
      expect([code, text]).toEqual([2, expect.stringContaining('customs.amendment is of a customs.declaration')])
    })

    it('is called with the declaration that they amend', async () => {
      const call = run('--export', file(exported()), '--import-amendment', file(act(2, '604')))
      await expect(call).rejects.toThrow('--import-amendment needs --import')
    })
  })

  it('says of XML how it can be compared', async () => {
    const xml = file('<Declaration/>')
    const { code, text } = await run('--export', xml, '--import', file(wcoImported()), '--packing', xml)
    expect(code).toBe(2)
    expect(text).toContain(`${xml} is XML; declarations are compared as JSON: beibu convert --to customs.declaration`)
    expect(text).toContain(`${xml} is XML; customs.packing-list is JSON`)
    const marked = await run('--export', file(`\uFEFF${JSON.stringify(exported())}`), '--import', file(wcoImported()))
    expect(marked.text).toContain('JSON_MALFORMED, the text begins with a byte order mark')
  })

  it('prints the report as JSON', async () => {
    const { code, text } = await run(
      ...whole({ ...wcoImported(), totalGrossMass: { value: '5100', unitCode: 'KGM' } }),
      '--json',
    )
    expect(code).toBe(0)
    expect(JSON.parse(text)).toMatchObject({ verdict: 'tolerable', unread: [], mismatches: [] })
  })

  it.each<[string, () => string[], RegExp]>([
    ['without the import declaration', () => ['--export', file(exported())], /missing: import declaration/],
    ['a file that is not there', () => ['--export', file(exported()), '--import', join(dir, 'none')], /no such file/],
    ['a file that is no JSON', () => ['--export', file(exported()), '--import', file('{')], /JSON_MALFORMED/],
    ['another kind', () => ['--export', file(exported()), '--import', file(invoiced())], /does not fit customs\/wco/],
    ['the other direction', () => ['--export', file(exported()), '--import', file(exported())], /other direction/],
  ])('cannot tell: %s', async (_name, args, why) => {
    const { code, text } = await run(...args())
    expect(code).toBe(2)
    expect(text).toMatch(/^unknown, /)
    expect(text).toMatch(why)
  })

  it('lets no document steer the terminal', async () => {
    const declaration = exported()
    declaration.items[0]!.gName = 'x\u001b[2J'
    declaration.items[0]!.codeTs = '9403600000'
    const { text } = await run(
      '--export',
      file(declaration),
      '--import',
      file(wcoImported({ ...declaration, items: [] })),
    )
    expect(text).not.toContain('\u001b')
  })

  it('is called with documents by option', async () => {
    expect(() => matchVerb.run([], { out() {}, progress() {}, env: {}, stop: new AbortController().signal })).toThrow(
      UsageError,
    )
  })
})
