// Which programs there are on this machine for the servers of tests, and how to get those that are missing.
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export type Environment = Record<string, string | undefined>

/** What answers at the address of a store: MongoDB itself, FerretDB, or something that says neither of itself. */
export type Engine = 'mongod' | 'ferretdb' | 'other'

/** What stands behind the address of the store: a MongoDB server, or FerretDB over DocumentDB, which speaks its protocol. */
export type MongoPrograms =
  | { engine: 'mongod'; mongod: string }
  | { engine: 'ferretdb'; ferretdb: string; debian: string }

/** A program that is needed and not there; the message says how to get it. */
export class MissingPrograms extends Error {
  constructor(missing: readonly string[]) {
    super(
      `missing for the servers of tests:\n${missing.map((one) => `  - ${one}`).join('\n')}\n` +
        'as root on Debian or Ubuntu: ops/services/install.sh gets them. Anywhere: give the addresses of running servers in ' +
        'HUB_MONGO_URL and HUB_REDIS_URL, or start them with Docker: docker compose up -d mongo redis (see compose.yaml).',
    )
    this.name = 'MissingPrograms'
  }
}

/** Folder of what install.sh builds, outside of the checkout. */
export const toolsFolder = (env: Environment): string =>
  env['BEIBU_CI_TOOLS'] || join(env['TMPDIR'] || '/tmp', 'beibu-ci-tools')

/** Path of redis-server. Throws MissingPrograms. */
export function redisProgram(env: Environment): string {
  const path = onPath('redis-server', env)
  if (path === undefined) throw new MissingPrograms(['redis-server (Debian package redis-server)', ...linuxOnly()])
  return path
}

/** A mongod when there is one (BEIBU_MONGOD, or on PATH), else FerretDB with its folder. Throws MissingPrograms. */
export function mongoPrograms(env: Environment): MongoPrograms {
  const mongod = env['BEIBU_MONGOD'] || onPath('mongod', env)
  if (mongod !== undefined) return { engine: 'mongod', mongod }
  const ferretdb = join(toolsFolder(env), 'ferretdb', 'ferretdb')
  const debian = join(toolsFolder(env), 'documentdb')
  const missing = linuxOnly()
  if (!existsSync(ferretdb)) missing.push(`mongod on PATH or in BEIBU_MONGOD, or FerretDB as ${ferretdb}`)
  if (!existsSync(join(debian, 'usr', 'lib', 'postgresql')))
    missing.push(`for FerretDB, PostgreSQL with the DocumentDB extension in the Debian folder ${debian}`)
  if (process.getuid?.() !== 0)
    missing.push('for FerretDB, root: its PostgreSQL runs in a folder that only root can enter')
  if (missing.length > 0) throw new MissingPrograms(missing)
  return { engine: 'ferretdb', ferretdb, debian }
}

function linuxOnly(): string[] {
  return process.platform === 'linux' ? [] : ['Linux: servers are found again by /proc']
}

function onPath(program: string, env: Environment): string | undefined {
  return (env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}
