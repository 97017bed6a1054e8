// Which fields of a declaration an amendment may change, read from the declaration's own schema.
import { checkEntryId, placed, readSchemaFile, rowsOf, textsOf, type Finding } from '../hub/index.ts'
import type { AmendedField, CustomsAmendment } from '../../schemas/types.d.ts'
import { finding } from './codes.ts'
import { checkTotal } from './values.ts'

interface SchemaPart {
  properties?: Record<string, SchemaPart>
  items?: SchemaPart
}

const declaration = readSchemaFile<SchemaPart>('customs/declaration.v1.json')

// What makes a declaration this one, of this company, in this currency: changing it is cancelling and filing anew.
const FIXED = /^\/(?:entryId|ieFlag|customMaster|tradeCoScc|items\/\d+\/tradeCurr)$/
const ITEM_TOTAL = /^\/items\/\d+\/declTotal$/

export function checkAmendment(body: CustomsAmendment): Finding[] {
  const { entryId } = textsOf<CustomsAmendment>(body)
  const number = entryId === undefined ? undefined : checkEntryId(entryId)
  const paths = rowsOf<AmendedField>(body, 'changes').map(({ path }) => path)
  const found = paths.flatMap((value, at) => (value === undefined ? [] : checkPath(value, at, paths)))
  if (number) found.unshift(placed(number, '/entryId'))
  if (paths.some((path) => path !== undefined && ITEM_TOTAL.test(path)) && body.newTotal === undefined)
    found.push(finding('AMENDMENT_TOTAL_MISSING', '/newTotal'))
  return [...found, ...checkTotal(body, 'newTotal')]
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
