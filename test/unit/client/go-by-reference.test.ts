// check, match and convert go by the reference data that the hub goes by, or say what is wrong with it.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { command } from '../../../src/client/command.ts'
import { openReference, PACKAGED_REFERENCE, readReferenceList } from '../../../src/customs/reference/index.ts'
import { wcoImported } from '../customs/match/consignment.ts'

const DECLARATION = new URL('../../../fixtures/customs/valid/declaration-electronics.json', import.meta.url).pathname
const dir = mkdtempSync(join(tmpdir(), 'beibu-reference-'))
const IMPORT = join(dir, 'import.json')
const VERBS: [string, string[]][] = [
  ['check', ['customs.declaration', DECLARATION]],
  ['match', ['--export', DECLARATION, '--import', IMPORT]],
  ['convert', ['--to', 'customs.wco-declaration', DECLARATION]],
]
const YESTERDAY = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
beforeAll(() => writeFileSync(IMPORT, JSON.stringify(wcoImported())))
afterEach(() => openReference(PACKAGED_REFERENCE, new Date().toISOString().slice(0, 10)))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

async function run(args: string[], folder?: string) {
  const out: string[] = []
  const err: string[] = []
  const io = { out: (line: string) => void out.push(line), progress: (line: string) => void err.push(line) }
  const env = folder === undefined ? {} : { HUB_REFERENCE: folder }
  const exit = await command(args, { ...io, env, stop: new AbortController().signal })
  return { exit, out: out.join('\n'), err: err.join('\n') }
}

/** A folder with one version of the list of units, of yesterday. */
function keeping(name: string, content: (packaged: object) => object): string {
  const path = new URL('../../../reference/units/2018-08-01.json', import.meta.url)
  const packaged = readReferenceList(readFileSync(path), 'units')
  const folder = join(dir, name)
  mkdirSync(join(folder, 'units'), { recursive: true })
  writeFileSync(
    join(folder, 'units', `${YESTERDAY}.json`),
    JSON.stringify(content({ ...packaged, asOf: YESTERDAY, complete: true })),
  )
  return folder
}

describe('HUB_REFERENCE', () => {
  it('decides what check finds', async () => {
    const other = keeping('other', (list) => ({ ...list, codes: { '999': { name: '别的' } } }))
    const args = ['check', 'customs.declaration', DECLARATION]
    expect((await run(args)).exit).toBe(0)
    const { exit, out } = await run(args, other)
    expect(exit).toBe(1)
    expect(out).toContain('CODE_NOT_LISTED')
    expect(out).toContain(YESTERDAY)
  })

  it('decides by which units match compares and convert writes', async () => {
    const other = keeping('masses', (list) => ({ ...list, codes: { '001': { name: '台', kilograms: '2' } } }))
    for (const [verb, args] of VERBS.slice(1)) {
      const ours = await run([verb, ...args, '--json'])
      const theirs = await run([verb, ...args, '--json'], other)
      expect([ours.exit, theirs.exit]).toEqual([0, 0])
      expect(theirs.out).not.toBe(ours.out)
      openReference(PACKAGED_REFERENCE, YESTERDAY)
    }
  })

  it.each(VERBS)('that is no folder, or holds a list that is none, is told with exit 64: %s', async (verb, args) => {
    const nowhere = await run([verb, ...args], join(dir, 'nowhere'))
    expect(nowhere).toMatchObject({ exit: 64, out: '' })
    expect(nowhere.err).toContain(`HUB_REFERENCE names ${join(dir, 'nowhere')}, where there is no folder`)
    const faulty = await run(
      [verb, ...args],
      keeping('faulty', (list) => ({ ...list, codes: {} })),
    )
    expect(faulty).toMatchObject({ exit: 64, out: '' })
    expect(faulty.err).toMatch(/cannot be used: units.*\.json: codes has not 1 to 50000 entries/)
  })

  it.each(VERBS)('that is empty is not set: %s', async (verb, args) => {
    expect(await run([verb, ...args], '')).toEqual(await run([verb, ...args]))
  })
})
