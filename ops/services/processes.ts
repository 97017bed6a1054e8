// Finds the processes of a server again: by the program's name and the folder it works in, which is nobody else's. Numbers
// alone would not do, since a number written down is another process's after the machine was started anew.
import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs'
import { setTimeout as after } from 'node:timers/promises'

const LOOK_EVERY_MS = 20

/** Numbers of the processes of that program working in that folder, children included; none where the folder is not there. */
export function processesIn(program: string, folder: string): number[] {
  const place = statSync(folder, { throwIfNoEntry: false })
  if (!place) return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => works(pid, program, place))
}

function works(pid: number, program: string, place: Stats): boolean {
  try {
    if (readFileSync(`/proc/${pid}/comm`, 'utf8').trimEnd() !== program) return false
    const cwd = statSync(`/proc/${pid}/cwd`)
    return cwd.ino === place.ino && cwd.dev === place.dev
  } catch {
    // It ended while it was looked at, or has ended and waits for its parent.
    return false
  }
}

/** Those of the processes that are not another's child: the ones to ask when all are to end in order. */
export function parentsOf(pids: readonly number[]): number[] {
  return pids.filter((pid) => !pids.includes(parentOf(pid)))
}

function parentOf(pid: number): number {
  try {
    // The name, which may hold anything, ends at the last bracket; state and parent follow.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return 0
  }
}

/** Sends a signal to each; those that are gone by now do not matter. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids)
    try {
      process.kill(pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
}

/** Whether none is left of that program in that folder within so many milliseconds. */
export async function goneWithin(program: string, folder: string, withinMs: number): Promise<boolean> {
  for (const until = Date.now() + withinMs; Date.now() < until; await after(LOOK_EVERY_MS))
    if (processesIn(program, folder).length === 0) return true
  return processesIn(program, folder).length === 0
}

/** SIGKILL until none is left: one may have had a child while the others were being counted. */
export async function killAll(program: string, folder: string): Promise<void> {
  for (let pids = processesIn(program, folder); pids.length > 0; pids = processesIn(program, folder)) {
    signalAll(pids, 'SIGKILL')
    await after(LOOK_EVERY_MS)
  }
}
