// The command without a hub: help that teaches, exit codes, and the verbs that work offline.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { command, overview, VERB_NAMES } from '../../../src/client/command.ts'
import * as documents from '../../../src/client/demo/documents.ts'
import { REFUSALS } from '../../../src/hub/errors.ts'

let dir: string
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'beibu-command-'))))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

async function run(
  args: string[],
  env: Record<string, string> = {},
): Promise<{ exit: number; out: string; err: string }> {
  const out: string[] = []
  const err: string[] = []
  const stop = new AbortController().signal
  const exit = await command(args, { out: (line) => out.push(line), progress: (line) => err.push(line), env, stop })
  return { exit, out: out.join('\n'), err: err.join('\n') }
}

function file(name: string, content: unknown): string {
  const path = join(dir, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

describe('help', () => {
  it('lists every verb, and is what a bare call prints, with exit 64', async () => {
    const help = await overview()
    for (const name of VERB_NAMES) expect(help).toContain(`  ${name} `)
    expect(await run([])).toMatchObject({ exit: 64, out: help })
    expect(await run(['--help'])).toMatchObject({ exit: 0, out: help })
  })

  it.each(VERB_NAMES)('%s teaches by examples and says how it ends', async (name) => {
    const { exit, out } = await run([name, '--help'])
    expect(exit).toBe(0)
    expect(out.startsWith(`beibu ${name}`)).toBe(true)
    expect(out.match(new RegExp(`^ {2}.*\\bbeibu ${name}\\b`, 'gm'))?.length ?? 0).toBeGreaterThanOrEqual(1)
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
  })
})

describe('--version', () => {
  it('is that of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
      version: string
    }
    expect(await run(['--version'])).toEqual({ exit: 0, out: version, err: '' })
  })
})

describe('called wrongly: exit 64, and what to do instead', () => {
  it.each([
    [['frobnicate'], /there are: sandbox, serve/],
    [['submit', '--frobnicate'], /frobnicate.*beibu submit --help/],
    [['submit', 'body.json'], /who acts\? Give a party folder/],
    [['submit', '--as', '/nowhere', '--kind', 'k', 'b.json'], /no party\.json/],
    [['bundle', 'x', '--as', '/nowhere'], /the index must be a whole number, got x/],
    [['tail', '--hub', 'x'], /tail has no option --hub; it has --json, --as, --url, .*beibu tail --help/],
    [['verify'], /exactly one bundle file, got 0/],
    [['check', 'customs.declaration'], /takes a kind and a file/],
    [['sandbox', 'make', 'x'], /beibu sandbox init <dir>/],
    [['serve'], /give --sandbox <dir>/],
    [['serve', '--sandbox', '/nowhere'], /make a sandbox first/],
    [['erase', '3'], /on what ground\?/],
  ])('%j', async (args, told) => {
    const { exit, err } = await run(args)
    expect(exit).toBe(64)
    expect(err).toMatch(told)
  })

  it('says the same as JSON when asked', async () => {
    const { out } = await run(['submit', '--json', 'body.json'])
    expect(JSON.parse(out)).toMatchObject({ error: 'usage', detail: expect.stringContaining('who acts?') })
  })
})

describe('check', () => {
  const good = documents.electronics(Date.UTC(2026, 4, 7), 1)

  it('ok: exit 0', async () => {
    const { exit, out } = await run(['check', 'customs.declaration', file('good.json', good)])
    expect(JSON.parse(out)).toEqual({ kind: 'customs.declaration', verdict: 'ok', findings: [] })
    expect(exit).toBe(0)
  })

  it('findings: exit 1, all of them, with pointers', async () => {
    const bad = {
      ...good,
      tradeCoScc: `${good.tradeCoScc.slice(0, -1)}A`,
      items: [{ ...good.items[0], declTotal: '30.00' }],
    }
    const { exit, out } = await run(['check', 'customs.declaration', file('bad.json', bad)])
    const { verdict, findings } = JSON.parse(out) as {
      verdict: string
      findings: { code: string; path: string; message: string }[]
    }
    expect(verdict).toBe('findings')
    expect(findings.map(({ path }) => path)).toEqual(expect.arrayContaining(['/tradeCoScc', '/items/0/declTotal']))
    for (const { code, message } of findings) expect([code, message]).not.toContain('')
    expect(exit).toBe(1)
  })

  it.each([
    ['<Release/>', 'customs.release', 'JSON_MALFORMED', 'this is XML; customs.release is JSON'],
    ['\uFEFF{}', 'customs.release', 'JSON_MALFORMED', /begins with a byte order mark; save it as UTF-8 without one/],
    [
      '<?xml version="1.0" encoding="UTF-7"?><DecMessage/>',
      'customs.declaration',
      'XML_MALFORMED',
      'the text is written in UTF-7; save it as UTF-8',
    ],
  ])('%j says how it is to be given as %s', async (text, kind, code, said) => {
    const { out } = await run(['check', kind, file('other-form', text)])
    const message: unknown = typeof said === 'string' ? said : expect.stringMatching(said)
    expect(JSON.parse(out)).toMatchObject({ verdict: 'findings', findings: [{ code, path: '', message }] })
  })

  it.each([
    ['malformed', '{"entryId":', 'JSON_MALFORMED'],
    ['a duplicate key', '{"entryId":"1","entryId":"2"}', 'JSON_LOSSY'],
  ])('%s is a finding about the whole', async (name, text, code) => {
    const { exit, out } = await run(['check', 'customs.declaration', file(`${name}.json`, text)])
    expect(JSON.parse(out)).toMatchObject({ verdict: 'findings', findings: [{ code, path: '' }] })
    expect(exit).toBe(1)
  })

  it.each([
    [
      'an unknown kind',
      ['customs.frobnication'],
      'good.json',
      /no kind customs\.frobnication; known: customs\.declaration/,
    ],
    ['an unknown version', ['customs.declaration', '--version', '9'], 'good.json', /no version 9/],
    ['a file that is not there', ['customs.declaration'], 'nowhere.json', /cannot read/],
  ])('%s is unknown: exit 2', async (_, [kind, ...rest], name, reason) => {
    const { exit, out } = await run(['check', kind!, join(dir, name), ...rest])
    expect(JSON.parse(out)).toMatchObject({ verdict: 'unknown', findings: [], reason: expect.stringMatching(reason) })
    expect(exit).toBe(2)
  })
})

describe('explain', () => {
  it('explains every refusal of the hub, in both languages', async () => {
    for (const code of Object.keys(REFUSALS)) {
      const { exit, out } = await run(['explain', code, '--json'])
      expect(exit).toBe(0)
      expect(JSON.parse(out)).toMatchObject({
        code,
        what: 'refusal',
        en: expect.stringMatching(/\S/),
        zh: expect.stringMatching(/\p{Script=Han}/u),
      })
    }
  })

  it('explains findings of the rooms, takes lower case, and lists all', async () => {
    expect((await run(['explain', 'item_total_differs'])).out).toContain('ITEM_TOTAL_DIFFERS (finding, HTTP 422)')
    const all = JSON.parse((await run(['explain', '--all', '--json'])).out) as { code: string }[]
    expect(all.length).toBeGreaterThan(Object.keys(REFUSALS).length)
    expect(new Set(all.map(({ code }) => code)).size).toBe(all.length)
  })

  it('does not know: exit 2, with what is near', async () => {
    const { exit, out } = await run(['explain', 'BALANCE'])
    expect(exit).toBe(2)
    expect(out).toContain('BALANCE_INSUFFICIENT')
  })
})

describe('verify', () => {
  it('refuses what is no bundle, with the link named', async () => {
    const { exit, out } = await run(['verify', file('no-bundle.json', { hello: 1 })])
    expect(JSON.parse(out)).toMatchObject({ verdict: 'refused', broken: { link: 'form', reason: expect.any(String) } })
    expect(exit).toBe(1)
  })

  it.each([
    [
      'a trust file that is none',
      () => ['verify', file('b.json', {}), '--trust', file('t.json', { x: 1 })],
      /trust file/,
    ],
    ['a bundle that is not there', () => ['verify', '/nowhere.json'], /there is no such file/],
    ['a folder', () => ['verify', '/tmp'], /it is a folder/],
  ])('%s is no verdict on the evidence: unknown, as JSON, with the reason', async (_what, args, reason) => {
    const { exit, out } = await run(args())
    expect(exit).toBe(2)
    expect(JSON.parse(out)).toMatchObject({ verdict: 'unknown', links: [], reason: expect.stringMatching(reason) })
  })
  it('a link that does not exist cannot be required: called wrongly', async () => {
    const { exit, err } = await run(['verify', '/nowhere.json', '--require', 'nothing'])
    expect({ exit, err }).toEqual({
      exit: 64,
      err: expect.stringContaining('there is no link nothing; there are: form'),
    })
    expect((await run(['verify', '/nowhere.json', '--require', 'anchor'])).exit).toBe(2)
  })
})
