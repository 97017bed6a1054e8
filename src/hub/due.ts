// Answers that are wanted by a time: when it has come and an answer is still awaited, this follower asks the journal to append
// `hub.overdue`, and the head decides whether the answer was faster. It also keeps the lists of what is wanted of whom.
import type { Couriers } from './courier/courier.ts'
import { concernsDue, DUE_VIEW, dueRows } from './due-list.ts'
import type { Register } from './identity/register.ts'
import type { Follower } from './journal/follow.ts'
import type { JournalEntry, Views } from './journal/journal.ts'
import { answerState, answerValue } from './message/answers.ts'
import { countryOf, FULL, onlyTold, supervisorRows } from './message/audience.ts'
import { derivedId } from './message/hub-message.ts'
import { appendOwnEntry, type OwnEntryDeps } from './own-entry.ts'
import { followTimed } from './timed-follower.ts'
import { toTime } from './values/encoding.ts'

export interface DueDeps extends OwnEntryDeps {
  views: Views
  register: Pick<Register, 'regulators'>
  onFault(error: unknown): void
  couriers?: Couriers
  readElsewhere?: boolean
}

type Due = NonNullable<JournalEntry['due']>

/** Follows the journal for answers that are wanted and for answers that have come. */
export function followDue(deps: DueDeps): Promise<Follower> {
  return followTimed({
    ...deps,
    view: DUE_VIEW,
    rows(entries) {
      const concerned = entries.filter(concernsDue)
      return concerned.length === 0 ? undefined : dueRows(concerned, deps.views)
    },
    async come(index) {
      const [entry] = await deps.journal.read(index, 1)
      for (const awaited of entry?.due?.awaited ?? []) await tellOverdue(entry!, awaited, deps)
    },
  })
}

/** Writes that one party's answer is missing. A stale answer of the journal means that it has come meanwhile. */
async function tellOverdue(entry: JournalEntry, { party, key }: Due['awaited'][number], deps: DueDeps): Promise<void> {
  const head = await deps.journal.head(key)
  if (!head || answerState(head.value) !== 'awaited') return
  const { atMs, waiting } = entry.due!
  const concerned = [...waiting, party]
  const countries = new Set(concerned.map(countryOf))
  await appendOwnEntry(
    {
      kind: 'hub.overdue',
      id: derivedId('overdue', entry.commitment, party),
      // Every reader sees it: the principal of an agent, whom masked views leave out, is told without being named.
      to: [waiting[0]!, party],
      body: { entry: entry.index, at: toTime(atMs), party },
      // It holds nothing of the message, so regulators see the whole of it.
      audience: [
        ...concerned.map((one) => ({ party: one, view: FULL })),
        ...onlyTold(supervisorRows(deps.register, countries, entry.kind), entry.audience),
      ],
      judgement: {
        moves: [{ key, version: head.version, value: answerValue('overdue') }],
        refers: [entry.index],
      },
    },
    deps,
  )
}
