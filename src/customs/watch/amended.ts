// A declaration as customs has amended it: the changes put into the body that was filed.
import { compileSchema, parseMoney, readSchemaFile } from '../../hub/index.ts'
import type { CustomsAmendment, CustomsDeclaration } from '../../../schemas/types.d.ts'
import { declaredTotal } from '../declaration-head.ts'

const check = compileSchema(readSchemaFile('customs/declaration.v1.json'))

const FIELD = /^\/([A-Za-z0-9]+)$/
const ITEM_FIELD = /^\/items\/(\d{1,2})\/([A-Za-z0-9]+)$/

/**
 * The body after amendments, in their order; undefined where the changes do not leave a declaration. Lists other than that of the items are
 * left as they were filed: nothing here looks at them.
 */
export function amended(
  filed: CustomsDeclaration,
  amendments: readonly CustomsAmendment[],
): CustomsDeclaration | undefined {
  const body = structuredClone(filed)
  for (const { path, to } of amendments.flatMap(({ changes }) => changes)) {
    const [, field] = FIELD.exec(path) ?? []
    const [, at, itemField] = ITEM_FIELD.exec(path) ?? []
    if (field !== undefined) put(body, field, to)
    else if (at !== undefined) {
      const item = body.items[Number(at)]
      if (!item) return undefined
      put(item, itemField!, to)
    }
  }
  if (check(body).length > 0) return undefined
  return totalled(body, amendments.findLast(({ newTotal }) => newTotal !== undefined)?.newTotal)
}

/** An empty text takes a field away. */
function put(part: object, field: string, to: string): void {
  if (to === '') Reflect.deleteProperty(part, field)
  else Reflect.set(part, field, to)
}

/** The total that customs states stands above the items: it is the value of a single one, and of several nobody knows which changed. */
function totalled(body: CustomsDeclaration, newTotal: CustomsAmendment['newTotal']): CustomsDeclaration {
  const stated = newTotal && parseMoney(newTotal.amount, newTotal.currency)
  if (!stated || stated.minor === declaredTotal(body).minor) return body
  const declTotal = body.items.length === 1 ? newTotal.amount : ''
  return { ...body, items: body.items.map((item) => ({ ...item, declTotal })) }
}
