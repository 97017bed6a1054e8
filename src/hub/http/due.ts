// What the caller must answer and what it waits for, in order of time.
import type { FastifyInstance } from 'fastify'
import { ANSWER_STATES, DUE_ROLES, listDue, type DueQuery } from '../due-list.ts'
import { HubError } from '../errors.ts'
import type { Views } from '../journal/journal.ts'
import { callerOf, type CallerDeps } from './caller.ts'
import { indexOf } from './read.ts'

const LIMIT_MAX = 200
const PLACE = /^\d{15}-\d{12}-\d{4}$/

export interface DueRouteDeps extends CallerDeps {
  views: Views
  /** Whether the lists include every entry the journal has now; waits for it, bounded. */
  caughtUp(): Promise<boolean>
}

export function dueRoutes(app: FastifyInstance, deps: DueRouteDeps): void {
  app.get<{ Querystring: Record<string, string | undefined> }>('/v1/due', async (request) => {
    const { party } = await callerOf(request, deps)
    const query = readQuery(request.query)
    if (!(await deps.caughtUp()))
      throw new HubError('VIEW_BEHIND', 'the lists of wanted answers lag behind the journal')
    return { role: query.role, state: query.state, ...(await listDue(deps.views, { party, ...query })) }
  })
}

function readQuery({ role, state = 'awaited', after, limit = '50' }: Record<string, string | undefined>) {
  const found: Omit<DueQuery, 'party'> = {
    role: oneOf(DUE_ROLES, role, 'role'),
    state: oneOf(ANSWER_STATES, state, 'state'),
    limit: indexOf(limit, 'limit'),
    ...(after !== undefined && { after }),
  }
  if (found.limit < 1 || found.limit > LIMIT_MAX)
    throw new HubError('PARAMETER_INVALID', `limit is between 1 and ${LIMIT_MAX}`)
  if (after !== undefined && !PLACE.test(after))
    throw new HubError('PARAMETER_INVALID', 'after is the next of an earlier page')
  return found
}

function oneOf<T extends string>(words: readonly T[], word: unknown, name: string): T {
  const found = words.find((one) => one === word)
  if (!found) throw new HubError('PARAMETER_INVALID', `${name} is one of ${words.join(', ')}`)
  return found
}
