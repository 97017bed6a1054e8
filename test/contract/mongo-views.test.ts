// What views on MongoDB must survive because rows and cursor are not one transaction there: writers that stop at each step, and come late.
import type { Db } from 'mongodb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LeaseLost } from '../../src/hub/cluster/lease.ts'
import type { Views } from '../../src/hub/journal/journal.ts'
import type { ViewSteps } from '../../src/hub/journal/mongo-fenced-view.ts'
import { mongoViews } from '../../src/hub/journal/mongo-views.ts'
import { testMongo, type TestMongo } from '../support/mongo-place.ts'
import { servicesFor } from '../support/services.ts'

const services = servicesFor('views over the protocol of MongoDB')

/** A step at which a writer stops until it is let go. */
function stop(): { step: () => Promise<void>; reached: Promise<void>; go(): void } {
  let [arrive, go] = [(): void => {}, (): void => {}]
  const reached = new Promise<void>((resolve) => (arrive = resolve))
  const gone = new Promise<void>((resolve) => (go = resolve))
  const step = (): Promise<void> => {
    arrive()
    return gone
  }
  return { step, reached, go: () => go() }
}

describe.skipIf(!services)('views over the protocol of MongoDB', () => {
  let mongo: TestMongo
  beforeEach(async () => {
    mongo = await testMongo(services!.mongoUrl)
  })
  afterEach(() => mongo.remove())

  const fenced = (fence: number, steps: ViewSteps = {}, db: Db = mongo.db): Views => mongoViews(db, steps).fenced(fence)
  const row = (key: string, value: string | undefined): { key: string; value: string | undefined } => ({ key, value })
  const seen = async (): Promise<{ rows: string[]; cursor: number }> => {
    const views = mongo.place.views()
    const rows = await views.range('v', '', '~', 100)
    return { rows: rows.map(({ key, value }) => `${key}=${value as string}`), cursor: await views.cursor('v') }
  }
  const pendingChunks = (): Promise<number> => mongo.db.collection('viewPending').countDocuments()
  /** A database in which the decision of a batch is carried out, or not, and then not answered. */
  const unanswered = (act: (run: () => Promise<unknown>) => Promise<unknown>): Db => {
    let once = true
    const states = new Proxy(mongo.db.collection('viewStates'), {
      get(target, name) {
        const value = Reflect.get(target, name) as unknown
        if (typeof value !== 'function') return value
        if (name !== 'updateOne' || !once) return value.bind(target) as unknown
        once = false
        return async (...asked: unknown[]) => {
          await act(() => value.apply(target, asked) as Promise<unknown>)
          throw new Error('no answer')
        }
      },
    })
    return new Proxy(mongo.db, {
      get: (target, name) =>
        name === 'collection'
          ? (which: string) => (which === 'viewStates' ? states : target.collection(which))
          : (Reflect.get(target, name) as unknown),
    })
  }

  it('completes what a writer decided that stopped then, and lets it bring nothing back when it wakes', async () => {
    const { step, reached, go } = stop()
    const stale = fenced(1, { decided: step })
    const late = stale.apply('v', [row('a', '1'), row('b', '1'), row('c', '1')], 10)
    await reached
    expect(await seen()).toEqual({ rows: [], cursor: 0 })

    const next = fenced(2)
    expect(await next.cursor('v')).toBe(10)
    expect(await seen()).toEqual({ rows: ['a=1', 'b=1', 'c=1'], cursor: 10 })
    await next.apply('v', [row('a', undefined), row('b', '2')], 11)
    go()
    await late
    expect(await seen()).toEqual({ rows: ['b=2', 'c=1'], cursor: 11 })
    await expect(stale.apply('v', [row('d', '1')], 12)).rejects.toThrow(LeaseLost)
    await expect(stale.empty('v')).rejects.toThrow(LeaseLost)
    expect(await seen()).toEqual({ rows: ['b=2', 'c=1'], cursor: 11 })
  })

  it('brings back no row that was deleted, whichever way it was written before', async () => {
    const first = fenced(1)
    await first.apply('v', [row('known', '0')], 1)
    const { step, reached, go } = stop()
    const stale = fenced(1, { decided: step })
    const late = stale.apply('v', [row('known', '1'), row('new', '1')], 2)
    await reached
    const next = fenced(2)
    await next.apply('v', [row('known', undefined), row('new', undefined), row('never', undefined)], 3)
    go()
    await late
    expect(await seen()).toEqual({ rows: [], cursor: 3 })
    await next.apply('v', [row('known', '4'), row('never', '4')], 4)
    expect(await seen()).toEqual({ rows: ['known=4', 'never=4'], cursor: 4 })
  })

  it('moves no cursor back for a writer that stopped before it moved it', async () => {
    const { step, reached, go } = stop()
    const late = fenced(1, { written: step }).apply('v', [row('a', '1')], 10)
    await reached
    expect(await seen()).toEqual({ rows: ['a=1'], cursor: 0 })
    const next = fenced(2)
    await next.apply('v', [row('a', '2')], 20)
    go()
    await late
    expect(await seen()).toEqual({ rows: ['a=2'], cursor: 20 })
  })

  it('lets a writer decide nothing any more once a later one has come', async () => {
    const stale = fenced(1)
    await stale.apply('v', [row('a', '1')], 1)
    expect(await fenced(2).cursor('v')).toBe(1)
    await expect(stale.apply('v', [row('a', '2')], 2)).rejects.toThrow(
      'the view v belongs to a later holder of the lease',
    )
    await expect(stale.apply('v', [], 2)).rejects.toThrow(LeaseLost)
    await expect(stale.cursor('v')).rejects.toThrow(LeaseLost)
    await expect(mongo.place.views().apply('v', [row('a', '3')], 3)).rejects.toThrow(LeaseLost)
    await expect(mongo.place.views().empty('v')).rejects.toThrow(LeaseLost)
    expect(await seen()).toEqual({ rows: ['a=1'], cursor: 1 })
  })

  it('goes on under the same fence after a fault at each step', async () => {
    let fault: keyof ViewSteps | undefined
    const step = (name: keyof ViewSteps) => async (): Promise<void> => {
      if (fault !== name) return
      fault = undefined
      throw new Error(`fault when ${name}`)
    }
    const views = fenced(1, { decided: step('decided'), written: step('written') })
    await views.apply('v', [row('a', '0')], 1)
    for (const [n, name] of (['decided', 'written'] as const).entries()) {
      fault = name
      await expect(views.apply('v', [row('a', String(n)), row(name, '1')], n + 2)).rejects.toThrow(`fault when ${name}`)
      // It was decided: that is what the cursor tells, and it is not to be done again.
      expect(await views.cursor('v')).toBe(n + 2)
    }
    expect(await seen()).toEqual({ rows: ['a=1', 'decided=1', 'written=1'], cursor: 3 })
  })

  it('finds out what became of a decision that was not answered', async () => {
    const carriedOut = fenced(
      1,
      {},
      unanswered((run) => run()),
    )
    await carriedOut.apply('v', [row('a', '1')], 1)
    expect(await seen()).toEqual({ rows: ['a=1'], cursor: 1 })

    let lateDecision: () => Promise<unknown> = async () => {}
    const underWay = fenced(
      1,
      {},
      unanswered(async (run) => (lateDecision = run)),
    )
    await expect(underWay.apply('v', [row('a', '2')], 2)).rejects.toThrow('no answer')
    expect(await underWay.cursor('v')).toBe(1)
    await lateDecision()
    expect(await underWay.cursor('v')).toBe(1)
    await underWay.apply('v', [row('b', '3')], 3)
    expect(await seen()).toEqual({ rows: ['a=1', 'b=3'], cursor: 3 })
  })

  it('writes no rows if it was stopped for long after it had decided', async () => {
    let passedMs = 0
    const now = performance.now.bind(performance)
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + passedMs)
    try {
      const stale = fenced(1, {
        async decided() {
          passedMs = 61_000
        },
      })
      await expect(stale.apply('v', [row('a', '1')], 1)).rejects.toThrow(LeaseLost)
      expect(await seen()).toEqual({ rows: [], cursor: 0 })
    } finally {
      clock.mockRestore()
    }
    expect(await fenced(2).cursor('v')).toBe(1)
    expect(await seen()).toEqual({ rows: ['a=1'], cursor: 1 })
  })

  it('completes an emptying that was begun; its rows count for nothing from the decision on', async () => {
    await fenced(1).apply('v', [row('a', '1'), row('b', '1')], 5)
    const { step, reached, go } = stop()
    const late = fenced(1, { decided: step }).empty('v')
    await reached
    expect((await seen()).cursor).toBe(0)
    const next = fenced(2)
    expect(await next.cursor('v')).toBe(0)
    await next.apply('v', [row('b', '2')], 1)
    go()
    await late
    expect(await seen()).toEqual({ rows: ['b=2'], cursor: 1 })
  })

  it('keeps a batch that is larger than a document in several', async () => {
    const rows = Array.from({ length: 12 }, (_, n) =>
      row(String(n).padStart(2, '0'), String(n % 10).repeat(1024 * 1024)),
    )
    const { step, reached, go } = stop()
    const late = fenced(1, { decided: step }).apply('v', rows, 12)
    await reached
    expect(await pendingChunks()).toBeGreaterThan(2)
    expect(await fenced(2).cursor('v')).toBe(12)
    expect(await mongo.place.views().range('v', '', '~', 100)).toEqual(rows)
    expect(await pendingChunks()).toBe(0)
    go()
    await late
    expect((await mongo.place.views().range('v', '', '~', 100)).length).toBe(12)
  })

  it('lets two writers under the same fence write one after the other', async () => {
    const [one, two] = [fenced(1), fenced(1)]
    for (let n = 0; n < 4; n++) {
      await one.apply('v', [row('one', String(n))], 2 * n)
      await two.apply('v', [row('two', String(n))], 2 * n + 1)
    }
    expect(await seen()).toEqual({ rows: ['one=3', 'two=3'], cursor: 7 })
  })

  it('lets several processes write a view that no lease guards: each row as the last one has it', async () => {
    const all = Array.from({ length: 4 }, () => mongo.place.views())
    await Promise.all(
      all.map(async (views, n) => {
        for (let k = 0; k < 5; k++) await views.apply('v', [row(`${n}`, String(k)), row('shared', 'x')], k)
      }),
    )
    expect(await seen()).toEqual({ rows: ['0=4', '1=4', '2=4', '3=4', 'shared=x'], cursor: 4 })
  })
})
