// The register of exports: what went abroad, of what class, whose, to whom, on what ground. For the operator of this hub and for regulators
// of its country, who read it for a purpose.
import type { FastifyInstance } from 'fastify'
import { HubError } from '../errors.ts'
import type { Journal } from '../journal/journal.ts'
import { countryOf, FULL } from '../message/audience.ts'
import { hasRight, type Readings } from '../supervision/readings.ts'
import { toTime } from '../values/encoding.ts'
import { callerOf, type CallerDeps } from './caller.ts'
import { indexOf, purposeIn } from './read.ts'

export interface ExportRouteDeps extends CallerDeps {
  journal: Pick<Journal, 'read' | 'content'>
  readings: Readings
}

const KIND = 'hub.export'
const LIMIT = 100
const LIMIT_MAX = 1_000

export function exportRoutes(app: FastifyInstance, deps: ExportRouteDeps): void {
  const { journal, readings, identities } = deps

  app.get<{ Querystring: { from?: string; limit?: string } }>('/v1/exports', async (request) => {
    const { party } = await callerOf(request, deps)
    const known = identities.register.party(party)
    const atHome = countryOf(party) === countryOf(identities.hub)
    const supervises = known?.class === 'regulator' && hasRight(identities.register, party, { covers: KIND })
    if (!atHome || !(known?.class === 'operator' || supervises))
      throw new HubError(
        'READ_NOT_PERMITTED',
        'the register of exports is read by the operator and the regulators of this country',
      )
    const purpose = readings.purposeOf(party, purposeIn(request))
    const from = indexOf(request.query.from ?? '0', 'from')
    const limit = indexOf(request.query.limit ?? String(LIMIT), 'limit')
    if (limit < 1 || limit > LIMIT_MAX) throw new HubError('PARAMETER_INVALID', `limit is between 1 and ${LIMIT_MAX}`)
    const entries = await journal.read(from, limit, [KIND])
    const channel = readings.channel(party, 'entry', purpose)
    const exports = await Promise.all(
      entries.map(async ({ index, atMs }) => {
        channel?.gave({ seq: 0, index, view: FULL, kind: KIND, covers: KIND }, FULL, -1)
        const content = await journal.content(index)
        return { index, at: toTime(atMs), export: JSON.parse(content!.body.toString()) as object }
      }),
    )
    return { exports, ...(entries.length === limit && { next: entries.at(-1)!.index + 1 }) }
  })
}
