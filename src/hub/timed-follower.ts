// A follower with a clock: it keeps in its view what has to happen at a time and does it when the time has come. The work must be
// idempotent, for after a crash the same time comes again.
import type { Clock } from './clock.ts'
import type { Courier, Couriers, CourierTerms } from './courier/courier.ts'
import { inProcessCouriers } from './courier/in-process-courier.ts'
import { follow, type Follower } from './journal/follow.ts'
import type { Journal, JournalEntry, Views } from './journal/journal.ts'

const CHECK_EVERY_MS = 250
const AT_ONCE_MAX = 200
const SAVE_EVERY = 1_000
/** All of a page at once. It is the journal alone that may fail: with its return everything goes on within seconds. */
const TERMS: Partial<CourierTerms> = {
  concurrencyPerQueue: AT_ONCE_MAX,
  backoff: { firstMs: CHECK_EVERY_MS, maxMs: 5_000 },
  breaker: { faults: 5, firstMs: CHECK_EVERY_MS, maxMs: 2_000 },
}

export type ViewRows = Parameters<Views['apply']>[1]

export interface TimedOptions {
  view: string
  journal: Journal
  views: Views
  clock: Clock
  onFault(error: unknown): void
  /** Absent: a courier within this process. */
  couriers?: Couriers
  /** Rows for these entries, undefined when there are none. Keys of times are made by `timeKey`; all others begin with a letter. */
  rows(entries: readonly JournalEntry[]): ViewRows | Promise<ViewRows> | undefined
  /** Whether other processes wait for its cursor. */
  readElsewhere?: boolean
  /** The time of an entry has come. Once it is done the row of the time is removed. */
  come(index: number): Promise<void>
}

/** Sorts by time, then by index of the entry. */
export const timeKey = (atMs: number, index: number): string =>
  `${String(atMs).padStart(15, '0')}/${String(index).padStart(12, '0')}`

/** Follows the journal and looks at its clock several times a second. Closing waits for the work at hand. */
export async function followTimed(options: TimedOptions): Promise<Follower> {
  const { journal, onFault, rows: rowsOf, view, clock } = options
  const { couriers = inProcessCouriers({ clock }) } = options
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
  const courier = couriers(view, TERMS)
  const sweeps = sweeping({ ...options, courier, remove: oneRemoval(writer) })
  // Other processes know by the cursor how far it has got: it is saved a moment later though there was nothing to write.
  const save = (): void => {
    if (follower.position() > writer.saved()) writer.write([], follower.position()).catch(onFault)
  }
  const saving = options.readElsewhere ? setInterval(save, CHECK_EVERY_MS).unref() : undefined
  return {
    ...follower,
    async close() {
      clearInterval(saving)
      await follower.close()
      await sweeps.close()
    },
  }
}

interface SweepDeps extends Pick<TimedOptions, 'view' | 'views' | 'clock' | 'onFault' | 'come'> {
  /** Closed with the sweeps. */
  courier: Courier
  /** Resolves when the row of the time is gone. */
  remove(key: string): Promise<void>
}

/** Hands all that is due to the courier, a page at once: what is asked of the journal together shares a commit. */
function sweeping({ view, views, clock, onFault, come, courier, remove }: SweepDeps) {
  const held = new Set<string>()
  let closed = false
  let more = false
  let turn: Promise<void> | undefined
  const offer = (key: string): void => {
    const index = Number(key.split('/')[1])
    const end = (): void => {
      held.delete(key)
      // The page is done and there may be another.
      if (held.size === 0 && more && !closed) sweep()
    }
    const run = async (): Promise<void> => {
      // What was planned before it was closed is planned again by whoever follows next.
      if (closed) return
      try {
        await come(index)
        await remove(key)
      } catch (error) {
        onFault(error)
        throw error
      }
      end()
    }
    if (courier.offer({ id: `${index}/${view}`, queue: view, priority: 0, run, givenUp: end })) held.add(key)
  }
  const look = async (): Promise<void> => {
    // What has failed rests at the courier and does not hold up the others.
    const most = AT_ONCE_MAX + held.size + courier.dead().length
    const due = await views.range(view, '', timeKey(clock() + 1, 0), most)
    more = due.length === most
    if (!closed) for (const { key } of due) if (!held.has(key)) offer(key)
  }
  const sweep = (): void => {
    turn ??= look()
      .catch(onFault)
      .finally(() => (turn = undefined))
  }
  const timer = setInterval(sweep, CHECK_EVERY_MS)
  return {
    async close(): Promise<void> {
      closed = true
      clearInterval(timer)
      await turn
      await courier.close()
    },
  }
}

/** Rows whose work is done at the same time are removed by one write. */
function oneRemoval({ write }: { write(rows: ViewRows): Promise<void> }): (key: string) => Promise<void> {
  let keys: string[] = []
  let writing: Promise<void> | undefined
  return (key) => {
    keys.push(key)
    writing ??= new Promise((resolve) => setImmediate(resolve)).then(() => {
      const rows = keys.map((one) => ({ key: one, value: undefined }))
      keys = []
      writing = undefined
      return write(rows)
    })
    return writing
  }
}

/** Writes rows one act after the other, so that removing a row never puts back the cursor the follower has moved. */
async function viewWriter({ view, views, journal }: Pick<TimedOptions, 'view' | 'views' | 'journal'>) {
  let saved = await views.cursor(view)
  // Rows of entries the journal no longer has (a store put back to an older state) are worth nothing.
  if (saved > (await journal.current())) {
    await views.empty(view)
    saved = 0
  }
  let last: Promise<void> = Promise.resolve()
  return {
    saved: () => saved,
    write(rows: ViewRows, next?: number): Promise<void> {
      const done = last.then(async () => {
        const to = Math.max(saved, next ?? saved)
        await views.apply(view, rows, to)
        saved = to
      })
      last = done.catch(() => {})
      return done
    },
  }
}
