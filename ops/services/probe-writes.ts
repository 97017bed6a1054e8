// How writes are taken: concerns, orders, binaries, updates, deletes, transactions.
import { Binary, MongoClient } from 'mongodb'
import { randomBytes } from 'node:crypto'
import { DURABLE, entries, freshJournal, insert } from './probe-entries.ts'
import { holds, type Question, refusedWith } from './probe-question.ts'

const MIB = 1024 * 1024

export const writeQuestions: Question[] = [
  {
    what: "writeConcern {w: 'majority', j: true} is taken",
    needed: true,
    ask: async (db) => void (await (await freshJournal(db, 'concern')).insertOne({ _id: 1 }, DURABLE)),
  },
  {
    what: 'insertMany ordered: what stands before the refused one stays, what follows does not',
    needed: true,
    ask: async (db) => {
      const journal = await freshJournal(db, 'ordered')
      await journal.insertOne({ _id: 2 })
      await refusedWith(11000, insert(journal, [{ _id: 0 }, { _id: 1 }, { _id: 2 }, { _id: 3 }]))
      const seen = (await journal.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id)
      holds(seen.join() === '0,1,2', `left: ${seen.join()}`)
    },
  },
  {
    what: 'insertMany unordered: all but the refused one',
    needed: false,
    ask: async (db) => {
      const journal = await freshJournal(db, 'unordered')
      await journal.insertOne({ _id: 2 })
      await refusedWith(11000, journal.insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }], { ordered: false }))
      holds((await journal.countDocuments()) === 3, `${await journal.countDocuments()} of 3`)
    },
  },
  ...[1, 5, 12].map(
    (size) =>
      ({
        what: `binary field of ${size} MiB comes back byte for byte`,
        needed: size <= 5,
        ask: async (db) => {
          const journal = await freshJournal(db, 'binary')
          const bytes = randomBytes(size * MIB)
          await journal.insertOne({ _id: size, body: bytes }, DURABLE)
          const { body } = (await journal.findOne({ _id: size }))!
          holds(body instanceof Binary && bytes.equals(body.buffer), 'other bytes')
        },
      }) satisfies Question,
  ),
  {
    what: 'findOneAndUpdate with conditions gives the document after, null where none fits',
    needed: true,
    ask: async (db) => {
      const journal = await freshJournal(db, 'conditional')
      await journal.insertOne({ _id: 1, sender: 'a' })
      const after = await journal.findOneAndUpdate(
        { _id: 1, sender: 'a' },
        { $set: { sender: 'b' } },
        { returnDocument: 'after' },
      )
      const none = await journal.findOneAndUpdate({ _id: 1, sender: 'a' }, { $set: { sender: 'c' } })
      holds(after?.sender === 'b' && none === null, JSON.stringify([after, none]))
    },
  },
  {
    what: 'concurrent $inc on one document loses none',
    needed: true,
    ask: async (db) => {
      const counter = db.collection<{ _id: string; n: number }>('counter')
      await counter.deleteMany({})
      await Promise.all(
        Array.from({ length: 100 }, () => counter.updateOne({ _id: 'n' }, { $inc: { n: 1 } }, { upsert: true })),
      )
      const { n } = (await counter.findOne({ _id: 'n' }))!
      holds(n === 100, `${n} of 100`)
    },
  },
  {
    what: '$unset and deleteMany',
    needed: true,
    ask: async (db) => {
      const journal = await freshJournal(db, 'deleted')
      await insert(journal, entries(0, 100))
      await journal.updateOne({ _id: 0 }, { $unset: { heads: '' } })
      const { deletedCount } = await journal.deleteMany({ _id: { $gte: 50 } })
      holds(deletedCount === 50 && !('heads' in (await journal.findOne({ _id: 0 }))!), `${deletedCount} deleted`)
    },
  },
  {
    what: 'retryWrites=false and =true both write',
    needed: true,
    ask: async (db) => {
      const journal = await freshJournal(db, 'retried')
      const { hosts } = db.client.options
      for (const retryWrites of [false, true]) {
        const client = new MongoClient(`mongodb://${hosts[0]!}/?directConnection=true`, { retryWrites })
        await client
          .db(db.databaseName)
          .collection<{ _id: number }>('retried')
          .insertOne({ _id: Number(retryWrites) }, DURABLE)
        await client.close()
      }
      holds((await journal.countDocuments()) === 2, 'one is missing')
    },
  },
  {
    what: 'an aborted transaction leaves nothing',
    needed: false,
    ask: async (db) => {
      const journal = await freshJournal(db, 'transaction')
      const session = db.client.startSession()
      try {
        session.startTransaction()
        await journal.insertOne({ _id: 1 }, { session })
        await session.abortTransaction()
      } finally {
        await session.endSession()
      }
      holds((await journal.countDocuments()) === 0, 'the document STAYED, without an error: use no transactions')
    },
  },
  {
    what: 'change streams (watch)',
    needed: false,
    ask: async (db) => {
      const stream = (await freshJournal(db, 'watched')).watch()
      try {
        await stream.tryNext()
      } finally {
        await stream.close()
      }
    },
  },
]
