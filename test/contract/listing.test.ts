// What every storage promises to those who copy it: everything listed in order, page by page, and entries put back without content.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eraseEntries, fillCursors, filledJournal } from '../support/backups.ts'
import type { Journal } from '../../src/hub/journal/journal.ts'
import type { JournalStore } from '../../src/hub/journal/store.ts'
import { storages, type Storage } from '../support/journals.ts'

describe.each(storages)('listing of $name', ({ make }) => {
  let storage: Storage
  let store: JournalStore
  let journal: Journal
  beforeEach(async () => {
    storage = await make()
    store = storage.store()
    journal = await filledJournal(store, 40)
  })
  afterEach(async () => {
    await journal.close()
    await storage.remove()
  })

  /** All rows, three at a time; fails if a page is not in order or too large. */
  async function all<Row>(
    page: (after: string, limit: number) => Promise<Row[]>,
    keyOf: (row: Row) => string,
  ): Promise<Row[]> {
    const rows: Row[] = []
    for (let after = ''; ; after = keyOf(rows.at(-1)!)) {
      const next = await page(after, 3)
      expect(next.length).toBeLessThanOrEqual(3)
      for (const row of next) {
        expect(keyOf(row) > (rows.length > 0 ? keyOf(rows.at(-1)!) : '')).toBe(true)
        rows.push(row)
      }
      if (next.length < 3) return rows
    }
  }

  it('lists commits, and those from an index on', async () => {
    const commits = await store.commits(0, 1_000)
    let next = 0
    for (const commit of commits) {
      expect(commit.first).toBe(next)
      expect(await store.commitOf(next)).toEqual(commit)
      next += commit.size
    }
    expect(next).toBe(journal.size())
    const second = commits[1]!
    expect(await store.commits(second.first, 2)).toEqual(commits.slice(1, 3))
    expect(await store.commits(second.first - 1, 1)).toEqual(commits[0]!.size === 1 ? [commits[0]] : [second])
    expect(await store.commits(journal.size(), 2)).toEqual([])
  })

  it('lists heads, refusals and certificates as they are asked for one by one', async () => {
    const heads = await all(
      (after, limit) => store.listHeads(after, limit),
      ({ key }) => key,
    )
    const keys = (await store.read(0, 1_000)).flatMap(({ movements }) => movements.map(({ key }) => key))
    expect(heads.map(({ key }) => key)).toEqual([...new Set(keys)].sort())
    const asked = await store.heads(keys)
    for (const { key, head } of heads) expect(head).toEqual(asked.get(key))

    const refusals = await all(
      (after, limit) => store.listRefusals(after, limit),
      ({ senderKey }) => senderKey.toString('hex'),
    )
    const refused = (await store.read(0, 1_000, ['hub.refusal'])).map(({ index }) => index)
    expect(refusals.map(({ memo }) => memo.index).sort((a, b) => a - b)).toEqual(refused)
    expect(refused.length).toBeGreaterThan(3)
    for (const { senderKey, memo } of refusals)
      expect((await store.refusals([senderKey])).get(senderKey.toString('hex'))).toEqual(memo)

    const certificates = await all(
      (after, limit) => store.listCertificates(after, limit),
      ({ fingerprint }) => fingerprint,
    )
    expect(certificates).toHaveLength(7)
    for (const { fingerprint, der } of certificates) expect(await store.certificate(fingerprint)).toEqual(der)
  })

  it('puts an entry back without its content, as if it had been erased', async () => {
    await eraseEntries(journal, [2])
    const other = await make()
    const into = other.store()
    const [commit] = await store.commits(0, 1)
    const entries = await store.read(0, commit!.size)
    await into.write({
      entries: entries.map((entry) => ({ entry })),
      heads: new Map(),
      commit: commit!,
      certificates: new Map(),
      refusals: [],
    })
    expect(await into.sealed(0)).toBeUndefined()
    expect(await into.read(0, 10)).toEqual(entries)
    expect((await into.filed([0]))[0]!.sealed).toBeUndefined()
    await into.close()
    await other.remove()
  })

  it('lists the spaces of the cursors and their rows', async () => {
    const cursors = storage.cursors()
    await fillCursors(cursors)
    await cursors.put('gone', 'a', 1)
    await cursors.put('gone', 'a', undefined)
    for (const key of ['b', 'a', 'é', 'z', 'aa']) await cursors.put('many', key, { key })
    expect((await cursors.spaces()).filter((space) => space !== 'gone')).toEqual([
      'access',
      'access-open',
      'many',
      'nonces',
      'subscriptions',
    ])
    expect(await cursors.spaces()).not.toContain('gone')
    const rows = await all(
      (after, limit) => cursors.page('many', after, limit),
      ({ key }) => key,
    )
    expect(rows.map(({ key }) => key)).toEqual(['a', 'aa', 'b', 'z', 'é'])
    expect(rows[1]!.value).toEqual({ key: 'aa' })
    await cursors.close()
  })
})
