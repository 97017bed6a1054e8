// What the relay does for one packet, one act at a time. Each can be cut off anywhere and done again: the hub knows a packet it has, a
// gateway one it has written.
import { HubError, type PartyUrn } from '../../hub/index.ts'
import type { Act, AttestedAct } from '../attestation.ts'
import type { GatewayFact, LedgerDoor, LedgerEvidence } from '../door.ts'
import type { Fact } from '../fact.ts'
import { packetBytes, packetCommitment, receiptWord, type Word } from '../packet.ts'
import { ProofRefused } from '../proof-refused.ts'
import { TransportFault, type Attestation, type Submitted } from '../transport.ts'
import type { VerifiedHeader } from '../verifier.ts'
import type { LaneBook, PacketNote } from './lane-book.ts'
import type { LedgerLine } from './ledger-line.ts'
import type { RelayAct } from './plan.ts'
import type { Attest, LaneSource, RelayEvent } from './ports.ts'
import { provedAt, type Timelines } from './timeline.ts'

export interface ActDeps {
  door: LedgerDoor
  attest: Attest
  lanes: LaneSource
  timelines: Timelines
  report(event: RelayEvent): void
}

/** A packet with both ends of its lane. */
export interface Case {
  book: LaneBook
  note: PacketNote
  source: LedgerLine
  target: LedgerLine
}

/** Throws ProofRefused, TransportFault, HubError or NotAttested. What is done is noted. */
export const perform: Record<RelayAct, (on: Case, deps: ActDeps) => Promise<void>> = {
  enterPacket,
  deliver: (on, deps) => writeAtTarget('deliver', on, deps),
  expire: (on, deps) => writeAtTarget('expire', on, deps),
  enterReceipt,
  acknowledge,
}

async function enterPacket(on: Case, deps: ActDeps): Promise<void> {
  const { book, note, source } = on
  const { packet, sequence } = note
  const fact: Fact = { box: 'outbox', key: book.lane.id, number: sequence, value: commitmentOf(on).toString('hex') }
  const { header, evidence } = await proved(source, fact)
  deps.timelines.note(book.lane.id, sequence, { step: 'proved', ...provedAt(source.ledger, header) })
  const entry = await enter({ fact: 'sent', ledger: source.ledger, packet }, evidence, on, deps)
  if (entry === undefined) return
  note.entry = entry
  book.totals.entered++
  deps.timelines.note(book.lane.id, sequence, { step: 'entered', entry })
  deps.report({ event: 'entered', lane: book.lane.id, sequence, entry })
}

async function enterReceipt(on: Case, deps: ActDeps): Promise<void> {
  const { book, note, target } = on
  const { packet, sequence } = note
  const { outcome, acknowledgement, commitment } = note.claimed!
  if (commitment !== commitmentOf(on).toString('hex'))
    throw new ProofRefused('COMMITMENT', 'the receipt is for another packet')
  const fact: Fact = { box: 'inbox', key: book.lane.id, number: sequence, value: receiptOf(on, note.claimed!) }
  const { header, evidence } = await proved(target, fact)
  const proof = { step: 'receipt-proved', outcome, ...provedAt(target.ledger, header) } as const
  deps.timelines.note(book.lane.id, sequence, proof)
  const received: GatewayFact = { fact: 'received', ledger: target.ledger, packet, outcome, acknowledgement }
  const entry = await enter(received, evidence, on, deps)
  if (entry === undefined) return
  note.receipt = { entry, outcome, acknowledgement }
  book.totals[outcome]++
  deps.timelines.note(book.lane.id, sequence, { step: 'receipt-entered', outcome, entry })
  deps.report({ event: 'receipt-entered', lane: book.lane.id, sequence, entry })
}

/** The fact in the newest verified block. */
async function proved(line: LedgerLine, fact: Fact): Promise<{ header: VerifiedHeader; evidence: LedgerEvidence }> {
  const header = line.verified!
  const { proof } = await line.transport.proof({ box: fact.box, key: fact.key, number: fact.number }, header.height)
  await line.verifier.verifyFact(header, line.contracts.gateway, fact, proof)
  return { header, evidence: { headers: await line.headers.leadingTo(header.height), ...proof } }
}

/** Undefined: another fact stands in its place; both are written down and the lane stops. */
async function enter(
  fact: GatewayFact,
  evidence: LedgerEvidence,
  on: Case,
  { door, lanes, report }: ActDeps,
): Promise<number | undefined> {
  const entered = await door.enter(fact, evidence)
  if (entered.result !== 'differs') return entered.index
  const lane = on.book.lane.id
  const one = await lanes.bytesOf(entered.index)
  const other =
    fact.fact === 'sent' ? packetBytes(fact.packet, on.book.lane.terms.hash) : Buffer.from(receiptOf(on, fact), 'hex')
  await door.freeze(fact.ledger, { why: 'packet-differs', lane, one, other })
  on.book.stopped = true
  report({ event: 'frozen', ledger: fact.ledger, why: 'packet-differs', lane })
  return undefined
}

async function writeAtTarget(act: 'deliver' | 'expire', on: Case, deps: ActDeps): Promise<void> {
  const { note, target } = on
  const attestation = await signed('deliver', commitmentOf(on).toString('hex'), on, deps)
  const submitted = await once('AlreadyReceived', () => target.transport[act](note.packet, attestation))
  note.written = submitted?.height ?? target.verified?.height ?? 0
  wrote(act, target, submitted, on, deps)
}

async function acknowledge(on: Case, deps: ActDeps): Promise<void> {
  const { note, source } = on
  const { outcome, acknowledgement } = note.receipt!
  const attestation = await signed('acknowledge', receiptOf(on, note.receipt!), on, deps)
  const submitted = await once('AlreadyAcknowledged', () =>
    source.transport.acknowledge(note.packet, outcome, acknowledgement, attestation),
  )
  note.acknowledged = true
  wrote('acknowledge', source, submitted, on, deps)
}

/** Undefined: it has been done already, by whomever. */
async function once(code: string, write: () => Promise<Submitted>): Promise<Submitted | undefined> {
  try {
    return await write()
  } catch (error) {
    if (error instanceof TransportFault && error.kind === 'reverted' && error.code === code) return undefined
    throw error
  }
}

function wrote(
  act: 'deliver' | 'expire' | 'acknowledge',
  line: LedgerLine,
  submitted: Submitted | undefined,
  { book, note: { sequence } }: Case,
  { timelines, report }: ActDeps,
): void {
  const lane = book.lane.id
  const where = { ledger: line.ledger, ...submitted }
  timelines.note(
    lane,
    sequence,
    act === 'acknowledge' ? { step: 'acknowledged', ...where } : { step: 'written', act, ...where },
  )
  if (!submitted) return
  line.gasUsed += submitted.gasUsed
  report({ event: 'written', act, ledger: line.ledger, lane, sequence, gasUsed: submitted.gasUsed })
}

/** Asks the validators. Throws NotAttested while too few have signed. */
async function signed(
  act: Act,
  value: Word,
  { book: { lane }, note: { sequence }, source, target }: Case,
  { attest, timelines }: ActDeps,
): Promise<Attestation> {
  const line = act === 'deliver' ? target : source
  const epoch = await line.targetEpoch()
  const { chainId, gateway } = lane.terms[act === 'deliver' ? 'target' : 'source']
  const asked: AttestedAct = { chainId, gateway, epoch, lane: lane.id, sequence, act, value }
  const gathered = await attest(asked, lane)
  if (!gathered.enough) throw new NotAttested(gathered.refused)
  const parties = [...new Set(gathered.signed.map(({ party }) => party))]
  timelines.note(lane.id, sequence, { step: 'signed', act, parties, operators: gathered.operators })
  return gathered.attestation
}

/** Too few validators have signed, or of too few operators. */
export class NotAttested extends Error {
  constructor(refused: readonly { party: PartyUrn; why: string }[]) {
    super(`too few validators have signed${refused.map(({ party, why }) => `; ${party}: ${why}`).join('')}`)
  }
}

/** Members out of their range are the node's lie. */
function commitmentOf({ book, note }: Case): Buffer {
  try {
    return packetCommitment(note.packet, book.lane.terms.hash)
  } catch (error) {
    throw error instanceof HubError ? new ProofRefused('COMMITMENT', error.detail) : error
  }
}

const receiptOf = (
  on: Case,
  { outcome, acknowledgement }: Pick<NonNullable<PacketNote['receipt']>, 'outcome' | 'acknowledgement'>,
): Word =>
  receiptWord(outcome, commitmentOf(on), Buffer.from(acknowledgement, 'hex'), on.book.lane.terms.hash).toString('hex')
