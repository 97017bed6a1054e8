// customs.cancellation: customs ends a declaration. What was financed stands as shortfall; nothing more can be drawn.
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
import { AUTHORITY, findDeclaration } from './authority.ts'
import { recipients, SUPERVISION } from './audience.ts'
import { actedValue, financeableKey, type DeclarationHead } from './declaration-head.ts'
import { checkTime } from './values.ts'

export const cancellationKind: MessageKind<CustomsCancellation> = {
  ...AUTHORITY,
  name: 'customs.cancellation',
  version: 1,
  schema: readSchemaFile('customs/cancellation.v1.json'),
  check,
  async judge(message, views) {
    const { body } = message
    const found = await findDeclaration(message, views, body.entryId, ['declared', 'released'])
    if ('judgement' in found) return found.judgement
    const { head } = found
    return {
      ...nothingWanted(),
      moves: [
        { key: head.key, version: head.headVersion, value: actedValue(head, 'cancelled', head.version, head.total) },
      ],
      accounts: head.state === 'released' ? [closing(head, body.entryId, views)] : [],
      refers: [head.declaration],
    }
  },
  audience: recipients,
  views: SUPERVISION,
}

/** Release has written the total into the head, so that a declaration can be cancelled even when its content is gone. */
function closing(head: DeclarationHead, entryId: string, views: JudgeViews): AccountMove {
  const total = head.total!
  const key = financeableKey(views, entryId, total.currency)
  return { act: 'close', key, amountMinor: total.minor, rule: 'financeable-cancelled' }
}

function check(body: CustomsCancellation): Finding[] {
  const { entryId, cancelledAt } = textsOf<CustomsCancellation>(body)
  const number = entryId === undefined ? undefined : checkEntryId(entryId)
  const time = cancelledAt === undefined ? undefined : checkTime(cancelledAt)
  return [...(number ? [placed(number, '/entryId')] : []), ...(time ? [placed(time, '/cancelledAt')] : [])]
}
