// What an interrupted group commit leaves on MongoDB, and how it is completed: entries whose heads and refusal memos have not been
// written, and contents that no entry names.
import type { Collection } from 'mongodb'
import type { JournalEntry } from './journal.ts'
import type { mongoContents } from './mongo-contents.ts'
import type { EntryDocument } from './mongo-entry.ts'
import { isDuplicate } from './mongo-faults.ts'
import { movedBy, type mongoHeads } from './mongo-heads.ts'
import { refusalIn, type mongoRefusals } from './mongo-refusals.ts'

/** `applied`: the heads and memos of all entries below it are written. `at`: sizes of the journal where it was settled last. */
export interface SettledDocument {
  _id: 'journal'
  applied: number
  at?: number[]
}

/** Entries between two notes of how far the heads are: at most that many, and one group commit, are gone through again. */
const NOTED_EVERY = 1_024
const PAGE = 512
/**
 * A write that fails, or whose process dies, is followed by a settling at about its place; a process that sleeps and wakes late writes
 * contents where it fell asleep, which is about where the next began. So what nobody names lies near the places of the last few.
 */
const NEAR = 1_024
const PLACES_KEPT = 8

interface Settled {
  entries: Collection<EntryDocument>
  contents: ReturnType<typeof mongoContents>
  heads: ReturnType<typeof mongoHeads>
  refusals: ReturnType<typeof mongoRefusals>
  marks: Collection<SettledDocument>
  position(): Promise<{ size: number }>
}

export function mongoSettling({ entries, contents, heads, refusals, marks, position }: Settled) {
  /** All below it are applied, as far as this process has seen to it itself. */
  let appliedTo: number | undefined
  let noted = 0
  /** Writes of this process that failed, and how many of them have been settled since. */
  let failures = 0
  let settledFailures = 0
  let running: Promise<void> | undefined

  const note = async (mark: Partial<SettledDocument> & { applied: number }): Promise<void> => {
    try {
      await marks.updateOne({ _id: 'journal', applied: { $lt: mark.applied } }, { $set: mark }, { upsert: true })
    } catch (error) {
      if (!isDuplicate(error)) throw error
    }
  }

  const applyAgain = async (from: number, to: number): Promise<void> => {
    for (let at = from; at < to; at += PAGE) {
      const range = { _id: { $gte: at, $lt: Math.min(at + PAGE, to) } }
      const projection = { record: 1, refused: 1, about: 1 }
      const found = await entries.find(range, { projection, batchSize: PAGE }).sort({ _id: 1 }).toArray()
      const moving = found.map(({ _id, record }) => {
        const { movements } = JSON.parse(record) as Pick<JournalEntry, 'movements'>
        return { index: _id, movements }
      })
      await heads.applyMissing(movedBy(moving))
      await refusals.apply(found.flatMap(refusalIn))
    }
  }

  const complete = async (): Promise<void> => {
    const failuresBefore = failures
    const mark = await marks.findOne({ _id: 'journal' })
    const { size } = await position()
    await applyAgain(mark?.applied ?? 0, size)
    const places = [...new Set([...(mark?.at ?? []), size])].slice(-PLACES_KEPT)
    for (const place of places) await contents.collect(Math.max(0, place - NEAR), Math.min(place + NEAR, size), entries)
    await note({ applied: size })
    await marks.updateOne({ _id: 'journal' }, { $set: { at: places } })
    appliedTo = noted = size
    settledFailures = failuresBefore
  }

  /** Asked for by several at a time, it is done once. */
  const settle = (): Promise<void> => {
    running ??= complete().finally(() => (running = undefined))
    return running
  }

  return {
    settle,
    /** Settles if a write of this process has failed since. */
    async ensure(): Promise<void> {
      if (failures > settledFailures) await settle()
    },
    /** Runs the write of a group commit, and keeps in mind whether it was completed. */
    async during(first: number, entryCount: number, write: () => Promise<void>): Promise<void> {
      try {
        await write()
      } catch (error) {
        failures++
        throw error
      }
      // Before the first entry there is nothing to settle.
      if (first === 0) appliedTo ??= 0
      if (appliedTo !== first) return
      appliedTo += entryCount
      if (appliedTo - noted < NOTED_EVERY) return
      noted = appliedTo
      // Only saves the next settling some work: not waited for, and lost without harm.
      note({ applied: noted }).catch(() => {})
    },
  }
}
