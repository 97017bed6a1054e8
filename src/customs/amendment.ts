// customs.amendment: customs changes a declaration; what can be financed moves by the difference, even below what has been used.
import { nothingWanted, parseMoney, readSchemaFile, type AccountMove, type MessageKind } from '../hub/index.ts'
import type { CustomsAmendment } from '../../schemas/types.d.ts'
import { AUTHORITY, currentTotal, findDeclaration, unknown } from './authority.ts'
import { checkAmendment } from './amendment-fields.ts'
import { recipients, SUPERVISION } from './audience.ts'
import { finding } from './codes.ts'
import { actedValue, financeableKey } from './declaration-head.ts'

export const amendmentKind: MessageKind<CustomsAmendment> = {
  ...AUTHORITY,
  name: 'customs.amendment',
  version: 1,
  schema: readSchemaFile('customs/amendment.v1.json'),
  check: checkAmendment,
  async judge(message, views) {
    const { body } = message
    const found = await findDeclaration(message, views, body.entryId, ['declared', 'released'])
    if ('judgement' in found) return found.judgement
    const { head } = found
    const before = await currentTotal(head, views)
    if (!before) return unknown(head)
    const after = body.newTotal ? parseMoney(body.newTotal.amount, body.newTotal.currency)! : before
    const expected = head.version + 1
    const findings = [
      ...(body.version === expected ? [] : [finding('AMENDMENT_VERSION', '/version', { expected })]),
      ...(after.currency === before.currency
        ? []
        : [finding('CURRENCY_MIXED', '/newTotal/currency', { first: before.currency, value: after.currency })]),
    ]
    if (findings.length > 0) return { ...nothingWanted(), findings }
    const deltaMinor = after.minor - before.minor
    const key = financeableKey(views, body.entryId, before.currency)
    const adjust: AccountMove = { act: 'adjust', key, deltaMinor, rule: 'financeable-amended' }
    return {
      ...nothingWanted(),
      moves: [{ key: head.key, version: head.headVersion, value: actedValue(head, head.state, expected, after) }],
      // Before release there is no account yet; it will be opened with the amended total.
      accounts: head.state === 'released' && deltaMinor !== 0n ? [adjust] : [],
      refers: [head.declaration],
    }
  },
  audience: recipients,
  views: SUPERVISION,
}
