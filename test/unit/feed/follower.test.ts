import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { feedFollower } from '../../../src/hub/feed/follower.ts'
import { uniqueRows } from '../../../src/hub/message/audience.ts'
import { feedHead, readRows } from '../../../src/hub/feed/row.ts'
import { memoryViews } from '../../../src/hub/journal/memory-views.ts'
import { BANK, CUSTOMS, EXPORTER, REGULATOR, everyRow, feedHouse, listJournal, to } from './feed-house.ts'
import { LONG_MS } from '../../support/patience.ts'

const PARTIES = [EXPORTER, CUSTOMS, BANK, REGULATOR]

describe('feed follower', () => {
  it('gives each party a dense feed from 1', async () => {
    const { journal, views, follower } = feedHouse()
    await follower.start()
    journal.write({ audience: to(EXPORTER, CUSTOMS) }, { audience: to(BANK) })
    journal.write({ kind: 'test.other', audience: [{ party: CUSTOMS, view: 'supervision' }] })
    expect(await follower.reached(3, LONG_MS)).toBe(true)
    expect(await readRows(views, CUSTOMS, 0, 10)).toEqual([
      { seq: 1, index: 0, view: 'full', kind: 'test.note' },
      { seq: 2, index: 2, view: 'supervision', kind: 'test.other' },
    ])
    expect(await readRows(views, CUSTOMS, 1, 10)).toHaveLength(1)
    expect(await readRows(views, BANK, 0, 10)).toEqual([{ seq: 1, index: 1, view: 'full', kind: 'test.note' }])
    expect(await feedHead(views, CUSTOMS)).toBe(2)
    expect(await feedHead(views, REGULATOR)).toBe(0)
    await follower.close()
  })

  it('does not mix up parties of which one begins like another', async () => {
    const { journal, views, follower } = feedHouse()
    await follower.start()
    journal.write({ audience: to(BANK) }, { audience: to(`${BANK}-2`) }, { audience: to(`${BANK}0`) })
    await follower.reached(3, LONG_MS)
    expect((await readRows(views, BANK, 0, 10)).map((row) => row.index)).toEqual([0])
  })

  it('has one row for a party named twice, the full view winning', () => {
    expect(uniqueRows([{ party: BANK, view: 'supervision' }, ...to(CUSTOMS, BANK)])).toEqual(to(BANK, CUSTOMS))
    expect(
      uniqueRows([
        { party: BANK, view: 'a' },
        { party: BANK, view: 'b' },
      ]),
    ).toEqual([{ party: BANK, view: 'a' }])
  })

  it('writes identical rows when emptied, whatever the commits were and wherever it was stopped', async () => {
    const commit = fc.array(fc.subarray(PARTIES), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(commit, fc.boolean()), { maxLength: 12 }), async (commits) => {
        const journal = listJournal()
        const views = memoryViews()
        let follower = feedFollower({ journal, views })
        await follower.start()
        for (const [audiences, restart] of commits) {
          journal.write(...audiences.map((parties) => ({ audience: to(...parties) })))
          if (!restart) continue
          await follower.close()
          follower = feedFollower({ journal, views })
          await follower.start()
        }
        await follower.reached(journal.size(), LONG_MS)
        const before = await everyRow(views)
        await follower.rebuild()
        expect(await follower.reached(journal.size(), LONG_MS)).toBe(true)
        expect(await everyRow(views)).toEqual(before)
        expect(await views.cursor('feed')).toBe(journal.size())
        await follower.close()
      }),
      { numRuns: 60 },
    )
  })

  it('numbers without hole or double after writes that failed before or after they were done', async () => {
    const faults: unknown[] = []
    const journal = listJournal()
    const views = memoryViews()
    const { apply } = views
    let calls = 0
    views.apply = async (...written) => {
      calls++
      if (calls % 3 === 1) throw new Error('not written')
      await apply(...written)
      if (calls % 3 === 2) throw new Error('written, but not told')
    }
    const follower = feedFollower({ journal, views, retryMs: 1, onFault: (fault) => faults.push(fault) })
    await follower.start()
    for (let n = 0; n < 20; n++) {
      journal.write({ audience: to(BANK) })
      await follower.reached(n + 1, LONG_MS)
    }
    const rows = await readRows(views, BANK, 0, 100)
    expect(rows.map((row) => [row.seq, row.index])).toEqual(Array.from({ length: 20 }, (_, n) => [n + 1, n]))
    expect(faults.length).toBeGreaterThan(5)
    await follower.close()
  })

  it('tells a listener of a row once the row can be read', async () => {
    const { journal, views, follower } = feedHouse()
    await follower.start()
    const told: number[] = []
    const readable: Promise<boolean>[] = []
    const unlisten = follower.listen(BANK, (row) => {
      told.push(row.seq)
      readable.push(readRows(views, BANK, row.seq - 1, 1).then((rows) => rows[0]?.index === row.index))
    })
    journal.write({ audience: to(BANK, CUSTOMS) }, { audience: to(CUSTOMS) }, { audience: to(BANK) })
    await follower.reached(3, LONG_MS)
    unlisten()
    journal.write({ audience: to(BANK) })
    await follower.reached(4, LONG_MS)
    expect(told).toEqual([1, 2])
    expect(await Promise.all(readable)).toEqual([true, true])
  })

  it('begins anew when the journal is shorter than its rows', async () => {
    const views = memoryViews()
    await views.apply('feed', [{ key: `${BANK}/000000000001`, value: '{}' }], 7)
    const journal = listJournal()
    journal.write({ audience: to(CUSTOMS) })
    const follower = feedFollower({ journal, views })
    await follower.start()
    await follower.reached(1, LONG_MS)
    expect(await readRows(views, BANK, 0, 10)).toEqual([])
    expect(await readRows(views, CUSTOMS, 0, 10)).toHaveLength(1)
  })
})
