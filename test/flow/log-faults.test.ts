// A fault of the hub itself, provoked below a request: told once in the log with everything that led to it, and to the caller under its id.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { messageFile } from '../../src/client/compose.ts'
import { loggedFault, type LoggedFault } from '../../src/hub/http/logged-fault.ts'
import { memoryStore } from '../../src/hub/journal/memory-store.ts'
import type { JournalStore } from '../../src/hub/journal/store.ts'
import { declared, newDeclaration } from '../support/consignment.ts'
import { ask, expectTaken, MESSAGE_FILE, post, type Answer } from '../support/doors.ts'
import { openWorld, type World } from '../support/world.ts'
import { PATIENT } from '../support/patience.ts'
import { settled } from '../support/kept.ts'

const EXPORTER = 'guangxi-exporter'
const SECRET = 'PAPNCNBN/91450100MA5SECRET0/secret name of somebody'
let world: World
const lines: string[] = []
/** The next calls of these names fail. */
const failing = new Set<keyof JournalStore>()

/** What a driver throws: an error with causes, and with what it was given hanging on them. */
function driverError(call: string): Error {
  const unread = new SyntaxError(`Unexpected token in "${SECRET}"`)
  const io = Object.assign(new Error('disk I/O error', { cause: unread }), { code: 'SQLITE_IOERR', params: [SECRET] })
  return Object.assign(new TypeError(`${call} failed`, { cause: io }), { input: SECRET })
}

beforeAll(async () => {
  const inner = memoryStore()
  const calls = Object.entries(inner) as [keyof JournalStore, (...of: unknown[]) => Promise<unknown>][]
  const store = Object.fromEntries(
    calls.map(([name, call]) => [
      name,
      (...of: unknown[]) => (failing.has(name) ? Promise.reject(driverError(name)) : call.apply(inner, of)),
    ]),
  ) as unknown as JournalStore
  const log = { write: (line: string) => void lines.push(line) }
  world = await openWorld({ env: { HUB_LOG: 'debug' }, surroundings: { store, log } })
  // The session is there before anything fails.
  expectTaken(await post(world, EXPORTER, await world.compose(EXPORTER, declared(world))))
})
afterAll(() => world.close())
beforeEach(() => void lines.splice(0))

interface Line {
  level: number
  msg: string
  requestId?: string
  err?: LoggedFault
}
/** Lines at error or above, once those of a request have all come. */
async function errorsOf(requestId: string): Promise<Line[]> {
  await expect
    .poll(() => lines.some((line) => line.includes(requestId) && line.includes('"msg":"request"')), PATIENT)
    .toBe(true)
  return lines.map((line) => JSON.parse(line) as Line).filter(({ level, msg }) => level >= 50 && msg === 'fault')
}

/** The log of one failed request says once what happened, all of it, and none of the values. */
async function expectToldOnce(answer: Pick<Answer, 'body'>, call: string, secrets: readonly string[]): Promise<void> {
  const { requestId } = answer.body as unknown as { requestId: string }
  expect(answer.body).toMatchObject({ code: 'FAULT', requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) })
  const faults = await errorsOf(requestId)
  expect(faults).toHaveLength(1)
  expect(faults[0]).toMatchObject({
    level: 50,
    requestId,
    err: {
      type: 'TypeError',
      message: `${call} failed`,
      stack: expect.stringContaining('at '),
      cause: {
        type: 'Error',
        message: 'disk I/O error',
        code: 'SQLITE_IOERR',
        cause: { type: 'SyntaxError', message: 'a text could not be read' },
      },
    },
  })
  for (const secret of [SECRET, ...secrets])
    for (const line of lines)
      expect(line.includes(secret), `${secret.slice(0, 40)} in ${line.slice(0, 200)}`).toBe(false)
}

/** A message and everything of it that must not be in the log. */
async function message() {
  const declaration = newDeclaration(world)
  const composed = await world.compose(EXPORTER, declared(world, declaration))
  const token = await world.client(EXPORTER).token('api')
  const { entryId, tradeCoScc, tradeName } = declaration
  const values = [entryId, tradeCoScc, tradeName].filter((value) => value !== undefined)
  expect(values.length).toBe(3)
  return { file: messageFile(composed), composed, secrets: [...values, token, composed.envelope.id, SECRET] }
}

describe('a storage that fails below a request', () => {
  it.each(['write', 'bySender'] as const)('%s, for a message: told once, and accepted afterwards', async (call) => {
    const { composed, secrets } = await message()
    failing.add(call)
    const answer = await post(world, EXPORTER, composed)
    failing.delete(call)
    expect(answer.status).toBe(500)
    await expectToldOnce(answer, call, secrets)
    world.clock.shiftMs += 11_000
    expectTaken(await post(world, EXPORTER, composed))
  })

  it('in a line of a batch: the line says so under the id of the request', async () => {
    const { file, secrets } = await message()
    failing.add('write')
    const token = await world.client(EXPORTER).token('api')
    const answer = await fetch(`${world.url}/v1/batches`, {
      method: 'POST',
      headers: { ...MESSAGE_FILE, authorization: `Bearer ${token}` },
      body: JSON.stringify(file),
    })
    const text = await answer.text()
    failing.delete('write')
    await expectToldOnce({ body: JSON.parse(text) as Answer['body'] }, 'write', secrets)
    expect(answer.headers.get('request-id')).toBe((JSON.parse(text) as { requestId: string }).requestId)
  })

  it('for a reader: told once', async () => {
    const index = world.hub.house.journal.size() - 1
    // What was appended since a start is read from memory.
    await world.restart()
    expect((await ask(world, EXPORTER, `/v1/messages/${index}`)).status).toBe(200)
    // Followers read too: none of them may be the one that meets the fault.
    await settled(world)
    failing.add('read')
    const answer = await ask(world, EXPORTER, `/v1/messages/${index}`)
    failing.delete('read')
    expect(answer.status).toBe(500)
    await expectToldOnce(answer, 'read', [])
  })
})

describe('what is logged of an error', () => {
  it('is bounded, whatever it points to', () => {
    const circle = new Error('a')
    circle.cause = circle
    expect(JSON.stringify(loggedFault(circle)).length).toBeLessThan(100_000)
  })
  it.each([undefined, null, SECRET, { secret: SECRET }, 7])('never shows what is no error: %j', (thrown) => {
    expect(JSON.stringify(loggedFault(thrown))).not.toContain('SECRET')
  })
  it('names each of several', () => {
    const several = new AggregateError([new Error('one'), new TypeError('two')], 'neither answered')
    expect(loggedFault(several)).toMatchObject({ errors: [{ message: 'one' }, { type: 'TypeError', message: 'two' }] })
  })
})
