// Receipts of long ago: the same whether they are made alone, with those beside them, or in a journal that kept less.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openJournal, type JournalOptions } from '../../../src/hub/journal/append.ts'
import type { Appended } from '../../../src/hub/journal/journal.ts'
import { memoryStore } from '../../../src/hub/journal/memory-store.ts'
import type { JournalStore } from '../../../src/hub/journal/store.ts'
import { stopSm2Workers } from '../../../src/hub/identity/suites/index.ts'
import { draftOf, HUB, JOURNAL, NOW_MS, openRoom, type Room } from '../evidence/hub-room.ts'

let room: Room
beforeAll(async () => void (room = await openRoom()))
afterAll(async () => {
  await room.close()
  await stopSm2Workers()
})

const options = (store: JournalStore): JournalOptions => ({
  store,
  hub: HUB,
  urn: JOURNAL,
  epoch: 1,
  sealingKey: Buffer.alloc(32, 1),
  indexKey: Buffer.alloc(32, 2),
  clock: () => NOW_MS,
  signCommit: async ({ root }) => [root],
})

/** Counts the entries read, and forgets the hashes of commits if told. */
function watched(store: JournalStore, forget: boolean) {
  const seen = { read: 0 }
  const read: JournalStore['read'] = async (from, limit) => {
    const entries = await store.read(from, limit)
    seen.read += entries.length
    return entries
  }
  const commitOf: JournalStore['commitOf'] = async (index) => {
    const commit = await store.commitOf(index)
    if (!commit || !forget) return commit
    const { leaves: _leaves, ...less } = commit
    return less
  }
  return { seen, store: { ...store, read, commitOf } }
}

async function filled(): Promise<{ store: JournalStore; receipts: object[] }> {
  const store = memoryStore()
  const journal = await openJournal(options(store))
  const drafts = await Promise.all(Array.from({ length: 7 }, () => draftOf(room.bankA, {})))
  const answers = await Promise.all(drafts.map((draft) => journal.append(draft)))
  return { store, receipts: answers.map((one) => (one as Extract<Appended, { receipt: object }>).receipt) }
}

describe('a receipt asked for after a restart', () => {
  it('is the one first given, for each entry of a commit and however often', async () => {
    const { store, receipts } = await filled()
    for (const forget of [false, true]) {
      const journal = await openJournal(options(watched(store, forget).store))
      for (const index of [3, 3, 0, 6, 3, 1, 2, 4, 5]) expect(await journal.receipt(index)).toEqual(receipts[index])
    }
  })

  it('takes one entry to make, not all of its commit', async () => {
    const { store } = await filled()
    const { seen, store: counted } = watched(store, false)
    const journal = await openJournal(options(counted))
    await journal.receipt(5)
    expect(seen.read).toBe(1)
    // A feed that is read on wants those beside it as well: then they are read together, once.
    for (const index of [4, 5, 6]) await journal.receipt(index)
    expect(seen.read).toBe(1 + 7)
  })

  it('is the same by the page, with the message, also of an erased entry', async () => {
    const { store, receipts } = await filled()
    for (const forget of [false, true]) {
      const journal = await openJournal(options(watched(store, forget).store))
      const asked = [3, 0, 6]
      const page = await journal.filed(asked)
      expect(page.map(({ receipt }) => receipt)).toEqual(asked.map((index) => receipts[index]))
      const { envelope, body, signatures, attachments } = (await journal.content(6))!
      expect(page[2]!.message).toEqual({ envelope, body, signatures, attachments })
      await expect(journal.filed([0, 7])).rejects.toMatchObject({ code: 'NOT_FOUND' })
    }
    const journal = await openJournal(options(store))
    await journal.erase(0)
    expect(await journal.filed([0])).toEqual([{ receipt: receipts[0] }])
  })

  it('of an entry that is not there is refused', async () => {
    const journal = await openJournal(options((await filled()).store))
    await expect(journal.receipt(7)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
