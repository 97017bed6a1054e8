// One process per data folder: the lock is the operating system's and goes with the process, however it dies.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openSqlite } from './sqlite.ts'

const MOVED = 'moved.json'

/** Marks a folder whose journal has been moved elsewhere: no hub will start on it again. `to` is shown to people. */
export function markMoved(folder: string, to: string, at: string): void {
  writeFileSync(join(folder, MOVED), `${JSON.stringify({ to, at })}\n`, { mode: 0o600, flush: true })
}

function movedTo(folder: string): string | undefined {
  const path = join(folder, MOVED)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as { to: string }).to : undefined
}

/** Throws if the journal of a folder goes on elsewhere. */
export function refuseMoved(folder: string): void {
  const path = join(folder, MOVED)
  if (!existsSync(path)) return
  const { to, at } = JSON.parse(readFileSync(path, 'utf8')) as { to: string; at: string }
  throw new Error(
    `the journal of ${folder} was moved to ${to} on ${at} and goes on there; start the hub with HUB_PROFILE=cluster. Two hubs on two copies would sign two histories`,
  )
}

/**
 * Takes the folder for this process. Gives the release. Throws, after waiting a few seconds, if another process has it; and if its journal
 * has been moved elsewhere, unless that is where it is being moved by the caller, who was broken off before the end.
 */
export function lockFolder(folder: string, movingTo?: string): () => void {
  if (movingTo === undefined || movedTo(folder) !== movingTo) refuseMoved(folder)
  const taken = (cause: unknown): Error =>
    new Error(`another hub runs on the data folder ${folder}; one process at a time can write its journal`, { cause })
  try {
    const file = openSqlite(join(folder, 'lock.sqlite'), 'NORMAL')
    try {
      file.exec('BEGIN EXCLUSIVE')
    } catch (error) {
      file.close()
      throw error
    }
    let held = true
    return () => {
      if (!held) return
      held = false
      // Statements that are still prepared keep a closed connection, and its lock, alive: the transaction has to end first.
      file.exec('ROLLBACK')
      file.close()
    }
  } catch (error) {
    throw taken(error)
  }
}
