// A store that speaks MongoDB's protocol: a mongod where there is one, else FerretDB over PostgreSQL with DocumentDB.
import { basename, join } from 'node:path'
import { freePort } from './ports.ts'
import { initiate, mongoVersion, readsAndWrites } from './mongo-client.ts'
import { documentdbVersion, postgresIn, postgresUrl } from './postgres.ts'
import { type Engine, mongoPrograms } from './programs.ts'
import type { ServerPlace } from './redis.ts'
import { type Program, Server, type ServerOptions } from './server.ts'

export class MongoServer extends Server {
  readonly engine: Engine
  readonly version: string

  constructor(options: ServerOptions, engine: Engine, version: string) {
    super(options)
    this.engine = engine
    this.version = version
  }
}

/** Starts a store of its own and resolves when it reads and writes. Throws MissingPrograms. */
export async function startMongo({ dir, port: wanted, outlive = false }: ServerPlace): Promise<MongoServer> {
  const found = mongoPrograms(process.env)
  const port = wanted ?? (await freePort())
  const url = `mongodb://127.0.0.1:${port}/beibu?directConnection=true`
  if (found.engine === 'mongod') {
    const programs = [mongodIn(found.mongod, join(dir, 'mongod'), join(dir, 'mongod.log'), port, url)]
    await new Server({ url, programs, outlive }).start()
    return new MongoServer({ url, programs, outlive }, 'mongod', (await mongoVersion(url)).version)
  }
  const data = join(dir, 'postgres')
  const programs = [
    postgresIn(found.debian, data, join(dir, 'postgres.log')),
    ferretdbIn(found.ferretdb, join(dir, 'ferretdb'), join(dir, 'ferretdb.log'), port, data, url),
  ]
  await new Server({ url, programs, outlive }).start()
  const version = `${(await mongoVersion(url)).version} over DocumentDB ${documentdbVersion(found.debian)}`
  return new MongoServer({ url, programs, outlive }, 'ferretdb', version)
}

/** A replica set of one: majority and transactions mean something there, on a single server they do not. */
function mongodIn(path: string, folder: string, log: string, port: number, url: string): Program {
  const flags = ['--bind_ip', '127.0.0.1', '--port', `${port}`, '--dbpath', folder, '--replSet', 'beibu']
  return {
    // The kernel keeps so much of the name of the file.
    name: basename(path).slice(0, 15),
    folder,
    log,
    command: (onParentEnd) => ['setpriv', `--pdeathsig=${onParentEnd}`, '--', path, ...flags],
    endSignal: 'SIGTERM',
    ready: async () => {
      await initiate(url, `127.0.0.1:${port}`)
      await readsAndWrites(url)
    },
  }
}

function ferretdbIn(path: string, folder: string, log: string, port: number, data: string, url: string): Program {
  const flags = [
    `--postgresql-url=${postgresUrl(data)}`,
    `--listen-addr=127.0.0.1:${port}`,
    `--state-dir=${folder}`,
    '--no-auth',
    '--telemetry=disable',
    '--debug-addr=-',
    '--log-level=WARN',
  ]
  return {
    name: 'ferretdb',
    folder,
    log,
    command: (onParentEnd) => ['setpriv', `--pdeathsig=${onParentEnd}`, '--', path, ...flags],
    endSignal: 'SIGTERM',
    ready: () => readsAndWrites(url),
  }
}
