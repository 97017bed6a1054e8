// Stands in every call of the relay's ports: counts it, cuts it off, loses its answer, or keeps it waiting.
import type { Chance } from './fault-seed.ts'

export type Cut = 'before' | 'after'

/** What a relay that has died would get, had it not. */
export class Dead extends Error {}

export interface Gate {
  /** Names of the calls so far. */
  readonly calls: string[]
  /** The ports of one object, each through the gate. */
  around<T extends object>(name: string, ports: T): T
}

type Pass = (name: string, call: () => Promise<unknown>) => Promise<unknown>

function gate(pass: Pass): Gate {
  const calls: string[] = []
  return {
    calls,
    around: (name, ports) =>
      new Proxy(ports, {
        get(target, property) {
          const found: unknown = Reflect.get(target, property)
          if (typeof found !== 'function') return found
          return (...args: unknown[]) => {
            calls.push(`${name}.${String(property)}`)
            return pass(`${name}.${String(property)}`, async () => found.apply(target, args))
          }
        },
      }),
  }
}

/** Dies at the n-th call, before it or right after it has taken effect; nothing that follows gets through. */
export function dyingAt(n: number, cut: Cut): Gate & { isDead(): boolean } {
  let count = 0
  let dead = false
  const made = gate(async (name, call) => {
    if (dead) throw new Dead(name)
    if (++count < n) return call()
    dead = true
    if (cut === 'after') await call()
    throw new Dead(name)
  })
  return { ...made, isDead: () => dead }
}

/** Fails at the n-th call alone. */
export function failingAt(n: number, cut: Cut, fault: () => Error): Gate {
  let count = 0
  return gate(async (_, call) => {
    if (++count !== n) return call()
    if (cut === 'after') await call()
    throw fault()
  })
}

/** Every call: late by chance, and one in `oneIn` fails, its effect lost or only its answer, while `isOn`. */
export function troubled(chance: Chance, oneIn: number, fault: () => Error, isOn: () => boolean): Gate {
  return gate(async (_, call) => {
    for (let turns = chance.below(4); turns > 0; turns--) await new Promise(setImmediate)
    const drawn = isOn() ? chance.below(oneIn * 2) : 2
    if (drawn === 0) throw fault()
    const answer = await call()
    if (drawn === 1) throw fault()
    for (let turns = chance.below(4); turns > 0; turns--) await new Promise(setImmediate)
    return answer
  })
}
