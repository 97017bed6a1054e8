// The customs room: declarations, and what the authorities of both sides do with them. Five kinds and the codes of their findings.
import type { Enquiry, MessageKind } from '../hub/index.ts'
import { amendmentKind } from './amendment.ts'
import { cancellationKind } from './cancellation.ts'
import { declarationKind } from './declaration.ts'
import { declarationEnquiry } from './enquiry.ts'
import { releaseKind } from './release.ts'
import { responseKind } from './response.ts'

export { customsCodes } from './codes.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- a list of kinds of different bodies
export const customsKinds: MessageKind<any>[] = [
  declarationKind,
  releaseKind,
  amendmentKind,
  cancellationKind,
  responseKind,
]

// oxlint-disable-next-line typescript/no-explicit-any -- a list of enquiries of different questions
export const customsEnquiries: Enquiry<any>[] = [declarationEnquiry]
