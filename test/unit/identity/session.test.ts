// Sessions of a hub of two processes: each folds the register for itself, and they have nothing in common but the cursors and a secret.
import { beforeAll, describe, expect, it } from 'vitest'
import { randomBytes } from 'node:crypto'
import type { HubError } from '../../../src/hub/errors.ts'
import { SeenPaths, type Identities } from '../../../src/hub/identity/authenticate.ts'
import { compact, signJws } from '../../../src/hub/identity/jws.ts'
import { FoldedRegister } from '../../../src/hub/identity/register-fold.ts'
import { Sessions, type SessionsOptions } from '../../../src/hub/identity/session.ts'
import { keySigner } from '../../../src/hub/identity/signer.ts'
import type { Cursors, JournalEntry } from '../../../src/hub/journal/journal.ts'
import { memoryCursors } from '../../../src/hub/journal/memory-views.ts'
import { toTime } from '../../../src/hub/values/encoding.ts'
import { type Holder, leaf, NOW, root } from './authority.ts'

const HUB = 'urn:hub:cn:operator:test-hub'
const ORIGIN = 'https://hub.example'
const BANK = 'urn:hub:vn:bank:lotus-bay'
const AUTHORITY = 'urn:hub:vn:authority:register-office'
const SECRET = Buffer.alloc(32, 7)
const MINUTE_MS = 60_000

let ca: Holder
let bank: Holder
beforeAll(async () => {
  ca = await root()
  bank = await leaf(ca)
})

/** A process of the hub. `fold` gives it the next entry of the register; `journal` has those that any process was given. */
async function processOf(cursors: Cursors, more: Partial<SessionsOptions> = {}, journal = { size: 0 }) {
  const clock = { ms: NOW }
  const register = new FoldedRegister(
    {
      hub: HUB,
      operatorRoot: ca.certificate,
      countries: [{ country: 'VN', authority: AUTHORITY, anchors: [ca.certificate] }],
    },
    (label, ...parts) => [label, ...parts].join('/'),
  )
  let size = 0
  const waiting = new Set<() => void>()
  const fold = async (kind: string, body: object): Promise<void> => {
    await register.fold({ index: size++, kind, movements: [] } as unknown as JournalEntry, AUTHORITY, body)
    journal.size = Math.max(journal.size, size)
    for (const look of waiting) look()
  }
  const party = (state: string) => fold('hub.party', { party: BANK, name: 'x', country: 'VN', class: 'bank', state })
  const caughtUp = (wanted = journal.size): Promise<boolean> =>
    new Promise((resolve) => {
      const look = (): void => void (size >= wanted && resolve(true))
      waiting.add(look)
      setTimeout(() => resolve(false), 200)
      look()
    })
  const identities = { hub: HUB, register, seen: new SeenPaths() } as unknown as Identities
  const sessions = new Sessions({
    identities,
    cursors,
    origin: ORIGIN,
    clock: () => clock.ms,
    randomness: randomBytes,
    secret: SECRET,
    shared: { caughtUp },
    ...more,
  })
  await party('active')
  return { sessions, register, clock, fold, party }
}
type Process = Awaited<ReturnType<typeof processOf>>

async function answerOf({ sessions, clock }: Process, purpose = 'api'): Promise<string> {
  const { nonce, hub, origin } = sessions.challenge()
  const certificate = bank.certificate.fingerprint
  const claims = { hub, origin, party: BANK, certificate, nonce, issued: toTime(clock.ms), purpose }
  const payload = Buffer.from(JSON.stringify(claims))
  const signer = keySigner(bank.keys.privateKey)
  return compact(payload, await signJws(payload, 'hub-session+jws', signer, { fingerprint: certificate }))
}
const open = async (at: Process, purpose?: string): Promise<string> =>
  (await at.sessions.open(await answerOf(at, purpose), [bank.certificate.der])).token
const codeOf = async (work: () => unknown): Promise<string> =>
  Promise.resolve()
    .then(work)
    .then(
      () => 'none',
      (error: HubError) => error.code,
    )

async function two() {
  const cursors = memoryCursors()
  const journal = { size: 0 }
  return { cursors, a: await processOf(cursors, {}, journal), b: await processOf(cursors, {}, journal) }
}

describe('a session opened on one process', () => {
  it('is good on the other at once, by a certificate that only the first was shown', async () => {
    const { a, b } = await two()
    const token = await open(a, 'feed')
    const [here, there] = [await a.sessions.verify(token), await b.sessions.verify(token)]
    expect(there).toEqual(here)
    expect(there).toMatchObject({ party: BANK, purpose: 'feed', untilMs: NOW + 15 * MINUTE_MS })
  })
  it('waits there for the register it was opened with, and is refused for now if that does not come', async () => {
    const { a, b } = await two()
    await a.fold('hub.mandate', { agent: BANK, kinds: [], from: toTime(NOW), until: toTime(NOW), state: 'active' })
    const token = await open(a)
    expect(await codeOf(() => b.sessions.verify(token))).toBe('VIEW_BEHIND')
    const verified = b.sessions.verify(token)
    await b.fold('hub.mandate', { agent: BANK, kinds: [], from: toTime(NOW), until: toTime(NOW), state: 'active' })
    expect(await verified).toMatchObject({ party: BANK })
  })
  it('is opened for a party that another process was told of just now, and refused for now while that is not here', async () => {
    const { a, b } = await two()
    for (const one of [a, b]) await one.party('suspended')
    await a.party('active')
    expect(await codeOf(() => open(b))).toBe('VIEW_BEHIND')
    const opening = open(b)
    await b.party('active')
    expect(await codeOf(() => opening)).toBe('none')
  })
  it('ends on both when its party is suspended, whether it was used there before or not, and stays ended', async () => {
    const { a, b } = await two()
    const [used, unused] = [await open(a, 'feed'), await open(a)]
    const { id } = await b.sessions.verify(used)
    const ended: string[] = []
    b.sessions.onEnd((one) => ended.push(one))
    for (const one of [a, b]) await one.party('suspended')
    b.sessions.review()
    expect(ended).toEqual([id])
    for (const { sessions } of [a, b])
      for (const token of [used, unused]) expect(await codeOf(() => sessions.verify(token))).toBe('SESSION_REQUIRED')
    for (const one of [a, b]) await one.party('active')
    for (const { sessions } of [a, b]) expect(await codeOf(() => sessions.verify(used))).toBe('SESSION_REQUIRED')
    expect(await codeOf(() => open(b))).toBe('none')
  })
  it('ends on both by an act of the operator, and one opened after the act does not', async () => {
    const { a, b } = await two()
    const [before, unused] = [await open(a), await open(b)]
    await b.sessions.verify(before)
    const act = { act: 'close-sessions', party: BANK, reason: 'lost laptop' }
    for (const one of [a, b]) {
      await one.fold('hub.admin', act)
      one.sessions.endAll(BANK)
    }
    const after = await open(a)
    for (const { sessions } of [a, b]) {
      for (const token of [before, unused]) expect(await codeOf(() => sessions.verify(token))).toBe('SESSION_REQUIRED')
      expect(await codeOf(() => sessions.verify(after))).toBe('none')
    }
  })
  it('ends on both when its certificate is revoked', async () => {
    const { a, b } = await two()
    const token = await open(a)
    await b.sessions.verify(token)
    const { fingerprint } = bank.certificate
    for (const one of [a, b])
      await one.fold('hub.revocation', { fingerprint, reason: 'keyCompromise', revokedAt: toTime(NOW) })
    for (const { sessions } of [a, b]) expect(await codeOf(() => sessions.verify(token))).toBe('SESSION_REQUIRED')
  })
  it('runs out by the clock on both', async () => {
    const { a, b } = await two()
    const token = await open(a)
    for (const { sessions, clock } of [a, b]) {
      clock.ms += 15 * MINUTE_MS
      expect(await codeOf(() => sessions.verify(token))).toBe('SESSION_ENDED')
    }
  })
  it('is not good where a byte of its token differs, at another origin, or with another secret', async () => {
    const { a, b, cursors } = await two()
    const token = await open(a)
    for (let at = 0; at < token.length; at++) {
      const other = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
      expect(await codeOf(() => b.sessions.verify(other)), `byte ${at}`).toBe('SESSION_REQUIRED')
    }
    for (const more of [{ origin: 'https://other.example' }, { secret: Buffer.alloc(32, 8) }]) {
      const { sessions } = await processOf(cursors, more)
      expect(await codeOf(() => sessions.verify(token))).toBe('SESSION_REQUIRED')
    }
  })
  it('is not taken for that of a certificate whose path somebody has put into the store', async () => {
    const { a, b, cursors } = await two()
    const token = await open(a)
    const other = await leaf(ca, { party: 'urn:hub:vn:bank:paper-lantern' })
    const [kept] = await cursors.list('session-paths', '')
    await cursors.put('session-paths', kept!.key, [other.certificate.der.toString('base64url')])
    await expect(Promise.resolve(b.sessions.verify(token))).rejects.toThrow('that of another')
  })
})

describe('one process', () => {
  it('alone ends its sessions with itself', async () => {
    const cursors = memoryCursors()
    const before = await processOf(cursors, { shared: undefined as never })
    const token = await open(before)
    expect(await codeOf(() => before.sessions.verify(token))).toBe('none')
    const after = await processOf(cursors, { shared: undefined as never })
    expect(await codeOf(() => after.sessions.verify(token))).toBe('SESSION_REQUIRED')
  })
  it('knows so many sessions and no more, until some run out', async () => {
    const cursors = memoryCursors()
    const few = await processOf(cursors, { sessionsMax: 3 })
    const many = await processOf(cursors)
    const tokens = [await open(many), await open(many), await open(few), await open(few)]
    expect(await codeOf(() => few.sessions.verify(tokens[0]!))).toBe('none')
    expect(await codeOf(() => few.sessions.verify(tokens[1]!))).toBe('OVERLOADED')
    expect(await codeOf(() => open(few))).toBe('OVERLOADED')
    expect(await codeOf(() => few.sessions.verify(tokens[2]!))).toBe('none')
    expect(few.sessions.count).toBe(3)
    few.clock.ms += 15 * MINUTE_MS
    await open(few)
    expect(few.sessions.count).toBe(1)
  })
})

describe('challenges', () => {
  it('are answered once, on whichever process', async () => {
    const { a, b } = await two()
    const answer = await answerOf(a)
    const all = await Promise.all(
      [a, b, a, b].map(({ sessions }) => codeOf(() => sessions.open(answer, [bank.certificate.der]))),
    )
    expect(all.sort()).toEqual(['SESSION_NONCE_USED', 'SESSION_NONCE_USED', 'SESSION_NONCE_USED', 'none'])
  })
  it('that are used up are forgotten in time, by one process for all, and none that could still be answered', async () => {
    const cursors = memoryCursors()
    const removed: string[] = []
    let listed = 0
    const watched: Cursors = {
      ...cursors,
      put: async (space, key, value) => {
        if (space === 'nonces' && value === undefined) removed.push(key)
        await cursors.put(space, key, value)
      },
      list: async (space, prefix) => {
        if (space === 'nonces') listed++
        return cursors.list(space, prefix)
      },
    }
    const [a, b] = [await processOf(watched), await processOf(watched)]
    for (let n = 0; n < 40; n++) {
      for (const one of [a, b]) {
        one.clock.ms = NOW + n * 20_000
        await open(one)
      }
      await new Promise(setImmediate)
      const left = await cursors.list('nonces', '')
      const live = [...Array(n + 1).keys()].filter((m) => NOW + m * 20_000 + 2 * MINUTE_MS >= a.clock.ms)
      expect(left.length).toBeGreaterThanOrEqual(2 * live.length)
      expect(left.length).toBeLessThanOrEqual(2 * 21)
    }
    expect(new Set(removed).size, 'nothing twice').toBe(removed.length)
    expect(removed.length).toBeGreaterThan(30)
    // Eight spans of 100 s have gone by, and each was looked at with the one before it.
    expect(listed).toBeLessThan(25)
  })
})
