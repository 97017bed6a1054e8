// ledger.lane: the owners of both ends open a lane by signing the same terms; either may pause it, and resumes what it paused itself. The
// operator of the hub may pause it here, too.
import type { LedgerLane } from '../../../schemas/types.d.ts'
import { nothingWanted, readSchemaFile, type AudienceRow, type Finding, type MessageKind } from '../../hub/index.ts'
import { finding } from '../codes.ts'
import { laneId, type LaneTerms } from '../lane.ts'
import { asHead, headOf, laneState, type LaneSide, type LaneValue, type PausingSide } from '../state.ts'
import { found, signed } from './small.ts'

const countryOf = (urn: string): string | undefined => urn.split(':')[2]

export const laneKind: MessageKind<LedgerLane> = {
  ...signed,
  name: 'ledger.lane',
  schema: readSchemaFile('ledger/lane.v1.json'),
  senders: ['authority', 'operator', 'regulator'],
  check: ({ lane, terms }) => (terms ? findTerms(lane, terms) : []),
  async judge({ envelope, body }, views) {
    const { key, version, value } = await headOf<LaneValue>(views, 'lane', body.lane)
    const lane = value ?? (body.act === 'open' ? proposal(body.lane, body.terms!) : undefined)
    if (!lane) return found(finding('LANE_UNKNOWN', '/lane'))
    const sides = sidesOf(envelope.from, lane.terms)
    const pausing: PausingSide[] = isOperator(envelope) ? [...sides, 'operator'] : sides
    const isPause = body.act === 'pause' || body.act === 'resume'
    if (sides.length === 0 && !(isPause && pausing.length > 0)) return found(finding('LANE_NOT_OWNER', ''))
    const next = ACTS[body.act](lane, sides, pausing)
    if (!next) return found(finding('LANE_STATE', '/act', { state: laneState(lane) }))
    return { ...nothingWanted(), moves: [{ key, version, value: asHead(next) }] }
  },
  // An act after the first names no owners; who is to hear of it is named in the envelope.
  audience: ({ envelope, body }) => [
    ...ownersOf(body.terms),
    ...[...new Set(envelope.to)].map((party): AudienceRow => ({ party, view: 'full' })),
  ],
}

const proposal = (id: string, terms: LaneTerms): LaneValue => ({
  type: 'lane',
  id,
  terms,
  signed: [],
  paused: [],
  released: [],
})

/** What becomes of a lane when the owner of these ends acts; undefined: not in this state. */
type LaneAct = (lane: LaneValue, sides: LaneSide[], pausing: PausingSide[]) => LaneValue | undefined
const ACTS: Record<LedgerLane['act'], LaneAct> = {
  open: (lane, sides) =>
    laneState(lane) === 'proposed' && sides.some((side) => !lane.signed.includes(side))
      ? { ...lane, signed: union(lane.signed, sides) }
      : undefined,
  pause: (lane, _sides, pausing) =>
    ['open', 'paused'].includes(laneState(lane)) && pausing.some((side) => !lane.paused.includes(side))
      ? { ...lane, paused: union(lane.paused, pausing) }
      : undefined,
  resume: (lane, sides, pausing) => {
    if (laneState(lane) === 'frozen')
      return sides.some((side) => !lane.released.includes(side)) ? released(lane, sides) : undefined
    const paused = lane.paused.filter((side) => !pausing.includes(side))
    return laneState(lane) === 'paused' && paused.length < lane.paused.length ? { ...lane, paused } : undefined
  },
  close: (lane) => (laneState(lane) === 'closed' ? undefined : { ...lane, closed: true }),
}

/** A frozen lane goes on when both ends have said so. */
function released(frozen: LaneValue, sides: LaneSide[]): LaneValue {
  const { frozen: _, ...lane } = frozen
  const both = union(lane.released, sides)
  return both.length === 2 ? { ...lane, released: [] } : { ...lane, released: both, frozen: true }
}

const union = <T extends PausingSide>(some: T[], more: T[]): T[] => [...new Set([...some, ...more])].toSorted()

/** Of this hub: a party of class operator in the hub's country. */
const isOperator = ({ from, hub }: { from: string; hub: string }): boolean =>
  from.split(':')[3] === 'operator' && countryOf(from) === countryOf(hub)

/** One party may own both ends: then it speaks for both. */
const sidesOf = (party: string, { source, target }: LaneTerms): LaneSide[] => [
  ...(source.owner === party ? (['source'] as const) : []),
  ...(target.owner === party ? (['target'] as const) : []),
]

export const ownersOf = (terms: LaneTerms | undefined): AudienceRow[] =>
  terms ? [...new Set([terms.source.owner, terms.target.owner])].map((party) => ({ party, view: 'full' })) : []

function findTerms(lane: string, terms: LaneTerms): Finding[] {
  const { source, target, threshold, operators } = terms
  const id = laneId(terms)
  const findings = (['source', 'target'] as const).flatMap((side) =>
    countryOf(terms[side].ledger) === countryOf(terms[side].owner)
      ? []
      : [finding('LANE_OWNER_COUNTRY', `/terms/${side}/owner`, { owner: terms[side].owner })],
  )
  if (source.chainId === target.chainId && source.gateway === target.gateway)
    findings.push(finding('LANE_ENDS_ALIKE', '/terms/target'))
  if (operators > threshold) findings.push(finding('LANE_OPERATORS', '/terms/operators', { operators, threshold }))
  if (id !== lane) findings.push(finding('LANE_ID_DIFFERS', '/lane', { value: id }))
  return findings
}
