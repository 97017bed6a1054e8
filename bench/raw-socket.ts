// Starts the raw WebSocket server that feeds are measured against.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { stopHub } from '../src/client/hub-process.ts'
import type { Running } from './processes.ts'

const STOP_WITHIN_MS = 5_000

export interface RawServer extends Running {
  /** Sends one text to every socket. */
  tell(): void
}

/** Sends `count` texts of `bytes` to each socket that subscribes, and one more to all whenever told. */
export async function startRaw(port: number, bytes: number, count: number): Promise<RawServer> {
  const file = fileURLToPath(new URL('./raw-server.ts', import.meta.url))
  const server = fork(file, [String(port), String(bytes), String(count)], {
    execArgv: ['--import', import.meta.resolve('tsx')],
  })
  const kill = (): void => void server.kill('SIGKILL')
  process.once('exit', kill)
  server.once('exit', () => process.off('exit', kill))
  const [ready] = (await Promise.race([once(server, 'message'), once(server, 'exit')])) as unknown[]
  if (ready !== 'ready') throw new Error('the raw server did not start')
  return {
    pid: server.pid!,
    tell: () => void server.send('tell'),
    close: async () => void (await stopHub(server, STOP_WITHIN_MS)),
  }
}
