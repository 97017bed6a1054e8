// The ledger room of a process that has no work on ledgers, over the stores of a hub that is running.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openLedgers, type LedgerRoom, type LedgerRoomDeps } from '../../src/crosschain/open.ts'
import { openMongo } from '../../src/hub/journal/mongo.ts'
import { sqliteCursors, sqliteViews } from '../../src/hub/journal/sqlite-views.ts'
import type { World } from './world.ts'

export async function readingRoom({ config, hub, clock }: World): Promise<LedgerRoom> {
  const { views, cursors, close } = await storesOf(config)
  const onFault = (error: unknown): never => {
    throw error
  }
  // What the work alone would need is not there, so that nothing of it can be done here.
  const deps = { journal: hub.house.journal, clock: clock.now, config: config.ledgers, views, cursors, onFault }
  const room = await openLedgers(deps as unknown as LedgerRoomDeps)
  return {
    ...room,
    async close() {
      await room.close()
      await close()
    },
  }
}

async function storesOf({ cluster, data }: World['config']) {
  if (cluster) {
    const place = await openMongo(cluster.mongoUrl, { database: cluster.database })
    return { views: place.views(), cursors: place.cursors(), close: () => place.close() }
  }
  const file = join(data, 'views.sqlite')
  if (!existsSync(file)) throw new Error(`${file} is not there`)
  const [views, cursors] = [sqliteViews(file), sqliteCursors(join(data, 'cursors.sqlite'))]
  const close = async (): Promise<void> => {
    await views.close()
    await cursors.close()
  }
  return { views, cursors, close }
}
