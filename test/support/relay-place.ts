// Two ledgers in memory, lanes between them in both directions, a hub, and a relay over all of it that can be ended and begun again.
import type { PartyUrn } from '../../src/hub/index.ts'
import { attestationDigest } from '../../src/crosschain/attestation.ts'
import { laneId, type LaneTerms } from '../../src/crosschain/lane.ts'
import type { Word } from '../../src/crosschain/packet.ts'
import { headersInMemory } from '../../src/crosschain/relay/header-store.ts'
import { inProcessCourier } from '../../src/hub/courier/in-process-courier.ts'
import type { Attest, FaultPlace, RelayEvent, RelayLedger } from '../../src/crosschain/relay/ports.ts'
import { startRelay, type Relay, type RelayOptions } from '../../src/crosschain/relay/relay.ts'
import type { Transport } from '../../src/crosschain/transport.ts'
import { FakeHub } from './fake-hub.ts'
import { FakeLedger } from './fake-ledger.ts'
import { fakeVerifier } from './fake-verifier.ts'

export interface RelayPlace {
  clock: { nowMs: number }
  home: FakeLedger
  abroad: FakeLedger
  hub: FakeHub
  out: Word
  back: Word
  events: RelayEvent[]
  faults: { error: Error; where: FaultPlace }[]
  start(more?: Partial<RelayOptions> & Wrapped): Relay
}

/** Put around the ports. */
export interface Wrapped {
  through?: (ledger: FakeLedger, transport: Transport) => Transport
}

const END_OWNER = 'urn:hub:sg:customs:authority' as PartyUrn

export function relayPlace({ ordered = false, ratePerHour = 100_000 } = {}): RelayPlace {
  const clock = { nowMs: Date.UTC(2026, 10, 1) }
  const now = () => clock.nowMs
  const home = new FakeLedger({ name: 'home', chainId: 7201, clock: now })
  const abroad = new FakeLedger({ name: 'abroad', chainId: 8401, clock: now })
  const termsOf = (name: string, source: FakeLedger, target: FakeLedger): LaneTerms => ({
    name,
    source: endOf(source),
    target: endOf(target),
    kinds: ['test.note/1'],
    ordered,
    timeoutS: 3600,
    assurance: 'proof',
    threshold: 2,
    operators: 2,
    ratePerHour,
    feePayer: END_OWNER,
    hash: 'keccak',
  })
  const lanes = [termsOf('out', home, abroad), termsOf('back', abroad, home)].map((terms) => ({
    id: laneId(terms),
    terms,
    state: 'open' as const,
  }))
  for (const { id } of lanes) for (const ledger of [home, abroad]) ledger.gateway.openLane(id, ordered)
  const [out, back] = lanes.map(({ id }) => id) as [Word, Word]
  const hub = new FakeHub(lanes, [home, abroad], now)
  const place = { clock, home, abroad, hub, out, back, events: [], faults: [] }
  const headers = headersInMemory()
  return {
    ...place,
    start: ({ through, ...more } = {}) => startRelay({ ...optionsOf(place, through), headers, ...more }),
  }
}

type Bare = Omit<RelayPlace, 'start'>

function optionsOf(place: Bare, through: Wrapped['through']): Omit<RelayOptions, 'headers'> {
  const { clock, home, abroad, hub, events, faults } = place
  const ledgers = new Map<PartyUrn, RelayLedger>(
    [home, abroad].map((ledger) => {
      const bare = ledger.transport()
      const transport = through?.(ledger, bare) ?? bare
      const trust = ledger.trust()
      const targetEpoch = async () => ledger.gateway.epoch
      return [ledger.urn, { transport, verifier: fakeVerifier, trust, contracts: ledger.contracts(), targetEpoch }]
    }),
  )
  return {
    lanes: hub,
    ledgers,
    door: hub,
    attest: attestBy([home, abroad]),
    courier: inProcessCourier({
      clock: () => clock.nowMs,
      backoff: { firstMs: 1, maxMs: 4 },
      breaker: { faults: 5, firstMs: 2, maxMs: 8 },
    }),
    clock: () => clock.nowMs,
    everyMs: 1,
    report: (event) => events.push(event),
    onFault: (error, where) => faults.push({ error: error as Error, where }),
  }
}

/** Validators that sign what stands on the ledgers, and nothing else. */
export const attestBy =
  (ledgers: readonly FakeLedger[]): Attest =>
  async (act, { terms }) => {
    const [box, end] = act.act === 'deliver' ? (['outbox', terms.source] as const) : (['inbox', terms.target] as const)
    const ledger = ledgers.find(({ urn }) => urn === end.ledger)!
    const isSo = ledger.gateway.slots.get(`${box}/${act.lane}/${act.sequence}`) === act.value
    const party = 'urn:hub:sg:relay:validator' as PartyUrn
    const refused = isSo ? [] : [{ party, address: '', why: 'it is not so', code: 'REFUSED', retry: false }]
    return {
      attestation: { epoch: act.epoch, signatures: [attestationDigest(act)] },
      enough: isSo,
      signed: [{ party, address: 'b'.repeat(40) }],
      operators: 2,
      refused,
    }
  }

const endOf = ({ urn, chainId, address }: FakeLedger) => ({
  ledger: urn,
  chainId,
  gateway: address,
  owner: END_OWNER,
})

/** Waits until it is so, letting time go on and the relay look again and again; false if it is not so within `looks`. */
export async function until(
  relay: Relay,
  isSo: () => boolean,
  { each = () => {}, looks = 400 }: { each?: () => void; looks?: number } = {},
): Promise<boolean> {
  for (let look = 0; look < looks; look++) {
    if (isSo()) return true
    each()
    await relay.wake()
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  return isSo()
}

/** A second goes by, and both ledgers make an empty block. */
export function aSecond({ clock, home, abroad }: Pick<RelayPlace, 'clock' | 'home' | 'abroad'>): void {
  clock.nowMs += 1_000
  home.mine()
  abroad.mine()
}

export const allDone = (relay: Relay): boolean =>
  relay
    .state()
    .lanes.every(({ sent, acknowledged, backlog }) => sent !== undefined && sent === acknowledged && backlog === 0)
