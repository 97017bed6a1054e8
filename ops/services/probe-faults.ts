// What the driver sees when the store dies, freezes or drops its connections. Only asked of a store started for it.
import { MongoClient } from 'mongodb'
import { setTimeout as after } from 'node:timers/promises'
import { entries, freshJournal, insert } from './probe-entries.ts'
import type { MongoServer } from './mongo.ts'
import { holds, type Question } from './probe-question.ts'

const nameOf = (error: unknown): string => `${(error as Error).name}: ${(error as Error).message.split('\n')[0]}`

/** Questions that kill and pause the server. */
export function faultQuestions(server: MongoServer): Question[] {
  return [
    {
      what: 'kill -9 in a write, start again: nothing acknowledged lost, same client goes on',
      needed: true,
      ask: async (db) => {
        const journal = await freshJournal(db, 'killed')
        let acknowledged = 0
        const broken = (async () => {
          for (;;) {
            await insert(journal, entries(acknowledged, 16))
            acknowledged += 16
          }
        })().catch((error: unknown) => error)
        await after(700)
        await server.kill()
        const error = await broken
        await server.start()
        const startedMs = performance.now()
        const kept = await journal.countDocuments({ _id: { $lt: acknowledged } })
        holds(kept === acknowledged, `${acknowledged - kept} of ${acknowledged} lost`)
        return `${acknowledged} kept; ${nameOf(error)}; answers ${Math.round(performance.now() - startedMs)} ms after the start`
      },
    },
    {
      what: 'the batch that was being written is there whole or not at all',
      needed: false,
      ask: async (db) => {
        const found = await db.collection('killed').countDocuments()
        holds(found % 16 === 0, `${found % 16} of its 16 are there`)
      },
    },
    {
      what: 'while it is down a write fails within serverSelectionTimeoutMS (1 s)',
      needed: true,
      ask: async () => {
        await server.kill()
        const client = new MongoClient(server.url, { serverSelectionTimeoutMS: 1_000 })
        const startedMs = performance.now()
        const error: unknown = await client
          .db('beibu_probe')
          .collection('x')
          .insertOne({})
          .catch((error: unknown) => error)
        const tookMs = performance.now() - startedMs
        await client.close()
        await server.start()
        holds(error instanceof Error && tookMs < 2_000, `${Math.round(tookMs)} ms`)
        return nameOf(error)
      },
    },
    {
      what: 'SIGSTOP: an open connection fails by socketTimeoutMS (1 s), and works after SIGCONT',
      needed: true,
      ask: async (db) => {
        const client = new MongoClient(server.url, { serverSelectionTimeoutMS: 1_000, socketTimeoutMS: 1_000 })
        const journal = client.db(db.databaseName).collection<{ _id: number }>('paused')
        await journal.insertOne({ _id: -1 })
        server.pause()
        const startedMs = performance.now()
        const error: unknown = await journal.insertOne({ _id: -2 }).catch((error: unknown) => error)
        const tookMs = Math.round(performance.now() - startedMs)
        server.resume()
        await journal.insertOne({ _id: -3 })
        await after(500)
        const late = await journal.countDocuments({ _id: -2 })
        await client.close()
        holds(error instanceof Error && tookMs < 4_000, `${tookMs} ms`)
        return `${nameOf(error)} after ${tookMs} ms; the write it gave up is ${late === 1 ? 'THERE afterwards' : 'not there'}`
      },
    },
    {
      what: 'SIGSTOP without socketTimeoutMS: the write waits, and is answered after SIGCONT',
      needed: false,
      ask: async (db) => {
        server.pause()
        const waiting = db.collection<{ _id: number }>('paused').insertOne({ _id: -4 })
        const first = await Promise.race([waiting.then(() => 'answered'), after(3_000, 'waiting')])
        server.resume()
        await waiting
        holds(first === 'waiting', 'answered while stopped')
        return 'waited 3 s'
      },
    },
    {
      what: 'SIGSTOP: found out by heartbeats too (every 0.5 s, connectTimeoutMS 1 s)',
      needed: true,
      ask: async (db) => {
        const watchful = { serverSelectionTimeoutMS: 1_000, connectTimeoutMS: 1_000, heartbeatFrequencyMS: 500 }
        const client = new MongoClient(server.url, watchful)
        const journal = client.db(db.databaseName).collection<{ _id: number }>('paused')
        await journal.findOne()
        server.pause()
        const startedMs = performance.now()
        const error: unknown = await journal.insertOne({ _id: -5 }).catch((error: unknown) => error)
        const tookMs = Math.round(performance.now() - startedMs)
        server.resume()
        await client.close()
        holds(error instanceof Error && tookMs < 6_000, `${tookMs} ms`)
        return `${nameOf(error)} after ${tookMs} ms`
      },
    },
  ]
}
