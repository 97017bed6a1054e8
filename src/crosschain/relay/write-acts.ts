// What goes onto the ledgers, with the signatures of the validators. An act that somebody else was quicker with is done.
import type { PartyUrn } from '../../hub/index.ts'
import type { Act, AttestedAct } from '../attestation.ts'
import type { Word } from '../packet.ts'
import { TransportFault, type Attestation, type Submitted } from '../transport.ts'
import { commitmentOf, receiptOf, type ActDeps, type Case } from './case.ts'
import type { LedgerLine } from './ledger-line.ts'

export async function writeAtTarget(act: 'deliver' | 'expire', on: Case, deps: ActDeps): Promise<void> {
  const { note, target } = on
  const attestation = await signed('deliver', commitmentOf(on).toString('hex'), on, deps)
  const submitted = await once('AlreadyReceived', () => target.transport[act](note.packet, attestation))
  note.written = submitted?.height ?? target.verified?.height ?? 0
  wrote(act, target, submitted, on, deps)
}

export async function acknowledge(on: Case, deps: ActDeps): Promise<void> {
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
  if (parties.length > 0)
    timelines.note(lane.id, sequence, { step: 'signed', act, parties, operators: gathered.operators })
  return gathered.attestation
}

/** Too few validators have signed, or of too few operators. */
export class NotAttested extends Error {
  constructor(refused: readonly { party: PartyUrn; why: string }[]) {
    super(`too few validators have signed${refused.map(({ party, why }) => `; ${party}: ${why}`).join('')}`)
  }
}
