// What the hub has to do by itself at a time: a reservation that runs out and an answer that is overdue, each once.
import { expect } from 'vitest'
import * as documents from '../../src/client/demo/documents.ts'
import type { JournalEntry } from '../../src/hub/journal/journal.ts'
import { toTime } from '../../src/hub/values/encoding.ts'
import type { ClusterStage } from './cluster-stage.ts'
import { allEntries } from './fault-invariants.ts'

const [EXPORTER, CUSTOMS, BANK] = ['hanoi-importer', 'vietnam-customs', 'nanning-bank'] as const
const TERMS = { amount: '1000.00', currency: 'USD' }
/** More than a clock may be off that is right, and far less than one that is wrong. */
const ABOUT_MS = 60_000
const DONE_WITHIN_MS = 90_000

let serial = 500_000

/** Something that comes at a time of its own. */
export interface Coming {
  atMs: number
  /** Index of the entry that has it. */
  index: number
  kind: 'hub.expiry' | 'hub.overdue'
}

/** A declaration that wants an answer, and a reservation over another that ends, both in `inMs`. Both have been accepted. */
export async function comingIn(stage: ClusterStage, inMs: number): Promise<Coming[]> {
  const { load } = stage
  const [asked, filed] = [documents.electronics(Date.now(), ++serial), documents.electronics(Date.now(), ++serial)]
  const atMs = Date.now() + inMs
  const declared = { kind: 'customs.declaration', to: [CUSTOMS] }
  const release = documents.release(filed, Date.now())
  const applied = documents.application(filed, { ...TERMS, applicationId: `TIMED-${serial}` }, Date.now())
  const messages = [
    await stage.message(EXPORTER, { ...declared, body: asked, dueMs: atMs }),
    await stage.message(EXPORTER, { ...declared, body: filed }),
    await stage.message(CUSTOMS, { kind: 'customs.release', to: [EXPORTER], body: release }),
    await stage.message(BANK, { kind: 'tradefinance.financing', body: { ...applied, reserveUntil: toTime(atMs) } }),
  ]
  for (const message of messages) await stage.answered(message)
  const indexOf = (n: number): number => {
    const told = load.told.get(messages[n]!.commitment)!
    expect(told.outcome).toBe('accepted')
    return told.index
  }
  return [
    { atMs, index: indexOf(0), kind: 'hub.overdue' },
    { atMs, index: indexOf(3), kind: 'hub.expiry' },
  ]
}

/** Waits until all of it has come, and looks that each came once, after its time and not long after `latestMs`. */
export async function cameOnce(stage: ClusterStage, coming: readonly Coming[], latestMs: number): Promise<void> {
  const { journal, close } = await stage.cluster.kept()
  try {
    const found = async (): Promise<JournalEntry[][]> => {
      const entries = await allEntries(journal)
      return coming.map(({ index, kind }) => entries.filter((one) => one.kind === kind && one.refers.includes(index)))
    }
    const missing = async (): Promise<number> => (await found()).filter(({ length }) => length === 0).length
    await expect.poll(missing, { timeout: DONE_WITHIN_MS, interval: 500 }).toBe(0)
    for (const [n, entries] of (await found()).entries()) {
      const { atMs, kind } = coming[n]!
      expect(entries, kind).toHaveLength(1)
      expect(entries[0]!.atMs, kind).toBeGreaterThanOrEqual(atMs)
      expect(entries[0]!.atMs, kind).toBeLessThan(Math.max(atMs, latestMs) + ABOUT_MS)
    }
  } finally {
    await close()
  }
}
