// Processes whose clocks are five minutes fast and five minutes slow: the hub has one clock, the store's, whichever of them appends.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ClusterStage } from '../support/cluster-stage.ts'
import { cameOnce, comingIn } from '../support/cluster-timed.ts'
import { allEntries } from '../support/fault-invariants.ts'
import { chanceOf, faultSeed } from '../support/fault-seed.ts'
import { type MortalCluster, mortalCluster } from '../support/mortal-cluster.ts'
import { canStartServers } from '../support/services.ts'

const together = canStartServers('processes with wrong clocks') ? describe : describe.skip
const OFF_MS = 5 * 60_000
/** Far more than a message is under way here, far less than a clock is off. */
const NEAR_MS = 60_000
const SOON_MS = 8_000
const SOME = 90

together('processes whose clocks are wrong', { timeout: 300_000 }, () => {
  let cluster: MortalCluster
  let stage: ClusterStage

  beforeAll(async () => {
    cluster = await mortalCluster({ skewMs: [OFF_MS, -OFF_MS, 0] })
    await cluster.start()
    stage = new ClusterStage(cluster, chanceOf(faultSeed('cluster-clocks')))
    stage.listen('clocks')
  }, 240_000)
  afterAll(async () => {
    await stage?.close()
    await cluster?.remove()
  })

  it('take messages alike, at the true time, whichever of them appends, and do what is due at the true time, once', async () => {
    for (const appending of cluster.processes) {
      // Alone, it appends; the others come back.
      for (const other of cluster.alive) if (other !== appending) await other.kill()
      expect(await cluster.appender(60_000)).toBe(appending)
      await cluster.start()
      await stage.begin()
      const beganMs = Date.now()
      const before = stage.load.told.size
      const coming = await comingIn(stage, SOON_MS)
      for (const at of cluster.processes) {
        const messages = await stage.traffic.bulk(8)
        for (const message of messages) stage.sent.set(message.commitment, message)
        for (const message of messages) await stage.answered(message, at)
      }
      await stage.more(SOME)
      await cameOnce(stage, coming, Date.now())
      await atTrueTimes([...stage.load.told.values()].slice(before), beganMs)
      await stage.calm()
    }
    process.stdout.write(`cluster-clocks: ${stage.load.told.size} answered; ${stage.load.figures()}\n`)
  })

  async function atTrueTimes(told: readonly { index: number }[], beganMs: number): Promise<void> {
    const { journal, close } = await cluster.kept()
    try {
      const entries = await allEntries(journal)
      for (const { index } of told) {
        expect(entries[index]!.atMs).toBeGreaterThan(beganMs - NEAR_MS)
        expect(entries[index]!.atMs).toBeLessThan(Date.now() + NEAR_MS)
      }
    } finally {
      await close()
    }
  }

  it('share sessions: one opened where it is early is good where it is late', async () => {
    for (const opened of cluster.processes) {
      const token = await cluster.clientAt('hanoi-importer', opened).token('api')
      for (const used of cluster.processes) {
        const headers = { authorization: `Bearer ${token}` }
        const { status } = await fetch(`${used.url}/v1/feed?limit=1`, { headers })
        expect(status, `opened at ${opened.name}, used at ${used.name}`).toBe(200)
      }
    }
  })
})
