// One thing asked of a store, and how its answer is printed.
import { type Db, MongoServerError } from 'mongodb'

export interface Question {
  what: string
  /** Whether the journal relies on it. The rest is asked to know what must not be relied on. */
  needed: boolean
  /** Gives what is worth printing beside it. Throws where the store does otherwise. */
  ask(db: Db): Promise<string | void>
}

/** Asks, prints a line, and tells whether the journal can do with the answer. */
export async function questioned({ what, needed, ask }: Question, db: Db): Promise<boolean> {
  const startedMs = performance.now()
  const { passed, said } = await ask(db).then(
    (said) => ({ passed: true, said: said ?? '' }),
    (error: unknown) => ({ passed: false, said: sentence(error) }),
  )
  const verdict = passed ? 'pass' : needed ? 'FAIL' : 'no'
  const tookMs = `${Math.round(performance.now() - startedMs)} ms`
  console.log(`${verdict.padEnd(4)} ${what.padEnd(64)} ${tookMs.padStart(8)}  ${said}`.trimEnd())
  return passed || !needed
}

/** Throws with what was seen when something does not hold. */
export function holds(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(otherwise)
}

/** Resolves when the promise is refused with that code; throws when it is not. */
export async function refusedWith(code: number, promise: Promise<unknown>): Promise<void> {
  const refused = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (refused === undefined) throw new Error(`it was taken, though ${code} was due`)
  const seen = (refused as { code?: unknown }).code
  if (seen !== code) throw new Error(`refused with ${String(seen)}, not ${code}: ${sentence(refused)}`)
}

function sentence(error: unknown): string {
  const code = error instanceof MongoServerError ? `${error.code} ` : ''
  return `${code}${(error as Error).message.split('\n')[0]!.slice(0, 120)}`
}
