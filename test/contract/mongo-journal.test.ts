// What the journal on MongoDB must survive because a group commit is not one transaction there: writers that race, stop half way, and come late.
import { randomBytes } from 'node:crypto'
import type { Collection } from 'mongodb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { leafHash, rootFromPath } from '../../src/hub/evidence/merkle.ts'
import type { HeadKey } from '../../src/hub/journal/heads.ts'
import type { Appended, Draft, Journal, Receipt } from '../../src/hub/journal/journal.ts'
import { mongoContents, type ContentDocument } from '../../src/hub/journal/mongo-contents.ts'
import { documentsOf, type EntryDocument } from '../../src/hub/journal/mongo-entry.ts'
import { begunBy, mongoHeads, type HeadDocument } from '../../src/hub/journal/mongo-heads.ts'
import { PositionTaken, type JournalStore, type WriteBatch } from '../../src/hub/journal/store.ts'
import { draft, journalOver } from '../support/journals.ts'
import { testMongo, type TestMongo } from '../support/mongo-place.ts'
import { servicesFor } from '../support/services.ts'

const services = servicesFor('the journal over the protocol of MongoDB')

describe.skipIf(!services)('the journal over the protocol of MongoDB', () => {
  let mongo: TestMongo
  let entries: Collection<EntryDocument>
  let contents: Collection<ContentDocument>
  let heads: Collection<HeadDocument>
  beforeEach(async () => {
    mongo = await testMongo(services!.mongoUrl)
    entries = mongo.db.collection('entries')
    contents = mongo.db.collection('contents')
    heads = mongo.db.collection('heads')
  })
  afterEach(() => mongo.remove())

  const claim = (journal: Journal, name: string, more: Partial<Omit<Draft, 'judgement'>> = {}): Draft =>
    draft({
      ...more,
      judgement: {
        claims: [{ key: journal.headKey('declaration', name), value: { name }, rule: 'declaration-number' }],
      },
    })
  const move = (key: HeadKey, version: number): Draft =>
    draft({ judgement: { moves: [{ key, version, value: { version: version + 1 } }] } })

  /** The batch a journal would write for these drafts at the present position; nothing of it is written. */
  const batchOf = async (drafts: (journal: Journal) => Draft[]): Promise<WriteBatch> => {
    let caught: WriteBatch | undefined
    const store = mongo.place.store()
    const write = async (batch: WriteBatch): Promise<void> => {
      caught = batch
      throw new Error('kept for later')
    }
    const journal = await journalOver({ ...store, write })
    await Promise.allSettled(drafts(journal).map((one) => journal.append(one)))
    return caught!
  }

  /** What is there after a writer stopped at the `count`-th entry of a batch, before it moved any head. */
  const cutAt = async (batch: WriteBatch, count: number): Promise<void> => {
    await mongoContents(contents).write(batch.entries, 'cut')
    await entries.insertMany(documentsOf(batch, 'cut').slice(0, count), { ordered: true })
  }

  const expectWhole = async (journal: Journal, store: JournalStore, size: number): Promise<void> => {
    expect((await store.read(0, size + 10)).map(({ index }) => index)).toEqual(
      Array.from({ length: size }, (_, n) => n),
    )
    for (let index = 0; index < size; index++) {
      // Asked for alone, again, and together: each is made in another way.
      const receipt = await journal.receipt(index)
      expect(await journal.receipt(index)).toEqual(receipt)
      expect((await journal.filed([index]))[0]!.receipt).toEqual(receipt)
      expect(rootOf(receipt)).toBe((await store.commitOf(index))!.rootHex)
      expect(JSON.parse(Buffer.from(receipt.payload, 'base64url').toString()).index).toBe(index)
      expect(await journal.content(index)).toBeDefined()
    }
  }

  it('lets one of two stores that write to the same place have it; the other writes nothing there', async () => {
    const batches = await Promise.all([1, 2].map(() => batchOf(() => Array.from({ length: 8 }, () => draft()))))
    const stores = [mongo.place.store(), mongo.place.store()]
    const results = await Promise.allSettled(stores.map((store, n) => store.write(batches[n]!)))
    const refused = results.filter((result) => result.status === 'rejected')
    expect(refused.map(({ reason }) => (reason as Error).name)).toEqual(['PositionTaken'])
    expect(refused[0]!.reason).toBeInstanceOf(PositionTaken)
    const winner = batches[results.findIndex(({ status }) => status === 'fulfilled')]!
    const commitments = (await stores[0]!.read(0, 20)).map(({ commitment }) => commitment.toString('hex'))
    expect(commitments).toEqual(winner.entries.map(({ entry }) => entry.commitment.toString('hex')))
    const journal = await journalOver(mongo.place.store())
    await expectWhole(journal, mongo.place.store(), 8)
    // What the other had written before it was refused is named by no entry.
    expect(await contents.countDocuments()).toBe(16)
    await mongo.place.store().settle()
    expect(await contents.countDocuments()).toBe(8)
    await expectWhole(await journalOver(mongo.place.store()), mongo.place.store(), 8)
  })

  it('keeps the journal whole while two journals append without knowing of each other', async () => {
    const journals = await Promise.all([1, 2].map(() => journalOver(mongo.place.store())))
    const all: Appended[] = []
    await Promise.all(
      journals.map(async (journal, n) => {
        for (let k = 0; k < 10; ) {
          const one = claim(journal, `${n}/${k}`, { id: `${n}-${k}` })
          const done = await journal.append(one).catch((error: unknown) => error)
          if (done instanceof Error) continue
          all.push(done as Appended)
          k++
        }
      }),
    )
    const store = mongo.place.store()
    await store.settle()
    const { size } = await store.position()
    expect(size).toBe(20)
    const indexes = all.map((done) => ('entry' in done ? done.entry.index : -1))
    expect(indexes.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n))
    await expectWhole(await journalOver(store), store, size)
    expect(await heads.countDocuments()).toBe(20)
  })

  it.each([1, 3, 5])('goes on after an insert that was cut short at %i of 6 entries', async (count) => {
    const first = await journalOver(mongo.place.store())
    await first.append(claim(first, 'before'))
    const batch = await batchOf((journal) =>
      Array.from({ length: 6 }, (_, n) => claim(journal, `n${n}`, { id: `n${n}` })),
    )
    await cutAt(batch, count)

    const store = mongo.place.store()
    await store.settle()
    expect((await store.position()).size).toBe(1 + count)
    expect(await store.commitOf(1)).toMatchObject({ first: 1, size: 6, kept: count })
    expect(await heads.countDocuments()).toBe(1 + count)
    const journal = await journalOver(store)
    // Those that were written are found; the others can still be sent, and are numbered after them.
    const again = Array.from({ length: 6 }, (_, n) => claim(journal, `n${n}`, { id: `n${n}` }))
    const answers = await Promise.all(again.map((one) => journal.append(one)))
    expect(answers.map(({ result }) => result)).toEqual(again.map((_, n) => (n < count ? 'duplicate' : 'appended')))
    for (let n = 0; n < count; n++) expect((await store.heads([journal.headKey('declaration', `n${n}`)])).size).toBe(1)
    await expectWhole(journal, store, 7)
    // Contents of the entries that were not written lay at the places of others.
    await store.settle()
    expect(await contents.countDocuments()).toBe(7)
    expect(await store.commits(0, 10)).toEqual([
      await store.commitOf(0),
      await store.commitOf(1),
      await store.commitOf(1 + count),
    ])
  })

  it('does not see the rest of a commit whose insert is under way as another’s', async () => {
    const batch = await batchOf(() => Array.from({ length: 4 }, () => draft()))
    await cutAt(batch, 2)
    const reader = await journalOver(mongo.place.store())
    expect(await mongo.place.store().commitOf(0)).toMatchObject({ size: 4, kept: 2 })
    const before = await reader.receipt(1)
    await entries.insertMany(documentsOf(batch, 'cut').slice(2), { ordered: true })
    expect(await mongo.place.store().commitOf(3)).not.toHaveProperty('kept')
    expect(await reader.receipt(1)).toEqual(before)
    await expectWhole(reader, mongo.place.store(), 4)
  })

  it('completes heads and refusal memos of the last commit, and leaves those that went on', async () => {
    const journal = await journalOver(mongo.place.store())
    const [a, b] = [journal.headKey('party', 'a'), journal.headKey('party', 'b')]
    await journal.append(claim(journal, 'used'))
    const refused = claim(journal, 'used', { id: 'again' })
    const batch = await batchOf((other) => [
      draft({ judgement: { claims: [a, b].map((key) => ({ key, value: { version: 1 }, rule: 'party' })) } }),
      { ...refused, judgement: claim(other, 'used').judgement },
    ])
    expect(batch.entries.map(({ entry }) => entry.kind)).toEqual(['test.kind', 'hub.refusal'])
    await cutAt(batch, 2)
    expect((await mongo.place.store().heads([a, b])).size).toBe(0)

    const store = mongo.place.store()
    await store.settle()
    expect([...(await store.heads([a, b])).values()].map(({ version, index }) => [version, index])).toEqual([
      [1, 1],
      [1, 1],
    ])
    const next = await journalOver(store)
    expect((await next.append(refused)).result).toBe('refused')
    expect(next.size()).toBe(3)

    expect((await next.append(move(a, 1))).result).toBe('appended')
    // The writer that had stopped wakes and moves the heads it had decided about.
    await mongoHeads(heads).apply(batch.heads, begunBy(batch.entries.map(({ entry }) => entry)))
    await mongoHeads(heads).apply(batch.heads, new Set())
    expect((await store.heads([a])).get(a)).toMatchObject({ version: 2, index: 3, value: { version: 2 } })
    await store.settle()
    expect((await store.heads([a])).get(a)).toMatchObject({ version: 2, index: 3 })
    expect((await next.append(move(a, 1))).result).toBe('stale')
  })

  it('refuses a head version that was reached before, whatever the heads say', async () => {
    const journal = await journalOver(mongo.place.store())
    await journal.append(claim(journal, 'once'))
    await heads.deleteMany({})
    await expect(journal.append(claim(journal, 'once'))).rejects.toMatchObject({ code: 11_000 })
    expect(journal.size()).toBe(1)
    // The failed write made the store unsure of its heads: it has settled by now.
    await expect(journal.append(claim(journal, 'twice'))).resolves.toMatchObject({ result: 'appended' })
  })

  it('settles by itself once a write has failed', async () => {
    const batch = await batchOf((journal) => [claim(journal, 'half')])
    const other = await batchOf((journal) => [claim(journal, 'other')])
    await cutAt(batch, 1)
    const store = mongo.place.store()
    const key = [...batch.heads.keys()][0]!
    expect((await store.heads([key])).size).toBe(0)
    await expect(store.write(other)).rejects.toThrow(PositionTaken)
    expect((await store.heads([key])).get(key)).toMatchObject({ version: 1, index: 0 })
  })

  it('stops at a hole, and does not step over it', async () => {
    const journal = await journalOver(mongo.place.store())
    for (let n = 0; n < 6; n++) await journal.append(draft({ kind: n % 2 ? 'test.odd' : 'test.even' }))
    await entries.deleteOne({ _id: 3 })
    const store = mongo.place.store()
    expect((await store.read(0, 10)).map(({ index }) => index)).toEqual([0, 1, 2])
    expect(await store.read(3, 10)).toEqual([])
    expect((await store.read(4, 10)).map(({ index }) => index)).toEqual([4, 5])
    expect((await store.read(0, 10, ['test.even', 'none'])).map(({ index }) => index)).toEqual([0, 2, 4])
    expect((await store.read(1, 1, ['test.odd'])).map(({ index }) => index)).toEqual([1])
  })

  it('keeps contents that are larger than a document, and takes all parts away when they are erased', async () => {
    const journal = await journalOver(mongo.place.store())
    const body = randomBytes(18 * 1024 * 1024)
    const one = draft()
    await journal.append(draft())
    await journal.append({ ...one, content: { ...one.content, body } })
    const reader = await journalOver(mongo.place.store())
    expect((await reader.content(1))!.body.equals(body)).toBe(true)
    expect((await reader.filed([0, 1]))[1]!.message!.body.equals(body)).toBe(true)
    expect(await contents.countDocuments()).toBe(4)
    await reader.erase(1)
    expect(await reader.content(1)).toBeUndefined()
    expect(await contents.countDocuments()).toBe(1)
    expect(await entries.countDocuments({ key: { $exists: true } })).toBe(1)
    expect((await reader.filed([1]))[0]).not.toHaveProperty('message')
  })

  it('says so when a content is missing that was not erased', async () => {
    const journal = await journalOver(mongo.place.store())
    await Promise.all([journal.append(draft()), journal.append(draft())])
    await contents.deleteOne({})
    const reader = await journalOver(mongo.place.store())
    await expect(reader.content(0)).rejects.toThrow('the journal store lacks the content of entry 0')
    await expect(reader.filed([0, 1])).rejects.toThrow('the journal store lacks the content of entry 0')
  })

  it('notes now and then how far the heads are, and goes through what came after when it is settled', async () => {
    const store = mongo.place.store()
    const journal = await journalOver(store)
    const settled = mongo.db.collection('settled')
    const claims = Array.from({ length: 1_100 }, (_, n) => claim(journal, String(n)))
    await Promise.all(claims.map((one) => journal.append(one)))
    await vi.waitFor(async () => expect((await settled.findOne({}))?.['applied']).toBeGreaterThanOrEqual(1_024))
    const noted = (await settled.findOne({}))!['applied'] as number
    const late = claims.slice(noted).map(({ judgement }) => judgement.claims[0]!.key)
    await heads.deleteMany({ _id: { $in: late } })
    await mongo.place.store().settle()
    expect(await heads.countDocuments()).toBe(1_100)
    expect(await settled.findOne({})).toMatchObject({ applied: 1_100, at: [1_100] })
  })

  it('lists what it holds for those who copy it', async () => {
    const journal = await journalOver(mongo.place.store())
    const der = randomBytes(64)
    for (const name of ['a', 'b', 'c']) {
      const one = claim(journal, name)
      await journal.append({ ...one, content: { ...one.content, certificates: [[der]] } })
    }
    await journal.append(claim(journal, 'a'))
    const store = mongo.place.store()
    const all = await store.listHeads('', 10)
    expect(all.map(({ key }) => key)).toEqual(
      ['a', 'b', 'c'].map((name) => journal.headKey('declaration', name)).toSorted(),
    )
    expect(await store.listHeads(all[0]!.key, 1)).toEqual([all[1]])
    expect((await store.listCertificates('', 10)).map((one) => one.der)).toEqual([der])
    expect((await store.listRefusals('', 10)).map(({ memo }) => memo.index)).toEqual([3])
    expect((await store.commits(1, 2)).map(({ first }) => first)).toEqual([1, 2])
  })
})

const rootOf = (receipt: Receipt): string =>
  rootFromPath({
    leafHash: leafHash(Buffer.from(receipt.payload, 'base64url')),
    index: receipt.index,
    size: receipt.size,
    path: receipt.path.map((node) => Buffer.from(node, 'hex')),
  })!.toString('hex')
