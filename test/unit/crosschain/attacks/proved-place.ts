// A hub's front door over real ledgers: devnets behind HTTP, gateways on them, the chain of accepted headers, the journal. Nothing is made
// up but what a test says to the door.
import type { LedgerTrust } from '../../../../schemas/types.d.ts'
import type { Entered, GatewayFact, LedgerDoor, LedgerEvidence } from '../../../../src/crosschain/door.ts'
import type { Place } from '../../../../src/crosschain/fact.ts'
import type { Outcome, Packet } from '../../../../src/crosschain/packet.ts'
import { ProofRefused } from '../../../../src/crosschain/proof-refused.ts'
import { headerChain, type HeaderChain } from '../../../../src/crosschain/relay/header-chain.ts'
import { headersInMemory } from '../../../../src/crosschain/relay/header-store.ts'
import { HubError } from '../../../../src/hub/index.ts'
import {
  ledgerPlace,
  type LedgerPlace,
  type LedgerPlaceOptions,
  NO_ANSWER,
  type PlaceLane,
  type PlaceLedger,
} from '../../../support/ledger-place.ts'
import { must } from '../room/paper.ts'
import { doorOf } from '../room/proved.ts'
import { HUB, OFFICE_CN, OFFICE_VN, openRoomWorld, type RoomWorld } from '../room/world.ts'

export interface ProvedPlace {
  place: LedgerPlace
  world: RoomWorld
  door: LedgerDoor
  chain(ledger: PlaceLedger): HeaderChain
  /** Signs the next trust in a ledger, by its country and the operator. */
  trust(ledger: PlaceLedger, change?: Partial<LedgerTrust>): Promise<void>
  close(): Promise<void>
}

export const trustIn = ({ urn, chainId, contracts, trust }: PlaceLedger): LedgerTrust => ({
  ledger: urn,
  sequence: 1,
  consensus: 'qbft',
  chainId,
  root: { ...trust, validators: [...trust.validators] } as LedgerTrust['root'],
  gateway: { address: contracts.gateway.address, codeHash: contracts.gateway.codeHash },
})

/** All ledgers trusted and all lanes open. */
export async function provedPlace(options: LedgerPlaceOptions): Promise<ProvedPlace> {
  const place = await ledgerPlace({ ...options, terms: { ratePerHour: 1_000, ...options.terms } })
  const world = await openRoomWorld()
  world.clock.nowMs = place.nowMs()
  const sequences = new Map<string, number>()
  const trust = async (ledger: PlaceLedger, change: Partial<LedgerTrust> = {}): Promise<void> => {
    const sequence = (sequences.get(ledger.urn) ?? 0) + 1
    sequences.set(ledger.urn, sequence)
    const office = ledger.urn.startsWith('urn:hub:vn:') ? OFFICE_VN : OFFICE_CN
    for (const from of [office, HUB])
      await must(world.say('ledger.trust', from, { ...trustIn(ledger), sequence, ...change }))
    await world.settled()
  }
  for (const ledger of place.ledgers) await trust(ledger)
  for (const { id, terms } of place.lanes)
    for (const { owner } of [terms.source, terms.target])
      await must(world.say('ledger.lane', owner, { lane: id, act: 'open', terms }))
  await world.settled()
  const byName = (urn: string): PlaceLedger => place.ledgers.find((one) => one.urn === urn)!
  const chains = new Map<string, HeaderChain>()
  const chain = ({ urn, trust: root, verifier }: PlaceLedger): HeaderChain => {
    const known = chains.get(urn)
    if (known) return known
    const opened = headerChain({ chain: urn, root, verifier, store: headersInMemory(), clock: place.nowMs })
    chains.set(urn, opened)
    return opened
  }
  const door = doorOf(world, {
    verifier: (urn) => byName(urn).verifier,
    async verifyHeaders(urn, headers) {
      for (const raw of headers.slice(0, -1)) await chain(byName(urn)).accept(raw)
      const accepted = await chain(byName(urn)).accept(headers.at(-1)!)
      if (accepted.result === 'frozen') throw new ProofRefused('EQUIVOCATION')
      return accepted.header
    },
  })
  return {
    place,
    world,
    door,
    chain,
    trust,
    async close() {
      await world.close()
      await place.close()
    },
  }
}

/** What shows a place of a ledger's contracts, under its newest block. */
export async function evidenceOf({ transport }: PlaceLedger, at: Place): Promise<LedgerEvidence> {
  const height = await transport.head()
  const { proof } = await transport.proof(at, height)
  return { headers: [await transport.header(height)], ...proof }
}

export const outboxOf = (lane: PlaceLane, { sequence }: Packet): Place => ({
  box: 'outbox',
  key: lane.id,
  number: sequence,
})
export const inboxOf = (lane: PlaceLane, { sequence }: Packet): Place => ({
  box: 'inbox',
  key: lane.id,
  number: sequence,
})
export const sentFact = ({ source }: PlaceLane, packet: Packet): GatewayFact => ({
  fact: 'sent',
  ledger: source.urn,
  packet,
})
export const receivedFact = ({ target }: PlaceLane, packet: Packet, outcome: Outcome): GatewayFact => ({
  fact: 'received',
  ledger: target.urn,
  packet,
  outcome,
  acknowledgement: NO_ANSWER,
})

/** The reason of a proof, or the hub's code and its findings; what came of it if it was not refused. Fails for anything else thrown. */
export async function outcomeOf(attempt: Promise<Entered>): Promise<string> {
  try {
    return (await attempt).result
  } catch (error) {
    if (error instanceof ProofRefused) return error.reason
    if (!(error instanceof HubError)) throw error
    return [error.code, ...(error.findings ?? []).map(({ code }) => code)].join(' ')
  }
}
