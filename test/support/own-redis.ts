// A Redis of a test's own, which it may empty, stop, kill and start again. Where there is no program it is said aloud, and in a complete run
// it is a failure.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { redisProgram } from '../../ops/services/programs.ts'
import { startRedis } from '../../ops/services/redis.ts'
import type { Server } from '../../ops/services/server.ts'

export interface OwnRedis {
  server: Server
  /** Where its file lies; removed when it is not running, it has forgotten everything. */
  folder: string
  url: string
  end(): Promise<void>
}

export function hasRedis(suite: string): boolean {
  try {
    redisProgram(process.env)
    return true
  } catch (error) {
    if (process.env['BEIBU_TEST_COMPLETE'] === '1') throw error
    console.warn(`skipped: ${suite} with Redis: ${(error as Error).message}`)
    return false
  }
}

export async function ownRedis(): Promise<OwnRedis> {
  const dir = mkdtempSync(join(tmpdir(), 'beibu-redis-'))
  const server = await startRedis({ dir })
  return {
    server,
    folder: join(dir, 'redis'),
    url: server.url,
    async end() {
      await server.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
