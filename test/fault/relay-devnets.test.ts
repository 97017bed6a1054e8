// The relay over devnets as they are in earnest, behind HTTP, with both killed and begun again on the way.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { attestationDigest, signDigest } from '../../src/crosschain/attestation.ts'
import { headersInMemory, type HeaderStore } from '../../src/crosschain/relay/header-store.ts'
import { inProcessCourier } from '../../src/hub/courier/in-process-courier.ts'
import type { Attest, RelayLedger } from '../../src/crosschain/relay/ports.ts'
import { startRelay, type Relay } from '../../src/crosschain/relay/relay.ts'
import { shownSteps } from '../../src/crosschain/relay/timeline.ts'
import type { PartyUrn } from '../../src/hub/index.ts'
import { FakeHub } from '../support/fake-hub.ts'
import { chanceOf, faultSeed } from '../support/fault-seed.ts'
import { ledgerPlace, type LedgerPlace, type PlaceLedger } from '../support/ledger-place.ts'
import { dyingAt, troubled, type Gate } from '../support/relay-gate.ts'
import { allDone, until } from '../support/relay-place.ts'
import { LONG_MS } from '../support/patience.ts'

const seed = faultSeed('relay over devnets')
const RELAY_VALIDATOR = 'urn:hub:sg:relay:validator' as PartyUrn

let place: LedgerPlace
let folder: string
let hub: FakeHub
let relay: Relay | undefined
let headers: HeaderStore

beforeEach(async () => {
  headers = headersInMemory()
  folder = mkdtempSync(join(tmpdir(), 'beibu-relay-'))
  place = await ledgerPlace({ names: ['domestic', 'partner'], folder, timeoutMs: 20_000, confirmMs: 20_000 })
  const lanes = place.lanes.map(({ id, terms }) => ({ id, terms, state: 'open' as const }))
  const ledgers = place.ledgers.map((one) => ({
    urn: one.urn,
    verifier: one.verifier,
    trust: () => one.trust,
    contracts: () => one.contracts,
  }))
  hub = new FakeHub(lanes, ledgers, place.nowMs)
})
afterEach(async () => {
  await relay?.close()
  relay = undefined
  await place.close()
  rmSync(folder, { recursive: true })
})

/** Validators that look at the ledger themselves, and sign what stands there. */
const attest: Attest = async (act, { terms }) => {
  const [box, end] = act.act === 'deliver' ? (['outbox', terms.source] as const) : (['inbox', terms.target] as const)
  const { transport } = place.ledgers.find(({ urn }) => urn === end.ledger)!
  const { value } = await transport.proof({ box, key: act.lane, number: act.sequence }, await transport.head())
  const signers = place.validators.slice(0, place.threshold)
  return {
    attestation: { epoch: act.epoch, signatures: signers.map(({ key }) => signDigest(attestationDigest(act), key)) },
    enough: value === act.value,
    signed: signers.map(({ address }) => ({ party: RELAY_VALIDATOR, address })),
    operators: 1,
    refused: [],
  }
}

function start(gate?: Pick<Gate, 'around'>): Relay {
  const ledgerOf = (one: PlaceLedger): [PartyUrn, RelayLedger] => {
    const transport = gate?.around(one.name, one.transport) ?? one.transport
    const { verifier, trust, contracts } = one
    return [one.urn as PartyUrn, { transport, verifier, trust, contracts, targetEpoch: () => one.transport.epoch() }]
  }
  return startRelay({
    lanes: hub,
    ledgers: new Map(place.ledgers.map(ledgerOf)),
    attest,
    door: { enter: (...args) => hub.enter(...args), freeze: (...args) => hub.freeze(...args) },
    courier: inProcessCourier({
      clock: place.nowMs,
      backoff: { firstMs: 20, maxMs: 200 },
      breaker: { faults: 5, firstMs: 50, maxMs: 400 },
    }),
    headers,
    clock: place.nowMs,
    everyMs: 20,
    report: () => {},
    onFault: () => {},
  })
}

const done = (): Promise<boolean> =>
  until(relay!, () => allDone(relay!), { looks: 1_000, each: () => void place.advance(100) })

async function expectEachOnce(out: number, back: number): Promise<void> {
  const [there, here] = [place.lane('domestic', 'partner'), place.lane('partner', 'domestic')]
  for (const [lane, count] of [
    [there, out],
    [here, back],
  ] as const) {
    const received = await lane.target.transport.received(lane.id, 1, 100)
    expect(received.map(({ sequence, outcome }) => `${sequence} ${outcome}`)).toEqual(
      Array.from({ length: count }, (_, n) => `${n + 1} delivered`),
    )
    expect(await lane.source.transport.counters(lane.id)).toMatchObject({ sent: count, acknowledged: count })
  }
  const entered = hub.entries.map(({ fact: { fact, packet } }) => `${fact} ${packet.lane} ${packet.sequence}`)
  expect(new Set(entered).size).toBe(entered.length)
  expect(entered).toHaveLength((out + back) * 2)
  expect(hub.freezes).toEqual([])
  for (const { fact, evidence } of hub.entries) await hub.verify(fact, evidence)
}

describe('a relay over devnets', () => {
  it(
    'carries packets both ways, and shows the way of each',
    async () => {
      const [there, here] = [place.lane('domestic', 'partner'), place.lane('partner', 'domestic')]
      await place.send(there)
      await place.send(here)
      relay = start()
      expect(await done()).toBe(true)
      await expectEachOnce(1, 1)
      const steps = shownSteps(relay.timeline(there.id, 1)!)
      expect(steps.map(({ step }) => step)).toEqual([
        'sent',
        'proved',
        'entered',
        'signed',
        'written',
        'receipt-proved',
        'receipt-entered',
        'signed',
        'acknowledged',
      ])
      expect(steps[1]!.detail).toMatch(/sealed by 3, of whom 3 were needed; proof/)
    },
    LONG_MS,
  )

  it(
    'goes on after it was killed, wherever that was',
    async () => {
      const chance = chanceOf(seed)
      const [there, here] = [place.lane('domestic', 'partner'), place.lane('partner', 'domestic')]
      for (let n = 0; n < 4; n++) await place.send(there)
      await place.send(here)
      for (let life = 0; life < 6; life++) {
        const gate = dyingAt(10 + chance.below(40), chance.below(2) ? 'before' : 'after')
        relay = start(gate)
        await until(relay, () => gate.isDead() || allDone(relay!), { looks: 500 })
        await relay.close()
      }
      relay = start()
      expect(await done()).toBe(true)
      await expectEachOnce(4, 1)
    },
    LONG_MS,
  )

  it(
    'goes on when a ledger was gone for a while, and the other was troubled',
    async () => {
      const [there, here] = [place.lane('domestic', 'partner'), place.lane('partner', 'domestic')]
      let isOn = true
      const cut = (): Error => new Error('cut off')
      relay = start(troubled(chanceOf(seed + 1), 8, cut, () => isOn))
      for (let n = 0; n < 3; n++) await place.send(there)
      await place.send(here)
      await until(relay, () => hub.entries.length > 2, { looks: 500 })
      await place.stop('partner')
      await place.send(there)
      await until(relay, () => relay!.state().ledgers[1]!.fault !== undefined, { looks: 200 })
      expect(relay.state().ledgers[1]!.fault).toBeDefined()
      await place.restart('partner')
      isOn = false
      expect(await done()).toBe(true)
      await expectEachOnce(4, 1)
    },
    LONG_MS,
  )

  it(
    'stops when a ledger shows two sealed blocks of one height, and not for one block sealed in two rounds',
    async () => {
      const partner = place.ledger('partner')
      const there = place.lane('domestic', 'partner')
      let shown: 'honest' | 'resealed' | 'other' = 'honest'
      const answer = {
        honest: (height: number) => partner.devnet.header(height),
        resealed: (height: number) => partner.devnet.resealed(height, 3),
        other: (height: number) => partner.devnet.equivocate(height),
      }
      const around: Gate['around'] = (name, ports) =>
        name === 'partner' ? { ...ports, header: async (height: number) => answer[shown](height) } : ports
      relay = start({ around })
      await place.send(there)
      expect(await until(relay, () => hub.entries.length === 2)).toBe(true)
      shown = 'resealed'
      await place.send(there)
      expect(await until(relay, () => hub.entries.length === 4)).toBe(true)
      expect(hub.freezes).toEqual([])
      shown = 'other'
      expect(await until(relay, () => hub.freezes.length > 0)).toBe(true)
      const height = relay.state().ledgers[1]!.verified!
      expect(hub.freezes).toMatchObject([{ ledger: partner.urn, why: 'equivocation', other: answer.other(height) }])
      await place.send(there)
      await until(relay, () => false, { looks: 20 })
      expect(hub.entries.length).toBe(4)
      expect(relay.state().lanes.every(({ state }) => state === 'frozen')).toBe(true)
    },
    LONG_MS,
  )
})
