// The process that appends is stopped until another has its lease, and wakes up under load; and it is cut off from the others, or from the
// database, while it runs.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Line } from '../support/cluster-line.ts'
import { ClusterStage } from '../support/cluster-stage.ts'
import { chanceOf, faultSeed } from '../support/fault-seed.ts'
import { pause } from '../support/fault-traffic.ts'
import { type MortalCluster, mortalCluster } from '../support/mortal-cluster.ts'
import type { MortalProcess } from '../support/mortal-process.ts'
import { canStartServers } from '../support/services.ts'
import { freePort } from '../support/world.ts'

const together = canStartServers('processes of a hub asleep or cut off') ? describe : describe.skip
const SOME = 100
const STUCK_AFTER_MS = 16_000

together('a process that cannot be reached', { timeout: 300_000 }, () => {
  const chance = chanceOf(faultSeed('cluster-asleep'))
  const doors = new Map<MortalProcess, Line>()
  const stores = new Map<MortalProcess, Line>()
  let cluster: MortalCluster
  let stage: ClusterStage

  beforeAll(async () => {
    cluster = await mortalCluster()
    for (const one of cluster.processes) {
      const port = await freePort()
      const [door, store] = [await Line.open(port), await Line.open(Number(new URL(cluster.mongoUrl).port))]
      doors.set(one, door)
      stores.set(one, store)
      one.env['HUB_CLUSTER_LISTEN'] = `127.0.0.1:${port}`
      one.env['HUB_CLUSTER_URL'] = `http://127.0.0.1:${door.port}`
      one.env['HUB_MONGO_URL'] = store.instead(cluster.mongoUrl)
    }
    await cluster.start()
    stage = new ClusterStage(cluster, chance)
    stage.listen('asleep')
  }, 240_000)
  afterAll(async () => {
    for (const one of cluster?.alive ?? []) one.resume()
    await stage?.close()
    await cluster?.remove()
    for (const line of [...doors.values(), ...stores.values()]) line.close()
  })

  /** What it says of itself has to be so within a minute. */
  const says = async (one: MortalProcess, ready: boolean): Promise<void> => {
    let said = await one.said(5_000)
    for (const giveUpAt = performance.now() + 60_000; (said?.ready ?? false) !== ready; said = await one.said(5_000)) {
      if (performance.now() > giveUpAt)
        throw new Error(`${one.name} says ${JSON.stringify(said)}\n${one.log().slice(-3_000)}`)
      await pause(200)
    }
  }

  it('because it sleeps appends nothing stale when it wakes up', async () => {
    await stage.begin()
    await stage.more(SOME)
    const sleeper = await cluster.appender()
    await pause(chance.below(200))
    sleeper.pause()
    const next = await cluster.appender(60_000)
    expect(next).not.toBe(sleeper)
    await stage.more(SOME)
    sleeper.resume()
    await stage.more(SOME)
    // Long enough for what it did before to look as if it stood still.
    await pause(STUCK_AFTER_MS)
    await says(sleeper, true)
    // What it answers now is the journal's.
    const messages = await stage.traffic.bulk(30)
    for (const message of messages) stage.sent.set(message.commitment, message)
    for (const message of messages) await stage.answered(message, sleeper)
    await stage.calm()
  })

  it.each([
    ['refuses connections', (line: Line) => line.refuse(), ['WRITER_UNREACHABLE']],
    ['is silent', async (line: Line) => line.hold(), ['WRITER_UNREACHABLE']],
    // What it has taken in meanwhile is found by its id, and that is the answer.
    ['takes but does not answer', async (line: Line) => line.hold({ back: false }), ['WRITER_UNREACHABLE', '200']],
  ] as const)(
    'because its door for the others %s: they answer what they can find or to come again, and nothing is lost',
    async (_how, cut, answers) => {
      // Longer than the processes wait for one another, so that their answer is seen.
      stage.load.answerMs = 15_000
      await stage.begin()
      await stage.more(SOME)
      const appender = await cluster.appender()
      const met = (): number => answers.reduce((sum, code) => sum + (stage.load.codes.get(code) ?? 0), 0)
      const before = met()
      await cut(doors.get(appender)!)
      await expect.poll(met, { timeout: 60_000 }).toBeGreaterThan(before)
      // The one that appends serves all the same.
      const [message] = await stage.traffic.bulk(1)
      stage.sent.set(message!.commitment, message!)
      await expect.poll(() => stage.load.send(message!, appender), { timeout: 60_000 }).toBe(true)
      await doors.get(appender)!.restore()
      await stage.more(SOME)
      await stage.calm()
    },
  )

  it('because the database does not reach it: another appends, it says that it is not ready, and serves again', async () => {
    stage.load.answerMs = 5_000
    await stage.begin()
    await stage.more(SOME)
    const cut = await cluster.appender()
    await stores.get(cut)!.refuse()
    await says(cut, false)
    await expect.poll(async () => (await cluster.appender(60_000)) !== cut, { timeout: 60_000 }).toBe(true)
    await stage.more(SOME)
    await stores.get(cut)!.restore()
    await says(cut, true)
    await stage.more(SOME)
    await stage.calm()
    process.stdout.write(`cluster-asleep: ${stage.load.told.size} answered; ${stage.load.figures()}\n`)
  })
})
