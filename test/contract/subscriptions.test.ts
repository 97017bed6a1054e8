// Subscriptions and the access log of a hub of two processes over every storage: what a conditional write has to hold, held for real.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { localWake } from '../../src/hub/cluster/wake.ts'
import type { HubError } from '../../src/hub/errors.ts'
import { Subscriptions } from '../../src/hub/feed/subscription.ts'
import type { SubscriptionRecord } from '../../src/hub/feed/subscription-record.ts'
import type { Cursors } from '../../src/hub/journal/journal.ts'
import { AccessLog, type Anchor } from '../../src/hub/supervision/access-log.ts'
import { storages, type Storage } from '../support/journals.ts'

const BANK = 'urn:hub:vn:bank:paper-lantern'
const ITEMS = 60

describe.each(storages)('two processes over $name', ({ make }) => {
  let storage: Storage
  let cursors: Cursors
  const opened: Subscriptions[] = []
  beforeEach(async () => {
    storage = await make()
    cursors = storage.cursors()
  })
  afterEach(async () => {
    for (const subscriptions of opened.splice(0)) subscriptions.close()
    await cursors.close()
    await storage.remove()
  })

  const record = async () => (await cursors.get('subscriptions', `${BANK}/desk`)) as unknown as SubscriptionRecord
  const processes = (): [Subscriptions, Subscriptions] => {
    const wake = localWake()
    const open = (process: string): Subscriptions => {
      const viewNames = new Set(['full'])
      const one = new Subscriptions({ cursors, nowMs: Date.now, epoch: 1, viewNames, shared: { process, wake } })
      opened.push(one)
      return one
    }
    return [open('a'), open('b')]
  }
  /** Reads on from the position until somebody else takes over, acknowledging one after the other; gives what was said to be durable. */
  const read = async (at: Subscriptions, most: number): Promise<number> => {
    const { subscription, release } = await at.hold(BANK, { name: 'desk' }, ITEMS)
    let durable = 0
    try {
      await subscription.claim()
      const reader = { lost: false }
      subscription.take(() => (reader.lost = true))
      const from = subscription.window.position
      for (let seq = from + 1; seq <= Math.min(ITEMS, from + most) && !reader.lost; seq++) {
        subscription.window.passed(seq)
        subscription.window.acknowledge([seq])
        await subscription.save()
        durable = seq
      }
    } catch (error) {
      expect((error as HubError).code).toBe('SUBSCRIPTION_INVALID')
    }
    await release()
    return durable
  }

  it('readers that snatch a subscription from one another acknowledge everything, and nothing goes back', async () => {
    const [a, b] = processes()
    let position = 0
    for (let round = 0; position < ITEMS; round++) {
      const durable = await Promise.all([read(a, 4), read(b, 5), ...(round % 3 === 0 ? [read(a, 3)] : [])])
      const { position: now } = await record()
      expect(now).toBeGreaterThanOrEqual(Math.max(position, ...durable))
      expect(round).toBeLessThan(200)
      position = now
    }
    expect(await record()).toMatchObject({ position: ITEMS, above: [] })
  })

  it('a batch of the access log is taken by one, and the other files the rest', async () => {
    const anchors: Anchor[] = []
    const anchor = async (one: Anchor): Promise<number> => 900 + anchors.push(one)
    const [a, b] = ['a', 'b'].map(
      (process) => new AccessLog({ cursors, clock: Date.now, anchor, anchorMs: 0, process }),
    ) as [AccessLog, AccessLog]
    const channel = a.channel({ reader: BANK, way: 'entry', purpose: { code: 'audit' } })
    const give = (index: number): void =>
      channel.gave({ seq: index, index, view: 'full', kind: 'trade.note' }, 'full', -1)
    give(1)
    await a.flush()
    give(2)
    await a.flush()
    await b.takeUp(new Set(['b']))
    give(2)
    give(3)
    await a.anchorDue()
    await b.anchorDue()
    const counts = anchors.map(({ rows }) => rows.map(({ from, count }) => [from, count]))
    expect(counts.toSorted((x, y) => x[0]![0]! - y[0]![0]!)).toEqual([
      [
        [1, 1],
        [2, 1],
      ],
      [
        [2, 1],
        [3, 1],
      ],
    ])
    expect(await cursors.list('access-open', '')).toEqual([])
  })
})
