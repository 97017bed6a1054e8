// The whole of a feed, and a day of it: what came is what the hub signed, and one item left out is found.
import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { command } from '../../src/client/command.ts'
import type { FeedItem } from '../../src/client/feed-item.ts'
import { HeldItems, proveSet } from '../../src/client/feed-set.ts'
import { toTime } from '../../src/hub/values/encoding.ts'
import type { SignedSet } from '../../src/hub/supervision/set.ts'
import { declared } from '../support/consignment.ts'
import { ask, expectRefused, expectTaken, post } from '../support/doors.ts'
import { DAY_MS } from '../support/papers.ts'
import { openWorld, type World } from '../support/world.ts'

const EXPORTER = 'guangxi-exporter'
const READER = 'fx-supervision'
let world: World
let indexes: number[]
beforeAll(async () => {
  world = await openWorld()
  indexes = []
  for (let n = 0; n < 12; n++) indexes.push(await file())
})
afterAll(async () => {
  vi.restoreAllMocks()
  await world.close()
})

const file = async () =>
  expectTaken(await post(world, EXPORTER, await world.compose(EXPORTER, declared(world)))).body.index
async function historyOf(folder: string, range = {}): Promise<{ items: FeedItem[]; last: SignedSet }> {
  const lines: object[] = []
  for await (const line of world.client(folder).history(range)) lines.push(JSON.parse(line) as object)
  return { last: lines.pop() as SignedSet, items: lines as FeedItem[] }
}
/** Without what differs each time it is made: the hub's signature over a view. */
const plain = (items: readonly FeedItem[]) =>
  items.map(({ viewed, ...item }) => ({ ...item, viewed: viewed && { ...viewed, jws: '' } }))
const held = (items: readonly FeedItem[]): HeldItems => {
  const one = new HeldItems()
  for (const item of items) one.add(item)
  return one
}
const trust = () => readFileSync(join(world.dir, 'sandbox', 'trust.json'))
const run = async (...args: string[]) => {
  const [out, err]: string[][] = [[], []]
  const io = { out: (line: string) => void out!.push(line), progress: (line: string) => void err!.push(line) }
  const exit = await command(args, { ...io, env: {}, stop: new AbortController().signal })
  return { exit, out: out!.join('\n'), err: err!.join('\n') }
}
const reader = () => join(world.dir, 'sandbox', 'parties', READER)

describe('the history of a feed', () => {
  it('has the items that pull gives, and ends on what the hub signs of them', async () => {
    const { items, last } = await historyOf(READER)
    expect(plain(items)).toEqual(plain((await world.client(READER).feed({ limit: 1_000 })).items))
    const { set, trusted } = await proveSet(world.client(READER), last.jws, trust())
    expect(trusted).toBe(true)
    expect(set).toEqual(last.set)
    expect(held(items).compare(set)).toBeUndefined()
  })
  it('of a part is that part; going on from an item gives the rest', async () => {
    const whole = await historyOf(READER)
    const [head, rest] = [await historyOf(READER, { from: 1, to: 5 }), await historyOf(READER, { from: 6 })]
    expect(head.items.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5])
    expect(plain([...head.items, ...rest.items])).toEqual(plain(whole.items))
    expect(head.last.set).toMatchObject({ from: 1, to: 5, count: 5 })
    expect(await historyOf(READER, { from: 9_000 })).toMatchObject({ items: [], last: { set: { count: 0 } } })
  })
  it('is one\u2019s own, also of those who are no regulators', async () => {
    const { last, items } = await historyOf(EXPORTER)
    expect(last.set.feed).toBe(world.urn(EXPORTER))
    expect(items.filter(({ message }) => message).length).toBeGreaterThan(0)
  })
  it.each(['from=0', 'from=x', 'to=-1'])('refuses %s', async (query) => {
    expectRefused(await ask(world, EXPORTER, `/v1/feed/history?${query}`), 'PARAMETER_INVALID')
  })
  it('waits for a reader that does not read, and lets the hub close over one', async () => {
    const token = await world.client(EXPORTER).token('api')
    const asked = request(`${world.url}/v1/feed/history`, { headers: { authorization: `Bearer ${token}` } })
    asked.on('error', () => undefined)
    asked.end()
    const [answer] = (await once(asked, 'response')) as [NodeJS.ReadableStream & { pause(): void }]
    answer.pause()
    answer.on('error', () => undefined)
    await world.restart()
    asked.destroy()
    expect((await historyOf(EXPORTER)).items.length).toBeGreaterThan(0)
  })
  it('is written by the command, which says what it is', async () => {
    const out = join(world.dir, 'history.ndjson')
    const trusted = ['--trust', join(world.dir, 'sandbox', 'trust.json')]
    const answer = await run('history', '--as', reader(), '--out', out, '--purpose', 'audit:A-7', ...trusted)
    expect(answer).toMatchObject({ exit: 0, out: expect.stringContaining('as the hub signed them') })
    expect(readFileSync(out, 'utf8').trim().split('\n').at(-1)).toContain('"jws"')
    expect((await world.client(EXPORTER).access(indexes[0]!)).readings).toEqual(
      expect.arrayContaining([expect.objectContaining({ way: 'history', purpose: 'audit' })]),
    )
    expect(await run('history', '--as', reader(), '--out', out, '--purpose', 'fun')).toMatchObject({ exit: 64 })
  })
})

describe('a day', () => {
  let day: string
  let dayFile: string
  beforeAll(async () => {
    day = toTime(world.clock.now()).slice(0, 10)
    dayFile = join(world.dir, 'day.ndjson')
    await run('history', '--as', reader(), '--out', dayFile)
  })
  it('that is not over is not signed for, nor is one that does not exist', async () => {
    for (const one of [day, '2026-02-30', '', 'today'])
      expectRefused(await ask(world, READER, `/v1/feed/completeness?day=${one}`), 'PARAMETER_INVALID')
  })
  it('is entered into the journal when it is over, and the hub signs the same when asked', async () => {
    // For the hub and for the command alike.
    const now = Date.now
    vi.spyOn(Date, 'now').mockImplementation(() => now() + 2 * DAY_MS)
    await world.restart()
    const entered = async () => {
      const { items } = await world.client(READER).feed({ limit: 1_000, kinds: ['hub.completeness'] })
      return items.map(
        ({ message }) => JSON.parse(Buffer.from(message!.body, 'base64url').toString()) as SignedSet['set'],
      )
    }
    while ((await entered()).every((one) => one.day !== day)) await new Promise((resolve) => setTimeout(resolve, 50))
    const { set } = await world.client(READER).completeness(day)
    const [own] = (await entered()).filter((one) => one.day === day)
    const { from, to, count, root } = set
    expect(own).toEqual({ feed: world.urn(READER), epoch: 1, day, from, to, count, root })
    expect(from).toBe(1)
    expect(count).toBeGreaterThan(12)
    // Closed once, whatever is forgotten.
    await world.restart()
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect((await entered()).filter((one) => one.day === day)).toHaveLength(1)
  })
  it('is complete as it was received; with one item left out, changed or moved it is not', async () => {
    const asked = ['completeness', '--day', day, '--as', reader(), '--trust', join(world.dir, 'sandbox', 'trust.json')]
    expect(await run(...asked)).toMatchObject({ exit: 0, out: expect.stringContaining('complete') })
    const { set } = await world.client(READER).completeness(day)
    await run('history', '--as', reader(), '--out', dayFile)
    expect(await run(...asked, '--history', dayFile)).toMatchObject({ exit: 0 })
    const lines = readFileSync(dayFile, 'utf8').split('\n')
    for (const left of [set.from, set.from + 3, set.to]) {
      const path = join(world.dir, `without-${left}.ndjson`)
      writeFileSync(path, lines.filter((_, n) => n !== left - 1).join('\n'))
      const { exit, out } = await run(...asked, '--history', path)
      expect([exit, out]).toEqual([1, `item ${left} is missing`])
    }
    const swapped = lines.map((line, n) =>
      n === 3 ? line.replace(/"payload":"[^"]+","index"/, '"payload":"AAAA","index"') : line,
    )
    const path = join(world.dir, 'changed.ndjson')
    writeFileSync(path, swapped.join('\n'))
    expect(await run(...asked, '--history', path)).toMatchObject({ exit: 1 })
  })
  it('is not proved by a set of another, or by one whose signature does not fit', async () => {
    const { jws } = await world.client(READER).completeness(day)
    const other = await openWorld()
    try {
      await expect(proveSet(other.client(READER), jws, undefined)).rejects.toThrow(
        /CERTIFICATE_UNKNOWN|SIGNATURE_INVALID/,
      )
    } finally {
      await other.close()
    }
    const [header, payload, signature] = jws.split('.') as [string, string, string]
    const forged = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { count: number }
    forged.count--
    const text = Buffer.from(JSON.stringify(forged)).toString('base64url')
    await expect(proveSet(world.client(READER), `${header}.${text}.${signature}`, undefined)).rejects.toThrow(
      /SIGNATURE_INVALID/,
    )
  })
})
