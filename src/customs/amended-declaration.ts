// A declaration as customs has amended it: the changes put into the body that was filed.
import { compileSchema, parseMoney, readSchemaFile } from '../hub/index.ts'
import type { AmendedTotal, CustomsAmendment, CustomsDeclaration } from '../../schemas/types.d.ts'
import { isDeclarationField } from './amendment-fields.ts'
import { declaredTotal } from './declaration-head.ts'

const check = compileSchema(readSchemaFile('customs/declaration.v1.json'))

export interface AmendedDeclaration {
  body: CustomsDeclaration
  /** 1 as filed; each amendment counts up. */
  version: number
  /**
   * The total that customs states, where the items do not come to it: which of them changed nobody knows, so the total of each is an empty
   * text.
   */
  total?: AmendedTotal
}

/**
 * The declaration after amendments, which are put in by version, in whatever order they are given. A row behind the last of a list is a new
 * one; a row whose fields are all taken away is gone in the end, and until then keeps its place, so that a path means the row as filed. Undefined where the changes do not leave a declaration.
 */
export function asAmended(
  filed: CustomsDeclaration,
  amendments: readonly CustomsAmendment[],
): AmendedDeclaration | undefined {
  const inOrder = amendments.toSorted((a, b) => a.version - b.version)
  const body = structuredClone(filed)
  for (const { path, to } of inOrder.flatMap(({ changes }) => changes))
    if (!isDeclarationField(path) || !put(body, path.split('/').slice(1), to)) return undefined
  dropEmptied(body)
  if (check(body).length > 0) return undefined
  const stated = inOrder.findLast(({ newTotal }) => newTotal !== undefined)?.newTotal
  if (stated && body.items.some(({ tradeCurr }) => tradeCurr !== stated.currency)) return undefined
  return { version: amendments.length + 1, ...totalled(body, stated) }
}

/** Puts a text at a place the schema knows; an empty one takes the field away. False where there is no such row and it is not the next. */
function put(part: object, [name = '', ...rest]: readonly string[], to: string): boolean {
  if (rest.length === 0) {
    if (to === '') Reflect.deleteProperty(part, name)
    else Reflect.set(part, name, to)
    return true
  }
  if (Array.isArray(part) && Number(name) > part.length) return false
  const inner: unknown = Reflect.get(part, name) ?? (/^\d+$/.test(rest[0]!) ? [] : {})
  Reflect.set(part, name, inner)
  return put(inner as object, rest, to)
}

function dropEmptied(body: CustomsDeclaration): void {
  for (const [name, part] of Object.entries(body) as [string, unknown][]) {
    if (typeof part !== 'object' || part === null) continue
    const left = Array.isArray(part) ? part.filter((row) => Object.keys(row as object).length > 0) : part
    if (Object.keys(left).length === 0) Reflect.deleteProperty(body, name)
    else Reflect.set(body, name, left)
  }
}

/** The total that customs states stands above the items: it is the value of a single one, and of several nobody knows which changed. */
function totalled(body: CustomsDeclaration, total: AmendedTotal | undefined): Omit<AmendedDeclaration, 'version'> {
  const stated = total && parseMoney(total.amount, total.currency)
  if (!stated || stated.minor === declaredTotal(body).minor) return { body }
  const declTotal = body.items.length === 1 ? total.amount : ''
  const items = body.items.map((item) => ({ ...item, declTotal }))
  return { body: { ...body, items }, ...(items.length > 1 && { total }) }
}
