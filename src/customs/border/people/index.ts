// People of border-resident trade: filings and their unmasking, groups, stalls, phones, entrustments.
import type { Enquiry, MessageKind } from '../../../hub/index.ts'
import { envelopeWithoutNumbers } from '../identity-numbers.ts'
import { deviceKind } from './device.ts'
import { entrustmentKind } from './entrustment.ts'
import { groupKind } from './group.ts'
import { identityEnquiry } from './identity-enquiry.ts'
import { residentKind } from './resident.ts'
import { stallKind } from './stall.ts'
import { unmaskingKind } from './unmasking.ts'

export { borderPeopleCodes } from './codes.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- a list of kinds of different bodies
export const borderPeopleKinds: MessageKind<any>[] = [
  residentKind,
  unmaskingKind,
  groupKind,
  stallKind,
  deviceKind,
  entrustmentKind,
].map(envelopeWithoutNumbers)

// oxlint-disable-next-line typescript/no-explicit-any -- a list of enquiries of different questions
export const borderPeopleEnquiries: Enquiry<any>[] = [identityEnquiry]
