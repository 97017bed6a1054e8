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
  const { view, journal, views, clock, onFault, rows: rowsOf } = options
  const writer = await viewWriter(options)
  const follower = follow({
    journal,
    from: writer.saved(),
    onFault,
    handle: (entries) => {
      const next = entries.at(-1)!.index + 1
      const made = rowsOf(entries)
      if (!made && next - writer.saved() < SAVE_EVERY) return
      return Promise.resolve(made ?? []).then((all) => writer.write(all, next))
    },
  })
  let closed = false
  /** Does all that is due, a page at once: what is asked of the journal together shares a commit. */
  /** Does all that is due, a page at once: what is asked of the journal together shares a commit. */
  const sweep = async (): Promise<void> => {
    const due = await views.range(view, '', timeKey(clock() + 1, 0), AT_ONCE_MAX)
    const done = await Promise.all(due.map(({ key }) => comeTo(key, options)))
    const rows = done.flatMap((key) => (key === undefined ? [] : [{ key, value: undefined }]))
    if (rows.length > 0) await writer.write(rows)
    // What has failed waits for the next look and does not hold up the others.
    if (rows.length === AT_ONCE_MAX && !closed) await sweep()
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

/** The key when its work is done, undefined when it has failed. */
async function comeTo(key: string, { come, onFault }: TimedOptions): Promise<string | undefined> {
  try {
    await come(Number(key.split('/')[1]))
    return key
  } catch (error) {
    onFault(error)
    return undefined
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
    write(rows: ViewRows, next?: number): Promise<void> {
      const done = last.then(async () => {
        await views.apply(view, rows, next ?? saved)
        saved = next ?? saved
      })
      last = done.catch(() => {})
      return done
    },
  }
}
