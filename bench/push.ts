// push: from the moment the journal takes a message, as its receipt says, to the item received and parsed on a socket, at a steady rate; then
// the same beside a thousand sockets that do not read. Beside it what ws alone takes at that rate.
import { join } from 'node:path'
import { clientOf, openPartyFolder } from '../src/client/party-folder.ts'
import { FanoutHouse } from './fanout-house.ts'
import { FeedReaders, type ReaderLine, type ReaderSeen } from './feed-readers.ts'
import type { LoadResult } from './load-job.ts'
import { clear, partyFolder, type Place, prepare, RECIPIENTS } from './place.ts'
import { freePort, Generator } from './processes.ts'
import { startRaw } from './raw-socket.ts'
import { report, round, tell } from './report.ts'
import { bindSheaf } from './sheaf.ts'

/** Messages per second: the highest of these that the hub keeps up with counts. */
const RATES = [1_000, 500, 250, 100]
const KEPT_UP = 0.97
const CONNECTIONS = 64
const WARM_UP = 500
const STALLED = 1_000
/** Enough to fill what the system keeps for a peer that does not read, and the hub's own share. */
const FILLING = 60
const FILLINGS_MAX = 15
const RAW_BYTES = 8_200

export interface PushOptions {
  seconds: number
  profile?: string
}

interface Paced {
  rate: number
  perSecond: number
  p50Ms: number
  p99Ms: number
  maxMs: number
}

/** Prints one line of figures without stalled sockets and one with them. */
export async function benchPush({ seconds, profile }: PushOptions): Promise<void> {
  const place = await prepare('ES256', 'bench-push')
  const house = await FanoutHouse.start(join(place.dir, 'sandbox', 'hub.env'), join(place.dir, 'hub.log'), profile)
  const [generator, readers, stalled] = [new Generator(), new FeedReaders(), new FeedReaders()]
  try {
    const clients = RECIPIENTS.map((folder) => clientOf(openPartyFolder(partyFolder(place, folder))))
    const tokens = await Promise.all(clients.map((client) => client.token('feed')))
    const url = `${place.url.replace('http', 'ws')}/v1/feed/socket`
    await readers.ask({
      type: 'open',
      url,
      lines: tokens.map((token) => ({ token, name: 'timed', after: 0, read: 'timed' })),
    })
    const send = sender(place, generator, readers)
    await send(WARM_UP, 1_000, 60)
    const alone = await steady(RATES, seconds, send)
    const bare = await rawPaced(alone.rate, seconds)
    figures('push', alone, bare, { seconds, stalled: 0, baseline: 'raw ws, p99', profiled: profile !== undefined })

    const path = join(place.dir, 'hub.sock')
    await house.ask({ type: 'entrance', path })
    await stalled.ask({
      type: 'open',
      url: `ws+unix://${path}:/v1/feed/socket`,
      lines: stalledLines([...tokens, await senderToken(place, 'feed')]),
    })
    // They take what the system keeps for them first; measured is what comes after that.
    for (let tries = 0; tries < FILLINGS_MAX; tries++)
      if (delays((await send(FILLING, 50, 60)).seen).p50Ms < 2 * alone.p99Ms) break
    const beside = await steady([alone.rate], seconds, send)
    figures('push-stalled', beside, alone, {
      seconds,
      stalled: STALLED,
      baseline: 'without them, p99',
      profiled: profile !== undefined,
    })
  } finally {
    generator.close()
    readers.close()
    stalled.close()
    await house.close()
  }
  clear(place)
}

type Send = (count: number, perSecond: number, seconds: number) => Promise<{ result: LoadResult; seen: ReaderSeen }>

/** Signs, sends at a pace, and waits until all recipients have all of it. */
function sender(place: Place, generator: Generator, readers: FeedReaders): Send {
  return async (count, perSecond, seconds) => {
    const sheaf = await bindSheaf(join(place.dir, 'messages.jws'), place.sender, place.to, place.serial, count)
    place.serial += count
    await readers.ask({ type: 'reset' })
    const token = await senderToken(place, 'api')
    const job = { port: place.port, path: '/v1/messages', token, sheaf, connections: CONNECTIONS, seconds, perSecond }
    const result = await generator.ask<LoadResult>({ type: 'load', ...job })
    return { result, seen: await readers.ask({ type: 'await', items: result.created * RECIPIENTS.length }) }
  }
}

/** The highest of the rates that is kept up, or the lowest. */
async function steady(rates: readonly number[], seconds: number, send: Send): Promise<Paced> {
  for (const rate of rates) {
    const { result, seen } = await send(rate * seconds, rate, seconds + 30)
    const paced = { rate, perSecond: result.perSecond, ...delays(seen) }
    tell(
      `${rate}/s wanted, ${round(result.perSecond)}/s taken: p50 ${round(paced.p50Ms, 1)} ms, p99 ${round(paced.p99Ms, 1)} ms`,
    )
    if (result.perSecond >= rate * KEPT_UP || rate === rates.at(-1)) return paced
  }
  throw new Error('no rate was asked for')
}

function delays({ delaysMs }: ReaderSeen): Pick<Paced, 'p50Ms' | 'p99Ms' | 'maxMs'> {
  const sorted = [...delaysMs].sort((a, b) => a - b)
  const at = (part: number): number => sorted[Math.floor((sorted.length - 1) * part)]!
  return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) }
}

const stalledLines = (tokens: readonly string[]): ReaderLine[] =>
  Array.from({ length: STALLED }, (_, n) => ({
    token: tokens[n % tokens.length]!,
    name: `stalled-${Math.floor(n / tokens.length)}`,
    after: 0,
    read: 'never',
  }))

async function senderToken(
  { sender: { party, signer, certificateDer }, ...place }: Place,
  purpose: 'api' | 'feed',
): Promise<string> {
  const { card } = openPartyFolder(partyFolder(place, RECIPIENTS[0]!))
  return clientOf({ card: { ...card, party }, identity: { party, signer, path: [certificateDer] } }).token(purpose)
}

async function rawPaced(perSecond: number, seconds: number): Promise<Paced> {
  const port = await freePort()
  const raw = await startRaw(port, RAW_BYTES, 0)
  const readers = new FeedReaders()
  try {
    const lines = RECIPIENTS.map((name): ReaderLine => ({ token: 'none', name, after: 0, read: 'timed' }))
    await readers.ask({ type: 'open', url: `ws://127.0.0.1:${port}`, lines })
    await readers.ask({ type: 'reset' })
    const startMs = performance.now()
    for (let told = 0; told < perSecond * seconds; ) {
      for (; told < ((performance.now() - startMs) / 1000) * perSecond; told++) raw.tell()
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    const seen = await readers.ask({ type: 'await', items: perSecond * seconds * lines.length })
    return { rate: perSecond, perSecond, ...delays(seen) }
  } finally {
    readers.close()
    await raw.close()
  }
}

function figures(bench: string, measured: Paced, base: Paced, settings: Record<string, unknown>): void {
  report({
    bench,
    unit: 'ms',
    value: round(measured.p99Ms, 1),
    baseline: round(base.p99Ms, 1),
    ratio: round(measured.p99Ms / base.p99Ms, 2),
    p50Ms: round(measured.p50Ms, 1),
    p99Ms: round(measured.p99Ms, 1),
    settings: {
      wantedPerSecond: RATES[0],
      rate: measured.rate,
      takenPerSecond: round(measured.perSecond),
      maxMs: round(measured.maxMs, 1),
      recipients: RECIPIENTS.length,
      hub: 'typescript',
      ...settings,
    },
  })
}
