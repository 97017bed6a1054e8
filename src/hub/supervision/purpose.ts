// Why a regulator reads: a code, and a reference of its own to the case. Without one it reads nothing.
import { HubError } from '../errors.ts'

/** Purposes there are, in the two languages of the hub. A new one is a line here. */
export const PURPOSES = {
  supervision: { en: 'Continuous supervision under the law of the regulator', zh: '依法持续监管' },
  statistics: { en: 'Statistics', zh: '统计' },
  investigation: { en: 'Investigation of a case', zh: '案件调查' },
  audit: { en: 'Audit of supervised parties', zh: '审计检查' },
  risk: { en: 'Analysis and control of risk', zh: '风险分析与管控' },
  assistance: { en: 'Mutual administrative assistance', zh: '行政互助' },
} as const satisfies Record<string, { en: string; zh: string }>

export type PurposeCode = keyof typeof PURPOSES

export interface Purpose {
  code: PurposeCode
  /** Printable ASCII without quotation mark and backslash, at most 120. */
  reference?: string
}

const REFERENCE = '[ !#-\\[\\]-~]{1,120}'
const HEADER = new RegExp(`^([a-z]{1,32})(?:; ?ref="(${REFERENCE})")?$`)
const WHOLE_REFERENCE = new RegExp(`^${REFERENCE}$`)

/** Whether a value of unknown origin is a purpose, with no other members. */
export function isPurpose(value: unknown): value is Purpose {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const { code, reference, ...rest } = value as Record<string, unknown>
  return (
    Object.keys(rest).length === 0 &&
    typeof code === 'string' &&
    Object.hasOwn(PURPOSES, code) &&
    (reference === undefined || (typeof reference === 'string' && WHOLE_REFERENCE.test(reference)))
  )
}

/** Reads the header `Hub-Purpose: <code>[; ref="..."]`; undefined if there is none. Throws PURPOSE_REQUIRED for anything else. */
export function readPurposeHeader(header: string | string[] | undefined): Purpose | undefined {
  if (header === undefined) return undefined
  const [, code, reference] = (typeof header === 'string' && HEADER.exec(header)) || []
  const purpose = { code, ...(reference !== undefined && { reference }) }
  if (isPurpose(purpose)) return purpose
  throw purposeRequired('the header is not Hub-Purpose: <code>[; ref="<reference>"]')
}

/** The header's text for a purpose. */
export const purposeHeader = ({ code, reference }: Purpose): string =>
  reference === undefined ? code : `${code}; ref="${reference}"`

export const samePurpose = (a: Purpose | undefined, b: Purpose | undefined): boolean =>
  a?.code === b?.code && a?.reference === b?.reference

export const purposeRequired = (detail: string): HubError =>
  new HubError('PURPOSE_REQUIRED', `${detail}; the purposes are ${Object.keys(PURPOSES).join(', ')}`)
