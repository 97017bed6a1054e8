// Starts the hub as a process of its own: the same way from a checkout (TypeScript) and from an installed package (JavaScript).
import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The variables of an env file: one NAME=value per line, # begins a comment line. */
export function readEnvFile(file: string): Record<string, string> {
  const lines = readFileSync(file, 'utf8').split(/\r?\n/)
  const pairs = lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const at = line.indexOf('=')
      return [line.slice(0, at), line.slice(at + 1)] as const
    })
  return Object.fromEntries(pairs)
}

/** Starts a hub; it tells this process by a channel of their own when it is ready and where it listens. */
export function spawnHub(env: Record<string, string | undefined>, stdio: StdioOptions & unknown[]): ChildProcess {
  const typescript = import.meta.url.endsWith('.ts')
  const main = fileURLToPath(new URL(typescript ? '../main.ts' : '../main.js', import.meta.url))
  const loader = typescript ? ['--import', import.meta.resolve('tsx')] : []
  return spawn(process.execPath, [...loader, main], {
    env: { ...process.env, ...env },
    stdio: [...stdio, 'ipc'] as StdioOptions,
  })
}

/**
 * Resolves with the address the hub listens on, told by the hub itself: its origin may not be reachable from here, and what answers on its
 * port may be another. Throws HubEnded when it ends before that, or Error when `withinMs` have passed (no limit if not given).
 */
export function hubListens(hub: ChildProcess, withinMs?: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      clearTimeout(timer)
      hub.off('message', told)
      hub.off('exit', ended)
      act()
    }
    const told = (message: unknown): void => {
      const { listens } = message as { listens?: string }
      if (listens !== undefined) settle(() => resolve(listens))
    }
    const ended = (code: number | null, signal: string | null): void =>
      settle(() => reject(new HubEnded(`the hub ended before it was ready (${code ?? signal})`, code)))
    const late = (): void => settle(() => reject(new Error(`the hub was not ready within ${withinMs} ms`)))
    const timer = withinMs === undefined ? undefined : setTimeout(late, withinMs)
    hub.on('message', told)
    hub.on('exit', ended)
    if (hub.exitCode !== null || hub.signalCode !== null) ended(hub.exitCode, hub.signalCode)
  })
}

/** The hub process has ended by itself; it has said why on its standard error. */
export class HubEnded extends Error {
  readonly exit: number | null
  constructor(message: string, exit: number | null) {
    super(message)
    this.exit = exit
  }
}

/** Resolves when the hub at that address says it is ready. Throws when it ends before that, or `withinMs` have passed. */
export async function hubReady(hub: ChildProcess, url: string, withinMs: number): Promise<void> {
  const giveUpAt = performance.now() + withinMs
  for (;;) {
    if (hub.exitCode !== null || hub.signalCode !== null)
      throw new Error(`the hub ended before it was ready (exit ${hub.exitCode ?? hub.signalCode})`)
    if (performance.now() > giveUpAt) throw new Error(`the hub at ${url} was not ready within ${withinMs} ms`)
    if (await saysReady(url)) return
    await new Promise((wake) => setTimeout(wake, 50))
  }
}

async function saysReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(1_000) })).ok
  } catch {
    return false
  }
}

/** Asks the hub to end and waits; kills it if it has not ended within `withinMs`. Gives its exit code (null: killed). */
export async function stopHub(hub: ChildProcess, withinMs: number): Promise<number | null> {
  if (hub.exitCode !== null || hub.signalCode !== null) return hub.exitCode
  const ended = new Promise<number | null>((done) => hub.once('exit', (code) => done(code)))
  hub.kill('SIGTERM')
  const killer = setTimeout(() => hub.kill('SIGKILL'), withinMs)
  const code = await ended
  clearTimeout(killer)
  return code
}
