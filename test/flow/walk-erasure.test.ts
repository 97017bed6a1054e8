// Erasure reaches every byte, and what is derived can be emptied at any time: the journal gives the same rows again.
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ComposedMessage } from '../../src/client/compose.ts'
import { verifyBundle } from '../../src/hub/evidence/verify.ts'
import { declared, financing, newDeclaration, released, releasedDeclaration } from '../support/consignment.ts'
import { ask, expectRefused, expectTaken, post, type Answer } from '../support/doors.ts'
import { FeedLine } from '../support/feed-line.ts'
import { invoiced, newInvoice } from '../support/invoices.ts'
import { anchored, DERIVED, emptiedViews, filesWith, rowsOf, sealedOf, settled, spellingsOf } from '../support/kept.ts'
import { openWorld, type World } from '../support/world.ts'

const EXPORTER = 'guangxi-exporter'
const CUSTOMS = 'nanning-customs'
const PARTNER = 'vietnam-customs'
const OPERATOR = 'hub-operator'
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const erase = async (index: number): Promise<Answer> => {
  const body = { index, ground: 'asked for by the person concerned' }
  return post(world, OPERATOR, await world.compose(OPERATOR, { kind: 'hub.erasure', body }))
}

interface Item {
  seq: number
  index: number
  withheld?: string
  message?: { body: string }
  viewed?: object
}
async function itemOf(folder: string, index: number): Promise<Item | undefined> {
  await settled(world)
  const { items } = (await world.client(folder).feed({ limit: 500 })) as unknown as { items: Item[] }
  return items.find((item) => item.index === index)
}

describe('rebuilding', () => {
  it('emptied feeds, register, evidence, expiries, erasures, wanted answers and attachments come to the same rows', async () => {
    const { declaration, index } = await releasedDeclaration(world)
    for (const [bank, id] of [
      ['nanning-bank', 'ERASE-1'],
      ['second-bank', 'ERASE-2'],
    ] as const)
      await post(world, bank, await world.compose(bank, financing(world, declaration, id)))
    const asking = { ...declared(world), dueMs: world.clock.now() + 3_600_000 }
    await post(world, EXPORTER, await world.compose(EXPORTER, asking))
    const [gone, stays] = [await withScan(), await withScan()]
    expectTaken(await erase(gone.index))
    await settled(world)
    const before = await rowsOf(world)
    for (const view of DERIVED.filter((name) => name !== 'erasure'))
      expect(before.filter((row) => row.startsWith(`${view} `)).length, view).toBeGreaterThan(0)
    const bundle = await world.client(EXPORTER).bundle(index)
    await rebuild()
    expect(await rowsOf(world)).toEqual(before)
    expect((await verdictOf(bundle)).verdict).toBe('verified')
    const scanOf = ({ index: at, sha256 }: typeof stays) => world.client('nanning-bank').attachment(at, sha256)
    expect((await scanOf(stays)).equals(stays.bytes)).toBe(true)
    await expect(scanOf(gone)).rejects.toMatchObject({ problem: { code: 'NOT_FOUND' } })
  })
})

/** An invoice accepted with a scan that was uploaded before it. */
async function withScan(): Promise<{ index: number; sha256: string; bytes: Buffer }> {
  const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(50_000)])
  const scan = { name: 'scan.pdf', type: 'application/pdf', bytes, upload: true }
  const what = { ...invoiced([world.urn('nanning-bank')], newInvoice(world)), attachments: [scan] }
  const taken = await world.submit(EXPORTER, what)
  if (taken.outcome !== 'accepted') throw new Error(taken.problem.code)
  return { index: taken.index, sha256: createHash('sha256').update(bytes).digest('hex'), bytes }
}

/** Starts the hub again on emptied views and lets it follow the journal from the first entry. */
async function rebuild(): Promise<void> {
  await world.restart({ views: emptiedViews(world) })
  await settled(world)
}

const verdictOf = (bundle: Buffer) => verifyBundle(bundle, readFileSync(`${world.dir}/sandbox/trust.json`))

describe('after an erasure', () => {
  const canary = `canary ${randomUUID()}`
  let index: number
  let dependent: number
  let wrappedKey: Buffer
  let commitment: Buffer
  let erased: ComposedMessage
  let payload: string
  let neighbour: { index: number; wrappedKey: Buffer }

  beforeAll(async () => {
    const declaration = { ...newDeclaration(world), noteS: canary }
    const message = await world.compose(EXPORTER, declared(world, declaration))
    erased = message
    commitment = message.commitment
    const first = expectTaken(await post(world, EXPORTER, message)).body
    index = first.index
    payload = first.receipt.payload
    const release = await world.compose(CUSTOMS, released(world, declaration))
    dependent = expectTaken(await post(world, CUSTOMS, release)).body.index
    // It has been read, pushed and bundled: copies in memory and in feeds are part of what must go.
    const line = await FeedLine.open(world, await world.client(PARTNER).token('feed'))
    line.send({ type: 'subscribe', name: 'desk', after: 0, credit: 500 })
    await line.item(index)
    line.socket.terminate()
    expect((await itemOf(PARTNER, index))!.message!.body).toBe(message.body.toString('base64url'))
    expect((await itemOf('customs-supervision', index))!.viewed).toBeDefined()
    await world.client(EXPORTER).bundle(index)
    wrappedKey = (await sealedOf(world, index))!.wrappedKey
    neighbour = { index: dependent, wrappedKey: (await sealedOf(world, dependent))!.wrappedKey }
    expect(filesWith(world, wrappedKey), 'before, the wrapped key is on disk').not.toEqual([])
    expectTaken(await erase(index))
  })

  it('neither plaintext nor the wrapped key is in any byte of the data folder', async () => {
    const look = () => {
      for (const secret of [Buffer.from(canary), wrappedKey])
        for (const spelling of spellingsOf(secret)) expect(filesWith(world, spelling)).toEqual([])
    }
    look()
    await settled(world)
    await world.restart()
    look()
    expect(await sealedOf(world, index)).toBeUndefined()
  })
  it('the neighbour keeps its key', async () => {
    expect(filesWith(world, neighbour.wrappedKey)).not.toEqual([])
    expect((await itemOf(EXPORTER, neighbour.index))!.message).toBeDefined()
  })
  it('feeds hold the item as withheld, at the same place', async () => {
    for (const folder of [EXPORTER, CUSTOMS, PARTNER, 'customs-supervision', 'fx-supervision']) {
      const item = await itemOf(folder, index)
      expect(item, folder).toMatchObject({ index, withheld: 'erased' })
      expect(item!.message ?? item!.viewed, folder).toBeUndefined()
    }
    const { body } = await ask(world, EXPORTER, `/v1/messages/${index}`)
    expect(body).toMatchObject({ index, withheld: 'erased' })
  })
  it('there is no bundle of it, and that is said; a dependent one still verifies', async () => {
    const { detail } = expectRefused(await ask(world, EXPORTER, `/v1/messages/${index}/bundle`), 'NOT_FOUND').body
    expect(detail).toContain('erased')
    expect((await verdictOf(await world.client(CUSTOMS).bundle(dependent))).verdict).toBe('verified')
  })
  it('leaf, index, receipt and proof stay', async () => {
    const { receipt } = (await ask(world, EXPORTER, `/v1/messages/${index}`)).body
    const said = JSON.parse(Buffer.from(receipt.payload, 'base64url').toString()) as Record<string, unknown>
    expect(said).toMatchObject({ index, messageCommitment: commitment.toString('hex') })
    const [entry] = await world.hub.house.journal.read(index, 1)
    expect(createHash('sha256').update(entry!.leaf).digest()).toHaveLength(32)
    expect((await ask(world, EXPORTER, `/v1/log/inclusion?index=${index}`)).status).toBe(200)
  })
  it('the same message again is a duplicate with the first receipt, and nothing of it comes back', async () => {
    const before = world.hub.house.journal.size()
    const again = expectTaken(await post(world, EXPORTER, erased), 200).body
    expect(again).toMatchObject({ index, receipt: { payload } })
    expect(world.hub.house.journal.size()).toBe(before)
    for (const spelling of spellingsOf(Buffer.from(canary))) expect(filesWith(world, spelling)).toEqual([])
  })
  it('it is not erased twice, nor is what the hub itself needs', async () => {
    const codes = async (at: number) =>
      expectRefused(await erase(at), 'FINDINGS').body.findings!.map(({ code, path }) => `${code} ${path}`)
    expect(await codes(index)).toEqual(['ALREADY_ERASED /index'])
    expect(await codes(0)).toEqual(['NOT_ERASABLE /index'])
    expect(await codes(99_999_999)).toEqual(['ENTRY_UNKNOWN /index'])
  })
  it('only the operator has entries erased', async () => {
    const body = { index: dependent, ground: 'curiosity' }
    const message = await world.compose(EXPORTER, { kind: 'hub.erasure', body })
    expectRefused(await post(world, EXPORTER, message), 'KIND_NOT_PERMITTED')
  })
  it('rebuilding comes to the same rows', async () => {
    // Else the start of the rebuilt hub would enter what regulators have read meanwhile.
    await anchored(world)
    const before = await rowsOf(world)
    await rebuild()
    expect(await rowsOf(world)).toEqual(before)
    expect(await itemOf(PARTNER, index)).toMatchObject({ index, withheld: 'erased' })
    expect(filesWith(world, wrappedKey)).toEqual([])
  })
})
