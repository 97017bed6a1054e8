// The story of the border market as `npm run demo` plays it: exit 0 only if every check held, and nobody's number, name or phone in what is printed.
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { masked, person, secretsOf } from '../../src/client/demo/border-market-people.ts'
import { HOUR_MS, midnightBefore } from '../../src/client/demo/border-market-trading.ts'
import { LONG_MS } from '../support/patience.ts'

const DEMO = fileURLToPath(new URL('../../src/client/demo/main.ts', import.meta.url))

let dir: string
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'beibu-demo-'))))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const demo = (...args: string[]): Promise<{ exit: number; out: string; err: string }> =>
  new Promise((done) => {
    execFile(process.execPath, ['--import', 'tsx', DEMO, '--dir', dir, ...args], (error, out, err) =>
      done({ exit: error === null ? 0 : Number(error.code), out, err }),
    )
  })

describe('npm run demo -- --story border-market', { timeout: LONG_MS }, () => {
  it('plays two days at two markets to the fen, and prints nobody', async () => {
    const { exit, out, err } = await demo('--story', 'border-market')
    expect({ exit, err }).toEqual({ exit: 0, err: '' })
    expect(out).not.toContain('✗')
    const residents = Array.from({ length: 40 }, (_, at) => person(at + 1))
    expect(secretsOf(residents).filter((secret) => out.includes(secret))).toEqual([])
    expect(out).toContain(masked(residents[0]!))
    for (const file of ['declaration', 'settlement', 'refusal', 'alarm'].map((name) => `bundles/${name}.json`))
      expect(existsSync(join(dir, 'border-market', file)), file).toBe(true)
    const together = /together +263297\.79 +246234\.17 +17063\.62 +255196\.88 +251196\.88/
    expect(out).toMatch(together)
  })
})

describe('the midnight of the story', () => {
  it('is one in Shanghai, with both days within what sites may still state and none of it to come', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2026-01-01'), max: new Date('2036-01-01'), noInvalidDate: true }),
        (date) => {
          const nowMs = date.getTime()
          const midnightMs = midnightBefore(nowMs)
          expect(new Date(midnightMs + 8 * HOUR_MS).toISOString()).toMatch(/T00:00:00\.000Z$/)
          expect(nowMs - midnightMs).toBeGreaterThanOrEqual(12 * HOUR_MS)
          expect(nowMs - midnightMs).toBeLessThan(36 * HOUR_MS)
        },
      ),
    )
  })
})
