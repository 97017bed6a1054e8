// A packet's way for people: what was seen, what was proved by how many seals, who signed, and where it took effect.
import { isDeepStrictEqual } from 'node:util'
import { toTime, type PartyUrn } from '../../hub/index.ts'
import type { Assurance } from '../assurance.ts'
import type { Act } from '../attestation.ts'
import type { Outcome, Word } from '../packet.ts'
import type { PacketStep } from '../shown.ts'
import type { Submitted } from '../transport.ts'
import type { VerifiedHeader } from '../verifier.ts'

/** The block in which something was proved. */
interface ProvedAt {
  ledger: PartyUrn
  height: number
  block: Word
  timestampS: number
  seals: number
  quorum: number
  assurance: Assurance
}
/** Where an act of ours stands, as the node says. */
type Written = { ledger: PartyUrn } & Partial<Submitted>

export type TimelineStep =
  | { step: 'sent'; ledger: PartyUrn; height: number }
  | ({ step: 'proved' } & ProvedAt)
  | { step: 'entered'; entry: number }
  | { step: 'signed'; act: Act; parties: PartyUrn[]; operators: number }
  | ({ step: 'written'; act: 'deliver' | 'expire' } & Written)
  | ({ step: 'receipt-proved'; outcome: Outcome } & ProvedAt)
  | { step: 'receipt-entered'; outcome: Outcome; entry: number }
  | ({ step: 'acknowledged' } & Written)

export interface PacketTimeline {
  lane: Word
  sequence: number
  /** In the order in which the relay came to know them. */
  steps: TimelineStep[]
}

/** Of the newest packets; older ones are read back from the ledgers. */
export interface Timelines {
  note(lane: Word, sequence: number, step: TimelineStep): void
  get(lane: Word, sequence: number): PacketTimeline | undefined
}

export interface TimelinesBefore {
  before?: readonly PacketTimeline[]
  onChange?(lane: Word, sequence: number): void
}

const MOST = 10_000

/**
 * A step that comes again takes the place of the one before, so that a packet tried many times has no longer way than others. `onChange` is
 * told of each packet whose way is another now, or is forgotten.
 */
export function timelines(most = MOST, { before = [], onChange }: TimelinesBefore = {}): Timelines {
  const kept = new Map(before.map((line) => [`${line.lane}/${line.sequence}`, line]))
  return {
    get: (lane, sequence) => kept.get(`${lane}/${sequence}`),
    note(lane, sequence, step) {
      const name = `${lane}/${sequence}`
      const line = kept.get(name) ?? { lane, sequence, steps: [] }
      const at = line.steps.findIndex((before) => nameOf(before) === nameOf(step))
      if (at < 0) line.steps.push(step)
      else if (isDeepStrictEqual(line.steps[at], step)) return
      else line.steps[at] = step
      kept.set(name, line)
      onChange?.(lane, sequence)
      if (kept.size <= most) return
      const [oldest, gone] = kept.entries().next().value!
      kept.delete(oldest)
      onChange?.(gone.lane, gone.sequence)
    },
  }
}

const nameOf = (step: TimelineStep): string => ('act' in step ? `${step.step} ${step.act}` : step.step)

export const provedAt = (ledger: PartyUrn, header: VerifiedHeader): ProvedAt => ({
  ledger,
  height: header.height,
  block: header.hash,
  timestampS: header.timestampS,
  seals: header.signers.length,
  quorum: header.quorum,
  assurance: header.assurance,
})

export const shownSteps = ({ steps }: PacketTimeline): PacketStep[] =>
  steps.map((step) => ({
    step: step.step,
    ...('ledger' in step && { ledger: step.ledger }),
    ...('height' in step && step.height !== undefined && { height: step.height }),
    ...('timestampS' in step && { at: toTime(step.timestampS * 1000) }),
    detail: detailOf(step),
  }))

function detailOf(step: TimelineStep): string {
  switch (step.step) {
    case 'sent':
      return `the node says it was sent in block ${step.height}`
    case 'proved':
      return provedText(step)
    case 'receipt-proved':
      return `${step.outcome}: ${provedText(step)}`
    case 'entered':
      return `entry ${step.entry}`
    case 'receipt-entered':
      return `${step.outcome}, entry ${step.entry}`
    case 'signed': {
      const who = `${step.operators} operator${step.operators === 1 ? '' : 's'}`
      return `to ${step.act}: ${step.parties.join(', ')} (${who})`
    }
    case 'written':
      return `${step.act}: ${writtenText(step)}`
    case 'acknowledged':
      return writtenText(step)
  }
}

const provedText = ({ height, block, seals, quorum, assurance }: ProvedAt): string =>
  `block ${height} (${block.slice(0, 16)}) sealed by ${seals}, of whom ${quorum} were needed; ${assurance}`

const writtenText = ({ transaction, height, gasUsed }: Partial<Submitted>): string =>
  transaction === undefined
    ? 'by somebody else'
    : `transaction ${transaction.slice(0, 16)} in block ${height}, ${gasUsed} gas`
