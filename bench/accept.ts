// accept: signed 4 KB declarations go in until the hub can take no more. Everything is on: validation, judgement, fsync, receipts signed in
// two suites, evidence, feeds, three recipients and their regulators, one of them following over a socket.
import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { clientOf, openPartyFolder } from '../src/client/party-folder.ts'
import { initSandbox } from '../src/client/sandbox.ts'
import { stopSm2Workers } from '../src/hub/identity/suites/index.ts'
import { compileHub } from './compiled.ts'
import { verificationsPerSecond } from './ceiling.ts'
import type { LoadJob, LoadResult } from './load-job.ts'
import { type BenchParty, type BenchSuite, enterParty } from './parties.ts'
import { cpuOf, freePort, Generator, type Running, startBaseline, startHub } from './processes.ts'
import { median, report, round, tell } from './report.ts'
import { bindSheaf } from './sheaf.ts'

const RECIPIENTS = ['nanning-customs', 'vietnam-customs', 'hanoi-importer']
const SUBSCRIBED = 'vietnam-customs'
const CONNECTIONS = 64
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

interface Place {
  dir: string
  url: string
  port: number
  sender: BenchParty
  /** Recipients, by URN. */
  to: string[]
  /** Serial of the next declaration. */
  serial: number
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

async function prepare(suite: BenchSuite): Promise<Place> {
  // Not in the system's folder for temporary files: that may lie in memory, where fsync costs nothing.
  const dir = resolve('data', 'bench')
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir, { recursive: true })
  const port = await freePort()
  const sandbox = join(dir, 'sandbox')
  await initSandbox(sandbox, { listen: `127.0.0.1:${port}`, randomness: randomBytes, clock: Date.now })
  const sender = await enterParty(sandbox, suite)
  const place = { dir, url: `http://127.0.0.1:${port}`, port, sender, to: [], serial: 1 }
  return { ...place, to: RECIPIENTS.map((folder) => openPartyFolder(partyFolder(place, folder)).card.party) }
}

const partyFolder = ({ dir }: Pick<Place, 'dir'>, folder: string): string => join(dir, 'sandbox', 'parties', folder)

async function measure(
  { suite, seconds, runs, profile, source }: AcceptOptions,
  place: Place,
  generator: Generator,
  baselinePort: number,
  pids: { hub: number; baseline: number },
): Promise<void> {
  const hub = await burster(place, generator, pids.hub)
  const baseline = { port: baselinePort, path: '/', pid: pids.baseline }
  let { perSecond: expected } = await hub.burst(WARM_UP, { seconds: 60 })
  let { perSecond: expectedBaseline } = await hub.again({ ...baseline, seconds: 60 })
  const [taken, bare]: [Burst[], Burst[]] = [[], []]
  for (let run = 1; run <= runs; run++) {
    // More than can be sent in that time, the faster of the two included.
    const count = Math.ceil(Math.max(expected, expectedBaseline) * seconds * 1.6)
    const one = await hub.burst(count, { seconds })
    const other = await hub.again({ ...baseline, seconds })
    taken.push(one)
    bare.push(other)
    expected = one.perSecond
    expectedBaseline = other.perSecond
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

/** A burst as the generator saw it, and what the server under test spent on each message. */
interface Burst extends LoadResult {
  mainUs?: number
  allUs?: number
}

type Burden = Pick<LoadJob, 'seconds'> & Partial<Pick<LoadJob, 'perSecond' | 'token'>>

/** `burst` signs a new sheaf and sends it to the hub; `again` sends the last sheaf elsewhere, where nothing is kept. */
async function burster(place: Place, generator: Generator, hubPid: number) {
  const client = clientOf({
    card: { ...openPartyFolder(partyFolder(place, SUBSCRIBED)).card, party: place.sender.party },
    identity: { party: place.sender.party, signer: place.sender.signer, path: [place.sender.certificateDer] },
  })
  const file = join(place.dir, 'messages.jws')
  let items = 0
  let sheaf: LoadJob['sheaf'] | undefined
  const again = async ({ pid, ...job }: Burden & Pick<LoadJob, 'port' | 'path'> & { pid: number }): Promise<Burst> => {
    const before = cpuOf(pid)
    const result = await generator.ask<LoadResult>({ type: 'load', connections: CONNECTIONS, sheaf: sheaf!, ...job })
    const after = cpuOf(pid)
    if (!before || !after) return result
    const each = (member: keyof typeof after): number => (after[member] - before[member]) / result.created
    return { ...result, mainUs: each('mainUs'), allUs: each('allUs') }
  }
  const burst = async (count: number, burden: Burden): Promise<Burst> => {
    tell(`signing ${count} declarations`)
    sheaf = await bindSheaf(file, place.sender, place.to, place.serial, count)
    place.serial += count
    const token = await client.token('api')
    const result = await again({ port: place.port, path: '/v1/messages', token, pid: hubPid, ...burden })
    items += result.created
    // Every message taken must reach the subscriber before the next burst begins.
    await generator.ask({ type: 'await-items', least: items })
    return result
  }
  return { burst, again }
}

function said({ perSecond, p50Ms, p99Ms, maxMs, generatorCpu, mainUs, allUs }: Burst): string {
  const cost =
    mainUs === undefined ? '' : `, ${round(mainUs)} us of the main thread and ${round(allUs!)} us in all each`
  const latency = `p50 ${round(p50Ms, 1)} ms, p99 ${round(p99Ms, 1)} ms, max ${round(maxMs)} ms`
  return `${round(perSecond)}/s, ${latency}${cost}; generator ${round(generatorCpu * 100)} % of a core`
}

/** Processor time per message, hub and baseline; nothing where the system does not tell. */
function cost(taken: readonly Burst[], bare: readonly Burst[]): Record<string, number> {
  const of = (bursts: readonly Burst[], member: 'mainUs' | 'allUs'): number =>
    round(median(bursts.map((burst) => burst[member] ?? 0)))
  if (taken[0]?.mainUs === undefined) return {}
  return {
    mainThreadUs: of(taken, 'mainUs'),
    allThreadsUs: of(taken, 'allUs'),
    baselineMainThreadUs: of(bare, 'mainUs'),
    baselineAllThreadsUs: of(bare, 'allUs'),
  }
}
