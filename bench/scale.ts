// scale: what a hub does with millions of entries behind it, beside what the same hub does with ten thousand. Taking in, proving, starting,
// and the memory it stands in. Runs of the two alternate.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { clientOf, openPartyFolder } from '../src/client/party-folder.ts'
import type { HubClient } from '../src/client/hub-client.ts'
import { stopSm2Workers } from '../src/hub/identity/suites/index.ts'
import { type Burst, burster, CONNECTIONS, said } from './bursts.ts'
import { compileHub } from './compiled.ts'
import { type FilledPlace, filledPlace } from './fill.ts'
import { partyFolder, placeIn, SUBSCRIBED } from './place.ts'
import { cpuOf, Generator, type Running, startHub } from './processes.ts'
import { median, report, round, tell } from './report.ts'

const SMALL = 10_000
const PARTIES = 1_000
const SUBSCRIPTIONS_EACH = 10
const WARM_UP = 4_000
const PROOFS = 400
const PROOFS_AT_ONCE = 8

export interface ScaleOptions {
  entries: number
  seconds: number
  runs: number
  keep: boolean
  source: boolean
  profile?: string
}

/** Receipt, inclusion and bundle of one entry count as one proof. */
interface Proofs {
  perSecond: number
  p50Ms: number
  p99Ms: number
}

/** One of the two hubs, and what was measured of it. */
interface Side {
  place: FilledPlace
  hub: Running
  startMs: number
  /** Processor time until ready, of all threads: what a start costs on a machine with other work. */
  startCpuMs: number
  startRssMiB: number
  generator: Generator
  load: Awaited<ReturnType<typeof burster>>
  bursts: Burst[]
  proofs: Proofs[]
}

/** Runs the bench and prints its figures. */
export async function benchScale(options: ScaleOptions): Promise<void> {
  const filling = { parties: PARTIES, subscriptionsEach: SUBSCRIPTIONS_EACH }
  const small = await filledPlace('scale-small', { ...filling, entries: SMALL, keep: false })
  const large = await filledPlace('scale', { ...filling, entries: options.entries, keep: options.keep })
  const sides: Side[] = []
  try {
    const main = options.source
      ? new URL('../src/main.ts', import.meta.url).pathname
      : compileHub(join(small.dir, 'built'))
    for (const place of [small, large]) sides.push(await startSide(place, main, options.profile))
    await measure(options, sides as [Side, Side])
  } finally {
    for (const { generator } of sides) generator.close()
    await Promise.all([...sides.map(({ hub }) => hub.close()), stopSm2Workers()])
    for (const place of [small, large]) place.remove()
  }
}

async function startSide(place: FilledPlace, main: string, profile: string | undefined): Promise<Side> {
  const envFile = join(place.dir, 'sandbox', 'hub.env')
  const log = join(place.dir, 'hub.log')
  const startedAtMs = performance.now()
  const hub = await startHub({ main, envFile, url: place.url, log, ...(profile !== undefined && { profile }) })
  const startMs = performance.now() - startedAtMs
  const startCpuMs = round((cpuOf(hub.pid)?.allUs ?? NaN) / 1000)
  const generator = new Generator()
  await generator.ask({ type: 'follow', folder: partyFolder(place, SUBSCRIBED) })
  const startRssMiB = rssMiB(hub.pid)
  tell(`${place.filled} entries: ready after ${round(startMs)} ms, ${startRssMiB} MiB`)
  const load = await burster(placeIn(place), generator, hub.pid)
  return { place, hub, startMs, startCpuMs, startRssMiB, generator, load, bursts: [], proofs: [] }
}

async function measure({ entries, seconds, runs, source, profile }: ScaleOptions, sides: [Side, Side]): Promise<void> {
  let expected = 0
  for (const { load } of sides) expected = Math.max(expected, (await load.burst(WARM_UP, { seconds: 60 })).perSecond)
  for (let run = 1; run <= runs; run++)
    for (const side of sides) {
      const burst = await side.load.burst(Math.ceil(expected * seconds * 1.6), { seconds })
      side.bursts.push(burst)
      side.proofs.push(await prove(side.place))
      const { perSecond } = side.proofs.at(-1)!
      tell(`run ${run} of ${runs}, ${side.place.filled} entries: ${said(burst)}; ${round(perSecond)} proofs/s`)
    }
  const [small, large] = sides.map(figuresOf) as [Figure, Figure]
  report({
    bench: 'scale',
    unit: 'messages/s',
    value: large.perSecond,
    baseline: small.perSecond,
    ratio: round(large.perSecond / small.perSecond, 3),
    p50Ms: large.p50Ms,
    p99Ms: large.p99Ms,
    settings: {
      entries,
      baselineEntries: SMALL,
      parties: PARTIES,
      subscriptionsEach: SUBSCRIPTIONS_EACH,
      filled: 'by group commits of drafts, without HTTP, signatures and schemas',
      fillPerSecond: sides[1].place.fillPerSecond,
      connections: CONNECTIONS,
      seconds,
      runs,
      large,
      small,
      proofRatio: round(large.proofsPerSecond / small.proofsPerSecond, 3),
      cachesMiB: { sqlitePages: '32 for each of journal, views, cursors', contents: 8 },
      hub: source ? 'typescript' : 'compiled',
      profiled: profile !== undefined,
    },
  })
}

type Figure = ReturnType<typeof figuresOf>

const figuresOf = ({ hub, startMs, startCpuMs, startRssMiB, bursts, proofs }: Side) => ({
  perSecond: round(median(bursts.map((one) => one.perSecond))),
  p50Ms: round(median(bursts.map((one) => one.p50Ms)), 2),
  p99Ms: round(median(bursts.map((one) => one.p99Ms)), 2),
  proofsPerSecond: round(median(proofs.map((one) => one.perSecond))),
  proofP50Ms: round(median(proofs.map((one) => one.p50Ms)), 2),
  proofP99Ms: round(median(proofs.map((one) => one.p99Ms)), 2),
  startMs: round(startMs),
  startCpuMs,
  startRssMiB,
  endRssMiB: rssMiB(hub.pid),
})

/** Memory a process stands in, of which the pages of its files in use are a part. */
function rssMiB(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return round(Number(kib) / 1024)
}

/** Proves entries all over the journal, as one of those who were told of them. */
async function prove(place: FilledPlace): Promise<Proofs> {
  const client = readerOf(place)
  const { head } = await client.feed({ limit: 1 })
  const times: number[] = []
  const startMs = performance.now()
  const worker = async (): Promise<void> => {
    while (times.length < PROOFS) {
      const fromMs = performance.now()
      const { items } = await client.feed({ after: Math.floor(Math.random() * (head - 1)), limit: 1 })
      const { index } = items[0]!
      await Promise.all([client.inclusion(index), client.bundle(index)])
      times.push(performance.now() - fromMs)
    }
  }
  await Promise.all(Array.from({ length: PROOFS_AT_ONCE }, worker))
  const sorted = Float64Array.from(times).sort()
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!
  return { perSecond: (times.length * 1000) / (performance.now() - startMs), p50Ms: at(0.5), p99Ms: at(0.99) }
}

const readers = new WeakMap<FilledPlace, HubClient>()

function readerOf(place: FilledPlace): HubClient {
  const known = readers.get(place)
  if (known) return known
  const { party, signer, certificateDer } = place.reader
  const { card } = openPartyFolder(partyFolder(place, SUBSCRIBED))
  const client = clientOf({ card: { ...card, party }, identity: { party, signer, path: [certificateDer] } })
  readers.set(place, client)
  return client
}
