// `HUB_PROFILE=cluster npm run demo`: the story on three processes, one of which is killed, and what it says where there are no servers.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { servicesFor } from '../support/services.ts'
import { LONG_MS } from '../support/patience.ts'

const DEMO = fileURLToPath(new URL('../../src/client/demo/main.ts', import.meta.url))
const services = servicesFor('the demo on three processes')

let dir: string
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'beibu-demo-cluster-'))))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function demo(env: Record<string, string>): Promise<{ exit: number; out: string; err: string }> {
  const settings = { ...process.env, HUB_PROFILE: 'cluster', ...env }
  return new Promise((done) => {
    execFile(process.execPath, ['--import', 'tsx', DEMO, '--dir', dir], { env: settings }, (error, out, err) =>
      done({ exit: error === null ? 0 : Number(error.code), out, err }),
    )
  })
}

describe('npm run demo with HUB_PROFILE=cluster', { timeout: 2 * LONG_MS }, () => {
  it('says how to get the servers where there are none: exit 64', async () => {
    const none = { HUB_MONGO_URL: '', HUB_REDIS_URL: '', BEIBU_SERVICES_DIR: dir }
    const { exit, err } = await demo(none)
    expect(exit).toBe(64)
    expect(err).toMatch(/no server that speaks MongoDB.s protocol[\s\S]*npm run services:up/)
    const gone = await demo({
      ...none,
      HUB_MONGO_URL: 'mongodb://somebody:secret@127.0.0.1:1/',
      HUB_REDIS_URL: 'redis://127.0.0.1:1',
    })
    expect(gone.exit).toBe(64)
    expect(gone.err).toContain('mongodb://127.0.0.1:1/ does not answer')
    expect(gone.err).not.toContain('secret')
  })

  it.skipIf(!services)('plays the consignment over the loss of a process, and says what it stands on', async () => {
    const { mongoUrl, redisUrl } = services!
    const { exit, out, err } = await demo({ HUB_MONGO_URL: mongoUrl, HUB_REDIS_URL: redisUrl })
    expect({ exit, err }).toEqual({ exit: 0, err: '' })
    expect(out).not.toContain('✗')
    expect(out).toMatch(/process [abc] \(\d+\) is killed, with \d+ of them answered/)
    expect(out).toMatch(/process [abc] has taken over \d+ ms after that/)
    expect(out).toMatch(/stores: (MongoDB \d|.*(is not MongoDB|not known to be MongoDB))/)
  })
})
