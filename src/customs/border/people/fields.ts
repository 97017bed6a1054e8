// Fields by act: a body has the fields of its act and no others, so that nothing is signed which nobody reads.
import { textsOf, type Finding } from '../../../hub/index.ts'
import { finding } from './codes.ts'

/** Acts with the fields they take beside `act` and the number of the object. */
export type FieldsByAct = Readonly<Record<string, readonly string[]>>

/** Findings for each field of another act. What the schema knows nothing of is the schema's to find. */
export function checkActFields(body: unknown, acts: FieldsByAct): Finding[] {
  const { act } = textsOf<{ act: string }>(body)
  if (act === undefined || !Object.hasOwn(acts, act)) return []
  const others = new Set(Object.values(acts).flat())
  const own = new Set(acts[act])
  return Object.keys(body as object)
    .filter((field) => others.has(field) && !own.has(field))
    .map((field) => finding('ACT_FIELD_UNEXPECTED', `/${field}`, { act, field }))
}
