// Named subscriptions over HTTP: made before the first read, listed, and given up.
import type { FastifyInstance } from 'fastify'
import { HubError } from '../errors.ts'
import { SUBSCRIPTION_NAME } from '../feed/frame.ts'
import { feedHead } from '../feed/row.ts'
import type { Subscriptions, SubscriptionWish } from '../feed/subscription.ts'
import type { Views } from '../journal/journal.ts'
import { compileSchema } from '../message/schema.ts'
import { parseStrictJson } from '../message/strict-json.ts'
import { isPurpose, purposeRequired } from '../supervision/purpose.ts'
import { askFirst, callerOf, type CallerDeps } from './caller.ts'

export interface SubscriptionDeps extends CallerDeps {
  subscriptions: Subscriptions
  views: Views
}

const checkWish = compileSchema({
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: { type: 'string', pattern: SUBSCRIPTION_NAME.source },
    after: { type: 'integer', minimum: 0 },
    view: { type: 'string', maxLength: 64 },
    purpose: { type: 'object' },
    filter: {
      type: 'object',
      additionalProperties: false,
      properties: { kinds: { type: 'array', minItems: 1, maxItems: 64, items: { type: 'string', maxLength: 64 } } },
    },
  },
})

export function subscriptionRoutes(app: FastifyInstance, deps: SubscriptionDeps): void {
  const { subscriptions, views } = deps

  app.post('/v1/subscriptions', { onRequest: askFirst(deps) }, async (request, reply) => {
    const { party } = await callerOf(request, deps)
    const wish = parseStrictJson((request.body as Buffer | undefined) ?? '')
    const findings = checkWish(wish)
    if (findings.length > 0)
      throw new HubError('SUBSCRIPTION_INVALID', 'a subscription is {name, after?, filter?, view?, purpose?}', {
        findings,
      })
    const { purpose: reason } = wish as { purpose?: unknown }
    if (reason !== undefined && !isPurpose(reason)) throw purposeRequired('purpose is {code, reference?}')
    const held = await subscriptions.hold(party, wish as SubscriptionWish, await feedHead(views, party))
    const { subscription, created } = held
    await held.release()
    return reply.code(created ? 201 : 200).send({
      name: subscription.name,
      position: subscription.window.position,
      filter: subscription.filter,
      ...(subscription.purpose && { purpose: subscription.purpose }),
    })
  })

  app.get('/v1/subscriptions', async (request) => {
    const { party } = await callerOf(request, deps)
    const all = await subscriptions.list(party)
    return {
      subscriptions: all.map(({ name, record }) => ({
        name,
        position: record.position,
        filter: record.filter,
        ...(record.purpose && { purpose: record.purpose }),
        created: record.created,
      })),
    }
  })

  app.delete<{ Params: { name: string } }>('/v1/subscriptions/:name', async (request, reply) => {
    const { party } = await callerOf(request, deps)
    await subscriptions.remove(party, request.params.name)
    return reply.code(204).send()
  })
}
