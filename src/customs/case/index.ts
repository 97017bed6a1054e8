// Cases: what joins everything that is said under one unique consignment reference.
export { caseKey, caseMoves, caseMovesOf } from './case-head.ts'
export { casesView } from './case-view.ts'
export { CASES_VIEW, followCases, type CasesDeps } from './follower.ts'
