// Rules of a mutual-aid group that need nothing but the message.
import { checkBic, partOf, placed, textsOf, type Finding } from '../../../hub/index.ts'
import type { CustomsBorderGroup } from '../../../../schemas/types.d.ts'
import { finding } from './codes.ts'
import { checkDay } from './days.ts'
import { checkActFields } from './fields.ts'
import { checkBorderPlace } from './places.ts'

export const MEMBERS_MAX = 50

const ACTS = {
  form: ['party', 'townCode', 'leaderFilingNo', 'memberFilingNos', 'account', 'validUntil'],
  join: ['memberFilingNos', 'leaderFilingNo'],
  leave: ['memberFilingNos', 'leaderFilingNo'],
  renew: ['validUntil'],
  dissolve: ['reason'],
}

export function checkGroup(body: CustomsBorderGroup): Finding[] {
  const { act, townCode, validUntil, leaderFilingNo } = textsOf<CustomsBorderGroup>(body)
  const members = membersOf(body)
  const found = [
    ...checkActFields(body, ACTS),
    ...checkRepeated(members),
    ...checkAccount(body),
    ...checkDay(validUntil, '/validUntil'),
    ...checkBorderPlace(townCode, '/townCode', 'RESIDENCE_NOT_BORDER'),
  ]
  if (act === 'form' && leaderFilingNo !== undefined && !members.includes(leaderFilingNo))
    found.push(finding('LEADER_NOT_MEMBER', '/leaderFilingNo'))
  return found
}

function membersOf(body: unknown): unknown[] {
  const members = typeof body === 'object' && body !== null ? Reflect.get(body, 'memberFilingNos') : undefined
  return Array.isArray(members) ? members : []
}

const checkRepeated = (members: readonly unknown[]): Finding[] =>
  members.flatMap((one, at) =>
    members.indexOf(one) < at ? [finding('MEMBER_REPEATED', `/memberFilingNos/${at}`)] : [],
  )

/** Twelve digits are a number of CNAPS, which has no check that is published. */
function checkAccount(body: unknown): Finding[] {
  const bank = partOf<{ bank: string }>(body, 'account')?.bank
  const flaw = bank === undefined || /^\d{12}$/.test(bank) ? undefined : checkBic(bank)
  return flaw ? [placed(flaw, '/account/bank')] : []
}
