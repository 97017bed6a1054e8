// Declarations after the WCO Data Model and the ASEAN customs declaration document: kinds, codes, mappings.
import type { MessageKind } from '../../hub/index.ts'
import { acddKind } from './acdd.ts'
import { acddResponseKind } from './acdd-response.ts'
import { wcoDeclarationKind } from './wco-declaration.ts'

export { wcoCodes } from './codes.ts'
export { ACDD, convert, DECLARATION, targetsOf, WCO, type Mapped, type Missing } from './mapping/convert.ts'
export type { Loss } from './shadow.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- a list of kinds of different bodies
export const wcoKinds: MessageKind<any>[] = [wcoDeclarationKind, acddKind, acddResponseKind]
