// SPLIT_DECLARATIONS, pure: goods of one heading to one consignee, in so many declarations of a day that each stays below a limit.
import { SMALL_DECLARATIONS, SPLITTING, type SmallDeclaration } from './limits.ts'

/** One declaration as it is remembered; what it is worth is read from it again. */
export type SplitMark = {
  index: number
  atMs: number
}

/** The limit a declaration of this mode and currency passes below; undefined if there is none. */
export const smallLimit = (mode: string | undefined, currency: string): SmallDeclaration | undefined =>
  SMALL_DECLARATIONS.find((one) => one.currency === currency && mode !== undefined && one.modes?.includes(mode)) ??
  SMALL_DECLARATIONS.find((one) => one.currency === currency && one.modes === undefined)

/** Marks that are still within the window at a time. */
export const withinWindow = (marks: readonly SplitMark[], atMs: number): SplitMark[] =>
  marks.filter((mark) => mark.atMs > atMs - SPLITTING.windowMs)

/** The sum, once there are enough declarations that are above the limit together. Each is known to be at or below it. */
export function splitTotal(values: readonly bigint[], { limitMinor }: SmallDeclaration): bigint | undefined {
  const sum = values.reduce((all, minor) => all + minor, 0n)
  return values.length >= SPLITTING.countMin && sum > limitMinor ? sum : undefined
}
