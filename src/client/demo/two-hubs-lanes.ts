// The lanes of the story: what may go from China on the ground of a treaty, what may not go at all, and payments from Vietnam by contract.
import type { ExportGround } from '../../crosschain/export-rule.ts'
import { laneId, type LaneTerms } from '../../crosschain/lane.ts'
import type { LedgerTrust } from '../../../schemas/types.d.ts'
import { accepted } from './marks.ts'
import type { TwoHubsStage } from './two-hubs-stage.ts'
import type { HubName } from './two-hubs-world.ts'
import type { Timeline } from './timeline.ts'

export interface StoryLanes {
  declarations: LaneTerms
  papers: LaneTerms
  payments: LaneTerms
}

/** What each end keeps of a body that went over; short, so that the story sees it end. */
export const KEPT_S = 15

const NAMES: readonly HubName[] = ['cn', 'vn']
const OWNERS: Record<HubName, string> = { cn: 'cn-register-office', vn: 'vn-register-office' }
const OPERATORS: Record<HubName, string> = { cn: 'hub-operator', vn: 'hanoi-operator' }
const TREATY = { ground: 'treaty', reference: 'ACFTA electronic data exchange (invented), article 7' } as const
const CONTRACT = { ground: 'contract', reference: 'payment services agreement LL-2026-4 (invented)' } as const

const classes = (names: readonly ExportGround['class'][], ground: Omit<ExportGround, 'class'>): ExportGround[] =>
  names.map((one) => ({ class: one, ...ground }))

/** Both logs are believed at both hubs, and the lanes are open, by the signatures of both countries. */
export async function openLanes(stage: TwoHubsStage, line: Timeline): Promise<StoryLanes> {
  line.title('Two hubs, joined')
  for (const at of NAMES) for (const of of NAMES) await believe(stage, at, of)
  const lanes: StoryLanes = {
    declarations: termsOf(stage, 'declarations-cn-vn', ['cn', 'vn'], ['customs.declaration/1'], {
      grounds: classes(['public', 'trade'], TREATY),
      retention: { sourceS: KEPT_S },
    }),
    papers: termsOf(stage, 'papers-cn-vn', ['cn', 'vn'], ['tradefinance.invoice/1'], {}),
    payments: termsOf(stage, 'payments-vn-cn', ['vn', 'cn'], ['fx.payment/1'], {
      grounds: classes(['public', 'trade', 'commercial', 'personal'], CONTRACT),
      retention: { targetS: KEPT_S },
    }),
  }
  for (const at of NAMES)
    for (const terms of Object.values(lanes) as LaneTerms[])
      for (const owner of NAMES) {
        const body = { lane: laneId(terms), act: 'open', terms }
        accepted(await stage.at(at, OWNERS[owner]).send({ kind: 'ledger.lane', to: [], body }))
      }
  for (const at of NAMES) {
    const { lanes: shown } = await stage.at(at, OPERATORS[at]).client.lanes()
    const open = shown.filter(({ state }) => state === 'open').map(({ terms }) => terms.name)
    line.check(
      `${stage.hubs[at].hub}: both logs believed, lanes open by both ends: ${open.join(', ')}`,
      open.length === 3,
    )
  }
  for (const { name, grounds = [] } of Object.values(lanes) as LaneTerms[])
    line.tell(
      `${name}: ${grounds.map((one) => `${one.class} by ${one.ground}`).join(', ') || 'no ground for any class'}`,
    )
  return lanes
}

async function believe(stage: TwoHubsStage, at: HubName, of: HubName): Promise<void> {
  const trust: LedgerTrust = stage.hubs[of].trust
  for (const signer of [OWNERS[of], OPERATORS[at]])
    accepted(await stage.at(at, signer).send({ kind: 'ledger.trust', to: [], body: trust }))
}

function termsOf(
  stage: TwoHubsStage,
  name: string,
  [from, to]: [HubName, HubName],
  kinds: string[],
  data: Pick<LaneTerms, 'grounds' | 'retention'>,
): LaneTerms {
  const end = (hub: HubName) => ({
    ledger: stage.hubs[hub].ledger,
    chainId: stage.hubs[hub].trust.chainId,
    gateway: stage.hubs[hub].trust.gateway.address,
    owner: stage.at(hub, OWNERS[hub]).urn,
  })
  return {
    name,
    source: end(from),
    target: end(to),
    kinds,
    ordered: false,
    timeoutS: 86_400,
    assurance: 'proof',
    threshold: 1,
    operators: 1,
    ratePerHour: 3_600,
    feePayer: stage.at(from, OPERATORS[from]).urn,
    hash: 'sha256',
    ...data,
  }
}
