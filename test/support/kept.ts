// What a hub keeps on disk, looked at from outside: its bytes, and the rows of its derived views.
import { MongoClient } from 'mongodb'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Views } from '../../src/hub/journal/journal.ts'
import { sqliteStore } from '../../src/hub/journal/sqlite-store.ts'
import { sqliteViews } from '../../src/hub/journal/sqlite-views.ts'
import type { Sealed } from '../../src/hub/journal/seal.ts'
import { FEED_VIEW } from '../../src/hub/feed/row.ts'
import { TILES_VIEW } from '../../src/hub/evidence/tree.ts'
import type { World } from './world.ts'
import { PATIENT } from './patience.ts'

/** Every view a follower derives from the journal. */
export const DERIVED = [FEED_VIEW, 'register', TILES_VIEW, 'erasure', 'expiry', 'due', 'attachments'] as const

/** Files below the data folder that hold the bytes. */
export function filesWith(world: World, bytes: Buffer | string): string[] {
  return readdirSync(world.config.data, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(bytes))
    .map(({ name }) => name)
}

/** Where bytes are that the hub keeps, whichever profile keeps them: names of files, and collections of its database. */
export async function keptWith(world: World, looked: readonly (Buffer | string)[]): Promise<string[]> {
  const found = new Set(looked.flatMap((bytes) => filesWith(world, bytes)))
  if (!world.config.cluster) return [...found]
  const client = await MongoClient.connect(world.config.cluster.mongoUrl)
  try {
    for (const collection of await client.db(world.config.cluster.database).collections())
      for await (const document of collection.find({}, { raw: true })) {
        const stored = document as unknown as Buffer
        if (looked.some((bytes) => stored.includes(bytes))) found.add(collection.collectionName)
      }
    return [...found]
  } finally {
    await client.close()
  }
}

/** The sealed content of an entry with its wrapped key, read from the store beside the running hub. */
export async function sealedOf(world: World, index: number): Promise<Sealed | undefined> {
  const store = sqliteStore(join(world.config.data, 'journal.sqlite'))
  try {
    return await store.sealed(index)
  } finally {
    await store.close()
  }
}

const viewsOf = (world: World): Views => sqliteViews(join(world.config.data, 'views.sqlite'))

/** All rows of every derived view as `view key: value`, binary values in hex. */
export async function rowsOf(world: World): Promise<string[]> {
  const views = viewsOf(world)
  try {
    return (await Promise.all(DERIVED.map((view) => rowsOfView(views, view)))).flat()
  } finally {
    await views.close()
  }
}

const rowsOfView = async (views: Views, view: string): Promise<string[]> =>
  (await views.range(view, '', '\u{10ffff}', Number.MAX_SAFE_INTEGER)).map(
    ({ key, value }) => `${view} ${key}: ${typeof value === 'string' ? value : Buffer.from(value).toString('hex')}`,
  )

/** The hub's own views for its next start: opened when first asked for, and emptied before anybody reads them. */
export function emptiedViews(world: World): Views {
  let opened: Promise<Views> | undefined
  const open = (): Promise<Views> =>
    (opened ??= (async () => {
      const views = viewsOf(world)
      for (const view of DERIVED) await views.empty(view)
      const left = await Promise.all(DERIVED.map((view) => rowsOfView(views, view)))
      if (left.flat().length > 0) throw new Error('the views are not empty')
      return views
    })())
  return {
    cursor: async (view) => (await open()).cursor(view),
    apply: async (view, rows, cursor) => (await open()).apply(view, rows, cursor),
    get: async (view, key) => (await open()).get(view, key),
    range: async (...range) => (await open()).range(...range),
    empty: async (view) => (await open()).empty(view),
    close: async () => (await open()).close(),
  }
}

/** Shorter pieces of base64 would be found anywhere by chance. */
const PIECE_BYTES_MIN = 6

/** Every text by which bytes could be found in an encoding, wherever in it they begin. */
export function spellingsOf(bytes: Buffer): (Buffer | string)[] {
  const whole = [0, 1, 2].map((from) => bytes.subarray(from, from + Math.floor((bytes.length - from) / 3) * 3))
  const base64 = whole
    .filter((part) => part.length >= PIECE_BYTES_MIN)
    .flatMap((part) => [part.toString('base64'), part.toString('base64url')])
  return [bytes, bytes.toString('hex'), bytes.toString('hex').toUpperCase(), ...new Set(base64)]
}

/** Resolves when every follower has read the whole journal. */
export async function settled(world: World): Promise<void> {
  for (const giveUpAt = performance.now() + PATIENT.timeout; performance.now() < giveUpAt; ) {
    const { lag } = (await (await fetch(`${world.url}/health/ready`)).json()) as { lag: Record<string, number> }
    if (Object.values(lag).every((behind) => behind === 0)) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('the followers do not catch up')
}

/** Starts the hub again and waits until it has anchored what regulators have read: afterwards it has nothing left to write by itself. */
export async function anchored(world: World): Promise<void> {
  await world.restart()
  const cursors = await world.cursors()
  const giveUpAt = performance.now() + PATIENT.timeout
  while ((await cursors.list('access-open', '')).length > 0) {
    if (performance.now() > giveUpAt) throw new Error('what was read is not anchored')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  if (!world.config.cluster) await cursors.close()
  await settled(world)
}
