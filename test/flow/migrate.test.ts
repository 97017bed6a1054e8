// An embedded hub is moved to the shared storage by the command: the same root, the same feeds, and no hub starts on the old folder again.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildHub } from '../../src/app.ts'
import { command } from '../../src/client/command.ts'
import { clientOf } from '../../src/client/party-folder.ts'
import { verifyBundle } from '../../src/hub/evidence/verify.ts'
import { releasedDeclaration } from '../support/consignment.ts'
import { freshMongo } from '../support/journals.ts'
import { settled } from '../support/kept.ts'
import { servicesFor } from '../support/services.ts'
import { openWorld, type World } from '../support/world.ts'

const services = servicesFor('moving an embedded hub')
const PARTIES = ['guangxi-exporter', 'nanning-customs', 'vietnam-customs', 'hub-operator'] as const

describe.skipIf(!services)('beibu migrate', () => {
  let world: World
  let mongo: Awaited<ReturnType<typeof freshMongo>>
  beforeAll(async () => {
    world = await openWorld()
    mongo = await freshMongo(services!.mongoUrl)
  })
  afterAll(async () => {
    await mongo.remove()
    await world.close().catch(() => {})
  })

  const beibu = async (args: string[]): Promise<{ exit: number; out: string; said: string }> => {
    const [out, said]: [string[], string[]] = [[], []]
    const exit = await command(args, {
      out: (line) => void out.push(line),
      progress: (line) => void said.push(line),
      env: {},
      stop: new AbortController().signal,
    })
    return { exit, out: out.join('\n'), said: said.join('\n') }
  }
  const sandbox = (): string[] => ['--sandbox', join(world.dir, 'sandbox')]
  const to = (): string => {
    const url = new URL(mongo.url)
    url.pathname = `/${mongo.database}`
    return url.href
  }
  const feeds = (below: number): Promise<object[]> =>
    Promise.all(
      PARTIES.map(async (folder) => {
        const client = clientOf(world.party(folder), { url: world.url, clock: world.clock.now })
        const { items } = await client.feed({ limit: 500 })
        return items.filter(({ index }) => index < below)
      }),
    )

  it('moves a stopped hub; a running one is left alone', { timeout: 120_000 }, async () => {
    const { index } = await releasedDeclaration(world)
    await settled(world)
    const size = world.hub.house.journal.size()
    const before = await feeds(size)
    const bundle = await world.client('guangxi-exporter').bundle(index)
    const running = await beibu(['migrate', '--to', to(), ...sandbox()])
    expect(running).toMatchObject({ exit: 70, said: expect.stringMatching(/another hub runs on the data folder/) })
    await world.hub.close()
    const moved = await beibu(['migrate', '--to', to(), ...sandbox(), '--json'])
    expect(moved).toMatchObject({ exit: 0 })
    const report = JSON.parse(moved.out) as { size: number; root: string }
    expect(report.size).toBeGreaterThanOrEqual(size)
    const again = await beibu(['migrate', '--to', to(), ...sandbox()])
    expect(again).toMatchObject({ exit: 70, said: expect.stringMatching(/was moved to mongodb:/) })
    await expect(buildHub(world.config, { clock: world.clock.now })).rejects.toThrow(/HUB_PROFILE=cluster/)

    const { place } = mongo
    const stores = { store: place.store(), views: place.views(), cursors: place.cursors() }
    const hub = await buildHub(world.config, { clock: world.clock.now, ...stores })
    await hub.listen()
    try {
      await settled({ ...world, hub })
      expect(await feeds(size)).toEqual(before)
      const trust = readFileSync(join(world.dir, 'sandbox', 'trust.json'))
      expect((await verifyBundle(bundle, trust)).verdict).toBe('verified')
      const client = clientOf(world.party('guangxi-exporter'), { url: world.url, clock: world.clock.now })
      expect((await verifyBundle(await client.bundle(index), trust)).verdict).toBe('verified')
    } finally {
      await hub.close()
    }
  })
})
