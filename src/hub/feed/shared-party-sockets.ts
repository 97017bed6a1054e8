// How many sockets each party has open at all processes of a hub. Each process writes its own count to Redis, anew now and then; the counts of
// a process nobody hears of any more do not count. While Redis is away each process lets in its part.
import { GONE_AFTER_MS, PROCESSES_KEY, type ProcessesSeen } from '../cluster/redis-processes.ts'
import { type Redis, type RedisScript, SERVER_NOW } from '../cluster/redis.ts'
import type { PartyUrn } from '../message/envelope.ts'
import { tooManySockets, type PartySocketCount } from './party-sockets.ts'

export interface SharedSocketDeps {
  redis: Redis
  processes: Pick<ProcessesSeen, 'count' | 'process'>
  most: number
}

const ANSWER_WITHIN_MS = 500
const WRITE_EVERY_MS = 15_000
/** Longer than it takes until it is written again. */
const KEPT_MS = 60_000
const WRITTEN_AT_ONCE = 200

/** Writes the count of this process unless that makes too many with those of all others that live; answers 1 if it has. */
const ENTER: RedisScript = {
  name: 'hubSocketsEnter',
  lua: `
    ${SERVER_NOW}
    redis.call('ZADD', KEYS[2], now, ARGV[1])
    local counts, sum = redis.call('HGETALL', KEYS[1]), tonumber(ARGV[2])
    for i = 1, #counts, 2 do
      if counts[i] ~= ARGV[1] then
        local heard = redis.call('ZSCORE', KEYS[2], counts[i])
        if heard and now - heard <= tonumber(ARGV[4]) then sum = sum + counts[i + 1] else redis.call('HDEL', KEYS[1], counts[i]) end
      end
    end
    if sum > tonumber(ARGV[3]) then return 0 end
    redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
    redis.call('PEXPIRE', KEYS[1], ARGV[5])
    return 1
  `,
}

/** Writes counts of this process, one for each key. */
const WRITE: RedisScript = {
  name: 'hubSocketsWrite',
  lua: `
    for i = 1, #KEYS do
      if ARGV[i + 2] == '0' then
        redis.call('HDEL', KEYS[i], ARGV[1])
      else
        redis.call('HSET', KEYS[i], ARGV[1], ARGV[i + 2])
        redis.call('PEXPIRE', KEYS[i], ARGV[2])
      end
    end
    return #KEYS
  `,
}

export class SharedPartySockets implements PartySocketCount {
  readonly #deps: SharedSocketDeps
  readonly #open = new Map<PartyUrn, number>()
  readonly #timer: NodeJS.Timeout
  readonly #stop: () => void
  /** Counts that have changed and are not written yet. */
  readonly #changed = new Set<PartyUrn>()

  constructor(deps: SharedSocketDeps) {
    this.#deps = deps
    const writeAll = (): void => {
      void this.#write([...this.#open.keys()])
    }
    this.#timer = setInterval(writeAll, WRITE_EVERY_MS).unref()
    // It may come back empty.
    this.#stop = deps.redis.onReady(writeAll)
  }

  async enter(party: PartyUrn): Promise<() => void> {
    const leave = this.#enterHere(party)
    if (await this.#isLetIn(party)) return leave
    leave()
    throw tooManySockets(this.#deps.most)
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#stop()
    const parties = [...this.#open.keys(), ...this.#changed]
    this.#open.clear()
    await this.#write(parties)
  }

  #enterHere(party: PartyUrn): () => void {
    this.#open.set(party, (this.#open.get(party) ?? 0) + 1)
    let gone = false
    return () => {
      if (gone) return
      gone = true
      const left = (this.#open.get(party) ?? 1) - 1
      if (left === 0) this.#open.delete(party)
      else this.#open.set(party, left)
      this.#writeSoon(party)
    }
  }

  async #isLetIn(party: PartyUrn): Promise<boolean> {
    const { redis, processes, most } = this.#deps
    const here = this.#open.get(party)!
    try {
      const rows = [processes.process, here, most, GONE_AFTER_MS, KEPT_MS]
      return Number(await redis.run(ENTER, [keyOf(party), PROCESSES_KEY], rows, ANSWER_WITHIN_MS)) === 1
    } catch {
      // Whole for each, and a party would gain by every outage.
      return here <= Math.max(1, Math.floor(most / processes.count()))
    }
  }

  /** Many may leave in one turn. */
  #writeSoon(party: PartyUrn): void {
    if (this.#changed.size === 0)
      setImmediate(() => {
        const parties = [...this.#changed]
        this.#changed.clear()
        void this.#write(parties)
      })
    this.#changed.add(party)
  }

  /** What cannot be written is written when Redis is back, and with the next round. */
  async #write(parties: readonly PartyUrn[]): Promise<void> {
    const { redis, processes } = this.#deps
    for (let from = 0; from < parties.length; from += WRITTEN_AT_ONCE) {
      const some = parties.slice(from, from + WRITTEN_AT_ONCE)
      const counts = some.map((party) => this.#open.get(party) ?? 0)
      await redis.run(WRITE, some.map(keyOf), [processes.process, KEPT_MS, ...counts], ANSWER_WITHIN_MS).catch(() => {})
    }
  }
}

const keyOf = (party: PartyUrn): string => `sockets:${party}`
