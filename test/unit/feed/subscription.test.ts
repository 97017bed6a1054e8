import { describe, expect, it } from 'vitest'
import { memoryCursors } from '../../../src/hub/journal/memory-views.ts'
import { Subscriptions } from '../../../src/hub/feed/subscription.ts'
import type { HubError } from '../../../src/hub/errors.ts'
import { BANK, CUSTOMS } from './feed-house.ts'

const CREATED = '2026-03-02T01:00:00.000Z'

function house() {
  const cursors = memoryCursors()
  const subscriptions = new Subscriptions({
    cursors,
    nowMs: () => Date.parse(CREATED),
    epoch: 1,
    viewNames: new Set(['full', 'supervision', 'masked', 'summary']),
  })
  return { cursors, subscriptions }
}

const refusal = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => (error as HubError).code,
  )

describe('subscriptions', () => {
  it('are made by their first use, where after counts, and not by the next', async () => {
    const { subscriptions, cursors } = house()
    const first = await subscriptions.hold(BANK, { name: 'desk', after: 4, filter: { kinds: ['b', 'a', 'b'] } }, 9)
    expect(first.created).toBe(true)
    expect(await cursors.get('subscriptions', `${BANK}/desk`)).toEqual({
      filter: { kinds: ['a', 'b'] },
      position: 4,
      above: [],
      epoch: 1,
      created: CREATED,
    })
    await first.release()
    const second = await subscriptions.hold(BANK, { name: 'desk', after: 8 }, 9)
    expect([second.created, second.subscription.window.position]).toEqual([false, 4])
  })

  it('keep filter and view of a name', async () => {
    const { subscriptions } = house()
    await subscriptions.hold(BANK, { name: 'desk', filter: { kinds: ['a'] }, view: 'supervision' }, 0)
    expect(await refusal(subscriptions.hold(BANK, { name: 'desk', filter: { kinds: ['a'] } }, 0))).toBe('none')
    expect(await refusal(subscriptions.hold(BANK, { name: 'desk', filter: {} }, 0))).toBe('SUBSCRIPTION_INVALID')
    expect(await refusal(subscriptions.hold(BANK, { name: 'desk', view: 'full' }, 0))).toBe('SUBSCRIPTION_INVALID')
  })

  it('show a full row in the lesser view asked for, and never a masked one in another', async () => {
    const { subscriptions } = house()
    const { subscription } = await subscriptions.hold(BANK, { name: 'desk', view: 'supervision' }, 0)
    const row = { seq: 1, index: 0, kind: 'a' }
    expect(subscription.inView({ ...row, view: 'full' }).view).toBe('supervision')
    expect(subscription.inView({ ...row, view: 'public' }).view).toBe('public')
  })

  it('belong to their party', async () => {
    const { subscriptions } = house()
    await subscriptions.hold(BANK, { name: 'desk' }, 0)
    expect((await subscriptions.hold(CUSTOMS, { name: 'desk', after: 3 }, 5)).created).toBe(true)
    expect(await subscriptions.list(CUSTOMS)).toMatchObject([{ name: 'desk', record: { position: 3 } }])
  })

  it('do not begin beyond the newest item', async () => {
    const { subscriptions, cursors } = house()
    expect(await refusal(subscriptions.hold(BANK, { name: 'desk', after: 6 }, 5))).toBe('SUBSCRIPTION_INVALID')
    expect(await cursors.get('subscriptions', `${BANK}/desk`)).toBeUndefined()
    expect(await refusal(subscriptions.hold(BANK, { name: 'desk', after: 5 }, 5))).toBe('none')
  })

  it('are at most 256 per party', async () => {
    const { subscriptions } = house()
    for (let n = 0; n < 256; n++) await (await subscriptions.hold(BANK, { name: `desk-${n}` }, 0)).release()
    expect(await refusal(subscriptions.hold(BANK, { name: 'one-more' }, 0))).toBe('SUBSCRIPTION_INVALID')
    expect(await refusal(subscriptions.hold(CUSTOMS, { name: 'one-more' }, 0))).toBe('none')
  })

  it('write acknowledgements that come together once, and each before it is said to be durable', async () => {
    const { subscriptions, cursors } = house()
    const { put } = cursors
    const written: number[] = []
    cursors.put = async (space, key, value) => {
      written.push((value as { position: number }).position)
      await new Promise((resolve) => setTimeout(resolve, 5))
      await put(space, key, value)
    }
    const { subscription } = await subscriptions.hold(BANK, { name: 'desk' }, 0)
    for (let seq = 1; seq <= 100; seq++) subscription.window.passed(seq)
    const durable: Promise<void>[] = []
    for (let seq = 1; seq <= 50; seq++) {
      subscription.window.acknowledge([seq])
      durable.push(subscription.save())
    }
    await Promise.all(durable)
    expect(written).toEqual([50])
    subscription.window.acknowledge([51])
    const next = subscription.save()
    await new Promise((resolve) => setTimeout(resolve, 2))
    subscription.window.acknowledge([52])
    await subscription.save()
    await next
    expect(await cursors.get('subscriptions', `${BANK}/desk`)).toMatchObject({ position: 52 })
    expect(written).toEqual([50, 51, 52])
  })

  it('try a failed write again when they are released', async () => {
    const { subscriptions, cursors } = house()
    const { put } = cursors
    const held = await subscriptions.hold(BANK, { name: 'desk' }, 0)
    held.subscription.window.passed(1)
    held.subscription.window.acknowledge([1])
    cursors.put = async () => {
      throw new Error('disk full')
    }
    await expect(held.subscription.save()).rejects.toThrow('disk full')
    cursors.put = put
    await held.release()
    expect(await cursors.get('subscriptions', `${BANK}/desk`)).toMatchObject({ position: 1 })
  })

  it('are removed only when nobody reads them', async () => {
    const { subscriptions } = house()
    const held = await subscriptions.hold(BANK, { name: 'desk' }, 0)
    expect(await refusal(subscriptions.remove(BANK, 'desk'))).toBe('SUBSCRIPTION_INVALID')
    await held.release()
    await subscriptions.remove(BANK, 'desk')
    expect(await subscriptions.list(BANK)).toEqual([])
  })

  it('go on after the highest they can when the journal was put back to an older state', async () => {
    const { cursors } = house()
    await cursors.put('subscriptions', `${BANK}/desk`, {
      filter: {},
      position: 12,
      above: [14],
      epoch: 1,
      created: CREATED,
    })
    const subscriptions = new Subscriptions({
      cursors,
      nowMs: () => 0,
      epoch: 2,
      viewNames: new Set(['full', 'supervision', 'masked', 'summary']),
    })
    const held = await subscriptions.hold(BANK, { name: 'desk' }, 10)
    expect(held.lost).toEqual({ from: 14, to: 10 })
    expect([held.subscription.window.position, held.subscription.window.above]).toEqual([10, []])
    expect(await cursors.get('subscriptions', `${BANK}/desk`)).toMatchObject({ position: 10, above: [], epoch: 2 })
  })
})
