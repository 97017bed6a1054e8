// The hub as the relay sees it, in memory: a door that verifies everything from the trust root, and the lanes it has.
import { HubError } from '../../src/hub/index.ts'
import type { Entered, GatewayFact, LedgerDoor, LedgerEvidence } from '../../src/crosschain/door.ts'
import type { Contract, Fact } from '../../src/crosschain/fact.ts'
import { packetBytes, packetCommitment, receiptWord, type Word } from '../../src/crosschain/packet.ts'
import { ProofRefused } from '../../src/crosschain/proof-refused.ts'
import type { HubPacket, RelayLane } from '../../src/crosschain/relay/lane-book.ts'
import type { LaneSource } from '../../src/crosschain/relay/ports.ts'
import { trustAfter, type TrustRoot, type Verifier } from '../../src/crosschain/verifier.ts'

/** A ledger as it is trusted. */
export interface HubLedger {
  urn: string
  verifier: Verifier
  trust(): TrustRoot
  contracts(): { gateway: Contract }
}
export interface HubEntry {
  fact: GatewayFact
  evidence: LedgerEvidence
}

export class FakeHub implements LedgerDoor, LaneSource {
  readonly entries: HubEntry[] = []
  readonly freezes: { ledger: string; why: string; lane?: Word; one: Uint8Array; other: Uint8Array }[] = []
  readonly lanes: RelayLane[]
  private readonly ledgers: readonly HubLedger[]
  private readonly clock: () => number
  private readonly listeners = new Set<() => void>()

  constructor(lanes: RelayLane[], ledgers: readonly HubLedger[], clock: () => number) {
    this.lanes = lanes
    this.ledgers = ledgers
    this.clock = clock
  }

  all = (): RelayLane[] => this.lanes

  onChange(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  setState(id: Word, state: RelayLane['state']): void {
    const at = this.lanes.findIndex((lane) => lane.id === id)
    this.lanes[at] = { ...this.lanes[at]!, state }
    for (const listener of this.listeners) listener()
  }

  async packets(lane: Word, from: number, limit: number): Promise<HubPacket[]> {
    const rows = new Map<number, HubPacket>()
    for (const [entry, { fact }] of this.entries.entries()) {
      const { sequence } = fact.packet
      if (fact.packet.lane !== lane || sequence < from) continue
      if (fact.fact === 'sent') rows.set(sequence, { sequence, entry })
      else {
        const { outcome, acknowledgement } = fact
        rows.set(sequence, { ...rows.get(sequence)!, receipt: { entry, outcome, acknowledgement } })
      }
    }
    return [...rows.values()].toSorted((one, other) => one.sequence - other.sequence).slice(0, limit)
  }

  async bytesOf(entry: number): Promise<Uint8Array> {
    return packetBytes(this.entries[entry]!.fact.packet)
  }

  async enter(fact: GatewayFact, evidence: LedgerEvidence): Promise<Entered> {
    await this.verify(fact, evidence)
    const { lane, sequence } = fact.packet
    const at = this.entries.findIndex(
      ({ fact: known }) => known.fact === fact.fact && known.packet.lane === lane && known.packet.sequence === sequence,
    )
    if (at >= 0) return { result: wordOf(this.entries[at]!.fact) === wordOf(fact) ? 'known' : 'differs', index: at }
    this.judge(fact)
    return { result: 'entered', index: this.entries.push({ fact, evidence }) - 1 }
  }

  async freeze(ledger: string, evidence: { why: string; lane?: Word; one: Uint8Array; other: Uint8Array }) {
    for (const { id, terms } of this.lanes)
      if (evidence.lane ? evidence.lane === id : [terms.source.ledger, terms.target.ledger].includes(ledger))
        this.setState(id, 'frozen')
    return this.freezes.push({ ledger, ...evidence }) - 1
  }

  /** As somebody offline would who has the trust root alone. */
  async verify(fact: GatewayFact, { headers, account, storage }: LedgerEvidence): Promise<void> {
    const ledger = this.ledgers.find(({ urn }) => urn === fact.ledger)!
    let trust = ledger.trust()
    let last
    for (const raw of headers) {
      last = ledger.verifier.verifyHeader(trust, raw, { nowS: Math.floor(this.clock() / 1000) })
      trust = trustAfter(last, trust)
    }
    if (!last) throw new ProofRefused('HEADER_MALFORMED')
    const place: Fact = {
      box: fact.fact === 'sent' ? 'outbox' : 'inbox',
      key: fact.packet.lane,
      number: fact.packet.sequence,
      value: wordOf(fact),
    }
    await ledger.verifier.verifyFact(last, ledger.contracts().gateway, place, { account, storage })
  }

  private judge({ fact, packet: { lane: id, sequence } }: GatewayFact): void {
    const lane = this.lanes.find((one) => one.id === id)!
    const sent = this.entries.filter(({ fact: known }) => known.fact === 'sent' && known.packet.lane === id)
    const isKnown = sent.some(({ fact: known }) => known.packet.sequence === sequence)
    const refused =
      lane.state === 'frozen' ||
      (fact === 'sent' && (lane.state !== 'open' || (lane.terms.ordered && sequence !== sent.length + 1))) ||
      (fact === 'received' && !isKnown)
    if (refused) throw new HubError('FINDINGS', `${fact} ${sequence} of a lane that is ${lane.state}`)
  }
}

function wordOf(fact: GatewayFact): Word {
  const commitment = packetCommitment(fact.packet)
  if (fact.fact === 'sent') return commitment.toString('hex')
  return receiptWord(fact.outcome, commitment, Buffer.from(fact.acknowledgement, 'hex')).toString('hex')
}
