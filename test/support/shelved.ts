// The heads of attachments as they are stored, in files or in the database of the cluster profile: by name, with their bytes.
import { MongoClient } from 'mongodb'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { World } from './world.ts'

interface HeadRow {
  _id: string
  sealed: { buffer: Uint8Array }
}

export async function shelvedHeads({ config }: World, shelf: 'staged' | 'kept'): Promise<Map<string, Buffer>> {
  const { cluster, data } = config
  if (cluster) {
    const client = await new MongoClient(cluster.mongoUrl).connect()
    try {
      const heads = client.db(cluster.database).collection<HeadRow>('attachmentHeads')
      const rows = await heads.find({ _id: { $gte: `${shelf}/`, $lt: `${shelf}0` } }).toArray()
      return new Map(rows.map(({ _id, sealed }) => [_id.slice(shelf.length + 1), Buffer.from(sealed.buffer)]))
    } finally {
      await client.close()
    }
  }
  const folder = join(data, 'attachments', shelf)
  const files = readdirSync(folder).filter((name) => name.endsWith('.key'))
  return new Map(files.sort().map((name) => [name.slice(0, -'.key'.length), readFileSync(join(folder, name))]))
}
