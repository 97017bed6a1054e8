// Where a simulated hub can fail: every call of a rehearsed scene, and what is expected of all of them together.
import { expect } from 'vitest'
import { CHANGES, type Fault } from './fault-disk.ts'

const AT_ONCE = 10
/**
 * What a follower is handed when the journal appends it does not read; one that lags reads. Which of them lag in a scene is the machine's to
 * say, so such a call must come to be in one of the scenes, not in each.
 */
const BY_LAG = /^store\.read$/
/** Misses are made good by trying again: messages that race come into one commit or into two, and then some calls are not made. */
const TRIES_MAX = 5
/** Calls of timers: how often they come in a scene is not the scene's to say. */
const BY_TIMER =
  /^views\.(cursor evidence\.tiles|cursor expiry|range expiry|cursor due|range due)$|^cursors\.(list|get) checkpoints$/

export interface Target {
  what: string
  call: string
  /** Whether the call must come: the first of its name does; how many more depends on timers and on who shares a commit. */
  sure: boolean
  run(): Promise<boolean>
}

export const targetsOf = (
  what: string,
  counts: ReadonlyMap<string, number>,
  faults: readonly Pick<Fault, 'when' | 'fate'>[],
  run: (fault: Fault) => Promise<boolean>,
): Target[] =>
  [...counts].flatMap(([call, count]) =>
    Array.from({ length: BY_TIMER.test(call) ? 1 : count }, (_, n) =>
      faults
        // Reading leaves nothing behind: before and after are the same, and a reading that fails once is answered with a fault.
        .filter(
          ({ when, fate }) => CHANGES.test(call) || call === 'signCommit' || (when === 'before' && fate === 'dead'),
        )
        .map((fault): Target => {
          const whole = { call, nth: n + 1, ...fault }
          return {
            what: `${what}: ${fault.fate} ${fault.when} ${call} ${n + 1}`,
            call,
            sure: n === 0 && !BY_TIMER.test(call) && !BY_LAG.test(call),
            run: () => run(whole),
          }
        }),
    ).flat(),
  )

interface Result {
  tripped: number
  /** Calls at which a fault came to be. */
  reached: Set<string>
  missed: string[]
  broken: string[]
}

async function comesToBe(target: Target): Promise<boolean> {
  for (let tries = 0; tries < TRIES_MAX; tries++) if (await target.run()) return true
  return false
}

/** Runs all targets, several at once; gives how many faults came to be, with everything that did not hold. */
async function runAll(targets: readonly Target[]): Promise<Result> {
  const queue = [...targets]
  const result: Result = { tripped: 0, reached: new Set(), missed: [], broken: [] }
  const work = async (): Promise<void> => {
    for (let target = queue.shift(); target; target = queue.shift())
      try {
        if (await comesToBe(target)) {
          result.tripped++
          result.reached.add(target.call)
        } else (target.sure ? result.broken : result.missed).push(target.what)
      } catch (error) {
        result.broken.push(`${target.what}: ${(error as Error).stack}`)
      }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return result
}

export async function expectAll(what: string, targets: readonly Target[]): Promise<void> {
  const { tripped, reached, missed, broken } = await runAll(targets)
  process.stdout.write(
    `simulator: ${what}: ${targets.length} points, ${tripped} faults, ${missed.length} not reached\n`,
  )
  expect(broken).toEqual([])
  const byLag = new Set(targets.map(({ call }) => call).filter((call) => BY_LAG.test(call)))
  expect([...byLag].filter((call) => !reached.has(call))).toEqual([])
  expect(missed.length).toBeLessThan(targets.length / 5)
}
