// What the hub writes on its own is written once, however often and from however many sides it is asked for.
import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Journal } from '../../../src/hub/journal/journal.ts'
import { memoryStore } from '../../../src/hub/journal/memory-store.ts'
import { derivedId } from '../../../src/hub/message/hub-message.ts'
import { appendOwnEntry, type OwnEntry, type OwnEntryDeps } from '../../../src/hub/own-entry.ts'
import { appendOnce } from '../../../src/hub/supervision/anchor.ts'
import { HUB, journalOver } from '../../support/journals.ts'

let journal: Journal
let deps: OwnEntryDeps
let nowMs = Date.parse('2026-11-02T01:00:00.000Z')
beforeEach(async () => {
  journal = await journalOver(memoryStore(), () => nowMs)
  deps = { hub: HUB, journal, clock: () => nowMs, randomness: randomBytes, registerAt: () => 0 }
})
afterEach(() => journal.close())

const alert = (about: string): OwnEntry => ({
  kind: 'hub.alert',
  id: derivedId('alert', about),
  to: [],
  body: { about },
  audience: [],
})

it('written again, later or at once, it finds its id in use', async () => {
  const first = await appendOwnEntry(alert('one'), deps)
  expect(first.result).toBe('appended')
  nowMs += 1_000
  expect((await appendOwnEntry(alert('one'), deps)).result).toBe('id-reused')
  const both = await Promise.all([appendOwnEntry(alert('two'), deps), appendOwnEntry(alert('two'), deps)])
  expect(both.map(({ result }) => result).sort()).toEqual(['appended', 'id-reused'])
  expect(journal.size()).toBe(2)
})

it('asked for by several at once, all are given the one that stands', async () => {
  const indexes = await Promise.all(Array.from({ length: 5 }, () => appendOnce(alert('three'), deps)))
  expect(new Set(indexes)).toEqual(new Set([0]))
  expect(journal.size()).toBe(1)
})
