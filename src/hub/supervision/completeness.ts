// When a day is over, the journal says what the feed of each regulator held: hub.completeness. A later change of it contradicts the journal.
import type { HubCompleteness } from '../../../schemas/types.d.ts'
import type { FeedFollower } from '../feed/follower.ts'
import type { FoldedRegister } from '../identity/register-fold.ts'
import type { Views } from '../journal/journal.ts'
import { FULL } from '../message/audience.ts'
import type { PartyUrn } from '../message/envelope.ts'
import { derivedId } from '../message/hub-message.ts'
import type { OwnEntryDeps } from '../own-entry.ts'
import { appendOnce } from './anchor.ts'
import { DAY_MS, dayAt, dayStart, heldOn } from './day.ts'

const VIEW = 'completeness'
const CLOSED = 'closed'
const CHECK_EVERY_MS = 1_000
const FEED_WAIT_MS = 10_000

/** A commit that began before midnight is in the journal by then. */
export const DAY_GRACE_MS = 10_000

export interface CompletenessDeps extends OwnEntryDeps {
  views: Views
  register: Pick<FoldedRegister, 'parties'>
  feed: Pick<FeedFollower, 'reached'>
  onFault(error: unknown): void
}

/** Whether nothing more can be entered of the day that began at `startMs`. */
export const isOver = (startMs: number, nowMs: number): boolean => nowMs >= startMs + DAY_MS + DAY_GRACE_MS

/** Regulators, whose feeds are closed day by day. */
const supervisors = (register: CompletenessDeps['register']): PartyUrn[] =>
  register
    .parties()
    .filter(({ supervises }) => supervises !== undefined)
    .map(({ party }) => party)

/** Closes days as they end. The day closed last is kept; forgetting it costs looking again, and writes nothing twice. */
export function closeDays(deps: CompletenessDeps): { close(): Promise<void> } {
  let running: Promise<void> | undefined
  let closedMs: number | undefined
  const run = async (): Promise<void> => {
    try {
      closedMs ??= await lastClosed(deps)
      if (closedMs === undefined) return
      while (isOver(closedMs + DAY_MS, deps.clock())) {
        await closeDay(closedMs + DAY_MS, deps)
        closedMs += DAY_MS
      }
    } catch (error) {
      deps.onFault(error)
    } finally {
      running = undefined
    }
  }
  const timer = setInterval(() => (running ??= run()), CHECK_EVERY_MS)
  return {
    async close() {
      clearInterval(timer)
      await running
    },
  }
}

/** Start of the day closed last, or of the day before the first entry; undefined while there is no entry. */
async function lastClosed({ views, journal }: CompletenessDeps): Promise<number | undefined> {
  const kept = await views.get(VIEW, CLOSED)
  if (kept !== undefined) return dayStart(String(kept))
  const [first] = await journal.read(0, 1)
  return first && dayStart(dayAt(first.atMs - DAY_MS))
}

async function closeDay(startMs: number, deps: CompletenessDeps): Promise<void> {
  const { journal, views, feed, register } = deps
  if (!(await feed.reached(journal.size(), FEED_WAIT_MS)))
    throw new Error('the feeds lag behind; the day is closed later')
  const day = dayAt(startMs)
  for (const party of supervisors(register)) {
    const { from, to, count, root } = await heldOn({ journal, views }, party, startMs)
    if (count === 0) continue
    const body: HubCompleteness = { feed: party, epoch: journal.epoch, day, from, to, count, root }
    const id = derivedId('completeness', party, String(journal.epoch), day)
    await appendOnce({ kind: 'hub.completeness', id, body, to: [party], audience: [{ party, view: FULL }] }, deps)
  }
  await views.apply(VIEW, [{ key: CLOSED, value: day }], await views.cursor(VIEW))
}
