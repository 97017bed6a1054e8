// Findings are written once, in a table per room with both languages; the text of one is filled from its params.
import type { Finding } from '../errors.ts'
import { shownParams } from './shown.ts'

/** What one finding code says. `{name}` in a text stands for the param of that name. */
export interface FindingText {
  readonly en: string
  readonly zh: string
}

export type FindingCodes = Readonly<Record<string, FindingText>>

/** A finding before it has a place in a document. */
export type Flaw = Omit<Finding, 'path'>

/** The text with its params filled in; a param that is missing stays visible as `{name}`. */
export function fillText(text: string, params: Finding['params'] = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(params, name) ? String(params[name]) : whole,
  )
}

/** Makes flaws of a table: the code must be in it. No param shows the identity number of a person. */
export const flawsOf =
  <T extends FindingCodes>(table: T) =>
  (code: keyof T & string, given?: Finding['params']): Flaw => {
    const params = given && shownParams(given)
    return { code, message: fillText(table[code]!.en, params), ...(params && { params }) }
  }

/** Makes findings of a table: the code must be in it; path is a JSON Pointer into the body. */
export const findingsOf = <T extends FindingCodes>(table: T) => {
  const flaw = flawsOf(table)
  return (code: keyof T & string, path: string, params?: Finding['params']): Finding => placed(flaw(code, params), path)
}

/** A flaw at its place. */
export const placed = (flaw: Flaw, path: string): Finding => ({ ...flaw, path })
