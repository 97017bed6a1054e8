// Which fields of a declaration an amendment may change, read from the declaration's own schema, and for which reasons.
import { checkEntryId, parseEntryId, placed, readSchemaFile, rowsOf, textsOf, type Finding } from '../hub/index.ts'
import type { AmendedField, CustomsAmendment } from '../../schemas/types.d.ts'
import { finding } from './codes.ts'
import { checkTotal } from './values.ts'

interface SchemaPart {
  properties?: Record<string, SchemaPart>
  items?: SchemaPart
}

const declaration = readSchemaFile<SchemaPart>('customs/declaration.v1.json')

// What makes a declaration this one, of this company, in this currency and case: changing it is cancelling and filing anew. What it
// referred to when it was filed stays as it was.
const FIXED =
  /^\/(?:entryId|ieFlag|customMaster|tradeCoScc|ucr|items\/\d+\/tradeCurr|supporting\/\d+\/\w+|exportDeclaration\/\w+)$/
const ITEM_TOTAL = /^\/items\/\d+\/declTotal$/

/** Reasons that there are in one direction alone. */
const REASON_OF: Readonly<Record<string, 'import' | 'export'>> = { SHORT_SHIPPED: 'export', DIRECT_RETURN: 'import' }

/** Findings of the body of an amendment, or of a request for one, with JSON Pointers. */
export function checkAmendment(body: unknown): Finding[] {
  const { entryId } = textsOf<CustomsAmendment>(body)
  const number = entryId === undefined ? undefined : checkEntryId(entryId)
  const paths = rowsOf<AmendedField>(body, 'changes').map(({ path }) => path)
  const isTotalled = typeof body === 'object' && body !== null && Object.hasOwn(body, 'newTotal')
  return [
    ...(number ? [placed(number, '/entryId')] : []),
    ...checkReasonCode(body),
    ...paths.flatMap((value, at) => (value === undefined ? [] : checkPath(value, at, paths))),
    ...(paths.some((path) => path !== undefined && ITEM_TOTAL.test(path)) && !isTotalled
      ? [finding('AMENDMENT_TOTAL_MISSING', '/newTotal')]
      : []),
    ...checkTotal(body, 'newTotal'),
  ]
}

/** A reason must be one for the direction that the declaration number tells. */
export function checkReasonCode(body: unknown): Finding[] {
  const { entryId, reasonCode: value } = textsOf<CustomsAmendment>(body)
  const parts = parseEntryId(entryId)
  const direction = value !== undefined && Object.hasOwn(REASON_OF, value) ? REASON_OF[value] : undefined
  if (!parts || direction === undefined || direction === parts.direction) return []
  return [finding('REASON_DIRECTION_DIFFERS', '/reasonCode', { value: value! })]
}

function checkPath(value: string, at: number, paths: readonly (string | undefined)[]): Finding[] {
  const path = `/changes/${at}/path`
  if (!isDeclarationField(value)) return [finding('AMENDMENT_PATH_UNKNOWN', path, { value })]
  if (FIXED.test(value)) return [finding('AMENDMENT_FIELD_FIXED', path, { value })]
  return paths.indexOf(value) < at ? [finding('AMENDMENT_REPEATED', path, { value })] : []
}

/** Whether a JSON Pointer leads to a single field of the declaration. */
export function isDeclarationField(pointer: string): boolean {
  let part: SchemaPart | undefined = declaration
  for (const name of pointer.split('/').slice(1)) {
    if (part?.items) part = /^(?:0|[1-9]\d?)$/.test(name) ? part.items : undefined
    else part = part?.properties && Object.hasOwn(part.properties, name) ? part.properties[name] : undefined
  }
  return part !== undefined && !part.items && !part.properties
}
