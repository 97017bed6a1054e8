// kill -9 of any process of a hub at any moment under load, and of two in a row: what one has answered stays answered at the others.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ClusterStage, SUBSCRIBERS } from '../support/cluster-stage.ts'
import { subscribe } from '../support/cluster-subscriber.ts'
import { chanceOf, faultSeed } from '../support/fault-seed.ts'
import { pause } from '../support/fault-traffic.ts'
import { type MortalCluster, mortalCluster } from '../support/mortal-cluster.ts'
import type { MortalProcess } from '../support/mortal-process.ts'
import { canStartServers } from '../support/services.ts'

const together = canStartServers('processes of a hub killed under load') ? describe : describe.skip
const NAME = 'over-deaths'
const ANSWERED_MIN = 150

together('a process that is killed', { timeout: 300_000 }, () => {
  const seed = faultSeed('cluster-kill')
  const chance = chanceOf(seed)
  let cluster: MortalCluster
  let stage: ClusterStage

  beforeAll(async () => {
    cluster = await mortalCluster()
    await cluster.start()
    stage = new ClusterStage(cluster, chance)
    stage.listen(NAME)
  }, 240_000)
  afterAll(async () => {
    await stage?.close()
    await cluster?.remove()
  })

  const another = async (): Promise<MortalProcess> => {
    const appender = await cluster.appender(60_000)
    return chance.shuffled(cluster.alive.filter((one) => one !== appender))[0]!
  }
  const killed = async (one: MortalProcess): Promise<void> => {
    await stage.more(ANSWERED_MIN)
    await pause(chance.below(300))
    await one.kill()
  }

  it(`is the one that appends (seed ${seed})`, async () => {
    await stage.begin()
    const before = await cluster.appender()
    await killed(before)
    expect(await cluster.appender(60_000)).not.toBe(before)
    await stage.more(ANSWERED_MIN)
    await cluster.start()
    await stage.calm()
  })

  it(`is another one (seed ${seed})`, async () => {
    await stage.begin()
    await killed(await another())
    await stage.more(ANSWERED_MIN)
    await cluster.start()
    await stage.calm()
  })

  it(`and so is the one that takes its place (seed ${seed})`, async () => {
    await stage.begin()
    await killed(await cluster.appender(60_000))
    await killed(await cluster.appender(60_000))
    // One that begins is killed before it is ready, too.
    const [beginning] = cluster.processes.filter(({ isAlive }) => !isAlive)
    beginning!.spawn()
    await pause(chance.below(2_500))
    await beginning!.kill()
    await stage.more(ANSWERED_MIN)
    await cluster.start()
    await stage.calm()
    process.stdout.write(`cluster-kill: ${stage.load.told.size} answered; ${stage.load.figures()}\n`)
  })

  it('and no acknowledgement is lost: whoever comes again elsewhere is told what is new alone', async () => {
    await Promise.all(stage.subscribers.map((one) => one.close()))
    for (const [n, before] of stage.subscribers.splice(0).entries()) {
      const after = subscribe(cluster, before.folder, NAME, cluster.processes[(n + 1) % 3])
      stage.subscribers.push(after)
      await stage.load.send((await stage.traffic.consignment())[0]![0]!)
      await expect.poll(() => after.items.length, { timeout: 60_000 }).toBeGreaterThan(0)
      expect(after.items[0]!.seq, before.folder).toBe(before.items.length + 1)
    }
    expect(SUBSCRIBERS).toHaveLength(stage.subscribers.length)
  })
})
