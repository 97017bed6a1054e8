// The driver's look at the database that never ends: everything finds the database away, until the hub connects anew by itself.
import { MongoClient } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HubError } from '../../src/hub/errors.ts'
import { type MongoPlace, openMongo } from '../../src/hub/journal/mongo.ts'
import { freshDatabase, servicesFor, type TestDatabase } from '../support/services.ts'

const services = servicesFor('a look at the database that never ends')

/** Of the driver's inside, what stands still when a look never ends. */
interface Inside {
  topology: { s: { servers: Map<string, { monitor: Monitor }> } }
}
interface Monitor {
  monitorId: { stop(): void }
  emit(event: string, error: Error): void
}

describe.skipIf(!services)('a place in the database', { timeout: 120_000 }, () => {
  const clients: MongoClient[] = []
  const connect = MongoClient.prototype.connect
  let database: TestDatabase
  let place: MongoPlace

  beforeAll(async () => {
    database = freshDatabase(services!.mongoUrl)
    MongoClient.prototype.connect = function (this: MongoClient) {
      clients.push(this)
      return connect.call(this)
    }
    place = await openMongo(database.url, { database: new URL(database.url).pathname.slice(1) })
    MongoClient.prototype.connect = connect
  }, 120_000)
  afterAll(async () => {
    await place?.close()
    await database?.drop()
  })

  it('is connected anew when the look at its server never ends', async () => {
    const store = place.store()
    await store.position()
    const [server] = (clients.at(-1) as unknown as Inside).topology.s.servers.values()
    const { monitor } = server!
    monitor.monitorId.stop()
    const lost = Object.assign(new Error('a line that was cut'), { hasErrorLabel: () => false })
    monitor.emit('resetServer', lost)
    const first = await store.position().catch((error: unknown) => error)
    expect(first).toBeInstanceOf(HubError)
    expect(first).toMatchObject({ code: 'OVERLOADED' })
    await expect
      .poll(() => store.position().catch((error: Error) => error.message), { timeout: 90_000, interval: 500 })
      .toMatchObject({ size: 0 })
  })
})
