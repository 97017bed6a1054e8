// customs.release: customs lets the goods go, and from then on the declared total can be financed.
import {
  checkEntryId,
  checkUscc,
  formatMoney,
  fromTime,
  nothingWanted,
  parseMoney,
  placed,
  readSchemaFile,
  textsOf,
  type Envelope,
  type Finding,
  type MessageKind,
  type Money,
} from '../hub/index.ts'
import type { CustomsDeclaration, CustomsRelease } from '../../schemas/types.d.ts'
import { AUTHORITY, currentTotal, filedDeclaration, findDeclaration, unknown } from './authority.ts'
import { recipients, SUPERVISION } from './audience.ts'
import { checkOffice } from './code-lists.ts'
import { finding } from './codes.ts'
import { actedValue, financeableKey } from './declaration-head.ts'
import { checkTime, checkTotal } from './values.ts'

const AHEAD_MAX_MS = 5 * 60_000

export const releaseKind: MessageKind<CustomsRelease> = {
  ...AUTHORITY,
  name: 'customs.release',
  version: 1,
  schema: readSchemaFile('customs/release.v1.json'),
  check,
  async judge(message, views) {
    const { body, envelope } = message
    const found = await findDeclaration(message, views, body.entryId, ['declared'])
    if ('judgement' in found) return found.judgement
    const { head } = found
    const filed = await filedDeclaration(head, views)
    const total = await currentTotal(head, views)
    if (!filed || !total) return unknown(head)
    const findings = compare(body, envelope, filed.body as CustomsDeclaration, filed.envelope, total)
    if (fromTime(body.releasedAt)! > views.nowMs + AHEAD_MAX_MS)
      findings.push(finding('TIME_IN_FUTURE', '/releasedAt', { value: body.releasedAt }))
    if (findings.length > 0) return { ...nothingWanted(), findings }
    const account = financeableKey(views, body.entryId, total.currency)
    return {
      ...nothingWanted(),
      moves: [{ key: head.key, version: head.headVersion, value: actedValue(head, 'released', head.version, total) }],
      accounts: [{ act: 'open', key: account, amountMinor: total.minor, rule: 'financeable-opened' }],
      refers: [head.declaration],
    }
  },
  audience: recipients,
  views: SUPERVISION,
}

function check(body: CustomsRelease): Finding[] {
  const texts = textsOf<CustomsRelease>(body)
  const fields = [
    ['entryId', checkEntryId],
    ['customMaster', checkOffice],
    ['tradeCoScc', checkUscc],
    ['releasedAt', checkTime],
  ] as const
  const found = fields.flatMap(([name, checkText]) => {
    const text = texts[name]
    const flaw = text === undefined ? undefined : checkText(text)
    return flaw ? [placed(flaw, `/${name}`)] : []
  })
  return [...found, ...checkTotal(body, 'declared')]
}

/** What the release says of the declaration must be so: a number alone could be a number that somebody else filed first. */
function compare(
  body: CustomsRelease,
  envelope: Envelope,
  filed: CustomsDeclaration,
  filedEnvelope: Envelope,
  total: Money,
): Finding[] {
  const found: Finding[] = []
  const answers = envelope.re?.some((re) => re.from === filedEnvelope.from && re.id === filedEnvelope.id) ?? true
  if (!answers) found.push(finding('DECLARATION_DIFFERS', '/entryId'))
  if (body.tradeCoScc !== undefined && body.tradeCoScc !== filed.tradeCoScc)
    found.push(finding('CONSIGNOR_DIFFERS', '/tradeCoScc'))
  if (body.declared !== undefined) {
    const said = parseMoney(body.declared.amount, body.declared.currency)
    if (said?.currency !== total.currency || said.minor !== total.minor)
      found.push(finding('TOTAL_DIFFERS', '/declared', { expected: formatMoney(total) }))
  }
  return found
}
