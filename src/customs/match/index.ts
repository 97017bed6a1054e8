// Packing lists, the match of the documents of one consignment, and the kind by which customs puts it on record.
import type { MessageKind } from '../../hub/index.ts'
import { matchKind } from './match.ts'
import { packingListKind } from './packing-list.ts'

export { matchCodes } from './codes.ts'
export { DOCUMENT_TITLES, explainDifference, type Difference, type Language } from './explain.ts'
export { directionDiffers } from './match.ts'
export { DOCUMENT_NAMES, isChinese, matchDocuments, type AnyDeclaration, type Documents } from './match-documents.ts'
export type { DocumentName } from './paper.ts'
export { FIELD_RULES } from './tolerances.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- a list of kinds of different bodies
export const matchKinds: MessageKind<any>[] = [packingListKind, matchKind]
