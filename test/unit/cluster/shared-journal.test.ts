// One journal, several processes: whoever has the lease appends, the others have it append for them, and nothing is taken twice.
import { afterEach, describe, expect, it } from 'vitest'
import { serveForwarded } from '../../../src/hub/cluster/forward-server.ts'
import type { Lease } from '../../../src/hub/cluster/lease.ts'
import { SealedWire } from '../../../src/hub/cluster/sealed-wire.ts'
import { APPEND, SharedJournal } from '../../../src/hub/cluster/shared-journal.ts'
import { localWake, type Wake } from '../../../src/hub/cluster/wake.ts'
import { memoryStore } from '../../../src/hub/journal/memory-store.ts'
import type { JournalStore } from '../../../src/hub/journal/store.ts'
import { draft, journalOver } from '../../support/journals.ts'
import { leaseTable, type LeaseTable, memoryLeases } from '../../support/memory-leases.ts'

const SECRET = Buffer.alloc(32, 5)

interface Place {
  journal: SharedJournal
  store: JournalStore
  leases: ReturnType<typeof memoryLeases>
  lease?: Lease
  begin(): Promise<void>
  close(): Promise<void>
}

const open: Place[] = []
afterEach(async () => {
  for (const place of open.splice(0)) await place.close()
})

const NOW_MS = 1_700_000_000_000

async function place(
  name: string,
  table: LeaseTable,
  shared: JournalStore,
  wake: Wake,
  clock = (): number => NOW_MS,
): Promise<Place> {
  const wire = new SealedWire(SECRET)
  // Each has a storage of its own to fail with, over the one that all share.
  const store: JournalStore = { ...shared, close: async () => {} }
  let journal: SharedJournal
  const appending = await journalOver(store, clock, { mayAppend: () => journal.mayAppend() })
  const server = await serveForwarded({
    host: '127.0.0.1',
    port: 0,
    wire,
    append: (one) => journal.appendHere(one),
    grown: (from) => journal.grown(from),
    onFault: () => {},
  })
  const leases = memoryLeases(table, { process: name, url: server.url })
  journal = new SharedJournal({
    journal: appending,
    wake,
    wire,
    writer: async () => (await leases.holders()).get(APPEND),
    process: name,
    onFault: () => {},
  })
  const made: Place = {
    journal,
    store,
    leases,
    async begin() {
      made.lease = (await leases.take(APPEND))!
      await journal.begin(made.lease)
    },
    async close() {
      await server.close()
      await journal.close()
    },
  }
  open.push(made)
  return made
}

async function three(): Promise<{ table: LeaseTable; places: [Place, Place, Place] }> {
  const [table, store, wake] = [leaseTable(), memoryStore(), localWake()]
  const [a, b, c] = [
    await place('a', table, store, wake),
    await place('b', table, store, wake),
    await place('c', table, store, wake),
  ]
  await a.begin()
  return { table, places: [a, b, c] }
}

describe('the journal of several processes', () => {
  it('takes what any process hands in, once, in one order', async () => {
    const { places } = await three()
    const drafts = Array.from({ length: 60 }, () => draft())
    const all = await Promise.all(drafts.map((one, n) => places[n % 3]!.journal.append(one)))
    expect(all.every(({ result }) => result === 'appended')).toBe(true)
    for (const { journal } of places) {
      expect(await journal.current()).toBe(60)
      expect((await journal.read(0, 100)).map(({ index }) => index)).toEqual(Array.from({ length: 60 }, (_, n) => n))
    }
    const again = await Promise.all(drafts.map((one, n) => places[(n + 1) % 3]!.journal.append(one)))
    expect(again.every(({ result }) => result === 'duplicate')).toBe(true)
  })

  it('carries every part of a draft and of the answer', async () => {
    const { places } = await three()
    const [a, b] = places
    const key = a.journal.headKey('financeable', 'x', 'USD')
    const one = draft({
      judgement: { accounts: [{ act: 'open', key, amountMinor: 12_345_678_901_234_567_890n, rule: 'open' }] },
    })
    const there = await b.journal.append(one)
    expect(there.result).toBe('appended')
    if (there.result !== 'appended') return
    expect((await a.journal.head(key))!.value['net']).toBe('12345678901234567890')
    expect(there.receipt).toEqual(await a.journal.receipt(there.entry.index))
    expect(there.entry).toEqual((await a.journal.read(there.entry.index, 1))[0])
    expect(Buffer.isBuffer(there.entry.leaf)).toBe(true)
  })

  it('knows what was appended by another as soon as it asks, and tells those who follow', async () => {
    const { places } = await three()
    const [a, b, c] = places
    let told = 0
    c.journal.onAppend(() => told++)
    await b.journal.append(draft())
    expect(await c.journal.current()).toBe(1)
    expect(told).toBeGreaterThan(0)
    expect(c.journal.size()).toBe(1)
    expect(a.journal.size()).toBe(1)
  })

  it('asks the one that appends how far it is, and the store where that does not say', async () => {
    const { table, places } = await three()
    const [a, b, c] = places
    await c.journal.append(draft())
    let asked = 0
    const position = c.store.position
    c.store.position = () => {
      asked++
      return position()
    }
    await b.journal.append(draft())
    expect(await c.journal.current()).toBe(2)
    expect(asked).toBe(0)
    // Its lease has ended: what it says may be old.
    table.nowMs += 5_000
    expect(a.journal.grown(0)).toBeUndefined()
    expect(await c.journal.current()).toBe(2)
    expect(asked).toBe(1)
  })

  it('does not ask the store for kinds that have not come', async () => {
    const { places } = await three()
    const [, b, c] = places
    await c.journal.append(draft())
    const read = c.store.read
    let asked = 0
    c.store.read = (...given) => {
      asked++
      return read(...given)
    }
    await b.journal.append(draft())
    await c.journal.current()
    expect(await c.journal.read(1, 10, ['hub.key'])).toEqual([])
    expect(asked).toBe(0)
    expect((await c.journal.read(1, 10, [draft().kind])).map(({ index }) => index)).toEqual([1])
    expect(asked).toBe(1)
  })

  it('goes on with the next that has the lease, and what waited meanwhile is taken once', async () => {
    const { table, places } = await three()
    const [a, b, c] = places
    await c.journal.append(draft())
    await a.close()
    table.nowMs += 5_000
    const one = draft()
    // The line was cut: nobody knows whether it was taken. It is sent again with the same id.
    await expect(c.journal.append(one)).rejects.toMatchObject({ code: 'WRITER_UNREACHABLE' })
    const waiting = c.journal.append(one)
    await b.begin()
    expect((await waiting).result).toBe('appended')
    expect(await c.journal.current()).toBe(2)
  })

  it('gives no entry an earlier time than the one before it had, though the next to append has a clock that is behind', async () => {
    const [table, store, wake] = [leaseTable(), memoryStore(), localWake()]
    const a = await place('a', table, store, wake)
    const behind = await place('b', table, store, wake, () => NOW_MS - 250)
    await a.begin()
    await behind.journal.append(draft())
    expect(await behind.journal.current()).toBe(1)
    await a.close()
    table.nowMs += 5_000
    await behind.begin()
    await behind.journal.append(draft())
    const times = (await behind.journal.read(0, 10)).map(({ atMs }) => atMs)
    expect(times).toEqual([NOW_MS, NOW_MS])
  })

  it('says that nobody appends when nobody does, and has taken nothing', async () => {
    const { table, places } = await three()
    const [, b] = places
    table.nowMs += 5_000
    await expect(b.journal.append(draft())).rejects.toMatchObject({ code: 'WRITER_UNREACHABLE' })
    expect(await b.journal.current()).toBe(0)
  })

  it('a process whose lease was taken while it slept appends nothing and answers nothing', async () => {
    const { table, places } = await three()
    const [a, b] = places
    await a.journal.append(draft())
    table.nowMs += 5_000
    await b.begin()
    await b.journal.append(draft())
    // It still believes in its lease: the place it would write to is taken, and it finds out.
    const stale = a.lease!
    const believing: Lease = { name: stale.name, fence: stale.fence, held: () => true }
    await a.journal.begin(believing)
    await b.journal.append(draft())
    const one = draft()
    const outcome = await a.journal.append(one)
    // What it had not seen it sees now, and goes on behind it: one order, nothing lost.
    expect(outcome.result).toBe('appended')
    expect((await b.journal.read(0, 10)).map(({ index }) => index)).toEqual([0, 1, 2, 3])
  })

  it('a write that ends after the lease did is in the journal, but not answered for', async () => {
    const { table, places } = await three()
    const [a, b] = places
    const write = a.store.write
    a.store.write = async (batch) => {
      await write(batch)
      table.nowMs += 5_000
    }
    const one = draft()
    await expect(a.journal.append(one)).rejects.toMatchObject({ code: 'WRITER_UNREACHABLE' })
    await b.begin()
    const again = await b.journal.append(one)
    expect(again.result).toBe('duplicate')
  })

  it('an answer that is lost is looked up by its id: one entry', async () => {
    const { places } = await three()
    const [a, b] = places
    const write = a.store.write
    a.store.write = async (batch) => {
      await write(batch)
      throw new Error('the answer is lost')
    }
    const one = draft()
    await expect(b.journal.append(one)).rejects.toMatchObject({ code: 'WRITER_UNREACHABLE' })
    a.store.write = write
    expect((await b.journal.find(one.sender, one.id))?.index).toBe(0)
    expect((await b.journal.append(one)).result).toBe('duplicate')
  })

  it('takes nothing from somebody who does not have the secret of the hub', async () => {
    const { places } = await three()
    const [a] = places
    const url = (await a.leases.holders()).get(APPEND)!.url
    for (const body of [
      '',
      'x',
      'x'.repeat(10_000),
      new SealedWire(Buffer.alloc(32, 6)).seal(Buffer.from('x'), Buffer.from('append')),
    ]) {
      const answer = await fetch(`${url}/append`, { method: 'POST', body: body as string })
      expect(answer.status).toBe(404)
    }
    expect((await fetch(url)).status).toBe(404)
  })
})

describe('the sealed wire', () => {
  it('opens only what a process of the hub sealed, for that question, unchanged', () => {
    const [one, two] = [new SealedWire(SECRET), new SealedWire(SECRET)]
    const about = Buffer.from('question')
    const sealed = one.seal(Buffer.from('hello'), about)
    expect(two.open(sealed, about)?.toString()).toBe('hello')
    expect(two.open(sealed, Buffer.from('other'))).toBeUndefined()
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed)
      changed[at]! ^= 1
      expect(two.open(changed, about)).toBeUndefined()
    }
    expect(new SealedWire(Buffer.alloc(32, 1)).open(sealed, about)).toBeUndefined()
    expect(one.seal(Buffer.from('hello'), about)).not.toEqual(sealed)
  })
})
