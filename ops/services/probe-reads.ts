// How entries are read back: in the order of their index, in batches, by head, by sender.
import { entries, freshJournal, insert } from './probe-entries.ts'
import { holds, type Question } from './probe-question.ts'
import type { Collection, Db } from 'mongodb'
import type { Entry } from './probe-entries.ts'

const COUNT = 20_000

async function filled(db: Db): Promise<Collection<Entry>> {
  const journal = db.collection<Entry>('reads')
  if ((await journal.estimatedDocumentCount()) >= COUNT) return journal
  await freshJournal(db, 'reads')
  for (let from = 0; from < COUNT; from += 1_000) await insert(journal, entries(from, 1_000))
  return journal
}

/** Mean of 20 after one to warm up. */
async function meanMs(ask: () => Promise<unknown>): Promise<string> {
  await ask()
  const startedMs = performance.now()
  for (let n = 0; n < 20; n++) await ask()
  return `${((performance.now() - startedMs) / 20).toFixed(1)} ms each, of ${COUNT}`
}

export const readQuestions: Question[] = [
  ...(['local', 'majority', 'linearizable'] as const).map((level) => ({
    what: `readConcern ${level} and readPreference primary`,
    needed: level === 'majority',
    ask: async (db: Db) => {
      const found = await (await filled(db)).findOne({ _id: 7 }, { readConcern: { level }, readPreference: 'primary' })
      holds(found!.id === 'i7', 'not found')
    },
  })),
  {
    what: 'all in order over many batches (getMore)',
    needed: true,
    ask: async (db) => {
      let next = 0
      for await (const { _id } of (await filled(db)).find().sort({ _id: 1 }).batchSize(500))
        holds(_id === next++, `${_id} after ${next - 2}`)
      holds(next === COUNT, `${next} of ${COUNT}`)
    },
  },
  {
    what: 'last entry: sort {_id: -1} limit 1',
    needed: true,
    ask: async (db) => {
      const journal = await filled(db)
      const [last] = await journal.find().sort({ _id: -1 }).limit(1).toArray()
      holds(last!.id === `i${COUNT - 1}`, JSON.stringify(last))
      return meanMs(() => journal.find().sort({ _id: -1 }).limit(1).toArray())
    },
  },
  {
    what: '100 from an index on: {_id: {$gte}} sort limit',
    needed: true,
    ask: async (db) => {
      const journal = await filled(db)
      return meanMs(() =>
        journal
          .find({ _id: { $gte: COUNT / 2 } })
          .sort({ _id: 1 })
          .limit(100)
          .toArray(),
      )
    },
  },
  {
    what: 'last by a secondary index: sort {id: -1} limit 1 (read the time)',
    needed: false,
    ask: async (db) => {
      const journal = await filled(db)
      await journal.createIndex({ id: 1 })
      return meanMs(() => journal.find().sort({ id: -1 }).limit(1).toArray())
    },
  },
  {
    what: 'by heads: $in of 100',
    needed: true,
    ask: async (db) => {
      const journal = await filled(db)
      const heads = Array.from({ length: 100 }, (_, at) => `key${at * 50}#1`)
      const found = await journal.countDocuments({ heads: { $in: heads } })
      holds(found === 100, `${found} of 100`)
      return meanMs(() =>
        journal
          .find({ heads: { $in: heads } })
          .project({ _id: 1 })
          .toArray(),
      )
    },
  },
  {
    what: 'versions of a head: anchored regular expression',
    needed: true,
    ask: async (db) => {
      const journal = await filled(db)
      const versions = await journal.countDocuments({ heads: /^account7#/ })
      holds(versions === COUNT / 100, `${versions} found`)
      return meanMs(() =>
        journal
          .find({ heads: /^account7#/ })
          .project({ _id: 1 })
          .toArray(),
      )
    },
  },
  {
    what: 'by (sender, id): $or of 16',
    needed: true,
    ask: async (db) => {
      const journal = await filled(db)
      const wanted = Array.from({ length: 16 }, (_, at) => ({ sender: `s${at % 7}`, id: `i${at}` }))
      const found = await journal.countDocuments({ $or: wanted })
      holds(found === 16, `${found} of 16`)
      return meanMs(() => journal.find({ $or: wanted }).project({ _id: 1 }).toArray())
    },
  },
  {
    what: 'countDocuments of all',
    needed: true,
    ask: async (db) => holds((await (await filled(db)).countDocuments()) === COUNT, 'another number'),
  },
  {
    what: 'maxTimeMS ends a long query (code 50)',
    needed: false,
    ask: async (db) => {
      const journal = await filled(db)
      const long = journal.aggregate(
        [
          { $lookup: { from: 'reads', pipeline: [{ $limit: 2_000 }], as: 'all' } },
          { $unwind: '$all' },
          { $count: 'n' },
        ],
        { maxTimeMS: 100 },
      )
      const refusal = (await long.toArray().catch((error: unknown) => error)) as { code?: number }
      holds(refusal.code === 50, `not ended: ${refusal.code === undefined ? 'it ran to its end' : refusal.code}`)
    },
  },
]
