// The access log of a hub of several processes: each writes down what it gave; what one leaves behind another anchors; nothing is anchored
// twice and nothing is lost, also where a process only seemed to be gone.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Cursors } from '../../../src/hub/journal/journal.ts'
import { memoryCursors } from '../../../src/hub/journal/memory-views.ts'
import { AccessLog, type Anchor } from '../../../src/hub/supervision/access-log.ts'
import { type AccessRow, type Reader, rootOf, rowKeyOf } from '../../../src/hub/supervision/access-rows.ts'
import { LONG_MS } from '../../support/patience.ts'

const READER = 'urn:hub:cn:regulator:paper-hill'
const desk: Reader = { reader: READER, way: 'subscription', name: 'desk', purpose: { code: 'supervision' } }
const clock = { nowMs: Date.parse('2026-03-02T01:00:00.000Z') }
const row = (seq: number) => ({ seq, index: seq, view: 'supervision', kind: 'trade.note' })

/** The journal as anchors see it: one entry for each (reader, batch), the first that comes. */
function anchorsOf() {
  const anchors: Anchor[] = []
  const anchor = async (one: Anchor): Promise<number> => {
    const known = anchors.findIndex(({ batch }) => batch === one.batch)
    return 900 + (known === -1 ? anchors.push({ ...one, rows: one.rows.map((kept) => ({ ...kept })) }) - 1 : known)
  }
  return { anchors, anchor }
}
const logOf = (process: string, cursors: Cursors, anchor: (one: Anchor) => Promise<number>): AccessLog =>
  new AccessLog({ cursors, clock: () => clock.nowMs, anchor, anchorMs: 0, process })

function two() {
  const cursors = memoryCursors()
  const { anchors, anchor } = anchorsOf()
  return { cursors, anchors, a: logOf('a', cursors, anchor), b: logOf('b', cursors, anchor), anchor }
}

const kept = async (cursors: Cursors, space: string) =>
  (await cursors.list(space, '')).map(({ value }) => value as unknown as AccessRow & { anchor: number })

/** Every anchor covers exactly the rows that are kept under it. Gives how often each entry was given. */
async function checkAnchored(cursors: Cursors, anchors: readonly Anchor[]): Promise<Map<number, number>> {
  const rows = await kept(cursors, 'access')
  for (const [n, { root, batch }] of anchors.entries()) {
    const own = rows.filter(({ anchor }) => anchor === 900 + n).sort((x, y) => x.n - y.n)
    for (const one of own) delete (one as Partial<typeof one>).anchor
    expect(rootOf(own), `batch ${batch}`).toBe(root)
  }
  // One entry at a time is given in these tests, so a row is of one entry.
  const counts = new Map<number, number>()
  for (const { from, to, count } of rows) {
    expect(from).toBe(to)
    counts.set(from, (counts.get(from) ?? 0) + count)
  }
  return counts
}
const give = (log: AccessLog, ...indexes: number[]): void => {
  // Each on its own: what was passed over in between is not told as given.
  for (const index of indexes) log.channel(desk).gave(row(index), 'supervision', -1)
}

describe('two processes', () => {
  it('give to one reader at the same moment, and each anchors what it gave', async () => {
    const { a, b, anchors, cursors } = two()
    for (const log of [a, b]) {
      give(log, 1, 2)
      await log.anchorDue()
    }
    expect(anchors.map(({ rows }) => rows.length)).toEqual([2, 2])
    expect(new Set(anchors.map(({ batch }) => batch)).size).toBe(2)
    for (const { batch } of anchors) expect(batch.length).toBeLessThanOrEqual(64)
    expect(await checkAnchored(cursors, anchors)).toEqual(
      new Map([
        [1, 2],
        [2, 2],
      ]),
    )
    expect(await kept(cursors, 'access-open')).toEqual([])
  })
  it('each find near an entry what the other has given', async () => {
    const { a, b } = two()
    give(a, 5)
    give(b, 6)
    await a.flush()
    expect((await b.rowsNear(5)).map(({ from }) => from).sort()).toEqual([5, 6])
    await a.anchorDue()
    expect((await b.rowsNear(5)).map(({ from, anchor }) => [from, anchor])).toEqual([
      [6, undefined],
      [5, 900],
    ])
  })
  it('do not take up what one that is alive has open', async () => {
    const { a, b, anchors } = two()
    give(a, 1)
    await a.flush()
    await b.takeUp(new Set(['a', 'b']))
    await b.anchorDue()
    expect(anchors).toEqual([])
  })
  it('what one has left is anchored by the other', async () => {
    const { a, b, anchors, cursors } = two()
    give(a, 1, 2)
    await a.flush()
    await b.takeUp(new Set(['b']))
    await b.takeUp(new Set(['b']))
    await b.anchorDue()
    expect(await checkAnchored(cursors, anchors)).toEqual(
      new Map([
        [1, 1],
        [2, 1],
      ]),
    )
    expect([anchors.length, await kept(cursors, 'access-open')]).toEqual([1, []])
  })
  it('one that only seemed to be gone loses nothing and repeats nothing', async () => {
    for (const anchored of [true, false]) {
      const { a, b, anchors, cursors } = two()
      give(a, 1, 2)
      await a.flush()
      give(a, 2, 3)
      await b.takeUp(new Set(['b']))
      if (anchored) await b.anchorDue()
      give(a, 4)
      await a.flush()
      give(a, 4)
      await a.anchorDue()
      await b.anchorDue()
      await a.anchorDue()
      expect(await checkAnchored(cursors, anchors)).toEqual(
        new Map([
          [1, 1],
          [2, 2],
          [3, 1],
          [4, 2],
        ]),
      )
      expect(await kept(cursors, 'access-open')).toEqual([])
    }
  })
  it('what the heir had not moved when it died is moved by the next, under the same anchor', async () => {
    const { a, cursors, anchors, anchor } = two()
    give(a, 1)
    await a.flush()
    const put: Cursors['put'] = (space, ...rest) =>
      space === 'access' ? Promise.reject(new Error('died')) : cursors.put(space, ...rest)
    const heir = logOf('b', { ...cursors, put }, anchor)
    await heir.takeUp(new Set(['b']))
    await expect(heir.anchorDue()).rejects.toThrow('died')
    const last = logOf('c', cursors, anchor)
    await last.takeUp(new Set(['c']))
    await last.anchorDue()
    expect(anchors).toHaveLength(1)
    expect(await checkAnchored(cursors, anchors)).toEqual(new Map([[1, 1]]))
  })
  it('a write whose answer was lost is known again, also when it was taken and anchored meanwhile', async () => {
    for (const taken of [false, true]) {
      const { b, cursors, anchors, anchor } = two()
      let lost = true
      const swap: Cursors['swap'] = async (...one) => {
        const stood = await cursors.swap(...one)
        if (!lost) return stood
        lost = false
        throw new Error('no answer')
      }
      const a = logOf('a', { ...cursors, swap }, anchor)
      give(a, 1)
      await expect(a.flush()).rejects.toThrow('no answer')
      if (taken) {
        await b.takeUp(new Set(['b']))
        await b.anchorDue()
      }
      give(a, 2)
      await a.anchorDue()
      expect(await checkAnchored(cursors, anchors)).toEqual(
        new Map([
          [1, 1],
          [2, 1],
        ]),
      )
      expect([anchors.length, await kept(cursors, 'access-open')]).toEqual([taken ? 2 : 1, []])
    }
  })
  it('goes on after an earlier process of the same name', async () => {
    const { a, cursors, anchors, anchor } = two()
    give(a, 1)
    await a.flush()
    clock.nowMs += 1
    const again = logOf('a', cursors, anchor)
    await again.start()
    give(again, 2)
    await again.anchorDue()
    expect(await checkAnchored(cursors, anchors)).toEqual(
      new Map([
        [1, 1],
        [2, 1],
      ]),
    )
  })
  it('takes up rows that were kept each under its own key', async () => {
    const { cursors, anchors, anchor } = two()
    const place = { batch: '2026-03-01T00:00:00.000Z-0', view: 'full', count: 1, since: 'x', until: 'x' }
    for (const n of [0, 1]) {
      const single = { ...desk, ...place, n, from: n + 1, to: n + 1 } as AccessRow
      await cursors.put('access-open', rowKeyOf(single), { ...single } as never)
    }
    const log = logOf('c', cursors, anchor)
    await log.takeUp(new Set(['c']))
    await log.anchorDue()
    expect(anchors.map(({ rows }) => rows.length)).toEqual([2])
    expect(await checkAnchored(cursors, anchors)).toEqual(
      new Map([
        [1, 1],
        [2, 1],
      ]),
    )
    expect(await kept(cursors, 'access-open')).toEqual([])
  })
})

describe('any interleaving of processes', () => {
  it(
    'anchors everything that was written down exactly once, and of what was given nothing more',
    async () => {
      const step = fc.record({
        do: fc.constantFrom('give', 'give', 'give', 'flush', 'flush', 'anchor', 'anchor', 'heir', 'kill'),
        at: fc.integer({ min: 0, max: 2 }),
        index: fc.integer({ min: 1, max: 5 }),
      })
      await fc.assert(
        fc.asyncProperty(
          fc.scheduler(),
          fc.array(step, { minLength: 5, maxLength: 40 }),
          fc.infiniteStream(fc.integer({ min: 0, max: 19 })),
          async (order, script, dice) => {
            const store = memoryCursors()
            const { anchors, anchor } = anchorsOf()
            const given = new Map<number, number>()
            const written = new Map<number, number>()
            let calm = false
            const begin = (name: string) => {
              let alive = true
              const never = new Promise<never>(() => {})
              const late = async <T>(work: () => Promise<T>): Promise<T> => {
                await order.schedule(Promise.resolve(), name)
                if (!alive) return never
                const answer = await work()
                await order.schedule(Promise.resolve(), name)
                if (!alive) return never
                // It has taken effect, and who asked for it is told that it failed.
                if (!calm && dice.next().value === 0) throw new Error('no answer')
                return answer
              }
              const cursors: Cursors = {
                ...store,
                get: (...key) => late(() => store.get(...key)),
                put: (...one) => late(() => store.put(...one)),
                swap: (...one) => late(() => store.swap(...one)),
                list: (...prefix) => late(() => store.list(...prefix)),
              }
              const log = logOf(name, cursors, (one) => late(() => anchor(one)))
              return { name, log, kill: () => void (alive = false), gave: new Map<number, number>() }
            }
            const settle = async (): Promise<void> => {
              for (let idle = 0; idle < 4; idle++) {
                await new Promise(setImmediate)
                for (; order.count() > 0; idle = 0) await order.waitOne()
              }
            }
            let begun = 0
            const processes = ['p0', 'p1', 'p2'].map(begin)
            /** One run of its timer at a time, as it is in the hub. */
            const busy = new Set<string>()
            const run = (name: string, work: () => Promise<void>): void => {
              if (busy.has(name)) return
              busy.add(name)
              void work()
                .catch((error: Error) => expect(error.message).toBe('no answer'))
                .finally(() => busy.delete(name))
            }
            for (const { do: act, at, index } of script) {
              await new Promise(setImmediate)
              while (dice.next().value! % 2 === 0 && order.count() > 0) await order.waitOne()
              const process = processes[at]!
              const { name, log, gave } = process
              if (act === 'give') {
                give(log, index)
                for (const counts of [given, gave]) counts.set(index, (counts.get(index) ?? 0) + 1)
              } else if (act === 'flush')
                run(name, async () => {
                  const before = new Map(gave)
                  await log.flush()
                  for (const [one, count] of before) written.set(one * 10 + at + 1_000 * begun0(name), count)
                })
              else if (act === 'anchor') run(name, () => log.anchorDue())
              // Anybody may be believed to be gone.
              else if (act === 'heir') run(`${name} heir`, () => log.takeUp(new Set([name])))
              else {
                process.kill()
                processes[at] = begin(`p${at}-${++begun}`)
              }
            }
            calm = true
            await settle()
            for (const { log } of processes) {
              const done = log.anchorDue()
              await settle()
              await done
            }
            const last = begin('last')
            const done = last.log.takeUp(new Set(['last'])).then(() => last.log.anchorDue())
            await settle()
            await done
            const counts = await checkAnchored(store, anchors)
            expect(await kept(store, 'access-open')).toEqual([])
            const durable = new Map<number, number>()
            for (const [key, count] of written) {
              const one = Math.floor((key % 1_000) / 10)
              durable.set(one, (durable.get(one) ?? 0) + count)
            }
            for (const [one, count] of counts) expect(count, `entry ${one}`).toBeLessThanOrEqual(given.get(one) ?? 0)
            for (const [one, count] of durable)
              expect(counts.get(one) ?? 0, `entry ${one}`).toBeGreaterThanOrEqual(count)
            if (begun === 0) expect(counts).toEqual(given)
          },
        ),
        { numRuns: 400 },
      )
    },
    LONG_MS,
  )
})

const begun0 = (name: string): number => Number(name.split('-')[1] ?? 0)
