// The typed client against a real hub: every call it has, and a hub that is killed under it and comes back.
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { messageFile } from '../../src/client/compose.ts'
import * as documents from '../../src/client/demo/documents.ts'
import { Actor } from '../../src/client/demo/stage.ts'
import type { Submitted } from '../../src/client/hub-client.ts'
import { hubListens, readEnvFile, spawnHub, stopHub } from '../../src/client/hub-process.ts'
import { openPartyFolder } from '../../src/client/party-folder.ts'
import { initSandbox, type Sandbox } from '../../src/client/sandbox.ts'
import { verifyWith } from '../../src/client/trust-file.ts'
import { readCheckpoint } from '../../src/hub/evidence/checkpoint.ts'
import { verifyConsistency } from '../../src/hub/evidence/merkle.ts'
import { freePort } from '../support/free-port.ts'
import { LONG_MS } from '../support/patience.ts'

let dir: string
let sandbox: Sandbox
let hub: ChildProcess
let exporter: Actor
let customs: Actor
let partner: Actor
let serial = 0

const url = (): string => readEnvFile(sandbox.env)['HUB_ORIGIN']!
const actor = (name: string): Actor => new Actor(openPartyFolder(join(sandbox.dir, 'parties', name)))
const start = async (): Promise<void> => {
  hub = spawnHub(readEnvFile(sandbox.env), ['ignore', 'ignore', 'inherit'])
  expect(await hubListens(hub, 60_000)).toBe(url())
}
const declaration = () =>
  exporter.compose({
    kind: 'customs.declaration',
    to: [customs.urn, partner.urn],
    body: documents.electronics(Date.now(), ++serial),
  })
const indexOf = (answer: Submitted): number => {
  if (answer.outcome !== 'accepted') throw new Error(JSON.stringify(answer.problem))
  return answer.index
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'beibu-client-'))
  const options = { listen: `127.0.0.1:${await freePort()}`, randomness: randomBytes, clock: Date.now }
  sandbox = await initSandbox(join(dir, 'sandbox'), options)
  await start()
  exporter = actor('guangxi-exporter')
  customs = actor('nanning-customs')
  partner = actor('vietnam-customs')
})
afterAll(async () => {
  await stopHub(hub, 10_000)
  rmSync(dir, { recursive: true, force: true })
})

describe('HubClient against a real hub', { timeout: LONG_MS }, () => {
  it('takes a batch and answers it line by line, refusals in between', async () => {
    const [first, second] = [await declaration(), await declaration()]
    const bad = await exporter.compose({ kind: 'customs.declaration', to: [customs.urn], body: { entryId: '1' } })
    const files = [first, bad, second, first].map(messageFile)
    const answers = await exporter.client.submitBatch(files)
    expect(answers.map((answer) => (answer.outcome === 'accepted' ? answer.duplicate : answer.problem.code))).toEqual([
      false,
      'FINDINGS',
      false,
      true,
    ])
    expect(indexOf(answers[3]!)).toBe(indexOf(answers[0]!))
  })

  it('reads back what it sent: by id, by index, by pull, acknowledged by name', async () => {
    const message = await declaration()
    const index = indexOf(await exporter.client.submit(message))
    expect(await exporter.client.find(exporter.urn, message.envelope.id)).toMatchObject({ index, outcome: 'accepted' })
    expect(await partner.client.entry(index)).toMatchObject({ index, view: 'full' })
    await expect(actor('bangkok-bank').client.entry(index)).rejects.toThrow('NOT_FOUND')
    const page = await partner.client.feed({ name: 'pull', kinds: ['customs.declaration'], limit: 100 })
    const last = page.items.at(-1)!
    expect(last).toMatchObject({ index, kind: 'customs.declaration' })
    const rest = await partner.client.feed({ name: 'pull', kinds: ['customs.declaration'], ack: last.seq })
    expect(rest.items).toEqual([])
  })

  it('gives bundles that verify, and checkpoints that are consistent', async () => {
    const trust = readFileSync(sandbox.trust)
    const index = indexOf(await exporter.client.submit(await declaration()))
    const bundle = await exporter.client.bundle(index)
    expect(await verifyWith(bundle, trust)).toMatchObject({ verdict: 'verified' })
    const earlier = readCheckpoint(await exporter.client.checkpoint())
    await exporter.client.bundle(indexOf(await exporter.client.submit(await declaration())))
    const later = readCheckpoint(await exporter.client.checkpoint())
    expect(later.size).toBeGreaterThan(earlier.size)
    const { path } = await exporter.client.consistency(earlier.size, later.size)
    const proof = (path as string[]).map((node) => Buffer.from(node, 'hex'))
    const sizes = { from: earlier.size, to: later.size, fromRoot: earlier.root, toRoot: later.root }
    expect(verifyConsistency({ ...sizes, path: proof })).toBe(true)
    expect(await exporter.client.inclusion(index, later.size)).toMatchObject({ index, size: later.size })
  })

  it('knows the kinds of the hub', async () => {
    const { kinds } = await exporter.client.kinds()
    expect(kinds.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['customs.declaration', 'customs.release', 'tradefinance.financing', 'hub.party']),
    )
  })

  it('loses nothing and doubles nothing when the hub is killed and comes back', async () => {
    const watcher = partner.watch('through-the-kill')
    const kept = await declaration()
    const before = indexOf(await exporter.client.submit(kept))
    await watcher.find('the item before the kill', ({ index }) => index === before, 60_000)

    hub.kill('SIGKILL')
    await once(hub, 'exit')
    const lost = await declaration()
    const unanswered = exporter.client.submit(lost)
    await start()
    const after = indexOf(await unanswered)
    expect(after).toBe(before + 1)
    expect(await exporter.client.submit(lost)).toMatchObject({ duplicate: true, index: after })
    expect(await exporter.client.submit(kept)).toMatchObject({ duplicate: true, index: before })

    await watcher.find('the item after the kill', ({ index }) => index === after, 60_000)
    await watcher.close()
    const seqs = watcher.items.map(({ item }) => item.seq)
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b))
    expect(watcher.items.filter(({ item }) => item.kind === 'customs.declaration')).toHaveLength(serial)
  })
})
