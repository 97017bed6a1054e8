// One process per data folder: the lock is the operating system's and goes with the process, however it dies.
import { join } from 'node:path'
import { openSqlite } from './sqlite.ts'

/** Takes the folder for this process. Gives the release. Throws, after waiting a few seconds, if another process has it. */
export function lockFolder(folder: string): () => void {
  const taken = (cause: unknown): Error =>
    new Error(`another hub runs on the data folder ${folder}; one process at a time can write its journal`, { cause })
  try {
    const file = openSqlite(join(folder, 'lock.sqlite'), 'NORMAL', '')
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
