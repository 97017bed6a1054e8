// Redis emptied, killed, and started without its file, under load: nothing rests on what it holds.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Redis } from 'ioredis'
import { ClusterStage } from '../support/cluster-stage.ts'
import { cameOnce, comingIn } from '../support/cluster-timed.ts'
import { chanceOf, faultSeed } from '../support/fault-seed.ts'
import { type MortalCluster, mortalCluster } from '../support/mortal-cluster.ts'
import { canStartServers } from '../support/services.ts'

const together = canStartServers('a hub whose Redis is emptied') ? describe : describe.skip
const SOME = 150
const SOON_MS = 6_000
const LATER_MS = 25_000

together('a hub whose Redis', { timeout: 300_000 }, () => {
  let cluster: MortalCluster
  let stage: ClusterStage

  beforeAll(async () => {
    cluster = await mortalCluster()
    await cluster.start()
    stage = new ClusterStage(cluster, chanceOf(faultSeed('cluster-redis')))
    stage.listen('redis')
  }, 240_000)
  afterAll(async () => {
    await stage?.close()
    await cluster?.remove()
  })

  async function emptied(): Promise<void> {
    const redis = new Redis(cluster.own.redis!.url)
    try {
      expect(await redis.dbsize()).toBeGreaterThan(0)
      await redis.flushall()
    } finally {
      redis.disconnect()
    }
  }

  it('is emptied goes on, and does at its time what it had handed to the courier', async () => {
    await stage.begin()
    const coming = await comingIn(stage, SOON_MS)
    coming.push(...(await comingIn(stage, LATER_MS)))
    await stage.more(SOME)
    await emptied()
    await stage.more(SOME)
    await emptied()
    await cameOnce(stage, coming, Date.now())
    await stage.calm()
  })

  it('is dead goes on meanwhile, and what was due meanwhile is done once', async () => {
    await stage.begin()
    const coming = await comingIn(stage, SOON_MS)
    await stage.more(SOME)
    await cluster.own.redis!.kill()
    coming.push(...(await comingIn(stage, SOON_MS)))
    await stage.more(SOME)
    await expect.poll(() => Date.now(), { timeout: 60_000 }).toBeGreaterThan(coming.at(-1)!.atMs + 2_000)
    // Without its file: what it held is gone.
    rmSync(join(cluster.dir, 'servers', 'redis'), { recursive: true, force: true })
    await cluster.own.redis!.start()
    const backMs = Date.now()
    coming.push(...(await comingIn(stage, SOON_MS)))
    await stage.more(SOME)
    await cameOnce(stage, coming, backMs)
    await stage.calm()
    process.stdout.write(`cluster-redis: ${stage.load.told.size} answered; ${stage.load.figures()}\n`)
  })
})
