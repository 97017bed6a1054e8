// replay: a feed that nobody has read yet, over one socket, from a hub that has just been started; the client parses every item. Beside it
// what ws alone does with texts of the same length.
import { join } from 'node:path'
import { clientOf, openPartyFolder } from '../src/client/party-folder.ts'
import { compileHub } from './compiled.ts'
import type { DeclarationSize } from './declaration.ts'
import { FeedReaders } from './feed-readers.ts'
import { clear, partyFolder, type Place, prepare, SUBSCRIBED } from './place.ts'
import { freePort, Generator, type Running, startHub } from './processes.ts'
import { startRaw } from './raw-socket.ts'
import { median, report, round, tell } from './report.ts'
import { bindSheaf } from './sheaf.ts'

const ITEMS = 20_000
const CONNECTIONS = 64

export interface ReplayOptions {
  runs: number
  profile?: string
}

/** Prints one line of figures for items of 1 KB and one for items of 4 KB. Throws when an item is missing or out of order. */
export async function benchReplay(options: ReplayOptions): Promise<void> {
  for (const size of ['1kb', '4kb'] as const) await replay(options, size)
}

async function replay({ runs, profile }: ReplayOptions, size: DeclarationSize): Promise<void> {
  const place = await prepare('ES256', 'bench-replay')
  const start = {
    main: compileHub(join(place.dir, 'built')),
    envFile: join(place.dir, 'sandbox', 'hub.env'),
    url: place.url,
  }
  const log = join(place.dir, 'hub.log')
  const filling = await startHub({ ...start, log })
  try {
    await fill(place, size)
  } finally {
    await filling.close()
  }
  const rates: number[] = []
  const gapsMs: number[] = []
  const bare: number[] = []
  for (let run = 1; run <= runs; run++) {
    // Started anew each time: nothing of the feed is in memory.
    const hub = await startHub({ ...start, log, ...(profile !== undefined && { profile }) })
    try {
      const read = await readAll(place, run)
      rates.push(read.perSecond)
      gapsMs.push(...read.gapsMs)
    } finally {
      await hub.close()
    }
    bare.push(await rawRate(size))
    tell(`run ${run} of ${runs}, ${size}: ${round(rates.at(-1)!)}/s; raw ws ${round(bare.at(-1)!)}/s`)
  }
  clear(place)
  const [value, baseline] = [median(rates), median(bare)]
  gapsMs.sort((a, b) => a - b)
  const at = (part: number): number => round(gapsMs[Math.floor((gapsMs.length - 1) * part)]!, 3)
  report({
    bench: `replay-${size}`,
    unit: 'items/s',
    value: round(value),
    baseline: round(baseline),
    ratio: round(value / baseline, 3),
    // From one item to the next.
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    settings: {
      items: ITEMS,
      runs: rates.map((rate) => round(rate)),
      baselineRuns: bare.map((rate) => round(rate)),
      profiled: profile !== undefined,
    },
  })
}

async function fill(place: Place, size: DeclarationSize): Promise<void> {
  const generator = new Generator()
  try {
    tell(`signing and filing ${ITEMS} declarations of ${size}`)
    const sheaf = await bindSheaf(join(place.dir, 'messages.jws'), place.sender, place.to, place.serial, ITEMS, size)
    const token = await senderClient(place).token('api')
    await generator.ask({
      type: 'load',
      port: place.port,
      path: '/v1/messages',
      token,
      sheaf,
      connections: CONNECTIONS,
      seconds: 120,
    })
  } finally {
    generator.close()
  }
}

const senderClient = ({ sender, ...place }: Place) =>
  clientOf({
    card: { ...openPartyFolder(partyFolder(place, SUBSCRIBED)).card, party: sender.party },
    identity: { party: sender.party, signer: sender.signer, path: [sender.certificateDer] },
  })

/** Items per second from the first item to the last, and the time from each to the next (ms). */
async function readAll(place: Place, run: number): Promise<{ perSecond: number; gapsMs: number[] }> {
  const readers = new FeedReaders()
  try {
    const token = await clientOf(openPartyFolder(partyFolder(place, SUBSCRIBED))).token('feed')
    const url = `${place.url.replace('http', 'ws')}/v1/feed/socket`
    await readers.ask({ type: 'open', url, lines: [{ token, name: `run-${run}`, after: 0, read: 'parsed' }] })
    const { items, firstMs, lastMs, arrivalsMs } = await readers.ask({ type: 'await', items: ITEMS })
    const gapsMs = arrivalsMs.slice(1).map((ms, n) => ms - arrivalsMs[n]!)
    return { perSecond: ((items - 1) / (lastMs - firstMs)) * 1000, gapsMs }
  } finally {
    readers.close()
  }
}

async function rawRate(size: DeclarationSize): Promise<number> {
  const port = await freePort()
  const raw: Running = await startRaw(port, ITEM_BYTES[size], ITEMS)
  const readers = new FeedReaders()
  try {
    await readers.ask({
      type: 'open',
      url: `ws://127.0.0.1:${port}`,
      lines: [{ token: 'none', name: 'raw', after: 0, read: 'parsed' }],
    })
    const { items, firstMs, lastMs } = await readers.ask({ type: 'await', items: ITEMS })
    return ((items - 1) / (lastMs - firstMs)) * 1000
  } finally {
    readers.close()
    await raw.close()
  }
}

/** Length of an item with envelope, signature, body and receipt, as it goes over the wire. */
const ITEM_BYTES: Record<DeclarationSize, number> = { '1kb': 5_000, '4kb': 8_500 }
