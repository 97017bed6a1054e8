// When two values of a cursor are the same: as JSON, whatever the order of members.
import { canonicalJson } from '../privacy/canonical.ts'
import type { Json } from './heads.ts'

/** Undefined is only itself. */
export const sameJson = (a: Json | undefined, b: Json | undefined): boolean =>
  a === undefined || b === undefined ? a === b : canonicalJson(a) === canonicalJson(b)
