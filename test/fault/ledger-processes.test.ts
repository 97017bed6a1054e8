// Whole processes across ledgers: two hubs that relay at once, three validators and the ledgers' nodes, killed in turn under a stream of
// packets; then nodes that lie, hang and contradict themselves. Every packet takes effect once or expires, and all of it can be proved.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ShownLane, ShownLedger, ShownPacket } from '../../src/crosschain/shown.ts'
import type { DevnetFault } from '../../src/crosschain/devnet/index.ts'
import { chanceOf, faultSeed } from '../support/fault-seed.ts'
import type { MortalHub } from '../support/fault-process.ts'
import { pause } from '../support/fault-traffic.ts'
import { kindOf, type PlaceLane } from '../support/ledger-place.ts'
import * as checks from '../support/ledger-run-checks.ts'
import { believe, connect, LANE_KIND, type LedgerRun, ledgerRun, pay, trustIn, until } from '../support/ledger-run.ts'
import { PacketTraffic, type SentOn, SHORT_S } from '../support/ledger-run-traffic.ts'
import { LONG_MS } from '../support/patience.ts'

const seed = faultSeed('ledger processes')
const chance = chanceOf(seed)
let run: LedgerRun
let traffic: PacketTraffic
/** Sent with little time, while nobody could deliver them in it. */
const expired: SentOn[] = []

beforeAll(async () => {
  run = await ledgerRun()
  await connect(run)
  traffic = new PacketTraffic(run, chance)
  for (let n = 0; n < 2; n++) await traffic.send(run.lanes.side, { comes: 'never' })
}, LONG_MS)
afterAll(() => run?.close())

/** What follows stands on what came before: after a failure the rest would only fail slowly. */
let broken = false
beforeEach(({ skip, onTestFailed }) => {
  if (broken) skip('what came before has failed')
  onTestFailed(() => void (broken = true))
})

type LaneName = keyof LedgerRun['lanes']
const both = (): LedgerRun['lanes'][LaneName][] => [run.lanes.there, run.lanes.back]

const lane = (name: LaneName): Promise<ShownLane> => checks.office(run.hubs[0]).lane(run.lanes[name].id)

async function ledger(name: string, hub = run.hubs[0]): Promise<ShownLedger> {
  const { ledgers } = await checks.office(hub).ledgers()
  return ledgers.find((one) => one.ledger === run.place.ledger(name).urn)!
}

/** Moves time on far enough for packets sent with little of it to be late. */
const passDeadlines = (): void => run.pass((SHORT_S + 30) * 1_000)

const faults: Record<string, () => Promise<void>> = {
  'the hub': () => killHub(0),
  'the second hub': () => killHub(1),
  'a validator': killValidator,
  'two validators': killTwoValidators,
  'the node at home': () => killNode('domestic'),
  'the node abroad': () => killNode('partner'),
}

/** The other one carries on alone; what it has brought to its end is proved to this one afterwards. */
async function killHub(n: 0 | 1): Promise<void> {
  const hub = run.hubs[n]
  await traffic.stream(2)
  await pause(chance.below(600))
  await hub.kill()
  await traffic.stream(3, n !== 0)
  await arrival(traffic.sent.at(-1)!)
  hub.spawn()
  await hub.ready()
}

/** Two signatures are enough. */
async function killValidator(): Promise<void> {
  const one = run.validators[chance.below(3)]!
  await traffic.stream(2)
  await pause(chance.below(300))
  await one.kill()
  await traffic.stream(3)
  await arrival(traffic.sent.at(-1)!)
  await one.start()
}

/** Some final word about a packet at its target. */
const arrival = ({ lane: { id, target }, packet: { sequence } }: SentOn): Promise<boolean> =>
  until('the packet at its target', async () => (await target.transport.received(id, sequence, sequence)).length > 0)

/** While two are down, one signature is all there is: whatever is sent now stays where it is, and what has a short time expires. */
async function killTwoValidators(): Promise<void> {
  const two = chance.shuffled(run.validators).slice(0, 2)
  await Promise.all(two.map((one) => one.kill()))
  const late = [
    await traffic.send(run.lanes.there, { isShort: true }),
    await traffic.send(run.lanes.back, { isShort: true }),
  ]
  await traffic.stream(2)
  const waiting = traffic.sent.slice(-4)
  for (const one of waiting)
    await until('the packet in the hub', async () => (await inHub(one, run.hubs[0])) !== undefined)
  await until('the cause, told of a lane', async () => (await lane('there')).waits?.includes('too few validators'))
  for (const {
    lane: { id, target },
    packet,
  } of waiting)
    expect(
      await target.transport.received(id, packet.sequence, packet.sequence),
      'one signature delivers nothing',
    ).toEqual([])
  passDeadlines()
  for (const one of chance.shuffled(two)) await one.start()
  expired.push(...late)
}

/** What waits in its pool is lost with it, and a packet sent while it is gone is late. */
async function killNode(name: 'domestic' | 'partner'): Promise<void> {
  const towards = name === 'partner' ? run.lanes.there : run.lanes.back
  run.place.ledger(name).devnet.setFault({ halt: true })
  for (let n = 0; n < 2; n++) await traffic.send(towards)
  await pause(chance.below(1_500))
  await run.crash(name)
  const late = await traffic.send(towards, { isShort: true })
  await traffic.stream(2)
  passDeadlines()
  await run.restart(name)
  expired.push(late)
}

describe(`processes across ledgers (seed ${seed})`, () => {
  it('every packet takes effect once or expires, whoever dies', { timeout: 4 * LONG_MS }, async () => {
    await traffic.stream(4)
    for (const name of chance.shuffled(Object.keys(faults))) {
      const started = performance.now()
      await faults[name]!()
      process.stdout.write(`ledger processes: ${name} died, ${Math.round(performance.now() - started)} ms\n`)
      await traffic.stream(1)
    }
    await traffic.submitLate()
    await checks.settle(run.hubs, both(), traffic)
    for (const one of both()) {
      const outcomes = await checks.checkLedgers(one, traffic)
      const late = expired.filter(({ lane: { id } }) => id === one.id).map(({ packet }) => packet.sequence)
      expect(outcomes).toEqual(outcomes.map((_, n) => (late.includes(n + 1) ? 'expired' : 'delivered')))
      for (const hub of run.hubs) await checks.checkShown(hub, one, traffic, outcomes)
      for (const hub of run.hubs)
        expect(await checks.checkBundles(hub, one, run.trustOf(hub))).toBe(outcomes.length * 2)
    }
    for (const { entry, packet } of traffic.sent.filter(({ lane: { id } }) => id !== run.lanes.side.id))
      if (entry !== undefined)
        expect((await traffic.relayed(entry)).map(({ lane: id, sequence }) => ({ id, sequence }))).toEqual([
          { id: packet.lane, sequence: packet.sequence },
        ])
    expect(checks.checkSigned(run)).toBeGreaterThanOrEqual(traffic.sent.length)
    await allReady()
    process.stdout.write(`ledger processes: ${traffic.sent.length} packets, ${expired.length} of them late\n`)
  })

  it('an account that cannot pay is shown, and goes on when it can', { timeout: 2 * LONG_MS }, async () => {
    const [[hub], { side }] = [run.hubs, run.lanes]
    await until('the lane that waits for money', async () => (await lane('side')).waits === 'paused: funds')
    expect((await ledger('supervision')).connection).toMatchObject({ funds: 'low' })
    expect(await side.target.transport.counters(side.id)).toMatchObject({ received: 0 })
    await pay(side.target, run.poorKey, 10n ** 18n)
    await checks.settle([hub], [side], traffic)
    expect(await checks.checkLedgers(side, traffic)).toEqual(['delivered', 'delivered'])
    await until(
      'the money, told of the ledger',
      async () => (await ledger('supervision')).connection?.funds === 'enough',
    )
    await until('the lane that waits no longer', async () => (await lane('side')).waits === undefined)
  })

  it('a node that lies freezes nothing, and nothing false enters', { timeout: 3 * LONG_MS }, async () => {
    const { there, back } = run.lanes
    const { devnet } = there.target
    const seals = chance.below(2) ? 'under-quorum' : 'foreign-seals'
    const lies: DevnetFault[] = [{ header: seals }, { header: 'height' }, { receipt: 'log' }, { proof: true }]
    for (const lie of lies) {
      const started = performance.now()
      devnet.setFault(lie)
      const { packet } = await traffic.send(there)
      await until(`the cause, told under ${JSON.stringify(lie)}`, () => troubleOf('partner', 'there'))
      for (const hub of run.hubs) {
        const shown = await checks.shownPackets(hub, there)
        expect(shown.find(({ sequence }) => sequence === packet.sequence)?.receipt).toBeUndefined()
      }
      devnet.setFault()
      await checks.settle(run.hubs, [there], traffic)
      process.stdout.write(
        `ledger processes: lie ${JSON.stringify(lie)}, ${Math.round(performance.now() - started)} ms\n`,
      )
    }
    await sendUnder({ receipt: 'log' })
    await until('the cause, told of a source', () => troubleOf('partner', 'back'))
    devnet.setFault()
    const [unseen] = await back.source.transport.sent(back.id, traffic.of(back).length + 1, Number.MAX_SAFE_INTEGER)
    traffic.adopt(back, unseen!.packet)
    // Nobody listens to these two.
    devnet.setFault({ header: 'hash', receipt: 'status' })
    await traffic.send(there)
    await checks.settle(run.hubs, [there, back], traffic)
    devnet.setFault()
    await traffic.submitLate()
    await expectTrue([there, back])
    for (const name of ['domestic', 'partner']) expect(await ledger(name)).toMatchObject({ frozen: false })
  })

  it('a node that hangs holds up its own lanes alone', { timeout: 2 * LONG_MS }, async () => {
    const { there, back, side } = run.lanes
    side.target.devnet.setFault({ hang: true })
    await traffic.send(side, { comes: 'never' })
    await traffic.send(there)
    await traffic.send(back)
    await checks.settle(run.hubs, [there, back], traffic)
    await until('the cause, told of the ledger', () => troubleOf('supervision', 'side'))
    expect((await checks.shownPackets(run.hubs[0], side)).filter(({ state }) => state === 'delivered')).toHaveLength(2)
    side.target.devnet.setFault()
    await checks.settle([run.hubs[0]], [side], traffic)
    expect(await checks.checkLedgers(side, traffic)).toEqual(['delivered', 'delivered', 'delivered'])
  })

  it('two sealed blocks at one height freeze the ledger until both sign a new trust', {
    timeout: 2 * LONG_MS,
  }, async () => {
    const { there, side } = run.lanes
    const { source: domestic, target: partner } = there
    partner.devnet.setFault({ halt: true })
    const inFlight = await traffic.send(there)
    const counts = both().map((one) => traffic.of(one).length)
    for (const hub of run.hubs)
      await until('the packet in the hub', async () => (await inHub(inFlight, hub)) !== undefined)
    partner.devnet.setFault({ halt: true, header: 'equivocation' })
    for (const hub of run.hubs) await until('the freeze', async () => (await ledger('partner', hub)).frozen)
    partner.devnet.setFault()
    expect(await ledger('domestic')).toMatchObject({ frozen: false })
    for (const one of both()) await traffic.send(one)
    // What was sent after them has come to its end: they have been seen.
    await traffic.send(side, { comes: 'never' })
    await checks.settle([run.hubs[0]], [side], traffic)
    for (const one of ['there', 'back'] as const) expect((await lane(one)).waits).toMatch(/partner is frozen/)
    for (const [n, one] of both().entries()) {
      for (const hub of run.hubs) expect(await checks.shownPackets(hub, one)).toHaveLength(counts[n]!)
      expect((await one.target.transport.counters(one.id)).received).toBeLessThanOrEqual(counts[n]!)
    }
    for (const hub of run.hubs)
      expect(await inHub(inFlight, hub), 'in flight, and listed').toMatchObject({ state: 'sent' })
    const raw = await partner.transport.header(await partner.transport.head())
    const { height, hash, validators } = partner.verifier.verifyHeader(partner.trust, raw, {})
    const next = trustIn(partner, 2, { height, hash, validators })
    for (const one of run.validators) {
      await one.stop()
      one.believe('partner', next.root)
    }
    await Promise.all(run.validators.map((one) => one.start()))
    for (const hub of run.hubs) await believe(hub, next)
    await checks.settle(run.hubs, both(), traffic)
    expect(await ledger('partner')).toMatchObject({ frozen: false, trust: { sequence: 2 } })
    for (const [n, one] of both().entries())
      for (const hub of run.hubs) {
        const trust = run.trustOf(hub, [trustIn(domestic), next])
        expect(await checks.checkBundles(hub, one, trust, counts[n]! + 1)).toBe(2)
      }
    await expectTrue(both())
  })

  it(
    'on the disks each packet and receipt stands once, in order, and each freeze with what shows it',
    async () => {
      await allReady()
      const { there, back, side } = run.lanes
      for (const hub of run.hubs) {
        expect(await hub.stop()).toBe(0)
        const kept = await checks.keptEntries(hub)
        for (const one of hub === run.hubs[0] ? [there, back, side] : [there, back])
          checks.checkEntered(kept, one, traffic.of(one).length)
        expect(kept.freezes.map(({ ledger: urn, why }) => ({ urn, why }))).toEqual([
          { urn: there.target.urn, why: 'equivocation' },
        ])
        checks.checkContradiction(kept.freezes[0]!, there.target)
      }
      expect(checks.checkSigned(run)).toBeGreaterThanOrEqual(traffic.sent.length)
    },
    LONG_MS,
  )
})

/** No hub has come to harm: each says so of itself, as soon as it has done what there was to do. */
async function allReady(): Promise<void> {
  for (const { url } of run.hubs)
    await until(`${url} is ready`, async () => (await fetch(`${url}/health/ready`)).status === 200)
}

/** A packet as a hub shows it. */
async function inHub({ lane: one, packet }: SentOn, hub: MortalHub): Promise<ShownPacket | undefined> {
  return (await checks.shownPackets(hub, one)).find(({ sequence }) => sequence === packet.sequence)
}

/** Why a lane or its ledger does not go on, if that is told. */
async function troubleOf(name: string, of: LaneName): Promise<string | undefined> {
  return (await ledger(name)).connection?.fault ?? (await lane(of)).waits
}

/** A packet whose sending no honest word of the node is heard about. */
async function sendUnder(lie: DevnetFault): Promise<void> {
  const { back } = run.lanes
  const { devnet, sender } = back.source
  const { address } = sender.account
  const nonce = (tag: string) => devnet.request('eth_getTransactionCount', [`0x${address}`, tag])
  devnet.setFault({ halt: true })
  const sending = run.place.send(back, { kind: kindOf(LANE_KIND) }).catch(() => undefined)
  await until('the packet in the pool', async () => (await nonce('pending')) !== (await nonce('latest')))
  devnet.setFault(lie)
  await sending
  await until('the packet in a block', async () => (await nonce('pending')) === (await nonce('latest')))
}

/** What the hubs show is what was sent and what became of it. */
async function expectTrue(lanes: PlaceLane[]): Promise<void> {
  for (const one of lanes) {
    const outcomes = await checks.checkLedgers(one, traffic)
    for (const hub of run.hubs) await checks.checkShown(hub, one, traffic, outcomes)
  }
}
