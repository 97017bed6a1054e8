// Cases as their readers find them: what each was told of, the states as far as told, and whose answer is awaited.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { casesView, CASES_VIEW, followCases } from '../../../../src/customs/case/index.ts'
import type { CasesView, Follower, HeadKey, Move, Views } from '../../../../src/hub/index.ts'
import type { AppendingJournal } from '../../../../src/hub/journal/append.ts'
import { memoryStore } from '../../../../src/hub/journal/memory-store.ts'
import { memoryViews } from '../../../../src/hub/journal/memory-views.ts'
import { draft, journalOver } from '../../../support/journals.ts'

const [TRADER, CUSTOMS, PARTNER, BANK] = ['cn:trader:a', 'cn:customs:b', 'vn:customs:c', 'cn:bank:d'].map(
  (one) => `urn:hub:${one}`,
) as [string, string, string, string]
const UCR = '6CN91450100MA5EXAMP19CASE'

let journal: AppendingJournal
let views: Views
let follower: Follower
let cases: CasesView
let entries: number
const open = async () => {
  follower = await followCases({ journal, views, onFault: (fault) => expect.fail(String(fault)) })
  cases = casesView({ journal, views })
}
beforeEach(async () => {
  journal = await journalOver(memoryStore())
  views = memoryViews()
  entries = 0
  await open()
})
afterEach(async () => {
  await follower.close()
  await journal.close()
})

/** An entry of a case: who is told, and the states it says. */
async function say(
  readers: string[],
  states: [label: string, part: string, state: string][],
  more: { ucr?: string; due?: { awaited: string[] } } = {},
): Promise<number> {
  const { ucr = UCR, due } = more
  const moves: Move[] = []
  if (ucr !== '') moves.push(await moveOf('case', ucr, { entries: ++entries }))
  for (const [label, part, state] of states) moves.push(await moveOf(label, part, { state }))
  const keyOf = (party: string): HeadKey => journal.headKey('awaited', party, String(entries))
  const appended = await journal.append(
    draft({
      audience: readers.map((party) => ({ party, view: 'full' })),
      judgement: { moves },
      ...(due && {
        due: {
          atMs: 1_000,
          waiting: [readers[0]!],
          awaited: due.awaited.map((party) => ({ party, key: keyOf(party) })),
        },
      }),
    }),
  )
  if (appended.result !== 'appended') throw new Error(appended.result)
  await follower.reached(journal.size(), 5_000)
  return appended.entry.index
}

async function moveOf(label: string, part: string, value: Move['value']): Promise<Move> {
  const key = journal.headKey(label, part)
  return { key, version: (await journal.head(key))?.version ?? 0, value }
}

describe('a case', () => {
  it('holds the entries a party was told of, and no others', async () => {
    const first = await say([TRADER, CUSTOMS, PARTNER], [['declaration', 'A', 'declared']])
    const second = await say([TRADER, CUSTOMS], [['declaration', 'A', 'released']])
    await say([TRADER], [], { ucr: '' })
    await say([BANK], [['declaration', 'B', 'declared']], { ucr: '6CN91450100MA5EXAMP19OTHER' })
    const of = async (party: string) => (await cases.entries(UCR, party, { limit: 10 })).entries
    expect(await of(TRADER)).toEqual([
      { index: first, states: [{ of: 'declaration', state: 'declared' }] },
      { index: second, states: [{ of: 'declaration', state: 'released' }] },
    ])
    expect((await of(PARTNER)).map(({ index }) => index)).toEqual([first])
    expect(await of(BANK)).toEqual([])
    expect(await cases.states(UCR, BANK)).toEqual([])
  })

  it('is in the state that was told, not in one that was not', async () => {
    const first = await say([TRADER, PARTNER], [['declaration', 'A', 'declared']])
    const second = await say([TRADER], [['declaration', 'A', 'released']])
    const third = await say([TRADER, PARTNER], [['response', 'A', 'RECEIVED']])
    const declaration = { of: 'declaration', begun: first }
    expect(await cases.states(UCR, TRADER)).toEqual([
      { ...declaration, state: 'released', entry: second },
      { of: 'response', state: 'RECEIVED', begun: third, entry: third },
    ])
    expect((await cases.states(UCR, PARTNER))[0]).toEqual({ ...declaration, state: 'declared', entry: first })
  })

  it('says to those concerned whose answers are awaited', async () => {
    await say([TRADER, CUSTOMS, PARTNER], [['declaration', 'A', 'declared']], { due: { awaited: [PARTNER] } })
    expect(await cases.awaited(UCR, TRADER)).toEqual([journal.headKey('awaited', PARTNER, '1')])
    expect(await cases.awaited(UCR, PARTNER)).toEqual(await cases.awaited(UCR, TRADER))
    expect(await cases.awaited(UCR, CUSTOMS)).toEqual([])
  })

  it('is read page by page', async () => {
    const all: number[] = []
    for (let n = 0; n < 5; n++) all.push(await say([TRADER], []))
    const read: number[] = []
    for (let after: number | undefined; ; ) {
      const page = await cases.entries(UCR, TRADER, { limit: 2, ...(after !== undefined && { after }) })
      read.push(...page.entries.map(({ index }) => index))
      if (page.next === undefined) break
      after = page.next
    }
    expect(read).toEqual(all)
    expect((await cases.entries(UCR, TRADER, { limit: 5 })).next).toBeUndefined()
  })

  it('is the same when it is read again from the first entry', async () => {
    await say([TRADER, PARTNER], [['declaration', 'A', 'declared']], { due: { awaited: [PARTNER] } })
    await say([TRADER], [['declaration', 'A', 'released']])
    const rows = () => views.range(CASES_VIEW, '', '~', 1_000)
    const before = await rows()
    await follower.close()
    views = memoryViews()
    await open()
    await follower.reached(journal.size(), 5_000)
    expect(await rows()).toEqual(before)
    expect(JSON.stringify(before)).not.toContain(UCR)
  })

  it('forgets what the journal no longer has', async () => {
    await say([TRADER], [['declaration', 'A', 'declared']])
    await follower.close()
    await views.apply(CASES_VIEW, [], 99)
    await open()
    await follower.reached(journal.size(), 5_000)
    expect((await cases.entries(UCR, TRADER, { limit: 10 })).entries).toHaveLength(1)
    expect(await views.cursor(CASES_VIEW)).toBe(journal.size())
  })
})
