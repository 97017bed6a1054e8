// A storage that fails once, after the walk has taken what an entry is to own: the same bytes again are accepted, and nothing is lost or left over.
import { createHash, randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { memoryStore } from '../../src/hub/journal/memory-store.ts'
import type { JournalStore } from '../../src/hub/journal/store.ts'
import { expectTaken, post } from '../support/doors.ts'
import { invoiced, newInvoice } from '../support/invoices.ts'
import { openWorld, type World } from '../support/world.ts'

const [SELLER, BANK] = ['guangxi-exporter', 'nanning-bank'] as const
const DAY_MS = 86_400_000
let world: World
/** A write that fails once, before or after it has taken effect; or a storage that is away. */
let failing: 'before' | 'after' | 'away' | undefined

beforeAll(async () => {
  const inner = memoryStore()
  const store: JournalStore = {
    ...inner,
    async write(batch) {
      const ofMessage = batch.entries.some(({ entry }) => entry.kind === 'tradefinance.invoice')
      // Days that have passed make the hub write entries of its own: it is the message that the fault has to meet.
      const now = failing === 'away' || ofMessage ? failing : undefined
      if (ofMessage && now !== 'away') failing = undefined
      if (now === 'before' || now === 'away') throw new Error('the disk is away')
      await inner.write(batch)
      if (now === 'after') throw new Error('the answer is lost')
    },
    async position() {
      if (failing === 'away') throw new Error('the disk is away')
      return inner.position()
    },
  }
  world = await openWorld({ surroundings: { store } })
})
afterAll(() => world.close())

it.each([
  ['before', [500, 201]],
  ['after', [200, 200]],
  ['away', [500, 503, 201]],
] as const)('%s: the same bytes are answered %j', async (when, answers) => {
  const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(100_000)])
  const scan = { name: 'scan.pdf', type: 'application/pdf', bytes, upload: true }
  const what = { ...invoiced([world.urn(BANK)], newInvoice(world)), attachments: [scan] }
  const message = await world.compose(SELLER, what)
  const { sha256 } = message.uploads![0]!
  await world.client(SELLER).upload({ sha256, type: scan.type, bytes })
  const kept = (): string[] =>
    readdirSync(join(world.config.data, 'attachments', 'kept')).filter((name) => name.endsWith('.key'))
  const before = kept().length
  failing = when
  for (const status of answers.slice(0, -1)) expect((await post(world, SELLER, message)).status).toBe(status)
  failing = undefined
  // After a failed write the hub takes nothing for some seconds.
  world.clock.shiftMs += 11_000
  const { index } = expectTaken(await post(world, SELLER, message), answers.at(-1)).body
  const read = (): Promise<Buffer> => world.client(BANK).attachment(index, sha256)
  expect((await read()).equals(bytes)).toBe(true)
  expect(
    createHash('sha256')
      .update(await read())
      .digest('hex'),
  ).toBe(sha256)
  // What was taken in vain belongs to no entry: nobody reads it, and the sweep destroys it in its day.
  const [entry] = await world.hub.house.journal.read(index, 1)
  expect(entry!.blobs).toHaveLength(1)
  expect(kept().length).toBeGreaterThanOrEqual(before + (when === 'after' ? 1 : 2))
  world.clock.shiftMs += 2 * DAY_MS
  await world.hub.sweepAttachments()
  expect(kept().length).toBe(before + 1)
  expect(kept()).toContain(`${entry!.blobs![0]}.key`)
  expect((await read()).equals(bytes)).toBe(true)
})
