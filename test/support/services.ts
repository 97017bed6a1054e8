// The servers that tests of the cluster profile meet: those of the environment, or those `npm run services:up` started. Where
// there are none it is said aloud, and in a complete run it is a failure.
import { MongoClient } from 'mongodb'
import { randomBytes } from 'node:crypto'
import { type Engine, MissingPrograms, mongoPrograms, redisProgram } from '../../ops/services/programs.ts'
import { readServices, runs, servicesFolder } from '../../ops/services/state.ts'

export interface TestServices {
  mongoUrl: string
  redisUrl: string
  /** `unknown` where an address was given and nobody asked the server. */
  engine: Engine | 'unknown'
}

const COMPLETE = process.env['BEIBU_TEST_COMPLETE'] === '1'

/** Both servers, or undefined with a line that says so. Throws instead of undefined with BEIBU_TEST_COMPLETE=1. `suite` is named. */
export function servicesFor(suite: string): TestServices | undefined {
  const env = process.env
  const services = readServices(servicesFolder(env))
  const mongoUrl = env['HUB_MONGO_URL'] || (services && runs(services.mongo) ? services.mongo.url : undefined)
  const redisUrl = env['HUB_REDIS_URL'] || (services && runs(services.redis) ? services.redis.url : undefined)
  if (mongoUrl === undefined) return absent(suite, 'no MongoDB-compatible server; run npm run services:up')
  if (redisUrl === undefined) return absent(suite, 'no Redis; run npm run services:up')
  const engine = services?.mongo.url === mongoUrl ? services.mongo.engine : 'unknown'
  return { mongoUrl, redisUrl, engine }
}

/** Whether servers of a test's own can be started here: `startMongo` and `startRedis`. Said and thrown like `servicesFor`. */
export function canStartServers(suite: string): boolean {
  try {
    mongoPrograms(process.env)
    redisProgram(process.env)
    return true
  } catch (error) {
    if (!(error instanceof MissingPrograms)) throw error
    absent(suite, error.message)
    return false
  }
}

function absent(suite: string, why: string): undefined {
  if (COMPLETE) throw new Error(`${suite}: ${why}`)
  console.warn(`skipped: ${suite}: ${why}`)
}

export interface TestDatabase {
  /** The server's address with this database in it. */
  url: string
  drop(): Promise<void>
}

/** A database of a test's own on that server. */
export function freshDatabase(mongoUrl: string): TestDatabase {
  const url = new URL(mongoUrl)
  url.pathname = `/beibu_test_${randomBytes(6).toString('hex')}`
  return { url: url.href, drop: () => dropDatabase(url.href) }
}

async function dropDatabase(url: string): Promise<void> {
  const client = new MongoClient(url)
  try {
    await client.db().dropDatabase()
  } finally {
    await client.close()
  }
}
