// accept: signed 4 KB declarations go in until the hub can take no more. Everything is on: validation, judgement, fsync, receipts signed in
// two suites, evidence, feeds, three recipients and their regulators, one of them following over a socket.
import { join } from 'node:path'
import { stopSm2Workers } from '../src/hub/identity/suites/index.ts'
import { type Burst, burster, CONNECTIONS, cost, said } from './bursts.ts'
import { verificationsPerSecond } from './ceiling.ts'
import { compileHub } from './compiled.ts'
import type { BenchSuite } from './parties.ts'
import { partyFolder, type Place, prepare, RECIPIENTS, SUBSCRIBED } from './place.ts'
import { freePort, Generator, type Running, startBaseline, startHub } from './processes.ts'
import { median, report, round, tell } from './report.ts'

/** As many as a hub starts if its configuration says nothing. */
const SM2_WORKERS = 2
const WARM_UP = 6_000
const CEILING_SECONDS = 1

export interface AcceptOptions {
  suite: BenchSuite
  /** Length and number of runs. */
  seconds: number
  runs: number
  /** Folder for CPU profiles of the hub; the rates are then lower. */
  profile?: string
  /** Run the hub from its TypeScript instead of compiled. */
  source?: boolean
}

/** Runs the bench and prints its figures. Throws when an answer is not 201 or the subscriber misses an item. */
export async function benchAccept(options: AcceptOptions): Promise<void> {
  const place = await prepare(options.suite)
  const running: Running[] = []
  const generator = new Generator()
  try {
    const { profile, source } = options
    const main =
      source === true ? new URL('../src/main.ts', import.meta.url).pathname : compileHub(join(place.dir, 'built'))
    tell(`hub: ${source === true ? 'from its TypeScript' : 'compiled'}, ${place.url}`)
    const envFile = join(place.dir, 'sandbox', 'hub.env')
    const log = join(place.dir, 'hub.log')
    running.push(await startHub({ main, envFile, url: place.url, log, ...(profile !== undefined && { profile }) }))
    const baselinePort = await freePort()
    running.push(await startBaseline(baselinePort, place.sender.signer.publicKey.spkiDer, SM2_WORKERS))
    await generator.ask({ type: 'follow', folder: partyFolder(place, SUBSCRIBED) })
    const [hub, baseline] = running as [Running, Running]
    await measure(options, place, generator, baselinePort, { hub: hub.pid, baseline: baseline.pid })
  } finally {
    generator.close()
    await Promise.all([...running.map((one) => one.close()), stopSm2Workers()])
  }
}

async function measure(
  { suite, seconds, runs, profile, source }: AcceptOptions,
  place: Place,
  generator: Generator,
  baselinePort: number,
  pids: { hub: number; baseline: number },
): Promise<void> {
  const hub = await burster(place, generator, pids.hub)
  const baseline = { port: baselinePort, path: '/', pid: pids.baseline, repeat: true }
  let { perSecond: expected } = await hub.burst(WARM_UP, { seconds: 60 })
  await hub.again({ ...baseline, seconds: 2 })
  const [taken, bare]: [Burst[], Burst[]] = [[], []]
  for (let run = 1; run <= runs; run++) {
    // More than can be sent in that time.
    const count = Math.ceil(expected * seconds * 1.6)
    const one = await hub.burst(count, { seconds })
    const other = await hub.again({ ...baseline, seconds })
    taken.push(one)
    bare.push(other)
    expected = one.perSecond
    tell(`run ${run} of ${runs}: ${said(one)}; baseline ${said(other)}`)
  }
  const value = median(taken.map(({ perSecond }) => perSecond))
  const paced = await hub.burst(Math.ceil((value / 2) * seconds), { seconds: seconds + 5, perSecond: value / 2 })
  tell(`at half of its rate: ${said(paced)}`)
  const ceiling = await verificationsPerSecond(place.sender, CEILING_SECONDS)
  process.stdout.write(
    `${suite} verifications per core: ${round(ceiling)}/s; accepted: ${round((value / ceiling) * 100)} % of it\n`,
  )
  const base = median(bare.map(({ perSecond }) => perSecond))
  report({
    bench: suite === 'SM2SM3' ? 'accept-sm2' : 'accept',
    unit: 'messages/s',
    value: round(value),
    baseline: round(base),
    ratio: round(value / base, 3),
    p50Ms: round(paced.p50Ms, 2),
    p99Ms: round(paced.p99Ms, 2),
    settings: {
      suite,
      connections: CONNECTIONS,
      seconds,
      runs: taken.map(({ perSecond }) => round(perSecond)),
      baselineRuns: bare.map(({ perSecond }) => round(perSecond)),
      pacedPerSecond: round(paced.perSecond),
      recipients: RECIPIENTS.length,
      sm2Workers: SM2_WORKERS,
      ...cost(taken, bare),
      generatorCpu: round(median(taken.map(({ generatorCpu }) => generatorCpu)), 2),
      generatorCpuBaseline: round(median(bare.map(({ generatorCpu }) => generatorCpu)), 2),
      hub: source === true ? 'typescript' : 'compiled',
      profiled: profile !== undefined,
    },
  })
}
