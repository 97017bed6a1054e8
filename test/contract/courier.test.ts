// What every courier must promise.
import { describe, expect, it } from 'vitest'
import type { Courier, Job } from '../../src/crosschain/courier.ts'
import { inProcessCourier } from '../../src/crosschain/relay/in-process-courier.ts'
import { handTimers, type HandTimers } from '../support/hand-timers.ts'

interface Kind {
  name: string
  /** Two at once for each queue; 100 ms after the first fault, doubling to 400; broken after 3 in a row, for 1 s, doubling to 2 s. */
  make(time: HandTimers): Courier
}

const couriers: Kind[] = [
  {
    name: 'one process',
    make: ({ clock, timer }) =>
      inProcessCourier({
        clock,
        timer,
        concurrencyPerQueue: 2,
        backoff: { firstMs: 100, maxMs: 400 },
        breaker: { faults: 3, firstMs: 1_000, maxMs: 2_000 },
      }),
  },
]

const turns = async (): Promise<void> => {
  for (let n = 0; n < 20; n++) await Promise.resolve()
}

describe.each(couriers)('a courier in $name', ({ make }) => {
  const setUp = () => {
    const time = handTimers()
    const courier = make(time)
    const log: string[] = []
    const pass = async (ms: number): Promise<void> => {
      time.pass(ms)
      await turns()
    }
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
        if (left-- > 0) throw new Error(`${id} went wrong`)
      }
      return job(id, { run, ...more })
    }
    return { courier, log, pass, job, failing }
  }

  it('does what it is offered, and says when all is done', async () => {
    const { courier, log, job } = setUp()
    expect(courier.offer(job('a'))).toBe(true)
    expect(courier.offer(job('b', { queue: 'two' }))).toBe(true)
    await courier.idle()
    expect(log).toEqual(['a', 'b'])
  })

  it('holds a piece once, from the offer to its success', async () => {
    const { courier, log, pass, job, failing } = setUp()
    expect(courier.offer(failing('a', 1))).toBe(true)
    expect(courier.offer(job('a'))).toBe(false)
    await turns()
    expect(courier.offer(job('a', { queue: 'two' }))).toBe(false)
    await pass(100)
    expect(log).toEqual(['a', 'a'])
    expect(courier.offer(job('a'))).toBe(true)
  })

  it('does no more of one queue at once than agreed, and the others meanwhile', async () => {
    const { courier, job } = setUp()
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
    await turns()
    expect([most, other]).toEqual([2, true])
    expect(courier.queues().get('one')).toEqual({ waiting: 2, running: 2 })
    for (let n = 0; n < 4; n++) {
      doors.shift()!()
      await turns()
    }
    await courier.idle()
    expect(most).toBe(2)
  })

  it('takes lower priorities first, and equal ones in the order of their arrival', async () => {
    const { courier, log, job } = setUp()
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
    await turns()
    for (const open of doors) open()
    await courier.idle()
    expect(log).toEqual(['urgent', 'first', 'second', 'late'])
  })

  it('tries again with growing patience, up to a most', async () => {
    const { courier, log, pass, job, failing } = setUp()
    courier.offer(failing('a', 4))
    await turns()
    for (const ms of [100, 200, 400, 400]) {
      const before = log.length
      await pass(ms - 1)
      expect(log.length).toBe(before)
      await pass(1)
      expect(log.length).toBe(before + 1)
      // Another piece that succeeds, so that the queue is not taken for broken.
      courier.offer(job(`good ${before}`, { run: async () => {} }))
      await turns()
    }
    await courier.idle()
    expect(log).toHaveLength(5)
  })

  it('leaves a queue alone in which everything fails, tries one piece then, and goes on when that succeeds', async () => {
    const { courier, log, pass, failing } = setUp()
    for (const id of ['a', 'b', 'c']) courier.offer(failing(id, 1))
    courier.offer(failing('x', 0, { queue: 'two' }))
    await turns()
    expect(courier.queues().get('one')?.brokenUntilMs).toBeDefined()
    expect(courier.queues().get('one')?.lastFault).toBe('c went wrong')
    expect(log).toContain('x')
    log.length = 0
    await pass(900)
    expect(log).toEqual([])
    await pass(100)
    expect(log).toHaveLength(3)
    await courier.idle()
    expect(courier.queues().get('one')).toEqual({ waiting: 0, running: 0 })
  })

  it('leaves a queue alone for longer when the one piece fails too', async () => {
    const { courier, log, pass, failing } = setUp()
    for (const id of ['a', 'b', 'c']) courier.offer(failing(id, 2))
    await turns()
    log.length = 0
    await pass(1_000)
    expect(log).toHaveLength(1)
    await pass(1_999)
    expect(log).toHaveLength(1)
    await pass(1)
    await pass(400)
    await courier.idle()
    expect(log).toHaveLength(6)
  })

  it('takes a piece that throws at once for one that failed', async () => {
    const { courier, pass, job } = setUp()
    let calls = 0
    const run = (): Promise<void> => {
      if (calls++ === 0) throw new Error('at once')
      return Promise.resolve()
    }
    courier.offer(job('a', { run }))
    await turns()
    await pass(100)
    await courier.idle()
    expect(calls).toBe(2)
  })

  it('closes after what is running, takes nothing more, and tries nothing again', async () => {
    const { courier, log, pass, job, failing } = setUp()
    let open = (): void => {}
    courier.offer(job('running', { run: () => new Promise((resolve) => (open = resolve)) }))
    courier.offer(failing('a', 9))
    await turns()
    let closed = false
    const closing = courier.close().then(() => (closed = true))
    await turns()
    expect(closed).toBe(false)
    expect(courier.offer(job('late'))).toBe(false)
    open()
    await closing
    log.length = 0
    await pass(10_000)
    expect(log).toEqual([])
  })
})
