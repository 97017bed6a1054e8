// customs.request: the declarant, or its agent, asks customs to amend or cancel a declaration (修撤单). One request is open at a time, and
// customs answers it by the act that names it or by a status REFUSED.
import {
  nothingWanted,
  parseMoney,
  readSchemaFile,
  textsOf,
  type Finding,
  type MessageKind,
  refused,
} from '../hub/index.ts'
import type { CustomsRequest } from '../../schemas/types.d.ts'
import { checkAmendment } from './amendment-fields.ts'
import { currentTotal, DECLARANT, findOwnDeclaration, found, unknown } from './authority.ts'
import { recipients, SUPERVISION } from './audience.ts'
import { caseMovesOf } from './case/case-head.ts'
import { finding } from './codes.ts'
import { requestKey, requestValue } from './request-head.ts'

export const requestKind: MessageKind<CustomsRequest> = {
  ...DECLARANT,
  name: 'customs.request',
  version: 1,
  schema: readSchemaFile('customs/request.v1.json'),
  attachments: {
    types: ['application/pdf', 'image/png', 'image/jpeg', 'image/tiff'],
    countMax: 8,
    bytesMax: 20 * 1024 * 1024,
  },
  check: checkRequest,
  async judge(message, views) {
    const { body } = message
    const acted = await findOwnDeclaration(message, views, body.entryId, 'request')
    if ('judgement' in acted) return acted.judgement
    const { head } = acted
    const total = body.newTotal ? await currentTotal(head, views) : undefined
    if (body.newTotal && !total) return unknown(head)
    const findings: Finding[] = []
    if (body.version !== head.version)
      findings.push(finding('DECLARATION_VERSION_DIFFERS', '/version', { expected: head.version }))
    const asked = parseMoney(body.newTotal?.amount, body.newTotal?.currency)
    if (total && asked && asked.currency !== total.currency)
      findings.push(finding('CURRENCY_MIXED', '/newTotal/currency', { first: total.currency, value: asked.currency }))
    if (findings.length > 0) return found(findings)
    const key = requestKey(views, body.entryId)
    const open = await views.head(key)
    const version = open?.version ?? 0
    if (open?.value['state'] === 'open') return refused('STATE_CONFLICT', 'request-open', key, version)
    return {
      ...nothingWanted(),
      moves: [{ key, version, value: requestValue('open', body.act) }, ...(await caseMovesOf(views, head.caseKey))],
      expects: [{ key: head.key, version: head.headVersion }],
      refers: [head.declaration],
    }
  },
  audience: recipients,
  views: SUPERVISION,
}

/** What is to be changed is checked as the amendment will be. */
function checkRequest(body: unknown): Finding[] {
  const { act } = textsOf<CustomsRequest>(body)
  const has = (member: string): boolean => typeof body === 'object' && body !== null && Object.hasOwn(body, member)
  const isCancelling = act === 'CANCEL' && (has('changes') || has('newTotal'))
  return [
    ...checkAmendment(body),
    ...(act === 'AMEND' && !has('changes') ? [finding('REQUEST_CHANGES_MISSING', '/changes')] : []),
    ...(isCancelling ? [finding('REQUEST_CHANGES_UNEXPECTED', '')] : []),
  ]
}
