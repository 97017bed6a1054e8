// soak: one hub under a steady mixture of what clients do: messages, the same again, refusals, documents with findings, enquiries, pulls,
// and sockets that come and go. Prints a line a minute; at the end whether anything was lost, and how the memory has moved.
// Run by hand: npx tsx bench/soak.ts --minutes 60 [--rate 200] [--source]
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { stopSm2Workers } from '../src/hub/identity/suites/index.ts'
import { compileHub } from './compiled.ts'
import { type Place, prepare, SUBSCRIBED } from './place.ts'
import { startHub } from './processes.ts'
import { machine, round, tell } from './report.ts'
import { type Act, Acts } from './soak-acts.ts'

/** Of a hundred acts; the rest are new declarations. */
const MIXTURE: readonly (readonly [Act, number])[] = [
  ['again', 12],
  ['refused', 8],
  ['findings', 5],
  ['enquiry', 5],
  ['pull', 5],
]
const TURN_MS = 10
const VISIT_EVERY_MS = 5_000
/** Names that come back in turn, each where it stopped. */
const VISITORS = 4
const VISIT_MS = 15_000
const MEMORY_EVERY_MS = 5_000
/** Part of the time after which the memory counts: caches have to fill first. */
const SETTLED = 0.25
const CHECKED = 2_000
const SETTLE_MS = 60_000

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    rate: { type: 'string', default: '200' },
    source: { type: 'boolean', default: false },
  },
})
const [minutes, perSecond] = [Number(values.minutes), Number(values.rate)]
if (!(minutes > 0) || !(perSecond > 0)) throw new Error('--minutes and --rate are numbers above 0')

const place = await prepare('ES256', 'bench-soak')
try {
  const main = values.source
    ? new URL('../src/main.ts', import.meta.url).pathname
    : compileHub(join(place.dir, 'built'))
  const envFile = join(place.dir, 'sandbox', 'hub.env')
  const hub = await startHub({ main, envFile, url: place.url, log: join(place.dir, 'hub.log') })
  try {
    await soak(place, hub.pid)
  } finally {
    await hub.close()
    await stopSm2Workers()
  }
  rmSync(place.dir, { recursive: true, force: true })
} catch (error) {
  tell(`the place is left for a look: ${place.dir}`)
  throw error
}

async function soak(at: Place, pid: number): Promise<void> {
  const acts = new Acts(at)
  const stop = new AbortController()
  const counts: Record<string, number> = {}
  const failures: string[] = []
  const latencies: number[] = []
  let minuteFrom = 0
  let received = 0
  let busy = 0
  const fail = (what: string, error: unknown): void => {
    counts['failed'] = (counts['failed'] ?? 0) + 1
    failures.push(`${what}: ${(error as Error).message}`)
    tell(failures.at(-1)!)
  }
  const perform = async (act: Act): Promise<void> => {
    const fromMs = performance.now()
    busy++
    await acts.perform(act).catch((error: unknown) => fail(act, error))
    busy--
    latencies.push(performance.now() - fromMs)
    counts[act] = (counts[act] ?? 0) + 1
  }

  const following = acts
    .follow(SUBSCRIBED, 'soak', stop.signal, (kind) => void (received += kind === 'customs.declaration' ? 1 : 0))
    .catch((error: unknown) => fail('the follower', error))
  const memory: { ms: number; mib: number }[] = []
  const away = Array.from({ length: VISITORS }, (_, n) => `visit-${n}`)
  const startMs = performance.now()
  const elapsedMs = (): number => performance.now() - startMs
  const timers = [
    setInterval(() => memory.push({ ms: elapsedMs(), mib: rssMiB(pid) }), MEMORY_EVERY_MS),
    setInterval(() => {
      const name = away.shift()
      // All of them are here: on a slow machine leaving takes its time.
      if (name === undefined) return
      counts['visits'] = (counts['visits'] ?? 0) + 1
      const leave = new AbortController()
      const going = setTimeout(() => leave.abort(), VISIT_MS)
      stop.signal.addEventListener('abort', () => leave.abort(), { once: true })
      void acts
        .follow('nanning-customs', name, leave.signal, () => {})
        .catch((error: unknown) => fail('a visit', error))
        .finally(() => {
          clearTimeout(going)
          away.push(name)
        })
    }, VISIT_EVERY_MS),
    setInterval(() => {
      const [p50, p99] = [quantile(latencies.slice(minuteFrom), 0.5), quantile(latencies.slice(minuteFrom), 0.99)]
      minuteFrom = latencies.length
      tell(
        `minute ${round(elapsedMs() / 60_000)}: ${JSON.stringify(counts)}, p50 ${p50} ms, p99 ${p99} ms, ${rssMiB(pid)} MiB`,
      )
    }, 60_000),
  ]
  let begun = 0
  while (elapsedMs() < minutes * 60_000) {
    for (const due = Math.floor((elapsedMs() / 1000) * perSecond); begun < due; begun++) void perform(draw())
    await new Promise((wake) => setTimeout(wake, TURN_MS))
  }
  for (const timer of timers) clearInterval(timer)
  await until(() => busy === 0 && received >= acts.taken.length)
  stop.abort()
  await following
  const missing = await missingOf(acts)
  const settled = memory.filter(({ ms }) => ms >= SETTLED * minutes * 60_000)
  process.stdout.write(
    `${JSON.stringify({
      bench: 'soak',
      minutes,
      perSecond: round(begun / (minutes * 60)),
      rssSlopeMiBPerHour: round(slopePerHour(settled), 1),
      rssMiB: { first: settled[0]?.mib, last: settled.at(-1)?.mib, max: Math.max(...memory.map(({ mib }) => mib)) },
      p50Ms: quantile(latencies, 0.5),
      p99Ms: quantile(latencies, 0.99),
      accepted: acts.taken.length,
      received,
      lost: missing + Math.max(0, acts.taken.length - received),
      ...counts,
      failures: failures.slice(0, 10),
      settings: {
        mixture: Object.fromEntries(MIXTURE),
        hub: values.source ? 'typescript' : 'compiled',
        checked: CHECKED,
      },
      machine: machine(),
    })}\n`,
  )
}

function draw(): Act {
  let left = Math.random() * 100
  for (const [act, part] of MIXTURE) if ((left -= part) < 0) return act
  return 'accept'
}

async function until(done: () => boolean): Promise<void> {
  for (const giveUpAtMs = performance.now() + SETTLE_MS; !done() && performance.now() < giveUpAtMs; )
    await new Promise((wake) => setTimeout(wake, 50))
}

/** How many of a random part of everything accepted are not found again where they were said to be. */
async function missingOf({ taken, sender }: Acts): Promise<number> {
  let missing = 0
  for (let n = 0; n < Math.min(CHECKED, taken.length); n++) {
    const { id, index } = taken[Math.floor(Math.random() * taken.length)]!
    const found = await sender.find(sender.identity.party, id).catch(() => undefined)
    if (found?.['index'] !== index) missing++
  }
  return missing
}

function quantile(latencies: readonly number[], part: number): number {
  const sorted = Float64Array.from(latencies).sort()
  return round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0, 2)
}

/** Least squares over the samples. */
function slopePerHour(samples: readonly { ms: number; mib: number }[]): number {
  const mean = (of: (one: { ms: number; mib: number }) => number): number =>
    samples.reduce((sum, one) => sum + of(one), 0) / samples.length
  const [ms, mib] = [mean((one) => one.ms), mean((one) => one.mib)]
  const above = mean((one) => (one.ms - ms) * (one.mib - mib))
  return (above / mean((one) => (one.ms - ms) ** 2)) * 3_600_000
}

function rssMiB(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return round(Number(kib) / 1024)
}
