// Read your writes: whoever was told 201 is believed at once by everybody else. A dependent message of another party is never "unknown".
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Pool } from 'undici'
import { messageFile, type ComposedMessage } from '../../src/client/compose.ts'
import { financing, newDeclaration, released } from '../support/consignment.ts'
import { COMES_AGAIN, MESSAGE_FILE } from '../support/doors.ts'
import { openWorld, type World } from '../support/world.ts'
import { LONG_MS } from '../support/patience.ts'

const CONSIGNMENTS = 5_000
const PIPELINES = 32
const [IMPORTER, CUSTOMS, BANK] = ['hanoi-importer', 'vietnam-customs', 'hanoi-bank'] as const
let world: World
let pool: Pool
beforeAll(async () => {
  world = await openWorld()
  pool = new Pool(world.url, { connections: PIPELINES })
})
afterAll(async () => {
  await pool.close()
  await world.close()
})

/** Submits over a connection that is kept; gives the code, or the status of a good answer. */
async function submit(message: ComposedMessage, token: string): Promise<string> {
  const sent = JSON.stringify(messageFile(message))
  for (;;) {
    const { statusCode, body } = await pool.request({
      path: '/v1/messages',
      method: 'POST',
      headers: { ...MESSAGE_FILE, authorization: `Bearer ${token}` },
      body: sent,
    })
    const text = await body.text()
    if (statusCode === 201) return '201'
    const { code } = JSON.parse(text) as { code: string }
    // Slow is not unknown: the same bytes again, as the hub asks.
    if (!COMES_AGAIN.has(code)) return code
  }
}

/** One consignment: filed, then at once released by customs, then at once financed by a bank. Gives the three answers. */
async function walk(tokens: Record<string, string>): Promise<string[]> {
  const declaration = newDeclaration(world)
  const answers: string[] = []
  const say = async (folder: string, what: Parameters<World['compose']>[1]) =>
    answers.push(await submit(await world.compose(folder, what), tokens[folder]!))
  await say(IMPORTER, { kind: 'customs.declaration', to: [world.urn(CUSTOMS)], body: declaration })
  await say(CUSTOMS, { ...released(world, declaration), to: [world.urn(IMPORTER)] })
  await say(BANK, financing(world, declaration, `F-${declaration.entryId}`))
  return answers
}

it(`201, then at once a dependent message from another party, ${2 * CONSIGNMENTS} times: never "unknown"`, {
  timeout: 4 * LONG_MS,
}, async () => {
  const tokens: Record<string, string> = {}
  for (const folder of [IMPORTER, CUSTOMS, BANK]) tokens[folder] = await world.client(folder).token('api')
  const counts = new Map<string, number>()
  let left = CONSIGNMENTS
  const pipeline = async () => {
    while (left-- > 0)
      for (const [step, answer] of (await walk(tokens)).entries()) {
        const name = `${['declaration', 'release', 'financing'][step]} ${answer}`
        counts.set(name, (counts.get(name) ?? 0) + 1)
      }
  }
  await Promise.all(Array.from({ length: PIPELINES }, pipeline))
  expect(Object.fromEntries(counts)).toEqual({
    'declaration 201': CONSIGNMENTS,
    'release 201': CONSIGNMENTS,
    'financing 201': CONSIGNMENTS,
  })
})
