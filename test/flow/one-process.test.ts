// A data folder belongs to one process at a time.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildHub } from '../../src/app.ts'
import { openWorld, type World } from '../support/world.ts'
import { LONG_MS } from '../support/patience.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

it('a second hub on the folder does not start and says why; after the first has closed it may', {
  timeout: LONG_MS,
}, async () => {
  await expect(buildHub(world.config, { clock: Date.now })).rejects.toThrow('another hub runs on the data folder')
  await world.restart()
  expect(world.hub.house.journal.size()).toBeGreaterThan(0)
})
