// Subscriptions of a hub of two processes over one store: the newest connection wins wherever it is, and no acknowledgement that was said
// to be durable is lost, whatever is lost or late between them.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { localWake, type Wake } from '../../../src/hub/cluster/wake.ts'
import type { HubError } from '../../../src/hub/errors.ts'
import { readFeed } from '../../../src/hub/feed/pull.ts'
import { Subscriptions, type Subscription } from '../../../src/hub/feed/subscription.ts'
import type { SubscriptionRecord } from '../../../src/hub/feed/subscription-record.ts'
import type { Cursors } from '../../../src/hub/journal/journal.ts'
import { memoryCursors } from '../../../src/hub/journal/memory-views.ts'
import { BANK, feedHouse, to, until } from './feed-house.ts'
import { LONG_MS } from '../../support/patience.ts'

const KEY = `${BANK}/desk`
/** Three hundred milliseconds are ten here, a second is 33. */
const QUICK = 30
const quickly = { after: (ms: number, run: () => void) => cancelOf(setTimeout(run, ms / QUICK)) }
const cancelOf = (timer: NodeJS.Timeout) => () => clearTimeout(timer)

const settings = { nowMs: () => 0, epoch: 1, viewNames: new Set(['full']) }
const processOf = (process: string, cursors: Cursors, wake: Wake): Subscriptions =>
  new Subscriptions({ ...settings, cursors, clock: quickly, shared: { process, wake } })

/** A wake-up that loses everything. */
const deaf = (): Wake => ({ ...localWake(), tell: () => {} })

async function two(wake = localWake()) {
  const cursors = memoryCursors()
  const a = processOf('a', cursors, wake)
  const b = processOf('b', cursors, wake)
  const record = async () => (await cursors.get('subscriptions', KEY)) as unknown as SubscriptionRecord
  const close = (): void => [a, b].forEach((one) => one.close())
  return { cursors, a, b, record, close }
}

/** A connection that has been sent items 1 to `sent` beyond its position. */
async function connect(at: Subscriptions, sent = 10) {
  const { subscription, release } = await at.hold(BANK, { name: 'desk' }, 1_000)
  await subscription.claim()
  const reader = { lost: false, subscription, window: subscription.window, release }
  subscription.take(() => (reader.lost = true))
  const from = subscription.window.position
  for (let seq = from + 1; seq <= from + sent; seq++) subscription.window.passed(seq)
  return reader
}
const refusal = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => (error as HubError).code,
  )

describe('a subscription that is opened on another process', () => {
  it('is read there, and what the first had not yet written is written before', async () => {
    const { a, b, record, close } = await two()
    const first = await connect(a)
    first.window.acknowledge([1, 2, 3, 7])
    first.subscription.saveSoon(() => {})
    const second = await connect(b)
    expect([first.lost, second.lost]).toEqual([true, false])
    expect([second.window.position, second.window.above]).toEqual([3, [7]])
    expect(await record()).toMatchObject({ position: 3, above: [7] })
    close()
  })
  it('is written by the newer alone: the older is refused, and nothing of it is written', async () => {
    const { a, b, record, close } = await two(deaf())
    const first = await connect(a)
    first.window.acknowledge([1, 2])
    await first.subscription.save()
    const second = await connect(b)
    first.window.acknowledge([3, 4, 5])
    expect(await refusal(first.subscription.save())).toBe('SUBSCRIPTION_INVALID')
    expect(first.lost).toBe(true)
    expect(await refusal(first.subscription.save())).toBe('SUBSCRIPTION_INVALID')
    await first.release()
    expect(await record()).toMatchObject({ position: 2, above: [] })
    second.window.acknowledge([3])
    await second.subscription.save()
    expect(await record()).toMatchObject({ position: 3 })
    close()
  })
  it('is taken where the one that has it does not answer, and that one hears of it by looking', async () => {
    const { a, b, close } = await two(deaf())
    const first = await connect(a)
    await connect(b)
    expect(first.lost).toBe(false)
    await until(() => first.lost)
    close()
  })
  it('goes back and forth, the newest always winning', async () => {
    const { a, b, record, close } = await two()
    let last = await connect(a, 1)
    for (let n = 1; n <= 20; n++) {
      last.window.acknowledge([n])
      last.subscription.saveSoon(() => {})
      const next = await connect(n % 2 === 0 ? a : b, 1)
      expect([last.lost, next.lost, next.window.position]).toEqual([true, false, n])
      last = next
    }
    expect(await record()).toMatchObject({ position: 20 })
    close()
  })
  it('is shared with connections of its own process as ever', async () => {
    const { a, b, close } = await two()
    const first = await connect(a)
    const second = await connect(a)
    expect([first.lost, second.lost]).toEqual([true, false])
    expect(second.subscription).toBe(first.subscription)
    await connect(b)
    expect(second.lost).toBe(true)
    close()
  })
  it('is opened anew by a process that had lost it', async () => {
    const { a, b, close } = await two()
    const first = await connect(a)
    await connect(b)
    const third = await connect(a)
    expect(third.subscription).not.toBe(first.subscription)
    third.window.acknowledge([1])
    expect(await refusal(third.subscription.save())).toBe('none')
    close()
  })
})

describe('by name across processes', () => {
  it('is made once', async () => {
    const { a, b, close } = await two()
    const made = await Promise.all([a, b, a, b].map((at) => at.hold(BANK, { name: 'desk', after: 4 }, 9)))
    expect(made.filter(({ created }) => created)).toHaveLength(1)
    close()
  })
  it('is not removed while another process reads it, and is when that one is gone', async () => {
    const { a, b, cursors, close } = await two()
    const reader = await connect(a)
    expect(await refusal(b.remove(BANK, 'desk'))).toBe('SUBSCRIPTION_INVALID')
    a.close()
    await b.remove(BANK, 'desk')
    expect(await cursors.get('subscriptions', KEY)).toBeUndefined()
    reader.window.acknowledge([1])
    expect(await refusal(reader.subscription.save())).toBe('SUBSCRIPTION_INVALID')
    expect([reader.lost, await cursors.get('subscriptions', KEY)]).toEqual([true, undefined])
    close()
  })
  it('a pull elsewhere acknowledges without taking it from its socket, which takes that in', async () => {
    const house = feedHouse()
    await house.follower.start()
    for (let n = 0; n < 10; n++) house.journal.write({ audience: to(BANK) })
    await house.follower.reached(10, LONG_MS)
    const { a, b, record, close } = await two()
    const socket = await connect(a)
    const pulls = { journal: house.journal, views: house.views, items: house.items, subscriptions: b }
    const page = await readFeed(pulls, BANK, { name: 'desk', ack: 4 })
    expect([page.items.length, socket.lost]).toEqual([6, false])
    await until(() => socket.window.position === 4)
    socket.window.acknowledge([5, 9])
    await socket.subscription.save()
    expect(await record()).toMatchObject({ position: 5, above: [9] })
    expect((await readFeed(pulls, BANK, { name: 'desk' })).items).toHaveLength(4)
    await house.follower.close()
    close()
  })
})

type Step =
  | { do: 'connect' | 'save' | 'kill'; at: 0 | 1 }
  | { do: 'ack'; at: 0 | 1; ids: number[] }
  | { do: 'pull'; at: 0 | 1; upTo: number }

const at = fc.constantFrom(0 as const, 1 as const)
const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('connect' as const), at }) },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('ack' as const),
        at,
        ids: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 }),
      }),
    },
    { weight: 5, arbitrary: fc.record({ do: fc.constant('save' as const), at }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('pull' as const), at, upTo: fc.integer({ min: 1, max: 12 }) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('kill' as const), at }) },
  ),
  { minLength: 4, maxLength: 30 },
) as fc.Arbitrary<Step[]>

const acknowledged = ({ position, above }: { position: number; above: readonly number[] }): Set<number> =>
  new Set([...Array.from({ length: position }, (_, n) => n + 1), ...above])
const within = (some: ReadonlySet<number>, all: ReadonlySet<number>): boolean => [...some].every((one) => all.has(one))

describe('any interleaving on two processes', () => {
  it(
    'never takes an acknowledgement back, keeps what was said to be durable, and writes nothing of a loser',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.scheduler(), steps, fc.infiniteStream(fc.boolean()), async (order, script, losses) => {
          const store = memoryCursors()
          const now = async () => (await store.get('subscriptions', KEY)) as unknown as SubscriptionRecord | undefined
          const history: Set<number>[] = []
          const durable = new Set<number>()
          /** Acknowledged by a reader that had the hold, or by a pull. */
          const rightful = new Set<number>()
          const topics = localWake()
          let looks = 0
          const clock = {
            after: (ms: number, run: () => void) => {
              let live = ms < 1_000 || looks++ < 6
              if (live) void order.schedule(Promise.resolve(), `after ${ms}`).then(() => live && run())
              return () => void (live = false)
            },
          }
          const begin = (name: string) => {
            let alive = true
            const never = new Promise<never>(() => {})
            const late = async <T>(work: () => Promise<T>, what: string): Promise<T> => {
              await order.schedule(Promise.resolve(), what)
              if (!alive) return never
              const answer = await work()
              await order.schedule(Promise.resolve(), `${what} answered`)
              return alive ? answer : never
            }
            const cursors: Cursors = {
              ...store,
              get: (...key) => late(() => store.get(...key), `${name} get`),
              put: (...row) => late(() => store.put(...row), `${name} put`),
              putNew: (...row) => late(() => store.putNew(...row), `${name} make`),
              list: (...prefix) => late(() => store.list(...prefix), `${name} list`),
              swap: (space, key, expected, value) =>
                late(async () => {
                  const stood = await store.swap(space, key, expected, value)
                  if (stood && space === 'subscriptions')
                    history.push(acknowledged(value as unknown as SubscriptionRecord))
                  return stood
                }, `${name} swap`),
            }
            const wake: Wake = {
              ...topics,
              tell(topic, text) {
                if (!alive || losses.next().value) return
                void order.schedule(Promise.resolve(), `${name} tells`).then(() => topics.tell(topic, text))
              },
              on: (topic, listener) => topics.on(topic, (text) => alive && listener(text)),
            }
            const subscriptions = new Subscriptions({ ...settings, cursors, clock, shared: { process: name, wake } })
            const kill = (): void => void (alive = false)
            return {
              subscriptions,
              kill,
              reader: undefined as { subscription: Subscription; lost: boolean } | undefined,
            }
          }
          let begun = 0
          const processes = [begin('p0'), begin('p1')]
          const save = async (subscription: Subscription): Promise<void> => {
            const before = acknowledged(subscription.window)
            await subscription.save().then(
              () => before.forEach((one) => durable.add(one)),
              (error: HubError) => expect(error.code).toBe('SUBSCRIPTION_INVALID'),
            )
          }
          const connectTo = async (process: (typeof processes)[number]): Promise<void> => {
            const { subscription } = await process.subscriptions.hold(BANK, { name: 'desk' }, 1_000)
            const claimed = await subscription.claim().then(
              () => true,
              () => false,
            )
            if (!claimed) return
            const reader = { subscription, lost: false }
            subscription.take(() => (reader.lost = true))
            for (let seq = subscription.window.position + 1; seq <= 12; seq++) subscription.window.passed(seq)
            process.reader = reader
          }
          const ack = async ({ reader }: (typeof processes)[number], ids: number[]): Promise<void> => {
            if (!reader || reader.lost) return
            const { holder } = (await now())!
            if (reader.lost) return
            reader.subscription.window.acknowledge(ids)
            if (holder !== undefined && reader.subscription.isUnder(holder)) for (const id of ids) rightful.add(id)
          }
          const pull = async ({ subscriptions }: (typeof processes)[number], upTo: number): Promise<void> => {
            const { subscription, release } = await subscriptions.hold(BANK, { name: 'desk' }, 1_000)
            if (subscription.window.advanceTo(upTo)) {
              for (let id = 1; id <= upTo; id++) rightful.add(id)
              await save(subscription)
            }
            await release()
          }
          /** Lets everything that is under way come to its end, in any order. */
          const settle = async (): Promise<void> => {
            for (let idle = 0; idle < 4; idle++) {
              await new Promise(setImmediate)
              for (; order.count() > 0; idle = 0) await order.waitOne()
            }
          }
          for (const step of script) {
            const process = processes[step.at]!
            // Between two steps some of what is under way happens, or nothing.
            await new Promise(setImmediate)
            while (losses.next().value && order.count() > 0) await order.waitOne()
            if (step.do === 'connect') void connectTo(process)
            else if (step.do === 'ack') await ack(process, step.ids)
            else if (step.do === 'save') void (process.reader && save(process.reader.subscription))
            else if (step.do === 'pull') void pull(process, step.upTo)
            else {
              process.kill()
              processes[step.at] = begin(`p${step.at}-${++begun}`)
            }
          }
          await settle()
          // Who has it in the end writes what it has; whoever else still believes to have it is refused.
          const { holder } = (await now()) ?? {}
          for (const { reader } of processes) {
            if (!reader || reader.lost) continue
            const has = holder !== undefined && reader.subscription.isUnder(holder)
            const own = acknowledged(reader.subscription.window)
            const saved = save(reader.subscription)
            await settle()
            await saved
            if (has) expect(within(own, acknowledged((await now())!)), 'the newest holder keeps its own').toBe(true)
            else expect(reader.lost, 'a loser finds out when it writes').toBe(true)
          }
          for (const [n, set] of history.entries())
            if (n > 0) expect(within(history[n - 1]!, set), 'nothing is taken back').toBe(true)
          const end = await now()
          if (!end) return
          expect(within(durable, acknowledged(end)), 'durable').toBe(true)
          expect(within(acknowledged(end), rightful), 'nothing of a loser').toBe(true)
          for (const { subscriptions } of processes) subscriptions.close()
        }),
        { numRuns: 400 },
      )
    },
    LONG_MS,
  )
})
