// A full disk: SQLite itself says SQLITE_FULL, because a file may not grow. The hub says so, keeps nothing half, and goes on with room.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ComposedMessage } from '../../src/client/compose.ts'
import * as documents from '../../src/client/demo/documents.ts'
import { HubProblem } from '../../src/client/hub-problem.ts'
import { HubClient, type Submitted } from '../../src/client/hub-client.ts'
import * as invariants from '../support/fault-invariants.ts'
import { openKept } from '../support/fault-kept.ts'
import { receivedOne } from '../support/consignment.ts'
import { notesOf } from '../support/fault-life.ts'
import { pause } from '../support/fault-traffic.ts'
import { openWorld, type World } from '../support/world.ts'
import { LONG_MS, PATIENT } from '../support/patience.ts'

interface Opened {
  path: string
  pragma(text: string): { [name: string]: number }[]
}
const opened = vi.hoisted(() => ({ files: [] as Opened[] }))
// The hub's own connections, so that the test can say how large each file may become.
vi.mock('libsql', async (original) => {
  const { default: Database } = await original<{ default: new (path: string) => Omit<Opened, 'path'> }>()
  return {
    default: class extends Database {
      constructor(path: string) {
        super(path)
        opened.files.push({ path, pragma: (text) => this.pragma(text) })
      }
    },
  }
})
const MAX_PAGES = 1_073_741_823

/** The newest connection to a file of the data folder. */
const connection = (name: string): Opened => opened.files.findLast(({ path }) => path.endsWith(name))!

function full(name: string): void {
  const file = connection(name)
  file.pragma(`max_page_count = ${file.pragma('page_count')[0]!['page_count']}`)
}
const room = (name: string): void => void connection(name).pragma(`max_page_count = ${MAX_PAGES}`)

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const acknowledgement = (folder: string): Promise<ComposedMessage> => {
  return world.compose(folder, receivedOne(world, world.urn(folder)))
}

/** A client that asks once, to see each answer. */
const once = (folder: string): HubClient => {
  const { card, identity } = world.party(folder)
  return new HubClient({ url: world.url, hub: card.hub, identity, retry: { attempts: 1 } })
}

const codeOf = (answer: Submitted): string => (answer.outcome === 'accepted' ? 'accepted' : answer.problem.code)

describe('a full disk', { timeout: LONG_MS }, () => {
  it('refuses what the journal cannot write as OVERLOADED, leaves nothing of it, and takes the same bytes later', async () => {
    const { journal } = world.hub.house
    const [bank, stranger, importer] = ['nanning-bank', 'bangkok-bank', 'hanoi-importer'].map(once) as HubClient[]
    await Promise.all([bank, stranger, importer].map((client) => client!.token('api')))
    const taken = await acknowledgement('nanning-bank')
    const first = await bank!.submit(taken)
    full('journal.sqlite')

    // Pages that are half empty still take a little.
    const waiting: ComposedMessage[] = []
    for (let tries = 0; tries < 200 && waiting.length === 0; tries++) {
      const message = await acknowledgement('nanning-bank')
      if (codeOf(await bank!.submit(message)) !== 'accepted') waiting.push(message)
    }
    const size = journal.size()
    const filed = documents.electronics(Date.now(), 4_711)
    const to = ['vietnam-customs', 'nanning-bank'].map(world.urn)
    const declaration = await world.compose('hanoi-importer', { kind: 'customs.declaration', to, body: filed })
    // The first message of its sender: its certificate is not in the store yet.
    const early = await acknowledgement('bangkok-bank')
    waiting.push(declaration, early)
    const clients = new Map([
      [waiting[0]!, bank!],
      [declaration, importer!],
      [early, stranger!],
    ])
    for (const message of waiting) {
      const answer = await clients.get(message)!.submit(message)
      expect(answer).toMatchObject({
        outcome: 'refused',
        problem: { status: 503, code: 'OVERLOADED', retry: 'same-id' },
      })
    }

    expect(journal.size()).toBe(size)
    expect(await journal.read(size, 10)).toEqual([])
    expect(await journal.head(journal.headKey('declaration', filed.entryId))).toBeUndefined()
    for (const { envelope } of waiting) expect(await journal.find(envelope.from, envelope.id)).toBeUndefined()
    // What there is can still be read, and an earlier message gets its answer.
    expect(await bank!.submit(taken)).toMatchObject({ outcome: 'accepted', duplicate: true })
    expect((await bank!.feed({ limit: 1 })).journal).toBe(journal.urn)

    room('journal.sqlite')
    for (const message of waiting)
      expect(await clients.get(message)!.submit(message)).toMatchObject({ outcome: 'accepted', duplicate: false })
    expect(journal.size()).toBe(size + waiting.length)
    await world.restart()
    const again = await world.client('bangkok-bank').submit(early)
    expect(again).toMatchObject({ outcome: 'accepted', duplicate: true })
    expect(await world.client('nanning-bank').submit(taken)).toMatchObject({
      receipt: { payload: first.outcome === 'accepted' && first.receipt.payload },
    })
    await everythingHolds()
  })

  it('goes on taking messages when feeds and tree cannot be written, and brings them up to date later', async () => {
    const client = world.client('nanning-bank')
    await client.submit(await acknowledgement('nanning-bank'))
    full('views.sqlite')
    for (let n = 0; n < 60; n++)
      expect(codeOf(await client.submit(await acknowledgement('nanning-bank')))).toBe('accepted')
    room('views.sqlite')
    await caughtUp()
    await everythingHolds()
  })

  it('opens no session when its nonce cannot be kept: OVERLOADED, and later it does', async () => {
    await caughtUp()
    full('cursors.sqlite')
    const refused: unknown[] = []
    for (let tries = 0; tries < 400 && refused.length === 0; tries++)
      await once('hanoi-bank')
        .token('api')
        .catch((error: unknown) => refused.push(error))
    const [refusal] = refused
    expect(refusal).toBeInstanceOf(HubProblem)
    expect((refusal as HubProblem).problem).toMatchObject({ status: 503, code: 'OVERLOADED' })
    room('cursors.sqlite')
    expect(await once('hanoi-bank').token('api')).toMatch(/^[\w-]+$/)
    expect(codeOf(await world.submit('hanoi-bank', receivedOne(world, world.urn('hanoi-bank'))))).toBe('accepted')
    await caughtUp()
    await everythingHolds()
  })
})

/** Waits until feeds and checkpoint cover the journal. */
async function caughtUp(): Promise<void> {
  for (const giveUpAt = performance.now() + PATIENT.timeout; performance.now() < giveUpAt; await pause(20)) {
    const { lag } = (await (await fetch(`${world.url}/health/ready`)).json()) as { lag: Record<string, number> }
    if (lag['feed'] === 0 && lag['evidence'] === 0) return
  }
  throw new Error('feeds or checkpoint do not catch up')
}

async function everythingHolds(): Promise<void> {
  await caughtUp()
  await world.hub.close()
  const { journal, views, cursors, close } = await openKept(world.config)
  try {
    const entries = await invariants.allEntries(journal)
    invariants.checkOrder(entries)
    await invariants.checkHeads(entries, journal)
    await invariants.checkFeeds(entries, views)
    invariants.checkLog(entries, await notesOf({ cursors }))
    for (const { index } of entries) expect(await journal.content(index), `entry ${index} opens`).toBeDefined()
  } finally {
    await close()
  }
  await world.restart()
}
