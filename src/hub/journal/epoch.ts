// The epoch of a journal: a number that receipts and feeds carry, so that two histories of one journal could never be taken for one. A hub
// begins in epoch 1; a storage that says nothing is in it.
import type { Cursors } from './journal.ts'

const PLACE = ['journal', 'epoch'] as const
export const FIRST_EPOCH = 1

/** The epoch that a storage is in. */
export async function epochOf(cursors: Cursors): Promise<number> {
  const epoch = await cursors.get(...PLACE)
  if (epoch === undefined) return FIRST_EPOCH
  if (!Number.isSafeInteger(epoch) || (epoch as number) < FIRST_EPOCH)
    throw new Error(`the storage says that its journal is in epoch ${JSON.stringify(epoch)}, which is none`)
  return epoch as number
}
