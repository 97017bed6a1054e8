// What findings show of a value: whatever was written where, the identity number of a person is not repeated.
import type { Finding } from '../errors.ts'
import { holdsResidentId } from './identifiers/resident-id.ts'

const HIDDEN = '…'

/** The text, or `…` for one in which an identity number stands. */
export const shown = (text: string): string => (holdsResidentId(text) ? HIDDEN : text)

export const shownParams = (params: NonNullable<Finding['params']>): NonNullable<Finding['params']> =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, typeof value === 'string' ? shown(value) : value]),
  )
