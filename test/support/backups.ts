// Journals to be copied: filled with every thing a storage keeps, and everything read back by the ports.
import { createHash, randomBytes } from 'node:crypto'
import { keptInFolder } from '../../src/hub/backup/kept-files.ts'
import type { Kept } from '../../src/hub/backup/source.ts'
import { fingerprintOf } from '../../src/hub/journal/seal.ts'
import type { Cursors, Journal } from '../../src/hub/journal/journal.ts'
import type { JournalStore } from '../../src/hub/journal/store.ts'
import { draft, HUB, journalOver, type Storage } from './journals.ts'

export const JOURNAL = `${HUB}:journal`
const account = (journal: Journal, name: string): string => journal.headKey('financeable', name, 'USD')

/** One message after another, in commits of several; some are refused, some erased. Gives the journal, still open. */
export async function filledJournal(store: JournalStore, entries: number): Promise<Journal> {
  const journal = await journalOver(store)
  const key = account(journal, 'one')
  await journal.append(draft({ judgement: { accounts: [{ act: 'open', key, amountMinor: 100n, rule: 'open' }] } }))
  for (let n = 0; journal.size() < entries; n++)
    await Promise.all(
      Array.from({ length: 1 + (n % 5) }, (_, at) =>
        journal.append(
          draft({
            content: { ...draft().content, certificates: [[Buffer.from(`certificate ${n % 7}`)]] },
            judgement:
              at % 2 === 0
                ? { accounts: [{ act: 'debit', key, amountMinor: 7n, rule: 'balance' }] }
                : { claims: [{ key: account(journal, `claim ${n} ${at}`), value: { by: `${n}`, at }, rule: 'once' }] },
          }),
        ),
      ),
    )
  return journal
}

/** Says that entries are erased, as `hub.erasure` does, and does it unless told otherwise. */
export async function eraseEntries(journal: Journal, refers: number[], carryOut = true): Promise<void> {
  await journal.append(draft({ kind: 'hub.erasure', by: 'hub', judgement: { refers } }))
  if (carryOut) for (const index of refers) await journal.erase(index)
}

export async function fillCursors(cursors: Cursors): Promise<void> {
  await cursors.put('subscriptions', 'urn:x/desk', { position: 7, above: [9], epoch: 1 })
  await cursors.put('access', 'b', { z: 1, a: [null, true, { ü: '中' }] })
  await cursors.put('access-open', 'c', 'text')
  await cursors.put('nonces', 'n', 1)
}

/** Sealed attachments of random bytes under names that entries may own. */
export async function putAttachments(kept: Kept, sizes: number[]): Promise<string[]> {
  const names: string[] = []
  for (const size of sizes) {
    const name = randomBytes(16).toString('hex')
    async function* data(): AsyncGenerator<Buffer> {
      yield randomBytes(size)
    }
    await kept.attachments.put(name, data(), randomBytes(200))
    names.push(name)
  }
  return names
}

export const keptOf = (storage: Storage, folder: string): Kept => ({
  store: storage.store(),
  cursors: storage.cursors(),
  attachments: keptInFolder(folder),
})

/** Everything that the ports tell, as one value. `nonces` are not told. */
export async function told({ store, cursors, attachments }: Kept): Promise<unknown> {
  const { size, atMs } = await store.position()
  const entries = await store.read(0, size + 1)
  const indexes = entries.map(({ index }) => index)
  const keys = entries.flatMap(({ movements }) => movements.map(({ key }) => key))
  const filed = (await store.filed(indexes))
    .sort((a, b) => a.entry.index - b.entry.index)
    .map(({ entry: { index, atMs, commitment, about, outcome, registerAt, judgedAt }, sealed }) => ({
      entry: { index, atMs, commitment, about, outcome, registerAt, judgedAt },
      sealed,
    }))
  const senders = entries.map(({ senderKey }) => senderKey)
  const certificates = await store.listCertificates('', 10_000)
  const refusals = await store.listRefusals('', 10_000)
  const spaces = (await cursors.spaces()).filter((space) => space !== 'nonces')
  // Who erases an entry destroys what it owns: here nobody does, and the copy rightly has none of it.
  const erased = new Set(entries.flatMap(({ kind, refers }) => (kind === 'hub.erasure' ? refers : [])))
  const blobs = entries.flatMap(({ index, blobs = [] }) => (erased.has(index) ? [] : blobs))
  return {
    size,
    atMs,
    entries,
    ofKind: await store.read(0, size, ['hub.refusal']),
    sealed: await Promise.all(indexes.map((index) => store.sealed(index))),
    filed,
    heads: sorted(await store.heads(keys)),
    listedHeads: await store.listHeads('', 10_000),
    bySender: sorted(await store.bySender(senders)),
    refusals,
    memos: sorted(await store.refusals(refusals.map(({ senderKey }) => senderKey))),
    certificates,
    der: await Promise.all(certificates.map(({ fingerprint }) => store.certificate(fingerprint))),
    commits: await store.commits(0, 10_000),
    commitOf: await Promise.all(indexes.map((index) => store.commitOf(index))),
    rows: await Promise.all(spaces.map(async (space) => [space, await cursors.list(space, '')])),
    attachments: await Promise.all(
      blobs.map(async (name) => {
        const data = await attachments.data(name)
        const hash = createHash('sha256')
        if (data) for await (const piece of data) hash.update(piece)
        return [name, (await attachments.head(name))?.toString('hex'), data && hash.digest('hex')]
      }),
    ),
  }
}

const sorted = <V>(map: Map<string, V>): [string, V][] => [...map].sort(([a], [b]) => (a < b ? -1 : 1))

export { fingerprintOf }
