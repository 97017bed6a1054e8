// cluster-accept with a long journal: what taking in and proving cost with many entries in the store, beside ten thousand. One process each,
// runs of the two alternate.
import { join } from 'node:path'
import { stopSm2Workers } from '../src/hub/identity/suites/index.ts'
import type { HubClient } from '../src/client/hub-client.ts'
import { clientOf } from '../src/client/party-folder.ts'
import { type ClusterBurst, type ClusterLoad, clusterLoad, failedOf } from './cluster-accept.ts'
import { fillCluster } from './cluster-fill.ts'
import { benchMain, type ClusterPlace, clusterPlace } from './cluster-place.ts'
import { type BenchParty, enterReader } from './parties.ts'
import { SUBSCRIBED } from './place.ts'
import { Generator } from './processes.ts'
import { median, report, round, tell } from './report.ts'

const SMALL = 10_000
const WARM_UP = 1_500
const PACED_SHARE = 0.4
const PROOFS = 200
const CAUGHT_UP_WITHIN_MS = 3_600_000

export interface ClusterSizeOptions {
  entries: number
  seconds: number
  runs: number
  source: boolean
}

/** One of the two hubs, and what was measured of it. */
interface Side {
  place: ClusterPlace
  generator: Generator
  load: ClusterLoad
  client: HubClient
  entries: number
  fillPerSecond: number
  bursts: ClusterBurst[]
  /** Milliseconds of each proof: inclusion and bundle of an entry anywhere in the journal. */
  proofsMs: number[]
}

/** Runs the bench and prints its figures. */
export async function benchClusterSize(options: ClusterSizeOptions): Promise<void> {
  const { entries, seconds, runs, source } = options
  const main = benchMain('cluster-size', source)
  const sides: Side[] = []
  try {
    for (const size of [SMALL, entries]) sides.push(await openSide(size, main))
    const rates = await Promise.all(sides.map(({ load }) => load.burst(WARM_UP, { seconds: 60 })))
    const pace = Math.min(...rates.map(({ perSecond }) => perSecond)) * PACED_SHARE
    for (let run = 1; run <= runs; run++)
      for (const side of sides) {
        const how = { seconds: seconds + 10, perSecond: pace }
        side.bursts.push(await side.load.burst(Math.ceil(pace * seconds), how))
        side.proofsMs.push(...(await prove(side.client, PROOFS)))
        tell(`run ${run} of ${runs}, ${side.entries} entries: ${said(side)}`)
      }
    tellFigures(options, sides as [Side, Side], pace)
  } finally {
    for (const { generator } of sides) generator.close()
    for (const { place } of sides) await place.cluster.remove()
    await stopSm2Workers()
  }
}

async function openSide(entries: number, main: string): Promise<Side> {
  const place = await clusterPlace('cluster-accept', 1, main)
  const { cluster } = place
  const reader = await enterReader(join(cluster.dir, 'sandbox'))
  const [one] = cluster.processes
  await cluster.start()
  await cluster.settled()
  await one!.stop()
  const fillPerSecond = await fillCluster(cluster, reader, entries)
  await cluster.start()
  const startMs = performance.now()
  await cluster.settled(CAUGHT_UP_WITHIN_MS)
  tell(`${entries} entries: followed after ${round((performance.now() - startMs) / 1_000)} s`)
  const generator = new Generator()
  const load = await clusterLoad(place, generator)
  const client = readerOf(place, reader)
  return { place, generator, load, client, entries, fillPerSecond, bursts: [], proofsMs: [] }
}

function readerOf({ cluster }: ClusterPlace, { party, signer, certificateDer }: BenchParty): HubClient {
  const { card } = cluster.party(SUBSCRIBED)
  return clientOf({ card: { ...card, party }, identity: { party, signer, path: [certificateDer] } })
}

/** Proves entries all over the journal, one after the other. */
async function prove(client: HubClient, count: number): Promise<number[]> {
  const { head } = await client.feed({ limit: 1 })
  const times: number[] = []
  while (times.length < count) {
    const { items } = await client.feed({ after: Math.floor(Math.random() * (head - 1)), limit: 1 })
    const { index } = items[0]!
    const fromMs = performance.now()
    await Promise.all([client.inclusion(index), client.bundle(index)])
    times.push(performance.now() - fromMs)
  }
  return times
}

const said = ({ bursts, proofsMs }: Side): string => {
  const { perSecond, p50Ms, p99Ms, cpuUs } = bursts.at(-1)!
  return `${round(perSecond)}/s, p50 ${round(p50Ms, 1)} ms, p99 ${round(p99Ms, 1)} ms, ${round(cpuUs)} us each; proof ${round(median(proofsMs), 1)} ms`
}

const figuresOf = ({ entries, fillPerSecond, bursts, proofsMs }: Side) => ({
  entries,
  acceptP50Ms: round(median(bursts.map(({ p50Ms }) => p50Ms)), 2),
  acceptP99Ms: round(median(bursts.map(({ p99Ms }) => p99Ms)), 2),
  cpuUs: round(median(bursts.map(({ cpuUs }) => cpuUs))),
  failed: failedOf(bursts),
  proofP50Ms: round(median(proofsMs), 2),
  fillPerSecond,
})

function tellFigures({ seconds, runs, source }: ClusterSizeOptions, [small, large]: [Side, Side], pace: number): void {
  const [less, more] = [figuresOf(small), figuresOf(large)]
  process.stdout.write(
    `with ${less.entries} entries: accepted in ${less.acceptP50Ms} ms, proved in ${less.proofP50Ms} ms\n`,
  )
  report({
    bench: 'cluster-accept-size',
    unit: 'ms to accept, median',
    value: more.acceptP50Ms,
    baseline: less.acceptP50Ms,
    ratio: round(more.acceptP50Ms / less.acceptP50Ms, 3),
    p50Ms: more.acceptP50Ms,
    p99Ms: more.acceptP99Ms,
    settings: {
      engine: small.place.engine,
      processes: 1,
      pacedPerSecond: round(pace),
      seconds,
      runs,
      proofRatio: round(more.proofP50Ms / less.proofP50Ms, 3),
      cpuRatio: round(more.cpuUs / less.cpuUs, 3),
      large: more,
      small: less,
      filled: 'by group commits of drafts into the store, without HTTP, signatures and schemas',
      hub: source ? 'typescript' : 'compiled',
    },
  })
}
