// The one connection of a hub process to Redis. Nothing is true because Redis says so: it may be away, emptied or restarted at any time, and
// whoever asks it has another way. So a command fails at once while the server is away, and never waits in a line without end.
import { Redis as Client } from 'ioredis'

export interface RedisOptions {
  /** redis:// or rediss:// with user, password and database. */
  url: string
  /** Before every key and channel: hubs that share a server do not meet. */
  prefix: string
  /** Told once when the server is lost, not at every attempt to come back. */
  onFault(error: unknown): void
}

/** A Lua script; whole and alone on the server while it runs. */
export interface RedisScript {
  name: string
  lua: string
}

/** Lua: `now`, the milliseconds of the server's clock, which all processes share. */
export const SERVER_NOW = `local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)`

export interface Redis {
  readonly prefix: string
  ready(): boolean
  /** Calls `listener` each time the connection stands (again). Returns the unsubscribe. */
  onReady(listener: () => void): () => void
  /** Runs a script; keys are given without the prefix. Rejects when the server is away or has not answered within `timeoutMs`. */
  run(
    script: RedisScript,
    keys: readonly string[],
    args: readonly (string | number)[],
    timeoutMs?: number,
  ): Promise<unknown>
  /** Resolves when the server has answered. Rejects as `run` does. */
  ping(timeoutMs?: number): Promise<void>
  /** Not waited for and lost without a word if the server is away or far behind. */
  publish(channel: string, text: string): void
  /** Listens on a channel by a connection of its own. `onGap` each time it begins to listen: before that, something may have been missed. */
  listen(channel: string, onText: (text: string) => void, onGap: () => void): { close(): void }
  /** A connection for the courier's library, which waits for the server for as long as it takes. Closed with this one, or before. */
  patient(): PatientConnection
  close(): Promise<void>
}

export interface PatientConnection {
  client: Client
  /** At once, with all copies that the library has made of it; what waits for an answer fails. */
  close(): void
}

const RETRY_FIRST_MS = 50
const RETRY_MAX_MS = 1_000
const CONNECT_WITHIN_MS = 2_000
const ANSWER_WITHIN_MS = 1_000
const KEEP_ALIVE_MS = 10_000
const DISCONNECT_WITHIN_MS = 200
/** Texts that the server has not taken yet; what comes after is lost. */
const UNTOLD_MAX = 1_000

/** Begins to connect and comes back for ever; never throws because the server is away. */
export function openRedis({ url, prefix, onFault }: RedisOptions): Redis {
  const main = new Client(url, { ...LASTING, enableOfflineQueue: false, maxRetriesPerRequest: 0 })
  const others: Client[] = []
  const listeners = new Set<() => void>()
  const known = new Set<string>()
  let untold = 0
  tellOnce(main, onFault)
  main.on('ready', () => listeners.forEach((listener) => listener()))

  const open = (options: object): Client => {
    const client = new Client(url, { ...LASTING, ...options })
    others.push(client)
    tellOnce(client, onFault)
    return client
  }
  return {
    prefix,
    ready: () => main.status === 'ready',
    onReady(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    run({ name, lua }, keys, args, timeoutMs = ANSWER_WITHIN_MS) {
      if (!known.has(name)) main.defineCommand(name, { lua })
      known.add(name)
      const command = (main as unknown as Record<string, (...all: unknown[]) => Promise<unknown>>)[name]!
      return within(timeoutMs, () => command.call(main, keys.length, ...keys.map((key) => `${prefix}:${key}`), ...args))
    },
    ping: (timeoutMs = ANSWER_WITHIN_MS) => within(timeoutMs, () => main.ping()).then(() => {}),
    publish(channel, text) {
      if (main.status !== 'ready' || untold >= UNTOLD_MAX) return
      untold++
      const told = (): void => void untold--
      main.publish(`${prefix}:${channel}`, text).then(told, told)
    },
    listen(channel, onText, onGap) {
      const client = open({ enableOfflineQueue: false, maxRetriesPerRequest: 0, autoResubscribe: false })
      client.on('message', (_channel, text: string) => onText(text))
      // Cut off again before it was answered: the next connection subscribes.
      client.on('ready', () => void client.subscribe(`${prefix}:${channel}`).then(onGap, () => {}))
      return { close: () => client.disconnect() }
    },
    patient() {
      // What was under way when the line broke is sent again: the library waits for its answer, and its scripts bear it.
      const client = open({ maxRetriesPerRequest: null, autoResendUnfulfilledCommands: true })
      const copies: Client[] = []
      const duplicate = client.duplicate.bind(client)
      client.duplicate = (options) => {
        const copy = duplicate(options)
        tellOnce(copy, onFault)
        copies.push(copy)
        others.push(copy)
        return copy
      }
      return { client, close: () => [client, ...copies].forEach((one) => one.disconnect()) }
    },
    async close() {
      for (const client of [...others, main]) client.disconnect()
    },
  }
}

const LASTING = {
  connectTimeout: CONNECT_WITHIN_MS,
  keepAlive: KEEP_ALIVE_MS,
  disconnectTimeout: DISCONNECT_WITHIN_MS,
  retryStrategy: (times: number): number => Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(times, 10)),
  // What was under way when the line broke has failed; whoever asked asks again.
  autoResendUnfulfilledCommands: false,
}

function tellOnce(client: Client, onFault: (error: unknown) => void): void {
  let told = false
  client.on('error', (error) => {
    if (told) return
    told = true
    onFault(error)
  })
  client.on('ready', () => (told = false))
}

/** A server that is stopped keeps its connections: what it does not answer has failed. */
async function within<T>(timeoutMs: number, act: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Redis has not answered within ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    return await Promise.race([act(), late])
  } finally {
    clearTimeout(timer)
  }
}
