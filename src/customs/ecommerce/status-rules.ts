// Rules of what customs says of a list, by the message alone.
import { checkEntryId, rowsOf, textsOf, type Finding } from '../../hub/index.ts'
import type { EcommerceReturnedItem, EcommerceStatus } from '../../../schemas/types.d.ts'
import { checkDay } from '../code-lists.ts'
import { checkAboveZero, checkCompactTime, checkFields, checkPlatform } from './checks.ts'
import { finding } from './codes.ts'

export function checkStatus(body: EcommerceStatus): Finding[] {
  const head = textsOf<EcommerceStatus>(body)
  const returned = rowsOf<EcommerceReturnedItem>(body, 'returned')
  const { outcome, invtNo, returnInfo, appliedOn } = head
  const numbers = returned.map(({ gnum }) => gnum)
  const found = [
    ...checkFields(head, [
      ['ebpCode', checkPlatform],
      ['invtNo', checkEntryId],
      ['returnTime', checkCompactTime],
      ['appliedOn', checkDay],
    ]),
    ...returned.flatMap((row, at) => [
      ...checkAboveZero(row, ['qty'], `/returned/${at}`),
      ...(row.gnum !== undefined && numbers.indexOf(row.gnum) < at
        ? [finding('RETURN_REPEATED', `/returned/${at}/gnum`, { gnum: row.gnum })]
        : []),
    ]),
  ]
  if (outcome === 'RELEASED' && invtNo === undefined) found.push(finding('LIST_NUMBER_MISSING', '/invtNo'))
  if (outcome === 'REJECTED' && returnInfo === undefined)
    found.push(finding('OUTCOME_REASON_MISSING', '/returnInfo', { outcome }))
  if (outcome === 'RETURNED' && appliedOn === undefined) found.push(finding('RETURN_DAY_MISSING', '/appliedOn'))
  if (outcome !== undefined && outcome !== 'RETURNED')
    for (const [field, given] of [
      ['appliedOn', appliedOn !== undefined],
      ['returned', returned.length > 0],
    ] as const)
      if (given) found.push(finding('RETURN_UNEXPECTED', `/${field}`, { field }))
  return found
}
