// Uploads that wait and attachments that entries own: what is refused leaves nothing, what is in use is never swept, what is erased is gone.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RefusalCode } from '../../../src/hub/errors.ts'
import { gathered, inPieces, openSealed, OTHER, paperOf, PARTY, saidOf, type SealedHouse } from './sealed-house.ts'

const DAY_MS = 86_400_000
let house: SealedHouse
beforeEach(async () => {
  house = await openSealed()
})
afterEach(() => house.close())

const refusedWith = async (doing: Promise<unknown>, code: RefusalCode): Promise<void> =>
  expect(
    await doing.then(
      () => 'taken',
      (error: unknown) => (error as { code: string }).code,
    ),
  ).toBe(code)
const stage = (paper: Buffer, party = PARTY): Promise<'new' | 'known'> =>
  house.store.staging.stage(saidOf(paper, party), inPieces(paper))

const found = async (party: string, sha256: string, store = house.store) =>
  (await store.find(party, [sha256])).get(sha256)

describe('an upload', () => {
  it('is there for its party alone, and known when it comes again', async () => {
    const paper = paperOf(150_000)
    expect(await stage(paper)).toBe('new')
    expect(await stage(paper)).toBe('known')
    expect(await found(PARTY, saidOf(paper).sha256)).toMatchObject({ bytes: 150_000, type: 'application/pdf' })
    expect(await found(OTHER, saidOf(paper).sha256)).toBeUndefined()
    for (const file of house.files('staged')) {
      expect(file).not.toContain(saidOf(paper).sha256)
      expect(readFileSync(join(house.folder, 'staged', file)).includes(paper.subarray(100, 140))).toBe(false)
    }
  })

  it('leaves nothing when it is too long, too short, another, of another type, or broken off', async () => {
    const paper = paperOf(100_000)
    const said = saidOf(paper)
    const { staging } = house.store
    const text = Buffer.from('no PDF at all, whatever it says')
    async function* broken(): AsyncGenerator<Buffer> {
      yield paper.subarray(0, 70_000)
      throw new Error('the line is cut')
    }
    await refusedWith(staging.stage({ ...said, bytes: 99_999 }, inPieces(paper)), 'ATTACHMENT_DIGEST_MISMATCH')
    await refusedWith(staging.stage({ ...said, bytes: 100_001 }, inPieces(paper)), 'ATTACHMENT_DIGEST_MISMATCH')
    await refusedWith(
      staging.stage({ ...said, sha256: 'ab'.repeat(32) }, inPieces(paper)),
      'ATTACHMENT_DIGEST_MISMATCH',
    )
    await refusedWith(staging.stage(saidOf(text), inPieces(text)), 'ATTACHMENT_TYPE_WRONG')
    await refusedWith(staging.stage({ ...said, bytes: 65 * 1024 * 1024 }, inPieces(paper)), 'TOO_LARGE')
    await expect(staging.stage(said, broken())).rejects.toThrow('the line is cut')
    expect(house.files('staged')).toEqual([])
    expect(await found(PARTY, said.sha256)).toBeUndefined()
    expect(await stage(paper)).toBe('new')
  })

  it('is one, however often it comes at once', async () => {
    const paper = paperOf(300_000)
    const answers = await Promise.all([stage(paper), stage(paper), stage(paper)])
    expect(answers.sort()).toEqual(['known', 'known', 'new'])
    expect(house.files('staged')).toHaveLength(2)
  })

  it('is told to come again when there are too many at once, and to wait when a party holds enough', async () => {
    const papers = Array.from({ length: 10 }, () => paperOf(50_000))
    const answers = await Promise.allSettled(papers.map((paper) => stage(paper)))
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(4)
    for (const answer of answers)
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'OVERLOADED' })
    const full = (await house.again({ limits: { partyCountMax: 5 } })).staging
    const put = (paper: Buffer, party?: string) => full.stage(saidOf(paper, party), inPieces(paper))
    expect(await put(papers[8]!)).toBe('new')
    await refusedWith(put(papers[9]!), 'ATTACHMENT_QUOTA')
    expect(await put(papers[9]!, OTHER)).toBe('new')
    const small = (await house.again({ limits: { partyBytesMax: 260_000 } })).staging
    await refusedWith(small.stage(saidOf(paperOf(20_000)), inPieces(paperOf(20_000))), 'ATTACHMENT_QUOTA')
  })

  it('is not begun on a disk without room', async () => {
    const { staging } = await house.again({ freeBytes: () => Promise.resolve(256 * 1024 * 1024 + 50_000) })
    const paper = paperOf(50_001)
    await refusedWith(staging.stage(saidOf(paper), inPieces(paper)), 'OVERLOADED')
    expect(house.files('staged')).toEqual([])
  })

  it('is found again after a crash, and what was half written is removed', async () => {
    const paper = paperOf(80_000)
    await stage(paper)
    const before = house.files('staged')
    for (const left of ['00.part', '11.data', '22.key']) writeFileSync(join(house.folder, 'staged', left), 'left')
    const store = await house.again()
    expect(house.files('staged')).toEqual(before)
    expect(await found(PARTY, saidOf(paper).sha256, store)).toMatchObject({ bytes: 80_000 })
  })
})

describe('what an entry takes', () => {
  const taken = async (name: string): Promise<Buffer | undefined> => {
    const opened = await house.store.open(name)
    return opened && gathered(opened.chunks)
  }

  it('outlives the upload, and each outlives the erasure of the other', async () => {
    const paper = paperOf(200_000)
    const { sha256 } = saidOf(paper)
    await stage(paper)
    const [first] = await house.store.take(PARTY, [sha256])
    const [second] = await house.store.take(PARTY, [sha256])
    await house.store.erase([first!])
    expect(await taken(first!)).toBeUndefined()
    expect(house.files('staged'), 'the upload had the same bytes').toEqual([])
    expect(await found(PARTY, sha256)).toBeUndefined()
    expect((await taken(second!))!.equals(paper)).toBe(true)
    await house.store.erase([first!, second!])
    expect(house.files('kept')).toEqual([])
  })

  it('is all or nothing', async () => {
    const paper = paperOf(1_000)
    await stage(paper)
    await refusedWith(house.store.take(PARTY, [saidOf(paper).sha256, 'cd'.repeat(32)]), 'ATTACHMENT_MISSING')
    await refusedWith(house.store.take(OTHER, [saidOf(paper).sha256]), 'ATTACHMENT_MISSING')
    expect(house.files('kept')).toEqual([])
  })

  it('cannot be exchanged with that of another entry', async () => {
    const [one, two] = [paperOf(70_000), paperOf(70_000)]
    await stage(one)
    await stage(two)
    const [first, second] = await house.store.take(PARTY, [saidOf(one).sha256, saidOf(two).sha256])
    const at = (name: string): string => join(house.folder, 'kept', name)
    writeFileSync(at(`${first}.key`), readFileSync(at(`${second}.key`)))
    expect(await house.store.open(first!)).toBeUndefined()
    const swapped = readFileSync(at(`${first}.data`))
    writeFileSync(at(`${second}.data`), swapped)
    await expect(taken(second!)).rejects.toThrow()
  })

  it('is swept after a day if no entry owns it, and never before or if one does', async () => {
    const paper = paperOf(1_000)
    await stage(paper)
    const [owned, orphan] = [
      ...(await house.store.take(PARTY, [saidOf(paper).sha256])),
      ...(await house.store.take(PARTY, [saidOf(paper).sha256])),
    ]
    const owns = (name: string) => Promise.resolve(name === owned)
    expect(await house.store.sweep(house.clock.nowMs - DAY_MS, owns)).toBe(0)
    house.clock.nowMs += DAY_MS + 60_000
    expect(await house.store.sweep(house.clock.nowMs - DAY_MS, owns)).toBe(1)
    expect(await house.store.staging.sweep(house.clock.nowMs - DAY_MS)).toBe(1)
    expect(await house.store.open(orphan!)).toBeUndefined()
    expect((await taken(owned!))!.equals(paper)).toBe(true)
  })
})
