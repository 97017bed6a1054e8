// Frames of hub.feed.v1: JSON text, one object each, told apart by `type`. What a client may send is read strictly here.
import { HubError } from '../errors.ts'
import { parseStrictJson } from '../message/strict-json.ts'
import { isPurpose, type Purpose } from '../supervision/purpose.ts'
import type { RefusalCode } from '../errors.ts'

export const FEED_PROTOCOL = 'hub.feed.v1'
export const FRAME_MAX_BYTES = 64 * 1024
export const CREDIT_MAX = 65_536
export const SUBSCRIPTION_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

export interface FeedFilter {
  /** Only these kinds; absent: all. */
  kinds?: string[]
}

export type ClientFrame =
  | { type: 'auth'; token: string }
  | {
      type: 'subscribe'
      name: string
      after?: number
      credit: number
      filter?: FeedFilter
      view?: string
      purpose?: Purpose
    }
  | { type: 'ack'; name: string; ids: number[] }
  | { type: 'credit'; name: string; n: number }
  | { type: 'unsubscribe'; name: string }
  | { type: 'heartbeat' }

/**
 * What the hub sends. `prove` asks for an `auth` with a new session before the one at hand ends at `until`. `subscribed` tells where reading begins: items up to `position` and those in `above` are acknowledged and are not
 * sent again. The `prev` of the first item is that position, after a gap its end, of every other item the seq of the match before it. `item` frames are
 * {type, name, journal, epoch, seq, prev, index, kind, view, message | viewed | withheld, receipt}.
 * A `gap` for 'retention' says that items from..to cannot be given any more; for 'epoch', that the position `from` was one of an earlier
 * epoch of the journal, and reading goes on after `to`: what lay before has to be compared by pull.
 */
export type ServerFrame =
  | { type: 'hello'; protocol: typeof FEED_PROTOCOL; hub: string; journal: string; epoch: number; heartbeatMs: number }
  | { type: 'ready'; party: string; until: string }
  | { type: 'prove'; until: string }
  | { type: 'subscribed'; name: string; position: number; above: number[]; head: number }
  | { type: 'unsubscribed'; name: string }
  | { type: 'gap'; name: string; from: number; to: number; why: 'retention' | 'epoch' }
  | { type: 'heartbeat' }
  | { type: 'error'; code: RefusalCode; detail: string; fatal: boolean; name?: string }

type Members = Record<string, unknown>
type Check = (value: unknown) => boolean

const isText: Check = (value) => typeof value === 'string' && value.length > 0 && value.length <= 4096
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0
const isName: Check = (value) => typeof value === 'string' && SUBSCRIPTION_NAME.test(value)
const isIds: Check = (value) => Array.isArray(value) && value.length > 0 && value.every(isCount)
const isFilter: Check = (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const { kinds, ...rest } = value as Members
  return (
    Object.keys(rest).length === 0 &&
    (kinds === undefined || (Array.isArray(kinds) && kinds.length >= 1 && kinds.length <= 64 && kinds.every(isText)))
  )
}

/** Members of each client frame; a trailing `?` marks the optional ones. */
const FORMS: Record<ClientFrame['type'], Record<string, Check>> = {
  auth: { token: isText },
  subscribe: {
    name: isName,
    credit: isCount,
    'after?': isCount,
    'filter?': isFilter,
    'view?': isText,
    'purpose?': isPurpose,
  },
  ack: { name: isName, ids: isIds },
  credit: { name: isName, n: isCount },
  unsubscribe: { name: isName },
  heartbeat: {},
}

const malformed = (detail: string, cause?: unknown): HubError => new HubError('FRAME_MALFORMED', detail, { cause })

/** Reads a text frame of the client. Throws FRAME_TOO_LARGE over 64 KB, FRAME_MALFORMED for anything but a frame with exactly its members. */
export function readFrame(data: Uint8Array): ClientFrame {
  if (data.byteLength > FRAME_MAX_BYTES)
    throw new HubError('FRAME_TOO_LARGE', `a frame may have ${FRAME_MAX_BYTES} bytes`)
  let value: unknown
  try {
    value = parseStrictJson(data)
  } catch (cause) {
    throw malformed(cause instanceof HubError ? cause.detail : 'the frame cannot be read', cause)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed('a frame is a JSON object')
  const { type, ...members } = value as Members
  const form = typeof type === 'string' && Object.hasOwn(FORMS, type) ? FORMS[type as ClientFrame['type']] : undefined
  if (!form) throw malformed(`a frame has a type: ${Object.keys(FORMS).join(', ')}`)
  checkMembers(type as string, members, form)
  return value as ClientFrame
}

function checkMembers(type: string, members: Members, form: Record<string, Check>): void {
  for (const [name, check] of Object.entries(form)) {
    const member = name.replace('?', '')
    const value = members[member]
    if (value === undefined ? !name.endsWith('?') : !check(value))
      throw malformed(`${type}: the member ${member} is missing or not of its form`)
  }
  for (const name of Object.keys(members))
    if (!(name in form) && !(`${name}?` in form))
      throw malformed(`${type}: the member ${JSON.stringify(name.slice(0, 40))} is not known`)
}
