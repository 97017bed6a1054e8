// What every courier must promise.
import { setTimeout as after } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openRedis } from '../../src/hub/cluster/redis.ts'
import { bullmqCourier } from '../../src/hub/courier/bullmq-courier.ts'
import type { Courier, CourierTerms, Job } from '../../src/hub/courier/courier.ts'
import { inProcessCourier } from '../../src/hub/courier/in-process-courier.ts'
import { handTimers } from '../support/hand-timers.ts'
import { hasRedis, ownRedis, type OwnRedis } from '../support/own-redis.ts'
import { LONG_MS, PATIENT } from '../support/patience.ts'

/** Two at once for each queue; 100 ms after the first fault, doubling to 400; broken after 3 in a row, for 1 s, doubling to 2 s. */
const TERMS: CourierTerms = {
  concurrencyPerQueue: 2,
  backoff: { firstMs: 100, maxMs: 400 },
  breaker: { faults: 3, firstMs: 1_000, maxMs: 2_000 },
  giveUp: { faults: 5, pauseMs: 2_000 },
}

interface Place {
  courier: Courier
  /** Whether it is so, in time: at once where time goes on by hand. */
  seen(isSo: () => boolean): Promise<boolean>
  /** Not quite so many milliseconds go by: by hand all but one, else half. False when in truth they have all gone by, as they may. */
  almost(ms: number): Promise<boolean>
  /** The rest of them. */
  rest(ms: number): Promise<void>
  /** Milliseconds of its own time. */
  now(): number
  /** In the order in which they were done; where queues are apart in truth, sorted. */
  done(log: readonly string[]): readonly string[]
  end(): Promise<void>
}

interface Kind {
  name: string
  make(): Promise<Place>
}

const settle = async (): Promise<void> => {
  for (let n = 0; n < 20; n++) await Promise.resolve()
}

const inOneProcess: Kind = {
  name: 'one process',
  async make() {
    const time = handTimers()
    const pass = async (ms: number): Promise<void> => {
      time.pass(ms)
      await settle()
    }
    return {
      courier: inProcessCourier({ ...time, ...TERMS }),
      async seen(isSo) {
        await settle()
        return isSo()
      },
      async almost(ms) {
        await pass(ms - 1)
        return true
      },
      rest: () => pass(1),
      now: time.clock,
      done: (log) => log,
      end: async () => {},
    }
  },
}

let server: OwnRedis
const overRedis: Kind = {
  name: 'Redis',
  async make() {
    const prefix = `test-${Math.random().toString(36).slice(2)}`
    const faults: unknown[] = []
    const redis = openRedis({ url: server.url, prefix, onFault: (error) => faults.push(error) })
    const onQueueFault = (error: unknown): void => void faults.push(error)
    const courier = bullmqCourier({ redis, purpose: 'test', clock: Date.now, onQueueFault, ...TERMS })
    return {
      courier,
      async seen(isSo) {
        for (const start = performance.now(); performance.now() - start < PATIENT.timeout; await after(2))
          if (isSo()) return true
        return false
      },
      async almost(ms) {
        const start = performance.now()
        await after(ms / 2)
        return performance.now() - start < ms * 0.8
      },
      rest: async (ms) => void (await after(ms / 2 + 100)),
      now: Date.now,
      done: (log) => log.toSorted(),
      async end() {
        await courier.close()
        await redis.close()
        expect(faults).toEqual([])
      },
    }
  },
}

const withRedis = hasRedis('contract of the courier')
if (withRedis) {
  beforeAll(async () => void (server = await ownRedis()))
  afterAll(() => server.end())
}

describe.each(withRedis ? [inOneProcess, overRedis] : [inOneProcess])(
  'a courier in $name',
  { timeout: LONG_MS },
  ({ make }) => {
    let places: Place[] = []
    afterEach(async () => {
      for (const place of places) await place.end()
      places = []
    })

    const setUp = async () => {
      const place = await make()
      places.push(place)
      const log: string[] = []
      /** When those that may fail were begun. */
      const turns: number[] = []
      const job = (id: string, more: Partial<Job> = {}): Job => ({
        id,
        queue: 'one',
        priority: 0,
        run: async () => void log.push(id),
        ...more,
      })
      const failing = (id: string, times: number, more: Partial<Job> = {}): Job => {
        let left = times
        const run = async (): Promise<void> => {
          log.push(id)
          turns.push(place.now())
          if (left-- > 0) throw new Error(`${id} went wrong`)
        }
        return job(id, { run, ...more })
      }
      /** Another piece succeeds, so that the queue is not taken for broken. */
      const aGoodOne = async (): Promise<void> => {
        let done = false
        place.courier.offer(job(`good ${log.length}`, { run: async () => void (done = true) }))
        expect(await place.seen(() => done)).toBe(true)
      }
      return { ...place, log, turns, job, failing, aGoodOne }
    }

    it('does what it is offered, and says when all is done', async () => {
      const { courier, log, job, done } = await setUp()
      expect(courier.offer(job('a'))).toBe(true)
      expect(courier.offer(job('b', { queue: 'two' }))).toBe(true)
      await courier.idle()
      expect(done(log)).toEqual(['a', 'b'])
    })

    it('takes any id and any name of a queue', async () => {
      const { courier, log, job, done } = await setUp()
      const ids = ['12', '0', '0:1', 'a:b', 'a%3Ab', 'urn:hub:cn:bank:banyan/7/expire', '关']
      for (const id of ids) expect(courier.offer(job(id, { queue: `urn:of:${id}` }))).toBe(true)
      await courier.idle()
      expect(done(log)).toEqual(done(ids))
    })

    it('holds a piece once, from the offer to its success', async () => {
      const { courier, log, almost, rest, seen, job, failing } = await setUp()
      expect(courier.offer(failing('a', 1))).toBe(true)
      expect(courier.offer(job('a'))).toBe(false)
      expect(await seen(() => log.length === 1)).toBe(true)
      expect(courier.offer(job('a', { queue: 'two' }))).toBe(false)
      await almost(100)
      await rest(100)
      expect(await seen(() => log.length === 2)).toBe(true)
      expect(log).toEqual(['a', 'a'])
      expect(await seen(() => courier.offer(job('a')))).toBe(true)
    })

    it('does no more of one queue at once than agreed, and the others meanwhile', async () => {
      const { courier, job, seen } = await setUp()
      let most = 0
      let now = 0
      const doors: (() => void)[] = []
      const run = async (): Promise<void> => {
        most = Math.max(most, ++now)
        await new Promise<void>((resolve) => doors.push(resolve))
        now--
      }
      let other = false
      for (const id of ['a', 'b', 'c', 'd']) courier.offer(job(id, { run }))
      courier.offer(job('x', { queue: 'two', run: async () => void (other = true) }))
      expect(await seen(() => most === 2 && other)).toBe(true)
      expect(courier.queues().get('one')).toEqual({ waiting: 2, running: 2 })
      for (let n = 0; n < 4; n++) {
        expect(await seen(() => doors.length > 0)).toBe(true)
        doors.shift()!()
      }
      await courier.idle()
      expect(most).toBe(2)
    })

    it('takes lower priorities first, and equal ones in the order of their arrival', async () => {
      const { courier, log, job, seen } = await setUp()
      const doors: (() => void)[] = []
      const hold = () => new Promise<void>((resolve) => doors.push(resolve))
      courier.offer(job('hold1', { run: hold }))
      courier.offer(job('hold2', { run: hold }))
      for (const [id, priority] of [
        ['late', 2],
        ['first', 1],
        ['second', 1],
        ['urgent', 0],
      ] as const)
        courier.offer(job(id, { priority }))
      expect(await seen(() => doors.length === 2)).toBe(true)
      for (const open of doors) open()
      await courier.idle()
      expect(log).toEqual(['urgent', 'first', 'second', 'late'])
    })

    it('tries again with growing patience, up to a most', async () => {
      const { courier, log, turns, seen, almost, rest, failing, aGoodOne } = await setUp()
      courier.offer(failing('a', 4))
      expect(await seen(() => log.length === 1)).toBe(true)
      for (const ms of [100, 200, 400, 400]) {
        const before = turns.length
        if (await almost(ms)) expect(turns.length).toBe(before)
        await rest(ms)
        expect(await seen(() => turns.length === before + 1)).toBe(true)
        expect(turns[before]! - turns[before - 1]!).toBeGreaterThanOrEqual(ms)
        await aGoodOne()
      }
      await courier.idle()
      expect(log).toHaveLength(5)
      expect(turns).toHaveLength(5)
    })

    it('leaves a queue alone in which everything fails, tries one piece then, and goes on when that succeeds', async () => {
      const { courier, log, seen, almost, rest, failing } = await setUp()
      for (const id of ['a', 'b', 'c']) courier.offer(failing(id, 1))
      courier.offer(failing('x', 0, { queue: 'two' }))
      expect(await seen(() => courier.queues().get('one')?.brokenUntilMs !== undefined)).toBe(true)
      expect(courier.queues().get('one')?.lastFault).toBe('c went wrong')
      expect(await seen(() => log.includes('x'))).toBe(true)
      log.length = 0
      if (await almost(1_000)) expect(log).toEqual([])
      await rest(1_000)
      expect(await seen(() => log.length === 3)).toBe(true)
      await courier.idle()
      expect(courier.queues().get('one')).toEqual({ waiting: 0, running: 0 })
    })

    it('leaves a queue alone for longer when the one piece fails too', async () => {
      const { courier, log, seen, almost, rest, failing } = await setUp()
      for (const id of ['a', 'b', 'c']) courier.offer(failing(id, 2))
      expect(await seen(() => courier.queues().get('one')?.brokenUntilMs !== undefined)).toBe(true)
      log.length = 0
      await almost(1_000)
      await rest(1_000)
      expect(await seen(() => log.length === 1)).toBe(true)
      if (await almost(2_000)) expect(log).toHaveLength(1)
      await rest(2_000)
      await almost(400)
      await rest(400)
      await courier.idle()
      expect(log).toHaveLength(6)
    })

    it('takes a piece that throws at once for one that failed', async () => {
      const { courier, seen, almost, rest, job } = await setUp()
      let calls = 0
      const run = (): Promise<void> => {
        if (calls++ === 0) throw new Error('at once')
        return Promise.resolve()
      }
      courier.offer(job('a', { run }))
      expect(await seen(() => calls === 1)).toBe(true)
      await almost(100)
      await rest(100)
      await courier.idle()
      expect(calls).toBe(2)
    })

    it('gives up a piece that fails again and again while others succeed, says so, and takes it again after a pause', async () => {
      const { courier, log, seen, almost, rest, job, failing, aGoodOne } = await setUp()
      let givenUp = 0
      courier.offer(failing('a', 99, { givenUp: () => void givenUp++ }))
      for (const [n, ms] of [100, 200, 400, 400].entries()) {
        expect(await seen(() => log.length === n + 1)).toBe(true)
        await aGoodOne()
        // Its own turn may have come again meanwhile.
        if (log.length === n + 1) expect(courier.queues().get('one')).toMatchObject({ waiting: 1, failed: 1 })
        await almost(ms)
        await rest(ms)
      }
      expect(await seen(() => givenUp === 1)).toBe(true)
      expect(log).toHaveLength(5)
      await courier.idle()
      expect(courier.dead()).toMatchObject([{ id: 'a', queue: 'one', fault: 'a went wrong' }])
      expect(courier.queues().get('one')).toMatchObject({ waiting: 0, running: 0, dead: 1 })
      log.length = 0
      expect(courier.offer(job('a'))).toBe(false)
      if (await almost(2_000)) expect(courier.offer(job('a'))).toBe(false)
      await rest(2_000)
      expect(await seen(() => courier.offer(job('a')))).toBe(true)
      await courier.idle()
      expect(log).toEqual(['a'])
      expect(courier.dead()).toEqual([])
    })

    it('closes after what is running, takes nothing more, and tries nothing again', async () => {
      const { courier, log, seen, almost, rest, job, failing } = await setUp()
      let open = (): void => {}
      let isOpen = false
      const run = () => new Promise<void>((resolve) => ((open = resolve), (isOpen = true)))
      courier.offer(job('running', { run }))
      courier.offer(failing('a', 9))
      expect(await seen(() => isOpen && log.length === 1)).toBe(true)
      let closed = false
      const closing = courier.close().then(() => (closed = true))
      await seen(() => true)
      expect(closed).toBe(false)
      expect(courier.offer(job('late'))).toBe(false)
      open()
      await closing
      log.length = 0
      await almost(1_000)
      await rest(1_000)
      expect(log).toEqual([])
    })
  },
)
