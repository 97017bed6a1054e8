// The derived view of answers that are wanted: for each party what it must answer and what it waits for, in order of time.
import type { HeadKey } from './journal/heads.ts'
import type { JournalEntry, Views } from './journal/journal.ts'
import { answerState, isAwaitedKey, type AnswerState } from './message/answers.ts'
import type { PartyUrn } from './message/envelope.ts'
import { timeKey, type ViewRows } from './timed-follower.ts'
import { toTime } from './values/encoding.ts'

export const DUE_VIEW = 'due'

export const DUE_ROLES = ['answer', 'await'] as const
export const ANSWER_STATES = ['awaited', 'overdue', 'answered'] as const satisfies readonly AnswerState[]

/** One answer that is or was wanted. `overdue` and `answer` are the indexes of the entries that say so; an answer may come after both. */
export interface WantedAnswer {
  /** The message that wants it. */
  index: number
  kind: string
  due: string
  waiting: readonly PartyUrn[]
  party: PartyUrn
  state: AnswerState
  overdue?: number
  answer?: number
}

export interface DueQuery {
  party: PartyUrn
  role: (typeof DUE_ROLES)[number]
  state: AnswerState
  /** Where the page before ended, as its `next` said. */
  after?: string
  limit: number
}

interface Row {
  wanted: WantedAnswer
  /** Place in each list: time, index, and which of the awaited. */
  place: string
}

const headRow = (key: HeadKey): string => `head/${key}`
const listPrefix = (party: PartyUrn, role: string, state: string): string => `list/${party}/${role}/${state}/`
const listsOf = ({ wanted: { party, waiting, state }, place }: Row): string[] => [
  `${listPrefix(party, 'answer', state)}${place}`,
  ...waiting.map((one) => `${listPrefix(one, 'await', state)}${place}`),
]

/** Whether an entry wants an answer or changes the state of one that is wanted. */
export const concernsDue = ({ due, movements }: JournalEntry): boolean =>
  due !== undefined || movements.some(({ key }) => isAwaitedKey(key))

/** The rows that these entries make of those that stand in the view. */
export async function dueRows(entries: readonly JournalEntry[], views: Views): Promise<ViewRows> {
  const rows = new Map<string, string | undefined>()
  const put = (key: HeadKey, row: Row): void => {
    rows.set(headRow(key), JSON.stringify(row))
    for (const list of listsOf(row)) rows.set(list, key)
  }
  for (const entry of entries) {
    if (entry.due) rows.set(timeKey(entry.due.atMs, entry.index), '')
    for (const [at, { key, party }] of (entry.due?.awaited ?? []).entries()) put(key, wantedBy(entry, party, at))
    for (const { key, value, from } of entry.movements) {
      if (from === 0 || !isAwaitedKey(key)) continue
      const stored = rows.get(headRow(key)) ?? ((await views.get(DUE_VIEW, headRow(key))) as string)
      const row = JSON.parse(stored) as Row
      for (const list of listsOf(row)) rows.set(list, undefined)
      put(key, { ...row, wanted: moved(row.wanted, answerState(value), entry.index) })
    }
  }
  return [...rows].map(([key, value]) => ({ key, value }))
}

const wantedBy = ({ index, kind, due }: JournalEntry, party: PartyUrn, at: number): Row => ({
  wanted: { index, kind, due: toTime(due!.atMs), waiting: due!.waiting, party, state: 'awaited' },
  place: `${timeKey(due!.atMs, index)}/${String(at).padStart(4, '0')}`.replaceAll('/', '-'),
})

const moved = (wanted: WantedAnswer, state: AnswerState, index: number): WantedAnswer => ({
  ...wanted,
  state,
  ...(state === 'overdue' ? { overdue: index } : { answer: index }),
})

/** One page of a party's list in order of time; `next` is there when there is more. */
export async function listDue(
  views: Views,
  { party, role, state, after, limit }: DueQuery,
): Promise<{ items: WantedAnswer[]; next?: string }> {
  const prefix = listPrefix(party, role, state)
  // Places have one length, so whatever follows `after` in the list sorts behind it with a character more.
  const from = after === undefined ? prefix : `${prefix}${after}~`
  const found = await views.range(DUE_VIEW, from, `${prefix}~`, limit + 1)
  const page = found.slice(0, limit)
  const items: WantedAnswer[] = []
  for (const { value } of page) {
    const row = await views.get(DUE_VIEW, headRow(value as HeadKey))
    if (row !== undefined) items.push((JSON.parse(row as string) as Row).wanted)
  }
  const last = page.at(-1)?.key.slice(prefix.length)
  return { items, ...(found.length > limit && last !== undefined && { next: last }) }
}

/** The answers wanted by these heads, as they stand; those the view does not know are left out. */
export async function wantedAnswers(views: Views, keys: readonly HeadKey[]): Promise<WantedAnswer[]> {
  const rows = await Promise.all(keys.map((key) => views.get(DUE_VIEW, headRow(key))))
  return rows.flatMap((row) => (row === undefined ? [] : [(JSON.parse(row as string) as Row).wanted]))
}
