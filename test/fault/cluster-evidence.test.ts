// The process that signs the log is killed, and put to sleep: another goes on within seconds, no process ever shows a smaller log than any has
// shown before, and every checkpoint anybody has seen is of one and the same log.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HubClient } from '../../src/client/hub-client.ts'
import { readCheckpoint, type SignedCheckpoint } from '../../src/hub/evidence/checkpoint.ts'
import { verifyConsistency } from '../../src/hub/evidence/merkle.ts'
import * as documents from '../../src/client/demo/documents.ts'
import { composeMessage } from '../../src/client/compose.ts'
import { composerOf } from '../../src/client/party-folder.ts'
import { type MortalCluster, mortalCluster } from '../support/mortal-cluster.ts'
import type { MortalProcess } from '../support/mortal-process.ts'
import { servicesFor } from '../support/services.ts'

const [EXPORTER, CUSTOMS] = ['guangxi-exporter', 'nanning-customs']
const ON_WITHIN_MS = 15_000
const ASLEEP_MS = 6_000

const services = servicesFor('the log when the process that signs it is killed or asleep')
const together = services ? describe : describe.skip

together('the log of several processes', { timeout: 180_000 }, () => {
  let cluster: MortalCluster
  const clients = new Map<string, HubClient>()
  const at = (one: MortalProcess): HubClient => {
    const known = clients.get(one.name) ?? cluster.clientAt(EXPORTER, one, { retry: { attempts: 1 } })
    clients.set(one.name, known)
    return known
  }
  /** Checkpoints as they were seen, in the order in which they were asked for. */
  const seen: SignedCheckpoint[] = []
  const asleep = new Set<MortalProcess>()
  const awake = (): MortalProcess[] => cluster.alive.filter((one) => !asleep.has(one))
  let serial = 0

  let refused = ''
  const declare = async (): Promise<void> => {
    const { card } = cluster.party(EXPORTER)
    const body = documents.electronics(Date.now(), ++serial)
    const to = [cluster.party(CUSTOMS).card.party]
    const what = { hub: card.hub, v: 1 as const, from: card.party, to, kind: 'customs.declaration', body }
    const message = await composeMessage(what, composerOf(cluster.party(EXPORTER)))
    const one = awake()[serial % awake().length]!
    const answer = await at(one)
      .submit(message)
      .catch(() => undefined)
    if (answer?.outcome === 'refused') refused = answer.problem.code
  }
  /** Asks one process after the other; an answer that goes back is the fault looked for. */
  const look = async (): Promise<void> => {
    for (const one of awake()) {
      const note = await at(one)
        .checkpoint()
        .catch(() => undefined)
      if (note === undefined) continue
      const checkpoint = readCheckpoint(note)
      expect(checkpoint.size, one.name).toBeGreaterThanOrEqual(seen.at(-1)?.size ?? 0)
      seen.push(checkpoint)
    }
  }
  const signing = async (): Promise<MortalProcess> => {
    for (;;) for (const one of awake()) if ((await one.said())?.duties.includes('evidence')) return one
  }
  /** Milliseconds until a larger log than before is signed. */
  const goesOn = async (): Promise<number> => {
    const [from, before] = [performance.now(), seen.at(-1)!.size]
    while (seen.at(-1)!.size <= before + 2) {
      if (performance.now() - from > ON_WITHIN_MS) throw new Error(`nobody signs ${refused}\n${cluster.logs()}`)
      await declare()
      await look()
    }
    return performance.now() - from
  }

  beforeAll(async () => {
    cluster = await mortalCluster({ services: services!, ownRedis: true })
    await cluster.start()
    await look()
  }, 120_000)
  afterAll(async () => {
    for (const one of asleep) one.resume()
    await cluster?.remove()
  })

  it('goes on when the one that signs is killed', async () => {
    await goesOn()
    const killed = await signing()
    await killed.kill()
    const afterMs = await goesOn()
    expect(await signing()).not.toBe(killed)
    process.stdout.write(`cluster-evidence: killed, signed again after ${Math.round(afterMs)} ms\n`)
    await cluster.start()
    await goesOn()
  })

  it('goes on when the one that signs sleeps, and what it does when it wakes up is not seen', async () => {
    const sleeper = await signing()
    sleeper.pause()
    asleep.add(sleeper)
    const slept = performance.now()
    const afterMs = await goesOn()
    while (performance.now() - slept < ASLEEP_MS) await goesOn()
    sleeper.resume()
    asleep.delete(sleeper)
    process.stdout.write(`cluster-evidence: asleep, signed again after ${Math.round(afterMs)} ms\n`)
    for (let round = 0; round < 10; round++) await goesOn()
  })

  it('has shown one log to all', async () => {
    const sizes = [...new Map(seen.map((one) => [one.size, one])).values()]
    for (const one of seen)
      expect(one.root.equals(sizes.find(({ size }) => size === one.size)!.root), `${one.size}`).toBe(true)
    const [client] = awake().map(at)
    for (let n = 1; n < sizes.length; n++) {
      const [from, to] = [sizes[n - 1]!, sizes[n]!]
      const { path } = (await client!.consistency(from.size, to.size)) as { path: string[] }
      const proof = { from: from.size, to: to.size, fromRoot: from.root, toRoot: to.root }
      expect(verifyConsistency({ ...proof, path: path.map((hex) => Buffer.from(hex, 'hex')) })).toBe(true)
    }
    expect(sizes.length).toBeGreaterThan(10)
    process.stdout.write(`cluster-evidence: ${sizes.length} checkpoints seen, all of one log\n`)
  })
})
