// The relay's way in: what a gateway holds becomes a message with the same bytes whoever brings it, and goes the walk of all messages.
import { createHash } from 'node:crypto'
import { derivedId, HubError, toBase64url, type Accepted, type Journal, type ProvedMessage } from '../hub/index.ts'
import type { LedgerPacket, LedgerReceipt } from '../../schemas/types.d.ts'
import { atLeast } from './assurance.ts'
import type { Entered, GatewayFact, LedgerDoor, LedgerEvidence } from './door.ts'
import { encodeEvidence, type Evidence } from './evidence.ts'
import type { Fact } from './fact.ts'
import { freeze, type FreezeDeps } from './freeze.ts'
import type { LaneTerms } from './lane.ts'
import type { LedgerFold } from './ledger-fold.ts'
import { packetBytes, packetCommitment, receiptWord } from './packet.ts'
import { ProofRefused } from './proof-refused.ts'
import { headOf, packetName, type PacketValue } from './state.ts'
import type { VerifiedHeader, Verifier } from './verifier.ts'

export interface FrontDoorDeps extends FreezeDeps {
  fold: LedgerFold
  journal: Journal
  /** The walk of the hub. */
  accept(message: ProvedMessage): Promise<Accepted>
  /** Of a ledger the hub is connected to. Throws NOT_FOUND. */
  verifier(ledger: string): Verifier
  /** Verifies headers on the ledger's own chain of accepted ones, and keeps them. Throws ProofRefused. */
  verifyHeaders(ledger: string, headers: readonly Uint8Array[]): Promise<VerifiedHeader>
}

export function ledgerDoor(deps: FrontDoorDeps): LedgerDoor {
  return {
    enter: (fact, evidence) => enter(fact, evidence, deps),
    freeze: (ledger, contradiction) =>
      freeze(ledger, { ...contradiction, why: contradiction.lane ? 'packet-differs' : 'equivocation' }, deps),
  }
}

async function enter(fact: GatewayFact, evidence: LedgerEvidence, deps: FrontDoorDeps): Promise<Entered> {
  const lane = deps.fold.lane(fact.packet.lane)
  if (!lane) throw new HubError('NOT_FOUND', `there is no lane ${fact.packet.lane}`)
  const written = fact.fact === 'received' ? await writtenHere(fact, lane.terms, deps) : undefined
  if (written !== undefined) return { result: 'known', index: written }
  const message = messageOf(fact, evidence, lane.terms, deps)
  const before = await deps.journal.find(fact.ledger, message.id)
  try {
    const accepted = await deps.accept(message)
    return { result: accepted.result === 'duplicate' ? 'known' : 'entered', index: accepted.entry.index }
  } catch (error) {
    // Only what is proved contradicts: a lie about a packet that stands already is refused like any other.
    if (!before || !(error instanceof HubError)) throw error
    await message.prove()
    return { result: 'differs', index: before.index }
  }
}

/** The entry by which this hub itself has said the same of the packet, where it is the target. */
async function writtenHere(
  { packet, outcome, acknowledgement }: Extract<GatewayFact, { fact: 'received' }>,
  { hash }: LaneTerms,
  { journal }: FrontDoorDeps,
): Promise<number | undefined> {
  const views = { key: journal.headKey.bind(journal), head: journal.head.bind(journal) }
  const known = await headOf<PacketValue>(views, 'packet', packetName(packet.lane, packet.sequence))
  const same =
    known.value?.state === outcome &&
    known.value.acknowledgement === acknowledgement &&
    known.value.commitment === packetCommitment(packet, hash).toString('hex')
  return same ? known.index : undefined
}

function messageOf(fact: GatewayFact, evidence: LedgerEvidence, terms: LaneTerms, deps: FrontDoorDeps): ProvedMessage {
  const { ledger, packet } = fact
  const gateway = terms[fact.fact === 'sent' ? 'source' : 'target'].gateway
  const about = fact.fact === 'sent' ? 'packet' : 'packet-receipt'
  const { kind, body, place } =
    fact.fact === 'sent' ? sentBody(fact, gateway, terms) : receivedBody(fact, gateway, terms)
  const { family } = deps.verifier(ledger)
  return {
    from: ledger,
    kind,
    id: derivedId(about, ledger, gateway, packet.lane, String(packet.sequence)),
    atMs: earliestMs(packet.deadline - terms.timeoutS),
    salt: createHash('sha256')
      .update('beibu-hub/ledger-salt/v1\n')
      .update(packetBytes(packet))
      .digest()
      .subarray(0, 16),
    body,
    evidence: encodeEvidence(family, asEvidence(evidence)),
    prove: () => prove(fact, place, evidence, terms, deps),
  }
}

/** The last second that a time in an envelope can say, of the year 9999. */
const LAST_S = 253_402_300_799

/** The earliest time it can have been sent: like all else made from the packet alone, so that two proofs of it give the same bytes. */
function earliestMs(sentS: number): number {
  if (sentS > LAST_S) throw new HubError('CREATED_IN_FUTURE', 'the deadline of the packet is beyond all time')
  return Math.max(0, sentS) * 1000
}

async function prove(
  { ledger }: GatewayFact,
  place: Fact,
  evidence: LedgerEvidence,
  terms: LaneTerms,
  deps: FrontDoorDeps,
): Promise<void> {
  const trust = deps.fold.ledger(ledger)?.trust
  if (!trust) throw new ProofRefused('LEDGER', `no trust in ${ledger} is in force`)
  const end = terms[place.box === 'outbox' ? 'source' : 'target']
  if (trust.gateway.address !== end.gateway || trust.chainId !== end.chainId)
    throw new ProofRefused(
      'LEDGER',
      `the lane ends at gateway ${end.gateway} of chain ${end.chainId}, trusted is another`,
    )
  const header = await deps.verifyHeaders(ledger, evidence.headers)
  if (!atLeast(header.assurance, terms.assurance))
    throw new ProofRefused('ASSURANCE', `${header.assurance}, where the lane demands ${terms.assurance}`)
  await deps.verifier(ledger).verifyFact(header, trust.gateway, place, evidence)
}

const asEvidence = ({ headers, ...state }: LedgerEvidence): Evidence => ({ headers, state })

type Made = { kind: string; body: object; place: Fact }

function sentBody({ ledger, packet }: GatewayFact, gateway: string, { hash }: LaneTerms): Made {
  const commitment = packetCommitment(packet, hash).toString('hex')
  const body: LedgerPacket = {
    ledger,
    gateway,
    packet: { ...packet, body: toBase64url(packet.body) },
    commitment,
  }
  const place: Fact = { box: 'outbox', key: packet.lane, number: packet.sequence, value: commitment }
  return { kind: 'ledger.packet', body, place }
}

function receivedBody(
  { ledger, packet, outcome, acknowledgement }: Extract<GatewayFact, { fact: 'received' }>,
  gateway: string,
  { hash }: LaneTerms,
): Made {
  const { lane, sequence } = packet
  const commitment = packetCommitment(packet, hash)
  const receipt = receiptWord(outcome, commitment, Buffer.from(acknowledgement, 'hex'), hash).toString('hex')
  const body: LedgerReceipt = {
    ledger,
    gateway,
    lane,
    sequence,
    commitment: commitment.toString('hex'),
    outcome,
    acknowledgement,
    receipt,
  }
  return { kind: 'ledger.receipt', body, place: { box: 'inbox', key: lane, number: sequence, value: receipt } }
}
