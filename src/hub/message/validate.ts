// From authentic to valid: the body is the one that was signed, is fresh, has the form of its kind and keeps its rules. Findings come all at once.
import { checkAttachments, type Uploaded } from '../attachments/findings.ts'
import { HubError, type Finding } from '../errors.ts'
import { fromTime, toTime } from '../values/encoding.ts'
import { checkDigests } from './decode.ts'
import type { MessageKind } from './kind.ts'
import { reach, type AuthenticMessage, type ValidMessage } from './message.ts'
import { compileSchema } from './schema.ts'
import { parseStrictJson } from './strict-json.ts'

const AHEAD_MAX_MS = 5 * 60_000

/** The kinds of a hub, compiled. */
export interface Kinds {
  list: readonly MessageKind[]
  /** Throws KIND_UNKNOWN or KIND_VERSION_UNKNOWN. */
  find(name: string, version: number): MessageKind
  /** Layers 1 to 3 on a body without envelope; [] is a good one. Throws JSON_MALFORMED or JSON_LOSSY, or what the kind's own reading throws. */
  checkBody(kind: MessageKind, bytes: Uint8Array): { body: unknown; findings: Finding[] }
}

// oxlint-disable-next-line typescript/no-explicit-any -- a list of kinds of different bodies
export function compileKinds(list: readonly MessageKind<any>[]): Kinds {
  const byName = new Map<string, Map<number, { kind: MessageKind; shape: (value: unknown) => Finding[] }>>()
  for (const kind of list) {
    const versions = byName.get(kind.name) ?? new Map()
    if (versions.has(kind.version)) throw new Error(`kind ${kind.name} v${kind.version} is defined twice`)
    versions.set(kind.version, { kind, shape: compileSchema(kind.schema) })
    byName.set(kind.name, versions)
  }
  return {
    list,
    find(name, version) {
      const versions = byName.get(name)
      if (!versions) throw new HubError('KIND_UNKNOWN', `there is no kind ${name}`)
      const known = versions.get(version)
      if (!known)
        throw new HubError(
          'KIND_VERSION_UNKNOWN',
          `kind ${name} has versions ${[...versions.keys()].join(', ')}, not ${version}`,
        )
      return known.kind
    },
    checkBody(kind, bytes) {
      const { shape } = byName.get(kind.name)!.get(kind.version)!
      const { body, findings } = kind.read ? kind.read(bytes) : withShape(parseStrictJson(bytes), shape)
      return { body, findings: bounded([...findings, ...kind.check(body)]) }
    },
  }
}

const withShape = (body: unknown, shape: (value: unknown) => Finding[]): { body: unknown; findings: Finding[] } => ({
  body,
  findings: shape(body),
})

const FINDINGS_MAX = 200

/** A hostile body could have a finding for each of its bytes; how many are left out is said. */
export function bounded(findings: Finding[]): Finding[] {
  if (findings.length <= FINDINGS_MAX) return findings
  const left = findings.length - FINDINGS_MAX
  return [
    ...findings.slice(0, FINDINGS_MAX),
    { code: 'MORE_FINDINGS', path: '', message: `${left} more findings are not listed`, params: { left } },
  ]
}

/** `uploaded` gives what the sender has uploaded, by digest. Throws a refusal of the message, or FINDINGS with all of them. */
export function validate(
  authentic: AuthenticMessage,
  kinds: Kinds,
  uploaded: (sha256: string) => Uploaded | undefined,
): ValidMessage {
  const { received } = authentic
  const { envelope } = received
  const kind = kinds.find(envelope.kind, envelope.v)
  checkFreshness(envelope, kind, received.receivedAtMs)
  if (envelope.body.type !== kind.type)
    throw new HubError('MEDIA_TYPE_UNSUPPORTED', `kind ${kind.name} has bodies of ${kind.type}`)
  if (received.body.length > kind.bodyMaxBytes)
    throw new HubError('TOO_LARGE', `a body of ${kind.name} has at most ${kind.bodyMaxBytes} bytes`)
  checkDigests(received)
  const attached = checkAttachments(received, kind.attachments, uploaded)
  const { body, findings: found } = kinds.checkBody(kind, received.body)
  const findings = [...attached, ...found]
  if (findings.length > 0)
    throw new HubError('FINDINGS', `the document has ${findings.length} finding(s)`, { findings })
  return reach<ValidMessage>({ authentic, envelope, kind, body })
}

function checkFreshness(
  envelope: { created: string; expires?: string; due?: string },
  kind: MessageKind,
  nowMs: number,
): void {
  const created = fromTime(envelope.created)!
  if (created > nowMs + AHEAD_MAX_MS)
    throw new HubError(
      'CREATED_IN_FUTURE',
      `created is ${envelope.created}, the hub's clock says ${new Date(nowMs).toISOString()}`,
    )
  if (created < nowMs - kind.ageMaxMs)
    throw new HubError(
      'CREATED_TOO_LONG_AGO',
      `created is ${envelope.created}; ${kind.name} may be at most ${Math.round(kind.ageMaxMs / 3_600_000)} hours old`,
    )
  if (envelope.expires !== undefined && fromTime(envelope.expires)! <= nowMs)
    throw new HubError('MESSAGE_EXPIRED', `the message expired at ${envelope.expires}`)
  if (envelope.due !== undefined) checkDue(envelope.due, created, nowMs)
}

/** Nobody can keep a time that has passed before he is asked: he would be overdue for what the sender did. */
function checkDue(due: string, createdMs: number, nowMs: number): void {
  const dueMs = fromTime(due)!
  if (dueMs <= createdMs) throw new HubError('DUE_NOT_AFTER_CREATED', `an answer is wanted by ${due}`)
  if (dueMs <= nowMs)
    throw new HubError('DUE_PASSED', `an answer is wanted by ${due}, the hub's clock says ${toTime(nowMs)}`)
}
