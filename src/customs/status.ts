// customs.status: the customs authority a declaration was filed with says how it stands: accepted, queried, inspected, rejected, seized; or
// that it will not amend or cancel it as it was asked to.
import {
  checkEntryId,
  fromTime,
  nothingWanted,
  partOf,
  placed,
  readSchemaFile,
  rowsOf,
  textsOf,
  type Finding,
  type MessageKind,
  type PartyUrn,
  type Register,
  type ValidMessage,
} from '../hub/index.ts'
import type { CustomsStatus, StatusReason } from '../../schemas/types.d.ts'
import { isDeclarationField } from './amendment-fields.ts'
import { AUTHORITY, DECLARANT, findDeclaration, found } from './authority.ts'
import { recipients, SUPERVISION } from './audience.ts'
import { caseMovesOf } from './case/case-head.ts'
import { finding } from './codes.ts'
import { actedValue, type DeclarationHead } from './declaration-head.ts'
import type { DeclarationAct } from './declaration-states.ts'
import { answerRequest, type Answering } from './request-head.ts'
import { AHEAD_MAX_MS, checkTime } from './values.ts'

type Status = CustomsStatus['status']

/** A refusal may come whenever a request could have. */
const ACT: Readonly<Record<Status, DeclarationAct>> = {
  ACCEPTED: 'accept',
  QUERIED: 'query',
  INSPECTING: 'inspect',
  INSPECTED: 'inspected',
  REJECTED: 'reject',
  SEIZED: 'seize',
  REFUSED: 'request',
}
const ANSWERING: Readonly<Partial<Record<Status, Answering>>> = { REJECTED: 'ends', SEIZED: 'ends', REFUSED: 'refuses' }

export const statusKind: MessageKind<CustomsStatus> = {
  ...AUTHORITY,
  name: 'customs.status',
  version: 1,
  schema: readSchemaFile('customs/status.v1.json'),
  check: checkStatus,
  async judge(message, views) {
    const { body } = message
    const acted = await findDeclaration(message, views, body.entryId, ACT[body.status])
    if ('judgement' in acted) return acted.judgement
    const { head, next } = acted
    const findings = compare(message, head, views.nowMs)
    if (findings.length > 0) return found(findings)
    const answering = ANSWERING[body.status]
    const request = answering ? await answerRequest(message, views, answering) : { moves: [], expects: [], refers: [] }
    if ('judgement' in request) return request.judgement
    const query = body.status === 'REFUSED' ? head.query : undefined
    return {
      ...nothingWanted(),
      moves: [
        { key: head.key, version: head.headVersion, value: actedValue(head, next, { query }) },
        ...request.moves,
        ...(await caseMovesOf(views, head.caseKey)),
      ],
      expects: request.expects,
      refers: [head.declaration, ...request.refers],
    }
  },
  audience: recipients,
  awaits: ({ envelope, body }, register) =>
    body.status === 'QUERIED' ? declarants(envelope.to, register, fromTime(envelope.created)!) : [],
  views: SUPERVISION,
}

/** A query waits for the declarant: not for other authorities it is told to, and not for an agent, who answers for its principal. */
function declarants(to: readonly PartyUrn[], register: Register, atMs: number): PartyUrn[] {
  const parties = to.filter((urn) => DECLARANT.senders.includes(register.party(urn)?.class ?? ''))
  return parties.filter((agent) => !parties.some((party) => register.mandate(party, agent, 'customs.answer', atMs)))
}

function compare({ body, envelope }: ValidMessage<CustomsStatus>, head: DeclarationHead, nowMs: number): Finding[] {
  const { version, status, statusAt } = body
  return [
    ...(version === head.version
      ? []
      : [finding('DECLARATION_VERSION_DIFFERS', '/version', { expected: head.version })]),
    ...(fromTime(statusAt)! > nowMs + AHEAD_MAX_MS
      ? [finding('TIME_IN_FUTURE', '/statusAt', { value: statusAt })]
      : []),
    ...(status === 'QUERIED' && envelope.due === undefined ? [finding('QUERY_DUE_MISSING', '')] : []),
  ]
}

function checkStatus(body: unknown): Finding[] {
  const { entryId, status, statusAt } = textsOf<CustomsStatus>(body)
  const reasons = rowsOf<StatusReason>(body, 'reasons')
  const question = partOf(body, 'question')
  const number = entryId === undefined ? undefined : checkEntryId(entryId)
  const time = statusAt === undefined ? undefined : checkTime(statusAt)
  return [
    ...(number ? [placed(number, '/entryId')] : []),
    ...(time ? [placed(time, '/statusAt')] : []),
    ...(status !== undefined && Object.hasOwn(ANSWERING, status) && reasons.length === 0
      ? [finding('STATE_REASON_MISSING', '/reasons', { status })]
      : []),
    ...reasons.flatMap(({ code, text }, at) =>
      code === 'OTHER' && text === undefined ? [finding('REASON_TEXT_MISSING', `/reasons/${at}/text`)] : [],
    ),
    ...(status === 'QUERIED' && !question ? [finding('QUESTION_MISSING', '/question')] : []),
    ...(status !== undefined && status !== 'QUERIED' && question ? [finding('QUESTION_UNEXPECTED', '/question')] : []),
    ...checkPaths(body),
  ]
}

function checkPaths(body: unknown): Finding[] {
  const question = typeof body === 'object' && body !== null ? Reflect.get(body, 'question') : undefined
  const paths: unknown = typeof question === 'object' && question !== null ? Reflect.get(question, 'paths') : undefined
  return (Array.isArray(paths) ? paths : []).flatMap((value: unknown, at) =>
    typeof value !== 'string' || isDeclarationField(value)
      ? []
      : [finding('QUESTION_PATH_UNKNOWN', `/question/paths/${at}`, { value })],
  )
}
