// Where benches of several processes take place: a cluster of its own database on the servers that run, compiled as it is installed.
import { join, resolve } from 'node:path'
import { mkdirSync } from 'node:fs'
import { openPartyFolder } from '../src/client/party-folder.ts'
import { MongoClient } from 'mongodb'
import { mongoVersion } from '../ops/services/mongo-client.ts'
import { type MortalCluster, mortalCluster } from '../test/support/mortal-cluster.ts'
import { servicesFor, type TestServices } from '../test/support/services.ts'
import { compileHub } from './compiled.ts'
import { type BenchParty, enterParty } from './parties.ts'
import { RECIPIENTS } from './place.ts'
import { median, round } from './report.ts'

export interface ClusterPlace {
  cluster: MortalCluster
  sender: BenchParty
  /** Recipients, by URN. */
  to: string[]
  /** What the store says it is. */
  engine: string
}

/** A cluster with the sender of a bench in its register; nothing runs yet. `main`: see benchMain. Throws where there are no servers. */
export async function clusterPlace(bench: string, processes: number, main: string): Promise<ClusterPlace> {
  const services = benchServices(bench)
  // As a hub is configured if nobody says anything; tests have it hurry.
  const env = { HUB_CHECKPOINT_MS: '500', HUB_SM2_WORKERS: '2' }
  const cluster = await mortalCluster({ processes, services, main, env })
  const sender = await enterParty(join(cluster.dir, 'sandbox'), 'ES256')
  const to = RECIPIENTS.map((folder) => openPartyFolder(join(cluster.dir, 'sandbox', 'parties', folder)).card.party)
  return { cluster, sender, to, engine: await engineOf(services) }
}

function benchServices(bench: string): TestServices {
  const services = servicesFor(`bench ${bench}`)
  if (!services)
    throw new Error(`${bench} needs a server that speaks MongoDB's protocol, and Redis: npm run services:up`)
  return services
}

async function engineOf({ mongoUrl }: TestServices): Promise<string> {
  const { engine, version } = await mongoVersion(mongoUrl)
  return engine === 'mongod' ? `MongoDB ${version}` : `${version} (not MongoDB)`
}

/** The program of the hub: compiled, or from its TypeScript. */
export function benchMain(bench: string, source: boolean): string {
  if (source) return new URL('../src/main.ts', import.meta.url).pathname
  const folder = resolve('data', `${bench}-built`)
  mkdirSync(resolve('data'), { recursive: true })
  return compileHub(folder)
}

/** What the store does by itself: batches of documents as large as an entry with its content, one after the other, kept by a majority. */
export interface StoreSpeed {
  documentsPerSecond: number
  batch: number
  batchP50Ms: number
  /** One document asked for by its number, one after the other. */
  readP50Ms: number
}

const BATCH = 64
const DOCUMENT_BYTES = 4_096
const SPEED_MS = 2_000

export async function storeSpeed({ mongoUrl }: MortalCluster): Promise<StoreSpeed> {
  const client = new MongoClient(mongoUrl)
  const pad = Buffer.alloc(DOCUMENT_BYTES, 'x')
  const documents = client
    .db()
    .collection<{ _id: number; pad: Buffer }>('speed', { writeConcern: { w: 'majority', journal: true } })
  const [writes, reads]: [number[], number[]] = [[], []]
  try {
    for (let n = 0, endMs = performance.now() + SPEED_MS; performance.now() < endMs; n++) {
      const batch = Array.from({ length: BATCH }, (_, at) => ({ _id: n * BATCH + at, pad }))
      writes.push(await tookMs(() => documents.insertMany(batch)))
      reads.push(await tookMs(() => documents.findOne({ _id: n * BATCH })))
    }
  } finally {
    await client.close()
  }
  const spentMs = writes.reduce((sum, ms) => sum + ms, 0)
  return {
    documentsPerSecond: round((writes.length * BATCH * 1_000) / spentMs),
    batch: BATCH,
    batchP50Ms: round(median(writes), 1),
    readP50Ms: round(median(reads), 1),
  }
}

async function tookMs(act: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now()
  await act()
  return performance.now() - startMs
}
