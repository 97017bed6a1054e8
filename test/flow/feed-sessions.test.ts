// A right that is taken away closes the sockets that rest on it within five seconds, whatever they are doing at that moment.
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HubClient } from '../../src/client/hub-client.ts'
import { nationalCa } from '../../src/client/sandbox/certificates.ts'
import type { ClientIdentity } from '../../src/client/session-keeper.ts'
import { toBase64url } from '../../src/hub/values/encoding.ts'
import { declared } from '../support/consignment.ts'
import { expectTaken, type Answer } from '../support/doors.ts'
import { FeedLine } from '../support/feed-line.ts'
import { enrol, enter, revoke, type Ca } from '../support/papers.ts'
import { unixEntrance, type UnixEntrance } from '../support/unix-entrance.ts'
import { openWorld, type World } from '../support/world.ts'

const CLOSED_WITHIN_MS = 5_000
/** More than the system keeps for a peer that does not read. */
const ITEMS = 75

interface Enrolled {
  identity: ClientIdentity
  client: HubClient
}

let world: World
let entrance: UnixEntrance
const enrolled = new Map<string, Enrolled>()

/** What takes the right away, and from whom. */
const ACTS: [string, { party: string; ca: Ca; act: (of: Enrolled) => Promise<Answer> }][] = [
  [
    'its certificate is revoked',
    { party: 'urn:hub:cn:trader:revoked', ca: 'cn-p256', act: ({ identity }) => revoke(world, identity) },
  ],
  [
    'its party is suspended',
    {
      party: 'urn:hub:cn:trader:suspended',
      ca: 'cn-p256',
      act: () =>
        enter(world, 'cn', 'hub.party', {
          party: 'urn:hub:cn:trader:suspended',
          name: 'Invented suspended',
          country: 'CN',
          class: 'trader',
          state: 'suspended',
        }),
    },
  ],
  ['its CA is taken out of the register', { party: 'urn:hub:th:trader:uprooted', ca: 'th-p256', act: takeCaOut }],
]

async function takeCaOut(): Promise<Answer> {
  const authority = world.party('th-register-office').card.party
  const other = await nationalCa({ party: authority, country: 'TH', ca: 'th-other', alg: 'ES256' } as never, Date.now())
  const anchors = [{ certificate: toBase64url(other.certificateDer), status: 'register', classes: [] }]
  return enter(world, 'th', 'hub.country', { country: 'TH', authority, anchors, classes: [] })
}

beforeAll(async () => {
  world = await openWorld()
  entrance = await unixEntrance(world.url, join(world.dir, 'hub.sock'))
  for (const [, { party, ca }] of ACTS) enrolled.set(party, await enrol(world, party, ca))
  const declaration = (): ReturnType<typeof declared> => {
    const made = declared(world)
    return { ...made, to: [...made.to, ...enrolled.keys()] }
  }
  for (let n = 0; n < ITEMS; n++) await world.submit('guangxi-exporter', declaration())
})
afterAll(async () => {
  entrance?.close()
  await world?.close()
})

/** A line of a party and the hub's end of it. */
async function open(token: string): Promise<{ line: FeedLine; hubEnd: Socket }> {
  const before = new Set(entrance.sockets)
  const line = await FeedLine.open({ url: `http+unix://${entrance.path}:` }, token)
  return { line, hubEnd: [...entrance.sockets].find((socket) => !before.has(socket))! }
}

/** Subscribes and stops reading; resolves when the hub holds what it cannot get rid of. */
async function stall({ line, hubEnd }: { line: FeedLine; hubEnd: Socket }): Promise<void> {
  line.send({ type: 'subscribe', name: 'stalled', after: 0, credit: 1_000 })
  await line.frame('subscribed')
  line.socket.pause()
  await expect.poll(() => hubEnd.writableLength, { timeout: 20_000 }).toBeGreaterThan(0)
}

/** Reads the whole feed item by item, again and again under another name. */
async function replay(line: FeedLine): Promise<void> {
  for (let round = 0; !line.ended; round++) {
    const name = `round-${round}`
    const begun = line.frames.length
    line.send({ type: 'subscribe', name, after: 0, credit: 1 })
    for (let item = 1; item <= ITEMS && !line.ended; item++) {
      await expect
        .poll(() => line.ended || line.frames.length - begun > item, { interval: 1, timeout: 20_000 })
        .toBeTruthy()
      if (!line.ended) line.send({ type: 'credit', name, n: 1 })
    }
    if (!line.ended) line.send({ type: 'unsubscribe', name })
  }
}

describe('a socket is closed within five seconds when', () => {
  it.each(ACTS)('%s: idle, in the middle of a replay, and stalled', async (_what, { party, act }) => {
    const one = enrolled.get(party)!
    const token = await one.client.token('feed')
    const idle = await open(token)
    const replaying = await open(token)
    const stalled = await open(token)
    await stall(stalled)
    const replayed = replay(replaying.line)
    await replaying.line.frame('item')
    const ends = [idle, replaying, stalled].map(({ hubEnd }) => once(hubEnd, 'close'))
    expectTaken(await act(one))
    const late = new Promise((resolve) => setTimeout(resolve, CLOSED_WITHIN_MS, 'late').unref())
    for (const end of ends) expect(await Promise.race([end, late])).not.toBe('late')
    for (const { line } of [idle, replaying])
      expect(await line.end()).toMatchObject({ code: 4401, error: { code: 'SESSION_ENDED', fatal: true } })
    await replayed
    await expect(FeedLine.open(world, token)).rejects.toThrow('no ready: the line ended with 4401')
  })
})
