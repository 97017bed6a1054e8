// Fixtures of the payments room: whole XML files, and invalid ones as edits of a valid file with the findings they must have.
import { readdirSync, readFileSync } from 'node:fs'
import { fxKinds } from '../../../src/fx/index.ts'
import { compileKinds } from '../../../src/hub/message/validate.ts'

const FIXTURES = new URL('../../../fixtures/fx/', import.meta.url)

export const kinds = compileKinds(fxKinds)
export const PAYMENT = kinds.find('fx.payment', 1)
export const STATUS = kinds.find('fx.payment-status', 1)

export const filesOf = (folder: 'valid' | 'invalid'): string[] => readdirSync(new URL(`${folder}/`, FIXTURES)).sort()

export const valid = (file: string): string => readFileSync(new URL(`valid/${file}`, FIXTURES), 'utf8')

export const kindOf = (file: string) => (file.startsWith('payment-status') ? STATUS : PAYMENT)

export interface Invalid {
  kind: string
  /** The valid file it is made of, and texts replaced in it, everywhere they stand. */
  of: string
  edits: [from: string, to: string][]
  /** "CODE path", in any order. */
  expect: string[]
}

export const invalid = (file: string): Invalid => JSON.parse(readFileSync(new URL(`invalid/${file}`, FIXTURES), 'utf8'))

/** Replaces every occurrence; a text that is not there is a mistake of the test. */
export function edited(text: string, ...edits: readonly (readonly [string, string])[]): string {
  for (const [from, to] of edits) {
    if (!text.includes(from)) throw new Error(`the document has no ${from}`)
    text = text.replaceAll(from, to)
  }
  return text
}

export const check = (kind: typeof PAYMENT, xml: string | Uint8Array) =>
  kinds.checkBody(kind, typeof xml === 'string' ? Buffer.from(xml) : xml)

/** Findings as "CODE path", sorted. */
export const found = (kind: typeof PAYMENT, xml: string): string[] =>
  check(kind, xml)
    .findings.map(({ code, path }) => `${code} ${path}`)
    .sort()
