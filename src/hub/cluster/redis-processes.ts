// How many processes a hub has, as they tell one another by Redis every two seconds: what is shared out when Redis is away is shared by so
// many.
import { type Redis, SERVER_NOW } from './redis.ts'

export interface ProcessesSeen {
  /** Name of this one. */
  readonly process: string
  /** As last seen, this one included; 1 before the first answer. Kept while Redis is away. */
  count(): number
  close(): Promise<void>
}

/** Sorted by the time, by Redis' clock, at which each was last heard of. */
export const PROCESSES_KEY = 'processes'
/** Not heard of for so long: it is gone, and what it counted counts no more. */
export const GONE_AFTER_MS = 10_000
const BEAT_EVERY_MS = 2_000

const BEAT = {
  name: 'hubProcessBeat',
  lua: `
    ${SERVER_NOW}
    redis.call('ZADD', KEYS[1], now, ARGV[1])
    redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
    redis.call('PEXPIRE', KEYS[1], ARGV[2] * 6)
    return redis.call('ZCARD', KEYS[1])
  `,
}

const LEAVE = { name: 'hubProcessLeave', lua: `return redis.call('ZREM', KEYS[1], ARGV[1])` }

/** Begins to beat. The connection is somebody else's to close. */
export function processesSeen({ redis, process }: { redis: Redis; process: string }): ProcessesSeen {
  let seen = 1
  const beat = (): void => {
    redis.run(BEAT, [PROCESSES_KEY], [process, GONE_AFTER_MS]).then(
      (count) => (seen = Math.max(1, Number(count))),
      // Away: as many as before.
      () => {},
    )
  }
  const stop = redis.onReady(beat)
  const timer = setInterval(beat, BEAT_EVERY_MS).unref()
  if (redis.ready()) beat()
  return {
    process,
    count: () => seen,
    async close() {
      stop()
      clearInterval(timer)
      await redis.run(LEAVE, [PROCESSES_KEY], [process]).catch(() => {})
    },
  }
}
