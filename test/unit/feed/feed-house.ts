// A small house for the feed tests: a journal that is a list, parties that do not exist, sessions by name.
import { createHash } from 'node:crypto'
import { feedFollower } from '../../../src/hub/feed/follower.ts'
import { feedItems } from '../../../src/hub/feed/items.ts'
import { Subscriptions } from '../../../src/hub/feed/subscription.ts'
import { memoryCursors, memoryViews } from '../../../src/hub/journal/memory-views.ts'
import type { AudienceRow } from '../../../src/hub/message/message.ts'
import type { Journal, JournalEntry, SealedContent } from '../../../src/hub/journal/journal.ts'
import type { MessageKind } from '../../../src/hub/message/kind.ts'
import type { Session, SessionPort } from '../../../src/hub/identity/session-port.ts'

export const EXPORTER = 'urn:hub:cn:trader:red-kite-exports'
export const CUSTOMS = 'urn:hub:cn:customs:cloud-harbour'
export const BANK = 'urn:hub:vn:bank:paper-lantern'
export const REGULATOR = 'urn:hub:cn:regulator:green-hill'
export const HUB = 'urn:hub:cn:operator:test-hub'

const START_MS = Date.parse('2026-03-02T01:00:00.000Z')

export interface Written {
  kind?: string
  audience: AudienceRow[]
  body?: unknown
  refers?: number[]
}

export interface ListJournal extends Journal {
  /** Appends entries as one commit and tells the listeners. */
  write(...messages: Written[]): void
}

export function listJournal(): ListJournal {
  const entries: JournalEntry[] = []
  const contents: (SealedContent | undefined)[] = []
  const listeners = new Set<(entries: readonly JournalEntry[]) => void>()
  const unused = (): never => {
    throw new Error('the feed does not use this')
  }
  const add = ({ kind = 'test.note', audience, body, refers = [] }: Written): JournalEntry => {
    const index = entries.length
    const envelope = Buffer.from(
      JSON.stringify({
        id: `note-${index}`,
        kind,
        from: EXPORTER,
        to: [BANK],
        created: '2026-03-02T00:59:00.000Z',
        ref: `UCR-${index}`,
      }),
    )
    const entry = {
      index,
      atMs: START_MS + index,
      kind,
      version: 1,
      by: 'signature',
      outcome: 'accepted',
      commitment: createHash('sha256').update(envelope).digest(),
      senderKey: Buffer.alloc(32),
      movements: [],
      audience,
      refers,
      registerAt: 0,
      judgedAt: index,
      leaf: Buffer.alloc(0),
    } satisfies JournalEntry
    entries.push(entry)
    contents.push({
      envelope,
      signatures: [{ protected: 'eyJ0ZXN0Ijp0cnVlfQ', signature: 'c2ln' }],
      body: Buffer.from(JSON.stringify(body ?? { note: index })),
      attachments: [],
      certificates: [],
      status: [],
      saltSeed: Buffer.alloc(32),
    })
    return entry
  }
  return {
    urn: 'urn:hub:journal:test',
    epoch: 1,
    size: () => entries.length,
    current: async () => entries.length,
    forget: () => {},
    write(...messages) {
      const added = messages.map(add)
      for (const listener of listeners) listener(added)
    },
    read: async (from, limit, kinds) =>
      entries
        .slice(from)
        .filter(({ kind }) => kinds?.includes(kind) ?? true)
        .slice(0, limit),
    content: async (index) => contents[index],
    receipt: async (index) => ({ payload: `cGF5bG9hZC0${index}`, index: 0, size: 1, path: [], signatures: [] }),
    async filed(indexes) {
      return Promise.all(
        indexes.map(async (index) => {
          const [message, receipt] = await Promise.all([this.content(index), this.receipt(index)])
          return { ...(message && { message }), receipt }
        }),
      )
    },
    erase: async (index) => {
      contents[index] = undefined
    },
    onAppend(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    append: unused,
    head: unused,
    moved: unused,
    find: unused,
    headKey: unused,
    close: async () => {},
  }
}

/** Sessions named by their token; `open` makes one, `end` ends one early. */
export function namedSessions(nowMs: () => number) {
  const sessions = new Map<string, Session>()
  const listeners = new Set<(id: string) => void>()
  return {
    open(token: string, party: string, options: { forMs?: number; purpose?: string } = {}): void {
      const { forMs = 900_000, purpose = 'feed' } = options
      sessions.set(token, {
        id: `id-of-${token}`,
        party,
        certificate: 'ab'.repeat(32),
        purpose,
        untilMs: nowMs() + forMs,
      })
    },
    end(token: string): void {
      for (const listener of listeners) listener(`id-of-${token}`)
    },
    verify: (token) => sessions.get(token),
    onEnd(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  } satisfies SessionPort & Record<string, unknown>
}

export const NOTE_KIND = {
  type: 'application/json',
  schema: {
    type: 'object',
    properties: { note: { type: 'integer', 'x-class': 'trade' }, secret: { type: 'string', 'x-class': 'commercial' } },
  },
  views: { supervision: ['public', 'trade'] },
} as unknown as MessageKind

export function feedHouse(options: { onFault?: (fault: unknown) => void } = {}) {
  const journal = listJournal()
  const views = memoryViews()
  const cursors = memoryCursors()
  const follower = feedFollower({ journal, views, retryMs: 1, ...(options.onFault && { onFault: options.onFault }) })
  const privacy = {
    kind: () => NOTE_KIND,
    signer: { sign: async (payload: Buffer) => `signed.${payload.toString('base64url')}` },
  }
  const items = feedItems({ journal, privacy })
  const subscriptions = new Subscriptions({
    cursors,
    nowMs: () => START_MS,
    epoch: journal.epoch,
    viewNames: new Set(['full', 'supervision', 'masked', 'summary']),
  })
  return { journal, views, cursors, follower, privacy, items, subscriptions }
}

/** A clock of feeds that is turned by hand. */
export function handClock() {
  let nowMs = 0
  let due: { atMs: number; run: () => void }[] = []
  return {
    nowMs: () => nowMs,
    after: (delayMs: number, run: () => void) => {
      const one = { atMs: nowMs + delayMs, run }
      due.push(one)
      return () => void (due = due.filter((other) => other !== one))
    },
    pass(ms: number): void {
      const untilMs = nowMs + ms
      for (;;) {
        const next = due.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0]
        if (!next) break
        due = due.filter((one) => one !== next)
        nowMs = next.atMs
        next.run()
      }
      nowMs = untilMs
    },
  }
}

export const everyRow = (views: ReturnType<typeof memoryViews>) => views.range('feed', '', '~', 1_000_000)
export const to = (...parties: string[]): AudienceRow[] => parties.map((party) => ({ party, view: 'full' }))

/** Waits until `condition` holds; the test's own timeout is the limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1))
}
