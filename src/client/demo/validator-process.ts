// A relay validator as a process of its own, as its party would run it.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface ValidatorProcess {
  party: string
  address: string
  possession: string
  pid: number
  /** At once, without a word: as a machine that fails. */
  kill(): Promise<void>
  stop(): Promise<void>
}

const READY_WITHIN_MS = 60_000

/** Throws when it ends before it is ready, or is not ready in time; its log is validators.log in `dir`. */
export async function startValidatorProcess(config: string, dir: string): Promise<ValidatorProcess> {
  const typescript = import.meta.url.endsWith('.ts')
  const program = fileURLToPath(new URL(typescript ? '../beibu.ts' : '../beibu.js', import.meta.url))
  const loader = typescript ? ['--import', import.meta.resolve('tsx')] : []
  const log = openSync(join(dir, 'validators.log'), 'a')
  const args = [...loader, program, 'validator', '--config', config, '--json']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', log] })
  process.once('exit', () => child.kill('SIGKILL'))
  const { party, address, possession } = await ready(child, config)
  const ended = once(child, 'exit')
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    await ended
  }
  return { party, address, possession, pid: child.pid!, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') }
}

async function ready(child: ChildProcess, config: string): Promise<Record<'party' | 'address' | 'possession', string>> {
  const lines = createInterface({ input: child.stdout! })
  const late = setTimeout(() => child.kill('SIGKILL'), READY_WITHIN_MS)
  try {
    for await (const line of lines) return JSON.parse(line) as Record<'party' | 'address' | 'possession', string>
    throw new Error(`the validator of ${config} ended before it was ready; see validators.log`)
  } finally {
    clearTimeout(late)
  }
}
