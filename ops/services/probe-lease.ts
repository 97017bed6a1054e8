// A lease kept by the store's clock: who may append is decided by `$$NOW` of the store, never by the clock of a process.
import type { Collection, Db } from 'mongodb'
import { setTimeout as after } from 'node:timers/promises'
import { holds, type Question } from './probe-question.ts'

interface Lease {
  _id: string
  holder?: string
  term: number
  until: Date
}

const TAKERS = 24

async function fresh(db: Db): Promise<Collection<Lease>> {
  const leases = db.collection<Lease>('leases')
  await leases.deleteMany({})
  await leases.updateOne({ _id: 'append' }, { $setOnInsert: { until: new Date(0), term: 0 } }, { upsert: true })
  return leases
}

const take = (leases: Collection<Lease>, holder: string, ms: number): Promise<Lease | null> =>
  leases.findOneAndUpdate(
    { _id: 'append', $expr: { $lt: ['$until', '$$NOW'] } },
    [{ $set: { holder, term: { $add: ['$term', 1] }, until: { $add: ['$$NOW', ms] } } }],
    { returnDocument: 'after' },
  )

export const leaseQuestions: Question[] = [
  {
    what: 'taken when over ($expr with $$NOW), refused while held',
    needed: true,
    ask: async (db) => {
      const leases = await fresh(db)
      const mine = await take(leases, 'a', 300)
      holds(mine?.holder === 'a' && mine.term === 1, JSON.stringify(mine))
      holds((await take(leases, 'b', 300)) === null, 'two hold it')
      await after(400)
      holds((await take(leases, 'b', 300))?.term === 2, 'it did not end')
    },
  },
  {
    what: 'extended by holder and term; a former holder cannot',
    needed: true,
    ask: async (db) => {
      const leases = await fresh(db)
      const extend = (holder: string, term: number): Promise<Lease | null> =>
        leases.findOneAndUpdate({ _id: 'append', holder, term }, [{ $set: { until: { $add: ['$$NOW', 500] } } }], {
          returnDocument: 'after',
        })
      const mine = (await take(leases, 'a', 100))!
      const longer = await extend('a', 1)
      holds(longer !== null && longer.until > mine.until, 'not extended')
      holds((await extend('a', 0)) === null && (await extend('b', 1)) === null, 'extended by another')
    },
  },
  {
    what: `of ${TAKERS} taking it at once, one gets it, 10 times over`,
    needed: true,
    ask: async (db) => {
      const leases = await fresh(db)
      for (let round = 1; round <= 10; round++) {
        const got = await Promise.all(Array.from({ length: TAKERS }, (_, at) => take(leases, `h${at}`, 150)))
        const winners = got.filter((lease) => lease !== null)
        holds(winners.length === 1 && winners[0]!.term === round, `${winners.length} got it in round ${round}`)
        await after(200)
      }
    },
  },
  {
    what: 'time left by the clock of the store, in a projection',
    needed: true,
    ask: async (db) => {
      const leases = await fresh(db)
      await take(leases, 'a', 5_000)
      const [seen] = await leases
        .find()
        .project<{ leftMs: number | bigint }>({ leftMs: { $subtract: ['$until', '$$NOW'] } })
        .toArray()
      const left = Number(seen!.leftMs)
      holds(left > 4_000 && left <= 5_000, `${left} ms of 5000`)
      return `${left} ms of 5000`
    },
  },
  {
    what: '$currentDate with upsert',
    needed: true,
    ask: async (db) => {
      const seen = db.collection<{ _id: string; at?: Date }>('seen')
      const one = await seen.findOneAndUpdate(
        { _id: 'x' },
        { $currentDate: { at: true } },
        { upsert: true, returnDocument: 'after' },
      )
      holds(one?.at instanceof Date, JSON.stringify(one))
    },
  },
  {
    what: '$expr in the filter of an upsert',
    needed: false,
    ask: async (db) =>
      void (await (
        await fresh(db)
      ).updateOne({ _id: 'y', $expr: { $lt: ['$until', '$$NOW'] } }, { $set: { term: 1 } }, { upsert: true })),
  },
]
