// A message found by its sender and id: by those who were told of it, as they were told of it, and by nobody else.
import { expect, it } from 'vitest'
import type { JournalEntry } from '../../../src/hub/journal/journal.ts'
import { findTold } from '../../../src/hub/message/told.ts'

const [SENDER, READER, SUPERVISOR, STRANGER] = ['sender', 'reader', 'supervisor', 'stranger'] as const
const ENTRY = {
  index: 7,
  kind: 'customs.declaration',
  commitment: Buffer.alloc(32, 1),
  audience: [
    { party: SENDER, view: 'full' },
    { party: SUPERVISOR, view: 'supervision' },
    { party: READER, view: 'supervision' },
    { party: READER, view: 'full' },
  ],
} as unknown as JournalEntry
const journal = { find: async (sender: string, id: string) => (sender === SENDER && id === 'one' ? ENTRY : undefined) }

it.each([
  [SENDER, 'full'],
  [READER, 'full'],
  [SUPERVISOR, 'supervision'],
] as const)('%s finds it in the view %s', async (party, view) => {
  expect(await findTold(journal, party, SENDER, 'one')).toEqual({
    index: 7,
    kind: 'customs.declaration',
    commitment: '01'.repeat(32),
    view,
  })
})

it('is not found by one who was not told, nor under another name, and both look alike', async () => {
  expect(await findTold(journal, STRANGER, SENDER, 'one')).toBeUndefined()
  expect(await findTold(journal, SENDER, SENDER, 'two')).toBeUndefined()
  expect(await findTold(journal, SENDER, READER, 'one')).toBeUndefined()
})
