// The payments room: messages of ISO 20022 as XML. Its kinds and the codes of their findings.
import type { FindingCodes, MessageKind } from '../hub/index.ts'

export const fxCodes = {} satisfies FindingCodes

// oxlint-disable-next-line typescript/no-explicit-any -- a list of kinds of different bodies
export const fxKinds: MessageKind<any>[] = []
