// customs.amendment: customs changes a declaration, of itself or because the declarant asked for it; what can be financed or paid moves by
// the difference, even below what has been used.
import { nothingWanted, parseMoney, readSchemaFile, type AccountMove, type MessageKind } from '../hub/index.ts'
import type { CustomsAmendment } from '../../schemas/types.d.ts'
import { AUTHORITY, currentTotal, findDeclaration, found, unknown } from './authority.ts'
import { checkAmendment } from './amendment-fields.ts'
import { recipients, SUPERVISION } from './audience.ts'
import { caseMovesOf } from './case/case-head.ts'
import { finding } from './codes.ts'
import { accountKey, actedValue, amendedKey } from './declaration-head.ts'
import { answerRequest } from './request-head.ts'
import { readersOf, tellMoves } from './told.ts'

export const amendmentKind: MessageKind<CustomsAmendment> = {
  ...AUTHORITY,
  name: 'customs.amendment',
  version: 1,
  schema: readSchemaFile('customs/amendment.v1.json'),
  check: checkAmendment,
  async judge(message, views) {
    const { body } = message
    const acted = await findDeclaration(message, views, body.entryId, 'amend')
    if ('judgement' in acted) return acted.judgement
    const { head, next } = acted
    const before = await currentTotal(head, views)
    if (!before) return unknown(head)
    const after = body.newTotal ? parseMoney(body.newTotal.amount, body.newTotal.currency)! : before
    const version = head.version + 1
    const findings = [
      ...(body.version === version ? [] : [finding('AMENDMENT_VERSION', '/version', { expected: version })]),
      ...(after.currency === before.currency
        ? []
        : [finding('CURRENCY_MIXED', '/newTotal/currency', { first: before.currency, value: after.currency })]),
    ]
    if (findings.length > 0) return found(findings)
    const request = await answerRequest(message, views, { grants: 'AMEND', amendment: body })
    if ('judgement' in request) return request.judgement
    const deltaMinor = after.minor - before.minor
    const key = accountKey(views, head.ieFlag, body.entryId, before.currency)
    const rule = head.ieFlag === 'E' ? 'financeable-amended' : 'payable-amended'
    const adjust: AccountMove = { act: 'adjust', key, deltaMinor, rule }
    const value = actedValue(head, next, { version, total: after, query: head.query })
    return {
      ...nothingWanted(),
      moves: [
        { key: head.key, version: head.headVersion, value },
        ...request.moves,
        ...(await caseMovesOf(views, head.caseKey)),
        // Who matches an older version hears of this one if it was told of it.
        ...(await tellMoves(views, amendedKey(views, body.entryId, version), readersOf(message))),
      ],
      // Before release there is no account yet; it will be opened with the amended total.
      accounts: head.state === 'released' && deltaMinor !== 0n ? [adjust] : [],
      expects: request.expects,
      refers: [head.declaration, ...request.refers],
    }
  },
  audience: recipients,
  views: SUPERVISION,
}
