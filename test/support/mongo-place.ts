// A database of a test's own, with the driver beside the hub's place in it: for tests that have to do what no hub does.
import { MongoClient, type Db } from 'mongodb'
import type { MongoPlace } from '../../src/hub/journal/mongo.ts'
import { freshMongo } from './journals.ts'

export interface TestMongo {
  place: MongoPlace
  db: Db
  url: string
  database: string
  remove(): Promise<void>
}

export async function testMongo(mongoUrl: string): Promise<TestMongo> {
  const { remove, ...fresh } = await freshMongo(mongoUrl)
  const client = new MongoClient(mongoUrl, { retryWrites: false, writeConcern: { w: 'majority', journal: true } })
  await client.connect()
  return {
    ...fresh,
    db: client.db(fresh.database),
    async remove() {
      await client.close()
      await remove()
    },
  }
}
