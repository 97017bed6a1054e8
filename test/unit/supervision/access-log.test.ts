// The access log: ranges that say exactly what was given, whatever order and filter; durable, anchored once, over crashes.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memoryCursors } from '../../../src/hub/journal/memory-views.ts'
import { AccessLog, type Anchor } from '../../../src/hub/supervision/access-log.ts'
import { accessBody } from '../../../src/hub/supervision/anchor.ts'
import type { PartyEntry } from '../../../src/hub/identity/register.ts'
import { Readings } from '../../../src/hub/supervision/readings.ts'
import { BUCKET, rootOf, tellsOf, type Reader } from '../../../src/hub/supervision/access-rows.ts'

const READER = 'urn:hub:cn:regulator:paper-hill'
const desk: Reader = { reader: READER, way: 'subscription', name: 'desk', purpose: { code: 'supervision' } }
const START_MS = Date.parse('2026-03-02T01:00:00.000Z')

function house(cursors = memoryCursors()) {
  const clock = { nowMs: START_MS }
  const anchors: Anchor[] = []
  const anchor = async (one: Anchor): Promise<number> => {
    const known = anchors.findIndex(({ batch }) => batch === one.batch)
    return 900 + (known === -1 ? anchors.push(one) - 1 : known)
  }
  const log = new AccessLog({ cursors, clock: () => clock.nowMs, anchor, anchorMs: 60_000 })
  return { log, cursors, clock, anchors }
}
const row = (seq: number, index = seq, view = 'supervision', kind = 'trade.note') => ({ seq, index, view, kind })

describe('ranges', () => {
  it('a thousand items in a row are one row of the log', async () => {
    const { log } = house()
    const channel = log.channel(desk)
    for (let seq = 1; seq < BUCKET; seq++) channel.gave(row(seq), 'supervision', seq - 1)
    expect(await log.rowsNear(5)).toMatchObject([{ from: 1, to: BUCKET - 1, count: BUCKET - 1, view: 'supervision' }])
  })
  it('end at what was not given', async () => {
    const { log } = house()
    const channel = log.channel(desk)
    channel.gave(row(1), 'supervision', 0)
    channel.gave(row(2), 'none', 1)
    channel.gave(row(3), 'supervision', 2)
    channel.gave(row(7), 'supervision', 6)
    expect((await log.rowsNear(1)).map(({ from, to }) => [from, to])).toEqual([
      [1, 1],
      [3, 3],
      [7, 7],
    ])
  })
  it('of the same page asked for again and again are one row that counts', async () => {
    const { log } = house()
    const channel = log.channel({ reader: READER, way: 'pull', purpose: { code: 'audit' } })
    for (let n = 0; n < 5; n++) for (const seq of [1, 2, 3]) channel.gave(row(seq), 'supervision', seq - 1)
    expect(await log.rowsNear(1)).toMatchObject([{ from: 1, to: 3, count: 15 }])
  })
  it('are not written for what the log itself causes', async () => {
    const { log } = house()
    const channel = log.channel(desk)
    for (const [n, kind] of ['hub.access', 'hub.completeness', 'hub.acknowledgement'].entries())
      channel.gave(row(n + 1, n + 1, 'full', kind), 'full', n)
    expect(await log.rowsNear(1)).toEqual([])
  })
  it('say of each entry exactly whether it was given, for any reading', async () => {
    const given = fc.array(
      fc.record({
        start: fc.integer({ min: 1, max: 60 }),
        length: fc.integer({ min: 1, max: 25 }),
        kinds: fc.constantFrom(undefined, ['a.a'], ['a.b']),
      }),
      { maxLength: 8 },
    )
    const feed = fc.array(
      fc.record({ view: fc.constantFrom('full', 'supervision', 'none'), kind: fc.constantFrom('a.a', 'a.b') }),
      {
        minLength: 80,
        maxLength: 80,
      },
    )
    await fc.assert(
      fc.asyncProperty(feed, given, async (items, readings) => {
        const { log } = house()
        const read = new Set<number>()
        for (const { start, length, kinds } of readings) {
          const channel = log.channel({
            reader: READER,
            way: 'pull',
            purpose: { code: 'audit' },
            ...(kinds && { kinds }),
          })
          let prev = start - 1
          for (let seq = start; seq < Math.min(81, start + length); seq++) {
            const { view, kind } = items[seq - 1]!
            if (kinds && !(kinds as readonly string[]).includes(kind)) continue
            channel.gave(row(seq, seq + 950, view === 'none' ? 'full' : view, kind), view, prev)
            if (view !== 'none') read.add(seq + 950)
            prev = seq
          }
        }
        for (const [n, { view, kind }] of items.entries()) {
          const entry = { index: n + 951, kind }
          const seen = { party: READER, view: view === 'none' ? 'full' : view }
          const rows = await log.rowsNear(entry.index)
          // An item withheld in this run was never given in another, so nothing may say that it was.
          expect(
            rows.some((one) => tellsOf(one, entry, seen)),
            `entry ${entry.index}`,
          ).toBe(read.has(entry.index))
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('durability and anchors', () => {
  it('a row is there after a crash once it was flushed, and is anchored by the next process', async () => {
    const first = house()
    first.log.channel(desk).gave(row(1), 'supervision', 0)
    await first.log.flush()
    const second = house(first.cursors)
    await second.log.start()
    expect(await second.log.rowsNear(1)).toMatchObject([{ from: 1, to: 1 }])
    await second.log.anchorDue()
    expect(second.anchors).toHaveLength(1)
    expect(await second.log.rowsNear(1)).toMatchObject([{ from: 1, to: 1, anchor: 900 }])
  })
  it('while it cannot be written, regulators are given nothing more; others are', async () => {
    const { log, cursors } = house()
    const register = { party: (party: string) => ({ class: party === READER ? 'regulator' : 'bank' }) as PartyEntry }
    const readings = new Readings(register, log)
    const { put } = cursors
    cursors.put = () => Promise.reject(new Error('disk full'))
    log.channel(desk).gave(row(1), 'supervision', 0)
    await expect(log.flush()).rejects.toThrow('disk full')
    expect(() => readings.purposeOf(READER, { code: 'audit' })).toThrow(/OVERLOADED/)
    expect(readings.purposeOf('urn:hub:cn:bank:paper-bridge', undefined)).toBeUndefined()
    cursors.put = put
    await log.flush()
    expect(readings.purposeOf(READER, { code: 'audit' })).toEqual({ code: 'audit' })
    expect(await cursors.list('access-open', '')).toHaveLength(1)
  })
  it('at most one anchor per reader and minute, none while nothing was read', async () => {
    const { log, clock, anchors } = house()
    const channel = log.channel(desk)
    for (let second = 0; second < 150; second++) {
      clock.nowMs = START_MS + second * 1_000
      if (second < 70) channel.gave(row(second + 1), 'supervision', second)
      await log.anchorDue()
    }
    expect(anchors.map(({ rows }) => accessBody({ reader: READER, batch: 'b', rows, root: '' }).count)).toEqual([61, 9])
  })
  it('the root of an anchor is that of its rows as they are kept, and of no others', async () => {
    const { log, clock, anchors, cursors } = house()
    const channel = log.channel(desk)
    for (let n = 1; n <= 40; n++) channel.gave(row(n, n * 100), 'supervision', n - 1)
    clock.nowMs += 60_000
    await log.anchorDue()
    const kept = await log.anchoredRows(900, 100, 4_000)
    expect(kept).toHaveLength(5)
    expect(rootOf(kept)).toBe(anchors[0]!.root)
    const [{ key, value }] = (await cursors.list('access', '')) as [{ key: string; value: Record<string, string> }]
    await cursors.put('access', key, { ...value, until: '2026-03-02T00:00:00.000Z' })
    expect(rootOf(await log.anchoredRows(900, 100, 4_000))).not.toBe(anchors[0]!.root)
  })
  it('dying between the journal and the log anchors the same rows under the same anchor', async () => {
    const { log, cursors, clock, anchors } = house()
    log.channel(desk).gave(row(1), 'supervision', 0)
    clock.nowMs += 60_000
    const dying = memoryCursors()
    Object.assign(dying, {
      ...cursors,
      put: (space: string, ...rest: [string, never]) =>
        space === 'access' ? Promise.reject(new Error('died')) : cursors.put(space, ...rest),
    })
    await log.flush()
    const again = new AccessLog({
      cursors: dying,
      clock: () => clock.nowMs,
      anchor: async (one) => 899 + anchors.push(one),
      anchorMs: 60_000,
    })
    await again.start()
    await expect(again.anchorDue()).rejects.toThrow('died')
    const last = new AccessLog({
      cursors,
      clock: () => clock.nowMs,
      anchor: async (one) => 900 + anchors.findIndex(({ batch }) => batch === one.batch),
      anchorMs: 60_000,
    })
    await last.start()
    await last.anchorDue()
    expect(rootOf(await last.anchoredRows(900, 1, 1))).toBe(anchors[0]!.root)
  })
})
