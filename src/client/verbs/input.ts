// Reading what a verb is given: a file, or standard input as `-`. Bytes, never text: what is signed is what lies there.
import { readFileSync } from 'node:fs'
import { UsageError } from '../usage.ts'

/** Bytes of a file, or of standard input for `-`. Throws UsageError when it cannot be read. */
export function readInput(file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file)
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`)
  }
}
