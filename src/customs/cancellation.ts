// customs.cancellation: customs ends a declaration. What was financed or paid stands as shortfall; nothing more can be drawn.
import {
  checkEntryId,
  nothingWanted,
  placed,
  readSchemaFile,
  textsOf,
  type AccountMove,
  type Finding,
  type JudgeViews,
  type MessageKind,
} from '../hub/index.ts'
import type { CustomsCancellation } from '../../schemas/types.d.ts'
import { checkReasonCode } from './amendment-fields.ts'
import { AUTHORITY, findDeclaration, found } from './authority.ts'
import { recipients, SUPERVISION } from './audience.ts'
import { caseMovesOf } from './case/case-head.ts'
import { finding } from './codes.ts'
import { accountKey, actedValue, type DeclarationHead } from './declaration-head.ts'
import { answerRequest } from './request-head.ts'
import { checkTime } from './values.ts'

export const cancellationKind: MessageKind<CustomsCancellation> = {
  ...AUTHORITY,
  name: 'customs.cancellation',
  version: 1,
  schema: readSchemaFile('customs/cancellation.v1.json'),
  check,
  async judge(message, views) {
    const { body } = message
    const acted = await findDeclaration(message, views, body.entryId, 'cancel')
    if ('judgement' in acted) return acted.judgement
    const { head, next } = acted
    if (body.version !== undefined && body.version !== head.version)
      return found([finding('DECLARATION_VERSION_DIFFERS', '/version', { expected: head.version })])
    const request = await answerRequest(message, views, { grants: 'CANCEL' })
    if ('judgement' in request) return request.judgement
    return {
      ...nothingWanted(),
      moves: [
        { key: head.key, version: head.headVersion, value: actedValue(head, next) },
        ...request.moves,
        ...(await caseMovesOf(views, head.caseKey)),
      ],
      accounts: head.state === 'released' ? [closing(head, body.entryId, views)] : [],
      expects: request.expects,
      refers: [head.declaration, ...request.refers],
    }
  },
  audience: recipients,
  views: SUPERVISION,
}

/** Release has written the total into the head, so that a declaration can be cancelled even when its content is gone. */
function closing(head: DeclarationHead, entryId: string, views: JudgeViews): AccountMove {
  const total = head.total!
  const key = accountKey(views, head.ieFlag, entryId, total.currency)
  const rule = head.ieFlag === 'E' ? 'financeable-cancelled' : 'payable-cancelled'
  return { act: 'close', key, amountMinor: total.minor, rule }
}

function check(body: CustomsCancellation): Finding[] {
  const { entryId, cancelledAt } = textsOf<CustomsCancellation>(body)
  const number = entryId === undefined ? undefined : checkEntryId(entryId)
  const time = cancelledAt === undefined ? undefined : checkTime(cancelledAt)
  return [
    ...(number ? [placed(number, '/entryId')] : []),
    ...checkReasonCode(body),
    ...(time ? [placed(time, '/cancelledAt')] : []),
  ]
}
