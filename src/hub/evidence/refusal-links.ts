// The links of a refusal: that the hub refused this very message, and that an earlier entry had moved the deciding head.
import { parseStrictJson } from '../message/strict-json.ts'
import { fromBase64url } from '../values/encoding.ts'
import { check, count, members, text } from './form.ts'
import { verifyEarlier } from './verify-log.ts'
import { absent, type Found, ok, type Walk } from './walk.ts'

interface RefusalBody {
  head: string
  version: number
  movedAt?: number
}

/** The entry refuses the message that came with it. */
export function refusal(walk: Walk): Found {
  if (!walk.refused) return absent('the entry is no refusal')
  const { code, rule, ...about } = readRefusalBody(walk)
  return ok(`${code} by rule ${rule}, head ${about.head} at version ${about.version}`)
}

function readRefusalBody({ bundle, refused, entry }: Walk): RefusalBody & { code: string; rule: string } {
  const what = 'the refusal'
  const { envelope, commitment } = refused!
  const required = ['about', 'sender', 'kind', 'code', 'rule', 'head', 'version'] as const
  const parsed = parseStrictJson(fromBase64url(bundle.message.body, what))
  const said = members(parsed, what, required, ['movedAt'])
  check(said.about === commitment.toString('hex'), `${what} is about another message`)
  check(said.sender === envelope.from && said.kind === envelope.kind, `${what} names another sender or kind`)
  check(envelope.hub === entry.envelope.hub, `${what} is of a message for another hub`)
  const version = count(said.version, `${what}: version`)
  check((version === 0) === (said.movedAt === undefined), `${what} does not say which entry moved the head`)
  const movedAt = said.movedAt === undefined ? undefined : count(said.movedAt, `${what}: movedAt`)
  const words = { code: text(said.code, what), rule: text(said.rule, what), head: text(said.head, what) }
  return { ...words, version, ...(movedAt !== undefined && { movedAt }) }
}

/** The entry named by the refusal moved the head to the version it saw. */
export function earlier(walk: Walk): Found {
  if (!walk.refused) return absent('the entry is no refusal')
  const { head, version, movedAt } = readRefusalBody(walk)
  const given = walk.bundle.refusal!.earlier
  check(
    (given !== undefined) === (movedAt !== undefined),
    'the proof of the earlier movement is there exactly when there was one',
  )
  if (!given) return absent('the head had never been moved')
  verifyEarlier(given, { journal: walk.payload.journal, head, version, movedAt: movedAt! }, walk.checkpoint)
  return ok(`entry ${movedAt} moved the head to version ${version}`)
}
