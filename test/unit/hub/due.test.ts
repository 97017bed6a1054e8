// Answers that are wanted by a time: who is faster, who is told, what the lists say, and that all of it is the journal's to tell again.
import { randomBytes } from 'node:crypto'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { listDue, type DueQuery, type WantedAnswer } from '../../../src/hub/due-list.ts'
import { followDue } from '../../../src/hub/due.ts'
import type { Follower } from '../../../src/hub/journal/follow.ts'
import type { Journal, JournalEntry, Views } from '../../../src/hub/journal/journal.ts'
import { memoryViews } from '../../../src/hub/journal/memory-views.ts'
import { memoryStore } from '../../../src/hub/journal/memory-store.ts'
import { draft, HUB, journalOver } from '../../support/journals.ts'
import { LONG_MS, PATIENT } from '../../support/patience.ts'

const ASKER = 'urn:hub:cn:trader:red-kite-exports'
const [A, B, C] = ['cloud-harbour', 'green-hill', 'far-ferry'].map((id) => `urn:hub:vn:customs:${id}`) as [
  string,
  string,
  string,
]
const WATCHING = ['cn', 'vn'].map((country) => `urn:hub:${country}:regulator:watch-test.kind`)
const START_MS = Date.parse('2026-11-02T01:00:00.000Z')
const MINUTE_MS = 60_000

let journal: Journal
let views: Views
let nowMs: number
let follower: Follower | undefined
let faults: unknown[]

beforeEach(async () => {
  nowMs = START_MS
  journal = await journalOver(memoryStore(), () => nowMs)
  views = memoryViews()
  faults = []
})
afterEach(async () => {
  await follower?.close()
  follower = undefined
  await journal.close()
})

async function begin(over: Views = views): Promise<void> {
  follower = await followDue({
    hub: HUB,
    journal,
    clock: () => nowMs,
    randomness: randomBytes,
    registerAt: () => 0,
    views: over,
    register: {
      regulators: (country, kind) => [
        `urn:hub:${country.toLowerCase()}:regulator:watch-${kind}`,
        // Came after every message of these tests.
        `urn:hub:${country.toLowerCase()}:regulator:new-${kind}`,
      ],
    },
    onFault: (fault) => void faults.push(fault),
  })
}
async function end(): Promise<void> {
  await follower!.close()
  follower = undefined
}

interface Asked {
  index: number
  keys: Map<string, string>
}

/** A message of the asker that wants an answer of each party. */
async function ask(parties: readonly string[], atMs: number): Promise<Asked> {
  const id = `asked-${journal.size()}`
  const awaited = parties.map((party) => ({ party, key: journal.headKey('awaited', ASKER, id, party) }))
  const claims = awaited.map(({ key }) => ({ key, value: { state: 'awaited' }, rule: 'answer-awaited' }))
  const due = { atMs, waiting: [ASKER], awaited }
  const audience = [...new Set([ASKER, ...parties])].map((party) => ({ party, view: 'full' }))
  const watching = WATCHING.map(
    (party) => ({ party, view: 'supervision', by: 'supervision', covers: 'test.kind' }) as const,
  )
  const told = [...audience, ...watching]
  const taken = await journal.append(draft({ sender: ASKER, due, audience: told, judgement: { claims } }))
  if (taken.result !== 'appended') throw new Error(taken.result)
  return { index: taken.entry.index, keys: new Map(awaited.map(({ party, key }) => [party, key])) }
}

/** Answers as the walk does: a stale head is looked at again. Gives the version it moved, or undefined if it was answered before. */
async function answer({ keys }: Asked, party: string): Promise<number | undefined> {
  const key = keys.get(party)!
  for (;;) {
    const head = (await journal.head(key))!
    if (head.value['state'] === 'answered') return undefined
    const moves = [{ key, version: head.version, value: { state: 'answered' } }]
    const taken = await journal.append(draft({ sender: party, judgement: { moves } }))
    if (taken.result === 'appended') return head.version
  }
}

const entries = (): Promise<JournalEntry[]> => journal.read(0, 10_000)
const overdues = async (): Promise<JournalEntry[]> => (await entries()).filter(({ kind }) => kind === 'hub.overdue')
const told = async (count: number): Promise<JournalEntry[]> => {
  await vi.waitFor(async () => expect((await overdues()).length).toBeGreaterThanOrEqual(count), PATIENT)
  return overdues()
}
const settled = (): Promise<boolean> => follower!.reached(journal.size(), LONG_MS)
/** The sweep removes the row of a time last: then all that it had to do is done. */
const swept = (over: Views = views): Promise<void> =>
  vi.waitFor(async () => expect(await over.range('due', '', String(nowMs).padStart(15, '0'), 1)).toEqual([]), PATIENT)
const list = async (party: string, role: DueQuery['role'], state: DueQuery['state']): Promise<WantedAnswer[]> => {
  await settled()
  return (await listDue(views, { party, role, state, limit: 10_000 })).items
}
const everyRow = (over: Views): Promise<unknown> => over.range('due', '', '~', 1_000_000)

describe('due', { timeout: LONG_MS }, () => {
  it('of three parties, two answered: one is overdue, and the lists say exactly that', async () => {
    await begin()
    const asked = await ask([A, B, C], START_MS + MINUTE_MS)
    await answer(asked, A)
    await answer(asked, C)
    expect(await list(ASKER, 'await', 'awaited')).toMatchObject([{ index: 0, party: B, state: 'awaited' }])
    nowMs += MINUTE_MS
    const [overdue, ...more] = await told(1)
    await swept()
    expect(more).toEqual([])
    expect(await list(B, 'answer', 'overdue')).toEqual([
      {
        index: asked.index,
        kind: 'test.kind',
        due: '2026-11-02T01:01:00.000Z',
        waiting: [ASKER],
        party: B,
        state: 'overdue',
        overdue: overdue!.index,
      },
    ])
    expect((await list(ASKER, 'await', 'answered')).map(({ party, answer }) => [party, answer])).toEqual([
      [A, 1],
      [C, 2],
    ])
    expect(await list(B, 'answer', 'awaited')).toEqual([])
    expect(await list(A, 'answer', 'overdue')).toEqual([])
    expect(await list(A, 'await', 'answered')).toEqual([])
  })

  it('tells the one who waits, the one who owes, and the regulators of both countries, in full and no more than that', async () => {
    await begin()
    const { index } = await ask([A, B], START_MS + MINUTE_MS)
    nowMs += MINUTE_MS
    const [first] = await told(2)
    expect(first!.audience.map(({ party, view }) => [party, view])).toEqual([
      [ASKER, 'full'],
      [A, 'full'],
      ['urn:hub:cn:regulator:watch-test.kind', 'full'],
      ['urn:hub:vn:regulator:watch-test.kind', 'full'],
    ])
    const { body } = (await journal.content(first!.index))!
    expect(JSON.parse(body.toString())).toEqual({ entry: index, at: '2026-11-02T01:01:00.000Z', party: A })
    expect(first!.refers).toEqual([index])
  })

  it('says nothing before the time', async () => {
    await begin()
    await ask([A], START_MS + MINUTE_MS)
    nowMs += MINUTE_MS - 1
    await ask([B], START_MS + 10)
    expect((await told(1)).map(({ refers }) => refers)).toEqual([[1]])
  })

  it('keeps a late answer beside the overdue', async () => {
    await begin()
    const asked = await ask([A], START_MS + MINUTE_MS)
    nowMs += MINUTE_MS
    const [overdue] = await told(1)
    expect(await answer(asked, A)).toBe(2)
    expect(await list(A, 'answer', 'answered')).toMatchObject([{ overdue: overdue!.index, answer: journal.size() - 1 }])
    expect(await list(A, 'answer', 'overdue')).toEqual([])
  })

  it('lets an answer and the overdue that race exclude each other, fifty times', async () => {
    await begin()
    const asked: Asked[] = []
    for (let round = 0; round < 50; round++) asked.push(await ask([A], START_MS + MINUTE_MS + round))
    await settled()
    nowMs += 2 * MINUTE_MS
    const moved = await Promise.all(
      asked.map(async (one, round) => {
        // Some wait until the sweep is at work, the others are at it at once.
        if (round % 2)
          await vi.waitFor(async () => expect(await overdues()).not.toEqual([]), { ...PATIENT, interval: 1 })
        return answer(one, A)
      }),
    )
    await swept()
    const late = moved.filter((version) => version === 2).length
    expect(moved.filter((version) => version === 1).length + late).toBe(50)
    expect((await overdues()).length).toBe(late)
    const froms = (await entries()).flatMap(({ movements }) => movements).map(({ key, from }) => `${key} ${from}`)
    expect(new Set(froms).size).toBe(froms.length)
    expect(await list(A, 'answer', 'answered')).toHaveLength(50)
  })

  it('goes on after a restart: the time that came in between is told once', async () => {
    await begin()
    const asked = await ask([A, B], START_MS + MINUTE_MS)
    await settled()
    await end()
    nowMs += 5 * MINUTE_MS
    await answer(asked, B)
    await begin()
    await told(1)
    await swept()
    expect((await overdues()).length).toBe(1)
    expect(await list(A, 'answer', 'overdue')).toHaveLength(1)
    expect(await list(B, 'answer', 'answered')).toMatchObject([{ answer: 1 }])
  })

  it.each([
    ['the overdue is appended and the view is not written', 1],
    ['one of two overdues is appended', 2],
  ])('tells it once when it stops in between: %s', async (_what, stopAt) => {
    await ask([A, B], START_MS + MINUTE_MS)
    nowMs += MINUTE_MS
    const append = journal.append.bind(journal)
    let appends = 0
    let dead = false
    const stopping = vi.spyOn(journal, 'append').mockImplementation(async (wanted) => {
      if (dead || ++appends === stopAt) {
        dead = true
        if (stopAt === 2) throw new Error('the process ends before this append')
        await append(wanted)
        throw new Error('the process ends after this append')
      }
      return append(wanted)
    })
    await begin({
      ...views,
      apply: (view, rows, cursor) =>
        dead ? Promise.reject(new Error('the process has ended')) : views.apply(view, rows, cursor),
    })
    await vi.waitFor(() => expect(faults).not.toEqual([]), PATIENT)
    await end()
    stopping.mockRestore()
    expect((await overdues()).length).toBe(1)
    await begin()
    await told(2)
    await swept()
    expect((await overdues()).length).toBe(2)
    expect(await list(ASKER, 'await', 'overdue')).toHaveLength(2)
  })

  it('comes to the same rows from emptied views, whatever happened in whatever order', async () => {
    await begin()
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            parties: fc.uniqueArray(fc.constantFrom(A, B, C), { minLength: 1 }),
            inMs: fc.integer({ min: 1, max: 100 }),
            answers: fc.array(fc.constantFrom(A, B, C)),
          }),
          { minLength: 1, maxLength: 4 },
        ),
        async (messages) => {
          for (const { parties, inMs, answers } of messages) {
            const asked = await ask(parties, nowMs + inMs)
            for (const party of answers.slice(0, 2)) if (parties.includes(party)) await answer(asked, party)
          }
          nowMs += 50
        },
      ),
      { numRuns: 30 },
    )
    nowMs += MINUTE_MS
    await swept()
    await settled()
    const before = await everyRow(views)
    const open = (await list(ASKER, 'await', 'awaited')).length
    await end()
    const emptied = memoryViews()
    await begin(emptied)
    await settled()
    await swept(emptied)
    expect(open).toBe(0)
    expect(await everyRow(emptied)).toEqual(before)
  })

  it('throws away rows of entries that the journal does not have', async () => {
    await views.apply('due', [{ key: 'list/x', value: 'y' }], 1_000)
    await begin()
    await ask([A], START_MS + MINUTE_MS)
    expect(await list(A, 'answer', 'awaited')).toHaveLength(1)
    expect(await views.get('due', 'list/x')).toBeUndefined()
  })
})

describe('lists of wanted answers', () => {
  it('are in order of time, and whole however they are cut into pages', async () => {
    await begin()
    const times = [40, 10, 30, 30, 20, 50, 10]
    for (const minutes of times) await ask([A], START_MS + minutes * MINUTE_MS)
    const whole = await list(A, 'answer', 'awaited')
    const order = whole.map(({ due, index }) => `${due} ${index}`)
    expect(order).toEqual([...order].sort())
    expect(whole).toHaveLength(times.length)
    for (let limit = 1; limit <= times.length; limit++) {
      const paged: WantedAnswer[] = []
      for (let after: string | undefined, more = true; more; ) {
        const page = await listDue(views, {
          party: A,
          role: 'answer',
          state: 'awaited',
          limit,
          ...(after && { after }),
        })
        paged.push(...page.items)
        after = page.next
        more = after !== undefined
      }
      expect(paged).toEqual(whole)
    }
  })

  it('does not mix up parties of which one begins like another', async () => {
    await begin()
    await ask([`${A}-2`], START_MS + MINUTE_MS)
    expect(await list(A, 'answer', 'awaited')).toEqual([])
    expect(await list(`${A}-2`, 'answer', 'awaited')).toHaveLength(1)
  })
})
