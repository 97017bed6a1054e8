// relay: from the block in which a packet was sent to the block in which it was delivered, in blocks; and what a packet costs the relay
// while few and while many wait. Beside the way, the same deliveries by somebody who verifies nothing.
import { setTimeout as pause } from 'node:timers/promises'
import { packetCommitment } from '../src/crosschain/packet.ts'
import type { RelayLedger } from '../src/crosschain/relay/ports.ts'
import type { Relay } from '../src/crosschain/relay/relay.ts'
import { rounds } from '../src/crosschain/rounds.ts'
import { openBenchPlace, type BenchPlace } from './relay-place.ts'
import { median, report, round, tell } from './report.ts'

const BLOCK_MS = 1_000
const GAP_MS = 730
const POLL_MS = 10
const LOOK_MS = 100
const FEW = 100
/** Of many, the first are left out: the rest begin before the measuring does and end after it, alike. */
const WARM = 100
const MEASURED = 200

export interface RelayBenchOptions {
  /** Packets whose way is timed, each. */
  packets: number
  queued: number
}

/** Runs the bench and prints its figures; `value` is the median way in blocks. */
export async function benchRelay({ packets, queued }: RelayBenchOptions): Promise<void> {
  const relayed = await inPlace((place) => latency(place, packets, relaying))
  tell(`relayed: ${round(median(relayed), 2)} blocks from block to block`)
  const bare = await inPlace((place) => latency(place, packets, submitting))
  tell(`bare: ${round(median(bare), 2)} blocks`)
  await inPlace((place) => cost(place, FEW))
  const few = await inPlace((place) => cost(place, FEW))
  tell(`with ${FEW} queued: ${round(few.cpuMs, 1)} ms of CPU for each`)
  const many = await inPlace((place) => cost(place, queued))
  tell(`with ${queued} queued: ${round(many.cpuMs, 1)} ms of CPU for each`)
  const sorted = relayed.toSorted((one, other) => one - other)
  const msAt = (part: number): number => round(sorted[Math.ceil(part * sorted.length) - 1]! * BLOCK_MS)
  report({
    bench: 'relay',
    unit: 'blocks',
    value: round(median(relayed), 2),
    baseline: round(median(bare), 2),
    ratio: round(median(relayed) / median(bare), 3),
    p50Ms: msAt(0.5),
    p99Ms: msAt(0.99),
    settings: {
      blockMs: BLOCK_MS,
      packets,
      signatures: 2,
      validators: 'in this process, sign without verifying',
      hub: 'a map in memory',
      cpuMsEach: { [`${FEW} queued`]: round(few.cpuMs, 1), [`${queued} queued`]: round(many.cpuMs, 1) },
      cpuRatio: round(many.cpuMs / few.cpuMs, 2),
      packetsPerSecond: round(many.perSecond, 1),
      firstLookMs: round(many.firstLookMs),
    },
  })
}

async function inPlace<T>(use: (place: BenchPlace) => Promise<T>): Promise<T> {
  const place = await openBenchPlace(BLOCK_MS)
  try {
    return await use(place)
  } finally {
    place.close()
  }
}

type Way = (place: BenchPlace) => { close(): Promise<void> }

/** For each packet, the blocks from the one in which it was sent to the one in which it was delivered, by when they were first seen. */
async function latency(place: BenchPlace, packets: number, way: Way): Promise<number[]> {
  const { lane, source, target } = place
  const [sentAt, writtenAt] = [seenAt(source), seenAt(target)]
  const running = way(place)
  for (let n = 0; n < packets; n++) {
    void place.send(1)
    await pause(GAP_MS)
  }
  while ((await target.transport.counters(lane)).received < packets) await pause(LOOK_MS)
  const sent = await source.transport.sent(lane, 1, packets)
  const received = await target.transport.received(lane, 1, packets)
  await running.close()
  const [sentMs, writtenMs] = [sentAt.stop(), writtenAt.stop()]
  return sent.map(({ height }, at) => (writtenMs(received[at]!.height) - sentMs(height)) / BLOCK_MS)
}

/** Notes when each block is seen first. */
function seenAt({ transport }: RelayLedger) {
  const times = new Map<number, number>()
  let stopped = false
  const watch = async (): Promise<void> => {
    // oxlint-disable-next-line no-unmodified-loop-condition -- stop() sets it meanwhile
    while (!stopped) {
      const height = await transport.head()
      if (!times.has(height)) times.set(height, performance.now())
      await pause(POLL_MS)
    }
  }
  void watch()
  return {
    stop: () => {
      stopped = true
      return (height: number): number => times.get(height) ?? NaN
    },
  }
}

const relaying: Way = (place) => place.start()

/** Hands in whatever the source's node shows, as soon as it does. */
const submitting: Way = ({ lane, source, target, attest }) => {
  let next = 1
  const submitted: Promise<void>[] = []
  const look = async (): Promise<void> => {
    const { sent } = await source.transport.counters(lane)
    if (sent < next) return
    for (const { packet } of await source.transport.sent(lane, next, sent)) {
      next = packet.sequence + 1
      submitted.push(submit(packet))
    }
  }
  const submit = async (packet: Parameters<typeof packetCommitment>[0]): Promise<void> => {
    const { chainId, contracts } = target as RelayLedger & { chainId: number }
    const value = packetCommitment(packet).toString('hex')
    const act = { chainId, gateway: contracts.gateway.address, epoch: 1, lane, sequence: packet.sequence, value }
    const { attestation } = await attest({ ...act, act: 'deliver' }, undefined as never)
    await target.transport.deliver(packet, attestation)
  }
  const looking = rounds({ turn: look, everyMs: LOOK_MS, onFault: (error) => tell(String(error)) })
  return { close: async () => void (await Promise.all([looking.close(), ...submitted])) }
}

interface Cost {
  cpuMs: number
  perSecond: number
  firstLookMs: number
}

/** CPU of this process for each packet carried to its end while `queued` wait, the validators' signing included. */
async function cost(place: BenchPlace, queued: number): Promise<Cost> {
  tell(`filling: ${queued} packets`)
  await place.send(queued)
  const startMs = performance.now()
  await place.source.transport.sent(place.lane, 1, 1)
  const firstLookMs = performance.now() - startMs
  const before = process.cpuUsage()
  const relay = place.start()
  const acknowledged = (): number => relay.state().lanes[0]?.acknowledged ?? 0
  if (queued === FEW) return { ...(await carried(relay, acknowledged, FEW, before)), firstLookMs }
  while (acknowledged() < WARM) await pause(LOOK_MS)
  return { ...(await carried(relay, acknowledged, MEASURED, process.cpuUsage())), firstLookMs }
}

async function carried(relay: Relay, acknowledged: () => number, count: number, before: NodeJS.CpuUsage) {
  const [from, startMs] = [acknowledged(), performance.now()]
  while (acknowledged() < from + count) await pause(LOOK_MS)
  const { user, system } = process.cpuUsage(before)
  const done = acknowledged() - from
  const perSecond = (done * 1000) / (performance.now() - startMs)
  await relay.close()
  return { cpuMs: (user + system) / 1000 / done, perSecond }
}
