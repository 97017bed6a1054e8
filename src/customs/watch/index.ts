// The watch of supervision: alerts with evidence, and the lists of sanctions they are compared with.
import type { Enquiry, MessageKind } from '../../hub/index.ts'
import { alertKind } from './alert.ts'
import { sanctionsEnquiry } from './sanctions-enquiry.ts'
import { sanctionsListKind } from './sanctions-list.ts'

export { watchCodes } from './codes.ts'
export { followWatch, type WatchDeps } from './follower.ts'
export { WATCH_VIEW } from './memory.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- a list of kinds of different bodies
export const watchKinds: MessageKind<any>[] = [sanctionsListKind, alertKind]

// oxlint-disable-next-line typescript/no-explicit-any -- a list of enquiries of different questions
export const watchEnquiries: Enquiry<any>[] = [sanctionsEnquiry]
