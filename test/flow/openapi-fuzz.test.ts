// The routes fuzzed from their own document by schemathesis, a tool of another house: no answer the document does not promise, no 500.
import { execFileSync, spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWorld, type World } from '../support/world.ts'

/** The program on PATH, or where the environment says. */
const PROGRAM = process.env['BEIBU_SCHEMATHESIS'] ?? 'schemathesis'
const EXAMPLES = 60
const SEED = 20_261_121

const found = ((): boolean => {
  try {
    execFileSync(PROGRAM, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

/** Runs it to its end; gives its exit code and everything it said. */
function run(args: string[]): Promise<{ code: number | null; said: string }> {
  // It keeps what it has found in its working folder; that is not this one.
  const child = spawn(PROGRAM, args, { cwd: tmpdir(), stdio: ['ignore', 'pipe', 'pipe'] })
  const parts: Buffer[] = []
  child.stdout.on('data', (part: Buffer) => parts.push(part))
  child.stderr.on('data', (part: Buffer) => parts.push(part))
  return new Promise((done) => child.once('close', (code) => done({ code, said: Buffer.concat(parts).toString() })))
}

describe.skipIf(!found)('routes under schemathesis (pip install schemathesis to run this)', () => {
  let world: World
  beforeAll(async () => {
    world = await openWorld()
  })
  afterAll(() => world.close())

  it('answer as their document promises, whatever is asked', async () => {
    const token = await world.client('guangxi-exporter').token('api')
    const { code, said } = await run([
      'run',
      `${world.url}/v1/openapi.json`,
      '--header',
      `Authorization: Bearer ${token}`,
      // It has no way to write lines of JSON; what stands in a line is fuzzed as a message of its own.
      '--exclude-operation-id',
      'submitBatch',
      '--checks',
      'not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance',
      '--max-examples',
      String(EXAMPLES),
      '--seed',
      String(SEED),
      '--phases',
      'examples,coverage,fuzzing',
      '--no-color',
    ])
    expect(code, said.slice(-6_000)).toBe(0)
    // Whoever has the token is still served.
    expect((await fetch(`${world.url}/health/live`)).status).toBe(200)
  }, 240_000)
})
