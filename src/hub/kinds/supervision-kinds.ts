// Kinds of supervision that parties send: what was received.
import type { HubAcknowledgement } from '../../../schemas/types.d.ts'
import type { Head } from '../journal/heads.ts'
import { nothingWanted, type Judgement, type JudgeViews, type MessageKind } from '../message/kind.ts'
import { readSchemaFile } from '../values/schema-file.ts'
import { deliveredKey, findAcknowledgement, type Received } from '../supervision/received.ts'

const DAY_MS = 86_400_000
/** What most kinds about the hub itself have in common. */
export const small = {
  version: 1,
  type: 'application/json',
  bodyMaxBytes: 64 * 1024,
  ageMaxMs: DAY_MS,
  views: {},
} as const

/**
 * What a recipient says it has received: a range of its feed, and the root over the receipt payloads it got there. Ranges go upwards and
 * never overlap, but for the last one said again. In no party's feed but the regulators'; a sender asks for it.
 */
export const acknowledgementKind = (received: Received): MessageKind<HubAcknowledgement> => ({
  ...small,
  name: 'hub.acknowledgement',
  schema: readSchemaFile('hub/acknowledgement.v1.json'),
  senders: ['any'],
  statusAllows: ['good', 'stale', 'unknown'],
  quiet: true,
  check: ({ from, to }) =>
    from >= 1 && to >= from
      ? []
      : [{ code: 'RANGE', path: '/to', message: 'from is at least 1 and to not before from' }],
  judge: ({ envelope, body }, views) => judgeAcknowledgement(envelope.from, body, views, received),
  audience: () => [],
})

async function judgeAcknowledgement(
  sender: string,
  body: HubAcknowledgement,
  views: JudgeViews,
  received: Received,
): Promise<Judgement> {
  if (body.feed !== sender)
    return {
      ...nothingWanted(),
      findings: [{ code: 'NOT_OWN_FEED', path: '/feed', message: 'a party acknowledges its own feed' }],
    }
  const key = deliveredKey(views, sender)
  const head = await views.head(key)
  const version = head?.version ?? 0
  // A recipient that has lost its answer says the same again: true still, and nothing moves.
  if (repeats(body, head?.value)) return { ...nothingWanted(), expects: [{ key, version }] }
  const findings = await findAcknowledgement(body, head?.value, received)
  const { feed, epoch, from, to, root } = body
  return { ...nothingWanted(), findings, moves: [{ key, version, value: { feed, epoch, from, to, root } }] }
}

const repeats = (body: HubAcknowledgement, last: Head['value'] | undefined): boolean =>
  (['feed', 'epoch', 'from', 'to', 'root'] as const).every((member) => last?.[member] === body[member])
