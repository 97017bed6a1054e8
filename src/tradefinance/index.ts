// The trade finance room: financing against declarations. Its kind and the codes of its findings.
import type { MessageKind } from '../hub/index.ts'
import { financingKind } from './financing.ts'

export { tradefinanceCodes } from './codes.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- a list of kinds of different bodies
export const tradefinanceKinds: MessageKind<any>[] = [financingKind]
