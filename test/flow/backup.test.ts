// A hub is backed up by the command while messages come in, put back elsewhere, and goes on there: the same root, the same feeds, every bundle.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { command } from '../../src/client/command.ts'
import { pdfOf } from '../../src/client/demo/invoice-scan.ts'
import { clientOf } from '../../src/client/party-folder.ts'
import { verifyBundle } from '../../src/hub/evidence/verify.ts'
import { declared, newDeclaration, releasedDeclaration } from '../support/consignment.ts'
import { ask, expectTaken, post } from '../support/doors.ts'
import { invoiced, newInvoice } from '../support/invoices.ts'
import { sealedOf, settled } from '../support/kept.ts'
import { openWorld, type World } from '../support/world.ts'
import { readCheckpoint } from '../../src/hub/evidence/checkpoint.ts'
import { LONG_MS, PATIENT } from '../support/patience.ts'

const [EXPORTER, IMPORTER, CUSTOMS, PARTNER] = [
  'guangxi-exporter',
  'hanoi-importer',
  'nanning-customs',
  'vietnam-customs',
]
const PARTIES = [EXPORTER, IMPORTER, CUSTOMS, PARTNER, 'nanning-bank', 'customs-supervision', 'hub-operator']

let world: World
let env: Record<string, string>
let trust: Buffer
let stop: AbortController
beforeAll(async () => {
  world = await openWorld()
  env = Object.fromEntries(
    readFileSync(join(world.dir, 'sandbox', 'hub.env'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('HUB_'))
      .map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
  )
  trust = readFileSync(join(world.dir, 'sandbox', 'trust.json'))
  stop = new AbortController()
})
afterAll(() => world.close())

/** The command with the settings of this hub. */
async function beibu(
  args: string[],
  more: Record<string, string> = {},
): Promise<{ exit: number; out: string; said: string }> {
  const [out, said]: [string[], string[]] = [[], []]
  const io = {
    out: (line: string) => void out.push(line),
    progress: (line: string) => void said.push(line),
    env: { ...env, ...more },
    stop: stop.signal,
  }
  return { exit: await command(args, io), out: out.join('\n'), said: said.join('\n') }
}

const at = (name: string): string => join(world.dir, name)
const bytesOf = (folder: string): Buffer =>
  Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))))

const unsigned = (name: string, value: unknown): unknown =>
  name === 'jws' ? String(value).split('.').slice(0, 2).join('.') : value

/** What a party is told, from the first item to the last one below an index. */
async function feedOf(folder: string, url: string, below: number): Promise<object[]> {
  const { card } = world.party(folder)
  const purpose = card.party.includes(':regulator:') ? { purpose: { code: 'audit' as const } } : {}
  const client = clientOf({ ...world.party(folder), card: { ...card, ...purpose } }, { url, clock: world.clock.now })
  const items: { seq: number; index: number }[] = []
  for (let after = 0; ; ) {
    const page = (await client.feed({ after, limit: 200 })) as unknown as { items: { seq: number; index: number }[] }
    // A view is signed anew each time it is shown; what is signed is the same.
    items.push(...page.items.map((item) => JSON.parse(JSON.stringify(item, unsigned)) as (typeof items)[number]))
    if (page.items.length === 0) return items.filter(({ index }) => index < below)
    after = page.items.at(-1)!.seq
  }
}

async function withScan(): Promise<{ index: number; sha256: string }> {
  const scan = Buffer.concat([pdfOf([`scan ${Math.random()}`]), Buffer.alloc(150_000, 7)])
  const sha256 = createHash('sha256').update(scan).digest('hex')
  await ask(world, EXPORTER, `/v1/attachments/${sha256}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/pdf' },
    body: scan,
  })
  const paper = { name: 'scan.pdf', type: 'application/pdf', bytes: scan }
  const message = await world.compose(EXPORTER!, {
    ...invoiced([world.urn(IMPORTER!)], newInvoice(world)),
    attachments: [paper],
  })
  return { index: expectTaken(await post(world, EXPORTER!, { ...message, attachments: [] })).body.index, sha256 }
}

const erase = async (index: number): Promise<void> => {
  const body = { index, ground: 'asked for by the person concerned' }
  expectTaken(await post(world, 'hub-operator', await world.compose('hub-operator', { kind: 'hub.erasure', body })))
}

describe('backup and restore of a hub at work', () => {
  it('keeps roots, feeds, bundles and erasures', { timeout: LONG_MS }, async () => {
    const { index } = await releasedDeclaration(world)
    const [kept, gone] = [await withScan(), await withScan()]
    const goneKey = (await sealedOf(world, gone.index))!.wrappedKey
    await erase(gone.index)
    await ask(world, PARTNER, '/v1/subscriptions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"desk"}',
    })
    await settled(world)
    const bundleBefore = await world.client(EXPORTER!).bundle(index)
    let going = true
    let sent = 0
    const busy = (async () => {
      // oxlint-disable-next-line no-unmodified-loop-condition -- set below when the backup is there
      while (going) {
        expectTaken(
          await post(world, EXPORTER!, await world.compose(EXPORTER!, declared(world, newDeclaration(world)))),
        )
        sent++
      }
    })()
    const made = await beibu(['backup', at('backup'), '--json'])
    const after = await world.client(EXPORTER!).checkpoint()
    going = false
    await busy
    expect(sent).toBeGreaterThan(0)
    expect(made).toMatchObject({ exit: 0 })
    const report = JSON.parse(made.out) as { size: number; root: string; covered: number; attachments: number }
    const grown = async (): Promise<number> => readCheckpoint(await latest()).size
    await expect.poll(grown, PATIENT).toBeGreaterThan(report.size)
    expect(report).toMatchObject({ verdict: 'verified', attachments: 1, missing: [] })
    expect(report.covered).toBeGreaterThan(index)
    expect(bytesOf(at('backup')).includes(goneKey)).toBe(false)
    const secrets = ['sealing.key', 'index.key'].map((name) =>
      readFileSync(join(world.config.keys, name), 'utf8').trim(),
    )
    for (const secret of secrets) {
      expect(bytesOf(at('backup')).includes(secret)).toBe(false)
      expect(bytesOf(at('backup')).includes(Buffer.from(secret, 'hex'))).toBe(false)
    }
    expect((await beibu(['backup', '--verify', at('backup')])).exit).toBe(2)
    const trusted = ['--trust', join(world.dir, 'sandbox', 'trust.json')]
    expect((await beibu(['backup', '--verify', at('backup'), ...trusted])).exit).toBe(0)
    expect((await beibu(['backup', '--verify', at('backup'), '--sandbox', at('sandbox')])).exit).toBe(0)

    // It has grown since: a checkpoint from afterwards says that entries would be lost.
    writeFileSync(at('after.txt'), await latest())
    const late = await beibu(['restore', at('backup'), '--data', at('late'), '--checkpoint', at('after.txt')])
    expect(late.exit).toBe(1)
    expect(late.said).toMatch(/a second history/)
    expect(existsSync(at('late'))).toBe(false)
    expect(after.length).toBeGreaterThan(0)

    const last = await beibu(['backup', at('last'), '--json'])
    const { size, root } = JSON.parse(last.out) as { size: number; root: string }
    // Before regulators read: that they have is entered a minute later, and the note would be of more than the backup.
    writeFileSync(at('note.txt'), await latest())
    const before = await Promise.all(PARTIES.map((folder) => feedOf(folder!, world.url, size)))
    expect(before.every((items) => items.length > 0)).toBe(true)
    const restored = await beibu([
      'restore',
      at('last'),
      '--data',
      at('restored'),
      '--checkpoint',
      at('note.txt'),
      '--json',
    ])
    expect(restored.exit).toBe(0)
    expect(JSON.parse(restored.out)).toMatchObject({ restored: true, size, root, epoch: 1 })
    Object.assign(world.config, { data: at('restored') })
    await world.restart()
    const now = await Promise.all(PARTIES.map((folder) => feedOf(folder!, world.url, size)))
    expect(now).toEqual(before)
    const verified = await verifyBundle(bundleBefore, trust)
    expect(verified.verdict).toBe('verified')
    const client = clientOf(world.party(EXPORTER!), { url: world.url, clock: world.clock.now })
    expect((await verifyBundle(await client.bundle(index), trust)).verdict).toBe('verified')
    const withPaper = await client.bundle(kept.index, 'include')
    expect((await verifyBundle(withPaper, trust)).verdict).toBe('verified')
    await expect(client.bundle(gone.index)).rejects.toThrow(/erased/)
    const names = (await ask(world, PARTNER, '/v1/subscriptions')).body as unknown as {
      subscriptions: { name: string }[]
    }
    expect(names.subscriptions.map(({ name }) => name)).toEqual(['desk'])
    // It goes on: the next entry has the next index, under a checkpoint that continues what was signed.
    const next = expectTaken(
      await post(world, EXPORTER!, await world.compose(EXPORTER!, declared(world, newDeclaration(world)))),
    )
    expect(next.body.index).toBeGreaterThanOrEqual(size)
    expect((await verifyBundle(await client.bundle(next.body.index), trust)).verdict).toBe('verified')
  })

  it('says which store is not empty, and what has to be said', async () => {
    const nothing = await beibu(['restore', at('backup'), '--data', at('elsewhere')])
    expect(nothing).toMatchObject({ exit: 64, said: expect.stringMatching(/--checkpoint <note>.*--nothing-lost/) })
    mkdirSync(at('used'))
    writeFileSync(join(at('used'), 'something'), 'x')
    const used = await beibu(['restore', at('backup'), '--data', at('used'), '--nothing-lost'])
    expect(used).toMatchObject({ exit: 64, said: expect.stringMatching(/is not empty/) })
    expect(await beibu(['backup', at('backup')])).toMatchObject({
      exit: 64,
      said: expect.stringMatching(/exists already/),
    })
  })

  it('names the part that is damaged, and restores nothing of it', { timeout: LONG_MS }, async () => {
    cpSync(at('backup'), at('damaged'), { recursive: true })
    const file = join(at('damaged'), 'commits.part')
    const bytes = readFileSync(file)
    bytes[bytes.length >> 1]! ^= 1
    writeFileSync(file, bytes)
    const seen = await beibu(['backup', '--verify', at('damaged'), '--json'])
    expect(seen.exit).toBe(1)
    expect(JSON.parse(seen.out)).toMatchObject({ verdict: 'damaged', part: 'commits' })
    expect((await beibu(['restore', at('damaged'), '--data', at('from-damaged'), '--nothing-lost'])).exit).toBe(1)
    expect(existsSync(at('from-damaged'))).toBe(false)
  })

  it('is not readable by others', () => {
    expect(statSync(at('backup')).mode & 0o077).toBe(0)
    for (const name of readdirSync(at('backup'))) expect(statSync(join(at('backup'), name)).mode & 0o077, name).toBe(0)
  })
})

const latest = (): Promise<string> => world.client(EXPORTER!).checkpoint()
