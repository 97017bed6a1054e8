// The servers themselves: what was acknowledged is there after a kill, a pause is waited out, and other servers are left alone.
import { Redis } from 'ioredis'
import { type Collection, MongoClient } from 'mongodb'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type MongoServer, startMongo } from '../../ops/services/mongo.ts'
import { parentsOf, processesIn } from '../../ops/services/processes.ts'
import { startRedis } from '../../ops/services/redis.ts'
import type { Server } from '../../ops/services/server.ts'
import { readServices, runs } from '../../ops/services/state.ts'
import { canStartServers } from '../support/services.ts'
import { LONG_MS, PATIENT } from '../support/patience.ts'

const here = canStartServers('servers of a test’s own')
const SLOWLY = { timeout: LONG_MS }
const DURABLE = { writeConcern: { w: 'majority', j: true } } as const

interface Numbered {
  _id: number
  heads: string[]
}

describe.runIf(here)('a store of a test’s own', SLOWLY, () => {
  const dir = mkdtempSync(join(tmpdir(), 'beibu-store-'))
  let server: MongoServer
  let client: MongoClient
  let journal: Collection<Numbered>

  beforeAll(async () => {
    server = await startMongo({ dir })
    client = new MongoClient(server.url, { serverSelectionTimeoutMS: 5_000 })
    journal = client.db('kept').collection<Numbered>('journal')
    await journal.createIndex({ heads: 1 }, { unique: true, partialFilterExpression: { heads: { $exists: true } } })
  })
  afterAll(async () => {
    await client?.close()
    await server?.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  it('keeps every acknowledged write and the order of its unique index over kill -9 under load', async () => {
    const acknowledged: number[] = []
    for (let round = 0; round < 3; round++) {
      let next = round * 1_000_000
      const writing = (async () => {
        for (;;) {
          const batch = Array.from({ length: 16 }, () => ({ _id: next, heads: [`key#${next++}`] }))
          await journal.insertMany(batch, DURABLE)
          acknowledged.push(...batch.map(({ _id }) => _id))
        }
      })()
      const broken = expect(writing).rejects.toThrow()
      const before = acknowledged.length
      await expect.poll(() => acknowledged.length - before, { timeout: 60_000 }).toBeGreaterThan(48)
      await new Promise((done) => setTimeout(done, 150 * round))
      await server.kill()
      expect(server.pids()).toEqual([])
      await broken
      await server.start()
    }
    const kept = new Set((await journal.find().project<{ _id: number }>({ _id: 1 }).toArray()).map(({ _id }) => _id))
    expect(acknowledged.length).toBeGreaterThan(48)
    expect(acknowledged.filter((index) => !kept.has(index))).toEqual([])
    // The index survived with the documents: a head taken before the last kill is still taken.
    const taken = { _id: -1, heads: ['fresh#1', `key#${acknowledged.at(-1)!}`] }
    await expect(journal.insertOne(taken)).rejects.toMatchObject({ code: 11000 })
  })

  it('answers nothing while paused, and goes on where it was', async () => {
    await journal.insertOne({ _id: -2, heads: ['before#1'] })
    server.pause()
    const hurried = new MongoClient(server.url, { serverSelectionTimeoutMS: 500, socketTimeoutMS: 500 })
    await expect(hurried.db('kept').command({ ping: 1 })).rejects.toThrow()
    await hurried.close()
    const waiting = journal.insertOne({ _id: -3, heads: ['during#1'] })
    server.resume()
    await waiting
    expect(await journal.countDocuments({ _id: { $in: [-2, -3] } })).toBe(2)
  })

  it('starts again after its parent process alone was killed', async () => {
    const before = await journal.countDocuments()
    // The program started first is the one that keeps the data.
    process.kill(parentsOf(server.pids())[0]!, 'SIGKILL')
    await server.start()
    await expect.poll(() => journal.countDocuments().catch(() => -1), PATIENT).toBe(before)
  })

  it('is the same store after an orderly restart', async () => {
    const before = await journal.countDocuments()
    await server.restart()
    expect(await journal.countDocuments()).toBe(before)
  })

  it('runs beside another and is not ended with it', async () => {
    const otherDir = mkdtempSync(join(tmpdir(), 'beibu-store-'))
    const other = await startMongo({ dir: otherDir })
    const pids = server.pids()
    await other.kill()
    rmSync(otherDir, { recursive: true, force: true })
    expect(pids.length).toBeGreaterThan(0)
    expect(server.pids()).toEqual(expect.arrayContaining(pids.slice(0, 1)))
    expect(await journal.findOne({ _id: -2 })).toMatchObject({ heads: ['before#1'] })
  })
})

describe.runIf(here)('a Redis of a test’s own', SLOWLY, () => {
  const dir = mkdtempSync(join(tmpdir(), 'beibu-redis-'))
  let server: Server

  beforeAll(async () => {
    server = await startRedis({ dir })
  })
  afterAll(async () => {
    await server?.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  it('keeps what it acknowledged over kill -9', async () => {
    const before = new Redis(server.url)
    before.on('error', () => undefined)
    for (let n = 0; n < 500; n++) await before.rpush('jobs', `${n}`)
    await server.kill()
    before.disconnect()
    await server.start()
    const after = new Redis(server.url)
    expect(await after.llen('jobs')).toBe(500)
    after.disconnect()
  })

  it('is found again by its folder, not by its name alone', () => {
    expect(processesIn('redis-server', join(dir, 'redis'))).toHaveLength(1)
    expect(processesIn('redis-server', tmpdir())).toEqual([])
  })
})

describe.runIf(here)('the commands', SLOWLY, () => {
  const dir = mkdtempSync(join(tmpdir(), 'beibu-services-'))
  const { HUB_MONGO_URL: _mongo, HUB_REDIS_URL: _redis, ...bare } = process.env
  const run = (command: string, env: Record<string, string> = {}): string =>
    execFileSync(process.execPath, ['--import', import.meta.resolve('tsx'), `ops/services/${command}.ts`], {
      cwd: join(import.meta.dirname, '..', '..'),
      env: { ...bare, BEIBU_SERVICES_DIR: dir, ...env },
      encoding: 'utf8',
    })
  afterAll(() => {
    run('down')
    rmSync(dir, { recursive: true, force: true })
  })

  it('start both, start neither twice, start again what has died, and end both', async () => {
    const first = run('up')
    const services = readServices(dir)!
    expect(first).toContain(`export HUB_MONGO_URL='${services.mongo.url}'`)
    expect(first.includes('which is not MongoDB')).toBe(services.mongo.engine !== 'mongod')
    expect(run('up')).toBe(first)

    process.kill(services.redis.programs![0]!.pid, 'SIGKILL')
    await expect.poll(() => runs(services.redis), PATIENT).toBe(false)
    expect(() => run('status')).toThrow()
    run('up')
    const again = readServices(dir)!
    expect(again.mongo).toEqual(services.mongo)
    expect(again.redis.url).toBe(services.redis.url)
    expect(runs(again.redis)).toBe(true)

    run('down')
    expect(runs(again.mongo) || runs(again.redis)).toBe(false)
    expect(readServices(dir)).toBeUndefined()
  })

  it('start nothing for an address that is given, and leave it alone afterwards', async () => {
    const redisDir = mkdtempSync(join(tmpdir(), 'beibu-redis-'))
    const redis = await startRedis({ dir: redisDir })
    run('up', { HUB_REDIS_URL: redis.url })
    expect(readServices(dir)!.redis).toEqual({ url: redis.url, version: expect.stringMatching(/^\d+\./) })
    run('down')
    expect(redis.pids()).toHaveLength(1)
    await redis.stop()
    rmSync(redisDir, { recursive: true, force: true })
  })

  it('say what is missing, and how to get it', () => {
    const without = { BEIBU_CI_TOOLS: join(dir, 'nowhere'), BEIBU_MONGOD: '', PATH: '/bin-of-nobody' }
    expect(() => run('up', without)).toThrow(/mongod on PATH or in BEIBU_MONGOD[\s\S]*install\.sh/)
  })
})
