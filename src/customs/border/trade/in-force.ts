// Whether what is filed of people was in force on a day: filings, groups and entrustments. A state that has changed since counts as it is now.
import type { EntrustmentHead, GroupHead, ResidentHead } from '../people-heads.ts'

type Filed =
  | Pick<ResidentHead, 'state' | 'validFrom' | 'validUntil'>
  | Pick<EntrustmentHead, 'state' | 'validFrom' | 'validUntil'>
  | Pick<GroupHead, 'state' | 'validUntil'>

/** Days are yyyyMMdd, both ends inclusive. */
export const isInForce = (filed: Filed, day: string): boolean =>
  filed.state === 'active' && day <= filed.validUntil && (!('validFrom' in filed) || filed.validFrom <= day)
