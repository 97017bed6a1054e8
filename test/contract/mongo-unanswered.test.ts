// The journal and the views over a line to MongoDB that is cut again and again, mostly after the database has done what it was asked.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Head } from '../../src/hub/journal/heads.ts'
import type { Draft, Views } from '../../src/hub/journal/journal.ts'
import { openMongo, type MongoPlace } from '../../src/hub/journal/mongo.ts'
import { leafHash, rootFromPath } from '../../src/hub/evidence/merkle.ts'
import { CuttingProxy } from '../support/cutting-proxy.ts'
import { draft, journalOver } from '../support/journals.ts'
import { testMongo, type TestMongo } from '../support/mongo-place.ts'
import { servicesFor } from '../support/services.ts'

const services = servicesFor('unanswered writes over the protocol of MongoDB')
const SEEDS = [1, 2, 3]

const randomOf = (seed: number) => (): number => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return seed / 2 ** 32
}

/** Asks until it is answered. */
async function until<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask()
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

describe.skipIf(!services)('over a line that is cut', () => {
  let mongo: TestMongo
  beforeEach(async () => {
    mongo = await testMongo(services!.mongoUrl)
  })
  afterEach(() => mongo.remove())

  /**
   * The same database over the line; of so many connections one lasts, or what is settled after a fault could never be read. Which one is
   * drawn: counted off, it may be the one that watches the server every time, and never one that reads.
   */
  const cut = async (
    seed: number,
    lasting: number,
  ): Promise<{ place: MongoPlace; line: CuttingProxy; close(): Promise<void> }> => {
    const random = randomOf(seed)
    const url = new URL(mongo.url)
    const line = await CuttingProxy.open(url.href, () =>
      random() * lasting < 1 ? 400_000 : 600 + Math.floor(random() * 6_000),
    )
    url.port = new URL(line.url).port
    url.hostname = '127.0.0.1'
    const place = await until(() => openMongo(url.href, { database: mongo.database }))
    const close = async (): Promise<void> => {
      await place.close()
      line.close()
    }
    return { place, line, close }
  }

  it.each(SEEDS)('takes each message once, whatever was answered (seed %i)', { timeout: 120_000 }, async (seed) => {
    const { place, line, close } = await cut(seed, 5)
    const journal = await until(() => journalOver(place.store()))
    const account = journal.headKey('financeable', 'A', 'USD')
    const wanted: Draft[] = Array.from({ length: 120 }, (_, n) =>
      draft({
        id: `m${n}`,
        judgement: {
          claims: [{ key: journal.headKey('declaration', String(n)), value: { n }, rule: 'declaration-number' }],
          accounts: [{ act: 'debit', key: account, amountMinor: 10n, rule: 'financeable-balance' }],
        },
      }),
    )
    const opening = draft({
      judgement: { accounts: [{ act: 'open', key: account, amountMinor: 1_000n, rule: 'open' }] },
    })
    await until(() => journal.append(opening))
    const answers = await Promise.all(
      wanted.map(async (one, n) => {
        await new Promise((resolve) => setTimeout(resolve, n * 10))
        return until(() => journal.append(one))
      }),
    )
    expect(line.cuts).toBeGreaterThan(1)
    await close()

    const store = mongo.place.store()
    await store.settle()
    const entries = await store.read(0, 1_000)
    expect(entries.map(({ index }) => index)).toEqual(entries.map((_, n) => n))
    // The account was worth a hundred of them; each other was refused, once for each version of the account it was asked about.
    const accepted = entries.filter(({ kind }) => kind === 'test.kind')
    expect(accepted.length).toBe(1 + 100)
    const refused = answers.filter(({ result }) => result === 'refused')
    expect(refused.length).toBe(20)
    const heads = new Map<string, Head>()
    for (const { index, movements } of entries)
      for (const { key, from, to, value } of movements) {
        expect(heads.get(key)?.version ?? 0, `version of ${key} before entry ${index}`).toBe(from)
        heads.set(key, { version: to, index, value })
      }
    expect(await store.heads([...heads.keys()])).toEqual(heads)
    expect(heads.get(account)!.value['net']).toBe('0')
    const after = await journalOver(store)
    for (const { index } of entries) {
      const receipt = await after.receipt(index)
      const path = receipt.path.map((node) => Buffer.from(node, 'hex'))
      const leaf = leafHash(Buffer.from(receipt.payload, 'base64url'))
      const root = rootFromPath({ leafHash: leaf, index: receipt.index, size: receipt.size, path })
      expect(root?.toString('hex')).toBe((await store.commitOf(index))!.rootHex)
      expect(await after.content(index)).toBeDefined()
    }
    for (const answer of answers)
      if ('receipt' in answer)
        expect((await after.receipt(answer.entry.index)).payload, 'what was answered').toBe(answer.receipt.payload)
  })

  it.each(SEEDS)('counts nothing twice and nothing never in a view (seed %i)', { timeout: 120_000 }, async (seed) => {
    const { place, line, close } = await cut(seed, Number.POSITIVE_INFINITY)
    const views = place.views().fenced(1)
    for (let n = 0; n < 60; n++) {
      await until(() => addOne(views, n))
    }
    expect(line.cuts).toBeGreaterThan(1)
    await close()
    const next = mongo.place.views().fenced(2)
    expect(await next.cursor('sums')).toBe(60)
    expect(await next.get('sums', 'all')).toBe('60')
    const rows = await next.range('sums', 'at/', 'at/~', 100)
    expect(rows.map(({ value }) => value)).toEqual(Array.from({ length: 60 }, (_, n) => String(n + 1)))
  })
})

/** Work that must be done once for each index: reads a sum and writes it again, as a follower does that asks for its cursor first. */
async function addOne(views: Views, index: number): Promise<void> {
  if ((await views.cursor('sums')) > index) return
  const sum = Number((await views.get('sums', 'all')) ?? 0) + 1
  const rows = [
    { key: 'all', value: String(sum) },
    { key: `at/${String(index).padStart(3, '0')}`, value: String(sum) },
  ]
  await views.apply('sums', rows, index + 1)
}
