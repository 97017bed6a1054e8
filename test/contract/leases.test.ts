// What leases must promise, whoever keeps them.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mongoLeases, type LeaseRow } from '../../src/hub/journal/mongo-leases.ts'
import type { Leases } from '../../src/hub/cluster/lease.ts'
import { leaseTable, memoryLeases } from '../support/memory-leases.ts'
import { testMongo } from '../support/mongo-place.ts'
import { servicesFor } from '../support/services.ts'

const LEASE_MS = 60_000

interface LeasePlace {
  of(process: string): Leases
  /** Lets time go by, by the store's clock and by those of the processes. */
  pass(ms: number): Promise<void>
  remove(): Promise<void>
}

async function memoryPlace(): Promise<LeasePlace> {
  const table = leaseTable()
  return {
    of: (process) => memoryLeases(table, { process, url: `http://${process}`, leaseMs: LEASE_MS }),
    async pass(ms) {
      table.nowMs += ms
    },
    async remove() {},
  }
}

async function mongoPlace(mongoUrl: string): Promise<LeasePlace> {
  const { db, remove } = await testMongo(mongoUrl)
  const rows = db.collection<LeaseRow>('leases')
  let passedMs = 0
  const monotonicMs = (): number => performance.now() + passedMs
  return {
    of: (process) => mongoLeases(rows, { process, url: `http://${process}`, leaseMs: LEASE_MS, monotonicMs }),
    async pass(ms) {
      passedMs += ms
      await rows.updateMany({}, [{ $set: { until: { $subtract: ['$until', ms] } } }])
    },
    remove,
  }
}

const services = servicesFor('leases over the protocol of MongoDB')
const places: { name: string; make(): Promise<LeasePlace> }[] = [
  { name: 'memory', make: memoryPlace },
  ...(services ? [{ name: `mongo (${services.engine})`, make: () => mongoPlace(services.mongoUrl) }] : []),
]

describe.each(places)('leases on $name', ({ make }) => {
  let place: LeasePlace
  beforeEach(async () => {
    place = await make()
  })
  afterEach(() => place.remove())

  it('gives a lease to one of many that want it', async () => {
    const all = Array.from({ length: 12 }, (_, n) => place.of(`p${n}`))
    const taken = (await Promise.all(all.map((leases) => leases.take('append')))).filter((lease) => lease !== undefined)
    expect(taken.length).toBe(1)
    expect(taken[0]).toMatchObject({ name: 'append', fence: 1 })
    expect(taken[0]!.held()).toBe(true)
  })

  it('hands over when the time has run out, under a higher fence, and tells the one before', async () => {
    const [a, b] = [place.of('a'), place.of('b')]
    const first = (await a.take('append'))!
    expect(await b.take('append')).toBeUndefined()
    await place.pass(LEASE_MS + 1)
    expect(first.held()).toBe(false)
    const second = (await b.take('append'))!
    expect([second.fence, second.held()]).toEqual([first.fence + 1, true])
    expect(await a.keep([first])).toEqual([first])
    expect(first.held()).toBe(false)
    expect(await b.keep([second])).toEqual([])
    expect(second.held()).toBe(true)
  })

  it('prolongs all that are kept, and those alone', async () => {
    const [a, b] = [place.of('a'), place.of('b')]
    const [one, two, three] = [(await a.take('one'))!, (await a.take('two'))!, (await a.take('three'))!]
    await place.pass(LEASE_MS * 0.6)
    expect(await a.keep([one, two])).toEqual([])
    await place.pass(LEASE_MS * 0.6)
    expect([one, two, three].map((lease) => lease.held())).toEqual([true, true, false])
    expect(await b.take('one')).toBeUndefined()
    expect((await b.take('three'))?.fence).toBe(2)
    expect(await a.keep([one, two, three])).toEqual([three])
  })

  it('lets a lease that was given back be taken at once; giving back what is another’s changes nothing', async () => {
    const [a, b] = [place.of('a'), place.of('b')]
    const first = (await a.take('feed'))!
    await a.giveBack(first)
    expect(first.held()).toBe(false)
    const second = (await b.take('feed'))!
    expect(second.fence).toBe(2)
    await a.giveBack(first)
    expect(await a.take('feed')).toBeUndefined()
    expect(await b.keep([second])).toEqual([])
  })

  it('names the holders whose time has not run out', async () => {
    const [a, b] = [place.of('a'), place.of('b')]
    await a.take('feed')
    await place.pass(LEASE_MS * 0.6)
    await b.take('units')
    expect([...(await a.holders())].sort()).toEqual([
      ['feed', { process: 'a', url: 'http://a', fence: 1 }],
      ['units', { process: 'b', url: 'http://b', fence: 1 }],
    ])
    await place.pass(LEASE_MS * 0.6)
    expect([...(await a.holders()).keys()]).toEqual(['units'])
  })
})

describe.skipIf(!services)('leases over the protocol of MongoDB', () => {
  const own = async () => {
    const mongo = await testMongo(services!.mongoUrl)
    return { ...mongo, rows: mongo.db.collection<LeaseRow>('leases') }
  }

  it('counts what was granted from before the question, and leaves a margin', async () => {
    const { rows, remove } = await own()
    let nowMs = 1_000
    const slow = {
      insertOne: rows.insertOne.bind(rows),
      async findOneAndUpdate(...asked: unknown[]) {
        const answer = await (rows.findOneAndUpdate as (...asked: unknown[]) => Promise<unknown>).apply(rows, asked)
        nowMs += 2_000
        return answer
      },
    } as unknown as typeof rows
    const leases = mongoLeases(slow, { process: 'a', url: '', leaseMs: 3_000, monotonicMs: () => nowMs })
    const lease = (await leases.take('append'))!
    expect(lease.held()).toBe(true)
    nowMs = 1_000 + 2_699
    expect(lease.held()).toBe(true)
    nowMs = 1_000 + 2_700
    expect(lease.held()).toBe(false)
    await remove()
  })

  it('goes by the store’s clock, and tells how far one’s own is off it, also after that was set anew', async () => {
    const { rows, remove } = await own()
    let skewMs = 300_000
    const options = { process: 'a', url: '', leaseMs: LEASE_MS, clock: () => Date.now() + skewMs }
    const leases = mongoLeases(rows, options)
    expect(leases.clockOffsetMs()).toBe(0)
    await leases.take('append')
    // The server of a test is on this machine.
    expect(Math.abs(leases.clockOffsetMs() + 300_000)).toBeLessThan(30_000)
    skewMs = -300_000
    expect(Math.abs(leases.clockOffsetMs() - 300_000)).toBeLessThan(30_000)
    await remove()
  })

  it('lets a process take again what it took without hearing of it, under a new fence', async () => {
    const { rows, remove } = await own()
    const options = { process: 'a', url: '', leaseMs: LEASE_MS }
    const lost = (await mongoLeases(rows, options).take('append'))!
    const leases = mongoLeases(rows, options)
    const found = (await leases.take('append'))!
    expect(found.fence).toBe(lost.fence + 1)
    expect(await leases.keep([found])).toEqual([])
    await remove()
  })

  it('goes on while the store does not answer until the time granted before has run out', async () => {
    const { place, remove } = await own()
    let nowMs = 0
    const leases = place.leases({ process: 'a', url: '', leaseMs: 3_000, monotonicMs: () => nowMs })
    const lease = (await leases.take('append'))!
    await remove()
    await expect(leases.keep([lease])).rejects.toThrow()
    expect(lease.held()).toBe(true)
    nowMs = 3_000
    expect(lease.held()).toBe(false)
  })
})
