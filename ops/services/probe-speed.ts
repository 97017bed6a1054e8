// How fast entries are taken, durably and with the three unique indexes. One writer; the store shares the machine with it.
import { randomBytes } from 'node:crypto'
import { entries, freshJournal, insert } from './probe-entries.ts'
import type { Question } from './probe-question.ts'

const RUN_MS = 3_000

export const speedQuestions: Question[] = [
  [1, 1_024],
  [16, 1_024],
  [16, 4_096],
  [64, 4_096],
].map(([batch, bytes]) => ({
  what: `insertMany(${batch}), ordered, durable, bodies of ${bytes} bytes`,
  needed: true,
  ask: async (db) => {
    const journal = await freshJournal(db, 'speed')
    const body = randomBytes(bytes!)
    const tookMs: number[] = []
    let next = 0
    for (const end = performance.now() + RUN_MS; performance.now() < end; next += batch!) {
      const startedMs = performance.now()
      await insert(journal, entries(next, batch!, body))
      tookMs.push(performance.now() - startedMs)
    }
    tookMs.sort((a, b) => a - b)
    const at = (share: number): string => tookMs[Math.floor(tookMs.length * share)]!.toFixed(1)
    return `${Math.round((next / RUN_MS) * 1_000)} entries/s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`
  },
}))
