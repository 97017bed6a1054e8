// Renewing reference data: hostile files are refused, nothing is overwritten, and what would change is said first.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readReferenceSource } from '../../../../src/client/reference-source.ts'
import { referenceVerb } from '../../../../src/client/verbs/reference.ts'
import {
  LIST_BYTES_MAX,
  planUpdate,
  readReferenceList,
  ReferenceFault,
  writeVersion,
} from '../../../../src/customs/reference/index.ts'

let dir: string
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'reference-'))))
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const good = (asOf: string, codes: object = { '1': 'CIF' }, more: object = {}) => ({
  list: 'transaction-terms',
  title: '成交方式',
  source: 'made for a test',
  asOf,
  complete: true,
  codes,
  ...more,
})
const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
const listOf = (asOf: string, codes?: object) => readReferenceList(bytes(good(asOf, codes)), 'test')
function file(name: string, value: unknown): string {
  const path = join(dir, name)
  writeFileSync(path, bytes(value))
  return path
}
async function run(...args: string[]): Promise<{ exit: number; out: string }> {
  const out: string[] = []
  const io = { out: (line: string) => out.push(line), progress: () => {}, env: {}, stop: new AbortController().signal }
  return { exit: await referenceVerb.run(args, io), out: out.join('\n') }
}

describe('reading a list of anyone', () => {
  it.each<[string, unknown]>([
    ['no JSON', '{'],
    ['a key twice', '{"list":"units","list":"units"}'],
    ['__proto__', '{"__proto__":{}}'],
    ['an array', []],
    ['a list nobody knows', good('2026-01-01', {}, { list: '../units' })],
    ['a member too many', good('2026-01-01', undefined, { extra: 1 })],
    ['no day', good('2026-02-30')],
    ['a path for a day', good('../../2026-01-01')],
    ['complete in words', good('2026-01-01', undefined, { complete: 'yes' })],
    ['no source', good('2026-01-01', undefined, { source: '' })],
    ['a title that steers a terminal', good('2026-01-01', undefined, { title: '\u001b[2J' })],
    ['a name that turns direction', good('2026-01-01', { '1': '\u202eFIC' })],
    ['no codes', good('2026-01-01', {})],
    ['a code of another form', good('2026-01-01', { CIF: 'CIF' })],
    ['an entry of another form', good('2026-01-01', { '1': { name: 'CIF' } })],
  ])('refuses %s', (_what, value) => {
    expect(() => readReferenceList(bytes(value), 'test')).toThrow(ReferenceFault)
  })

  it('refuses a limit that is no whole number above zero', () => {
    const limit = { name: 'n', currency: 'CNY', source: 's', since: '2026-01-01' }
    for (const amountMinor of ['0', '-1', '1.5', '1e9', 800_000, null]) {
      const list = good('2026-01-01', { 'a-limit': { ...limit, amountMinor } }, { list: 'limits' })
      expect(() => readReferenceList(bytes(list), 'test')).toThrow(ReferenceFault)
    }
  })

  it('refuses more bytes than a list may have, before it reads them', () => {
    expect(() => readReferenceList(Buffer.alloc(LIST_BYTES_MAX + 1, 32), 'test')).toThrow(/larger/)
  })

  it('answers any JSON with a list or a ReferenceFault, never with another error', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('title', 'codes', 'asOf', 'list', 'complete', 'source'),
        (value, member) => {
          for (const body of [value, good('2026-01-01', undefined, { [member]: value })])
            try {
              readReferenceList(bytes(JSON.stringify(body)), 'test')
            } catch (error) {
              expect(error).toBeInstanceOf(ReferenceFault)
            }
        },
      ),
    )
  })
})

describe('a new version', () => {
  it('is said by what it adds, removes and changes, and written beside the old one', () => {
    const first = writeVersion(dir, listOf('2026-01-01', { '1': 'CIF', '2': 'CFR' }))
    const next = listOf('2026-02-01', { '1': 'CIF', '2': 'C&F', '3': 'FOB' })
    const before = readFileSync(first)
    expect(planUpdate(dir, next)).toMatchObject({
      follows: '2026-01-01',
      added: ['3'],
      removed: [],
      changed: ['2'],
      verdict: 'new',
    })
    writeVersion(dir, next)
    expect(readdirSync(join(dir, 'transaction-terms')).sort()).toEqual(['2026-01-01.json', '2026-02-01.json'])
    expect(readFileSync(first)).toEqual(before)
    expect(planUpdate(dir, next).verdict).toBe('same')
  })

  it('of an older day, or of the same day with other content, is refused', () => {
    writeVersion(dir, listOf('2026-02-01'))
    expect(planUpdate(dir, listOf('2026-01-01')).verdict).toBe('refused')
    expect(planUpdate(dir, listOf('2026-02-01', { '3': 'FOB' })).verdict).toBe('refused')
  })

  it('never takes the place of one that was written meanwhile, and leaves no draft', () => {
    writeVersion(dir, listOf('2026-02-01'))
    expect(() => writeVersion(dir, listOf('2026-02-01', { '3': 'FOB' }))).toThrow(ReferenceFault)
    expect(readdirSync(join(dir, 'transaction-terms'))).toEqual(['2026-02-01.json'])
  })
})

describe('beibu reference', () => {
  it('lists every list with its day, number of codes and source', async () => {
    const { exit, out } = await run('list', '--json')
    expect(exit).toBe(0)
    for (const one of JSON.parse(out) as { source: string; codes: number }[])
      expect(one.codes * one.source.length).toBeGreaterThan(0)
  })

  it('shows a code; one that is not there is no, or cannot be told of a list that is not complete', async () => {
    expect((await run('show', 'units', '035')).out).toContain('千克')
    expect((await run('show', 'units', '999')).exit).toBe(1)
    expect((await run('show', 'customs-offices', '7299')).exit).toBe(2)
    await expect(run('show', 'nothing')).rejects.toThrow(/there is no list nothing/)
  })

  it('updates a folder from a file, a dry run first', async () => {
    const from = file('new.json', good('2026-03-01'))
    const target = join(dir, 'kept')
    const dry = await run('update', '--from', from, '--dir', target, '--dry-run')
    expect([dry.exit, existsSync(target)]).toEqual([0, false])
    expect(dry.out).toContain('dry run')
    expect((await run('update', '--from', from, '--dir', target)).exit).toBe(0)
    expect((await run('update', '--from', from, '--dir', target)).out).toContain('nothing to do')
    expect(existsSync(join(target, 'transaction-terms', '2026-03-01.json'))).toBe(true)
  })

  it('writes nothing of a source when one of its lists is refused', async () => {
    const target = join(dir, 'kept')
    writeVersion(target, listOf('2026-05-01'))
    mkdirSync(join(dir, 'source'))
    file('source/terms.json', good('2026-04-01'))
    file('source/modes.json', good('2026-06-01', { '9': '其他方式运输' }, { list: 'transport-modes' }))
    const { exit, out } = await run('update', '--from', join(dir, 'source'), '--dir', target)
    expect([exit, existsSync(join(target, 'transport-modes'))]).toEqual([1, false])
    expect(out).toContain('not newer')
  })

  it('exits 1 for a file that is not of the form, and is a usage error without a source', async () => {
    expect((await run('update', '--from', file('bad.json', '{}'), '--dir', dir)).exit).toBe(1)
    for (const args of [
      ['update'],
      ['update', '--from', join(dir, 'none')],
      ['update', '--from', 'http://a.example/x'],
      ['list', '--from', 'x'],
      [],
    ])
      await expect(run(...args)).rejects.toThrow(/--from|reference/)
  })
})

describe('a source', () => {
  it('that is a folder counts in the newest of each list, and no link is followed', async () => {
    file('a.json', good('2026-01-01'))
    file('b.json', good('2026-02-01'))
    symlinkSync('/etc/hostname', join(dir, 'c.json'))
    expect((await readReferenceSource(dir)).map(({ asOf }) => asOf)).toEqual(['2026-02-01'])
    file('d.json', good('2026-02-01'))
    await expect(readReferenceSource(dir)).rejects.toThrow(/two files/)
  })

  it('that is an https address is bounded, follows no redirection and says why it cannot be had', async () => {
    const answering =
      (body: string | Buffer<ArrayBuffer>, status = 200) =>
      () =>
        Promise.resolve(new Response(body, { status }))
    const url = 'https://customs.example/terms.json'
    let asked: RequestInit | undefined
    const get = (_url: unknown, init?: RequestInit) => {
      asked = init
      return Promise.resolve(new Response(JSON.stringify(good('2026-01-01'))))
    }
    expect((await readReferenceSource(url, get as typeof fetch))[0]?.asOf).toBe('2026-01-01')
    expect(asked?.redirect).toBe('error')
    await expect(readReferenceSource(url, answering(Buffer.alloc(LIST_BYTES_MAX + 1)))).rejects.toThrow(/larger/)
    await expect(readReferenceSource(url, answering('gone', 404))).rejects.toThrow(/404/)
    await expect(readReferenceSource(url, () => Promise.reject(new Error('no route')))).rejects.toThrow(/no route/)
  })
})
