// A case: everything the caller was told of under one unique consignment reference, in what state it is, and whose answer is awaited.
import type { FastifyInstance } from 'fastify'
import { type WantedAnswer, wantedAnswers } from '../due-list.ts'
import { HubError } from '../errors.ts'
import { WITHDRAWN_VIEW, type FeedRow } from '../feed/row.ts'
import type { HeadKey } from '../journal/heads.ts'
import type { Journal, Views } from '../journal/journal.ts'
import type { Envelope, PartyUrn } from '../message/envelope.ts'
import { ABROAD_VIEW, type Readings, rightOf } from '../supervision/readings.ts'
import { toTime } from '../values/encoding.ts'
import { callerOf, type CallerDeps } from './caller.ts'
import { indexOf, purposeIn } from './read.ts'

const LIMIT_MAX = 100

type SaidState = { of: string; state: string }
type CaseState = SaidState & { begun: number; entry: number }

/** Cases as the room that knows them shows them to one reader: nothing of what that reader was not told. */
export interface CasesView {
  /** Entries after `after`, ascending; `next` is the `after` of the following page. */
  entries(
    ucr: string,
    party: PartyUrn,
    page: { after?: number | undefined; limit: number },
  ): Promise<{ entries: { index: number; states: SaidState[] }[]; next?: number }>
  /** The newest states told, in the order in which they began. */
  states(ucr: string, party: PartyUrn): Promise<CaseState[]>
  /** Heads of the answers that the reader owes or waits for. */
  awaited(ucr: string, party: PartyUrn): Promise<HeadKey[]>
}

/** One entry of a case. `states`: what the entry made of things; absent where the reader sees no more than that there is an entry. */
export interface CaseItem {
  index: number
  at: string
  kind: string
  view: string
  from?: PartyUrn
  withheld?: 'erased' | 'right-withdrawn'
  states?: SaidState[]
}

/** A case as one reader sees it. */
export interface CaseAnswer {
  ucr: string
  items: CaseItem[]
  states: CaseState[]
  awaited: WantedAnswer[]
  /** There is more; ask with it as `after`. */
  next?: number
}

export interface CaseRouteDeps extends CallerDeps {
  journal: Journal
  views: Views
  readings: Readings
  cases: CasesView
  /** Whether cases and wanted answers include every entry the journal has now; waits for it, bounded. */
  caughtUp(): Promise<boolean>
}

export function caseRoutes(app: FastifyInstance, deps: CaseRouteDeps): void {
  const { cases, views, readings } = deps

  app.get<{ Params: { ucr: string }; Querystring: Record<string, string | undefined> }>(
    '/v1/cases/:ucr',
    async (request): Promise<CaseAnswer> => {
      const { party } = await callerOf(request, deps)
      const { ucr } = request.params
      const page = readQuery(request.query)
      const purpose = readings.purposeOf(party, purposeIn(request))
      if (!(await deps.caughtUp())) throw new HubError('VIEW_BEHIND', 'what is known of cases lags behind the journal')
      const { entries, next } = await cases.entries(ucr, party, page)
      if (entries.length === 0 && !(await isThere(cases, ucr, party)))
        throw new HubError('NOT_FOUND', 'no case of that reference that you may see')
      const channel = readings.channel(party, 'case', purpose)
      const items: CaseItem[] = []
      for (const { index, states } of entries) {
        const { row, shown, item } = await shownItem(index, party, deps)
        channel?.gave(row, shown, -1)
        items.push({ ...item, ...(showsStates(shown) && { states }) })
      }
      const awaited = await wantedAnswers(views, await cases.awaited(ucr, party))
      return { ucr, items, states: await statesShown(ucr, party, deps), awaited, ...(next !== undefined && { next }) }
    },
  )
}

const isThere = async (cases: CasesView, ucr: string, party: PartyUrn): Promise<boolean> =>
  (await cases.entries(ucr, party, { limit: 1 })).entries.length > 0

const showsStates = (view: string): boolean => view !== WITHDRAWN_VIEW && view !== ABROAD_VIEW

/** An entry as the caller may see it now. Who sent it is in every view, unless the right to it is withdrawn or the content is erased. */
async function shownItem(
  index: number,
  party: PartyUrn,
  { journal, readings }: CaseRouteDeps,
): Promise<{ row: FeedRow; shown: string; item: CaseItem }> {
  const [entry] = await journal.read(index, 1)
  const seen = entry!.audience.find((one) => one.party === party)!
  const row: FeedRow = { seq: 0, index, view: seen.view, kind: entry!.kind, ...rightOf(seen) }
  const { view } = readings.shown(party, row)
  const content = view === WITHDRAWN_VIEW ? undefined : await journal.content(index)
  const told = content
    ? { from: (JSON.parse(content.envelope.toString()) as Envelope).from }
    : { withheld: view === WITHDRAWN_VIEW ? ('right-withdrawn' as const) : ('erased' as const) }
  return { row, shown: view, item: { index, at: toTime(entry!.atMs), kind: entry!.kind, view, ...told } }
}

/** Of the states, those said by entries that the caller still sees. */
async function statesShown(ucr: string, party: PartyUrn, deps: CaseRouteDeps): Promise<CaseState[]> {
  const states: CaseState[] = []
  for (const state of await deps.cases.states(ucr, party)) {
    const [entry] = await deps.journal.read(state.entry, 1)
    const seen = entry!.audience.find((one) => one.party === party)!
    const row: FeedRow = { seq: 0, index: state.entry, view: seen.view, kind: entry!.kind, ...rightOf(seen) }
    if (showsStates(deps.readings.shown(party, row).view)) states.push(state)
  }
  return states
}

function readQuery({ after, limit = '50' }: Record<string, string | undefined>) {
  const count = indexOf(limit, 'limit')
  if (count < 1 || count > LIMIT_MAX) throw new HubError('PARAMETER_INVALID', `limit is between 1 and ${LIMIT_MAX}`)
  return { limit: count, ...(after !== undefined && { after: indexOf(after, 'after') }) }
}
