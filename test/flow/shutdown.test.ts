// The end of a process: what was answered 201 is kept, and it ends with 0.
import { afterEach, expect, it } from 'vitest'
import { composeMessage } from '../../src/client/compose.ts'
import { electronics } from '../../src/client/demo/documents.ts'
import { HubSilent } from '../../src/client/hub-problem.ts'
import { composerOf } from '../../src/client/party-folder.ts'
import { openKept } from '../support/fault-kept.ts'
import { mortalHub, type MortalHub } from '../support/fault-process.ts'
import { COMES_AGAIN } from '../support/doors.ts'
import { LONG_MS } from '../support/patience.ts'

const LANES = 6
const ENOUGH = 40
let hub: MortalHub
afterEach(() => hub?.remove())

interface Kept {
  from: string
  id: string
  index: number
}

/** Files declarations one after the other until the hub no longer takes them; gives those that were answered 201. */
async function lane(number: number, taken: Kept[], codes: Set<string>): Promise<void> {
  const client = hub.client('hanoi-importer', 1)
  const party = hub.party('hanoi-importer')
  const { hub: urn, party: from } = party.card
  const to = ['vietnam-customs', 'nanning-bank'].map((folder) => hub.party(folder).card.party)
  for (let n = 0; ; n++) {
    const body = electronics(Date.now(), number * 10_000 + n)
    const message = await composeMessage(
      { hub: urn, v: 1, kind: 'customs.declaration', from, to, body },
      composerOf(party),
    )
    try {
      let answer = await client.submit(message)
      while (answer.outcome === 'refused' && COMES_AGAIN.has(answer.problem.code)) answer = await client.submit(message)
      if (answer.outcome === 'accepted') taken.push({ from, id: message.envelope.id, index: answer.index })
      else return void codes.add(answer.problem.code)
    } catch (error) {
      if (error instanceof HubSilent) return void codes.add('silent')
      throw error
    }
  }
}

it('keeps every message it has answered 201, and ends with 0', { timeout: LONG_MS }, async () => {
  hub = await mortalHub({ HUB_CHECKPOINT_MS: '100' })
  hub.spawn()
  await hub.ready()
  const taken: Kept[] = []
  const codes = new Set<string>()
  const lanes = Array.from({ length: LANES }, (_, n) => lane(n + 1, taken, codes))
  await expect.poll(() => taken.length, { timeout: LONG_MS / 2 }).toBeGreaterThan(ENOUGH)
  const exit = await hub.stop()
  await Promise.all(lanes)
  expect(exit, hub.log()).toBe(0)
  for (const code of codes) expect(['CLOSING', 'OVERLOADED', 'silent']).toContain(code)
  const { journal, close } = await openKept(hub.config)
  try {
    for (const { from, id, index } of taken) expect((await journal.find(from, id))?.index).toBe(index)
  } finally {
    await close()
  }
})
