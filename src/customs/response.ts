// customs.response: the partner customs answers the declaration it was sent. What its own law makes of the goods is its own to say:
// neither release nor cancellation on this side stands in the way of an answer.
import {
  fromTime,
  nothingWanted,
  readSchemaFile,
  type Finding,
  type HeadKey,
  type Judgement,
  type JudgeViews,
  type MessageKind,
  type PartyUrn,
  type ValidMessage,
  refused,
} from '../hub/index.ts'
import type { CustomsResponse } from '../../schemas/types.d.ts'
import {
  AUTHORITY,
  DECLARATION_KNOWN,
  filedDeclaration,
  found,
  names,
  unknown,
  wasTold,
  type Filed,
} from './authority.ts'
import { recipients, SUPERVISION } from './audience.ts'
import { caseMovesOf } from './case/case-head.ts'
import { finding } from './codes.ts'
import { declarationKey, readHead, type DeclarationHead } from './declaration-head.ts'
import { checkResponse } from './response-rules.ts'
import { untold } from './told.ts'
import { AHEAD_MAX_MS } from './values.ts'

type Outcome = CustomsResponse['outcome']

/** What may follow an outcome; a query may be put again. */
const NEXT: Readonly<Record<Outcome, readonly Outcome[]>> = {
  RECEIVED: ['ACCEPTED', 'QUERIED', 'REJECTED', 'CLEARED'],
  ACCEPTED: ['QUERIED', 'REJECTED', 'CLEARED'],
  QUERIED: ['QUERIED', 'ACCEPTED', 'REJECTED', 'CLEARED'],
  REJECTED: [],
  CLEARED: [],
}

export const responseKind: MessageKind<CustomsResponse> = {
  ...AUTHORITY,
  name: 'customs.response',
  version: 1,
  schema: readSchemaFile('customs/response.v1.json'),
  check: checkResponse,
  async judge(message, views) {
    const key = declarationKey(views, message.body.entryId)
    const stored = await views.head(key)
    const { sender } = message.authentic
    // Whoever was not sent the declaration cannot learn that the number exists.
    const cannotTell = untold(views, DECLARATION_KNOWN, key, sender)
    if (!stored) return cannotTell
    const head = readHead(key, stored)
    if (sender !== head.customs && !(await wasTold(head, sender, views))) return cannotTell
    const filed = await filedDeclaration(head, views)
    if (!filed) return unknown(head)
    const findings = compare(message, head, filed, views.nowMs)
    if (findings.length > 0) return found(findings)
    return transition(message.body, sender, head, views)
  },
  audience: recipients,
  views: SUPERVISION,
}

/** What the answer must say of the declaration: who it is from, whom it is told to, which message it answers. */
function compare(
  { authentic, envelope, body }: ValidMessage<CustomsResponse>,
  head: DeclarationHead,
  filed: Filed,
  nowMs: number,
): Finding[] {
  if (authentic.sender === head.customs) return [finding('RESPONSE_BY_DECLARING_CUSTOMS', '/entryId')]
  const differences: Finding[] = []
  if (!envelope.to.includes(head.from)) differences.push(finding('DECLARANT_NOT_ADDRESSED', ''))
  if (!envelope.to.includes(head.customs)) differences.push(finding('DECLARING_CUSTOMS_NOT_ADDRESSED', ''))
  if (!names(envelope, filed.envelope)) differences.push(finding('DECLARATION_NOT_NAMED', ''))
  if (fromTime(body.respondedAt)! > nowMs + AHEAD_MAX_MS)
    differences.push(finding('TIME_IN_FUTURE', '/respondedAt', { value: body.respondedAt }))
  // Once amended, what the answering customs has before it need not be what was filed.
  if (head.version === 1) differences.push(...checkDeclared(body, filed.body))
  return differences
}

function checkDeclared({ mismatches = [] }: CustomsResponse, filed: unknown): Finding[] {
  return mismatches.flatMap(({ path, declared }, at) =>
    declared === undefined || declared === valueAt(filed, path)
      ? []
      : [finding('MISMATCH_DECLARED_DIFFERS', `/mismatches/${at}/declared`, { path })],
  )
}

/** The value of a field of a declaration; its schema has no names that need escaping in a pointer. */
function valueAt(body: unknown, pointer: string): unknown {
  let value = body
  for (const name of pointer.split('/').slice(1))
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined
  return value
}

/** One order of outcomes for each country that answers. */
async function transition(
  { entryId, outcome }: CustomsResponse,
  sender: PartyUrn,
  declaration: DeclarationHead,
  views: JudgeViews,
): Promise<Judgement> {
  const key: HeadKey = views.key('response', entryId, views.register.party(sender)!.country)
  const head = await views.head(key)
  const before = head?.value['state'] as Outcome | undefined
  if (before && !NEXT[before].includes(outcome)) return refused('STATE_CONFLICT', 'response-order', key, head!.version)
  return {
    ...nothingWanted(),
    // Version 0 is a head that does not exist: of two first answers at once the later is looked at again.
    moves: [
      { key, version: head?.version ?? 0, value: { state: outcome, customs: sender } },
      ...(await caseMovesOf(views, declaration.caseKey)),
    ],
    expects: [{ key: declaration.key, version: declaration.headVersion }],
    refers: [declaration.declaration],
  }
}
