// customs.acdd-response: the Customs Response of the importing side to an ASEAN customs declaration document, or to the request to cancel it.
import { fromTime, nothingWanted, readSchemaFile, type Finding, type MessageKind, refused } from '../../hub/index.ts'
import type { AcddResponse } from '../../../schemas/types.d.ts'
import { recipients, SUPERVISION } from '../audience.ts'
import { AUTHORITY } from '../authority.ts'
import { caseMovesOf } from '../case/case-head.ts'
import { finding as customsFinding } from '../codes.ts'
import { untold } from '../told.ts'
import { ACDD_KNOWN, acddKey, movedAcdd, notActing, OUTCOMES, readAcddHead } from './acdd-head.ts'
import { checkCountryCode } from './code-sets.ts'
import { finding } from './codes.ts'
import { Place } from './place.ts'
import { told } from './said-rules.ts'
import { AHEAD_MAX_MS } from '../values.ts'

/** Outcomes that leave something to do, or end it against the other side's wish. */
const NEEDS_REASON: ReadonlySet<string | undefined> = new Set(['QUERIED', 'REJECTED', 'CANCELLATION_REFUSED'])

export const acddResponseKind: MessageKind<AcddResponse> = {
  ...AUTHORITY,
  name: 'customs.acdd-response',
  version: 1,
  schema: readSchemaFile('customs/acdd-response.v1.json'),
  check,
  async judge({ body, authentic, envelope }, views) {
    const { sender } = authentic
    const key = acddKey(views, body.exportCountry, body.permitNumber)
    const stored = await views.head(key)
    if (!stored) return untold(views, ACDD_KNOWN, key, sender)
    const head = readAcddHead(key, stored)
    if (head.to !== sender) return notActing(head, sender, views)
    const findings: Finding[] = []
    if (!envelope.to.includes(head.from)) findings.push(finding('ACDD_SENDER_NOT_ADDRESSED', ''))
    if (fromTime(body.respondedAt)! > views.nowMs + AHEAD_MAX_MS)
      findings.push(customsFinding('TIME_IN_FUTURE', '/respondedAt', { value: body.respondedAt }))
    if (findings.length > 0) return { ...nothingWanted(), findings }
    const { from, to } = OUTCOMES[body.outcome]
    if (!from.includes(head.state)) return refused('STATE_CONFLICT', 'acdd-state', key, head.headVersion)
    return {
      ...nothingWanted(),
      moves: [
        { key, version: head.headVersion, value: movedAcdd(head, to) },
        ...(await caseMovesOf(views, head.caseKey)),
      ],
      refers: [head.document],
    }
  },
  audience: recipients,
  views: SUPERVISION,
}

function check(body: AcddResponse): Finding[] {
  const place = new Place(body)
  const outcome = place.text('outcome')
  const time = place.text('respondedAt')
  return [
    ...told(place.at('exportCountry'), checkCountryCode),
    ...(time !== undefined && fromTime(time) === undefined
      ? [customsFinding('TIME_INVALID', '/respondedAt', { value: time })]
      : []),
    ...(outcome !== undefined && NEEDS_REASON.has(outcome) && place.rows('remarks').length === 0
      ? [finding('ACDD_REASON_MISSING', '/remarks', { outcome })]
      : []),
  ]
}
