// What the unique indexes decide: they are the heads of the journal.
import type { Collection } from 'mongodb'
import { DURABLE, entries, type Entry, freshJournal, insert } from './probe-entries.ts'
import { holds, type Question, refusedWith } from './probe-question.ts'

const DUPLICATE = 11000
const RACERS = 24

export const indexQuestions: Question[] = [
  {
    what: 'duplicate _id: code 11000',
    needed: true,
    ask: async (db) => {
      const journal = await freshJournal(db, 'ids')
      await journal.insertOne({ _id: 1 })
      await refusedWith(DUPLICATE, journal.insertOne({ _id: 1 }))
    },
  },
  {
    what: 'unique multi-key partial index: overlap of arrays refused',
    needed: true,
    ask: async (db) => {
      const journal = await freshJournal(db, 'heads')
      await journal.insertOne({ _id: 1, heads: ['a#1', 'b#1'] })
      await refusedWith(DUPLICATE, journal.insertOne({ _id: 2, heads: ['c#1', 'b#1'] }))
      await journal.insertOne({ _id: 3, heads: ['c#1', 'b#2'] })
    },
  },
  {
    what: 'documents without heads are outside of it',
    needed: true,
    ask: async (db) => void (await insert(await freshJournal(db, 'headless'), [{ _id: 1 }, { _id: 2 }])),
  },
  {
    what: 'two documents with heads: [] collide (so leave it out)',
    needed: false,
    ask: async (db) => {
      const journal = await freshJournal(db, 'empty')
      await journal.insertOne({ _id: 1, heads: [] })
      await refusedWith(DUPLICATE, journal.insertOne({ _id: 2, heads: [] }))
    },
  },
  {
    what: 'the same head twice in one document is taken',
    needed: false,
    ask: async (db) => void (await (await freshJournal(db, 'twice')).insertOne({ _id: 1, heads: ['a#1', 'a#1'] })),
  },
  {
    what: 'unique compound partial index (sender, id)',
    needed: true,
    ask: async (db) => {
      const journal = await freshJournal(db, 'senders')
      await insert(journal, [
        { _id: 1, sender: 's', id: 'i' },
        { _id: 2, sender: 't', id: 'i' },
        { _id: 3 },
        { _id: 4 },
      ])
      await refusedWith(DUPLICATE, journal.insertOne({ _id: 5, sender: 's', id: 'i' }))
    },
  },
  {
    what: `of ${RACERS} inserting the same head at once, one gets it, 20 times over`,
    needed: true,
    ask: async (db) => {
      const refusals = await race(await freshJournal(db, 'race'), 20)
      holds(refusals.length === 20 * (RACERS - 1), `${20 * RACERS - refusals.length} got it`)
    },
  },
  {
    what: 'and each of the others is told 11000',
    needed: false,
    ask: async (db) => {
      const other = (await race(await freshJournal(db, 'race'), 20)).filter((code) => code !== DUPLICATE)
      holds(
        other.length === 0,
        `${other.length} of ${20 * (RACERS - 1)} are told ${[...new Set(other)].join(', ')} instead: look it up`,
      )
    },
  },
  {
    what: 'the refusal names the index (keyPattern)',
    needed: false,
    ask: async (db) => {
      const journal = await freshJournal(db, 'pattern')
      await journal.insertOne({ _id: 1, heads: ['a#1'] })
      const refusal = await journal.insertOne({ _id: 2, heads: ['a#1'] }).catch((error: unknown) => error)
      holds('keyPattern' in (refusal as object), 'no keyPattern: read again instead of parsing the refusal')
    },
  },
  {
    what: 'unique index made over 20,000 documents there already',
    needed: true,
    ask: async (db) => {
      const filled = db.collection<Entry>('filled')
      for (let from = 0; from < 20_000; from += 1_000) await filled.insertMany(entries(from, 1_000), DURABLE)
      await filled.createIndex({ heads: 1 }, { unique: true, partialFilterExpression: { heads: { $exists: true } } })
      await refusedWith(DUPLICATE, filled.insertOne({ _id: -1, heads: ['key777#1'] }))
    },
  },
  {
    what: 'listIndexes gives unique and partialFilterExpression',
    needed: true,
    ask: async (db) => {
      const indexes = await (await freshJournal(db, 'listed')).listIndexes().toArray()
      const heads = indexes.find(({ name }) => name === 'heads') as {
        unique?: boolean
        partialFilterExpression?: object
      }
      holds(heads?.unique === true && heads.partialFilterExpression !== undefined, JSON.stringify(indexes))
    },
  },
  {
    what: 'making the same index again changes nothing',
    needed: true,
    ask: async (db) => {
      const journal = await freshJournal(db, 'again')
      await journal.createIndex(
        { heads: 1 },
        { name: 'heads', unique: true, partialFilterExpression: { heads: { $exists: true } } },
      )
      holds((await journal.indexes()).length === 3, 'there are more indexes than before')
    },
  },
]

/** Codes of those refused when so many insert one head at the same time. */
async function race(journal: Collection<Entry>, rounds: number): Promise<unknown[]> {
  const codes: unknown[] = []
  for (let round = 0; round < rounds; round++) {
    const all = Array.from({ length: RACERS }, (_, at) =>
      insert(journal, [{ _id: round * RACERS + at, heads: [`own${round}.${at}#1`, `one${round}#1`] }]),
    )
    for (const one of await Promise.allSettled(all))
      if (one.status === 'rejected') codes.push((one.reason as { code?: unknown }).code)
  }
  return codes
}
