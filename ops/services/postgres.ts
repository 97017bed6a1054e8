// PostgreSQL with the DocumentDB extension, run out of the Debian folder that install.sh makes. It listens on a socket in its
// data folder and nowhere else: FerretDB is its only client.
import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Program } from './server.ts'

const ENTER = join(import.meta.dirname, 'enter-folder.sh')
/** Where the data folder is seen inside the Debian folder. */
const INSIDE = '/srv/cluster'
const SOCKET_PATH_MAX = 107

/** fsync and synchronous commits are left on: what is answered is on the disk. The rest is room for a journal's writes. */
const SETTINGS: Record<string, string> = {
  listen_addresses: '',
  unix_socket_directories: INSIDE,
  shared_preload_libraries: 'pg_cron,pg_documentdb_core,pg_documentdb',
  'cron.database_name': 'postgres',
  'cron.use_background_workers': 'on',
  'documentdb.localhost_connection_string': `host=${INSIDE}`,
  max_connections: '200',
  max_worker_processes: '16',
  shared_buffers: '256MB',
  max_wal_size: '2GB',
  jit: 'off',
  // Writers of one key at once wait for one another here; the loser is told after this.
  deadlock_timeout: '100ms',
}

/** PostgreSQL with its data in that folder. */
export function postgresIn(debian: string, folder: string, log: string): Program {
  const bin = binFolder(debian)
  const enter = (onParentEnd: string, ...command: string[]): string[] => [
    'unshare',
    '--mount',
    '--ipc',
    ENTER,
    debian,
    folder,
    onParentEnd,
    ...command,
  ]
  const run = (...command: string[]): string => {
    const [program, ...args] = enter('KILL', ...command)
    return execFileSync(program!, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  }
  return {
    name: 'postgres',
    folder,
    log,
    command: (onParentEnd) => enter(onParentEnd, `${bin}/postgres`, '-D', INSIDE),
    endSignal: 'SIGINT',
    prepare: () => {
      if (Buffer.byteLength(socketOf(folder)) > SOCKET_PATH_MAX)
        throw new Error(`${folder} is too long for the path of a socket; choose a shorter one with BEIBU_SERVICES_DIR`)
      prepareCluster(debian, folder, (...flags) => run(`${bin}/initdb`, '-D', INSIDE, ...flags))
    },
    ready: async () => {
      if (!saysReady(folder)) throw new Error('it is not ready')
      run(`${bin}/psql`, '-h', INSIDE, '-U', 'postgres', '-qc', 'create extension if not exists documentdb cascade')
    },
  }
}

/** Address of that PostgreSQL for FerretDB. */
export const postgresUrl = (folder: string): string =>
  `postgres://postgres@/postgres?host=${encodeURIComponent(folder)}&pool_max_conns=50`

/** Version of the extension in the Debian folder, as its package has it. */
export function documentdbVersion(debian: string): string {
  const packages = readFileSync(join(debian, 'var', 'lib', 'dpkg', 'status'), 'utf8')
  const one = packages.split('\n\n').find((text) => /^Package: postgresql-\d+-documentdb$/m.test(text))
  return /^Version: (\S+)$/m.exec(one ?? '')?.[1] ?? 'unknown'
}

function prepareCluster(debian: string, folder: string, initdb: (...flags: string[]) => string): void {
  mkdirSync(join(debian, 'srv', 'cluster'), { recursive: true })
  if (existsSync(join(folder, 'PG_VERSION'))) {
    // Left by a kill. No postgres works in this folder now, though its number may be another process's by now, for which
    // PostgreSQL would refuse to start.
    rmSync(join(folder, 'postmaster.pid'), { force: true })
    return
  }
  const [uid, gid] = postgresUser(debian)
  chownSync(folder, uid, gid)
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  initdb('-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', ...settings)
}

/** The state that PostgreSQL writes in the last line of its pid file. */
function saysReady(folder: string): boolean {
  const path = join(folder, 'postmaster.pid')
  return existsSync(path) && readFileSync(path, 'utf8').trimEnd().endsWith('\nready')
}

function postgresUser(debian: string): [uid: number, gid: number] {
  const [, uid, gid] = /^postgres:[^:]*:(\d+):(\d+):/m.exec(readFileSync(join(debian, 'etc', 'passwd'), 'utf8')) ?? []
  if (uid === undefined)
    throw new Error(`${debian} has no user postgres: it was not made by install.sh, or not to its end`)
  return [Number(uid), Number(gid)]
}

function binFolder(debian: string): string {
  const [version] = readdirSync(join(debian, 'usr', 'lib', 'postgresql')).toSorted((a, b) => Number(b) - Number(a))
  return `/usr/lib/postgresql/${version}/bin`
}

const socketOf = (folder: string): string => join(folder, '.s.PGSQL.5432.lock')
