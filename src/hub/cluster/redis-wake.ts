// Wake-up between the processes of a hub by publish and subscribe. Here it is heard at once; to the others it goes by Redis, and what is
// lost on the way is a gap nobody needs.
import type { Redis } from './redis.ts'
import type { Wake } from './wake.ts'

const CHANNEL = 'wake'

export interface RedisWakeOptions {
  redis: Redis
  /** Name of this process: what it told itself is not heard twice. */
  process: string
  onFault(error: unknown): void
}

/** The connection is somebody else's to close; the one it listens by is its own. */
export function redisWake({ redis, process, onFault }: RedisWakeOptions): Wake {
  const topics = new Map<string, Set<(text: string) => void>>()
  const gaps = new Set<() => void>()
  /** A listener that throws is its own fault and nobody else's. */
  const safely = (act: () => void): void => {
    try {
      act()
    } catch (error) {
      onFault(error)
    }
  }
  const hear = (topic: string, text: string): void => {
    for (const listener of topics.get(topic) ?? []) safely(() => listener(text))
  }
  const ear = redis.listen(
    CHANNEL,
    (line) => {
      const said = readLine(line)
      if (said && said.from !== process) hear(said.topic, said.text)
    },
    () => gaps.forEach(safely),
  )
  return {
    tell(topic, text) {
      hear(topic, text)
      safely(() => redis.publish(CHANNEL, JSON.stringify([process, topic, text])))
    },
    on(topic, listener) {
      const heard = topics.get(topic) ?? new Set()
      topics.set(topic, heard.add(listener))
      return () => heard.delete(listener)
    },
    onGap(listener) {
      gaps.add(listener)
      return () => gaps.delete(listener)
    },
    async close() {
      topics.clear()
      gaps.clear()
      ear.close()
    },
  }
}

/** Undefined if it is none of ours: whoever writes to the channel must not be able to end a process. */
function readLine(line: string): { from: string; topic: string; text: string } | undefined {
  try {
    const [from, topic, text] = JSON.parse(line) as unknown[]
    if (typeof from === 'string' && typeof topic === 'string' && typeof text === 'string') return { from, topic, text }
  } catch {
    // Not JSON, or no list.
  }
  return undefined
}
