// Chance of fault tests: everything drawn comes from one seed, so that a run can be played again.
import { createHash, randomInt } from 'node:crypto'

/** Draws that depend on the seed alone. */
export interface Chance {
  readonly seed: number
  /** A whole number from 0 to before `n`. */
  below(n: number): number
  bytes(size: number): Buffer
  shuffled<T>(list: readonly T[]): T[]
}

/** BEIBU_FAULT_SEED, or a new seed; prints it, for it is all one needs to see a failure again. */
export function faultSeed(what: string): number {
  const given = process.env['BEIBU_FAULT_SEED']
  const seed = given === undefined ? randomInt(2 ** 31) : Number(given)
  if (!Number.isSafeInteger(seed)) throw new Error(`BEIBU_FAULT_SEED is a whole number, not ${given}`)
  process.stdout.write(`${what}: BEIBU_FAULT_SEED=${seed}\n`)
  return seed
}

export function chanceOf(seed: number): Chance {
  let block = 0
  let rest = Buffer.alloc(0)
  const bytes = (size: number): Buffer => {
    while (rest.length < size)
      rest = Buffer.concat([rest, createHash('sha256').update(`fault/${seed}/${block++}`).digest()])
    const taken = Buffer.from(rest.subarray(0, size))
    rest = rest.subarray(size)
    return taken
  }
  const below = (n: number): number => bytes(6).readUIntBE(0, 6) % n
  const shuffled = <T>(list: readonly T[]): T[] => {
    const copy = [...list]
    for (let at = copy.length - 1; at > 0; at--) {
      const other = below(at + 1)
      ;[copy[at], copy[other]] = [copy[other]!, copy[at]!]
    }
    return copy
  }
  return { seed, below, bytes, shuffled }
}
