// Where a simulated hub can fail: every call of a rehearsed scene, and what is expected of all of them together.
import { expect } from 'vitest'
import { CHANGES, type Fault } from './fault-disk.ts'

const AT_ONCE = 10
/** Calls of timers: how often they come in a scene is not the scene's to say. */
const BY_TIMER = /^views\.(cursor evidence\.tiles|cursor expiry|range expiry|cursor due|range due)$/

export interface Target {
  what: string
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
            sure: n === 0 && !BY_TIMER.test(call),
            run: () => run(whole),
          }
        }),
    ).flat(),
  )

/** Runs all targets, several at once; gives how many faults came to be, with everything that did not hold. */
async function runAll(targets: readonly Target[]): Promise<{ tripped: number; missed: string[]; broken: string[] }> {
  const queue = [...targets]
  const result = { tripped: 0, missed: [] as string[], broken: [] as string[] }
  const work = async (): Promise<void> => {
    for (let target = queue.shift(); target; target = queue.shift())
      try {
        // Messages that race come into one commit or into two, and then some calls are not made: try again.
        if ((await target.run()) || (await target.run()) || (await target.run())) result.tripped++
        else (target.sure ? result.broken : result.missed).push(target.what)
      } catch (error) {
        result.broken.push(`${target.what}: ${(error as Error).stack}`)
      }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return result
}

export async function expectAll(what: string, targets: readonly Target[]): Promise<void> {
  const { tripped, missed, broken } = await runAll(targets)
  process.stdout.write(
    `simulator: ${what}: ${targets.length} points, ${tripped} faults, ${missed.length} not reached\n`,
  )
  expect(broken).toEqual([])
  expect(missed.length).toBeLessThan(targets.length / 5)
}
