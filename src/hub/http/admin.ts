// What the operator sees of its hub, and what each party has used of it.
import type { FastifyInstance } from 'fastify'
import { HubError } from '../errors.ts'
import type { Register } from '../identity/register.ts'
import type { Views } from '../journal/journal.ts'
import { countryOf } from '../message/audience.ts'
import type { PartyUrn } from '../message/envelope.ts'
import { dayStart } from '../supervision/day.ts'
import { listUnits } from '../units.ts'
import { callerOf, type CallerDeps } from './caller.ts'
import { indexOf } from './read.ts'

const DAYS_MAX = 366
const DAY_MS = 86_400_000
const ROWS_MAX = 1_000

export interface AdminRouteDeps extends CallerDeps {
  hub: PartyUrn
  register: Pick<Register, 'party'>
  views: Views
  /** Whether the units include every entry the journal has now; waits for it, bounded. */
  counted(): Promise<boolean>
  state(): object
}

export function adminRoutes(app: FastifyInstance, deps: AdminRouteDeps): void {
  const { hub, register, views } = deps
  const isOperator = (party: PartyUrn): boolean =>
    register.party(party)?.class === 'operator' && countryOf(party) === countryOf(hub)

  app.get('/v1/admin/state', async (request) => {
    const { party } = await callerOf(request, deps)
    if (!isOperator(party)) throw new HubError('READ_NOT_PERMITTED', 'the state is for operators of this hub')
    return deps.state()
  })

  app.get<{ Querystring: Record<string, string | undefined> }>('/v1/units', async (request) => {
    const { party } = await callerOf(request, deps)
    const query = unitsQuery(request.query)
    if (!(await deps.counted())) throw new HubError('VIEW_BEHIND', 'the units lag behind the journal')
    const { from, to } = query
    return { from, to, ...(await listUnits(views, isOperator(party) ? query : { ...query, party })) }
  })
}

/** Throws PARAMETER_INVALID. */
function unitsQuery({ from = '', to = from, after, limit = String(ROWS_MAX) }: Record<string, string | undefined>) {
  const [fromMs, toMs] = [dayStart(from), dayStart(to)]
  if (fromMs === undefined || toMs === undefined || toMs < fromMs || toMs - fromMs >= DAYS_MAX * DAY_MS)
    throw new HubError('PARAMETER_INVALID', `from and to are days YYYY-MM-DD, UTC, at most ${DAYS_MAX} of them`)
  const rows = indexOf(limit, 'limit')
  if (rows < 1 || rows > ROWS_MAX) throw new HubError('PARAMETER_INVALID', `limit is between 1 and ${ROWS_MAX}`)
  return { from, to, limit: rows, ...(after !== undefined && { after }) }
}
