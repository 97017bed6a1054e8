// The partner customs answers a declaration through the front door; the declarant is told, supervision sees what it may, order is kept.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CustomsResponse } from '../../schemas/types.d.ts'
import { command } from '../../src/client/command.ts'
import type { ComposedMessage } from '../../src/client/compose.ts'
import { toTime } from '../../src/hub/values/encoding.ts'
import { declared, newDeclaration, released } from '../support/consignment.ts'
import { ask, expectRefused, expectTaken, post, type Answer } from '../support/doors.ts'
import { refusalSeen } from '../support/refusal-seen.ts'
import { openWorld, type World } from '../support/world.ts'

const [EXPORTER, HOME, ABROAD, ELSEWHERE] = [
  'guangxi-exporter',
  'nanning-customs',
  'vietnam-customs',
  'thailand-customs',
] as const
const QUERY = JSON.parse(
  readFileSync(new URL('../../fixtures/customs/valid/response-queried.json', import.meta.url), 'utf8'),
) as CustomsResponse
let world: World
let filed: ComposedMessage
let declaration: ReturnType<typeof newDeclaration>

beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

async function file(): Promise<void> {
  declaration = newDeclaration(world)
  filed = await world.compose(EXPORTER, declared(world, declaration))
  expectTaken(await post(world, EXPORTER, filed))
}

async function respond(change: Partial<CustomsResponse>, folder: string = ABROAD): Promise<Answer> {
  const { id, from } = filed.envelope
  const body = { ...QUERY, entryId: declaration.entryId, respondedAt: toTime(world.clock.now() - 1_000), ...change }
  const message = await world.compose(folder, {
    kind: 'customs.response',
    to: [world.urn(EXPORTER), world.urn(HOME)],
    re: [{ from, id, digest: filed.commitment.toString('hex') }],
    body,
  })
  return post(world, folder, message)
}

describe('customs.response', () => {
  beforeAll(file)

  it('goes to declarant and declaring customs in full, and to supervision without what was declared and found', async () => {
    const { index } = expectTaken(await respond({})).body
    for (const folder of [EXPORTER, HOME]) {
      const { message } = (await ask(world, folder, `/v1/messages/${index}`)).body as unknown as {
        message: { body: string }
      }
      expect(Buffer.from(message.body, 'base64url').toString()).toContain('"found":"4980"')
    }
    const { items } = await world.client('fx-supervision').feed({ kinds: ['customs.response'], limit: 10 })
    expect(items).toMatchObject([{ index, view: 'supervision-abroad' }])
    const shown = JSON.stringify(items)
    expect(shown).toContain('/grossWt')
    expect(shown).not.toContain('4980')
    expect(shown).not.toContain('Packing list')
  })

  it('follows its own order: a query is cleared, and nothing comes after that', async () => {
    expectTaken(await respond({ outcome: 'CLEARED' }))
    for (const outcome of ['QUERIED', 'REJECTED', 'CLEARED'] as const) {
      const { refusal } = expectRefused(await respond({ outcome }), 'STATE_CONFLICT').body
      expect(refusal).toMatchObject({ rule: 'response-order' })
    }
  })

  it('stands in nobody’s way: the declaring customs releases after it', async () => {
    expectTaken(await post(world, HOME, await world.compose(HOME, released(world, declaration))))
  })
})

describe('customs.response from the command', () => {
  beforeAll(file)

  it('names the entry it answers by its index', async () => {
    const { index } = await world.client(EXPORTER).find(filed.envelope.from, filed.envelope.id)
    const { mismatches: _none, ...rest } = QUERY
    const body = { ...rest, entryId: declaration.entryId, respondedAt: toTime(Date.now() - 1_000) }
    const path = join(world.dir, 'response.json')
    writeFileSync(path, JSON.stringify(body))
    const said: string[] = []
    const io = {
      out: (line: string) => void said.push(line),
      progress: (line: string) => void said.push(line),
      env: {},
      stop: new AbortController().signal,
    }
    const as = ['--as', join(world.dir, 'sandbox', 'parties', ABROAD), '--url', world.url]
    const to = [EXPORTER, HOME].flatMap((folder) => ['--to', folder])
    const submit = ['submit', ...as, '--kind', 'customs.response', ...to]
    expect(await command([...submit, path], io), said.join('\n')).toBe(1)
    expect(said.join('\n')).toContain('DECLARATION_NOT_NAMED')
    expect(await command([...submit, '--re', String(index), path], io), said.join('\n')).toBe(0)
  })
})

describe('customs.response is refused', () => {
  beforeAll(file)

  it('to a customs that was not sent the declaration, as if there were none', async () => {
    const never = expectRefused(await respond({ entryId: '720820260000009999' }, ELSEWHERE), 'NOT_KNOWN_HERE')
    const hidden = expectRefused(await respond({}, ELSEWHERE), 'NOT_KNOWN_HERE')
    const seen = await refusalSeen(world, ELSEWHERE, hidden)
    expect(seen).toEqual(await refusalSeen(world, ELSEWHERE, never))
    expect(seen['content']).toMatchObject({ rule: 'declaration-known', head: 'told', version: 0 })
  })

  it('to the declaring customs, to a trader, and with all findings at once', async () => {
    expect(expectRefused(await respond({}, HOME), 'FINDINGS').body.findings).toMatchObject([
      { code: 'RESPONSE_BY_DECLARING_CUSTOMS' },
    ])
    expectRefused(await respond({}, EXPORTER), 'KIND_NOT_PERMITTED')
    const { remarks: _remarks, mismatches: _mismatches, ...bare } = QUERY
    const body = { ...bare, entryId: 'no number', outcome: 'REJECTED' }
    const message = await world.compose(ABROAD, { kind: 'customs.response', to: [], body })
    const { findings } = expectRefused(await post(world, ABROAD, message), 'FINDINGS').body
    expect(findings!.map(({ code }) => code).sort()).toEqual([
      'ENTRY_ID_MALFORMED',
      'RESPONSE_REASON_MISSING',
      'SCHEMA_MIN_LENGTH',
    ])
  })

  it('but one of many at once is taken, and the others see what it has made of the order', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => respond({ outcome: 'RECEIVED' })))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(11).fill(409)])
    for (const answer of answers.filter(({ status }) => status === 409)) expectRefused(answer, 'STATE_CONFLICT')
  })
})
