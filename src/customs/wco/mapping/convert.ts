// The mappings between kinds of declarations, by name.
import { compileSchema, readSchemaFile } from '../../../hub/index.ts'
import { acddToChinese, acddToWco } from './acdd-to-import.ts'
import { chineseToAcdd } from './chinese-to-acdd.ts'
import { chineseToWco } from './chinese-to-wco.ts'
import { assemble, type Loss, type SchemaPart, type Shadow } from '../shadow.ts'
import { Source } from './source.ts'
import { wcoToAcdd } from './wco-to-acdd.ts'
import { wcoToChinese } from './wco-to-chinese.ts'
import { Place } from '../place.ts'
import { unstated } from '../own-rules.ts'
import { unstatedOf } from '../acdd-rules.ts'

export const DECLARATION = 'customs.declaration'
export const WCO = 'customs.wco-declaration'
export const ACDD = 'customs.acdd'

/** What a kind needs and a draft does not say; JSON Pointer into the draft. */
export interface Missing {
  path: string
  why: string
}

export interface Mapped {
  document: Record<string, unknown>
  losses: Loss[]
  missing: Missing[]
}

const SCHEMAS: Readonly<Record<string, SchemaPart>> = {
  [DECLARATION]: readSchemaFile<SchemaPart>('customs/declaration.v1.json'),
  [WCO]: readSchemaFile<SchemaPart>('customs/wco-declaration.v1.json'),
  [ACDD]: readSchemaFile<SchemaPart>('customs/acdd.v1.json'),
}

const MAPPINGS: Readonly<Record<string, Readonly<Record<string, (from: Source) => Shadow>>>> = {
  [DECLARATION]: { [WCO]: chineseToWco, [ACDD]: chineseToAcdd },
  [WCO]: { [DECLARATION]: wcoToChinese, [ACDD]: wcoToAcdd },
  [ACDD]: { [WCO]: acddToWco, [DECLARATION]: acddToChinese },
}

/** Members that a kind needs by its rules and not by its schema; JSON Pointers. */
const NEEDED: Readonly<Record<string, (body: Place) => string[]>> = { [WCO]: unstated, [ACDD]: unstatedOf }

export const schemaOf = (kind: string): SchemaPart | undefined => SCHEMAS[kind]

/** Kinds that a body of a kind can be mapped to. */
export const targetsOf = (kind: string): string[] => Object.keys(MAPPINGS[kind] ?? {})

/**
 * Maps a body of one kind to a draft of another. Every text of the body is in the draft or among the losses; `missing` is what the other
 * kind needs besides. Never throws on any JSON. Undefined if there is no mapping.
 */
export function convert(body: unknown, kind: string, to: string): Mapped | undefined {
  const map = MAPPINGS[kind]?.[to]
  if (!map) return undefined
  const source = new Source(body, SCHEMAS[kind]!)
  const { body: document, losses } = assemble(map(source), SCHEMAS[to]!)
  const unfit = new Set(losses.map(({ path }) => path))
  const left = source.losses().filter(({ path }) => !unfit.has(path))
  return { document, losses: [...left, ...losses], missing: missingIn(document, to) }
}

/** What a kind needs by its schema and its rules, and a draft does not have. */
export function missingIn(draft: Record<string, unknown>, kind: string): Missing[] {
  const required = compileSchema(SCHEMAS[kind] as Record<string, unknown>)(draft)
    .filter(({ code }) => code === 'SCHEMA_REQUIRED')
    .map(({ path }) => path)
  const needed = NEEDED[kind]?.(new Place(draft)) ?? []
  return [...new Set([...required, ...needed])].map((path) => ({ path, why: 'it is needed and not stated' }))
}
