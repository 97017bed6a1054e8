// The hub of a story as several processes over the same stores, each with a name, an address and a log of its own.
import { type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { hubListens, spawnHub, stopHub } from '../hub-process.ts'

const READY_WITHIN_MS = 120_000
const STOP_WITHIN_MS = 20_000
const ASK_WITHIN_MS = 2_000
const NAMES = ['a', 'b', 'c']
/** The duty of the process that appends to the journal. */
export const APPEND = 'append'

/** One of them. */
export interface HubProcess {
  name: string
  address: string
  child: ChildProcess
}

/** What a process says of itself. */
export interface SaidReady {
  process: string
  /** The work that runs in this process and in no other. */
  duties: string[]
  entries: number
  lag: Record<string, number>
}

export class HubProcesses {
  readonly all: readonly HubProcess[]

  private constructor(all: readonly HubProcess[]) {
    this.all = all
  }

  /** Starts all of them at once, as a machine that comes up would, and waits until each is ready. `listens`: host:port of each. */
  static async start(listens: readonly string[], env: Record<string, string>, dir: string): Promise<HubProcesses> {
    const hub = new HubProcesses(listens.map((listen, n) => spawned(NAMES[n]!, listen, env, dir)))
    // A story that is killed takes its hub with it.
    process.once('exit', () => hub.all.forEach(({ child }) => child.kill('SIGKILL')))
    try {
      await Promise.all(hub.all.map(({ child }) => hubListens(child, READY_WITHIN_MS)))
    } catch (error) {
      await hub.close()
      throw new Error(`${(error as Error).message}; its log is one of ${join(dir, 'hub-*.log')}`, { cause: error })
    }
    return hub
  }

  /** Those that run. */
  get alive(): HubProcess[] {
    return this.all.filter(({ child }) => child.exitCode === null && child.signalCode === null)
  }

  /** Addresses of all, the `n`th first. */
  addressesFrom(n: number): string[] {
    const addresses = this.all.map(({ address }) => address)
    return [...addresses.slice(n), ...addresses.slice(0, n)]
  }

  /** The process that has a duty, as it says itself; undefined while none says so. */
  async withDuty(duty: string): Promise<HubProcess | undefined> {
    const said = await Promise.all(this.alive.map(async (one) => ({ one, said: await saidReady(one) })))
    return said.find((each) => each.said?.duties.includes(duty))?.one
  }

  /** What those that run say of themselves. Throws when one does not answer. */
  said(): Promise<SaidReady[]> {
    return Promise.all(
      this.alive.map(async (one) => {
        const said = await saidReady(one)
        if (!said) throw new Error(`process ${one.name} does not answer`)
        return said
      }),
    )
  }

  /** kill -9; resolves when it is gone. */
  async kill({ child }: HubProcess): Promise<void> {
    const gone = once(child, 'exit')
    process.kill(child.pid!, 'SIGKILL')
    await gone
  }

  /** Stops those that run; gives the first exit code that is not 0. */
  async close(): Promise<number | null> {
    const codes = await Promise.all(this.alive.map(({ child }) => stopHub(child, STOP_WITHIN_MS)))
    return codes.find((code) => code !== 0) ?? 0
  }
}

function spawned(name: string, listen: string, env: Record<string, string>, dir: string): HubProcess {
  const log = openSync(join(dir, `hub-${name}.log`), 'a')
  const own = {
    HUB_LISTEN: listen,
    HUB_PROCESS_NAME: name,
    HUB_DATA: join(dir, `data-${name}`),
    // Whatever the environment says of one process cannot be said of three.
    HUB_CLUSTER_LISTEN: '127.0.0.1:0',
    HUB_CLUSTER_URL: '',
  }
  return { name, address: `http://${listen}`, child: spawnHub({ ...env, ...own }, ['ignore', log, log]) }
}

async function saidReady({ address }: HubProcess): Promise<SaidReady | undefined> {
  try {
    const response = await fetch(`${address}/health/ready`, { signal: AbortSignal.timeout(ASK_WITHIN_MS) })
    return (await response.json()) as SaidReady
  } catch {
    return undefined
  }
}
