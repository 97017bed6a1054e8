// What every storage of the journal must promise.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Appended, Journal } from '../../src/hub/journal/journal.ts'
import { receiptPayloadBytes } from '../../src/hub/evidence/receipt.ts'
import { rootFromPath, leafHash } from '../../src/hub/evidence/merkle.ts'
import { draft, HUB, journalOver, storages, type Storage } from '../support/journals.ts'

const net = async (journal: Journal, key: string): Promise<bigint> =>
  BigInt((await journal.head(key))!.value['net'] as string)
const results = (all: Appended[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { result } of all) counts[result] = (counts[result] ?? 0) + 1
  return counts
}

describe.each(storages)('journal on $name', ({ make }) => {
  let storage: Storage
  let journal: Journal
  let now: number
  beforeEach(async () => {
    now = Date.UTC(2026, 10, 1)
    storage = await make()
    journal = await journalOver(storage.store(), () => now)
  })
  afterEach(async () => {
    await journal.close()
    await storage.remove()
  })
  const account = (name: string): string => journal.headKey('financeable', name, 'USD')
  const open = (name: string, amountMinor: bigint): Promise<Appended> =>
    journal.append(draft({ judgement: { accounts: [{ act: 'open', key: account(name), amountMinor, rule: 'open' }] } }))
  const debit = (name: string, amountMinor: bigint, more: Parameters<typeof draft>[0] = {}): Promise<Appended> =>
    journal.append(
      draft({
        ...more,
        judgement: {
          accounts: [{ act: 'debit', key: account(name), amountMinor, rule: 'financeable-balance' }],
          ...more?.judgement,
        },
      }),
    )

  it('gives a gap-free index from 0 and a time that never goes back', async () => {
    const first = await Promise.all(Array.from({ length: 40 }, () => journal.append(draft())))
    now -= 60_000
    const second = await journal.append(draft())
    const indexes = [...first, second].map((a) => (a.result === 'appended' ? a.entry.index : -1))
    expect([...indexes].sort((a, b) => a - b)).toEqual(Array.from({ length: 41 }, (_, n) => n))
    const entries = await journal.read(0, 100)
    expect(entries.map(({ index }) => index)).toEqual(Array.from({ length: 41 }, (_, n) => n))
    for (let n = 1; n < entries.length; n++) expect(entries[n]!.atMs).toBeGreaterThanOrEqual(entries[n - 1]!.atMs)
  })

  it('tells whether an entry has moved a head beyond what somebody has seen of it', async () => {
    const [there, absent] = [account('there'), account('absent')]
    expect(await journal.moved(new Map([[there, 0]]))).toBe(false)
    await open('there', 10n)
    expect(await journal.moved(new Map([[there, 0]]))).toBe(true)
    expect(
      await journal.moved(
        new Map([
          [there, 1],
          [absent, 0],
        ]),
      ),
    ).toBe(false)
    await debit('there', 4n)
    expect(
      await journal.moved(
        new Map([
          [absent, 0],
          [there, 1],
        ]),
      ),
    ).toBe(true)
    expect(await journal.moved(new Map([[there, 2]]))).toBe(false)
    expect(await journal.moved(new Map())).toBe(false)
  })

  it('answers the same (sender, id) and bytes with the original entry and receipt payload, in the same commit and later', async () => {
    const one = draft()
    const [a, b] = await Promise.all([journal.append(one), journal.append({ ...one })])
    const c = await journal.append({ ...one })
    expect([a.result, b.result, c.result]).toEqual(['appended', 'duplicate', 'duplicate'])
    const payloads = [a, b, c].map((x) => ('receipt' in x ? x.receipt.payload : ''))
    expect(new Set(payloads).size).toBe(1)
    expect(journal.size()).toBe(1)
  })

  it('refuses other bytes under a used id', async () => {
    const one = draft()
    await journal.append(one)
    const other = await journal.append({ ...draft(), id: one.id })
    expect(other.result).toBe('id-reused')
    expect(journal.size()).toBe(1)
  })

  it('gives receipts whose path leads to the signed root of the commit', async () => {
    const all = await Promise.all(Array.from({ length: 7 }, () => journal.append(draft())))
    for (const a of all) {
      if (a.result !== 'appended') throw new Error(a.result)
      const payload = Buffer.from(a.receipt.payload, 'base64url')
      expect(JSON.parse(payload.toString())).toMatchObject({
        hub: HUB,
        index: a.entry.index,
        outcome: 'accepted',
        messageCommitment: a.entry.commitment.toString('hex'),
      })
      expect(payload).toEqual(receiptPayloadBytes(JSON.parse(payload.toString())))
      const root = rootFromPath({
        leafHash: leafHash(payload),
        index: a.receipt.index,
        size: a.receipt.size,
        path: a.receipt.path.map((h) => Buffer.from(h, 'hex')),
      })
      expect(root).toBeDefined()
      expect(await journal.receipt(a.entry.index)).toEqual(a.receipt)
    }
  })

  it('lets a claim be made once; the second is refused, journaled with the version it saw, and names the entry that moved the head', async () => {
    const key = journal.headKey('declaration', '720020261000012345')
    const claim = { claims: [{ key, value: { state: 'declared' }, rule: 'declaration-number' }] }
    const first = await journal.append(draft({ judgement: claim }))
    const second = await journal.append(draft({ sender: 'urn:hub:cn:bank:two', judgement: claim }))
    if (first.result !== 'appended' || second.result !== 'refused') throw new Error(`${first.result} ${second.result}`)
    expect(second.entry).toMatchObject({
      kind: 'hub.refusal',
      outcome: 'refused',
      by: 'hub',
      refusal: { code: 'ALREADY_CLAIMED', rule: 'declaration-number', key, version: 1, movedAt: first.entry.index },
    })
    const body = JSON.parse((await journal.content(second.entry.index))!.body.toString())
    expect(body).toMatchObject({ sender: 'urn:hub:cn:bank:two', code: 'ALREADY_CLAIMED', head: key, version: 1 })
    expect(key).not.toContain('7200')
  })

  it('accepts exactly floor(credit / amount) of 200 racing debits, journals the rest, and the sums agree after a rebuild', async () => {
    await open('A', 100_000n)
    const all = await Promise.all(Array.from({ length: 200 }, () => debit('A', 1_300n)))
    expect(results(all)).toEqual({ appended: 76, refused: 124 })
    expect(await net(journal, account('A'))).toBe(100_000n - 76n * 1_300n)
    let rebuilt = 0n
    for (const entry of await journal.read(0, 1000))
      for (const { key, value } of entry.movements) if (key === account('A')) rebuilt = BigInt(value['net'] as string)
    expect(rebuilt).toBe(await net(journal, account('A')))
    const versions = (await journal.read(0, 1000)).flatMap((entry) => entry.movements).map(({ from, to }) => [from, to])
    expect(versions).toEqual(Array.from({ length: 77 }, (_, n) => [n, n + 1]))
  })

  it('cannot tell of an account that was never opened', async () => {
    const a = await debit('unheard', 1n)
    if (a.result !== 'refused') throw new Error(a.result)
    expect(a.entry).toMatchObject({ outcome: 'unknown', refusal: { code: 'NOT_KNOWN_HERE', version: 0 } })
    expect(a.entry.refusal).not.toHaveProperty('movedAt')
  })

  it('repeats a refusal for the same bytes while the head stands, and judges anew once it has moved', async () => {
    await open('R', 100n)
    const want = draft({
      judgement: { accounts: [{ act: 'debit', key: account('R'), amountMinor: 150n, rule: 'financeable-balance' }] },
    })
    const first = await journal.append(want)
    const again = await journal.append({ ...want })
    if (first.result !== 'refused' || again.result !== 'refused') throw new Error('not refused')
    expect(again.entry.index).toBe(first.entry.index)
    expect(again.receipt.payload).toBe(first.receipt.payload)
    expect(journal.size()).toBe(2)
    await journal.append(
      draft({ judgement: { accounts: [{ act: 'adjust', key: account('R'), deltaMinor: 100n, rule: 'amendment' }] } }),
    )
    expect((await journal.append({ ...want })).result).toBe('appended')
  })

  it('lets an amendment and a cancellation race a financing: the authority is never refused, the rest is a shortfall with an alert', async () => {
    for (let round = 0; round < 20; round++) {
      const name = `race-${round}`
      await open(name, 1_000n)
      const authority: Promise<Appended>[] = [
        journal.append(
          draft({
            judgement: { accounts: [{ act: 'adjust', key: account(name), deltaMinor: -600n, rule: 'amendment' }] },
          }),
        ),
      ]
      const uses = Array.from({ length: 3 }, () => debit(name, 400n))
      if (round % 2) uses.reverse()
      const all = await Promise.all([...(round % 2 ? authority : []), ...uses, ...(round % 2 ? [] : authority)])
      const used = all.filter((a) => a.result === 'appended').length - 1
      expect((await authority[0]!).result).toBe('appended')
      expect(await net(journal, account(name))).toBe(400n - BigInt(used) * 400n)
      const alerts = (await journal.read(0, 10_000)).filter(({ kind }) => kind === 'hub.alert').length
      const close = await journal.append(
        draft({
          judgement: { accounts: [{ act: 'close', key: account(name), amountMinor: 400n, rule: 'cancellation' }] },
        }),
      )
      expect(close.result).toBe('appended')
      expect(await net(journal, account(name))).toBe(BigInt(used) * -400n)
      const after = (await journal.read(0, 10_000)).filter(({ kind }) => kind === 'hub.alert').length
      expect(after - alerts).toBe(used > 0 ? 1 : 0)
      expect((await debit(name, 1n)).result).toBe('refused')
      // Repayment still credits a closed account and covers the shortfall.
      await journal.append(
        draft({
          judgement: { accounts: [{ act: 'credit', key: account(name), amountMinor: 400n, rule: 'repayment' }] },
        }),
      )
      expect(await net(journal, account(name))).toBe(BigInt(used - 1) * -400n)
    }
  })

  it('lets confirm and expiry exclude each other', async () => {
    await open('X', 1_000n)
    for (let round = 0; round < 20; round++) {
      const key = journal.headKey('financing', `f-${round}`)
      await debit('X', 10n, {
        judgement: {
          claims: [{ key, value: { state: 'applied' }, rule: 'financing' }],
          accounts: [{ act: 'debit', key: account('X'), amountMinor: 10n, rule: 'b' }],
        },
      })
      const confirm = draft({ judgement: { moves: [{ key, version: 1, value: { state: 'confirmed' } }] } })
      const expire = draft({
        judgement: {
          moves: [{ key, version: 1, value: { state: 'expired' } }],
          accounts: [{ act: 'credit', key: account('X'), amountMinor: 10n, rule: 'expiry' }],
        },
      })
      const order = round % 2 ? [confirm, expire] : [expire, confirm]
      const [first, second] = await Promise.all(order.map((d) => journal.append(d)))
      expect([first!.result, second!.result]).toEqual(['appended', 'stale'])
      expect((await journal.head(key))!.version).toBe(2)
    }
    expect(await net(journal, account('X'))).toBe(1_000n - 10n * 10n)
  })

  it('keeps who wants an answer of whom outside the erasable part, and lets answer and overdue exclude each other', async () => {
    const key = journal.headKey('awaited', 'one', 'id', 'two')
    const due = { atMs: now + 1, waiting: ['urn:hub:cn:bank:one'], awaited: [{ party: 'urn:hub:cn:bank:two', key }] }
    const claims = [{ key, value: { state: 'awaited' }, rule: 'answer-awaited' }]
    const asked = await journal.append(draft({ due, judgement: { claims } }))
    if (asked.result !== 'appended') throw new Error(asked.result)
    const moves = (state: string) => draft({ judgement: { moves: [{ key, version: 1, value: { state } }] } })
    const [answer, overdue] = await Promise.all(['answered', 'overdue'].map((state) => journal.append(moves(state))))
    expect([answer!.result, overdue!.result]).toEqual(['appended', 'stale'])
    await journal.erase(asked.entry.index)
    const entries = await journal.read(0, 10)
    expect(entries.map((entry) => entry.due)).toEqual([due, undefined])
    expect((await journal.head(key))!.value).toEqual({ state: 'answered' })
  })

  it('opens a quota once per person and day, across Shanghai midnight and two sites', async () => {
    const day = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 10)
    const buy = (atMs: number, amountMinor: bigint): Promise<Appended> => {
      const key = journal.headKey('mutual-market-quota', 'person-1', day(atMs))
      return journal.append(
        draft({
          judgement: {
            accounts: [
              { act: 'openOnce', key, amountMinor: 800_000n, rule: 'quota' },
              { act: 'debit', key, amountMinor, rule: 'quota' },
            ],
          },
        }),
      )
    }
    const before = Date.UTC(2026, 10, 1, 15, 59, 59)
    const after = Date.UTC(2026, 10, 1, 16, 0, 0)
    const all = await Promise.all([buy(before, 400_001n), buy(before, 400_001n), buy(after, 800_000n), buy(after, 1n)])
    expect(all.map(({ result }) => result)).toEqual(['appended', 'refused', 'appended', 'refused'])
  })

  it('sends a stale expectation back instead of refusing it', async () => {
    const key = journal.headKey('party', 'x')
    expect((await journal.append(draft({ judgement: { expects: [{ key, version: 3 }] } }))).result).toBe('stale')
    expect(journal.size()).toBe(0)
  })

  it('opens the content as it was written, attachments and certificates included', async () => {
    const der = Buffer.from('certificate')
    const one = draft()
    one.content = {
      ...one.content,
      certificates: [[der]],
      attachments: [{ sha256: createHash('sha256').update('pdf').digest('hex'), bytes: Buffer.from('pdf') }],
    }
    const a = await journal.append(one)
    if (a.result !== 'appended') throw new Error(a.result)
    const content = (await journal.content(a.entry.index))!
    expect(content).toMatchObject({
      envelope: one.content.envelope,
      body: one.content.body,
      attachments: one.content.attachments,
      signatures: one.content.signatures,
    })
    expect(content.certificates[0]![0]!.equals(der)).toBe(true)
  })

  it('erases: content cannot be opened, index, leaf and receipt stay', async () => {
    const one = draft()
    const a = await journal.append(one)
    await Promise.all(Array.from({ length: 30 }, () => journal.append(draft())))
    if (a.result !== 'appended') throw new Error(a.result)
    const sealed = (await storage.store().sealed(0))!
    await journal.erase(0)
    await journal.erase(0)
    expect(await journal.content(0)).toBeUndefined()
    expect((await journal.read(0, 1))[0]!.leaf).toEqual(a.entry.leaf)
    expect((await journal.receipt(0)).payload).toBe(a.receipt.payload)
    if (storage.folder)
      for (const file of readdirSync(storage.folder)) {
        const bytes = readFileSync(join(storage.folder, file))
        expect(bytes.includes(sealed.wrappedKey), `${file} still holds the wrapped key`).toBe(false)
        expect(bytes.includes(one.content.body), `${file} holds plaintext`).toBe(false)
        expect(bytes.includes(one.content.envelope), `${file} holds plaintext`).toBe(false)
      }
  })

  it('reads entries a moment later as its storage reads them for ever', async () => {
    await open('one', 100n)
    await debit('one', 30n, { due: { atMs: now + 1, waiting: ['urn:hub:cn:bank:one'], awaited: [] } })
    await debit('one', 300n)
    const entries = await journal.read(0, 10)
    expect(entries.map(({ kind }) => kind)).toEqual(['test.kind', 'test.kind', 'hub.refusal'])
    const store = storage.store()
    expect(entries).toEqual(await store.read(0, 10))
    expect(await journal.read(0, 10, ['hub.refusal'])).toEqual(await store.read(0, 10, ['hub.refusal']))
    expect(await journal.read(1, 1)).toEqual(await store.read(1, 1))
  })

  it('finds an entry by sender and id with a single Buffer as key', async () => {
    const one = draft()
    await journal.append(one)
    expect((await journal.find(one.sender, one.id))?.index).toBe(0)
    expect(await journal.find(one.sender, 'other')).toBeUndefined()
  })

  it('goes on after a failed write: nothing half-done remains, the waiting are told', async () => {
    const store = storage.store()
    let fail = false
    const flaky = await journalOver(
      { ...store, write: async (batch) => (fail ? Promise.reject(new Error('disk gone')) : store.write(batch)) },
      () => now,
    )
    await flaky.append(draft())
    fail = true
    await expect(flaky.append(draft())).rejects.toThrow('disk gone')
    fail = false
    const a = await flaky.append(draft())
    expect(a.result === 'appended' && a.entry.index).toBe(1)
    if (storage.folder) await flaky.close()
  })
})

describe.each(storages)('views and cursors on $name', ({ make }) => {
  it('applies rows and cursor together, ranges in key order, empties', async () => {
    const storage = await make()
    const views = storage.views()
    expect(await views.cursor('v')).toBe(0)
    await views.apply(
      'v',
      [
        { key: 'b', value: '2' },
        { key: 'a', value: '1' },
        { key: 'c', value: Buffer.from([3]) },
      ],
      5,
    )
    await views.apply('v', [{ key: 'b', value: undefined }], 6)
    expect(await views.cursor('v')).toBe(6)
    expect((await views.range('v', 'a', 'z', 10)).map(({ key }) => key)).toEqual(['a', 'c'])
    expect((await views.range('v', 'a', 'z', 1, 'descending')).map(({ key }) => key)).toEqual(['c'])
    expect(Buffer.from((await views.get('v', 'c')) as Uint8Array)).toEqual(Buffer.from([3]))
    await views.empty('v')
    expect([await views.cursor('v'), await views.get('v', 'a')]).toEqual([0, undefined])
    await views.close()
    await storage.remove()
  })

  it('keeps positions, and lets a nonce be new only once', async () => {
    const storage = await make()
    const cursors = storage.cursors()
    const taken = await Promise.all(Array.from({ length: 10 }, () => cursors.putNew('nonces', 'n', 1)))
    expect(taken.filter(Boolean).length).toBe(1)
    await Promise.all([
      cursors.put('s', 'a/1', { position: 4 }),
      cursors.put('s', 'a/2', 5),
      cursors.put('s', 'b', null),
    ])
    expect(await cursors.get('s', 'a/1')).toEqual({ position: 4 })
    expect((await cursors.list('s', 'a/')).map(({ key }) => key)).toEqual(['a/1', 'a/2'])
    await cursors.put('s', 'a/1', undefined)
    expect(await cursors.get('s', 'a/1')).toBeUndefined()
    await cursors.close()
    await storage.remove()
  })
})
