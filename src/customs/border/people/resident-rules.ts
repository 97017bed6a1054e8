// Rules of a filing that need nothing but the filing. What is said of a person's data names the field and never its content.
import { checkResidentId, isCompactDate, partOf, placed, textsOf, type Finding } from '../../../hub/index.ts'
import type { BorderResidentFiling, CustomsBorderResident } from '../../../../schemas/types.d.ts'
import { checkOffice } from '../../code-lists.ts'
import { checkTime } from '../../values.ts'
import { finding } from './codes.ts'
import { checkPeriod } from './days.ts'
import { checkActFields } from './fields.ts'
import { checkBorderPlace } from './places.ts'

const ACTS = {
  file: ['filing'],
  change: ['filing', 'reason'],
  suspend: ['reason'],
  resume: ['reason'],
  end: ['reason'],
}

export function checkResident(body: CustomsBorderResident): Finding[] {
  const { filingNo } = textsOf<CustomsBorderResident>(body)
  const filing = partOf<BorderResidentFiling>(body, 'filing') ?? {}
  return [
    ...checkActFields(body, ACTS),
    ...checkIdentity(filing, filingNo),
    ...checkCard(filing),
    ...checkPeriod(filing, 'validFrom', 'validUntil', '/filing'),
    ...checkPlace(filing),
  ]
}

type Filing = ReturnType<typeof textsOf<BorderResidentFiling>>

function checkIdentity({ residentIdNo, mobile }: Filing, filingNo: string | undefined): Finding[] {
  const flaw = residentIdNo === undefined ? undefined : checkResidentId(residentIdNo)
  const spills = filingNo !== undefined && holdsPersonal(filingNo, { residentIdNo, mobile })
  return [
    ...(flaw ? [placed(flaw, '/filing/residentIdNo')] : []),
    ...(spills ? [finding('FILING_NO_PERSONAL', '/filingNo')] : []),
  ]
}

/** Whether a text that many may read holds the number of a person: whole, without its check character, or the mobile number. */
export function holdsPersonal(
  text: string,
  { residentIdNo, mobile }: { residentIdNo?: string | undefined; mobile?: string | undefined },
): boolean {
  const bare = text.replaceAll(/[^0-9A-Za-z]/g, '').toUpperCase()
  const numbers = [residentIdNo?.slice(0, 17), mobile].filter((one) => one !== undefined && one.length >= 11)
  return numbers.some((one) => bare.includes(one!))
}

/** Without a last day a card is valid without end. */
function checkCard(filing: Filing): Finding[] {
  const found = checkPeriod(filing, 'idValidFrom', 'idValidTo', '/filing')
  const { validFrom, idValidFrom, idValidTo = '99991231' } = filing
  if (found.length > 0 || validFrom === undefined || !isCompactDate(validFrom) || idValidFrom === undefined)
    return found
  return idValidFrom <= validFrom && validFrom <= idValidTo ? [] : [finding('CARD_EXPIRED', '/filing/validFrom')]
}

function checkPlace({ residenceCode, customsOffice, filedAt }: Filing): Finding[] {
  const office = customsOffice === undefined ? undefined : checkOffice(customsOffice)
  const time = filedAt === undefined ? undefined : checkTime(filedAt)
  return [
    ...checkBorderPlace(residenceCode, '/filing/residenceCode', 'RESIDENCE_NOT_BORDER'),
    ...(office ? [placed(office, '/filing/customsOffice')] : []),
    ...(time ? [placed(time, '/filing/filedAt')] : []),
  ]
}
