// customs.release: customs lets the goods go; from then on the declared total of an export can be financed, that of an import paid.
import {
  checkEntryId,
  checkUscc,
  formatMoney,
  fromTime,
  parseMoney,
  placed,
  readSchemaFile,
  textsOf,
  nothingWanted,
  type Envelope,
  type Finding,
  type MessageKind,
  type Money,
} from '../hub/index.ts'
import type { CustomsDeclaration, CustomsRelease } from '../../schemas/types.d.ts'
import { AUTHORITY, currentTotal, filedDeclaration, findDeclaration, found, names, unknown } from './authority.ts'
import { recipients, SUPERVISION } from './audience.ts'
import { caseMovesOf } from './case/case-head.ts'
import { checkOffice } from './code-lists.ts'
import { finding } from './codes.ts'
import { lateDays } from './declaration-dates.ts'
import { accountKey, actedValue, type DeclarationHead } from './declaration-head.ts'
import { payerKey } from './payment/freight-bill-head.ts'
import { tellMoves } from './told.ts'
import { AHEAD_MAX_MS, checkTime, checkTotal } from './values.ts'

export const releaseKind: MessageKind<CustomsRelease> = {
  ...AUTHORITY,
  name: 'customs.release',
  version: 1,
  schema: readSchemaFile('customs/release.v1.json'),
  check,
  async judge(message, views) {
    const { body, envelope } = message
    const acted = await findDeclaration(message, views, body.entryId, 'release')
    if ('judgement' in acted) return acted.judgement
    const { head, next } = acted
    const filed = await filedDeclaration(head, views)
    const total = await currentTotal(head, views)
    if (!filed || !total) return unknown(head)
    const declaration = filed.body as CustomsDeclaration
    const findings = [
      ...compare(body, envelope, declaration, filed.envelope, total),
      ...compareLateDays(body, head, declaration),
    ]
    if (fromTime(body.releasedAt)! > views.nowMs + AHEAD_MAX_MS)
      findings.push(finding('TIME_IN_FUTURE', '/releasedAt', { value: body.releasedAt }))
    if (findings.length > 0) return found(findings)
    const key = accountKey(views, head.ieFlag, body.entryId, total.currency)
    const rule = head.ieFlag === 'E' ? 'financeable-opened' : 'payable-opened'
    return {
      ...nothingWanted(),
      moves: [
        { key: head.key, version: head.headVersion, value: actedValue(head, next, { total }) },
        ...(await caseMovesOf(views, head.caseKey)),
        // Banks hear of what is to be paid by naming the consignee.
        ...(head.ieFlag === 'I' ? await tellMoves(views, head.key, [payerKey(views, declaration.tradeCoScc)]) : []),
      ],
      accounts: [{ act: 'open', key, amountMinor: total.minor, rule }],
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
  const flaws = fields.flatMap(([name, checkText]) => {
    const text = texts[name]
    const flaw = text === undefined ? undefined : checkText(text)
    return flaw ? [placed(flaw, `/${name}`)] : []
  })
  return [...flaws, ...checkTotal(body, 'declared')]
}

/** What the release says of the declaration must be so: a number alone could be a number that somebody else filed first. */
function compare(
  body: CustomsRelease,
  envelope: Envelope,
  filed: CustomsDeclaration,
  filedEnvelope: Envelope,
  total: Money,
): Finding[] {
  const differences: Finding[] = []
  if (envelope.re !== undefined && !names(envelope, filedEnvelope))
    differences.push(finding('DECLARATION_DIFFERS', '/entryId'))
  if (body.tradeCoScc !== undefined && body.tradeCoScc !== filed.tradeCoScc)
    differences.push(finding('CONSIGNOR_DIFFERS', '/tradeCoScc'))
  if (body.declared !== undefined) {
    const said = parseMoney(body.declared.amount, body.declared.currency)
    if (said?.currency !== total.currency || said.minor !== total.minor)
      differences.push(finding('TOTAL_DIFFERS', '/declared', { expected: formatMoney(total) }))
  }
  return differences
}

/** Lateness stops no goods, but it is said, and not more of it than the dates give. Amended dates are before customs alone. */
function compareLateDays(
  { lateDays: said }: CustomsRelease,
  head: DeclarationHead,
  filed: CustomsDeclaration,
): Finding[] {
  if (head.version > 1) return []
  const days = lateDays(filed)
  if (said === undefined) return days > 0 ? [finding('LATE_DAYS_MISSING', '/lateDays', { days })] : []
  return said > days ? [finding('LATE_DAYS_ABOVE', '/lateDays', { days })] : []
}
