// The customs room: declarations, and what the authority does with them. Four kinds and the codes of their findings.
import type { MessageKind } from '../hub/index.ts'
import { amendmentKind } from './amendment.ts'
import { cancellationKind } from './cancellation.ts'
import { declarationKind } from './declaration.ts'
import { releaseKind } from './release.ts'

export { customsCodes } from './codes.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- a list of kinds of different bodies
export const customsKinds: MessageKind<any>[] = [declarationKind, releaseKind, amendmentKind, cancellationKind]
