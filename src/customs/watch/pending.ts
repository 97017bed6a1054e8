// Declarations that came while a list could not say anything of them. They wait, by journal index, until the list can.
import type { Memory } from './memory.ts'

/** More than these are counted and not named. */
export const PENDING_MAX = 1_000

export type Pending = {
  indexes: number[]
  /** How many there are beyond those named. */
  beyond: number
  /** How many of all were in an alert already. */
  named: number
  /** Shanghai day on which the first list of a country that had none came in: those of that day are compared with all of its lists. */
  compared?: string
}

/** `about`: the key of a list, or the country that has none. */
export const pendingRow = (about: string, kind: string): string => `pending/${about}/${kind}`
export const countOf = ({ indexes, beyond }: Pick<Pending, 'indexes' | 'beyond'>): number => indexes.length + beyond

/** Those that wait, with this one among them. */
export async function waiting(memory: Memory, row: string, index: number): Promise<Pending> {
  const known = (await memory.get<Pending>(row)) ?? { indexes: [], beyond: 0, named: 0 }
  if (known.indexes.includes(index)) return known
  const isFull = known.indexes.length >= PENDING_MAX
  const next = isFull ? { ...known, beyond: known.beyond + 1 } : { ...known, indexes: [...known.indexes, index] }
  memory.set(row, next)
  return next
}
