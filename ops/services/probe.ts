// `tsx ops/services/probe.ts [mongodb://...]`: asks a store what the journal needs of it, each thing with the official driver, and
// prints what passes. Without an address it starts a store of its own, and kills and pauses it too.
import { MongoClient } from 'mongodb'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mongoVersion } from './mongo-client.ts'
import { type MongoServer, startMongo } from './mongo.ts'
import { faultQuestions } from './probe-faults.ts'
import { indexQuestions } from './probe-indexes.ts'
import { leaseQuestions } from './probe-lease.ts'
import { type Question, questioned } from './probe-question.ts'
import { readQuestions } from './probe-reads.ts'
import { speedQuestions } from './probe-speed.ts'
import { writeQuestions } from './probe-writes.ts'

const given = process.argv[2]
const dir = mkdtempSync(join(tmpdir(), 'beibu-probe-'))
const server = given === undefined ? await startMongo({ dir }) : undefined
try {
  const url = given ?? server!.url
  const { engine, version } = server ?? (await mongoVersion(url))
  console.log(`${engine === 'mongod' ? 'MongoDB' : engine} ${version}, driver mongodb`)
  const failed = await probe(url, server)
  console.log(failed === 0 ? 'all that the journal needs is there' : `${failed} of what the journal needs failed`)
  process.exitCode = failed === 0 ? 0 : 1
} finally {
  await server?.stop()
  rmSync(dir, { recursive: true, force: true })
}

/** Asks everything in a database of its own; gives how much of what is needed failed. */
async function probe(url: string, server: MongoServer | undefined): Promise<number> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 5_000 })
  const db = client.db('beibu_probe')
  const questions: Question[] = [
    ...indexQuestions,
    ...writeQuestions,
    ...readQuestions,
    ...leaseQuestions,
    ...speedQuestions,
    ...(server ? faultQuestions(server) : []),
  ]
  try {
    await db.dropDatabase()
    let failed = 0
    for (const question of questions) if (!(await questioned(question, db))) failed++
    await db.dropDatabase()
    return failed
  } finally {
    await client.close()
  }
}
