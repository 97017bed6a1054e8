// One life of a hub in the simulator: built over a disk through a breaker, without its doors; the client hands in letters by the walk.
import { AsyncLocalStorage } from 'node:async_hooks'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildHub, type Hub } from '../../src/app.ts'
import type { Config } from '../../src/config.ts'
import { accept, type Accepted } from '../../src/hub/accept.ts'
import { HubError } from '../../src/hub/errors.ts'
import { readCheckpoint } from '../../src/hub/evidence/checkpoint.ts'
import { FEED_VIEW } from '../../src/hub/feed/row.ts'
import type { Journal } from '../../src/hub/journal/journal.ts'
import { receiveMessageFile } from '../../src/hub/message/decode.ts'
import { Breaker, Crash, type Disk } from './fault-disk.ts'
import type { Chance } from './fault-seed.ts'
import type { Desk, Letter, Scene } from './fault-story.ts'
import { pause } from './fault-traffic.ts'

const TRIES_MAX = 60
const SETTLED_WITHIN_MS = 90_000

/** The breaker of the life in whose name code runs; signing asks it, for it is no port of the disk. */
export const living = new AsyncLocalStorage<Breaker>()

export class Life {
  readonly disk: Disk
  readonly breaker: Breaker
  readonly #hub: Hub
  readonly #clock: () => number

  private constructor(disk: Disk, breaker: Breaker, hub: Hub, clock: () => number) {
    this.disk = disk
    this.breaker = breaker
    this.#hub = hub
    this.#clock = clock
  }

  /** Builds the hub. Throws Crash when the breaker lets it die on the way. */
  static async begin(
    disk: Disk,
    config: Config,
    { chance, clock, breaker = new Breaker() }: { chance: Chance; clock: () => number; breaker?: Breaker },
  ): Promise<Life> {
    const randomness = (size: number): Buffer => chance.bytes(size)
    const hub = await living.run(breaker, () => buildHub(config, { clock, randomness, ...disk.through(breaker) }))
    return new Life(disk, breaker, hub, clock)
  }

  get journal(): Journal {
    return this.#hub.house.journal
  }

  /**
   * One attempt by the walk; undefined when the sender has no answer, or one that asks for the same bytes again. With `held` the walk has
   * looked for the message and found none, and goes on when that resolves.
   */
  async send(bytes: Buffer, held?: Promise<void>): Promise<Accepted | undefined> {
    const { house } = this.#hub
    const caughtUp = async (): Promise<boolean> => {
      await held
      return house.caughtUp(house.journal.size())
    }
    try {
      return await living.run(this.breaker, () =>
        accept(receiveMessageFile(bytes, this.#clock()), held ? { ...house, caughtUp } : house),
      )
    } catch (error) {
      if (error instanceof HubError && error.code !== 'FAULT' && !RETRY.has(error.code))
        throw new Error(`${error.message} ${JSON.stringify(error.findings)}`, { cause: error })
      return undefined
    }
  }

  close(): Promise<void> {
    return this.#hub.close()
  }
}

const RETRY: ReadonlySet<string> = new Set(['VIEW_BEHIND', 'CONTENDED', 'OVERLOADED', 'CLOSING'])

/** The register as the operator's files make it, entered by the walk. */
export async function found(life: Life, config: Config): Promise<void> {
  const files = readdirSync(config.register!)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(config.register!, name))
  for (const file of [config.keyStatement, ...files])
    if ((await life.send(readFileSync(file)))?.result !== 'appended') throw new Error(`${file} was not entered`)
}

/** The senders' side: what was told, never forgotten; contradictions are thrown at once. */
export class Memory implements Desk {
  shiftMs = 0
  readonly told: Desk['told'] = []
  readonly #accepted = new Map<string, string>()
  readonly #appended = new Set<string>()
  readonly #marks = new Map<string, number>()
  readonly #chance: Chance

  constructor(chance: Chance, from?: Memory) {
    this.#chance = chance
    if (!from) return
    this.shiftMs = from.shiftMs
    this.told.push(...from.told)
    for (const [commitment, payload] of from.#accepted) this.#accepted.set(commitment, payload)
    for (const commitment of from.#appended) this.#appended.add(commitment)
    for (const [scene, index] of from.#marks) this.#marks.set(scene, index)
  }

  nowMs = (): number => Date.now() + this.shiftMs
  random = (size: number): Buffer => this.#chance.bytes(size)

  index(scene: string): number {
    const index = this.#marks.get(scene)
    if (index === undefined) throw new Error(`nothing was accepted in scene ${scene}`)
    return index
  }

  /** Keeps an answer. Throws when a message is taken a second time, or has another receipt than before. */
  take(scene: string, { commitment }: Letter, { result, entry, receipt }: Accepted): void {
    const before = this.#accepted.get(commitment)
    const twice = result === 'appended' && this.#appended.has(commitment)
    if (twice || (before !== undefined && before !== receipt.payload))
      throw new Error(`${scene}: a message accepted before is answered ${result} as entry ${entry.index}`)
    const outcome = result === 'refused' ? 'refused' : 'accepted'
    this.told.push({ commitment, index: entry.index, payload: receipt.payload, outcome })
    if (outcome === 'refused') return
    if (result === 'appended') this.#appended.add(commitment)
    this.#accepted.set(commitment, receipt.payload)
    this.#marks.set(scene, entry.index)
  }

  /** Sends all at once, each again until answered or the hub has died; gives those without an answer. */
  async deliver(scene: string, letters: readonly Letter[], life: Life): Promise<Letter[]> {
    const left = await Promise.all(letters.map((letter) => this.#deliver(scene, letter, life)))
    return left.flat()
  }

  async #deliver(scene: string, letter: Letter, life: Life): Promise<Letter[]> {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const answer = await life.send(letter.bytes)
      if (answer) {
        this.take(scene, letter, answer)
        return []
      }
      if (life.breaker.dead) return [letter]
      await pause(10)
    }
    throw new Error(`${scene}: the hub lives and has not answered in ${TRIES_MAX} tries`)
  }
}

/** Waits until the followers have done all there is to do; false when the hub died before. */
export async function settled(life: Life, scene: Scene | undefined, desk: Desk): Promise<boolean> {
  const { disk, breaker } = life
  for (const until = Date.now() + SETTLED_WITHIN_MS; Date.now() < until; await pause(8)) {
    if (breaker.dead) return false
    const { size } = await disk.store.position()
    const done = (await scene?.done?.(disk, desk)) ?? true
    if (done && (await disk.views.cursor(FEED_VIEW)) === size && (await published(disk)) === size) return true
  }
  const { size } = await disk.store.position()
  const [feed, log] = [await disk.views.cursor(FEED_VIEW), await published(disk)]
  throw new Error(`${scene?.name}: journal ${size}, feeds ${feed}, checkpoint ${log}, and no further`)
}

/** Checkpoints that are durable, as notes. */
export async function notesOf({ cursors }: Pick<Disk, 'cursors'>): Promise<string[]> {
  return (await cursors.list('checkpoints', '')).map(({ value }) => (value as { note: string }).note)
}

/** Size of the checkpoint that is the latest to everybody. */
async function published({ cursors }: Disk): Promise<number> {
  const latest = (await cursors.get('checkpoints', 'latest')) as { note: string } | undefined
  return latest ? readCheckpoint(latest.note).size : 0
}

export const isCrash = (error: unknown): boolean =>
  error instanceof Crash || (error instanceof Error && error.cause !== undefined && isCrash(error.cause))
