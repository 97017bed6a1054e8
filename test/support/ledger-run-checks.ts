// What must hold of packets after every fault, read from the ledgers themselves, from the hubs' doors, from their disks and from the
// validators' logs.
import { expect } from 'vitest'
import type { LedgerPacket, LedgerReceipt } from '../../schemas/types.d.ts'
import type { HubClient } from '../../src/client/hub-client.ts'
import { verifyWith } from '../../src/client/trust-file.ts'
import { topicOf } from '../../src/crosschain/ledgers/evm/gateway-events.ts'
import { type Outcome, packetCommitment } from '../../src/crosschain/packet.ts'
import type { ShownPacket } from '../../src/crosschain/shown.ts'
import { allEntries, checkOrder } from './fault-invariants.ts'
import { openKept } from './fault-kept.ts'
import type { MortalHub } from './fault-process.ts'
import type { PlaceLane, PlaceLedger } from './ledger-place.ts'
import { type LedgerRun, officeOf, OFFICES, until } from './ledger-run.ts'
import type { PacketTraffic } from './ledger-run-traffic.ts'

const PAGE = 100

export const office = (hub: MortalHub): HubClient => hub.client(OFFICES.cn)

export async function shownPackets(hub: MortalHub, lane: PlaceLane): Promise<ShownPacket[]> {
  const client = office(hub)
  const all: ShownPacket[] = []
  for (;;) {
    const { packets } = await client.packets(lane.id, { from: (all.at(-1)?.sequence ?? 0) + 1, limit: PAGE })
    all.push(...packets)
    if (packets.length < PAGE) return all
  }
}

/** Waits until the source knows the end of every packet sent on the lanes, and these hubs have proof of it. */
export async function settle(
  hubs: readonly MortalHub[],
  lanes: readonly PlaceLane[],
  traffic: PacketTraffic,
): Promise<void> {
  for (const lane of lanes) {
    const count = traffic.of(lane).length
    await until(`the end of ${count} packets on ${lane.terms.name}`, () => isSettled(hubs, lane, count)).catch(
      async (error: Error) => {
        throw new Error(`${error.message}\n${await standing(hubs, lane)}`, { cause: error })
      },
    )
  }
}

async function isSettled(hubs: readonly MortalHub[], lane: PlaceLane, count: number): Promise<boolean> {
  const { acknowledged } = await lane.source.transport.counters(lane.id)
  if (acknowledged < count) return false
  const known = await Promise.all(hubs.map((hub) => shownPackets(hub, lane)))
  return known.every((packets) => packets.filter(({ receipt }) => receipt !== undefined).length === count)
}

/** For the message of a run that does not come to its end. */
async function standing(hubs: readonly MortalHub[], lane: PlaceLane): Promise<string> {
  const told = hubs.map(async (hub) => {
    const { ledgers } = await office(hub).ledgers()
    const shown = await office(hub).lane(lane.id)
    return `${hub.url} ${JSON.stringify({ ...shown, terms: undefined })} ${JSON.stringify(ledgers.map(({ ledger, frozen, connection }) => ({ ledger, frozen, connection })))}\n${hub.log().slice(-3_000)}`
  })
  const [source, target] = await Promise.all([lane.source, lane.target].map((end) => end.transport.counters(lane.id)))
  return [JSON.stringify({ source, target }), ...(await Promise.all(told))].join('\n')
}

/** One final word for each packet at its target, and counters that agree. Gives the outcomes by sequence. */
export async function checkLedgers(lane: PlaceLane, traffic: PacketTraffic): Promise<Outcome[]> {
  const sent = traffic.of(lane)
  const all = Array.from({ length: sent.length }, (_, n) => n + 1)
  expect(sent.map(({ packet }) => packet.sequence)).toEqual(all)
  expect(await eventSequences(lane, 'Received'), `receipts written on ${lane.terms.name}`).toEqual(all)
  const received = await lane.target.transport.received(lane.id, 1, sent.length)
  const commitments = sent.map(({ packet }) => packetCommitment(packet).toString('hex'))
  expect(received.map(({ commitment }) => commitment)).toEqual(commitments)
  const [source, target] = await Promise.all([lane.source, lane.target].map((end) => end.transport.counters(lane.id)))
  expect(source).toMatchObject({ sent: sent.length, acknowledged: sent.length })
  expect(target).toMatchObject({ received: sent.length })
  return received.map(({ outcome }) => outcome)
}

/** Every such event there is, also one too many; ascending. */
async function eventSequences({ id, target }: PlaceLane, event: 'Received'): Promise<number[]> {
  const { address } = target.contracts.gateway
  const filter = { address: `0x${address}`, topics: [`0x${topicOf(event)}`, `0x${id}`], fromBlock: '0x0' }
  const logs = (await target.devnet.request('eth_getLogs', [filter])) as { topics: string[] }[]
  return logs.map(({ topics }) => Number(topics[2])).toSorted((one, other) => one - other)
}

/** What a hub shows of the lane is what was sent, and what its target wrote. */
export async function checkShown(
  hub: MortalHub,
  lane: PlaceLane,
  traffic: PacketTraffic,
  outcomes: Outcome[],
): Promise<void> {
  const shown = await shownPackets(hub, lane)
  const facts = shown.map(({ sequence, message, commitment, deadline, state }) => ({
    sequence,
    message,
    commitment,
    deadline,
    state,
  }))
  expect(facts).toEqual(
    traffic.of(lane).map(({ packet }, n) => ({
      sequence: packet.sequence,
      message: packet.message,
      commitment: packetCommitment(packet).toString('hex'),
      deadline: packet.deadline,
      state: outcomes[n],
    })),
  )
}

/**
 * The bundles of packets and receipts from one sequence on verify offline, each by the proof of its ledger; a packet's is for the source's
 * country, a receipt's for the target's. Gives how many.
 */
export async function checkBundles(hub: MortalHub, lane: PlaceLane, trust: Buffer, from = 1): Promise<number> {
  const { source, target } = lane.terms
  const shown = (await shownPackets(hub, lane)).filter(({ sequence }) => sequence >= from)
  const exhibits = shown.flatMap(({ entry, receipt }) => [
    { index: entry, owner: source.owner },
    { index: receipt!, owner: target.owner },
  ])
  for (const { index, owner } of exhibits) {
    const bundle = await hub.client(officeOf(owner)).bundle(index)
    const { verdict, links, broken } = await verifyWith(bundle, trust, ['ledger'])
    expect({ index, verdict, broken }).toEqual({ index, verdict: 'verified', broken: undefined })
    expect(links.find(({ link }) => link === 'ledger')?.state).toBe('ok')
  }
  return exhibits.length
}

export interface KeptEntries {
  packets: { lane: string; sequence: number }[]
  receipts: { lane: string; sequence: number; outcome: string }[]
  freezes: { ledger: string; why: string; one: string; other: string }[]
}

/** What stands in the journal of a hub that has ended, in its order. */
export async function keptEntries({ config }: MortalHub): Promise<KeptEntries> {
  const { journal, close } = await openKept(config)
  try {
    const entries = await allEntries(journal)
    checkOrder(entries)
    const kept: KeptEntries = { packets: [], receipts: [], freezes: [] }
    const bodyOf = async (index: number): Promise<unknown> =>
      JSON.parse((await journal.content(index))!.body.toString())
    for (const { kind, index } of entries) {
      if (kind === 'ledger.packet') kept.packets.push(((await bodyOf(index)) as LedgerPacket).packet)
      if (kind === 'ledger.receipt') kept.receipts.push((await bodyOf(index)) as LedgerReceipt)
      if (kind === 'ledger.freeze') kept.freezes.push((await bodyOf(index)) as KeptEntries['freezes'][number])
    }
    return kept
  } finally {
    await close()
  }
}

/** One entry for each packet and each receipt; in order where the lane is. */
export function checkEntered(kept: KeptEntries, lane: PlaceLane, count: number): void {
  const all = Array.from({ length: count }, (_, n) => n + 1)
  for (const what of ['packets', 'receipts'] as const) {
    const sequences = kept[what].filter((one) => one.lane === lane.id).map(({ sequence }) => sequence)
    const inOrder = lane.terms.ordered && what === 'packets' ? sequences : sequences.toSorted((a, b) => a - b)
    expect(inOrder, `${what} of ${lane.terms.name}`).toEqual(all)
  }
}

/** No validator has signed two values for one act, nor any two validators different ones, nor has one had cause for alarm. Gives how many acts. */
export function checkSigned({ validators }: LedgerRun): number {
  const values = new Map<string, string>()
  for (const one of validators) {
    expect(one.alarms(), `alarms of ${one.setup.party}`).toBe(0)
    for (const { lane, sequence, act, value } of one.signed()) {
      const name = `${lane}/${sequence}/${act}`
      expect(value, name).toBe(values.get(name) ?? value)
      values.set(name, value)
    }
  }
  return values.size
}

/** Two headers of one height, both sealed by the ledger's set, of two different blocks. */
export function checkContradiction({ one, other }: KeptEntries['freezes'][number], ledger: PlaceLedger): void {
  const [first, second] = [one, other].map((raw) =>
    ledger.verifier.verifyHeader(
      { height: ledger.trust.height, validators: ledger.trust.validators },
      Buffer.from(raw, 'base64url'),
      {},
    ),
  )
  expect(first!.height).toBe(second!.height)
  expect(first!.hash).not.toBe(second!.hash)
}
