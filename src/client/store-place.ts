// The stores of a hub as the command reaches them, beside a running hub or alone: by the settings that the hub itself is started with.
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Config, ConfigError, readConfig } from '../config.ts'
import { syncFolder } from '../hub/attachments/key-file.ts'
import { keptInFolder } from '../hub/backup/kept-files.ts'
import { keptInPlace } from '../hub/backup/kept-in-place.ts'
import type { Manifest } from '../hub/backup/manifest.ts'
import type { Kept } from '../hub/backup/source.ts'
import { messageFileOf } from '../hub/evidence/bundle.ts'
import { checkSecrets, secretKey } from '../hub/identity/hub-signers.ts'
import { openJournal } from '../hub/journal/append.ts'
import { epochOf } from '../hub/journal/epoch.ts'
import { refuseMoved } from '../hub/journal/sqlite-lock.ts'
import { sqliteStore } from '../hub/journal/sqlite-store.ts'
import type { SqliteUse } from '../hub/journal/sqlite.ts'
import { sqliteCursors } from '../hub/journal/sqlite-views.ts'
import { toBase64url } from '../hub/values/encoding.ts'
import { UsageError } from './usage.ts'
import { given, settings } from './verbs/serve.ts'
import type { CommandIo } from './verbs/verb.ts'

/** The two secrets of the key folder: neither is ever in a backup. */
export interface Secrets {
  sealingKey: Buffer
  indexKey: Buffer
}

export interface OpenKept extends Kept {
  close(): Promise<void>
}

/** Settings of a sandbox, an env file or the environment, as `beibu serve` reads them. Throws UsageError. */
export function hubConfig(from: { sandbox?: string | undefined; env?: string | undefined }, io: CommandIo): Config {
  const env: Record<string, string> = { ...settings(from.sandbox, from.env), ...given(io.env) }
  if (env['HUB_SEED'] === undefined)
    throw new UsageError('no settings: give --sandbox <dir>, --env <file>, or set HUB_SEED and the others')
  try {
    return readConfig(env)
  } catch (error) {
    throw error instanceof ConfigError ? new UsageError(error.message) : error
  }
}

/** Throws if they are not in the key folder: only a hub makes them. */
export const secretsOf = ({ keys }: Config): Secrets => ({
  sealingKey: secretKey(keys, 'sealing.key', true),
  indexKey: secretKey(keys, 'index.key', true),
})

/** The stores that the settings name. */
export async function openKept(config: Config, secrets: Secrets, how: SqliteUse): Promise<OpenKept> {
  const { cluster } = config
  return cluster ? openShared(cluster.mongoUrl, cluster.database, secrets) : openFolder(config.data, how)
}

/** The stores of an embedded hub. */
export function openFolder(data: string, how: SqliteUse): OpenKept {
  if (how === 'beside' && !existsSync(join(data, 'journal.sqlite')))
    throw new UsageError(`there is no journal in ${data}; has the hub been started with these settings?`)
  if (how === 'beside') refuseMoved(data)
  const store = sqliteStore(join(data, 'journal.sqlite'), how)
  const cursors = sqliteCursors(join(data, 'cursors.sqlite'), how)
  return {
    store,
    cursors,
    attachments: keptInFolder(join(data, 'attachments')),
    async close() {
      await store.close()
      await cursors.close()
    },
  }
}

/** The stores of a hub of many processes. */
export async function openShared(url: string, database: string, { sealingKey, indexKey }: Secrets): Promise<OpenKept> {
  const { openMongo } = await import('../hub/journal/mongo.ts')
  const place = await openMongo(url, { database })
  const deps = { sealingKey, indexKey, randomness: randomBytes, clock: Date.now }
  return {
    store: place.store(),
    cursors: place.cursors(),
    attachments: keptInPlace(place.attachments(deps), deps),
    close: () => place.close(),
  }
}

/** What the checkpoints and receipts of a journal are verified with: the operator's root, and the `hub.key` messages it holds. */
export async function statementOf(
  config: Config,
  { store, cursors }: Kept,
  secrets: Secrets,
): Promise<NonNullable<Manifest['statement']>> {
  await checkSecrets(cursors, config.keys, { 'sealing.key': secrets.sealingKey, 'index.key': secrets.indexKey })
  const journal = await openJournal({
    store,
    ...placeOf(config),
    epoch: await epochOf(cursors),
    ...secrets,
    clock: Date.now,
    signCommit: () => Promise.reject(new Error('this is not the hub: it only reads')),
  })
  const entries = await store.read(0, 100_000, ['hub.key'])
  const keys: NonNullable<Manifest['statement']>['keys'][number][] = []
  for (const { index, outcome } of entries) {
    if (outcome !== 'accepted') continue
    const content = await journal.content(index)
    if (!content) throw new Error(`the hub.key of entry ${index} has been erased; nothing can be verified without it`)
    keys.push(messageFileOf(content))
  }
  return { operatorRoot: toBase64url(config.seed.operatorRoot.der), keys }
}

export const placeOf = ({ seed }: Config): { hub: string; urn: string } => ({
  hub: seed.hub,
  urn: `${seed.hub}:journal`,
})

/** Trust in the operator's root that the hub itself is started with. */
export function ownTrust({ seed }: Config): Buffer {
  const lines = seed.operatorRoot.der.toString('base64').match(/.{1,64}/g)!
  const operatorRoot = `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
  return Buffer.from(JSON.stringify({ operatorRoot, countries: {} }))
}

/**
 * Fills a data folder that must not be there, or be empty: it has its name only when `fill` has ended well. What a run that was broken off has
 * left is removed first.
 */
export async function fillFolder<T>(data: string, fill: (kept: OpenKept) => Promise<T>): Promise<T> {
  if (existsSync(data) && readdirSync(data).length > 0)
    throw new UsageError(`${data} is not empty; a backup is put into an empty store only`)
  const making = `${data.replace(/\/+$/, '')}.unfinished`
  rmSync(making, { recursive: true, force: true })
  mkdirSync(making, { recursive: true, mode: 0o700 })
  const kept = openFolder(making, 'filling')
  let filled: T
  try {
    filled = await fill(kept)
  } finally {
    await kept.close()
  }
  await syncAll(making)
  rmSync(data, { recursive: true, force: true })
  renameSync(making, data)
  await syncFolder(dirname(data))
  return filled
}

/** The files were closed, and with that brought up to date; now they have to be on the disk. */
async function syncAll(folder: string): Promise<void> {
  const { open } = await import('node:fs/promises')
  for (const name of readdirSync(folder).filter((one) => one.includes('.sqlite'))) {
    const file = await open(join(folder, name), 'r+')
    await file.sync()
    await file.close()
  }
  await syncFolder(folder)
}
