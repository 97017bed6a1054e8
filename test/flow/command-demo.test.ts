// The demo's stories as `npm run demo` plays them: a real hub, exit 0 only if every check held.
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LONG_MS } from '../support/patience.ts'

const DEMO = fileURLToPath(new URL('../../src/client/demo/main.ts', import.meta.url))
const MONTH = new URL('../../fixtures/tradefinance/pilot-month.json', import.meta.url)

let dir: string
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'beibu-demo-'))))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function demo(...args: string[]): Promise<{ exit: number; out: string; err: string }> {
  return new Promise((done) => {
    execFile(process.execPath, ['--import', 'tsx', DEMO, '--dir', dir, ...args], (error, out, err) =>
      done({ exit: error === null ? 0 : Number(error.code), out, err }),
    )
  })
}

describe('npm run demo', { timeout: LONG_MS }, () => {
  it('plays the consignment, and leaves bundles and trust behind', async () => {
    const { exit, out, err } = await demo()
    expect({ exit, err }).toEqual({ exit: 0, err: '' })
    expect(out).not.toContain('✗')
    const bundles = ['declaration', 'release', 'financing', 'refusal', 'response', 'invoice', 'payment', 'status']
    for (const file of [...bundles.map((name) => `bundles/${name}.json`), 'trust.json'])
      expect(existsSync(join(dir, file)), file).toBe(true)
  })

  it('plays the pilot month to the cent', async () => {
    const { exit, out, err } = await demo('--story', 'pilot-month')
    expect({ exit, err }).toEqual({ exit: 0, err: '' })
    expect(out).toContain('USD 6275000.00')
    expect(out).toContain('CNY 44238800.00')
    expect(existsSync(join(dir, 'bundles/declaration.json'))).toBe(true)
  })

  it('ends with another exit when one amount of the month is another', async () => {
    const month = JSON.parse(readFileSync(MONTH, 'utf8')) as { financings: { application: { amount: string } }[] }
    const { application } = month.financings[7]!
    application.amount = (Number(application.amount) + 0.01).toFixed(2)
    const file = join(dir, 'month.json')
    writeFileSync(file, JSON.stringify(month))
    const { exit, err } = await demo('--story', 'pilot-month', '--month', file)
    expect(exit).toBe(1)
    expect(err).toMatch(/sum to USD 6275000\.01: the month was USD 6275000\.00/)
  })

  it('plays a shop\u2019s year to the fen', async () => {
    const { exit, out, err } = await demo('--story', 'ecommerce')
    expect({ exit, err }).toEqual({ exit: 0, err: '' })
    expect(out).not.toContain('✗')
  })

  it('does not know another story: exit 64', async () => {
    expect(await demo('--story', 'fairy-tale')).toMatchObject({ exit: 64, err: expect.stringContaining('pilot-month') })
  })
})
