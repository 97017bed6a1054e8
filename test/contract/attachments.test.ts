// One suite for every place that keeps sealed attachments: what is answered is there whole, what was cut off is never served and is swept
// away, and on a place that many processes share each of them sees what the others did.
import { MongoClient } from 'mongodb'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CHUNK_BYTES } from '../../src/hub/attachments/chunks.ts'
import type { Announced } from '../../src/hub/attachments/files.ts'
import { SealedFiles } from '../../src/hub/attachments/sealed-files.ts'
import type { SealedPlace } from '../../src/hub/attachments/sealed-place.ts'
import { AttachmentStore } from '../../src/hub/attachments/store.ts'
import type { StagingLimits } from '../../src/hub/attachments/staging.ts'
import { freshMongo } from '../support/journals.ts'
import { servicesFor } from '../support/services.ts'
import { PATIENT } from '../support/patience.ts'

const DAY_MS = 86_400_000
const [PARTY, OTHER] = ['urn:hub:cn:trader:invented-seller', 'urn:hub:vn:trader:invented-buyer']
const keys = { sealingKey: randomBytes(32), indexKey: randomBytes(32), randomness: randomBytes }

interface Place {
  /** The place as another process has it; of a place for one process the same. */
  process(): SealedPlace
  /** Everything that is stored, by its raw names. */
  stored(): Promise<string[]>
  close(): Promise<void>
}
interface Kind {
  name: string
  open(clock: () => number): Promise<Place>
}

const files: Kind = {
  name: 'files',
  async open() {
    const folder = mkdtempSync(join(tmpdir(), 'beibu-places-'))
    const place = new SealedFiles({ folder, ...keys })
    await place.open()
    return {
      process: () => place,
      stored: async () => ['staged', 'kept'].flatMap((shelf) => readdirSync(join(folder, shelf))),
      close: async () => rmSync(folder, { recursive: true, force: true }),
    }
  },
}

const services = servicesFor('attachments over the protocol of MongoDB')
let fresh: Awaited<ReturnType<typeof freshMongo>> | undefined
let client: MongoClient | undefined
beforeAll(async () => {
  if (!services) return
  fresh = await freshMongo(services.mongoUrl)
  client = await new MongoClient(fresh.url).connect()
})
afterAll(async () => {
  await client?.close()
  await fresh?.remove()
})
const mongo: Kind = {
  name: 'a store that speaks the protocol of MongoDB',
  async open(clock) {
    const db = client!.db(fresh!.database)
    const names = ['attachmentHeads', 'attachmentData', 'attachmentChunks']
    for (const name of names) await db.collection(name).deleteMany({})
    return {
      process: () => fresh!.place.attachments({ ...keys, clock }),
      stored: async () =>
        (await Promise.all(names.map((name) => db.collection(name).find({}).toArray()))).flatMap((rows) =>
          rows.map(({ _id }) => String(_id)),
        ),
      close: async () => {},
    }
  },
}

const paperOf = (bytes: number): Buffer =>
  Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(bytes)]).subarray(0, Math.max(9, bytes))
const digest = (paper: Buffer): string => createHash('sha256').update(paper).digest('hex')
const saidOf = (paper: Buffer, party = PARTY, type = 'application/pdf'): Announced => {
  return { party, sha256: digest(paper), bytes: paper.length, type }
}
async function* inPieces(paper: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < paper.length; at += 10_000) yield paper.subarray(at, at + 10_000)
}
async function gathered(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all)
}
const codeOf = (doing: Promise<unknown>): Promise<string> =>
  doing.then(
    (result) => String(result),
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  )

describe.each(services ? [files, mongo] : [files])('attachments in $name', (kind) => {
  let nowMs: number
  let place: Place
  beforeEach(async () => {
    nowMs = Date.now()
    place = await kind.open(() => nowMs)
  })
  afterEach(() => place.close())

  const hub = (limits: Partial<StagingLimits> = {}, over = place.process()): AttachmentStore =>
    new AttachmentStore({ ...keys, place: over, clock: () => nowMs, limits: { freeBytesMin: 0, ...limits } })
  const stage = (store: AttachmentStore, paper: Buffer, party = PARTY, type?: string) =>
    store.staging.stage(saidOf(paper, party, type), inPieces(paper))
  const found = async (store: AttachmentStore, paper: Buffer, party = PARTY) =>
    (await store.find(party, [digest(paper)])).get(digest(paper))
  const read = async (store: AttachmentStore, name: string): Promise<Buffer | undefined> => {
    const opened = await store.open(name)
    return opened && gathered(opened.chunks)
  }
  const sweepAll = async (store: AttachmentStore): Promise<void> => {
    await store.staging.sweep(nowMs)
    await store.sweep(nowMs, async () => false)
  }

  it('are uploaded to one process, named at another and read at a third', async () => {
    const [first, second, third] = [hub(), hub(), hub()]
    for (const bytes of [
      9,
      CHUNK_BYTES - 1,
      CHUNK_BYTES,
      CHUNK_BYTES + 1,
      8 * CHUNK_BYTES,
      8 * CHUNK_BYTES + 1,
      1_300_000,
    ]) {
      const paper = paperOf(bytes)
      expect(await stage(first, paper)).toBe('new')
      expect(await stage(second, paper)).toBe('known')
      expect(await found(second, paper)).toMatchObject({ bytes, type: 'application/pdf' })
      expect(await found(second, paper, OTHER)).toBeUndefined()
      const [name] = await second.take(PARTY, [digest(paper)])
      expect((await third.open(name!))!.bytes).toBe(bytes)
      expect((await read(third, name!))!.equals(paper)).toBe(true)
    }
  })

  it('leave nothing when they are refused', async () => {
    const paper = paperOf(700_000)
    const store = hub()
    async function* broken(): AsyncGenerator<Buffer> {
      yield paper.subarray(0, 650_000)
      throw new Error('the line is cut')
    }
    const said = saidOf(paper)
    expect(await codeOf(store.staging.stage({ ...said, bytes: 699_999 }, inPieces(paper)))).toBe(
      'ATTACHMENT_DIGEST_MISMATCH',
    )
    expect(await codeOf(store.staging.stage({ ...said, sha256: 'ab'.repeat(32) }, inPieces(paper)))).toBe(
      'ATTACHMENT_DIGEST_MISMATCH',
    )
    expect(await codeOf(stage(store, paper, PARTY, 'image/png'))).toBe('ATTACHMENT_TYPE_WRONG')
    await expect(store.staging.stage(said, broken())).rejects.toThrow('the line is cut')
    expect(await codeOf(store.take(PARTY, [digest(paper)]))).toBe('ATTACHMENT_MISSING')
    await stage(store, paper)
    const before = await place.stored()
    expect(await codeOf(store.take(PARTY, [digest(paper), 'cd'.repeat(32)]))).toBe('ATTACHMENT_MISSING')
    expect(await codeOf(store.take(OTHER, [digest(paper)]))).toBe('ATTACHMENT_MISSING')
    expect(await place.stored()).toEqual(before)
    expect(await store.staging.destroy(store.staging.nameOf(PARTY, digest(paper)))).toBe(true)
    expect(await place.stored()).toEqual([])
  })

  it('are one upload, at however many processes it comes at once', async () => {
    const paper = paperOf(300_000)
    const stores = Array.from({ length: 4 }, () => hub())
    const answers = await Promise.all(stores.map((store) => stage(store, paper)))
    expect(answers.sort()).toEqual(['known', 'known', 'known', 'new'])
    const [name] = await stores[0]!.take(PARTY, [digest(paper)])
    expect((await read(stores[1]!, name!))!.equals(paper)).toBe(true)
    await stores[2]!.erase([name!])
    expect(await place.stored()).toEqual([])
  })

  it('take the place of the same bytes that were uploaded as another type', async () => {
    const note = Buffer.from('a note that may be read as either')
    const [one, other] = [hub(), hub()]
    expect(await stage(one, note, PARTY, 'text/plain')).toBe('new')
    const [taken] = await one.take(PARTY, [digest(note)])
    expect(await stage(other, note, PARTY, 'text/csv')).toBe('new')
    expect(await found(one, note)).toMatchObject({ type: 'text/csv' })
    expect((await read(other, taken!))!.equals(note)).toBe(true)
  })

  it('outlive the upload and one another, and the last one takes the data with it', async () => {
    const paper = paperOf(600_000)
    const [one, other] = [hub(), hub()]
    await stage(one, paper)
    const [first] = await one.take(PARTY, [digest(paper)])
    const [second] = await other.take(PARTY, [digest(paper)])
    await other.erase([first!])
    expect(await one.open(first!)).toBeUndefined()
    expect(await found(one, paper), 'the upload had the same bytes').toBeUndefined()
    expect((await read(one, second!))!.equals(paper)).toBe(true)
    await one.erase([first!, second!])
    expect(await place.stored()).toEqual([])
  })

  it('are at most what a party may hold, over all processes, begun ones counted', async () => {
    const limits = { partyCountMax: 3, partyBytesMax: 150_000 }
    const stores = [hub(limits), hub(limits), hub(limits)]
    for (const store of stores) expect(await stage(store, paperOf(40_000))).toBe('new')
    for (const store of stores) {
      expect(await codeOf(stage(store, paperOf(100)))).toBe('ATTACHMENT_QUOTA')
      expect(await stage(store, paperOf(100), OTHER)).toBe('new')
    }
    const many = stores.map(() => hub({ partyBytesMax: 260_000 }))
    let release: () => void = () => {}
    const released = new Promise<void>((resolve) => (release = resolve))
    const slow = paperOf(100_000)
    async function* slowly(): AsyncGenerator<Buffer> {
      yield slow.subarray(0, 50_000)
      await released
      yield slow.subarray(50_000)
    }
    const begun = many[0]!.staging.stage(saidOf(slow), slowly())
    await expect.poll(async () => (await place.process().held(PARTY)).bytes, PATIENT).toBe(220_000)
    expect(await codeOf(stage(many[1]!, paperOf(50_000)))).toBe('ATTACHMENT_QUOTA')
    release()
    expect(await begun).toBe('new')
    expect(await place.process().held(PARTY)).toEqual({ count: 4, bytes: 220_000 })
  })

  it('are swept a day after they came last, and never when an entry owns them', async () => {
    const [old, used, again] = [paperOf(1_000), paperOf(2_000), paperOf(3_000)]
    const store = hub()
    for (const paper of [old, used, again]) await stage(store, paper)
    const [owned] = await store.take(PARTY, [digest(used)])
    const [orphan] = await store.take(PARTY, [digest(used)])
    const owns = async (name: string): Promise<boolean> => name === owned
    const sweep = async (): Promise<number> =>
      (await store.staging.sweep(nowMs - DAY_MS)) + (await store.sweep(nowMs - DAY_MS, owns))
    expect(await sweep()).toBe(0)
    nowMs += DAY_MS + 60_000
    expect(await stage(hub(), again)).toBe('known')
    expect(await sweep()).toBe(3)
    expect(await found(store, old)).toBeUndefined()
    expect(await found(store, again)).toBeDefined()
    expect(await store.open(orphan!)).toBeUndefined()
    await store.own([owned!])
    expect(await store.sweep(nowMs, async () => true)).toBe(0)
    expect((await read(store, owned!))!.equals(used)).toBe(true)
    await store.erase([owned!])
    await store.staging.destroy(store.staging.nameOf(PARTY, digest(again)))
    expect(await place.stored()).toEqual([])
  })

  it('cut off before or after any act on the place are whole or not there, and swept', async () => {
    const acts = ['begin', 'write', 'put', 'giveUp', 'touch', 'keep', 'destroy'] as const
    for (const act of acts)
      for (const when of ['before', 'after'] as const) {
        const paper = paperOf(150_000)
        const cut = hub({}, cutting(place.process(), act, when))
        const names: string[] = []
        const work = async (): Promise<void> => {
          await stage(cut, paper)
          await stage(cut, paper)
          names.push(...(await cut.take(PARTY, [digest(paper)])))
          await cut.erase(names)
        }
        await work().catch((error: unknown) => expect(String(error)).toContain('cut off'))
        const next = hub()
        for (const name of names) {
          const bytes = await read(next, name)
          if (bytes) expect(bytes.equals(paper), `${act} ${when}`).toBe(true)
        }
        if (await found(next, paper)) {
          const [name] = await next.take(PARTY, [digest(paper)])
          expect((await read(next, name!))!.equals(paper), `${act} ${when}`).toBe(true)
        } else expect(await stage(next, paper), `${act} ${when}`).toBe('new')
        nowMs += 2 * DAY_MS
        await sweepAll(next)
        // What a process of this one place alone has left half-written goes when it is opened again.
        await place.process().open()
        expect(await place.stored(), `${act} ${when}`).toEqual([])
      }
  })

  it('taken while the upload is destroyed are taken whole or refused', async () => {
    let taken = 0
    for (let round = 0; round < 20; round++) {
      const paper = paperOf(70_000)
      const [one, other] = [hub(), hub()]
      await stage(one, paper)
      const [took] = await Promise.all([
        codeOf(one.take(PARTY, [digest(paper)])),
        other.staging.destroy(other.staging.nameOf(PARTY, digest(paper))),
      ])
      if (took === 'ATTACHMENT_MISSING') continue
      taken++
      expect((await read(other, took))!.equals(paper)).toBe(true)
      await other.destroy([took])
    }
    await sweepAll(hub())
    expect(await place.stored(), `${taken} taken`).toEqual([])
  })

  it('erased while they are read give what they were or an error', async () => {
    const paper = paperOf(1_200_000)
    const store = hub()
    await stage(store, paper)
    const names = await store.take(PARTY, [digest(paper)])
    const opened = (await store.open(names[0]!))!
    const pieces: Buffer[] = []
    const reading = (async () => {
      for await (const piece of opened.chunks) {
        if (pieces.push(piece) === 2) await hub().erase(names)
      }
    })().catch((error: unknown) => expect(String(error)).toContain('shorter'))
    await reading
    const come = Buffer.concat(pieces)
    expect(come.equals(paper.subarray(0, come.length))).toBe(true)
    expect(await store.open(names[0]!)).toBeUndefined()
    expect(await place.stored()).toEqual([])
  })
})

/** A place on which the process dies at an act, before or after it is done: from then on it can do nothing any more. */
function cutting(place: SealedPlace, act: keyof SealedPlace, when: 'before' | 'after'): SealedPlace {
  let isDead = false
  const die = (): never => {
    isDead = true
    throw new Error('cut off')
  }
  return new Proxy(place, {
    get(_, name: keyof SealedPlace) {
      const doing = (...given: unknown[]): unknown => {
        if (isDead || (name === act && when === 'before')) return die()
        return (place[name] as (...given: unknown[]) => unknown).apply(place, given)
      }
      if (name === 'stagedBytes' || name === 'older') return doing
      return async (...given: unknown[]) => {
        const done = await doing(...given)
        return name === act && when === 'after' ? die() : done
      }
    },
  })
}
