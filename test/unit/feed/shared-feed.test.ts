// Feeds of a hub of two processes: one writes, both tell their readers, whatever is lost between them.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { localWake, type Wake } from '../../../src/hub/cluster/wake.ts'
import { Delivery } from '../../../src/hub/feed/delivery.ts'
import { feedFollower, type FeedFollower } from '../../../src/hub/feed/follower.ts'
import { followForgetting } from '../../../src/hub/feed/forgetting.ts'
import { feedItems } from '../../../src/hub/feed/items.ts'
import { readRows } from '../../../src/hub/feed/row.ts'
import { SharedFeed } from '../../../src/hub/feed/shared-feed.ts'
import { Subscriptions } from '../../../src/hub/feed/subscription.ts'
import type { Views } from '../../../src/hub/journal/journal.ts'
import { memoryCursors, memoryViews } from '../../../src/hub/journal/memory-views.ts'
import { BANK, CUSTOMS, feedHouse, type ListJournal, listJournal, to, until } from './feed-house.ts'
import { LONG_MS } from '../../support/patience.ts'

const onFault = (fault: unknown): never => {
  throw fault
}

interface Hub {
  journal: ListJournal
  views: Views
  /** One for each process. */
  feeds: SharedFeed[]
  /** Has process `n` write the feeds from now on. */
  write(n: number): Promise<FeedFollower>
  close(): Promise<void>
}

async function hub(wake: Wake = localWake(), views: Views = memoryViews()): Promise<Hub> {
  const journal = listJournal()
  const feeds = [0, 1].map(() => new SharedFeed({ views, journal, wake, onFault }))
  for (const feed of feeds) await feed.start()
  let follower: FeedFollower | undefined
  const write = async (n: number): Promise<FeedFollower> => {
    await follower?.close()
    const told = feeds[n]!.written.bind(feeds[n])
    follower = feedFollower({ journal, views, retryMs: 1, told })
    await follower.start()
    return follower
  }
  await write(0)
  const close = async (): Promise<void> => {
    await follower?.close()
    for (const feed of feeds) await feed.close()
  }
  return { journal, views, feeds, write, close }
}

/** A wake-up that loses what `loses` says. */
const losing = (loses: () => boolean): Wake => {
  const wake = localWake()
  return { ...wake, tell: (topic, text) => void (loses() || wake.tell(topic, text)) }
}

/** A reader of the bank on a process: what it is sent, in order. */
async function reader({ views }: Hub, feed: SharedFeed): Promise<{ seqs: number[]; stop(): void }> {
  const subscriptions = new Subscriptions({ cursors: memoryCursors(), nowMs: () => 0, epoch: 1, viewNames: new Set() })
  const { subscription } = await subscriptions.hold(BANK, { name: 'desk' }, 0)
  const seqs: number[] = []
  subscription.take(() => {})
  let unlisten = (): void => {}
  const delivery: Delivery = new Delivery(subscription, {
    views,
    render: () => Buffer.alloc(1),
    sendItem: ({ seq }) => seqs.push(seq),
    sendFrame: () => onFault(new Error('nothing was lost')),
    listen: () => void (unlisten = feed.listen(BANK, (row) => delivery.offer(row))),
    full: () => false,
    onFault,
  })
  delivery.grant(10_000)
  const stop = (): void => {
    delivery.stop()
    unlisten()
  }
  return { seqs, stop }
}
const numbers = (n: number): number[] => Array.from({ length: n }, (_, at) => at + 1)

describe('feeds that another process writes', () => {
  it('are told to the readers here with what was written', async () => {
    const reads: string[] = []
    const views = memoryViews()
    const { range } = views
    views.range = (...asked) => (reads.push(asked[1]), range(...asked))
    const house = await hub(localWake(), views)
    const there = await reader(house, house.feeds[1]!)
    await until(() => reads.length === 1)
    for (let n = 0; n < 5; n++) house.journal.write({ audience: to(BANK, CUSTOMS) })
    await until(() => there.seqs.length === 5)
    expect(there.seqs).toEqual(numbers(5))
    expect(reads, 'nothing was read for it').toHaveLength(1)
    expect(house.feeds.map((feed) => feed.position())).toEqual([5, 5])
    await house.close()
  })
  it('are told within half a second where nothing is heard', async () => {
    const house = await hub(losing(() => true))
    const readers = [await reader(house, house.feeds[0]!), await reader(house, house.feeds[1]!)]
    house.journal.write({ audience: to(BANK) }, { audience: to(CUSTOMS) }, { audience: to(BANK) })
    await until(() => readers.every(({ seqs }) => seqs.length === 2))
    expect(readers.map(({ seqs }) => seqs)).toEqual([numbers(2), numbers(2)])
    await house.close()
  })
  it('are told of what was lost by what is told next, though that is of others', async () => {
    let lost = true
    const house = await hub(losing(() => lost))
    const there = await reader(house, house.feeds[1]!)
    house.journal.write({ audience: to(BANK) })
    await house.feeds[0]!.reached(1, LONG_MS)
    lost = false
    house.journal.write({ audience: to(CUSTOMS) })
    await house.feeds[1]!.reached(2, LONG_MS)
    await until(() => there.seqs.length === 1)
    await house.close()
  })
  it('are told at once when what was lost may have been missed', async () => {
    let gap = (): void => {}
    const house = await hub({ ...losing(() => true), onGap: (listener) => ((gap = listener), () => {}) })
    const there = await reader(house, house.feeds[1]!)
    house.journal.write({ audience: to(BANK) })
    await house.feeds[0]!.reached(1, LONG_MS)
    gap()
    await until(() => there.seqs.length === 1)
    await house.close()
  })
  it('are waited for, by what is told and by looking', async () => {
    for (const wake of [localWake(), losing(() => true)]) {
      const house = await hub(wake)
      const [, there] = house.feeds
      const waiting = Promise.all([there!.reached(2, LONG_MS), there!.reached(3, 60)])
      house.journal.write({ audience: to(BANK) }, { audience: to(BANK) })
      expect(await waiting).toEqual([true, false])
      expect(await readRows(house.views, BANK, 0, 9)).toHaveLength(2)
      await house.close()
    }
  })
  it('go on without a hole when another process writes them', async () => {
    const house = await hub()
    const readers = [await reader(house, house.feeds[0]!), await reader(house, house.feeds[1]!)]
    for (let turn = 0; turn < 6; turn++) {
      await house.write(turn % 2)
      for (let n = 0; n < 10; n++) house.journal.write({ audience: to(BANK) })
      await until(() => readers.every(({ seqs }) => seqs.length === (turn + 1) * 10))
    }
    for (const { seqs } of readers) expect(seqs).toEqual(numbers(60))
    await house.close()
  })
  it('are not emptied by a process that has not heard of the newest entries', async () => {
    const house = await hub()
    for (let n = 0; n < 3; n++) house.journal.write({ audience: to(BANK) })
    await house.feeds[0]!.reached(3, LONG_MS)
    const behind: ListJournal = { ...house.journal, size: () => 1 }
    const follower = feedFollower({ journal: behind, views: house.views })
    await follower.start()
    expect(await readRows(house.views, BANK, 0, 9)).toHaveLength(3)
    expect(follower.position()).toBe(3)
    await follower.close()
    await house.close()
  })
  it('are told in a text that stays small, however many rows there are', async () => {
    const wake = localWake()
    const texts: string[] = []
    wake.on('feed', (text) => void texts.push(text))
    const house = await hub(wake)
    const parties = Array.from({ length: 1_900 }, (_, n) => `urn:hub:cn:trader:${'x'.repeat(60)}-${n}`)
    const there = await reader(house, house.feeds[1]!)
    house.journal.write({ audience: to(BANK) })
    house.journal.write({
      audience: [...to(...parties, BANK)].map((row) => ({ ...row, view: 'supervision'.repeat(6) })),
    })
    house.journal.write({ audience: to(...Array.from({ length: 2_500 }, (_, n) => `urn:hub:cn:trader:t-${n}`), BANK) })
    await until(() => there.seqs.length === 3)
    expect(Math.max(...texts.map(({ length }) => length))).toBeLessThan(256 * 1024)
    expect(there.seqs).toEqual(numbers(3))
    await house.close()
  })
  it('cost one look for each party concerned after a gap, however many listen', async () => {
    const views = memoryViews()
    const house = await hub(
      losing(() => true),
      views,
    )
    const parties = Array.from({ length: 2_000 }, (_, n) => `urn:hub:cn:trader:t-${n}`)
    const told: string[] = []
    for (const party of parties) house.feeds[1]!.listen(party, () => told.push(party))
    let reads = 0
    const { range } = views
    views.range = (...asked) => (reads++, range(...asked))
    house.journal.write(...parties.slice(0, 7).map((party) => ({ audience: to(party) })))
    await until(() => told.length === 7)
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect([told.sort(), reads]).toEqual([parties.slice(0, 7).sort(), 7])
    await house.close()
  })
  it('are read again after a look that failed', async () => {
    const faults: unknown[] = []
    const views = memoryViews()
    const journal = listJournal()
    const feed = new SharedFeed({ views, journal, wake: localWake(), onFault: (fault) => faults.push(fault) })
    await feed.start()
    const told: number[] = []
    feed.listen(BANK, ({ seq }) => told.push(seq))
    const { range } = views
    views.range = async () => {
      views.range = range
      throw new Error('the store does not answer')
    }
    const follower = feedFollower({ journal, views })
    await follower.start()
    journal.write({ audience: to(BANK) })
    await until(() => told.length === 1)
    expect(faults).toHaveLength(1)
    await follower.close()
    await feed.close()
  })

  it('reach every reader of both processes once and in order, whatever is lost and whoever writes', {
    timeout: LONG_MS,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            entries: fc.integer({ min: 1, max: 6 }),
            lost: fc.boolean(),
            writer: fc.integer({ min: 0, max: 1 }),
          }),
          { minLength: 1, maxLength: 12 },
        ),
        async (script) => {
          let lost = false
          let gap: (() => void)[] = []
          const house = await hub({ ...losing(() => lost), onGap: (listener) => (gap.push(listener), () => {}) })
          const readers = [await reader(house, house.feeds[0]!), await reader(house, house.feeds[1]!)]
          let entries = 0
          for (const step of script) {
            lost = step.lost
            const follower = await house.write(step.writer)
            for (let n = 0; n < step.entries; n++)
              house.journal.write({ audience: n % 2 ? to(BANK) : to(BANK, CUSTOMS) })
            entries += step.entries
            expect(await follower.reached(entries, LONG_MS)).toBe(true)
          }
          for (const missed of gap) missed()
          gap = []
          await until(() => readers.every(({ seqs }) => seqs.length >= entries))
          for (const { seqs } of readers) expect(seqs).toEqual(numbers(entries))
          await house.close()
        },
      ),
      { numRuns: 100 },
    )
  })
})

describe('forgetting', () => {
  it('what was rendered of an entry is forgotten where another process has appended its erasure', async () => {
    const { journal: appending, privacy } = feedHouse()
    const forgotten: number[] = []
    const listeners = new Set<(entries: readonly never[]) => void>()
    // As in a process that does not append: it is told that there is something, and not what.
    const journal: ListJournal = {
      ...appending,
      forget: (index) => void forgotten.push(index),
      onAppend: (listener) => (listeners.add(listener as never), () => listeners.delete(listener as never)),
    }
    appending.write({ audience: to(BANK) }, { audience: to(BANK) })
    const items = feedItems({ journal, privacy })
    const forgetting = followForgetting({ journal, items, onFault })
    const row = { seq: 1, index: 0, view: 'full', kind: 'test.note' }
    expect((await items.large(row)).toString()).toContain('"message"')
    appending.write({ kind: 'hub.erasure', audience: [], refers: [0] }, { audience: to(BANK), refers: [1] })
    for (const listener of listeners) listener([])
    expect(await forgetting.reached(4, LONG_MS)).toBe(true)
    expect(items.ready(row)).toBeUndefined()
    expect((await items.large(row)).toString()).toContain('"withheld":"erased"')
    expect((await items.large({ ...row, index: 1 })).toString()).toContain('"message"')
    expect(forgotten).toEqual([0])
    await forgetting.close()
  })
})
