// Redis with an append-only file.
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { freePort } from './ports.ts'
import { redisProgram } from './programs.ts'
import { type Program, Server } from './server.ts'

export interface ServerPlace {
  /** Folder of its data and logs; another start in the same folder finds them. */
  dir: string
  /** Port on the loopback interface; a free one when left out. */
  port?: number
  /** Whether it goes on when this process ends. */
  outlive?: boolean
}

const ANSWER_WITHIN_MS = 2_000

/** Starts a Redis of its own and resolves when it answers. Throws MissingPrograms. */
export async function startRedis({ dir, port: wanted, outlive = false }: ServerPlace): Promise<Server> {
  const port = wanted ?? (await freePort())
  const program = redisIn(join(dir, 'redis'), join(dir, 'redis.log'), port)
  const server = new Server({ url: `redis://127.0.0.1:${port}`, programs: [program], outlive })
  await server.start()
  return server
}

function redisIn(folder: string, log: string, port: number): Program {
  const path = redisProgram(process.env)
  const settings = { bind: '127.0.0.1', port: `${port}`, dir: folder, appendonly: 'yes', save: '' }
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
  return {
    name: 'redis-server',
    folder,
    log,
    command: (onParentEnd) => ['setpriv', `--pdeathsig=${onParentEnd}`, '--', path, ...flags],
    endSignal: 'SIGTERM',
    // While it reads its file back it answers LOADING.
    ready: async () => {
      const answer = await askRedis(port, 'PING')
      if (!answer.startsWith('+PONG')) throw new Error(`it answers ${answer.trim()}`)
    },
  }
}

/** Version of the Redis at that address, as it says itself. Throws when it does not answer or wants a password first. */
export async function redisVersion(url: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const answer = await askRedis(Number(port || 6379), 'INFO server', hostname)
  const [, version] = /redis_version:(\S+)/.exec(answer) ?? []
  if (version === undefined) throw new Error(`${hostname}:${port} answers ${answer.split('\r')[0]}`)
  return version
}

/** One command in one packet, and the first packet of the answer. */
async function askRedis(port: number, command: string, host = '127.0.0.1'): Promise<string> {
  const socket = connect(port, host).setTimeout(ANSWER_WITHIN_MS)
  socket.once('timeout', () => socket.destroy(new Error(`no answer within ${ANSWER_WITHIN_MS} ms`)))
  try {
    socket.write(`${command}\r\n`)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    return answer.toString()
  } finally {
    socket.destroy()
  }
}
