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

/** What a JSON file says, as an object. Throws UsageError when it is none. */
export function readJsonInput(file: string): object {
  let value: unknown
  try {
    value = JSON.parse(readInput(file).toString())
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${file} is not JSON`)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new UsageError(`${file} holds no JSON object`)
}
