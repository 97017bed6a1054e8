// What is asked of a store that speaks MongoDB's protocol before anybody relies on it.
import { MongoClient, MongoServerError } from 'mongodb'
import type { Engine } from './programs.ts'

const SELECT_WITHIN_MS = 2_000
const ALREADY_INITIALIZED = 23

/** Resolves when it has written a document and read it back; `ping` alone is answered without the store behind it. */
export function readsAndWrites(url: string): Promise<void> {
  return asked(url, async (client) => {
    const seen = client.db('beibu_services').collection<{ _id: string; at: Date }>('started')
    await seen.updateOne({ _id: 'started' }, { $currentDate: { at: true } }, { upsert: true })
    if (!(await seen.findOne({ _id: 'started' }))) throw new Error('it does not give back what it was given')
  })
}

/** Which engine it says it is, and in which version. */
export function mongoVersion(url: string): Promise<{ engine: Engine; version: string }> {
  return asked(url, async (client) => {
    const info = await client.db('admin').command({ buildInfo: 1 })
    const ferretdb = (info['ferretdb'] as { version?: string } | undefined)?.version
    if (ferretdb !== undefined) return { engine: 'ferretdb', version: `FerretDB ${ferretdb}` }
    const engines = (info['storageEngines'] as string[] | undefined) ?? []
    return { engine: engines.includes('wiredTiger') ? 'mongod' : 'other', version: String(info['version']) }
  })
}

/** Makes a mongod the only member of its replica set; nothing where it is one already. */
export function initiate(url: string, host: string): Promise<void> {
  return asked(url, async (client) => {
    try {
      await client.db('admin').command({ replSetInitiate: { _id: 'beibu', members: [{ _id: 0, host }] } })
    } catch (error) {
      if (!(error instanceof MongoServerError) || error.code !== ALREADY_INITIALIZED) throw error
    }
  })
}

async function asked<Answer>(url: string, ask: (client: MongoClient) => Promise<Answer>): Promise<Answer> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: SELECT_WITHIN_MS, socketTimeoutMS: SELECT_WITHIN_MS })
  try {
    return await ask(client)
  } finally {
    await client.close()
  }
}
