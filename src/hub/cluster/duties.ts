// The port of duties: work that follows the journal and must run in one process at a time. Alone, a hub has every duty; with others, each
// is with the process that has its lease.
import type { Views } from '../journal/journal.ts'

/** A duty as it runs here. */
export interface Running {
  close(): Promise<void>
}

/** A duty as every process sees it: `here` is undefined in all but the one that runs it. */
export interface Duty<T extends Running> {
  readonly name: string
  here(): T | undefined
}

export interface Duties {
  /**
   * Has `open` run while this process has the duty, with views that refuse writes once it is another's (fenced). It may be opened and
   * closed many times. Resolves when it runs here, or when it is known to be another's.
   */
  run<T extends Running>(name: string, open: (views: Views) => Promise<T>): Promise<Duty<T>>
  /** Names of the duties that run here. */
  names(): string[]
  /** Closes what runs here, in the reverse order, and gives the leases back. */
  close(): Promise<void>
}

/** The duties of a hub that is alone: all of them, from the beginning to the end. */
export function aloneDuties(views: Views): Duties {
  const running: { name: string; work: Running }[] = []
  return {
    async run(name, open) {
      const work = await open(views)
      running.push({ name, work })
      return { name, here: () => work }
    },
    names: () => running.map(({ name }) => name),
    async close() {
      for (const { work } of running.splice(0).toReversed()) await work.close()
    },
  }
}
