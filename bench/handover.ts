// handover: three processes under load, kill -9 of the one that appends; how long until the next message is accepted anywhere.
import { setTimeout as after } from 'node:timers/promises'
import { benchMain, type ClusterPlace, clusterPlace, type StoreSpeed, storeSpeed } from './cluster-place.ts'
import { HandoverLoad } from './handover-load.ts'
import { median, report, round, tell } from './report.ts'

const KILLS = 5
const QUIET_MS = 3_000
const AFTERWARDS_MS = 1_000
const WITHIN_MS = 60_000

/** Runs the bench and prints its figures. */
export async function benchHandover({ source }: { source: boolean }): Promise<void> {
  const place = await clusterPlace('handover', 3, benchMain('handover', source))
  const { cluster, engine } = place
  tell(`store: ${engine}`)
  try {
    await cluster.start()
    const kills: Kill[] = []
    for (let n = 1; n <= KILLS; n++) {
      kills.push(await killOnce(place))
      const { acceptedMs, tookOverMs, quietMs } = kills.at(-1)!
      tell(
        `kill ${n} of ${KILLS}: the next accepted after ${round(acceptedMs)} ms (lease after ${round(tookOverMs)} ms; longest gap before ${round(quietMs)} ms)`,
      )
      await cluster.start()
    }
    tellFigures(kills, { engine, store: await storeSpeed(cluster) }, source)
  } finally {
    await cluster.remove()
  }
}

interface Kill {
  acceptedMs: number
  tookOverMs: number
  /** Longest time between two accepted messages while nobody was killed. */
  quietMs: number
  perSecond: number
}

async function killOnce(place: ClusterPlace): Promise<Kill> {
  const { cluster } = place
  await cluster.settled(WITHIN_MS)
  const load = await HandoverLoad.start(place)
  const startMs = performance.now()
  await after(QUIET_MS)
  const appender = await cluster.appender()
  const killedMs = performance.now()
  await appender.kill()
  const [next, tookOverMs] = await Promise.all([
    load.acceptedAfter(killedMs, WITHIN_MS),
    cluster.appender(WITHIN_MS).then(() => performance.now() - killedMs),
  ])
  await after(AFTERWARDS_MS)
  const accepted = await load.stop()
  const before = accepted.map(({ answeredMs }) => answeredMs).filter((atMs) => atMs < killedMs)
  return {
    acceptedMs: next.answeredMs - killedMs,
    tookOverMs,
    quietMs: longestGap(before),
    perSecond: (before.length * 1_000) / (killedMs - startMs),
  }
}

function longestGap(atMs: readonly number[]): number {
  const sorted = [...atMs].sort((one, other) => one - other)
  return Math.max(...sorted.slice(1).map((at, n) => at - sorted[n]!))
}

function tellFigures(kills: readonly Kill[], on: { engine: string; store: StoreSpeed }, source: boolean): void {
  const handovers = kills.map(({ acceptedMs }) => acceptedMs)
  const quiet = median(kills.map(({ quietMs }) => quietMs))
  process.stdout.write(
    `longest time between two accepted messages while all run: ${round(quiet)} ms (median of ${kills.length})\n`,
  )
  report({
    bench: 'handover',
    unit: 'ms from kill -9 to the next accepted message',
    value: round(median(handovers)),
    baseline: round(quiet),
    ratio: round(median(handovers) / quiet, 1),
    p50Ms: null,
    p99Ms: null,
    settings: {
      ...on,
      processes: 3,
      kills: kills.length,
      worstMs: round(Math.max(...handovers)),
      runsMs: handovers.map((ms) => round(ms)),
      leaseMs: kills.map(({ tookOverMs }) => round(tookOverMs)),
      perSecondBefore: kills.map(({ perSecond }) => round(perSecond)),
      baseline: 'longest time between two accepted messages in the seconds before the kill',
      hub: source ? 'typescript' : 'compiled',
    },
  })
}
