// Ledgers and lanes as the hub knows them: for everyone with a session. Which packets went over a lane only its ends are shown; of a
// message, whoever may see the message.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { HubError } from '../errors.ts'
import type { JournalEntry } from '../journal/journal.ts'
import { countryOf } from '../message/audience.ts'
import type { PartyUrn } from '../message/envelope.ts'
import { callerOf, type CallerDeps } from './caller.ts'
import { indexOf, opened, type ReadDeps } from './read.ts'

/** What the room of ledgers shows. A packet is what its room makes of it; here it is only passed on. */
export interface LedgersView {
  ledgers(): object[]
  lanes(): { id: string; owners: readonly PartyUrn[]; shown: object }[]
  packets(lane: string, from: number, limit: number): Promise<object[]>
  /** All packets that stand for a message, with how far each has come. `commitment` is its messageCommitment. */
  relayed(commitment: Buffer): Promise<object[]>
  /** The entry of the message a packet stands for does not say who may see the packet; its own does. */
  caughtUp(): Promise<boolean>
}

export interface LedgerRouteDeps extends CallerDeps, Pick<ReadDeps, 'journal' | 'readings'> {
  view: LedgersView
}

const LIMIT_MAX = 200

type Query = { from?: string; limit?: string }

export function ledgerRoutes(app: FastifyInstance, deps: LedgerRouteDeps): void {
  const { view, journal, identities } = deps
  const isOperator = (party: PartyUrn): boolean =>
    identities.register.party(party)?.class === 'operator' && countryOf(party) === countryOf(identities.hub)
  const ask = async (request: FastifyRequest): Promise<PartyUrn> => {
    const { party } = await callerOf(request, deps)
    if (!(await view.caughtUp())) throw new HubError('VIEW_BEHIND', 'what is known of ledgers lags behind the journal')
    return party
  }
  const laneOf = (id: string) => {
    const lane = view.lanes().find((one) => one.id === id)
    if (!lane) throw new HubError('NOT_FOUND', 'there is no such lane')
    return lane
  }

  app.get('/v1/ledgers', async (request) => {
    await ask(request)
    return { ledgers: view.ledgers() }
  })

  app.get('/v1/lanes', async (request) => {
    await ask(request)
    return { lanes: view.lanes().map(({ shown }) => shown) }
  })

  app.get<{ Params: { lane: string } }>('/v1/lanes/:lane', async (request) => {
    await ask(request)
    return laneOf(request.params.lane).shown
  })

  app.get<{ Params: { lane: string }; Querystring: Query }>('/v1/lanes/:lane/packets', async (request) => {
    const party = await ask(request)
    const lane = laneOf(request.params.lane)
    if (!lane.owners.includes(party) && !isOperator(party))
      throw new HubError('READ_NOT_PERMITTED', 'the packets of a lane are shown to the owners of its ends')
    const { from = '1', limit = '50' } = request.query
    const most = indexOf(limit, 'limit')
    if (most < 1 || most > LIMIT_MAX) throw new HubError('PARAMETER_INVALID', `limit is between 1 and ${LIMIT_MAX}`)
    return { lane: lane.id, packets: await view.packets(lane.id, indexOf(from, 'from'), most) }
  })

  app.get<{ Params: { index: string } }>('/v1/messages/:index/relayed', async (request) => {
    await ask(request)
    const caller = await callerOf(request, deps)
    const { row } = await opened(request, indexOf(request.params.index), caller, 'entry', deps)
    const [entry] = (await journal.read(row.index, 1)) as [JournalEntry]
    return { index: row.index, relayed: await view.relayed(entry.commitment) }
  })
}
