// What goes into the hub: a packet as its source keeps it, and its receipt as its target keeps it, each proved in the newest verified block.
import type { GatewayFact, LedgerEvidence } from '../door.ts'
import type { Fact } from '../fact.ts'
import { packetBytes } from '../packet.ts'
import { ProofRefused } from '../proof-refused.ts'
import type { VerifiedHeader } from '../verifier.ts'
import { commitmentOf, receiptOf, type ActDeps, type Case } from './case.ts'
import type { LedgerLine } from './ledger-line.ts'
import { provedAt } from './timeline.ts'

export async function enterPacket(on: Case, deps: ActDeps): Promise<void> {
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

export async function enterReceipt(on: Case, deps: ActDeps): Promise<void> {
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
