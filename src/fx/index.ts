// The payments room: messages of ISO 20022 as XML. Its kinds and the codes of their findings.
import type { MessageKind } from '../hub/index.ts'
import { paymentStatusKind } from './payment-status.ts'
import { paymentKind } from './payment.ts'

export { fxCodes } from './codes.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- a list of kinds of different bodies
export const fxKinds: MessageKind<any>[] = [paymentKind, paymentStatusKind]
