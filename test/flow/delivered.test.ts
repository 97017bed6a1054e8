// Delivered: a recipient signs for what it has received, and the sender can show it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Acknowledger } from '../../src/client/acknowledger.ts'
import { command } from '../../src/client/command.ts'
import type { FeedItem } from '../../src/client/feed-item.ts'
import { leafHash, rootFromPath } from '../../src/hub/evidence/merkle.ts'
import { verifyBundle } from '../../src/hub/evidence/verify.ts'
import { declared } from '../support/consignment.ts'
import { ask, expectRefused, expectTaken, post, said, type Answer } from '../support/doors.ts'
import { openWorld, type World } from '../support/world.ts'
import { PATIENT } from '../support/patience.ts'

const EXPORTER = 'guangxi-exporter'
const PARTNER = 'vietnam-customs'
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const file = async (): Promise<Answer> =>
  expectTaken(await post(world, EXPORTER, await world.compose(EXPORTER, declared(world))))
const itemsOf = async (folder: string): Promise<FeedItem[]> => (await world.client(folder).feed({ limit: 1_000 })).items
async function acknowledge(folder: string, items: readonly FeedItem[]): Promise<string[]> {
  const lines: string[] = []
  const acknowledger = new Acknowledger(world.client(folder), (line) => lines.push(line))
  for (const item of items) await acknowledger.add(item)
  await acknowledger.flush()
  return lines
}
const deliveries = async (index: number) => (await world.client(EXPORTER).deliveries(index)).deliveries

describe('a sender', () => {
  it('is told that a recipient has not signed yet, then that it has, with a proof of its own message alone', async () => {
    const filed = await file()
    const { index } = filed.body
    expect(await deliveries(index)).toEqual(
      ['nanning-customs', PARTNER].map((folder) => ({ party: world.urn(folder), delivered: false })),
    )
    await acknowledge(PARTNER, await itemsOf(PARTNER))
    const delivery = (await deliveries(index)).find(({ party }) => party === world.urn(PARTNER))!
    expect(delivery).toMatchObject({ delivered: true, from: 1 })
    const { body } = await ask(world, EXPORTER, `/v1/messages/${index}/deliveries/${world.urn(PARTNER)}`)
    const { proof, acknowledgement } = body as unknown as {
      acknowledgement: number
      proof: { position: number; size: number; path: string[] }
    }
    const bundle = await world.client(EXPORTER).deliveryBundle(index, world.urn(PARTNER))
    const trust = readFileSync(join(world.dir, 'sandbox', 'trust.json'))
    expect(await verifyBundle(bundle, trust)).toMatchObject({ verdict: 'verified' })
    const { message } = JSON.parse(bundle.toString()) as { message: { body: string } }
    const signed = JSON.parse(Buffer.from(message.body, 'base64url').toString()) as { root: string; feed: string }
    expect(signed.feed).toBe(world.urn(PARTNER))
    const path = proof.path.map((hex) => Buffer.from(hex, 'hex'))
    const leaf = leafHash(Buffer.from(filed.body.receipt.payload, 'base64url'))
    const root = rootFromPath({ leafHash: leaf, index: proof.position, size: proof.size, path })
    expect(root?.toString('hex')).toBe(signed.root)
    expect(said(filed)['index']).toBe(index)
    expect(acknowledgement).toBeGreaterThan(index)
  })
  it('is told nothing of regulators, nor of messages of others', async () => {
    const to = [world.urn('nanning-customs'), world.urn('customs-supervision')]
    const message = await world.compose(EXPORTER, { ...declared(world), to })
    const { index } = expectTaken(await post(world, EXPORTER, message)).body
    expect((await deliveries(index)).map(({ party }) => party)).toEqual([world.urn('nanning-customs')])
    const path = `/v1/messages/${index}/deliveries`
    expectRefused(await ask(world, EXPORTER, `${path}/${world.urn('customs-supervision')}`), 'NOT_FOUND')
    expectRefused(await ask(world, 'nanning-customs', path), 'NOT_FOUND')
    expectRefused(await ask(world, PARTNER, `${path}/${world.urn('nanning-customs')}/bundle`), 'NOT_FOUND')
    expectRefused(await ask(world, EXPORTER, `${path}/${world.urn('nanning-customs')}/bundle`), 'NOT_FOUND')
  })
})

describe('an acknowledgement', () => {
  it('is in no feed but the regulators\u2019', async () => {
    await acknowledge('nanning-customs', await itemsOf('nanning-customs'))
    for (const folder of [EXPORTER, PARTNER, 'nanning-customs'])
      expect((await itemsOf(folder)).map(({ kind }) => kind)).not.toContain('hub.acknowledgement')
    expect((await itemsOf('fx-supervision')).map(({ kind }) => kind)).toContain('hub.acknowledgement')
  })
  it('of acknowledgements alone is not made', async () => {
    const items = (await itemsOf('fx-supervision')).filter(({ kind }) => kind === 'hub.acknowledgement')
    expect(items.length).toBeGreaterThan(0)
    const size = world.hub.house.journal.size()
    expect(await acknowledge('fx-supervision', items)).toEqual([])
    // That it has read may be entered meanwhile.
    const more = await world.hub.house.journal.read(size, 100)
    expect(more.filter(({ kind }) => kind !== 'hub.access')).toEqual([])
  })
  it('with a wrong root is a finding, as is one of the feed of another', async () => {
    await file()
    const items = await itemsOf(PARTNER)
    const last = items.at(-1)!
    const body = { feed: world.urn(PARTNER), epoch: last.epoch, from: last.seq, to: last.seq, root: 'a'.repeat(64) }
    const submit = async (change: object) =>
      expectRefused(
        await post(
          world,
          PARTNER,
          await world.compose(PARTNER, { kind: 'hub.acknowledgement', body: { ...body, ...change } }),
        ),
        'FINDINGS',
      ).body.findings!.map(({ code }) => code)
    expect(await submit({})).toEqual(['ROOT_DIFFERS'])
    expect(await submit({ feed: world.urn(EXPORTER) })).toEqual(['NOT_OWN_FEED'])
    expect(await submit({ to: last.seq + 1 })).toEqual(['RANGE_BEYOND_FEED'])
    expect(await submit({ epoch: 9 })).toEqual(['OTHER_EPOCH'])
  })
  it('goes on where the last one ended, whatever of it is sent again; the last one may be repeated', async () => {
    await file()
    const items = await itemsOf(PARTNER)
    expect(await acknowledge(PARTNER, items)).toEqual([expect.stringMatching(/acknowledged: entry \d+/)])
    expect(await acknowledge(PARTNER, items)).toEqual([])
    const head = await world.hub.house.journal.head(world.hub.house.journal.headKey('delivered', world.urn(PARTNER)))
    const { from, to } = head!.value as { from: number; to: number }
    expect(to).toBe(items.at(-1)!.seq)
    const again = await acknowledge(PARTNER, items.slice(from - 1))
    expect(again).toHaveLength(1)
    expect(
      (await world.hub.house.journal.head(world.hub.house.journal.headKey('delivered', world.urn(PARTNER))))!.version,
    ).toBe(head!.version)
  })
  it('twice at once covers an item once', async () => {
    await file()
    const { seq, epoch, receipt } = (await itemsOf(PARTNER)).at(-1)!
    const payloads = [Buffer.from(receipt!.payload, 'base64url')]
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => world.client(PARTNER).acknowledge({ epoch, from: seq, payloads })),
    )
    expect(answers.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 6 }, () => 'accepted'))
    const head = await world.hub.house.journal.head(world.hub.house.journal.headKey('delivered', world.urn(PARTNER)))
    expect(head!.value).toMatchObject({ from: seq, to: seq })
  })
  it('is found again after the view was emptied', async () => {
    const { index } = (await file()).body
    await acknowledge(PARTNER, await itemsOf(PARTNER))
    await expect.poll(async () => (await deliveries(index)).some(({ delivered }) => delivered), PATIENT).toBe(true)
    const before = await deliveries(index)
    await world.restart()
    expect(await deliveries(index)).toEqual(before)
  })
})

describe('the command', () => {
  const run = async (...args: string[]) => {
    const [out, err]: string[][] = [[], []]
    const io = { out: (line: string) => void out!.push(line), progress: (line: string) => void err!.push(line) }
    const exit = await command(args, { ...io, env: {}, stop: new AbortController().signal })
    return { exit, out: out!.join('\n'), err: err!.join('\n') }
  }
  const folder = (name: string): string => join(world.dir, 'sandbox', 'parties', name)

  it('tail --acknowledge signs for what it prints, delivered says so', async () => {
    const { index } = (await file()).body
    const asked = ['delivered', String(index), '--as', folder(EXPORTER)]
    expect(await run(...asked)).toMatchObject({ exit: 2, out: expect.stringContaining('not yet') })
    const { length } = await itemsOf('nanning-customs')
    const tail = await run('tail', '--as', folder('nanning-customs'), '--acknowledge', '--limit', String(length))
    expect(tail).toMatchObject({ exit: 0, err: expect.stringMatching(/acknowledged: entry/) })
    await run('tail', '--as', folder(PARTNER), '--acknowledge', '--limit', String((await itemsOf(PARTNER)).length))
    expect(await run(...asked, '--json')).toMatchObject({ exit: 0, out: expect.stringContaining('"delivered":true') })
    const out = join(world.dir, 'ack.json')
    expect(await run(...asked, '--by', PARTNER, '--out', out)).toMatchObject({ exit: 0 })
    const trust = join(world.dir, 'sandbox', 'trust.json')
    expect(await run('verify', out, '--trust', trust)).toMatchObject({ exit: 0 })
  })
})
