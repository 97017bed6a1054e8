// beibu convert: drafts on standard output, what is lost on standard error, and how it ends when it cannot.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { convertVerb } from '../../../../src/client/verbs/convert.ts'

const FIXTURES = new URL('../../../../fixtures/customs/', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'beibu-convert-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function run(...args: string[]) {
  const out: string[] = []
  const progress: string[] = []
  const io = {
    out: (line: string) => void out.push(line),
    progress: (line: string) => void progress.push(line),
    env: {},
    stop: new AbortController().signal,
  }
  return { code: await convertVerb.run(args, io), out: out.join('\n'), progress }
}

const file = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe('beibu convert', () => {
  it('prints the draft, and what is lost and missing beside it', async () => {
    const { code, out, progress } = await run('--to', 'customs.acdd', `${FIXTURES}valid/declaration-electronics.json`)
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ permitNumber: '720820260000000101' })
    expect(progress).toContain('missing /portOfDischarge: it is needed and not stated')
    expect(progress).toContain('lost    /items/0/declTotal: the target has no place for it')
  })

  it('reads XML of others and tells everything in one object', async () => {
    const { code, out, progress } = await run(
      '--to',
      'customs.declaration',
      `${FIXTURES}foreign/dms-export-container.xml`,
      '--json',
    )
    expect(code).toBe(0)
    expect(progress).toEqual([])
    const told = JSON.parse(out)
    expect(told).toMatchObject({ from: 'wco-dec-xml', to: 'customs.declaration', document: { trafMode: '3' } })
    expect(told.findings.map((one: { code: string }) => one.code)).toEqual(['CONTAINER_CHECK_DIGIT'])
    expect(told.unread).toContain('/MetaData/Declaration/ExitOffice')
  })

  it('writes the draft to a file', async () => {
    const path = join(folder, 'draft.json')
    const { code, out } = await run(
      '--to',
      'customs.wco-declaration',
      `${FIXTURES}valid/acdd-export.json`,
      '--out',
      path,
    )
    expect([code, out]).toEqual([0, ''])
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ typeCode: 'IM' })
  })

  it.each([
    ['{"a": 1}', 2, /--from/],
    ['{"permitNumber": ', 1, /JSON_MALFORMED/],
    ['<!DOCTYPE a><a/>', 1, /XML_UNSAFE/],
    ['<a/>', 2, /no document/],
  ])('%s ends with %i', async (text, expected, said) => {
    const { code, progress } = await run('--to', 'customs.acdd', file('input', text))
    expect(code).toBe(expected)
    expect(progress.join('\n')).toMatch(said)
  })

  it('says what it takes', async () => {
    await expect(run('--to', 'customs.release', `${FIXTURES}valid/acdd-export.json`)).rejects.toThrow(
      /no conversion to/,
    )
    await expect(run(`${FIXTURES}valid/acdd-export.json`)).rejects.toThrow(/--to/)
    const { code, progress } = await run('--to', 'customs.acdd', `${FIXTURES}valid/acdd-export.json`)
    expect([code, progress[0]]).toEqual([2, expect.stringContaining('no conversion from customs.acdd to customs.acdd')])
  })
})
