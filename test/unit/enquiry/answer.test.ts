// The walk of a question over a journal that moves while it is read, and the tally of guesses.
import { describe, expect, it } from 'vitest'
import { answerEnquiry, type Asked, type EnquiryDeps } from '../../../src/hub/enquiry/answer.ts'
import { compileEnquiries, type Enquiry } from '../../../src/hub/enquiry/enquiry.ts'
import { Misses } from '../../../src/hub/enquiry/misses.ts'
import type { Attestation } from '../../../src/hub/evidence/attestation.ts'
import { HubError } from '../../../src/hub/errors.ts'
import type { FoldedRegister } from '../../../src/hub/identity/register-fold.ts'
import type { Head } from '../../../src/hub/journal/heads.ts'
import type { Journal } from '../../../src/hub/journal/journal.ts'
import { fakeCursors } from '../evidence/fake-views.ts'

const BANK = 'urn:hub:cn:bank:example-a'
const DAY_MS = 24 * 3_600_000

/** A journal of two heads that are always moved together; `between` runs after each head that is read. */
function movingJournal(between: (move: () => void) => void) {
  const heads = new Map<string, Head>()
  let size = 0
  const move = (): void => {
    size++
    for (const key of ['left', 'right']) heads.set(key, { version: size, index: size - 1, value: { at: size } })
  }
  move()
  return {
    urn: 'urn:hub:cn:operator:example-hub:journal',
    epoch: 1,
    size: () => size,
    current: async () => size,
    moved: async (seen: ReadonlyMap<string, number>) =>
      [...seen].some(([key, version]) => (heads.get(key)?.version ?? 0) > version),
    headKey: (label: string) => label,
    async head(key: string) {
      const head = heads.get(key)
      between(move)
      return head
    },
  } as unknown as Journal
}

/** Whether both heads are equal; a number asked for that is not 1 is one the hub does not have. */
const pair: Enquiry<{ number: number }> = {
  name: 'test.pair',
  version: 1,
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['number'],
    properties: { number: { type: 'integer' } },
  },
  askers: ['bank'],
  check: () => [],
  about: ({ number }) => `number:${number}`,
  async answer({ number }, views) {
    const [left, right] = [await views.head('left'), await views.head('right')]
    if (number !== 1) return { verdict: 'unknown' }
    return { verdict: left!.value['at'] === right!.value['at'] ? 'yes' : 'no', facts: { at: left!.value['at']! } }
  },
}

function desk(journal: Journal, more: Partial<EnquiryDeps> = {}, cursors = fakeCursors()) {
  let nowMs = Date.parse('2026-03-01T08:00:00.000Z')
  const clock = (): number => nowMs
  const party = (urn: string) => ({
    party: urn,
    class: urn.split(':')[3],
    state: urn.endsWith('shut') ? 'suspended' : 'active',
  })
  const deps: EnquiryDeps = {
    hub: 'urn:hub:cn:operator:example-hub',
    journal,
    register: { party } as unknown as FoldedRegister,
    enquiries: compileEnquiries([pair]),
    misses: new Misses(cursors, clock),
    clock,
    caughtUp: async () => true,
    sign: async (payload) => [payload.toString()],
    ...more,
  }
  return {
    wait: (ms: number) => void (nowMs += ms),
    async ask(number: number, more: Partial<Asked> = {}): Promise<Attestation> {
      const asked = { enquirer: BANK, enquiry: 'test.pair', v: 1, question: { number }, suites: [], ...more }
      return JSON.parse((await answerEnquiry(asked, deps))[0]!) as Attestation
    },
  }
}

const code = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'answered',
    (error: unknown) => (error as HubError).code,
  )
const still = (): void => {}

describe('the moment of an answer', () => {
  it('is one: heads that moved together while it was read are read again', async () => {
    let times = 3
    const journal = movingJournal((move) => (times-- > 0 ? move() : undefined))
    const { verdict, facts, size } = await desk(journal).ask(1)
    expect(verdict).toBe('yes')
    expect(facts).toEqual({ at: size })
  })

  it('is given up, to be asked again, when things never stand still', async () => {
    expect(await code(desk(movingJournal((move) => move())).ask(1))).toBe('CONTENDED')
  })

  it('does not come before the register has caught up', async () => {
    expect(await code(desk(movingJournal(still), { caughtUp: async () => false }).ask(1))).toBe('VIEW_BEHIND')
  })
})

describe('who may ask, and how often in vain', () => {
  it('parties of the classes named, while they are active', async () => {
    const { ask } = desk(movingJournal(still))
    expect(await code(ask(1, { enquirer: 'urn:hub:cn:trader:example' }))).toBe('READ_NOT_PERMITTED')
    expect(await code(ask(1, { enquirer: 'urn:hub:cn:bank:shut' }))).toBe('READ_NOT_PERMITTED')
    expect(await code(ask(1, { question: {} }))).toBe('FINDINGS')
    expect(await code(ask(1, { v: 2 }))).toBe('PARAMETER_INVALID')
    expect(await code(ask(1))).toBe('answered')
  })

  it('five times about one thing and two hundred times in all, within a day', async () => {
    const { ask, wait } = desk(movingJournal(still))
    for (let n = 0; n < 5; n++) expect((await ask(7)).verdict).toBe('unknown')
    expect(await code(ask(7))).toBe('ENQUIRY_QUOTA')
    for (let number = 100; number < 295; number++) expect((await ask(number)).verdict).toBe('unknown')
    expect(await code(ask(1))).toBe('ENQUIRY_QUOTA')
    expect(await code(ask(7, { enquirer: 'urn:hub:cn:bank:example-b' }))).toBe('answered')
    wait(DAY_MS)
    expect(await code(ask(1))).toBe('answered')
    expect(await code(ask(7))).toBe('answered')
  })

  it('as many times as it likes if it holds what it asks about', async () => {
    const { ask } = desk(movingJournal(still))
    for (let n = 0; n < 300; n++) expect((await ask(1)).verdict).toBe('yes')
  })

  it('the tally is kept: another process goes on with it', async () => {
    const cursors = fakeCursors()
    const journal = movingJournal(still)
    for (let n = 0; n < 5; n++) await desk(journal, {}, cursors).ask(7)
    expect(await code(desk(journal, {}, cursors).ask(7))).toBe('ENQUIRY_QUOTA')
  })
})
