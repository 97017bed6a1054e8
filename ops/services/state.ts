// What runs for tests of this checkout, written down in one file: `services.json` in `.services/`, or in BEIBU_SERVICES_DIR.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parentsOf, processesIn } from './processes.ts'
import type { Engine, Environment } from './programs.ts'
import type { PlacedProgram, Server } from './server.ts'

/** A server that was started here, or one whose address was given: then without `programs`, and never ended from here. */
export interface RunningService {
  url: string
  version: string
  programs?: (PlacedProgram & { pid: number })[]
}

export interface Services {
  mongo: RunningService & { engine: Engine }
  redis: RunningService
}

export const servicesFolder = (env: Environment): string =>
  resolve(env['BEIBU_SERVICES_DIR'] || join(import.meta.dirname, '..', '..', '.services'))

/** What was written down last; undefined where nothing was. It may have ended since: see `runs`. */
export function readServices(folder: string): Services | undefined {
  const path = fileIn(folder)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Services) : undefined
}

export function writeServices(folder: string, services: Services): void {
  mkdirSync(folder, { recursive: true })
  // An address that was given may hold a password.
  writeFileSync(`${fileIn(folder)}.new`, `${JSON.stringify(services, undefined, 2)}\n`, { mode: 0o600 })
  renameSync(`${fileIn(folder)}.new`, fileIn(folder))
}

export const removeServices = (folder: string): void => rmSync(fileIn(folder), { force: true })

/** Whether each program started here is still there. Of a server whose address was given nothing is known. */
export const runs = ({ programs = [] }: RunningService): boolean =>
  programs.every(({ name, folder }) => processesIn(name, folder).length > 0)

/** A server as it is written down. */
export function recordOf(server: Server, version: string): RunningService {
  const programs = server.programs.map(({ name, folder, log, endSignal }) => {
    const [pid] = parentsOf(processesIn(name, folder))
    return { name, folder, log, pid: pid!, endSignal }
  })
  return { url: server.url, version, programs }
}

const fileIn = (folder: string): string => join(folder, 'services.json')
