// The operator's acts through the front door: signed, journaled, told to whom they concern, in force at once and after a restart.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { command } from '../../src/client/command.ts'
import { declared, receivedOne } from '../support/consignment.ts'
import { ask, expectRefused, expectTaken, post, type Answer } from '../support/doors.ts'
import { openWorld, type World } from '../support/world.ts'
import { PATIENT } from '../support/patience.ts'

const OPERATOR = 'hub-operator'
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const act = async (body: object, folder = OPERATOR): Promise<Answer> =>
  post(world, folder, await world.compose(folder, { kind: 'hub.admin', body }))
const declare = async (folder = 'guangxi-exporter'): Promise<Answer> =>
  post(world, folder, await world.compose(folder, declared(world)))
const codesOf = ({ body }: Answer): string[] => body.findings?.map(({ code }) => code) ?? []

/** Indexes of the hub.admin entries that a party has been told. */
async function told(folder: string): Promise<number[]> {
  const { journal } = world.hub.house
  const entries = await journal.read(0, journal.size())
  return entries
    .filter(({ kind, audience }) => kind === 'hub.admin' && audience.some(({ party }) => party === world.urn(folder)))
    .map(({ index }) => index)
}

describe('a pause', () => {
  it.each([
    ['a party', () => ({ party: world.urn('guangxi-exporter') })],
    ['a kind', () => ({ kind: 'customs.declaration' })],
    ['a country', () => ({ country: 'CN' })],
  ])('of %s refuses its messages until it is resumed', async (_name, whatOf) => {
    const what = whatOf()
    const waiting = await world.compose('guangxi-exporter', declared(world))
    expectTaken(await act({ act: 'pause', what, reason: 'exercise' }))
    expectRefused(await post(world, 'guangxi-exporter', waiting), 'PAUSED')
    expect(codesOf(await act({ act: 'pause', what, reason: 'again' }))).toEqual(['ALREADY_PAUSED'])
    expectTaken(await act({ act: 'resume', what, reason: 'over' }))
    expectTaken(await post(world, 'guangxi-exporter', waiting))
    expect(codesOf(await act({ act: 'resume', what, reason: 'again' }))).toEqual(['NOT_PAUSED'])
  })

  it('leaves the party what the hub itself is told: it may still acknowledge', async () => {
    const what = { party: world.urn('nanning-bank') }
    const pause = expectTaken(await act({ act: 'pause', what, reason: 'exercise' }))
    expectTaken(await post(world, 'nanning-bank', await world.compose('nanning-bank', receivedOne(world, what.party))))
    expect(await told('nanning-bank')).toContain(pause.body.index)
    expect(await told('guangxi-exporter')).not.toContain(pause.body.index)
    expectTaken(await act({ act: 'resume', what, reason: 'over' }))
  })

  it('is never of what the hub says of itself, of nobody, or by anybody else', async () => {
    const pause = (what: object) => ({ act: 'pause', what, reason: 'no' })
    expect(codesOf(await act(pause({ kind: 'hub.revocation' })))).toEqual(['NOT_PAUSABLE'])
    expect(codesOf(await act(pause({ party: 'urn:hub:cn:bank:nobody' })))).toEqual(['PARTY_NOT_REGISTERED'])
    expect(codesOf(await act(pause({ country: 'ZZ' })))).toEqual(['COUNTRY_UNKNOWN'])
    expectRefused(await act(pause({ country: 'VN' }), 'nanning-bank'), 'KIND_NOT_PERMITTED')
  })

  it('counts for a message that was judged before it: the head has moved', async () => {
    const what = { kind: 'customs.declaration' }
    const size = world.hub.house.journal.size()
    const answers = await Promise.all([
      ...Array.from({ length: 6 }, () => declare()),
      act({ act: 'pause', what, reason: 'race' }),
      ...Array.from({ length: 6 }, () => declare()),
    ])
    const entries = await world.hub.house.journal.read(size, 100)
    const paused = entries.findIndex(({ kind }) => kind === 'hub.admin')
    expect(entries.slice(paused).filter(({ kind }) => kind === 'customs.declaration')).toEqual([])
    expect(
      answers.filter(({ status }) => status === 201).length + answers.filter(({ status }) => status === 403).length,
    ).toBe(13)
    expectTaken(await act({ act: 'resume', what, reason: 'over' }))
  })
})

describe('other acts', () => {
  it('notices are told to those named, or to everybody', async () => {
    const named = expectTaken(await act({ act: 'notice', text: 'to one', to: [world.urn('nanning-bank')] }))
    const all = expectTaken(await act({ act: 'notice', text: 'to all' }))
    expect(await told('nanning-bank')).toEqual(expect.arrayContaining([named.body.index, all.body.index]))
    expect(await told('hanoi-importer')).toContain(all.body.index)
    expect(await told('hanoi-importer')).not.toContain(named.body.index)
  })

  it('a quota holds for its party alone', async () => {
    const party = world.urn('second-bank')
    expectTaken(await act({ act: 'quota', party, limits: { messagesPerMinute: 1 }, reason: 'exercise' }))
    const send = async (folder: string) =>
      post(world, folder, await world.compose(folder, receivedOne(world, world.urn(folder))))
    expectTaken(await send('second-bank'))
    const refused = expectRefused(await send('second-bank'), 'QUOTA_EXCEEDED')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expectTaken(await send('nanning-bank'))
    expectTaken(await act({ act: 'quota', party, limits: {}, reason: 'over' }))
  })

  it('sessions that are closed are over', async () => {
    const token = await world.client('hanoi-importer').token('api')
    const asked = () => fetch(`${world.url}/v1/feed`, { headers: { authorization: `Bearer ${token}` } })
    expect((await asked()).status).toBe(200)
    expectTaken(await act({ act: 'close-sessions', party: world.urn('hanoi-importer'), reason: 'lost laptop' }))
    await expect.poll(async () => (await asked()).status, PATIENT).toBe(401)
  })
})

describe('the state', () => {
  it('is for operators', async () => {
    expectRefused(await ask(world, 'nanning-bank', '/v1/admin/state'), 'READ_NOT_PERMITTED')
    expectRefused(await ask(world, undefined, '/v1/admin/state'), 'SESSION_REQUIRED')
  })

  it('is shown by the command, and a pause stands after a restart', async () => {
    const lines: string[] = []
    const run = (...args: string[]): Promise<number> =>
      command(['admin', ...args, '--as', `${world.dir}/sandbox/parties/${OPERATOR}`], {
        out: (line) => void lines.push(line),
        progress: (line) => void lines.push(line),
        env: {},
        stop: new AbortController().signal,
      })
    expect(await run('pause', '--country', 'VN', '--reason', 'exercise'), lines.join('\n')).toBe(0)
    expect(await run('pause', '--country', 'VN', '--reason', 'exercise')).toBe(1)
    expect(await run('pause', '--reason', 'exercise')).toBe(64)
    await world.restart()
    expectRefused(await declare('hanoi-importer'), 'PAUSED')
    lines.length = 0
    expect(await run('status')).toBe(0)
    expect(lines.join('\n')).toContain('country VN')
    expect(await run('resume', '--country', 'VN', '--reason', 'over')).toBe(0)
    expect((await world.client(OPERATOR).adminState()).pauses).toEqual([])
  })
})
