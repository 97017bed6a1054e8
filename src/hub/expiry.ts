// Nothing expires by a clock: when the time of a reservation has come, this follower asks the journal to append `hub.expiry`, and the
// heads decide whether somebody was faster.
import { follow, type Follower } from './journal/follow.ts'
import type { AccountMove } from './journal/heads.ts'
import type { JournalEntry, Views } from './journal/journal.ts'
import { derivedId } from './message/hub-message.ts'
import { appendOwnEntry, type OwnEntryDeps } from './own-entry.ts'
import { toTime } from './values/encoding.ts'

const VIEW = 'expiry'
const CHECK_EVERY_MS = 250
const DUE_MAX = 200

export interface ExpiryDeps extends OwnEntryDeps {
  views: Views
  onFault(error: unknown): void
}

const rowKey = (atMs: number, index: number): string =>
  `${String(atMs).padStart(15, '0')}/${String(index).padStart(12, '0')}`

/** Follows the journal for reservations and lets the due ones expire. */
export async function followExpiries(deps: ExpiryDeps): Promise<Follower> {
  const { journal, views, clock, onFault } = deps
  let saved = await views.cursor(VIEW)
  const follower = follow({
    journal,
    from: saved,
    onFault,
    handle: (entries) => {
      const timed = entries.filter(({ expiry }) => expiry)
      const next = entries.at(-1)!.index + 1
      if (timed.length === 0 && next - saved < 1_000) return
      saved = next
      return views.apply(
        VIEW,
        timed.map(({ index, expiry }) => ({ key: rowKey(expiry!.atMs, index), value: '' })),
        next,
      )
    },
  })
  let running = false
  const sweep = async (): Promise<void> => {
    if (running) return
    running = true
    try {
      const due = await views.range(VIEW, '', rowKey(clock() + 1, 0), DUE_MAX)
      for (const { key } of due) {
        await expire(Number(key.split('/')[1]), deps)
        await views.apply(VIEW, [{ key, value: undefined }], await views.cursor(VIEW))
      }
    } catch (error) {
      onFault(error)
    } finally {
      running = false
    }
  }
  const timer = setInterval(() => void sweep(), CHECK_EVERY_MS)
  return {
    ...follower,
    async close() {
      clearInterval(timer)
      await follower.close()
    },
  }
}

/** Asks the journal for the expiry of one entry. A stale answer means that the reservation was confirmed, repaid or expired before. */
async function expire(index: number, deps: ExpiryDeps): Promise<void> {
  const [entry] = await deps.journal.read(index, 1)
  if (!entry?.expiry) return
  const { expects, moves, accounts, atMs } = entry.expiry
  await appendOwnEntry(
    {
      kind: 'hub.expiry',
      id: derivedId('expiry', entry.commitment),
      to: partiesOf(entry),
      body: { entry: index, at: toTime(atMs) },
      // Those who saw the whole of the reservation see that it has expired; a masked reader sees it in its own view.
      audience: entry.audience.map(({ party }) => ({ party, view: 'full' })),
      judgement: {
        moves: moves.map(({ key, value }) => ({
          key,
          value,
          version: expects.find((expected) => expected.key === key)?.version ?? 0,
        })),
        accounts: accounts.map(
          ({ key, amountMinor, rule }): AccountMove => ({ act: 'credit', key, amountMinor: BigInt(amountMinor), rule }),
        ),
        expects,
        refers: [index],
      },
    },
    deps,
  )
}

const partiesOf = (entry: JournalEntry): string[] =>
  entry.audience.filter(({ view }) => view === 'full').map(({ party }) => party)
