// Second and third layer of a customs response: number, time, and what outcome, remarks and mismatches say of one another.
import { checkEntryId, placed, rowsOf, textsOf, type Finding, type Texts } from '../hub/index.ts'
import type { CustomsResponse, DeclarationMismatch, ResponseRemark } from '../../schemas/types.d.ts'
import { isDeclarationField } from './amendment-fields.ts'
import { finding } from './codes.ts'
import { checkTime } from './values.ts'

type Mismatch = Texts<DeclarationMismatch>

/** Outcomes that leave something for the declarant to do, who must be told what. */
const NEEDS_REASON: ReadonlySet<string | undefined> = new Set(['QUERIED', 'REJECTED'])

/** Findings of a response body alone, with JSON Pointers. */
export function checkResponse(body: unknown): Finding[] {
  const { entryId, respondedAt, outcome } = textsOf<CustomsResponse>(body)
  const remarks = rowsOf<ResponseRemark>(body, 'remarks')
  const mismatches = rowsOf<DeclarationMismatch>(body, 'mismatches')
  const number = entryId === undefined ? undefined : checkEntryId(entryId)
  const time = respondedAt === undefined ? undefined : checkTime(respondedAt)
  return [
    ...(number ? [placed(number, '/entryId')] : []),
    ...(time ? [placed(time, '/respondedAt')] : []),
    ...(outcome !== undefined && NEEDS_REASON.has(outcome) && remarks.length + mismatches.length === 0
      ? [finding('RESPONSE_REASON_MISSING', '/outcome', { outcome })]
      : []),
    ...remarks.flatMap(({ code, text }, at) =>
      code === 'OTHER' && text === undefined ? [finding('REMARK_TEXT_MISSING', `/remarks/${at}/text`)] : [],
    ),
    ...mismatches.flatMap((mismatch, at) => checkMismatch(mismatch, at, mismatches)),
  ]
}

function checkMismatch(
  { path: value, code, declared, found }: Mismatch,
  at: number,
  all: readonly Mismatch[],
): Finding[] {
  const path = `/mismatches/${at}`
  const findings: Finding[] = []
  if (value !== undefined && !isDeclarationField(value))
    findings.push(finding('MISMATCH_PATH_UNKNOWN', `${path}/path`, { value }))
  else if (value !== undefined && all.findIndex((one) => one.path === value) < at)
    findings.push(finding('MISMATCH_REPEATED', `${path}/path`, { value }))
  if (code === 'DIFFERS' && (declared === undefined || found === undefined))
    findings.push(finding('MISMATCH_INCOMPLETE', path))
  if (declared !== undefined && declared === found) findings.push(finding('MISMATCH_NONE', path, { value: found }))
  return findings
}
