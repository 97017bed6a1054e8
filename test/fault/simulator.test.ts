// A simulated hub that dies, or fails for a moment, at every call of its storage and signing; and stories of many lives from one seed.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readEnvFile } from '../../src/client/hub-process.ts'
import { initSandbox } from '../../src/client/sandbox.ts'
import { readConfig, type Config } from '../../src/config.ts'
import { HubSigners } from '../../src/hub/identity/hub-signers.ts'
import { Breaker, Crash, Disk, type Fault } from '../support/fault-disk.ts'
import * as invariants from '../support/fault-invariants.ts'
import { found, isCrash, Life, living, Memory, notesOf, settled } from '../support/fault-life.ts'
import { chanceOf, faultSeed, type Chance } from '../support/fault-seed.ts'
import { type Letter, type Scene, Story } from '../support/fault-story.ts'
import { expectAll, targetsOf } from '../support/fault-targets.ts'
import { pause } from '../support/fault-traffic.ts'
import { LONG_MS } from '../support/patience.ts'

// Hubs come and go by the hundred here; the threads for SM2 stay.
vi.mock('../../src/hub/identity/suites/index.ts', async (original) => ({
  ...(await original<object>()),
  stopSm2Workers: async () => {},
}))
// Schemas are compiled once, not once for every hub.
vi.mock('../../src/hub/message/schema.ts', async (original) => {
  const { compileSchema, ...rest } = await original<typeof import('../../src/hub/message/schema.ts')>()
  const compiled = new Map<string, ReturnType<typeof compileSchema>>()
  return {
    ...rest,
    compileSchema: (schema: Record<string, unknown>) => {
      const text = JSON.stringify(schema)
      if (!compiled.has(text)) compiled.set(text, compileSchema(schema))
      return compiled.get(text)!
    },
    whenShaped: (schema: Record<string, unknown>, check: (body: unknown) => unknown[]) => {
      const text = JSON.stringify(schema)
      if (!compiled.has(text)) compiled.set(text, compileSchema(schema))
      return (body: unknown) => (compiled.get(text)!(body).length > 0 ? [] : check(body))
    },
  }
})
const signCommit = HubSigners.prototype.signCommit
HubSigners.prototype.signCommit = function (root) {
  const breaker = living.getStore()
  return breaker ? breaker.pass('signCommit', () => signCommit.call(this, root)) : signCommit.call(this, root)
}

const AT_ONCE = 10
const STORIES = 40
const seed = faultSeed('simulator')

/** A scene, and the world just before it. */
interface Stage {
  scene: Scene
  disk: Disk
  memory: Memory
  letters: Letter[]
  accepted: number
  counts: ReadonlyMap<string, number>
}

let folder: string
let config: Config
let story: Story
const stages: Stage[] = []
/** The world after the last scene, and the calls of a start on it. */
let end: { disk: Disk; memory: Memory; counts: ReadonlyMap<string, number> }
let lives = 0

const begin = (disk: Disk, memory: Memory, more: { breaker?: Breaker; skewMs?: number } = {}): Promise<Life> => {
  const { breaker, skewMs = 0 } = more
  const clock = (): number => memory.nowMs() + skewMs
  return Life.begin(disk, config, { chance: chanceOf(seed + ++lives), clock, ...(breaker && { breaker }) })
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'beibu-simulator-'))
  const sandbox = await initSandbox(join(folder, 'sandbox'), {
    listen: '127.0.0.1:9',
    randomness: randomBytes,
    clock: Date.now,
  })
  config = readConfig({
    ...readEnvFile(sandbox.env),
    HUB_LOG: 'silent',
    HUB_CHECKPOINT_MS: '100',
    HUB_SM2_WORKERS: '1',
  })
  story = new Story(sandbox.dir)
  const disk = new Disk()
  const first = await begin(disk, new Memory(chanceOf(seed)))
  await found(first, config)
  await settled(first, undefined, new Memory(chanceOf(seed)))
  await first.close()
  await rehearse(disk, new Memory(chanceOf(seed)))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Plays the story once without faults; keeps the world before each scene and the calls that the scene makes. */
async function rehearse(first: Disk, memory: Memory): Promise<void> {
  let disk = first
  for (const scene of story.scenes()) {
    const before = { disk: await disk.copy(), memory: new Memory(chanceOf(seed + 1), memory) }
    const breaker = new Breaker()
    const life = await begin(disk, memory, { breaker })
    breaker.arm()
    memory.shiftMs += scene.afterMs ?? 0
    const letters = await scene.letters(memory)
    const told = memory.told.length
    expect(await memory.deliver(scene.name, letters, life)).toEqual([])
    await settled(life, scene, memory)
    const accepted = memory.told.slice(told).filter(({ outcome }) => outcome === 'accepted').length
    stages.push({ scene, ...before, letters, accepted, counts: new Map(breaker.counts) })
    await life.close()
    disk = await disk.copy()
  }
  const breaker = new Breaker()
  const life = await begin(await disk.copy(), memory, { breaker })
  end = { disk, memory, counts: new Map(breaker.counts) }
  await check(life, memory)
  await life.close()
}

/** Every invariant, over the journal and what was told. */
async function check(life: Life, memory: Memory): Promise<void> {
  const { journal, disk } = life
  const entries = await invariants.allEntries(journal)
  expect(entries.length).toBe(journal.size())
  invariants.checkOrder(entries)
  await invariants.checkHeads(entries, journal)
  invariants.checkAccounts(entries)
  await invariants.checkRefusals(entries, journal)
  await invariants.checkFeeds(entries, disk.views)
  invariants.checkLog(entries, await notesOf(disk))
  await invariants.checkTold(memory.told, journal)
}

/** Plays a scene with a fault in it; then the client sends again what was not answered, and all the rest once more. */
async function suffer(stage: Stage, fault: Fault): Promise<boolean> {
  const { scene, letters } = stage
  const chance = chanceOf(seed + ++lives)
  const disk = await stage.disk.copy()
  const memory = new Memory(chance, stage.memory)
  const breaker = new Breaker()
  let life = await begin(disk, memory, { breaker })
  breaker.arm(fault)
  memory.shiftMs += scene.afterMs ?? 0
  await memory.deliver(scene.name, letters, life)
  await settled(life, scene, memory)
  if (breaker.dead) {
    await life.close()
    life = await begin(disk, memory)
  }
  const { tripped } = breaker
  breaker.arm()
  expect(await memory.deliver(scene.name, chance.shuffled(letters), life)).toEqual([])
  await memory.deliver('goes on', [await story.sign(memory, lives)], life)
  await settled(life, scene, memory)
  const told = new Set(memory.told.filter(({ outcome }) => outcome === 'accepted').map(({ commitment }) => commitment))
  expect(letters.filter(({ commitment }) => told.has(commitment)).length).toBe(stage.accepted)
  await check(life, memory)
  await life.close()
  return tripped
}

/** A start that dies; the next one finds everything. */
async function sufferStart(fault: Fault): Promise<boolean> {
  const disk = await end.disk.copy()
  const memory = new Memory(chanceOf(seed), end.memory)
  const breaker = new Breaker()
  breaker.arm(fault)
  const dead = await begin(disk, memory, { breaker }).catch((error: unknown) => {
    if (!isCrash(error)) throw error
    return undefined
  })
  await dead?.close()
  const life = await begin(disk, memory)
  await memory.deliver('goes on', [await story.sign(memory, 1)], life)
  await settled(life, undefined, memory)
  await check(life, memory)
  await life.close()
  return breaker.tripped
}

/** What is left after a death: everything that was synced, and of the derived rows perhaps not the newest, perhaps none. */
const survived = (disk: Disk, chance: Chance): Promise<Disk> =>
  disk.copy(chance.below(6) === 0 ? 0 : disk.viewChanges - chance.below(Math.min(disk.viewChanges, 12)))

/** The whole story without waiting for followers, over as many lives as it takes. Gives the number of deaths. */
async function manyLives(chance: Chance): Promise<number> {
  let disk = await stages[0]!.disk.copy()
  const memory = new Memory(chance, stages[0]!.memory)
  // Room for clocks that go wrong by two minutes: certificates were not valid before.
  memory.shiftMs += 5 * 60_000
  let deaths = 0
  /** Storage that takes its time, and now and then fails before it has done anything. */
  const slow = async (): Promise<void> => {
    if (chance.below(3) === 0) await pause(chance.below(4))
    if (chance.below(100) === 0) throw new Crash('a call that fails once')
  }
  const born = async (mortal: boolean): Promise<Life> => {
    const breaker = new Breaker(mortal ? slow : undefined)
    const nth = 50 + chance.below(260)
    if (mortal) breaker.arm({ call: '*', nth, when: chance.below(2) ? 'before' : 'after', fate: 'dead' })
    try {
      return await begin(disk, memory, { breaker, skewMs: chance.below(240_000) - 120_000 })
    } catch (error) {
      if (!isCrash(error)) throw error
      deaths++
      disk = await survived(disk, chance)
      return born(mortal)
    }
  }
  let life = await born(true)
  const again = async (): Promise<void> => {
    deaths++
    await life.close()
    disk = await survived(disk, chance)
    life = await born(true)
  }
  const sent: Letter[] = []
  for (const scene of story.scenes()) {
    memory.shiftMs += scene.afterMs ?? 0
    const letters = await scene.letters(memory)
    let left = chance.shuffled([...letters, ...letters])
    for (;;) {
      const old = chance.shuffled(sent).slice(0, 2)
      const [unanswered] = await Promise.all([
        memory.deliver(scene.name, left, life),
        memory.deliver('sent before', old, life),
      ])
      left = unanswered
      if (life.breaker.dead) await again()
      else if ((await scene.done?.(disk, memory)) ?? true) break
      else await pause(10)
    }
    sent.push(...letters)
  }
  await life.close()
  disk = await survived(disk, chance)
  life = await born(false)
  await memory.deliver('goes on', [await story.sign(memory, 1), ...chance.shuffled(sent)], life)
  await settled(life, undefined, memory)
  await check(life, memory)
  await life.close()
  return deaths
}

describe(`a hub that dies (seed ${seed})`, { timeout: 3 * LONG_MS }, () => {
  it('plays the whole story', () => {
    const kinds = new Set(stages.map(({ scene }) => scene.name))
    expect(kinds.size).toBe(12)
    expect(stages.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(11)
  })

  it('loses nothing when it dies at any call of a scene, before or after it took effect', async () => {
    const faults = [
      { when: 'before', fate: 'dead' },
      { when: 'after', fate: 'dead' },
    ] as const
    await expectAll(
      'dies',
      stages.flatMap((stage) => targetsOf(stage.scene.name, stage.counts, faults, (fault) => suffer(stage, fault))),
    )
  })

  it('starts again when it dies at any call of a start', async () => {
    const faults = [
      { when: 'before', fate: 'dead' },
      { when: 'after', fate: 'dead' },
    ] as const
    await expectAll('start', targetsOf('start', end.counts, faults, sufferStart))
  })

  it('goes on by itself when a write fails once, before or after it took effect', async () => {
    const faults = [
      { when: 'before', fate: 'once' },
      { when: 'after', fate: 'once' },
    ] as const
    await expectAll(
      'fails once',
      stages.flatMap((stage) => targetsOf(stage.scene.name, stage.counts, faults, (fault) => suffer(stage, fault))),
    )
  })

  it('is busy while the storage does not answer after a failed write, and goes on when it does', async () => {
    const { disk, memory, letters, scene } = stages[0]!
    const desk = new Memory(chanceOf(seed), memory)
    const breaker = new Breaker()
    const life = await begin(await disk.copy(), desk, { breaker })
    breaker.arm({ call: 'store.write', nth: 1, when: 'after', fate: 'dead' })
    expect(await desk.deliver(scene.name, letters, life)).toEqual(letters)
    const other = await story.sign(desk, 1)
    expect(await desk.deliver('meanwhile', [other], life)).toEqual([other])
    breaker.dead = false
    expect(await desk.deliver(scene.name, [...letters, other], life)).toEqual([])
    await settled(life, scene, desk)
    await check(life, desk)
    await life.close()
  })

  it('gives one answer to the same bytes sent twice at once, also where the first copy stands in the way of the second', async () => {
    for (const { scene, letters, ...stage } of stages) {
      const memory = new Memory(chanceOf(seed), stage.memory)
      const life = await begin(await stage.disk.copy(), memory)
      for (const letter of letters) {
        let release = (): void => {}
        const held = new Promise<void>((resolve) => (release = resolve))
        const second = life.send(letter.bytes, held)
        await pause(5)
        const first = await life.send(letter.bytes)
        release()
        const answer = await second
        const what = `${scene.name}: second copy of one ${first?.result}`
        expect(answer?.receipt.payload, what).toBe(first!.receipt.payload)
        expect(answer!.result, what).toBe(first!.result === 'refused' ? 'refused' : 'duplicate')
      }
      await check(life, memory)
      await life.close()
    }
  })

  it(`goes through ${STORIES} stories of many lives: slow and failing storage, clocks that jump back, messages twice and out of order`, async () => {
    const deaths: number[] = []
    for (let n = 0; n < STORIES; n += AT_ONCE)
      deaths.push(
        ...(await Promise.all(Array.from({ length: AT_ONCE }, (_, m) => manyLives(chanceOf(seed + 1_000 * (n + m)))))),
      )
    process.stdout.write(`simulator: many lives: deaths per story ${deaths.join(' ')}\n`)
    expect(Math.max(...deaths)).toBeGreaterThan(2)
  })
})
