// What all couriers of a hub hold, for gauges and for those who run it.
import type { Courier, Couriers, DeadLetter, QueueState } from './courier.ts'

export interface CountedCouriers {
  open: Couriers
  /** Pieces by purpose and state (`expiry waiting`): waiting, running, failed (those of the waiting that have failed before) and dead. */
  jobs(): Record<string, number>
  dead(): (DeadLetter & { purpose: string })[]
}

const STATES = ['waiting', 'running', 'failed', 'dead'] as const satisfies (keyof QueueState)[]

export function countedCouriers(couriers: Couriers): CountedCouriers {
  /** Of a purpose there may be an old one that is still closing. */
  const opened = new Map<Courier, string>()
  return {
    open(purpose, terms) {
      const courier = couriers(purpose, terms)
      opened.set(courier, purpose)
      return {
        ...courier,
        close: () => courier.close().finally(() => opened.delete(courier)),
      }
    },
    jobs() {
      const jobs: Record<string, number> = {}
      for (const [courier, purpose] of opened)
        for (const state of STATES) {
          const counts = [...courier.queues().values()].map((queue) => queue[state] ?? 0)
          const name = `${purpose} ${state}`
          jobs[name] = (jobs[name] ?? 0) + counts.reduce((sum, count) => sum + count, 0)
        }
      return jobs
    },
    dead: () => [...opened].flatMap(([courier, purpose]) => courier.dead().map((letter) => ({ ...letter, purpose }))),
  }
}
