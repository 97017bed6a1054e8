// A follower with a clock: it keeps in its view what has to happen at a time and does it when the time has come. The work must be
// idempotent, for after a crash the same time comes again.
import type { Clock } from './clock.ts'
import { follow, type Follower } from './journal/follow.ts'
import type { Journal, JournalEntry, Views } from './journal/journal.ts'

const CHECK_EVERY_MS = 250
const AT_ONCE_MAX = 200
const SAVE_EVERY = 1_000

export type ViewRows = Parameters<Views['apply']>[1]

export interface TimedOptions {
  view: string
  journal: Journal
  views: Views
  clock: Clock
  onFault(error: unknown): void
  /** Rows for these entries, undefined when there are none. Keys of times are made by `timeKey`; all others begin with a letter. */
  rows(entries: readonly JournalEntry[]): ViewRows | Promise<ViewRows> | undefined
  /** The time of an entry has come. Once it is done the row of the time is removed. */
  come(index: number): Promise<void>
}

/** Sorts by time, then by index of the entry. */
export const timeKey = (atMs: number, index: number): string =>
  `${String(atMs).padStart(15, '0')}/${String(index).padStart(12, '0')}`

/** Follows the journal and looks at its clock several times a second. Closing waits for the work at hand. */
export async function followTimed(options: TimedOptions): Promise<Follower> {
  const { view, journal, views, clock, onFault, rows, come } = options
  const write = await viewWriter(options)
  const follower = follow({
    journal,
    from: write.saved(),
    onFault,
    handle: (entries) => {
      const next = entries.at(-1)!.index + 1
      const made = rows(entries)
      if (!made && next - write.saved() < SAVE_EVERY) return
      return Promise.resolve(made ?? []).then((all) => write.rows(all, next))
    },
  })
  let closed = false
  const sweep = async (): Promise<void> => {
    for (const { key } of await views.range(view, '', timeKey(clock() + 1, 0), AT_ONCE_MAX)) {
      if (closed) return
      // One that fails is tried again and does not hold up the others.
      await come(Number(key.split('/')[1]))
        .then(() => write.rows([{ key, value: undefined }]))
        .catch(onFault)
    }
  }
  let sweeping: Promise<void> | undefined
  const timer = setInterval(() => {
    sweeping ??= sweep()
      .catch(onFault)
      .finally(() => (sweeping = undefined))
  }, CHECK_EVERY_MS)
  return {
    ...follower,
    async close() {
      closed = true
      clearInterval(timer)
      await follower.close()
      await sweeping
    },
  }
}

/** Writes rows one act after the other, so that removing a row never puts back the cursor the follower has moved. */
async function viewWriter({ view, views, journal }: Pick<TimedOptions, 'view' | 'views' | 'journal'>) {
  let saved = await views.cursor(view)
  // Rows of entries the journal no longer has (a store put back to an older state) are worth nothing.
  if (saved > journal.size()) {
    await views.empty(view)
    saved = 0
  }
  let last: Promise<void> = Promise.resolve()
  return {
    saved: () => saved,
    rows(rows: ViewRows, next?: number): Promise<void> {
      const done = last.then(async () => {
        await views.apply(view, rows, next ?? saved)
        saved = next ?? saved
      })
      last = done.catch(() => {})
      return done
    },
  }
}
