// The stage of two hubs: two processes, each with the parties that act there.
import { randomBytes } from 'node:crypto'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import type { ChildProcess } from 'node:child_process'
import { hubListens, spawnHub, stopHub } from '../hub-process.ts'
import { openPartyFolder } from '../party-folder.ts'
import { Actor } from './stage.ts'
import { type HubName, type HubPlace, makeTwoHubs } from './two-hubs-world.ts'

const READY_WITHIN_MS = 60_000
const STOP_WITHIN_MS = 20_000

export interface TwoHubsStage {
  hubs: Record<HubName, HubPlace>
  /** A party at one of the hubs, by its folder. */
  at(hub: HubName, folder: string): Actor
  /** Stops both; gives their exit codes. */
  close(): Promise<(number | null)[]>
}

/** Builds both hubs in `dir` (wiped first) and starts them. */
export async function setTwoHubs(dir: string, tell: (line: string) => void): Promise<TwoHubsStage> {
  const { hubs } = await makeTwoHubs(dir)
  const running = await Promise.all(Object.values(hubs).map((hub) => start(hub)))
  for (const [n, { hub, url }] of Object.values(hubs).entries())
    tell(`${hub}: process ${running[n]!.pid} at ${url}, with keys, register and data of its own`)
  return {
    hubs,
    at: (hub, folder) => new Actor(openPartyFolder(join(hubs[hub].dir, 'parties', folder))),
    close: () => Promise.all(running.map((child) => stopHub(child, STOP_WITHIN_MS))),
  }
}

async function start({ env, dir }: HubPlace): Promise<ChildProcess> {
  const log = openSync(join(dir, 'hub.log'), 'a')
  const child = spawnHub(env, ['ignore', log, log])
  // A story that is killed takes its hubs with it.
  process.once('exit', () => child.kill('SIGKILL'))
  try {
    await hubListens(child, READY_WITHIN_MS)
  } catch (error) {
    await stopHub(child, STOP_WITHIN_MS)
    throw new Error(`${(error as Error).message}; its log is ${join(dir, 'hub.log')}`, { cause: error })
  }
  return child
}

/** A word that stands nowhere else: what is looked for where it must not be. */
export const marker = (): string => `MARK${randomBytes(8).toString('hex').toUpperCase()}`
