// cluster-accept: signed 4 KB declarations into one hub of one, two and three processes over the same store. What the hub's processes spend
// on each message together, how fast it goes, and how many are not taken.
import { join } from 'node:path'
import { stopSm2Workers } from '../src/hub/identity/suites/index.ts'
import { clientOf } from '../src/client/party-folder.ts'
import type { MortalCluster } from '../test/support/mortal-cluster.ts'
import { CONNECTIONS } from './bursts.ts'
import { benchMain, type ClusterPlace, clusterPlace, type StoreSpeed, storeSpeed } from './cluster-place.ts'
import type { LoadJob, LoadResult } from './load-job.ts'
import { SUBSCRIBED } from './place.ts'
import { cpuOf, Generator } from './processes.ts'
import { median, report, round, tell } from './report.ts'
import { bindSheaf } from './sheaf.ts'

const PROCESSES_MAX = 3
const WARM_UP = 2_000
/** Of the rate of one process: the load at which what a message costs is compared. */
const PACED_SHARE = 0.4

export interface ClusterAcceptOptions {
  seconds: number
  runs: number
  source: boolean
}

/** One burst with so many processes. `cpuUs`: what all of them spent on each message, until everything has followed. */
export interface ClusterBurst extends LoadResult {
  cpuUs: number
}

export interface ClusterLoad {
  /** Sends `count` new messages to the processes that run, for so long at most. */
  burst(count: number, how: Pick<LoadJob, 'seconds'> & Partial<Pick<LoadJob, 'perSecond'>>): Promise<ClusterBurst>
}

/** The load of a place. The first process has to run all the time: the subscriber is there. */
export async function clusterLoad({ cluster, sender, to }: ClusterPlace, generator: Generator): Promise<ClusterLoad> {
  await generator.ask({ type: 'follow', folder: join(cluster.dir, 'sandbox', 'parties', SUBSCRIBED) })
  const [first] = cluster.processes
  const { card } = cluster.party(SUBSCRIBED)
  const identity = { party: sender.party, signer: sender.signer, path: [sender.certificateDer] }
  const client = clientOf({ card: { ...card, party: sender.party }, identity }, { addresses: [first!.url] })
  let serial = (Math.floor(Date.now() / 1_000) % 10_000) * 100_000
  let items = (await generator.ask<{ items: number }>({ type: 'await-items', least: 0 })).items
  return {
    async burst(count, how) {
      const sheaf = await bindSheaf(join(cluster.dir, 'messages.jws'), sender, to, serial, count)
      serial += count
      const [port, ...otherPorts] = cluster.alive.map(({ url }) => Number(new URL(url).port)) as [number, ...number[]]
      const token = await client.token('api')
      const before = spent(cluster)
      const result = await generator.ask<LoadResult>({
        type: 'load',
        path: '/v1/messages',
        connections: CONNECTIONS,
        tolerate: true,
        port,
        otherPorts,
        token,
        sheaf,
        ...how,
      })
      items += result.created
      await generator.ask({ type: 'await-items', least: items })
      await cluster.settled(60_000)
      return { ...result, cpuUs: (spent(cluster) - before) / result.created }
    },
  }
}

const spent = (cluster: MortalCluster): number =>
  cluster.alive.reduce((sum, { pid }) => sum + (cpuOf(pid)?.allUs ?? NaN), 0)

/** Figures of one number of processes, run by run. */
interface Series {
  full: ClusterBurst[]
  paced: ClusterBurst[]
}

/** Runs the bench and prints its figures. */
export async function benchClusterAccept(options: ClusterAcceptOptions): Promise<void> {
  const { seconds, runs, source } = options
  const place = await clusterPlace('cluster-accept', PROCESSES_MAX, benchMain('cluster-accept', source))
  const { cluster, engine } = place
  const generator = new Generator()
  tell(`store: ${engine}`)
  try {
    await runWith(cluster, 1)
    const load = await clusterLoad(place, generator)
    let { perSecond: expected } = await load.burst(WARM_UP, { seconds: 60 })
    const pace = expected * PACED_SHARE
    const series = new Map<number, Series>([1, 2, 3].map((count) => [count, { full: [], paced: [] }]))
    for (let run = 1; run <= runs; run++)
      // Up and down in turn, so that the growing journal does not count against one of them.
      for (const count of run % 2 === 1 ? [1, 2, 3] : [3, 2, 1]) {
        await runWith(cluster, count)
        const { full, paced } = series.get(count)!
        full.push(await load.burst(Math.ceil(expected * seconds * 2), { seconds }))
        paced.push(await load.burst(Math.ceil(pace * seconds), { seconds: seconds + 10, perSecond: pace }))
        expected = Math.max(...[...series.values()].flatMap((one) => one.full.slice(-1)).map((one) => one.perSecond))
        tell(`run ${run} of ${runs}, ${count} process(es): ${said(full.at(-1)!)}; paced ${said(paced.at(-1)!)}`)
      }
    tellFigures(options, series, { pace, engine, store: await storeSpeed(cluster) })
  } finally {
    generator.close()
    await cluster.remove()
    await stopSm2Workers()
  }
}

/** Starts and ends processes until `count` run, the first of them always. */
async function runWith(cluster: MortalCluster, count: number): Promise<void> {
  for (const one of cluster.processes.slice(count)) if (one.isAlive) await one.stop()
  const starting = cluster.processes.slice(0, count).filter(({ isAlive }) => !isAlive)
  for (const one of starting) one.spawn()
  await Promise.all(starting.map((one) => one.ready()))
  await cluster.settled(60_000)
}

const said = ({ perSecond, p50Ms, p99Ms, cpuUs, failed }: ClusterBurst): string =>
  `${round(perSecond)}/s, p50 ${round(p50Ms, 1)} ms, p99 ${round(p99Ms, 1)} ms, ${round(cpuUs)} us each, ${JSON.stringify(failed)} failed`

/** Answers that were no acceptance, by code. */
export function failedOf(bursts: readonly ClusterBurst[]): Record<string, number> {
  const sum: Record<string, number> = {}
  for (const { failed } of bursts)
    for (const [code, count] of Object.entries(failed)) sum[code] = (sum[code] ?? 0) + count
  return sum
}

function tellFigures(
  { seconds, runs, source }: ClusterAcceptOptions,
  series: ReadonlyMap<number, Series>,
  { pace, engine, store }: { pace: number; engine: string; store: StoreSpeed },
): void {
  const of = (count: number, load: keyof Series, member: 'cpuUs' | 'perSecond' | 'p50Ms' | 'p99Ms'): number =>
    median(series.get(count)![load].map((burst) => burst[member]))
  const all = [...series.values()].flatMap(({ full, paced }) => [...full, ...paced])
  const failed = failedOf(all)
  const failures = Object.values(failed).reduce((sum, count) => sum + count, 0)
  const created = all.reduce((sum, burst) => sum + burst.created, 0)
  const [one, three] = [of(1, 'paced', 'cpuUs'), of(3, 'paced', 'cpuUs')]
  process.stdout.write(
    `one process: ${round(one)} us of the hub's processors each, ${round(of(1, 'full', 'perSecond'))}/s at most\n`,
  )
  report({
    bench: 'cluster-accept',
    unit: 'us of hub processor time per message, three processes',
    value: round(three),
    baseline: round(one),
    ratio: round(three / one, 3),
    p50Ms: round(of(3, 'paced', 'p50Ms'), 2),
    p99Ms: round(of(3, 'paced', 'p99Ms'), 2),
    settings: {
      engine,
      store,
      connections: CONNECTIONS,
      seconds,
      runs,
      baseline: 'one process over the same store',
      pacedPerSecond: round(pace),
      ratioOfTwo: round(of(2, 'paced', 'cpuUs') / one, 3),
      ratioAtMost: round(of(3, 'full', 'cpuUs') / of(1, 'full', 'cpuUs'), 3),
      failedShare: round(failures / (failures + created), 5),
      failed,
      processes: Object.fromEntries(
        [...series.keys()].map((count) => [
          count,
          {
            perSecond: round(of(count, 'full', 'perSecond')),
            perSecondRuns: series.get(count)!.full.map(({ perSecond }) => round(perSecond)),
            cpuUsFull: round(of(count, 'full', 'cpuUs')),
            cpuUsPaced: round(of(count, 'paced', 'cpuUs')),
            pacedP50Ms: round(of(count, 'paced', 'p50Ms'), 2),
            pacedP99Ms: round(of(count, 'paced', 'p99Ms'), 2),
          },
        ]),
      ),
      rateOfThreeToOne: round(of(3, 'full', 'perSecond') / of(1, 'full', 'perSecond'), 3),
      hub: source ? 'typescript' : 'compiled',
    },
  })
}
