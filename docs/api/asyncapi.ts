// The AsyncAPI document of the feed socket: every frame of hub.feed.v1, both ways, as the hub reads and sends them.
import { readFileSync } from 'node:fs'
import { REFUSALS } from '../../src/hub/errors.ts'
import { CREDIT_MAX, FEED_PROTOCOL, SUBSCRIPTION_NAME } from '../../src/hub/feed/frame.ts'
import { count, list, object, text, type Schema } from './form.ts'
import { purpose, schemas, shapes } from './schemas.ts'

const name: Schema = {
  type: 'string',
  pattern: SUBSCRIPTION_NAME.source,
  description: 'a durable subscription of the party',
}
const credit: Schema = {
  ...count(`the credit of a subscription is at most ${CREDIT_MAX}`),
  maximum: Number.MAX_SAFE_INTEGER,
}

/** Texts of a client frame have something in them, and an end. */
const said = (description?: string): Schema => ({ ...text(description), minLength: 1, maxLength: 4096 })

interface Frame {
  summary: string
  members: Record<string, Schema>
}

/** Frames of the client, by type. */
export const clientFrames: Record<string, Frame> = {
  auth: {
    summary: 'Proves who is there; again before the session ends',
    members: { token: said('of a session of purpose `feed`') },
  },
  subscribe: {
    summary: 'Begins to read at the position of the name; `after` counts only when the name is new',
    members: {
      name,
      credit,
      'after?': count('seq'),
      'filter?': object({ 'kinds?': { ...list(said()), minItems: 1, maxItems: 64 } }),
      'view?': said('less than the party may see'),
      'purpose?': purpose,
    },
  },
  ack: {
    summary: 'Acknowledges items by seq, in any order',
    members: { name, ids: { ...list(count()), minItems: 1 } },
  },
  credit: { summary: 'Lets the hub send n more items', members: { name, n: credit } },
  unsubscribe: { summary: 'Ends reading; the position stays', members: { name } },
  heartbeat: { summary: 'A sign of life', members: {} },
}

/** Frames of the hub, by type. */
export const hubFrames: Record<string, Frame> = {
  hello: {
    summary: 'The first frame',
    members: {
      protocol: { const: FEED_PROTOCOL },
      hub: shapes.party,
      journal: text(),
      epoch: count(),
      heartbeatMs: count(),
    },
  },
  ready: { summary: 'The identity is proved', members: { party: shapes.party, until: shapes.time } },
  prove: { summary: 'The session ends soon: say auth again with a new one', members: { until: shapes.time } },
  subscribed: {
    summary: 'Where reading begins: up to `position`, and those in `above`, everything is acknowledged',
    members: { name, position: count(), above: list(count()), head: count('newest seq of the feed') },
  },
  unsubscribed: { summary: 'Reading has ended', members: { name } },
  item: {
    summary: 'An item; exactly one of message, viewed and withheld is there',
    members: {
      name,
      ...Object.fromEntries(
        Object.entries(schemas['Item']!['properties'] as Record<string, Schema>).map(([member, schema]) => [
          (schemas['Item']!['required'] as string[]).includes(member) ? member : `${member}?`,
          schema,
        ]),
      ),
    },
  },
  gap: {
    summary: 'Items that cannot be given any more, and why',
    members: { name, from: count(), to: count(), why: { enum: ['retention', 'epoch'] } },
  },
  heartbeat: { summary: 'A sign of life', members: {} },
  error: {
    summary: 'A no; `fatal` says whether the socket closes',
    members: { code: { enum: Object.keys(REFUSALS) }, detail: text(), fatal: { type: 'boolean' }, 'name?': name },
  },
}

/** The JSON Schema of a frame. */
export const frameSchema = (type: string, { members }: Frame): Schema => object({ type: { const: type }, ...members })

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

/** AsyncAPI 3.0, from the hub's side: it receives the frames of the client and sends its own. */
export function asyncApiDocument(): object {
  const messages = [...named('client', clientFrames), ...named('hub', hubFrames)]
  const on = (whose: string) =>
    messages.filter(([key]) => key.startsWith(whose)).map(([key]) => ({ $ref: `#/channels/feed/messages/${key}` }))
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Beibu Hub feed',
      version,
      description: `The feed of a party over WebSocket, subprotocol ${FEED_PROTOCOL}, text frames of JSON. Credit-based: the hub never sends more items than it was given credit for.`,
    },
    servers: { sandbox: { host: '127.0.0.1:7443', protocol: 'ws' } },
    channels: {
      feed: {
        address: '/v1/feed/socket',
        messages: Object.fromEntries(messages),
        bindings: {
          ws: {
            method: 'GET',
            headers: { type: 'object', properties: { 'Sec-WebSocket-Protocol': { const: FEED_PROTOCOL } } },
          },
        },
      },
    },
    operations: {
      hear: { action: 'receive', channel: { $ref: '#/channels/feed' }, messages: on('client') },
      tell: { action: 'send', channel: { $ref: '#/channels/feed' }, messages: on('hub') },
    },
    components: { schemas },
  }
}

const named = (whose: string, frames: Record<string, Frame>): [string, object][] =>
  Object.entries(frames).map(([type, frame]) => [
    `${whose}-${type}`,
    { name: type, summary: frame.summary, contentType: 'application/json', payload: frameSchema(type, frame) },
  ])
