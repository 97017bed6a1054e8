// Subscribers whose lines break at any byte get every item at least once, in order. BEIBU_RECONNECT_SECONDS makes the run longer.
import { expect, it } from 'vitest'
import { faultSeed } from '../support/fault-seed.ts'
import { DROPS_MIN, ITEMS_MIN, reconnectRun } from '../support/feed-reconnect.ts'
import { LONG_MS } from '../support/patience.ts'

const SECONDS = Number(process.env['BEIBU_RECONNECT_SECONDS'] ?? 12)

it('loses nothing on lines that break at random bytes', { timeout: SECONDS * 1_000 + 2 * LONG_MS }, async () => {
  const figures = await reconnectRun(faultSeed('feed-reconnect'), SECONDS)
  process.stdout.write(`feed-reconnect: ${JSON.stringify(figures)}\n`)
  expect(figures.wrong).toEqual([])
  expect(figures).toMatchObject({ lost: 0, announced: 0 })
  expect(figures.items).toBeGreaterThan(ITEMS_MIN)
  expect(figures.drops).toBeGreaterThan(DROPS_MIN)
  expect(figures.duplicates, 'nothing came twice: the lines did not break').toBeGreaterThan(0)
})
