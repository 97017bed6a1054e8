// Reading what a verb is given: a file, or standard input as `-`. Bytes, never text: what is signed is what lies there.
import { readFileSync } from 'node:fs'
import { UsageError } from '../usage.ts'

const WHY: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder, not a file',
  EACCES: 'it may not be read by this user',
}

/** Bytes of a file, or of standard input for `-`. Throws UsageError when it cannot be read. */
export function readInput(file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file)
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    throw new UsageError(`cannot read ${file}: ${WHY[code] ?? message}`)
  }
}
