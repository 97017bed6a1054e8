// What quotas of parties must promise, and counts of their sockets: in one process, and shared by all processes of a hub.
import { setTimeout as after } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { processesSeen } from '../../src/hub/cluster/redis-processes.ts'
import { openRedis, type Redis } from '../../src/hub/cluster/redis.ts'
import { HubError } from '../../src/hub/errors.ts'
import { PartySockets, type PartySocketCount } from '../../src/hub/feed/party-sockets.ts'
import { SharedPartySockets } from '../../src/hub/feed/shared-party-sockets.ts'
import { Quotas, type PartyLimits, type PartyQuotas } from '../../src/hub/http/quota.ts'
import { SharedQuotas } from '../../src/hub/http/shared-quota.ts'
import { hasRedis, ownRedis, type OwnRedis } from '../support/own-redis.ts'
import { LONG_MS, PATIENT } from '../support/patience.ts'

const LIMITS: PartyLimits = {
  messagesPerMinute: 3,
  bytesPerMinute: 1_000,
  refusedPerMinute: 2,
  uploadBytesPerMinute: 500,
}
const FAST: PartyLimits = {
  messagesPerMinute: 1_200,
  bytesPerMinute: 6_000_000,
  refusedPerMinute: 1_200,
  uploadBytesPerMinute: 6_000_000,
}
const BANK = 'urn:hub:cn:bank:banyan'
const OTHER = 'urn:hub:vn:bank:lotus'

const withRedis = hasRedis('contract of quotas')
let server: OwnRedis
let closing: (() => Promise<void>)[] = []
if (withRedis) {
  beforeAll(async () => void (server = await ownRedis()))
  afterAll(() => server.end())
}
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
  closing = []
})

interface Place {
  quotas: PartyQuotas
  sockets: PartySocketCount
  pass(ms: number): Promise<void>
}
interface Given {
  limits?: PartyLimits
  own?: Record<string, Partial<PartyLimits>>
  most?: number
  /** Waits for Redis no longer than a hub does. */
  hurried?: boolean
}

const seen = async (isSo: () => boolean | Promise<boolean>): Promise<boolean> => {
  for (const start = performance.now(); performance.now() - start < PATIENT.timeout; await after(10))
    if (await isSo()) return true
  return false
}

/** One process of a hub; `asked` counts what it asks Redis for. */
async function processOf(prefix: string, name: string, given: Given = {}) {
  const { limits = LIMITS, own = {}, most = 2, hurried = false } = given
  const bare = openRedis({ url: server.url, prefix, onFault: () => {} })
  expect(await seen(() => bare.ready())).toBe(true)
  // On a loaded machine a Redis that is there answers later than a hub waits for it, and each process counts its part by itself.
  const redis: Redis = {
    ...bare,
    ready: () => bare.ready(),
    run: (script, keys, args, withinMs) => bare.run(script, keys, args, hurried ? withinMs : PATIENT.timeout),
  }
  const place = { redis, asked: 0 }
  const counted: Redis = {
    ...redis,
    run: (...args) => {
      place.asked++
      return redis.run(...args)
    },
  }
  const processes = processesSeen({ redis, process: name })
  const quotas = new SharedQuotas({ redis: counted, processes, limits, clock: Date.now, own: (party) => own[party] })
  const sockets = new SharedPartySockets({ redis, processes, most })
  let gone = false
  const end = async (): Promise<void> => {
    if (gone) return
    gone = true
    await sockets.close()
    await quotas.close()
    await processes.close()
    await redis.close()
  }
  closing.push(end)
  return Object.assign(place, { quotas, sockets, processes, end, pass: (ms: number) => after(ms) })
}

const kinds = [
  {
    name: 'one process',
    async make({ limits = LIMITS, own = {}, most = 2 }: Given = {}): Promise<Place> {
      let nowMs = 1_000_000
      const quotas = new Quotas({ limits, clock: () => nowMs, own: (party) => own[party] })
      return { quotas, sockets: new PartySockets(most), pass: async (ms) => void (nowMs += ms) }
    },
  },
  {
    name: 'all processes by Redis',
    make: (given: Given = {}): Promise<Place> => processOf(`hub-${Math.random()}`, 'alone', given),
  },
]

async function refusalOf(act: () => Promise<unknown> | unknown): Promise<HubError | undefined> {
  try {
    await act()
    return undefined
  } catch (error) {
    expect(error).toBeInstanceOf(HubError)
    return error as HubError
  }
}

/** How many of so many messages are taken. */
async function taken(quotas: PartyQuotas, count: number, bytes = 1): Promise<number> {
  const refused = await Promise.all(Array.from({ length: count }, () => refusalOf(() => quotas.message(BANK, bytes))))
  return refused.filter((one) => one === undefined).length
}

describe.each(withRedis ? kinds : kinds.slice(0, 1))('quotas counted in $name', { timeout: LONG_MS }, ({ make }) => {
  it('take as many messages as a minute has, of each party, and say when the next is welcome', async () => {
    const { quotas } = await make()
    const begun = performance.now()
    for (let n = 0; n < 3; n++) await quotas.message(BANK, 10)
    const refusal = await refusalOf(() => quotas.message(BANK, 10))
    expect(refusal).toMatchObject({ code: 'QUOTA_EXCEEDED' })
    expect(refusal!.detail).toContain('messagesPerMinute of this party is 3')
    // A third of a minute for each, of which some has gone by.
    expect(refusal!.retryAfterS).toBeGreaterThanOrEqual(19 - Math.floor((performance.now() - begun) / 1_000))
    expect(refusal!.retryAfterS).toBeLessThanOrEqual(20)
    await quotas.message(OTHER, 10)
  })

  it('take no more of many that come together', async () => {
    const { quotas } = await make()
    expect(await taken(quotas, 50)).toBe(3)
  })

  it('have something again as time goes by', async () => {
    const { quotas, pass } = await make({ limits: { ...FAST, messagesPerMinute: 600 } })
    const begun = performance.now()
    /** What the time that this takes brings besides: ten a second. */
    const gained = (): number => Math.ceil((performance.now() - begun) / 100)
    // What one of those who ask together has taken ahead is there for those who come after them.
    let whole = 0
    for (let tries = 0; whole < 600 && tries < 50; tries++) whole += await taken(quotas, 700)
    expect(whole).toBeGreaterThanOrEqual(600)
    expect(await taken(quotas, 200)).toBeLessThan(20 + gained())
    await pass(1_000)
    expect(await taken(quotas, 5)).toBe(5)
    expect(await taken(quotas, 200)).toBeLessThan(20 + gained())
  })

  it('let one message through that is larger than the rest, and then wait for it', async () => {
    const { quotas } = await make()
    await quotas.message(BANK, 2_500)
    const refusal = await refusalOf(() => quotas.message(BANK, 1))
    expect(refusal?.detail).toContain('bytesPerMinute')
    expect(refusal!.retryAfterS).toBe(60)
  })

  it('cost more for those who are refused', async () => {
    const { quotas } = await make()
    await quotas.message(BANK, 1)
    quotas.refused(BANK)
    quotas.refused(BANK)
    expect((await refusalOf(() => quotas.message(BANK, 1)))?.detail).toContain('refusedPerMinute')
    await quotas.message(OTHER, 1)
  })

  it('count uploads by themselves', async () => {
    const { quotas } = await make()
    await quotas.upload(BANK, 500)
    expect((await refusalOf(() => quotas.upload(BANK, 1)))?.detail).toContain('uploadBytesPerMinute')
    await quotas.message(BANK, 1)
  })

  it('are what the operator has set for a party', async () => {
    const { quotas } = await make({ own: { [BANK]: { messagesPerMinute: 1 } } })
    await quotas.message(BANK, 1)
    expect((await refusalOf(() => quotas.message(BANK, 1)))?.detail).toContain('is 1')
    for (let n = 0; n < 3; n++) await quotas.message(OTHER, 1)
  })

  it('let in so many sockets of a party, and another when one is gone, once', async () => {
    const { sockets } = await make()
    const leave = await sockets.enter(BANK)
    await sockets.enter(BANK)
    expect((await refusalOf(() => sockets.enter(BANK)))?.code).toBe('QUOTA_EXCEEDED')
    await sockets.enter(OTHER)
    leave()
    leave()
    await sockets.enter(BANK)
    expect((await refusalOf(() => sockets.enter(BANK)))?.code).toBe('QUOTA_EXCEEDED')
  })
})

describe.runIf(withRedis)('quotas shared by processes', { timeout: LONG_MS }, () => {
  const twoOf = async (given?: Given) => {
    const prefix = `hub-${Math.random()}`
    return [await processOf(prefix, 'one', given), await processOf(prefix, 'two', given)] as const
  }

  it('let together through what one would', async () => {
    const [one, two] = await twoOf()
    const both = await Promise.all([taken(one.quotas, 20), taken(two.quotas, 20)])
    expect(both[0] + both[1]).toBe(3)
  })

  it('let together through what one would where portions are taken ahead, to the last that one of them has', async () => {
    const [one, two] = await twoOf({ limits: FAST })
    const start = performance.now()
    let sum = 0
    for (let n = 0; n < 30; n++) sum += (await taken(one.quotas, 50)) + (await taken(two.quotas, 50))
    const gainedMost = Math.ceil(((performance.now() - start) / 60_000) * FAST.messagesPerMinute) + 1
    expect(sum).toBeLessThanOrEqual(FAST.messagesPerMinute + gainedMost)
    // Not taken: at most the portion each may keep.
    expect(sum).toBeGreaterThanOrEqual(FAST.messagesPerMinute - 2 * (FAST.messagesPerMinute / 60))
  })

  it('ask Redis far more seldom than there are messages', async () => {
    const [one] = await twoOf({ limits: { ...FAST, messagesPerMinute: 600_000, refusedPerMinute: 60_000 } })
    const start = performance.now()
    for (let n = 0; n < 5_000; n++) await one.quotas.message(BANK, 10)
    const seconds = (performance.now() - start) / 1_000
    expect(one.asked).toBeLessThanOrEqual(5 + 4 * seconds)
  })

  it('give back what they took ahead and did not use', async () => {
    const [one, two] = await twoOf({ limits: { ...FAST, messagesPerMinute: 60, refusedPerMinute: 6_000 } })
    await one.quotas.message(BANK, 1)
    expect(await seen(async () => (await taken(two.quotas, 1)) === 1)).toBe(true)
    // It has been given back when what was asked for after it is answered.
    expect(await seen(() => one.asked >= 2)).toBe(true)
    await one.redis.run({ name: 'after', lua: 'return 1' }, [], [])
    // 60 less those two, and what a second has brought.
    expect(await taken(two.quotas, 80)).toBeGreaterThanOrEqual(58)
  })

  it('count refusals of one process at the other within a second or two', async () => {
    const [one, two] = await twoOf({ limits: { ...FAST, refusedPerMinute: 120 } })
    for (let n = 0; n < 130; n++) {
      await refusalOf(() => one.quotas.message(BANK, 1))
      one.quotas.refused(BANK)
    }
    expect(await seen(async () => (await refusalOf(() => two.quotas.message(BANK, 1))) !== undefined)).toBe(true)
  })

  it('share a limit out among the processes last seen while Redis is away, without keeping anybody waiting, and count together again', async () => {
    const [one, two] = await twoOf({ limits: { ...LIMITS, messagesPerMinute: 20 }, hurried: true })
    expect(await seen(() => one.processes.count() === 2 && two.processes.count() === 2)).toBe(true)
    server.server.pause()
    const start = performance.now()
    const both = await Promise.all([taken(one.quotas, 30), taken(two.quotas, 30)])
    expect(performance.now() - start).toBeLessThan(5_000)
    expect(both).toEqual([10, 10])
    const soon = performance.now()
    await taken(one.quotas, 10)
    expect(performance.now() - soon).toBeLessThan(2_000)
    server.server.resume()
    await server.server.kill()
    expect(await seen(() => !one.redis.ready())).toBe(true)
    expect(await taken(one.quotas, 30)).toBe(0)
    await server.server.start()
    await after(1_500)
    expect(await seen(() => one.redis.ready() && two.redis.ready())).toBe(true)
    const again = await Promise.all([taken(one.quotas, 30), taken(two.quotas, 30)])
    // By the append-only file the minute is the same one; the silence took what was asked before the pause.
    expect(again[0] + again[1]).toBeLessThanOrEqual(21)
  })

  it('count sockets of all processes, and forget those of one that is gone', async () => {
    const [one, two] = await twoOf()
    await one.sockets.enter(BANK)
    const leave = await two.sockets.enter(BANK)
    expect((await refusalOf(() => one.sockets.enter(BANK)))?.code).toBe('QUOTA_EXCEEDED')
    leave()
    expect(await seen(async () => (await refusalOf(() => one.sockets.enter(BANK))) === undefined)).toBe(true)
    expect((await refusalOf(() => two.sockets.enter(BANK)))?.code).toBe('QUOTA_EXCEEDED')
    await one.end()
    await two.sockets.enter(BANK)
    await two.sockets.enter(BANK)
  })

  it('forget the sockets of a process that was killed', async () => {
    const [one, two] = await twoOf()
    await one.sockets.enter(BANK)
    await one.sockets.enter(BANK)
    expect((await refusalOf(() => two.sockets.enter(BANK)))?.code).toBe('QUOTA_EXCEEDED')
    // As if killed: it says nothing any more, and nothing of its going.
    await one.redis.close()
    const start = performance.now()
    while ((await refusalOf(() => two.sockets.enter(BANK))) !== undefined) await after(200)
    expect(performance.now() - start).toBeGreaterThan(5_000)
    expect(performance.now() - start).toBeLessThan(40_000)
  })

  it('count sockets again after Redis was emptied and restarted', async () => {
    const [one, two] = await twoOf()
    await one.sockets.enter(BANK)
    await one.sockets.enter(BANK)
    const bare = openRedis({ url: server.url, prefix: 'bare', onFault: () => {} })
    closing.push(() => bare.close())
    expect(await seen(() => bare.ready())).toBe(true)
    await bare.run({ name: 'emptied', lua: `return redis.call('FLUSHALL')` }, [], [])
    await server.server.kill()
    await server.server.start()
    expect(await seen(() => one.redis.ready() && two.redis.ready())).toBe(true)
    expect(
      await seen(async () => {
        const sockets = two.sockets
        const refusal = await refusalOf(async () => (await sockets.enter(BANK))())
        return refusal?.code === 'QUOTA_EXCEEDED'
      }),
    ).toBe(true)
  })

  it('let in their part of the sockets while Redis is away', async () => {
    const [one, two] = await twoOf({ most: 4 })
    expect(await seen(() => one.processes.count() === 2)).toBe(true)
    await server.server.kill()
    expect(await seen(() => !one.redis.ready() && !two.redis.ready())).toBe(true)
    await one.sockets.enter(BANK)
    await one.sockets.enter(BANK)
    expect((await refusalOf(() => one.sockets.enter(BANK)))?.code).toBe('QUOTA_EXCEEDED')
    await server.server.start()
  })
})
