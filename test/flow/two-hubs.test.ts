// The story of two hubs as `npm run demo -- --story two-hubs` plays it: two processes, exit 0 only if every check held.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { LONG_MS } from '../support/patience.ts'

const DEMO = fileURLToPath(new URL('../../src/client/demo/main.ts', import.meta.url))
let dir: string
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'beibu-two-hubs-story-'))))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const demo = (...args: string[]): Promise<{ exit: number; out: string }> =>
  new Promise((done) => {
    const all = ['--import', 'tsx', DEMO, '--dir', dir, ...args]
    const child = execFile(process.execPath, all, { maxBuffer: 1 << 24 }, (_, out, err) =>
      done({ exit: child.exitCode ?? -1, out: out + err }),
    )
  })

it('npm run demo -- --story two-hubs', { timeout: 2 * LONG_MS }, async () => {
  const { exit, out } = await demo('--story', 'two-hubs')
  expect(out).not.toContain('✗')
  expect(out).toMatch(/All 3\d checks held/)
  for (const part of [
    'Retention',
    'register of exports',
    'customs.declaration/1',
    'tradefinance.invoice/1',
    'fx.payment/1',
  ])
    expect(out).toContain(part)
  expect(exit).toBe(0)
})
