// The newest entries kept in memory: read as the storage would give them, and not at all where only the storage can tell.
import { describe, expect, it } from 'vitest'
import type { JournalEntry } from '../../../src/hub/journal/journal.ts'
import { RecentEntries } from '../../../src/hub/journal/recent-entries.ts'

const entriesOf = (from: number, to: number): JournalEntry[] =>
  Array.from(
    { length: to - from },
    (_, n) => ({ index: from + n, kind: (from + n) % 3 === 0 ? 'third' : 'other' }) as JournalEntry,
  )
const indexes = (entries: JournalEntry[] | undefined) => entries?.map(({ index }) => index)

describe('recent entries', () => {
  it('are read in order, as many as wanted, of the kinds wanted', () => {
    const recent = new RecentEntries()
    recent.keep(entriesOf(10, 14))
    recent.keep(entriesOf(14, 20))
    expect(indexes(recent.read(20, 12, 3))).toEqual([12, 13, 14])
    expect(indexes(recent.read(20, 18, 256))).toEqual([18, 19])
    expect(indexes(recent.read(20, 10, 2, ['third']))).toEqual([12, 15])
    expect(indexes(recent.read(20, 19, 2, ['third']))).toEqual([])
  })

  it('are left to the storage where it has others before them or after them', () => {
    const recent = new RecentEntries()
    expect(recent.read(0, 0, 1)).toBeUndefined()
    recent.keep(entriesOf(10, 14))
    expect(recent.read(14, 9, 2)).toBeUndefined()
    expect(recent.read(14, 14, 1)).toBeUndefined()
    expect(recent.read(15, 12, 1)).toBeUndefined()
  })

  it('begin anew after entries that others have appended', () => {
    const recent = new RecentEntries()
    recent.keep(entriesOf(0, 4))
    recent.keep(entriesOf(6, 8))
    expect(recent.read(8, 3, 1)).toBeUndefined()
    expect(indexes(recent.read(8, 6, 9))).toEqual([6, 7])
  })

  it('are the newest only, however many come', () => {
    const recent = new RecentEntries()
    for (let from = 0; from < 20_000; from += 100) recent.keep(entriesOf(from, from + 100))
    expect(recent.read(20_000, 10_000, 1)).toBeUndefined()
    expect(recent.read(20_000, 18_000, 4_096)).toHaveLength(2_000)
  })
})
