// Nothing expires by a clock: when the time of a reservation has come, this follower asks the journal to append `hub.expiry`, and the
// heads decide whether somebody was faster.
import type { Couriers } from './courier/courier.ts'
import type { Follower } from './journal/follow.ts'
import type { AccountMove } from './journal/heads.ts'
import type { Views } from './journal/journal.ts'
import { addresseesOn, readersOn } from './message/audience.ts'
import { derivedId } from './message/hub-message.ts'
import { appendOwnEntry, type OwnEntryDeps } from './own-entry.ts'
import { followTimed, timeKey } from './timed-follower.ts'
import { toTime } from './values/encoding.ts'

export interface ExpiryDeps extends OwnEntryDeps {
  views: Views
  onFault(error: unknown): void
  couriers?: Couriers
  readElsewhere?: boolean
}

/** Follows the journal for reservations and lets the due ones expire. */
export function followExpiries(deps: ExpiryDeps): Promise<Follower> {
  return followTimed({
    ...deps,
    view: 'expiry',
    rows(entries) {
      const timed = entries.filter(({ expiry }) => expiry)
      if (timed.length === 0) return undefined
      return timed.map(({ index, expiry }) => ({ key: timeKey(expiry!.atMs, index), value: '' }))
    },
    come: (index) => expire(index, deps),
  })
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
      to: addresseesOn(entry.audience),
      body: { entry: index, at: toTime(atMs) },
      // Those who saw the whole of the reservation see that it has expired; a masked reader sees it in its own view.
      audience: readersOn(entry.audience),
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
