import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OPEN_MAX } from '../../../src/hub/feed/ack-window.ts'
import { Delivery } from '../../../src/hub/feed/delivery.ts'
import type { FeedListener } from '../../../src/hub/feed/follower.ts'
import type { ServerFrame } from '../../../src/hub/feed/frame.ts'
import { SOCKET_MAX_BYTES } from '../../../src/hub/feed/send-budget.ts'
import type { Subscription } from '../../../src/hub/feed/subscription.ts'
import { BANK, CUSTOMS, feedHouse, to, until } from './feed-house.ts'
import { LONG_MS } from '../../support/patience.ts'

interface Line {
  sent: { seq: number; prev: number }[]
  frames: ServerFrame[]
  faults: unknown[]
  buffered: number
  bytesPerItem: number
  delivery: Delivery
  drain(): void
  close(): void
}

type House = ReturnType<typeof feedHouse>

function connect({ views, follower, items }: House, subscription: Subscription): Line {
  const line = { sent: [], frames: [], faults: [], buffered: 0, bytesPerItem: 0 } as unknown as Line
  let unlisten = (): void => {}
  const hear: FeedListener = (row) => line.delivery.offer(row)
  const giveUp = subscription.take(() => line.delivery.stop())
  line.delivery = new Delivery(subscription, {
    views,
    render: (row) => items.large(row),
    sendItem: (row, prev) => {
      line.sent.push({ seq: row.seq, prev })
      line.buffered += line.bytesPerItem
    },
    sendFrame: (frame) => line.frames.push(frame),
    // As a connection does it: one that declined is told of no rows until it listens again.
    listen: () => void (unlisten = follower.listen(subscription.party, hear)),
    full: () => line.buffered >= SOCKET_MAX_BYTES,
    onFault: (fault) => line.faults.push(fault),
  })
  line.drain = () => {
    line.buffered = 0
    line.delivery.wake()
  }
  line.close = () => {
    line.delivery.stop()
    unlisten()
    giveUp()
  }
  return line
}

const quiet = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 15))
const numbers = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, n) => from + n)

async function house(entries: number, options: Parameters<typeof feedHouse>[0] = {}): Promise<House> {
  const made = feedHouse(options)
  await made.follower.start()
  for (let n = 0; n < entries; n++)
    made.journal.write({ kind: n % 3 === 0 ? 'test.third' : 'test.note', audience: to(BANK) })
  await made.follower.reached(entries, LONG_MS)
  return made
}

const hold = async (made: House, name: string, kinds?: string[], after?: number) =>
  made.subscriptions.hold(
    BANK,
    { name, ...(kinds && { filter: { kinds } }), ...(after !== undefined && { after }) },
    made.journal.size(),
  )

describe('delivery', () => {
  it('sends no more than its credit and goes on when more is given', async () => {
    const made = await house(700)
    const line = connect(made, (await hold(made, 'all')).subscription)
    await quiet()
    expect(line.sent).toEqual([])
    line.delivery.grant(5)
    await until(() => line.sent.length >= 5)
    await quiet()
    expect(line.sent.map((item) => item.seq)).toEqual([1, 2, 3, 4, 5])
    expect(line.delivery.credit).toBe(0)
    line.delivery.grant(600)
    await until(() => line.sent.length >= 605)
    await quiet()
    expect(line.sent.map((item) => item.seq)).toEqual(numbers(1, 605))
    made.journal.write({ audience: to(BANK) })
    await quiet()
    expect(line.sent).toHaveLength(605)
  })

  it('chains the matches of a filter by prev', async () => {
    const made = await house(30)
    const line = connect(made, (await hold(made, 'thirds', ['test.third'])).subscription)
    line.delivery.grant(100)
    await until(() => line.sent.length === 10)
    expect(line.sent[0]).toEqual({ seq: 1, prev: 0 })
    expect(line.sent[1]).toEqual({ seq: 4, prev: 1 })
    expect(line.sent.slice(1).every((item, at) => item.prev === line.sent[at]!.seq)).toBe(true)
    made.journal.write({ audience: to(BANK) }, { audience: to(CUSTOMS) }, { kind: 'test.third', audience: to(BANK) })
    await until(() => line.sent.length === 11)
    expect(line.sent[10]).toEqual({ seq: 32, prev: 28 })
  })

  it('begins the chain at the position when a new name asks for a later start', async () => {
    const made = await house(20)
    const line = connect(made, (await hold(made, 'late', ['test.third'], 9)).subscription)
    line.delivery.grant(2)
    await until(() => line.sent.length === 2)
    expect(line.sent).toEqual([
      { seq: 10, prev: 9 },
      { seq: 13, prev: 10 },
    ])
  })

  it('sends live items in order without losing those that come while it reads', async () => {
    const made = await house(300)
    const line = connect(made, (await hold(made, 'live')).subscription)
    line.delivery.grant(10_000)
    for (let n = 0; n < 400; n++) {
      made.journal.write({ audience: to(BANK) })
      if (n % 7 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await until(() => line.sent.length === 700)
    expect(line.sent.map((item) => item.seq)).toEqual(numbers(1, 700))
  })

  it('stops for a slow consumer at the byte budget and resumes on drain', async () => {
    const made = await house(100)
    const line = connect(made, (await hold(made, 'slow')).subscription)
    line.bytesPerItem = 100 * 1024
    line.delivery.grant(100)
    const held = Math.ceil(SOCKET_MAX_BYTES / line.bytesPerItem)
    await until(() => line.sent.length >= held)
    await quiet()
    expect(line.sent).toHaveLength(held)
    line.drain()
    await until(() => line.sent.length >= 2 * held)
    await quiet()
    expect(line.sent).toHaveLength(2 * held)
    line.bytesPerItem = 0
    line.drain()
    await until(() => line.sent.length === 100)
    expect(line.sent.map((item) => item.seq)).toEqual(numbers(1, 100))
  })

  it('sends again, in order, what was not acknowledged, and spares what was', async () => {
    const made = await house(10)
    const first = await hold(made, 'again')
    const line = connect(made, first.subscription)
    line.delivery.grant(8)
    await until(() => line.sent.length === 8)
    line.delivery.acknowledge([1, 2, 5, 7])
    line.close()
    await first.release()
    const second = await hold(made, 'again')
    expect([second.subscription.window.position, second.subscription.window.above]).toEqual([2, [5, 7]])
    const next = connect(made, second.subscription)
    next.delivery.grant(100)
    await until(() => next.sent.length === 6)
    expect(next.sent).toEqual([
      { seq: 3, prev: 2 },
      { seq: 4, prev: 3 },
      { seq: 6, prev: 5 },
      { seq: 8, prev: 7 },
      { seq: 9, prev: 8 },
      { seq: 10, prev: 9 },
    ])
  })

  it('moves the position over the last items when they were acknowledged before', async () => {
    const made = await house(3)
    const first = await hold(made, 'ends')
    const line = connect(made, first.subscription)
    line.delivery.grant(3)
    await until(() => line.sent.length === 3)
    line.delivery.acknowledge([1, 3])
    line.close()
    await first.release()
    const second = await hold(made, 'ends')
    const next = connect(made, second.subscription)
    next.delivery.grant(5)
    await until(() => next.sent.length === 1)
    await quiet()
    next.delivery.acknowledge([2])
    await second.release()
    expect((await made.subscriptions.list(BANK))[0]!.record).toMatchObject({ position: 3, above: [] })
  })

  it('announces rows that can no longer be given', async () => {
    const made = await house(10)
    await made.views.apply(
      'feed',
      [3, 4, 5].map((seq) => ({ key: `${BANK}/${String(seq).padStart(12, '0')}`, value: undefined })),
      10,
    )
    const line = connect(made, (await hold(made, 'gap')).subscription)
    line.delivery.grant(100)
    await until(() => line.sent.length === 7)
    expect(line.frames).toEqual([{ type: 'gap', name: 'gap', from: 3, to: 5, why: 'retention' }])
    expect(line.sent.map((item) => item.prev)).toEqual([0, 1, 5, 6, 7, 8, 9])
  })

  it('gives way to a newer reader of the same name', async () => {
    const made = await house(10)
    const { subscription } = await hold(made, 'shared')
    const older = connect(made, subscription)
    older.delivery.grant(3)
    await until(() => older.sent.length === 3)
    const newer = connect(made, subscription)
    older.delivery.grant(100)
    newer.delivery.grant(100)
    await until(() => newer.sent.length === 10)
    expect(older.sent).toHaveLength(3)
  })

  it('says once that too much is open, and goes on after acknowledgements', async () => {
    const made = await house(3)
    const { subscription } = await hold(made, 'open')
    const line = connect(made, subscription)
    for (const seq of numbers(1, OPEN_MAX)) subscription.window.passed(10_000 + seq)
    line.delivery.grant(10)
    line.delivery.grant(10)
    await until(() => line.frames.length > 0)
    await quiet()
    expect(line.sent).toEqual([])
    expect(line.frames).toMatchObject([{ type: 'error', code: 'ACK_INVALID', fatal: false, name: 'open' }])
    line.delivery.acknowledge([10_002])
    await until(() => line.sent.length > 0)
  })

  it('reports a storage that fails and sends nothing out of order', async () => {
    const made = await house(5)
    const { range } = made.views
    made.views.range = async () => {
      throw new Error('the disk is gone')
    }
    const line = connect(made, (await hold(made, 'fault')).subscription)
    line.delivery.grant(10)
    await until(() => line.faults.length === 1)
    made.views.range = range
    line.delivery.wake()
    await until(() => line.sent.length === 5)
  })

  it(
    'lets other work of the process go on while it sends what is rendered',
    async () => {
      const made = await house(1)
      for (let n = 0; n < 5000; n++) made.journal.write({ audience: to(BANK) })
      await made.follower.reached(5001, LONG_MS)
      for (let index = 0; index < 5001; index++)
        await made.items.large({ seq: 0, index, view: 'full', kind: 'test.note' })
      const line = connect(made, (await hold(made, 'fair')).subscription)
      let turns = 0
      const count = (): void => {
        turns++
        if (line.sent.length < 5001) setImmediate(count)
      }
      setImmediate(count)
      line.delivery.grant(5001)
      await until(() => line.sent.length === 5001)
      expect(turns).toBeGreaterThan(20)
    },
    LONG_MS,
  )

  it(
    'gives each item at least once and in order, whatever happens in whatever order',
    async () => {
      const step = fc.oneof(
        {
          weight: 3,
          arbitrary: fc.record({ act: fc.constant('write' as const), size: fc.integer({ min: 1, max: 30 }) }),
        },
        {
          weight: 3,
          arbitrary: fc.record({ act: fc.constant('credit' as const), size: fc.integer({ min: 1, max: 40 }) }),
        },
        { weight: 3, arbitrary: fc.record({ act: fc.constant('ack' as const), size: fc.nat({ max: 20 }) }) },
        {
          weight: 1,
          arbitrary: fc.record({
            act: fc.constantFrom('full', 'drain', 'reconnect', 'crash', 'turn'),
            size: fc.constant(0),
          }),
        },
      )
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.boolean(), async (steps, filtered) => {
          const made = await house(0)
          const kinds = filtered ? ['test.third'] : undefined
          const wanted: number[] = []
          let seq = 0
          let held = await hold(made, 'random', kinds)
          let line = connect(made, held.subscription)
          let granted = 0
          const received = new Set<number>()
          const acknowledged = new Set<number>()
          const check = (): void => {
            expect(line.sent.length).toBeLessThanOrEqual(granted)
            for (const [at, item] of line.sent.entries()) {
              if (at > 0) expect(item.seq).toBeGreaterThan(line.sent[at - 1]!.seq)
              received.add(item.seq)
            }
            expect(line.faults).toEqual([])
          }
          for (const { act, size } of steps) {
            if (act === 'write')
              for (let n = 0; n < size; n++) {
                seq++
                const kind = n % 3 === 0 ? 'test.third' : 'test.note'
                if (!filtered || kind === 'test.third') wanted.push(seq)
                made.journal.write({ kind, audience: to(BANK) })
              }
            else if (act === 'credit') {
              granted += size
              line.delivery.grant(size)
            } else if (act === 'ack') {
              const ids = line.sent.map((item) => item.seq).filter((_, at) => (at * 7 + size) % 3 !== 0)
              for (const id of ids) acknowledged.add(id)
              if (ids.length > 0) line.delivery.acknowledge(ids)
            } else if (act === 'full') line.buffered = SOCKET_MAX_BYTES
            else if (act === 'drain') line.drain()
            else if (act === 'turn') await new Promise((resolve) => setTimeout(resolve, 1))
            else {
              check()
              line.close()
              // A crash loses what was not yet written; a clean end does not.
              if (act === 'reconnect') await held.release()
              else
                made.subscriptions = new (
                  made.subscriptions.constructor as typeof import('../../../src/hub/feed/subscription.ts').Subscriptions
                )({ cursors: made.cursors, nowMs: () => 0, epoch: 1, viewNames: new Set(['full']) })
              held = await hold(made, 'random', kinds)
              for (const id of acknowledged) if (!held.subscription.window.isAcknowledged(id)) expect(act).toBe('crash')
              line = connect(made, held.subscription)
              granted = 0
            }
            check()
          }
          await made.follower.reached(made.journal.size(), LONG_MS)
          granted += 10_000
          line.delivery.grant(10_000)
          line.drain()
          const lastWanted = wanted.at(-1)
          const { window } = held.subscription
          await until(
            () => lastWanted === undefined || window.isAcknowledged(lastWanted) || line.sent.at(-1)?.seq === lastWanted,
          )
          check()
          expect(wanted.filter((one) => !received.has(one))).toEqual([])
          line.delivery.acknowledge(line.sent.map((item) => item.seq))
          expect(window.openCount).toBe(0)
          await held.release()
          await made.follower.close()
          if (lastWanted !== undefined) expect(window.position).toBe(lastWanted)
        }),
        { numRuns: 1000 },
      )
    },
    LONG_MS,
  )
})
