// The database killed, slow, refusing, and silent for longer than anybody waits for it, under load: nothing is answered that is not there,
// nothing half-done stays, and readiness says how it is.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Line } from '../support/cluster-line.ts'
import { ClusterStage } from '../support/cluster-stage.ts'
import { cameOnce, comingIn } from '../support/cluster-timed.ts'
import { chanceOf, faultSeed } from '../support/fault-seed.ts'
import { pause } from '../support/fault-traffic.ts'
import { type MortalCluster, mortalCluster } from '../support/mortal-cluster.ts'
import { canStartServers } from '../support/services.ts'

const together = canStartServers('a hub whose database fails') ? describe : describe.skip
const SOME = 120
/** Longer than the driver waits for an answer. */
const SILENT_MS = 13_000
const SOON_MS = 5_000
const SLOW_MS = 150

together('a hub whose database', { timeout: 300_000 }, () => {
  const chance = chanceOf(faultSeed('cluster-database'))
  let line: Line
  let cluster: MortalCluster
  let stage: ClusterStage

  beforeAll(async () => {
    cluster = await mortalCluster()
    line = await Line.open(Number(new URL(cluster.mongoUrl).port))
    for (const one of cluster.processes) one.env['HUB_MONGO_URL'] = line.instead(cluster.mongoUrl)
    await cluster.start()
    // Longer than the hub waits for its database, so that its answer is seen.
    stage = new ClusterStage(cluster, chance, 30_000)
    stage.listen('database')
  }, 240_000)
  afterAll(async () => {
    await stage?.close()
    await cluster?.remove()
    line?.close()
  })

  const ready = async (): Promise<boolean[]> =>
    Promise.all(cluster.processes.map(async (one) => (await one.said(3_000))?.ready === true))
  const allSay = (wanted: boolean): Promise<void> =>
    expect.poll(ready, { timeout: 60_000, interval: 200 }).toEqual([wanted, wanted, wanted])

  /** While the database is away nothing can be taken: what is answered is that one come again. */
  async function nothingTaken(): Promise<void> {
    const [message] = await stage.traffic.bulk(1)
    stage.sent.set(message!.commitment, message!)
    for (const one of cluster.processes) expect((await stage.load.ask(message!, one))?.status, one.name).toBe(503)
  }

  it('is killed goes on when it is back, and what was due meanwhile is done once', async () => {
    await stage.begin()
    await stage.more(SOME)
    const coming = await comingIn(stage, SOON_MS)
    await pause(chance.below(300))
    await cluster.own.mongo!.kill()
    await allSay(false)
    await nothingTaken()
    await expect.poll(() => Date.now(), { timeout: 60_000 }).toBeGreaterThan(coming[0]!.atMs)
    await cluster.own.mongo!.start()
    const backMs = Date.now()
    await allSay(true)
    await stage.more(SOME)
    // Again, at once.
    await cluster.own.mongo!.kill()
    await cluster.own.mongo!.start()
    await stage.more(SOME)
    await cameOnce(stage, coming, backMs)
    await stage.calm()
  })

  it('answers after a time-out: writes that were given up are there, and are told as they are', async () => {
    await stage.begin()
    await stage.more(SOME)
    cluster.own.mongo!.pause()
    const stopped = performance.now()
    await allSay(false)
    while (performance.now() - stopped < SILENT_MS) await pause(100)
    cluster.own.mongo!.resume()
    await allSay(true)
    await stage.more(SOME)
    await stage.calm()
  })

  it('takes writes, but whose answers do not come back for so long', async () => {
    await stage.begin()
    await stage.more(SOME)
    line.hold({ back: false })
    await allSay(false)
    await pause(SILENT_MS)
    await line.restore()
    await allSay(true)
    await stage.more(SOME)
    await stage.calm()
  })

  it('refuses connections', async () => {
    await stage.begin()
    await stage.more(SOME)
    await line.refuse()
    await allSay(false)
    await nothingTaken()
    await line.restore()
    await allSay(true)
    await stage.more(SOME)
    await stage.calm()
  })

  it('is slow', async () => {
    await stage.begin()
    await stage.more(SOME)
    line.delayMs = SLOW_MS
    await stage.more(SOME)
    await line.restore()
    await stage.more(SOME)
    await stage.calm()
    process.stdout.write(`cluster-database: ${stage.load.told.size} answered; ${stage.load.figures()}\n`)
  })
})
