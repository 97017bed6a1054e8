// Lanes and packets as lines for people.
import type { ShownLane, ShownPacket } from '../../crosschain/shown.ts'

export const laneLines = ({ lane, state, terms, packets, backlogS, waits, signed, paused }: ShownLane): string[] => [
  `${terms.name}  ${state}  ${lane.slice(0, 16)}  ${terms.source.ledger} -> ${terms.target.ledger}`,
  ...(state === 'proposed' ? [`  signed by the ${signed.join(' and ') || 'none'}; the other end has to`] : []),
  ...(paused.length > 0 ? [`  paused by the ${paused.join(' and ')}`] : []),
  ...(packets ? [`  packets   ${entriesOf(packets)}${backlogS ? `; oldest waiting ${backlogS} s` : ''}`] : []),
  ...(waits === undefined ? [] : [`  WAITS     ${waits}`]),
]

const entriesOf = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ') || 'none'

/** What was agreed, for those who look at one lane. */
export const termLines = ({ lane, terms }: ShownLane): string[] => [
  `  id        ${lane}`,
  `  kinds     ${terms.kinds.join(', ')}`,
  `  terms     ${terms.ordered ? 'ordered' : 'unordered'}, at least ${terms.assurance}, ${terms.threshold} signatures of ${terms.operators} operators, ${terms.timeoutS} s to deliver, ${terms.ratePerHour} an hour`,
  ...(terms.grounds ?? []).map(
    ({ class: of, ground, reference, until }) =>
      `  ground    ${of} may leave by ${ground}: ${reference}${until === undefined ? '' : `, until ${until}`}`,
  ),
  `  owners    ${terms.source.owner}, ${terms.target.owner}; fees paid by ${terms.feePayer}`,
]

export const packetLines = ({
  sequence,
  state,
  assurance,
  attested,
  entry,
  receipt,
  steps = [],
}: ShownPacket): string[] => [
  `packet ${sequence}  ${state}  ${assurance}${attested ? `, ${attested}` : ''}  entry ${entry}${receipt === undefined ? '' : `, receipt in entry ${receipt}`}`,
  ...steps.map(
    ({ step, ledger, height, detail }) =>
      `  ${step.padEnd(12)}${ledger ? ` ${ledger}` : ''}${height === undefined ? '' : ` block ${height}`}  ${detail}`,
  ),
]
