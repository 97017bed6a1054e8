// A case through the front door: both sides of a consignment under one reference, as each party was told of it.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CustomsDeclaration } from '../../schemas/types.d.ts'
import { naming } from '../../src/client/answering.ts'
import type { FeedItem } from '../../src/client/feed-item.ts'
import { caseVerb } from '../../src/client/verbs/case.ts'
import type { CaseAnswer } from '../../src/hub/http/cases.ts'
import { toTime } from '../../src/hub/values/encoding.ts'
import { declared, newDeclaration, released } from '../support/consignment.ts'
import { ask, expectRefused, expectTaken, post } from '../support/doors.ts'
import { openWorld, type World } from '../support/world.ts'
import { LONG_MS, PATIENT } from '../support/patience.ts'

const [EXPORTER, HOME, ABROAD] = ['guangxi-exporter', 'nanning-customs', 'vietnam-customs'] as const
const SUPERVISOR = 'customs-supervision'
const UCR = '6CN91450100MA5EXAMP19FLOW'
const PURPOSE = { 'hub-purpose': 'supervision' }
let world: World
let declaration: CustomsDeclaration
let filed: number
let letGo: number
let answered: number
const dueMs = Date.now() + 3_600_000

const say = async (folder: string, what: Parameters<World['compose']>[1]): Promise<number> =>
  expectTaken(await post(world, folder, await world.compose(folder, what))).body.index
const caseOf = async (folder: string, query = '', headers: Record<string, string> = {}): Promise<CaseAnswer> => {
  const { status, body } = await ask(world, folder, `/v1/cases/${UCR}${query}`, { headers })
  expect(status).toBe(200)
  return body as unknown as CaseAnswer
}

beforeAll(async () => {
  world = await openWorld()
  declaration = { ...newDeclaration(world), ucr: UCR }
  filed = await say(EXPORTER, { ...declared(world, declaration), dueMs })
  const item = (await world.client(ABROAD).entry(filed)) as unknown as FeedItem
  letGo = await say(HOME, { ...released(world, declaration), to: [world.urn(EXPORTER)] })
  answered = await say(ABROAD, {
    kind: 'customs.response',
    to: [world.urn(EXPORTER), world.urn(HOME)],
    re: [naming(item)!],
    body: {
      entryId: declaration.entryId,
      outcome: 'RECEIVED',
      respondedAt: toTime(world.clock.now() - 1_000),
      office: 'VN-EXBG-01',
    },
  })
}, LONG_MS)
afterAll(() => world.close())

describe('GET /v1/cases/{ucr}', () => {
  it('gives the exporter both sides, the states, and whose answer is awaited', async () => {
    const { items, states, awaited, next } = await caseOf(EXPORTER)
    expect(items.map(({ index, kind, from, view }) => ({ index, kind, from, view }))).toEqual([
      { index: filed, kind: 'customs.declaration', from: world.urn(EXPORTER), view: 'full' },
      { index: letGo, kind: 'customs.release', from: world.urn(HOME), view: 'full' },
      { index: answered, kind: 'customs.response', from: world.urn(ABROAD), view: 'full' },
    ])
    expect(items[1]!.states).toContainEqual({ of: 'declaration', state: 'released' })
    expect(states).toEqual([
      { of: 'declaration', state: 'released', begun: filed, entry: letGo },
      { of: 'response', state: 'RECEIVED', begun: answered, entry: answered },
    ])
    expect(awaited.map(({ party, state, index }) => ({ party, state, index }))).toEqual([
      { party: world.urn(HOME), state: 'awaited', index: filed },
      { party: world.urn(ABROAD), state: 'answered', index: filed },
    ])
    expect(next).toBeUndefined()
  })

  it('gives the partner what it was told of: not the release, and not its state', async () => {
    const { items, states, awaited } = await caseOf(ABROAD)
    expect(items.map(({ index }) => index)).toEqual([filed, answered])
    expect(states.find(({ of }) => of === 'declaration')).toMatchObject({ state: 'declared', entry: filed })
    expect(awaited.map(({ party }) => party)).toEqual([world.urn(ABROAD)])
  })

  it('is not there for others, whether there is such a case or not', async () => {
    const told = await ask(world, 'bangkok-bank', `/v1/cases/${UCR}`)
    const none = await ask(world, 'bangkok-bank', '/v1/cases/6CN91450100MA5EXAMP19NONE')
    expectRefused(told, 'NOT_FOUND')
    expectRefused(none, 'NOT_FOUND')
    expect(told.body.detail).toBe(none.body.detail)
  })

  it('comes in pages, and says what a page may be', async () => {
    const first = await caseOf(EXPORTER, '?limit=2')
    expect(first.items).toHaveLength(2)
    expect(first.next).toBe(letGo)
    const second = await caseOf(EXPORTER, `?limit=2&after=${first.next}`)
    expect(second.items.map(({ index }) => index)).toEqual([answered])
    expect((await caseOf(EXPORTER, `?after=${answered}`)).items).toEqual([])
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'after=-1'])
      expectRefused(await ask(world, EXPORTER, `/v1/cases/${UCR}?${query}`), 'PARAMETER_INVALID')
  })

  it('is read by a regulator for a purpose, in its view, and that is written down', async () => {
    expectRefused(await ask(world, SUPERVISOR, `/v1/cases/${UCR}`), 'PURPOSE_REQUIRED')
    const { items } = await caseOf(SUPERVISOR, '', PURPOSE)
    expect(items.map(({ index, view }) => [index, view])).toEqual([
      [filed, 'supervision'],
      [letGo, 'supervision'],
      // Vietnam's customs has sent it.
      [answered, 'supervision-abroad'],
    ])
    const { readings } = await world.client(EXPORTER).access(filed)
    expect(readings).toMatchObject([{ reader: world.urn(SUPERVISOR), way: 'case', purpose: 'supervision' }])
  })

  it('says when an answer is overdue', async () => {
    const other = `${UCR}-2`
    const late = { ...newDeclaration(world), ucr: other }
    await say(EXPORTER, { ...declared(world, late), dueMs: Date.now() + 4_000 })
    const states = async () => (await world.client(EXPORTER).case(other)).awaited.map(({ state }) => state)
    await expect.poll(states, PATIENT).toEqual(['overdue', 'overdue'])
  })

  it('is the same after a restart', async () => {
    const before = await caseOf(EXPORTER)
    await world.restart()
    expect(await caseOf(EXPORTER)).toEqual(before)
  })
})

describe('beibu case', () => {
  const run = async (...args: string[]): Promise<string> => {
    const out: string[] = []
    const folder = join(world.dir, 'sandbox', 'parties', EXPORTER)
    const exit = await caseVerb.run([UCR, '--as', folder, '--url', world.url, ...args], {
      out: (line) => void out.push(line),
      progress: () => {},
      env: {},
      stop: new AbortController().signal,
    })
    expect(exit).toBe(0)
    return out.join('\n')
  }
  it('prints entries, states and answers', async () => {
    const out = await run()
    expect(out).toContain(`case ${UCR}`)
    expect(out).toMatch(new RegExp(`${letGo} .*customs\\.release .*declaration: released`))
    expect(out).toContain(`declaration of entry ${filed}: released since entry ${letGo}`)
    expect(out).toContain(`of ${world.urn(ABROAD)} to entry ${filed}, answered in entry ${answered}`)
  })
  it('gives the same as JSON', async () => {
    expect((JSON.parse(await run('--json')) as CaseAnswer).items).toEqual((await caseOf(EXPORTER)).items)
  })
})
