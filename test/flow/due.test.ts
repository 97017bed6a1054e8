// Answers that are wanted by a time, through the front door: who must answer, who has, who is overdue, and who is told of it.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ComposedMessage } from '../../src/client/compose.ts'
import { command } from '../../src/client/command.ts'
import type { WantedAnswer } from '../../src/hub/due-list.ts'
import { toTime } from '../../src/hub/values/encoding.ts'
import { declared, newDeclaration, receivedOne, released } from '../support/consignment.ts'
import { ask, expectRefused, expectTaken, post } from '../support/doors.ts'
import { enrol } from '../support/papers.ts'
import { invoiced, newInvoice } from '../support/invoices.ts'
import { openWorld, type World } from '../support/world.ts'
import { LONG_MS, PATIENT } from '../support/patience.ts'

const [EXPORTER, HOME, ABROAD, BANK] = [
  'guangxi-exporter',
  'nanning-customs',
  'vietnam-customs',
  'nanning-bank',
] as const
const STRANGER = 'hanoi-importer'
const MINUTE_MS = 60_000
let world: World

beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

interface Asked {
  index: number
  message: ComposedMessage
  declaration: ReturnType<typeof newDeclaration>
}

/** A declaration to the customs of both sides that wants an answer of each. */
async function askedBy(dueMs: number): Promise<Asked> {
  const declaration = newDeclaration(world)
  const message = await world.compose(EXPORTER, { ...declared(world, declaration), dueMs })
  const { body } = expectTaken(await post(world, EXPORTER, message))
  return { index: body.index, message, declaration }
}

const naming = ({ envelope, commitment }: ComposedMessage) => [
  { from: envelope.from, id: envelope.id, digest: commitment.toString('hex') },
]

/** The release of the home customs, which answers the declaration. */
const releaseOf = ({ message, declaration }: Asked) =>
  world.compose(HOME, { ...released(world, declaration), re: naming(message) })

/** The whole list of a party, cut into small pages. */
async function list(folder: string, role: string, state: string): Promise<WantedAnswer[]> {
  const items: WantedAnswer[] = []
  for (let after = ''; ; ) {
    const { status, body } = await ask(world, folder, `/v1/due?role=${role}&state=${state}&limit=20${after}`)
    expect(status).toBe(200)
    const page = body as unknown as { items: WantedAnswer[]; next?: string }
    items.push(...page.items)
    if (page.next === undefined) return items
    after = `&after=${page.next}`
  }
}

const about = (items: WantedAnswer[], { index }: Asked): WantedAnswer[] => items.filter((item) => item.index === index)

interface Told {
  index: number
  view: string
  body: { entry: number; at: string; party: string }
}

/** What a party's feed tells of overdue answers. */
async function overduesTold(folder: string): Promise<Told[]> {
  const { items } = await world.client(folder).feed({ kinds: ['hub.overdue'], limit: 500 })
  return items.map(({ index, view, message }) => ({
    index,
    view,
    body: JSON.parse(Buffer.from(message!.body, 'base64url').toString()),
  }))
}
const overdueOf = async (folder: string, { index }: Asked): Promise<Told[]> =>
  (await overduesTold(folder)).filter(({ body }) => body.entry === index)

describe('a message that wants an answer', () => {
  it('is in the lists of those who owe and of the one who waits, and of nobody else', async () => {
    const asked = await askedBy(world.clock.now() + 60 * MINUTE_MS)
    const wanted = {
      index: asked.index,
      kind: 'customs.declaration',
      due: asked.message.envelope.due!,
      waiting: [world.urn(EXPORTER)],
      state: 'awaited',
    }
    const [home, abroad] = [HOME, ABROAD].map((folder) => ({ ...wanted, party: world.urn(folder) }))
    expect(about(await list(HOME, 'answer', 'awaited'), asked)).toEqual([home])
    expect(about(await list(ABROAD, 'answer', 'awaited'), asked)).toEqual([abroad])
    expect(about(await list(EXPORTER, 'await', 'awaited'), asked)).toEqual([home, abroad])
    expect(about(await list(EXPORTER, 'answer', 'awaited'), asked)).toEqual([])
    expect(about(await list(STRANGER, 'answer', 'awaited'), asked)).toEqual([])
  })

  it('is answered by a message that names it, once', async () => {
    const asked = await askedBy(world.clock.now() + 60 * MINUTE_MS)
    const { index } = expectTaken(await post(world, HOME, await releaseOf(asked))).body
    const again = await world.compose(HOME, { ...receivedOne(world, world.urn(HOME)), re: naming(asked.message) })
    expectTaken(await post(world, HOME, again))
    expect(about(await list(EXPORTER, 'await', 'answered'), asked)).toMatchObject([
      { party: world.urn(HOME), answer: index },
    ])
    expect(about(await list(EXPORTER, 'await', 'awaited'), asked)).toMatchObject([{ party: world.urn(ABROAD) }])
  })

  it('is not answered by what the one who waits is not told of', async () => {
    const asked = await askedBy(world.clock.now() + 60 * MINUTE_MS)
    const aside = await world.compose(HOME, { ...receivedOne(world, world.urn(HOME)), re: naming(asked.message) })
    expectTaken(await post(world, HOME, aside))
    expect(about(await list(HOME, 'answer', 'awaited'), asked)).toHaveLength(1)
  })

  it('is not answered under another digest, and the one who was told of it hears why', async () => {
    const asked = await askedBy(world.clock.now() + 60 * MINUTE_MS)
    const re = [{ ...naming(asked.message)[0]!, digest: '00'.repeat(32) }]
    const wrong = await world.compose(HOME, { ...released(world, asked.declaration), re })
    const { findings } = expectRefused(await post(world, HOME, wrong), 'FINDINGS').body
    expect(findings).toMatchObject([{ code: 'RE_DIGEST_DIFFERS', params: { id: asked.message.envelope.id } }])
    // One that was never told of it learns nothing, whatever the digest.
    for (const digest of ['00'.repeat(32), asked.message.commitment.toString('hex')]) {
      const guess = { ...invoiced([], newInvoice(world)), re: [{ ...re[0]!, digest }] }
      expectTaken(await post(world, STRANGER, await world.compose(STRANGER, guess)))
    }
    expect(about(await list(EXPORTER, 'await', 'awaited'), asked)).toHaveLength(2)
  })

  it('filed by an agent is waited for by agent and principal', async () => {
    const broker = 'urn:hub:cn:broker:quick-abacus'
    const { identity, client } = await enrol(world, broker, 'cn-p256')
    const [from, until] = [-10, 1_000].map((minutes) => toTime(world.clock.now() + minutes * MINUTE_MS))
    const mandate = { agent: broker, kinds: ['customs.declaration'], from, until, state: 'granted' }
    expectTaken(await post(world, EXPORTER, await world.compose(EXPORTER, { kind: 'hub.mandate', body: mandate })))
    const declaration = newDeclaration(world)
    const message = await world.compose(
      EXPORTER,
      {
        ...declared(world, declaration),
        from: broker,
        for: world.urn(EXPORTER),
        dueMs: world.clock.now() + 60 * MINUTE_MS,
      },
      { signers: [{ signer: identity.signer, by: { path: [...identity.path] } }] },
    )
    const taken = await client.submit(message)
    if (taken.outcome !== 'accepted') throw new Error(taken.problem.code)
    const asked = { index: taken.index, message, declaration }
    expectTaken(await post(world, HOME, await releaseOf(asked)))
    expect((await client.due({ role: 'await', state: 'answered' })).items).toMatchObject([
      { index: taken.index, waiting: [broker, world.urn(EXPORTER)] },
    ])
    expect(about(await list(EXPORTER, 'await', 'answered'), asked)).toHaveLength(1)
  })

  it.each([
    ['DUE_NOT_AFTER_CREATED', 0, 0],
    ['DUE_NOT_AFTER_CREATED', 0, -1],
    ['DUE_PASSED', -5 * MINUTE_MS, 4 * MINUTE_MS],
  ] as const)('%s: created %d ms from now, wanted %d ms later', async (code, createdMs, laterMs) => {
    const created = world.clock.now() + createdMs
    const what = { ...declared(world), createdMs: created, dueMs: created + laterMs }
    expectRefused(await post(world, EXPORTER, await world.compose(EXPORTER, what)), code)
  })

  it('must be told to somebody who could answer', async () => {
    const what = { ...invoiced([], newInvoice(world)), dueMs: world.clock.now() + MINUTE_MS }
    const message = await world.compose(STRANGER, what)
    const { findings } = expectRefused(await post(world, STRANGER, message), 'FINDINGS').body
    expect(findings).toMatchObject([{ code: 'DUE_NOBODY_AWAITED' }])
    expect((await ask(world, STRANGER, '/v1/due?role=await')).body).toMatchObject({ items: [] })
  })
})

describe('an answer that does not come', { timeout: LONG_MS }, () => {
  it('is overdue when its time comes, and told to sender, debtor and regulators alone', async () => {
    const asked = await askedBy(world.clock.now() + MINUTE_MS)
    expectTaken(await post(world, HOME, await releaseOf(asked)))
    world.clock.shiftMs += MINUTE_MS
    await vi.waitFor(async () => expect(await overdueOf(EXPORTER, asked)).toHaveLength(1), PATIENT)
    const [told] = await overdueOf(EXPORTER, asked)
    expect(told).toMatchObject({
      view: 'full',
      body: { entry: asked.index, at: asked.message.envelope.due!, party: world.urn(ABROAD) },
    })
    for (const folder of [ABROAD, 'customs-supervision', 'fx-supervision'])
      expect(await overdueOf(folder, asked), folder).toEqual([told])
    for (const folder of [HOME, BANK, STRANGER]) expect(await overdueOf(folder, asked), folder).toEqual([])
    expect(about(await list(ABROAD, 'answer', 'overdue'), asked)).toMatchObject([{ overdue: told!.index }])
    expect(about(await list(HOME, 'answer', 'answered'), asked)).toHaveLength(1)
    expect(JSON.parse((await world.client(EXPORTER).bundle(told!.index)).toString())).toHaveProperty('log')
  })

  it('is overdue though the hub was down when its time came, and once', async () => {
    const asked = await askedBy(world.clock.now() + MINUTE_MS)
    await world.hub.close()
    world.clock.shiftMs += 2 * MINUTE_MS
    await world.restart()
    await vi.waitFor(async () => expect(await overdueOf(EXPORTER, asked)).toHaveLength(2), PATIENT)
    await world.restart()
    expect(await overdueOf(EXPORTER, asked)).toHaveLength(2)
    expect(about(await list(EXPORTER, 'await', 'overdue'), asked)).toHaveLength(2)
  })

  it('excludes the answer that it races with, fifty times; a late answer stands beside it', async () => {
    // Long enough for all of it to be said before it comes, however slowly.
    const dueMs = world.clock.now() + 20 * MINUTE_MS
    const asked: Asked[] = []
    for (let round = 0; round < 50; round++) asked.push(await askedBy(dueMs + round))
    const answers = await Promise.all(asked.map(releaseOf))
    world.clock.shiftMs += 21 * MINUTE_MS
    for (const message of answers) expectTaken(await post(world, HOME, message))
    await vi.waitFor(async () => {
      const overdue = await list(ABROAD, 'answer', 'overdue')
      expect(asked.every((one) => about(overdue, one).length === 1)).toBe(true)
    }, PATIENT)
    const answered = await list(HOME, 'answer', 'answered')
    const mine = asked.flatMap((one) => about(answered, one))
    expect(mine).toHaveLength(50)
    const told = (await overduesTold(HOME)).filter(({ body }) => asked.some(({ index }) => index === body.entry))
    expect(told.map(({ index }) => index).sort()).toEqual(mine.flatMap(({ overdue }) => overdue ?? []).sort())
    for (const { overdue, answer } of mine) if (overdue !== undefined) expect(answer!).toBeGreaterThan(overdue)
  })
})

describe('the lists', () => {
  it.each([
    '/v1/due',
    '/v1/due?role=owe',
    '/v1/due?role=answer&state=late',
    '/v1/due?role=answer&limit=0',
    '/v1/due?role=answer&limit=201',
    '/v1/due?role=answer&limit=-1',
    '/v1/due?role=answer&after=..%2F',
    '/v1/due?role=answer&role=await',
  ])('say what is wrong with %s', async (path) => {
    expectRefused(await ask(world, EXPORTER, path), 'PARAMETER_INVALID')
  })

  it('are for a proved party alone', async () => {
    expectRefused(await ask(world, undefined, '/v1/due?role=answer'), 'SESSION_REQUIRED')
  })

  it('are printed by the command', async () => {
    const lines: string[] = []
    const io = {
      out: (line: string) => void lines.push(line),
      progress: () => {},
      env: {},
      stop: new AbortController().signal,
    }
    const as = ['--as', `${world.dir}/sandbox/parties/${ABROAD}`, '--url', world.url]
    const asked = await askedBy(Date.now() + 600 * MINUTE_MS)
    // The command asks by its own clock.
    const shifted = world.clock.shiftMs
    world.clock.shiftMs = 0
    expect(await command(['due', ...as], io)).toBe(0)
    expect(lines.join('\n')).toContain(
      `awaited  entry ${asked.index}  customs.declaration  asked by ${world.urn(EXPORTER)}`,
    )
    expect(lines.at(-1)).toBe('waiting for: nothing')
    lines.length = 0
    expect(await command(['due', ...as, '--role', 'answer', '--state', 'awaited', '--json'], io)).toBe(0)
    expect(lines.map((line) => (JSON.parse(line) as WantedAnswer).index)).toContain(asked.index)
    expect(await command(['due', ...as, '--state', 'late'], io)).toBe(64)
    world.clock.shiftMs = shifted
  })
})
