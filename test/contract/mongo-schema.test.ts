// What a process looks at before it uses a database: its version, and the indexes the promises of the journal rest on.
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { dropMongo, openMongo } from '../../src/hub/journal/mongo.ts'
import { prepareSchema, SCHEMA_VERSION } from '../../src/hub/journal/mongo-schema.ts'
import { testMongo } from '../support/mongo-place.ts'
import { servicesFor } from '../support/services.ts'

const services = servicesFor('the schema over the protocol of MongoDB')

describe.skipIf(!services)('the schema over the protocol of MongoDB', () => {
  const versions = { _id: 'hub' } as object

  it('is made once by several that start at the same time', async () => {
    const database = `beibu_test_${randomBytes(6).toString('hex')}`
    const places = await Promise.all([1, 2, 3].map(() => openMongo(services!.mongoUrl, { database })))
    try {
      await Promise.all(places.map((place, n) => place.cursors().put('s', String(n), n)))
      expect((await places[0]!.cursors().list('s', '')).length).toBe(3)
      expect(await places[0]!.ping()).toBeGreaterThan(0)
    } finally {
      await Promise.all(places.map((place) => place.close()))
      await dropMongo(services!.mongoUrl, { database })
    }
  })

  it('is refused if a newer version has made it', async () => {
    const { db, remove } = await testMongo(services!.mongoUrl)
    await db.collection('schema').updateOne(versions, { $inc: { version: 1 } })
    await expect(prepareSchema(db)).rejects.toThrow(
      `has schema version ${SCHEMA_VERSION + 1}, this hub knows ${SCHEMA_VERSION}: run the version of the hub that made it`,
    )
    await remove()
  })

  it('is refused if an index of the same name is another, and made whole if one is missing', async () => {
    const { db, remove } = await testMongo(services!.mongoUrl)
    const entries = db.collection('entries')
    await entries.dropIndex('heads')
    await prepareSchema(db)
    const heads = (await entries.listIndexes().toArray()).find(({ name }) => name === 'heads')
    expect(heads).toMatchObject({ unique: true, partialFilterExpression: { heads: { $exists: true } } })

    await entries.dropIndex('sender')
    await entries.createIndex({ sender: 1 }, { name: 'sender' })
    await expect(prepareSchema(db)).rejects.toThrow(
      /index sender of .*\.entries is .*"unique":false.*this hub needs .*"unique":true/,
    )
    await remove()
  })

  it('is brought up by one while another waits, and left to the next if it stops half way', async () => {
    const { db, remove } = await testMongo(services!.mongoUrl)
    await db.collection('schema').deleteMany({})
    const guard = { _id: 'schema' } as object
    const another = { process: 'another', fence: 7, until: new Date(Date.now() + 60_000) }
    await db.collection('leases').updateOne(guard, { $set: another }, { upsert: true })
    await expect(prepareSchema(db, { waitMs: 300 })).rejects.toThrow('another process has been changing the schema')
    await db.collection('leases').updateOne(guard, { $set: { until: new Date(0) } })
    await prepareSchema(db)
    expect(await db.collection('schema').findOne(versions)).toMatchObject({ version: SCHEMA_VERSION })
    await remove()
  })
})

describe('a database that is not there', () => {
  it('is a fault within seconds', async () => {
    const listener = createServer()
    const port = await new Promise<number>((resolve) =>
      listener.listen(0, '127.0.0.1', () => resolve((listener.address() as { port: number }).port)),
    )
    await new Promise((resolve) => listener.close(resolve))
    const begunMs = performance.now()
    await expect(openMongo(`mongodb://127.0.0.1:${port}/?directConnection=true`, { database: 'none' })).rejects.toThrow(
      'ECONNREFUSED',
    )
    expect(performance.now() - begunMs).toBeLessThan(20_000)
  })
})
