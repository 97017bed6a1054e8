// Reference data: code lists, limits and places that authorities change, as files with a source and a date, and how they are renewed.
export { referenceCodes } from './codes.ts'
export { isListName, type ListName } from './forms.ts'
export { LIST_BYTES_MAX, readReferenceList, ReferenceFault, type ReferenceList } from './list.ts'
export { limitOf, type Limit } from './limits.ts'
export { entryOf, openReference, PACKAGED_REFERENCE, referenceList, referenceNames, versionFor } from './lists.ts'
export { borderCounties, exchangeReady, type BorderCounty } from './places.ts'
export { fromRec20, kilogramsPer, toRec20 } from './units.ts'
export { planUpdate, type UpdatePlan, writeVersion } from './update.ts'
