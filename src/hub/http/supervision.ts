// Supervision over HTTP: who read an entry, who received it, the whole history of a feed, and what one day of it held.
import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { HubError } from '../errors.ts'
import { feedHead } from '../feed/row.ts'
import type { FeedFollower } from '../feed/follower.ts'
import type { ItemsDeps } from '../feed/items.ts'
import type { Register } from '../identity/register.ts'
import type { Journal, JournalEntry, Views } from '../journal/journal.ts'
import type { PartyUrn } from '../message/envelope.ts'
import { toTime } from '../values/encoding.ts'
import { rootOf, tellsOf } from '../supervision/access-rows.ts'
import { dayStart, heldOn } from '../supervision/day.ts'
import { isOver } from '../supervision/completeness.ts'
import { writeHistory } from '../supervision/history.ts'
import { acknowledgementOf, deliveryProof, seqOf } from '../supervision/received.ts'
import { type SetSigner, signSet } from '../supervision/set.ts'
import type { Supervision } from '../supervision/supervision.ts'
import { callerOf, type CallerDeps } from './caller.ts'
import { indexOf, purposeIn } from './read.ts'

const FEED_WAIT_MS = 2_000

export interface SupervisionRouteDeps extends CallerDeps {
  hub: string
  journal: Journal
  views: Views
  register: Pick<Register, 'party'>
  feed: Pick<FeedFollower, 'reached'>
  items: ItemsDeps
  supervision: Pick<Supervision, 'readings' | 'log'>
  bundle(index: number): Promise<string>
  sign: SetSigner
  onFault(error: unknown, request: FastifyRequest): void
}

export function supervisionRoutes(app: FastifyInstance, deps: SupervisionRouteDeps): void {
  accessRoutes(app, deps)
  deliveryRoutes(app, deps)
  historyRoute(app, deps)
  completenessRoute(app, deps)
}

/** The entry, if the caller sent it or had it sent. Throws NOT_FOUND. */
async function ownEntry(journal: Journal, index: number, party: PartyUrn): Promise<JournalEntry> {
  const [entry] = await journal.read(index, 1)
  if (entry?.audience.some((row) => row.by === 'sender' && row.party === party)) return entry
  throw new HubError('NOT_FOUND', `you sent no entry ${index}`)
}

function accessRoutes(app: FastifyInstance, deps: SupervisionRouteDeps): void {
  const { journal, supervision } = deps

  // The reference of a purpose stays between the regulator and the operator: it may name a case.
  app.get<{ Params: { index: string } }>('/v1/messages/:index/access', async (request) => {
    const { party } = await callerOf(request, deps)
    const entry = await ownEntry(journal, indexOf(request.params.index), party)
    const rows = await supervision.log.rowsNear(entry.index)
    const readings = entry.audience.flatMap((seen) =>
      rows
        .filter((row) => tellsOf(row, entry, seen))
        .map(({ reader, way, purpose, view, shown = view, since, until, anchor }) => ({
          reader,
          way,
          purpose: purpose.code,
          view: shown,
          since,
          until,
          ...(anchor !== undefined && { anchor }),
        })),
    )
    return { index: entry.index, readings: readings.sort((a, b) => (a.since < b.since ? -1 : 1)) }
  })

  app.get<{ Params: { index: string } }>('/v1/access/:index', async (request) => {
    const { party } = await callerOf(request, deps)
    const index = indexOf(request.params.index)
    const [entry] = await journal.read(index, 1)
    const content = entry?.kind === 'hub.access' ? await journal.content(index) : undefined
    if (!content || !entry!.audience.some((row) => row.party === party))
      throw new HubError('NOT_FOUND', `there is no hub.access ${index} that you may see`)
    const { from, to } = JSON.parse(content.body.toString()) as { from: number; to: number }
    const rows = await supervision.log.anchoredRows(index, from, to)
    return { index, rows, root: rootOf(rows) }
  })
}

function deliveryRoutes(app: FastifyInstance, deps: SupervisionRouteDeps): void {
  const { journal, views, register } = deps
  type Params = { index: string; party: string }

  /** Whose delivery the sender may know of: those who got the whole in their own right. Regulators are nobody's recipients. */
  const recipientsOf = ({ audience }: JournalEntry): PartyUrn[] =>
    audience
      .filter(
        ({ view, by, party }) => view === 'full' && by === undefined && register.party(party)?.class !== 'regulator',
      )
      .map(({ party }) => party)

  const deliveryOf = async (entry: JournalEntry, party: PartyUrn) => {
    const seq = await seqOf(views, party, entry.index)
    const range = seq === undefined ? undefined : await acknowledgementOf(views, party, seq)
    if (seq === undefined || !range) return { party, delivered: false as const }
    const [acknowledged] = await journal.read(range.index, 1)
    const { index: acknowledgement, from, to } = range
    return { party, delivered: true as const, acknowledgement, at: toTime(acknowledged!.atMs), seq, from, to }
  }

  const oneOf = async (request: FastifyRequest<{ Params: Params }>) => {
    const caller = await callerOf(request, deps)
    const entry = await ownEntry(journal, indexOf(request.params.index), caller.party)
    const { party } = request.params
    if (!recipientsOf(entry).includes(party))
      throw new HubError('NOT_FOUND', `${party} is no recipient of entry ${entry.index}`)
    return deliveryOf(entry, party)
  }

  app.get<{ Params: { index: string } }>('/v1/messages/:index/deliveries', async (request) => {
    const caller = await callerOf(request, deps)
    const entry = await ownEntry(journal, indexOf(request.params.index), caller.party)
    const deliveries = await Promise.all(recipientsOf(entry).map((party) => deliveryOf(entry, party)))
    return { index: entry.index, deliveries }
  })

  app.get<{ Params: Params }>('/v1/messages/:index/deliveries/:party', async (request) => {
    const delivery = await oneOf(request)
    if (!delivery.delivered) return delivery
    return { ...delivery, proof: await deliveryProof({ journal, views }, delivery.party, delivery.seq, delivery) }
  })

  app.get<{ Params: Params }>('/v1/messages/:index/deliveries/:party/bundle', async (request, reply) => {
    const delivery = await oneOf(request)
    if (!delivery.delivered) throw new HubError('NOT_FOUND', `${delivery.party} has not acknowledged it yet`)
    return reply.type('application/json').send(await deps.bundle(delivery.acknowledgement))
  })
}

function historyRoute(app: FastifyInstance, deps: SupervisionRouteDeps): void {
  const { views, supervision, hub, items, sign, onFault } = deps
  const open = new Set<ServerResponse>()
  // A reader of years of history does not hold up the end: it asks again from where it was.
  app.addHook('preClose', (done) => {
    for (const out of open) out.destroy()
    done()
  })
  app.get<{ Querystring: { from?: string; to?: string } }>('/v1/feed/history', async (request, reply) => {
    const { party } = await callerOf(request, deps)
    const { readings } = supervision
    const purpose = readings.purposeOf(party, purposeIn(request))
    const head = await feedHead(views, party)
    const from = request.query.from === undefined ? 1 : indexOf(request.query.from, 'from')
    const to = request.query.to === undefined ? head : Math.min(head, indexOf(request.query.to, 'to'))
    if (from < 1) throw new HubError('PARAMETER_INVALID', 'from is the seq of an item, 1 or more')
    const channel = readings.channel(party, 'history', purpose)
    reply.hijack()
    const out = reply.raw
    out.writeHead(200, { 'content-type': 'application/x-ndjson', 'request-id': request.id })
    open.add(out)
    const shown = (row: Parameters<typeof readings.shown>[1]) => readings.shown(party, row)
    await writeHistory(out, { party, from, to, shown, channel }, { hub, views, items, sign })
      .catch((fault: unknown) => {
        // The line that would make it whole is not sent.
        onFault(fault, request)
        out.destroy()
      })
      .finally(() => open.delete(out))
  })
}

function completenessRoute(app: FastifyInstance, deps: SupervisionRouteDeps): void {
  const { hub, journal, views, feed, sign, clock } = deps
  app.get<{ Querystring: { day?: string } }>('/v1/feed/completeness', async (request) => {
    const { party } = await callerOf(request, deps)
    const { day = '' } = request.query
    const startMs = dayStart(day)
    if (startMs === undefined) throw new HubError('PARAMETER_INVALID', 'day is a day YYYY-MM-DD, UTC')
    if (!isOver(startMs, clock())) throw new HubError('PARAMETER_INVALID', `${day} is not over yet (UTC)`)
    const size = await journal.current()
    if (!(await feed.reached(size, FEED_WAIT_MS))) throw new HubError('VIEW_BEHIND', 'the feeds lag behind the journal')
    const held = await heldOn({ journal, views }, party, startMs)
    return signSet({ hub, journal: journal.urn, epoch: journal.epoch, feed: party, day, ...held, size }, sign)
  })
}
