// What a partner hub asks of this one, in the name of its operator: headers of the log, what stands in it about a lane between them, the
// proofs, and what is handed over. Nothing is handed over that the register of exports does not name.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { HubError } from '../errors.ts'
import { makeLogHeader, type LogSources } from '../evidence/log-header.ts'
import { countryOf } from '../message/audience.ts'
import type { PartyUrn } from '../message/envelope.ts'
import { callerOf, type CallerDeps } from './caller.ts'
import { indexOf } from './read.ts'

/** Lanes between this hub and others, as the room of ledgers shows them; answers are passed on as they are. */
export interface HubLanesView {
  /** Countries of the ends of a lane that has this hub at one of them; undefined: there is none. */
  ends(lane: string): { here: 'source' | 'target'; source: string; target: string } | undefined
  facts(lane: string, from: number, to: number): Promise<object>
  proof(lane: string, box: 'outbox' | 'inbox', sequence: number, size: number): Promise<object>
  /** What goes to the other end with a packet. */
  handed(lane: string, sequence: number): Promise<object>
  caughtUp(): Promise<boolean>
}

export interface HubLaneRouteDeps extends CallerDeps {
  sources: LogSources
  /** Absent: this hub joins in no lanes with others. */
  view?: HubLanesView
}

const FACTS_MAX = 256
const FROM_MAX = 4

type Of<P, Q = unknown> = { Params: P; Querystring: Q }

export function hubLaneRoutes(app: FastifyInstance, deps: HubLaneRouteDeps): void {
  const { sources, identities, view } = deps

  /** The operator of the hub at the other end; with `here` our own as well. */
  const ask = async (request: FastifyRequest, lane: string, here: boolean) => {
    const { party } = await callerOf(request, deps)
    const ends = view?.ends(lane)
    if (!view || !ends) throw new HubError('NOT_FOUND', 'this hub is at no end of such a lane')
    const partner = ends.here === 'source' ? ends.target : ends.source
    const countries = here ? [partner, countryOf(identities.hub)] : [partner]
    if (!isOperator(party) || !countries.includes(countryOf(party)))
      throw new HubError('READ_NOT_PERMITTED', 'a lane between hubs is read by the operators of its ends')
    if (!(await view.caughtUp())) throw new HubError('VIEW_BEHIND', 'what is known of lanes lags behind the journal')
    return { view, ends }
  }
  const isOperator = (party: PartyUrn): boolean => identities.register.party(party)?.class === 'operator'

  app.get<Of<unknown, { size?: string; from?: string }>>('/v1/log/header', async (request, reply) => {
    await callerOf(request, deps)
    const { size, from = '' } = request.query
    const earlier = from === '' ? [] : from.split(',').map((one) => indexOf(one, 'from'))
    if (earlier.length > FROM_MAX) throw new HubError('PARAMETER_INVALID', `from names at most ${FROM_MAX} sizes`)
    return reply.type('application/json').send(await makeLogHeader(indexOf(size, 'size'), earlier, sources))
  })

  app.get<Of<{ lane: string }, { from?: string; to?: string }>>('/v1/lanes/:lane/facts', async (request) => {
    const { lane } = request.params
    const { view: lanes } = await ask(request, lane, true)
    const from = indexOf(request.query.from ?? '1', 'from')
    const to = indexOf(request.query.to ?? '0', 'to')
    return lanes.facts(lane, from, Math.min(to, from + FACTS_MAX - 1))
  })

  app.get<Of<{ lane: string; box: string; sequence: string }, { size?: string }>>(
    '/v1/lanes/:lane/facts/:box/:sequence',
    async (request) => {
      const { lane, box, sequence } = request.params
      const { view: lanes } = await ask(request, lane, true)
      if (box !== 'outbox' && box !== 'inbox') throw new HubError('PARAMETER_INVALID', 'the box is outbox or inbox')
      return lanes.proof(lane, box, indexOf(sequence, 'sequence'), indexOf(request.query.size, 'size'))
    },
  )

  app.get<Of<{ lane: string; sequence: string }>>('/v1/lanes/:lane/deliveries/:sequence', async (request) => {
    const { lane, sequence } = request.params
    const { view: lanes, ends } = await ask(request, lane, false)
    if (ends.here !== 'source') throw new HubError('NOT_FOUND', 'this hub hands nothing over on that lane')
    return lanes.handed(lane, indexOf(sequence, 'sequence'))
  })
}
