// The courier over a Redis that is emptied, killed, restarted without its file, stopped and taken away: whatever is planned is done, nothing
// is done twice at once, and nothing hangs.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { Queue } from 'bullmq'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openRedis, type Redis } from '../../src/hub/cluster/redis.ts'
import { bullmqCourier, bullmqCouriers, type BullmqCourierOptions } from '../../src/hub/courier/bullmq-courier.ts'
import type { Courier } from '../../src/hub/courier/courier.ts'
import { followDue } from '../../src/hub/due.ts'
import { memoryStore } from '../../src/hub/journal/memory-store.ts'
import { memoryViews } from '../../src/hub/journal/memory-views.ts'
import { draft, HUB, journalOver } from '../support/journals.ts'
import { hasRedis, ownRedis, type OwnRedis } from '../support/own-redis.ts'
import { LONG_MS, PATIENT } from '../support/patience.ts'

const FLUSH = { name: 'emptied', lua: `return redis.call('FLUSHALL')` }

let server: OwnRedis
const closing: (() => Promise<unknown>)[] = []
const seen = async (isSo: () => boolean | Promise<boolean>, withinMs = 60_000): Promise<boolean> => {
  for (const start = performance.now(); performance.now() - start < withinMs; await after(10))
    if (await isSo()) return true
  return false
}

interface Place {
  redis: Redis
  courier: Courier
  prefix: string
}

function place(
  more: Partial<BullmqCourierOptions> = {},
  prefix = `fault-${Math.random().toString(36).slice(2)}`,
): Place {
  const redis = openRedis({ url: server.url, prefix, onFault: () => {} })
  const courier = bullmqCourier({
    redis,
    purpose: 'test',
    clock: Date.now,
    backoff: { firstMs: 20, maxMs: 200 },
    breaker: { faults: 5, firstMs: 50, maxMs: 200 },
    ...more,
  })
  closing.push(async () => {
    await courier.close()
    await redis.close()
  })
  return { redis, courier, prefix }
}

/** Works planned from what is not done yet, looked at every 100 ms, each of which takes a while and fails now and then. */
function planner(courier: Courier, works: readonly string[], { failing = 0.2, takesMs = 5 } = {}) {
  const done = new Set<string>()
  const running = new Set<string>()
  const twice: string[] = []
  let turns = 0
  const plan = (): void => {
    for (const id of works) {
      if (done.has(id)) continue
      const run = async (): Promise<void> => {
        if (running.has(id)) twice.push(id)
        running.add(id)
        turns++
        await after(Math.random() * 2 * takesMs)
        running.delete(id)
        if (Math.random() < failing) throw new Error(`${id} went wrong`)
        done.add(id)
      }
      courier.offer({ id, queue: `queue ${id.length % 2}`, priority: 0, run })
    }
  }
  const timer = setInterval(plan, 100)
  closing.push(async () => clearInterval(timer))
  plan()
  return { done, twice, turns: () => turns, allDone: () => seen(() => done.size === works.length) }
}

const works = (count: number): string[] => Array.from({ length: count }, (_, n) => `work ${n}`)

const withRedis = hasRedis('faults of Redis under the courier')
describe.runIf(withRedis)('a courier whose Redis', { timeout: LONG_MS }, () => {
  beforeAll(async () => void (server = await ownRedis()))
  afterAll(() => server.end())
  afterEach(async () => {
    server.server.resume()
    await server.server.start()
    for (const close of closing.splice(0).toReversed()) await close()
  })

  it('is emptied again and again', async () => {
    const { courier, redis } = place()
    expect(await seen(() => redis.ready())).toBe(true)
    const { allDone, twice, turns } = planner(courier, works(400), { takesMs: 20 })
    const emptied = (async () => {
      for (let n = 0; n < 6; n++) {
        await after(100 + Math.random() * 200)
        await redis.run(FLUSH, [], [], PATIENT.timeout)
      }
    })()
    expect(await allDone()).toBe(true)
    await emptied
    await courier.idle()
    expect(twice).toEqual([])
    expect(turns()).toBeGreaterThanOrEqual(400)
    expect([...courier.queues().values()].every(({ waiting, running }) => waiting + running === 0)).toBe(true)
  })

  it('is killed and restarted with its file', async () => {
    const { courier } = place()
    const { allDone, twice } = planner(courier, works(400), { takesMs: 20 })
    for (let n = 0; n < 3; n++) {
      await after(150)
      await server.server.kill()
      await after(100)
      await server.server.start()
    }
    expect(await allDone()).toBe(true)
    await courier.idle()
    expect(twice).toEqual([])
  })

  it('is killed and restarted without its file', async () => {
    const { courier } = place()
    const { allDone, twice } = planner(courier, works(400), { takesMs: 20 })
    for (let n = 0; n < 3; n++) {
      await after(150)
      await server.server.kill()
      rmSync(join(server.folder), { recursive: true, force: true })
      await server.server.start()
    }
    expect(await allDone()).toBe(true)
    await courier.idle()
    expect(twice).toEqual([])
  })

  it('answers nothing for three seconds: the work goes on without it, and with it afterwards', async () => {
    const { courier } = place()
    const { allDone, twice, done } = planner(courier, works(300), { takesMs: 60 })
    expect(await seen(() => done.size > 20)).toBe(true)
    server.server.pause()
    await after(3_000)
    server.server.resume()
    expect(await allDone()).toBe(true)
    await courier.idle()
    expect(twice).toEqual([])
    let again = false
    courier.offer({ id: 'afterwards', queue: 'queue 0', priority: 0, run: async () => void (again = true) })
    expect(await seen(() => again)).toBe(true)
  })

  it('is gone for good, from the beginning or from the middle', async () => {
    const { courier } = place()
    const before = planner(courier, works(100), { takesMs: 20 })
    await after(100)
    await server.server.kill()
    const late = place()
    const other = planner(late.courier, works(100), { takesMs: 5 })
    expect(await before.allDone()).toBe(true)
    expect(await other.allDone()).toBe(true)
    expect([...before.twice, ...other.twice]).toEqual([])
  })

  it('is away or stopped when the courier closes: that does not hang', async () => {
    for (const fault of ['kill', 'pause'] as const) {
      const { courier, redis } = place()
      planner(courier, works(50), { takesMs: 50 })
      await after(100)
      await server.server[fault]()
      const start = performance.now()
      await courier.close()
      await redis.close()
      expect(performance.now() - start, 'far less than a stopped server would hold it up').toBeLessThan(15_000)
      expect(courier.offer({ id: 'late', queue: 'x', priority: 0, run: async () => {} })).toBe(false)
      server.server.resume()
      await server.server.start()
    }
  })

  it.each(['as ever', 'killed', 'stopped'])(
    'is %s: a process that has closed everything ends by itself',
    async (state) => {
      if (state === 'killed') await server.server.kill()
      if (state === 'stopped') server.server.pause()
      const script = join(import.meta.dirname, '../support/redis-life.ts')
      const command = ['--import', 'tsx', script, server.url, state === 'as ever' ? 'yes' : 'no']
      const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] })
      let said = ''
      child.stdout.on('data', (text: Buffer) => (said += text))
      // It would never end by itself: the limit is far above what starting and closing take on a loaded machine.
      const tooLate = setTimeout(() => child.kill('SIGKILL'), 60_000)
      const [code] = (await once(child, 'exit')) as [number | null]
      clearTimeout(tooLate)
      expect([said, code]).toEqual(['closed\n', 0])
      server.server.resume()
    },
  )

  it('has a piece that never ends as its courier closes: the next one need not wait for it', async () => {
    const old = place()
    let begun = false
    let end = (): void => {}
    const never = () => new Promise<void>((resolve) => ((begun = true), (end = resolve)))
    old.courier.offer({ id: 'work', queue: 'one', priority: 0, run: never })
    expect(await seen(() => begun)).toBe(true)
    const closing = old.courier.close()
    const { courier } = place({}, old.prefix)
    let done = false
    courier.offer({ id: 'work', queue: 'one', priority: 0, run: async () => void (done = true) })
    expect(await seen(() => done)).toBe(true)
    end()
    await closing
  })

  it('holds what a killed process left: the next one does what it plans, at once or when the hold has run out, and drops the rest', async () => {
    const { courier, redis, prefix } = place()
    const command = ['--import', 'tsx', join(import.meta.dirname, '../support/courier-process.ts')]
    const child = spawn(process.execPath, [...command, server.url, prefix, 'test', '60'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'exit')
    const done: string[] = []
    // It plans 40 of the 60 (eight of them held by nobody any more) and 20 others.
    for (let n = 0; n < 80; n++)
      if (n < 40 || n >= 60)
        courier.offer({ id: `work ${n}`, queue: 'one', priority: 0, run: async () => void done.push(`work ${n}`) })
    expect(await seen(() => done.length === 60, 25_000)).toBe(true)
    expect(new Set(done).size).toBe(60)
    await courier.idle()
    const queue = queueOf('test/one', prefix)
    const left = async () => Object.values(await queue.getJobCounts()).reduce((sum, count) => sum + count, 0)
    expect(await seen(async () => (await left()) === 0)).toBe(true)
    expect(redis.ready()).toBe(true)
  })

  it('is shared for a moment with one that has lost its turn: what the new one plans is done', async () => {
    const old = place()
    const { courier } = place({}, old.prefix)
    planner(old.courier, works(30), { takesMs: 30 })
    const next = planner(courier, works(200), { takesMs: 10 })
    await after(500)
    await old.courier.close()
    expect(await next.allDone()).toBe(true)
    expect(next.twice).toEqual([])
  })

  it('keeps dead letters where operators see them, also those of a process before', async () => {
    const terms = { giveUp: { faults: 3, pauseMs: 1_000 }, breaker: { faults: 100, firstMs: 10, maxMs: 10 } }
    const { courier, prefix } = place(terms)
    const run = async (): Promise<void> => {
      throw new Error('it never works')
    }
    courier.offer({ id: 'bad', queue: 'one', priority: 0, run })
    expect(await seen(() => courier.dead().length === 1)).toBe(true)
    const queue = queueOf('test/one', prefix)
    expect(await seen(async () => (await queue.getFailedCount()) === 1)).toBe(true)
    const [letter] = await queue.getFailed()
    expect(letter).toMatchObject({ data: { id: 'bad' }, failedReason: 'it never works' })
    await courier.close()
    const next = place(terms, prefix)
    let done = false
    next.courier.offer({ id: 'bad', queue: 'one', priority: 0, run: async () => void (done = true) })
    expect(await seen(() => done)).toBe(true)
    expect(await seen(async () => (await queue.getFailedCount()) === 0)).toBe(true)
  })

  it('is emptied and killed under overdue answers: each is written once', async () => {
    const redis = openRedis({ url: server.url, prefix: 'due', onFault: () => {} })
    const journal = await journalOver(memoryStore(), Date.now)
    const asked = 300
    for (let n = 0; n < asked; n++) await askedFor(journal, n)
    const follower = await followDue({
      hub: HUB,
      journal,
      clock: () => Date.now() + 60_000,
      randomness: (size) => Buffer.alloc(size, 7),
      registerAt: () => 0,
      views: memoryViews(),
      register: { regulators: () => [] },
      couriers: bullmqCouriers({ redis, clock: Date.now }),
      onFault: () => {},
    })
    closing.push(async () => {
      await follower.close()
      await journal.close()
      await redis.close()
    })
    const overdue = async () => (await journal.read(asked, 10_000)).filter(({ kind }) => kind === 'hub.overdue').length
    expect(await seen(() => redis.ready())).toBe(true)
    await redis.run(FLUSH, [], [], PATIENT.timeout)
    await server.server.kill()
    await server.server.start()
    expect(await seen(async () => (await overdue()) === asked)).toBe(true)
    await after(1_500)
    expect(await overdue()).toBe(asked)
  })
})

function queueOf(name: string, prefix: string): Queue {
  const patient = openRedis({ url: server.url, prefix, onFault: () => {} })
  const queue = new Queue(name, { connection: patient.patient().client, prefix: `${prefix}:courier` })
  closing.push(async () => {
    await queue.close()
    await patient.close()
  })
  return queue
}

const ASKER = 'urn:hub:cn:trader:red-kite-exports'
const ASKED = 'urn:hub:vn:customs:cloud-harbour'
async function askedFor(journal: Awaited<ReturnType<typeof journalOver>>, n: number): Promise<void> {
  const key = journal.headKey('awaited', ASKER, `asked ${n}`, ASKED)
  const claims = [{ key, value: { state: 'awaited' }, rule: 'answer-awaited' }]
  const due = { atMs: Date.now(), waiting: [ASKER], awaited: [{ party: ASKED, key }] }
  const audience = [ASKER, ASKED].map((party) => ({ party, view: 'full' }))
  const { result } = await journal.append(draft({ sender: ASKER, due, audience, judgement: { claims } }))
  expect(result).toBe('appended')
}
