// fanout: one item of 1 KB to thousands of sockets, journal included: 50 parties with 100 sockets each, then 5,000 parties with one. Beside
// it what ws alone does when it sends texts of the same length to as many sockets.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Crowd, makeCrowd, openSessions } from './crowd.ts'
import { FanoutHouse } from './fanout-house.ts'
import { FeedReaders, type ReaderLine } from './feed-readers.ts'
import { clear, partyFolder, type Place, prepare, SUBSCRIBED } from './place.ts'
import { freePort } from './processes.ts'
import { startRaw } from './raw-socket.ts'
import { median, report, round, tell } from './report.ts'

const SOCKETS = 5_000
const PARTIES = [50, SOCKETS] as const
/** Items in a row, of which so many may be under way. */
const ROUNDS = 30
const UNDER_WAY = 3
/** Items told alone, for the delays. */
const ALONE = 10
/** A party may have 256 names, and each run takes 100 of them. */
const RUNS_MAX = 2

export interface FanoutOptions {
  runs: number
  profile?: string
}

/** Deliveries per second, and the delays (ms) of items told alone. */
interface Measured {
  perSecond: number
  delaysMs: number[]
  itemBytes: number
}

/** Prints one line of figures for each shape. Throws when an item does not reach a socket. */
export async function benchFanout({ runs, profile }: FanoutOptions): Promise<void> {
  const place = await prepare('ES256', 'bench-fanout')
  const sandbox = join(place.dir, 'sandbox')
  const house = await FanoutHouse.start(join(sandbox, 'hub.env'), join(place.dir, 'hub.log'), profile)
  try {
    tell(`making and entering ${SOCKETS} parties`)
    const crowd = await makeCrowd(sandbox, place.url, SOCKETS)
    await house.ask({ type: 'enter', files: written(join(place.dir, 'crowd'), crowd.entries) })
    tell(`opening ${SOCKETS} sessions`)
    const tokens = await openSessions(crowd.members)
    const heads = crowd.members.map(() => 1)
    for (const parties of PARTIES)
      await shape(
        place,
        house,
        crowd,
        { tokens, heads, parties },
        { runs: Math.min(runs, RUNS_MAX), profiled: profile !== undefined },
      )
  } finally {
    await house.close()
  }
  clear(place)
}

async function shape(
  place: Place,
  house: FanoutHouse,
  crowd: Crowd,
  /** Of each member: its session, and the newest item of its feed, which begins with its own admission. */
  { tokens, heads, parties }: { tokens: readonly string[]; heads: number[]; parties: number },
  { runs, profiled }: { runs: number; profiled: boolean },
): Promise<void> {
  const told = crowd.members.slice(0, parties).map(({ card }) => card.party)
  const folder = partyFolder(place, SUBSCRIBED)
  const hub: Measured[] = []
  const bare: Measured[] = []
  for (let run = 1; run <= runs; run++) {
    const lines = linesOf(tokens.slice(0, parties), `run-${run}-${parties}`, heads)
    for (let n = 0; n < parties; n++) heads[n]! += ALONE + ROUNDS
    const url = `${place.url.replace('http', 'ws')}/v1/feed/socket`
    hub.push(await measured(url, lines, () => house.ask({ type: 'tell', folder, parties: told })))
    bare.push(await rawMeasured(hub.at(-1)!.itemBytes))
    const [one, other] = [hub.at(-1)!, bare.at(-1)!].map(({ perSecond }) => round(perSecond))
    tell(`run ${run} of ${runs}, ${parties} parties: ${one} deliveries/s; raw ws ${other}/s`)
  }
  const [value, baseline] = [hub, bare].map((all) => median(all.map(({ perSecond }) => perSecond))) as [number, number]
  const delaysMs = hub.flatMap((one) => one.delaysMs).sort((a, b) => a - b)
  const bareMs = bare.flatMap((one) => one.delaysMs).sort((a, b) => a - b)
  const at = (sorted: readonly number[], part: number): number => round(sorted[Math.floor(sorted.length * part)]!, 1)
  report({
    bench: 'fanout',
    unit: 'deliveries/s',
    value: round(value),
    baseline: round(baseline),
    ratio: round(value / baseline, 3),
    p50Ms: at(delaysMs, 0.5),
    p99Ms: at(delaysMs, 0.99),
    settings: {
      parties,
      socketsEach: SOCKETS / parties,
      itemBytes: hub[0]!.itemBytes,
      rounds: ROUNDS,
      runs: hub.map(({ perSecond }) => round(perSecond)),
      baselineRuns: bare.map(({ perSecond }) => round(perSecond)),
      baselineP50Ms: at(bareMs, 0.5),
      baselineP99Ms: at(bareMs, 0.99),
      hub: 'typescript',
      profiled,
    },
  })
}

/** New names that begin where the feed is now. */
function linesOf(tokens: readonly string[], name: string, heads: readonly number[]): ReaderLine[] {
  return Array.from({ length: SOCKETS }, (_, n) => ({
    token: tokens[n % tokens.length]!,
    name: `${name}-${Math.floor(n / tokens.length)}`,
    after: heads[n % tokens.length]!,
    read: 'counted',
  }))
}

async function measured(url: string, lines: ReaderLine[], send: () => Promise<void> | void): Promise<Measured> {
  const readers = new FeedReaders()
  try {
    await readers.ask({ type: 'open', url, lines })
    const delaysMs: number[] = []
    for (let n = 0; n < ALONE; n++) {
      await readers.ask({ type: 'reset' })
      const toldMs = performance.timeOrigin + performance.now()
      await send()
      const { arrivalsMs } = await readers.ask({ type: 'await', items: SOCKETS })
      delaysMs.push(...arrivalsMs.map((ms) => ms - toldMs))
    }
    await readers.ask({ type: 'reset' })
    const beganMs = performance.timeOrigin + performance.now()
    for (let n = 0; n < ROUNDS; n++) {
      if (n >= UNDER_WAY) await readers.ask({ type: 'await', items: SOCKETS * (n - UNDER_WAY + 1), quiet: true })
      await send()
    }
    const { items, lastMs, itemBytes } = await readers.ask({ type: 'await', items: SOCKETS * ROUNDS, quiet: true })
    return { perSecond: (items / (lastMs - beganMs)) * 1000, delaysMs, itemBytes }
  } finally {
    readers.close()
  }
}

async function rawMeasured(itemBytes: number): Promise<Measured> {
  const port = await freePort()
  const raw = await startRaw(port, itemBytes, 0)
  try {
    return await measured(`ws://127.0.0.1:${port}`, linesOf(['none'], 'raw', [0]), () => raw.tell())
  } finally {
    await raw.close()
  }
}

function written(folder: string, entries: readonly Buffer[]): string[] {
  mkdirSync(folder, { recursive: true })
  return entries.map((entry, n) => {
    const file = join(folder, `${n}.json`)
    writeFileSync(file, entry)
    return file
  })
}
