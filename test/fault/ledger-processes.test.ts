// Whole processes across ledgers: two hubs that relay at once, three validators and the ledgers' nodes, killed in turn under a stream of
// packets; then nodes that lie, hang and contradict themselves. Every packet takes effect once or expires, and all of it can be proved.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ShownLane, ShownLedger } from '../../src/crosschain/shown.ts'
import { chanceOf, faultSeed } from '../support/fault-seed.ts'
import { pause } from '../support/fault-traffic.ts'
import * as checks from '../support/ledger-run-checks.ts'
import { connect, type LedgerRun, ledgerRun, until } from '../support/ledger-run.ts'
import { PacketTraffic, SHORT_S } from '../support/ledger-run-traffic.ts'

const seed = faultSeed('ledger processes')
const chance = chanceOf(seed)
let run: LedgerRun
let traffic: PacketTraffic

beforeAll(async () => {
  run = await ledgerRun()
  await connect(run)
  traffic = new PacketTraffic(run, chance)
}, 120_000)
afterAll(() => run?.close())

type LaneName = keyof LedgerRun['lanes']
const both = (): LedgerRun['lanes'][LaneName][] => [run.lanes.there, run.lanes.back]

const lane = (name: LaneName): Promise<ShownLane> => checks.office(run.hubs[0]).lane(run.lanes[name].id)

async function ledger(name: string): Promise<ShownLedger> {
  const { ledgers } = await checks.office(run.hubs[0]).ledgers()
  return ledgers.find((one) => one.ledger === run.place.ledger(name).urn)!
}

/** A few packets move time on far enough for the short ones to be late. */
const passDeadlines = (): void => run.pass((SHORT_S + 30) * 1_000)

const faults: Record<string, () => Promise<void>> = {
  'the hub': () => killHub(0),
  'the second hub': () => killHub(1),
  async 'a validator'() {
    const one = run.validators[chance.below(3)]!
    await one.kill()
    await traffic.stream(4)
    await one.start()
  },
  'two validators': killTwoValidators,
  'the node at home': () => killNode('domestic'),
  'the node abroad': () => killNode('partner'),
}

async function killHub(n: 0 | 1): Promise<void> {
  const hub = run.hubs[n]
  await pause(chance.below(600))
  await hub.kill()
  await traffic.stream(4, n !== 0)
  hub.spawn()
  await hub.ready()
}

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
  await until('the packets proved to the hub', async () => {
    const shown = await Promise.all(both().map((one) => checks.shownPackets(run.hubs[0], one)))
    return waiting.every(({ packet }) =>
      shown.flat().some((one) => one.commitment && one.lane === packet.lane && one.sequence === packet.sequence),
    )
  })
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
const expired: PacketTraffic['sent'] = []

/** What waits in its pool is lost with it. */
async function killNode(name: 'domestic' | 'partner'): Promise<void> {
  const towards = name === 'partner' ? run.lanes.there : run.lanes.back
  await run.crash(name)
  const late = await traffic.send(towards, { isShort: true })
  await traffic.stream(3)
  passDeadlines()
  await run.restart(name)
  expired.push(late)
}

describe(`processes across ledgers (seed ${seed})`, () => {
  it('every packet takes effect once or expires, whoever dies', { timeout: 400_000 }, async () => {
    for (let n = 0; n < 2; n++) await traffic.send(run.lanes.side)
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
      for (const { packet } of expired.filter((late) => late.lane === one))
        expect(outcomes[packet.sequence - 1], `packet ${packet.sequence}, which was late`).toBe('expired')
      for (const hub of run.hubs) await checks.checkShown(hub, one, traffic, outcomes)
      for (const hub of run.hubs) expect(await checks.checkBundles(run, hub, one)).toBe(outcomes.length * 2)
    }
    for (const { entry, packet } of traffic.sent.filter(({ lane: { id } }) => id !== run.lanes.side.id))
      if (entry !== undefined)
        expect((await traffic.relayed(entry)).map(({ lane: id, sequence }) => ({ id, sequence }))).toEqual([
          { id: packet.lane, sequence: packet.sequence },
        ])
    expect(checks.checkSigned(run)).toBeGreaterThanOrEqual(traffic.sent.length)
    for (const { url } of run.hubs) expect((await fetch(`${url}/health/ready`)).status).toBe(200)
  })
})
