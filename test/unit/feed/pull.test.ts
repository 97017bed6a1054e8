import { describe, expect, it } from 'vitest'
import { pullFeed } from '../../../src/hub/feed/pull.ts'
import { HubError } from '../../../src/hub/errors.ts'
import { BANK, CUSTOMS, feedHouse, to } from './feed-house.ts'
import { LONG_MS } from '../../support/patience.ts'

interface Page {
  journal: string
  epoch: number
  items: { seq: number; prev: number; index: number; kind: string; view: string; message?: unknown; viewed?: unknown }[]
  next: number
  head: number
  gap?: unknown
}

async function house(entries: number) {
  const made = feedHouse()
  await made.follower.start()
  for (let n = 0; n < entries; n++)
    made.journal.write({ kind: n % 3 === 0 ? 'test.third' : 'test.note', audience: to(BANK) })
  await made.follower.reached(entries, LONG_MS)
  const pull = async (query: Record<string, unknown>, party = BANK): Promise<Page> =>
    JSON.parse(await pullFeed(made, party, query)) as Page
  return { ...made, pull }
}

const seqs = (page: Page): number[] => page.items.map((item) => item.seq)
const links = (page: Page): [number, number][] => page.items.map((item) => [item.prev, item.seq])
const refusal = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => (error as HubError).code,
  )

describe('pull', () => {
  it('reads a feed page by page', async () => {
    const { pull, journal } = await house(5)
    const first = await pull({ after: '0', limit: '3' })
    expect(first).toMatchObject({ journal: journal.urn, epoch: 1, next: 3, head: 5 })
    expect(links(first)).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ])
    expect(first.items[0]).toMatchObject({
      index: 0,
      kind: 'test.third',
      view: 'full',
      message: { body: expect.any(String) },
    })
    const rest = await pull({ after: String(first.next) })
    expect(links(rest)).toEqual([
      [3, 4],
      [4, 5],
    ])
    expect(await pull({ after: '5' })).toMatchObject({ items: [], next: 5, head: 5 })
    expect(await pull({}, CUSTOMS)).toMatchObject({ items: [], next: 0, head: 0 })
    expect(await pull({ limit: '0' })).toMatchObject({ items: [], next: 0, head: 5 })
  })

  it('chains the matches of a filter and passes over the rest', async () => {
    const { pull } = await house(8)
    expect(links(await pull({ kinds: 'test.third' }))).toEqual([
      [0, 1],
      [1, 4],
      [4, 7],
    ])
    expect(await pull({ kinds: 'test.third', after: '7' })).toMatchObject({ items: [], next: 8 })
    expect(seqs(await pull({ kinds: 'test.note,test.third', limit: '1000' }))).toHaveLength(8)
  })

  it('reads a named subscription from its position and moves it by ack', async () => {
    const { pull, subscriptions, cursors } = await house(10)
    expect(seqs(await pull({ name: 'desk', after: '2', limit: '3' }))).toEqual([3, 4, 5])
    expect(seqs(await pull({ name: 'desk', limit: '3' }))).toEqual([3, 4, 5])
    expect(seqs(await pull({ name: 'desk', after: '0', limit: '2', ack: '4' }))).toEqual([5, 6])
    expect(await cursors.get('subscriptions', `${BANK}/desk`)).toMatchObject({ position: 4 })
    expect(seqs(await pull({ name: 'desk', ack: '10' }))).toEqual([])
    expect(seqs(await pull({ name: 'desk', ack: '3' }))).toEqual([])
    expect((await subscriptions.list(BANK)).map((one) => [one.name, one.record.position])).toEqual([['desk', 10]])
  })

  it('spares items acknowledged above the position', async () => {
    const { pull, cursors } = await house(6)
    await pull({ name: 'desk', limit: '0' })
    const record = await cursors.get('subscriptions', `${BANK}/desk`)
    await cursors.put('subscriptions', `${BANK}/desk`, { ...(record as object), position: 1, above: [3, 4] } as never)
    expect(links(await pull({ name: 'desk' }))).toEqual([
      [1, 2],
      [4, 5],
      [5, 6],
    ])
    expect(links(await pull({ name: 'desk', ack: '5' }))).toEqual([[5, 6]])
    expect(await cursors.get('subscriptions', `${BANK}/desk`)).toMatchObject({ position: 5, above: [] })
  })

  it('refuses an acknowledgement of what is not an item, or is too far on', async () => {
    const { pull } = await house(1100)
    expect(await refusal(pull({ name: 'thirds', kinds: 'test.third', ack: '2' }))).toBe('ACK_INVALID')
    expect(await refusal(pull({ name: 'all', ack: '1101' }))).toBe('ACK_INVALID')
    expect(await refusal(pull({ name: 'all', ack: '1025' }))).toBe('ACK_INVALID')
    expect((await pull({ name: 'all', ack: '1024', limit: '1' })).items[0]).toMatchObject({ seq: 1025, prev: 1024 })
    expect((await pull({ name: 'thirds', ack: '4', limit: '1' })).items[0]).toMatchObject({ seq: 7, prev: 4 })
  })

  it('announces rows that can no longer be given, on the page that begins with them', async () => {
    const { pull, views } = await house(6)
    await views.apply(
      'feed',
      [3, 4].map((seq) => ({ key: `${BANK}/${String(seq).padStart(12, '0')}`, value: undefined })),
      6,
    )
    const first = await pull({})
    expect(seqs(first)).toEqual([1, 2])
    expect(first.gap).toBeUndefined()
    const second = await pull({ after: String(first.next) })
    expect(second.gap).toEqual({ from: 3, to: 4, why: 'retention' })
    expect(links(second)).toEqual([
      [4, 5],
      [5, 6],
    ])
  })

  it('tells that a position is of an earlier epoch', async () => {
    const { pull, cursors } = await house(6)
    await pull({ name: 'desk', ack: '6' })
    const record = await cursors.get('subscriptions', `${BANK}/desk`)
    await cursors.put('subscriptions', `${BANK}/desk`, {
      ...(record as object),
      position: 9,
      above: [11],
      epoch: 0,
    } as never)
    const page = await pull({ name: 'desk' })
    expect(page).toMatchObject({ gap: { from: 11, to: 6, why: 'epoch' }, items: [] })
    expect(await pull({ name: 'desk' })).not.toHaveProperty('gap')
  })

  it.each([
    [{ after: '-1' }],
    [{ after: '01' }],
    [{ after: '1.5' }],
    [{ after: '' }],
    [{ limit: '1001' }],
    [{ limit: 'all' }],
    [{ ack: '1' }],
    [{ name: 'a b' }],
    [{ name: '' }],
    [{ kinds: '' }],
    [{ kinds: 'a,,b' }],
    [{ toString: '1' }],
    [{ colour: 'red' }],
    [{ after: ['1', '2'] }],
  ])('refuses the parameters %j', async (query) => {
    const { pull } = await house(1)
    expect(await refusal(pull(query as Record<string, unknown>))).toBe('PARAMETER_INVALID')
  })
})
