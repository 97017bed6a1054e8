// Documents of the probe, in the form of a journal's entries.
import { type Binary, type Collection, type Db, type IndexDescription, type InsertManyResult } from 'mongodb'

export interface Entry {
  /** The index. */
  _id: number
  heads?: string[]
  sender?: string
  id?: string
  body?: Binary | Buffer
}

export const DURABLE = { writeConcern: { w: 'majority', j: true } } as const

export const HEADS: IndexDescription = {
  key: { heads: 1 },
  name: 'heads',
  unique: true,
  partialFilterExpression: { heads: { $exists: true } },
}
export const SENDER: IndexDescription = {
  key: { sender: 1, id: 1 },
  name: 'sender',
  unique: true,
  partialFilterExpression: { sender: { $exists: true } },
}

/** An empty collection of that name with both unique indexes. */
export async function freshJournal(db: Db, name: string): Promise<Collection<Entry>> {
  const journal = db.collection<Entry>(name)
  await journal.drop().catch(() => undefined)
  await journal.createIndexes([HEADS, SENDER])
  return journal
}

/** `count` entries from an index on, none in the way of another. */
export function entries(from: number, count: number, body?: Buffer): Entry[] {
  return Array.from({ length: count }, (_, at) => {
    const index = from + at
    return {
      _id: index,
      heads: [`key${index}#1`, `account${index % 100}#${index}`],
      sender: `s${index % 7}`,
      id: `i${index}`,
      ...(body ? { body } : {}),
    }
  })
}

/** Inserts durably, in order. */
export const insert = (journal: Collection<Entry>, batch: Entry[]): Promise<InsertManyResult<Entry>> =>
  journal.insertMany(batch, { ordered: true, ...DURABLE })
