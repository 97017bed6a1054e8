// One version of one list of reference data, as it lies in a file `<list>/<day>.json`, and the reading of it from bytes of anyone.
import { HubError, isDate, parseStrictJson } from '../../hub/index.ts'
import { entryFault, isListName, isPlainText, type ListName } from './forms.ts'

export interface ReferenceList<Entry = unknown> {
  list: ListName
  title: string
  /** Where the codes are from, and how far to trust them. */
  source: string
  /** Day of the calendar, yyyy-MM-dd, that the codes are of. */
  asOf: string
  /** Whether a code that is not here does not exist. Of a list that is not complete nobody can tell, so nothing is found. */
  complete: boolean
  codes: Readonly<Record<string, Entry>>
}

/** Largest file of one list, in bytes. */
export const LIST_BYTES_MAX = 8 * 1024 * 1024
const CODES_MAX = 50_000
const MEMBERS = ['list', 'title', 'source', 'asOf', 'complete', 'codes']

/** A list that is not of the form; the message names the file and what is wrong with it. */
export class ReferenceFault extends Error {
  constructor(where: string, fault: string) {
    super(`${where}: ${fault}`)
    this.name = 'ReferenceFault'
  }
}

/** Reads a list from a file's bytes, whoever wrote them. Throws ReferenceFault. */
export function readReferenceList(bytes: Uint8Array, where: string): ReferenceList {
  if (bytes.length > LIST_BYTES_MAX) throw new ReferenceFault(where, `it is larger than ${LIST_BYTES_MAX} bytes`)
  let value: unknown
  try {
    value = parseStrictJson(bytes)
  } catch (error) {
    if (!(error instanceof HubError)) throw error
    throw new ReferenceFault(where, error.detail)
  }
  const fault = listFault(value)
  if (fault !== undefined) throw new ReferenceFault(where, fault)
  return value as ReferenceList
}

function listFault(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it holds no JSON object'
  const { list, title, source, asOf, complete, codes } = value as Record<string, unknown>
  const strange = Object.keys(value).find((name) => !MEMBERS.includes(name))
  if (strange !== undefined) return `${JSON.stringify(strange.slice(0, 40))} is no member of a list`
  if (typeof list !== 'string' || !isListName(list)) return 'this version knows no list of that name'
  if (!isPlainText(title, 200)) return 'title is no text of 1 to 200 characters'
  if (!isPlainText(source, 2000)) return 'source is no text of 1 to 2000 characters'
  if (typeof asOf !== 'string' || !isDate(asOf)) return 'asOf is no day as yyyy-MM-dd'
  if (typeof complete !== 'boolean') return 'complete is neither true nor false'
  if (typeof codes !== 'object' || codes === null || Array.isArray(codes)) return 'codes is no object'
  const entries = Object.entries(codes)
  if (entries.length === 0 || entries.length > CODES_MAX) return `codes has not 1 to ${CODES_MAX} entries`
  for (const [code, entry] of entries) {
    const fault = entryFault(list, code, entry)
    if (fault !== undefined) return fault
  }
  return undefined
}
