// The version of a file's tables: counted, brought up in order, and never run on backwards.
import Database from 'libsql'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { lockFolder, markMoved } from '../../../src/hub/journal/sqlite-lock.ts'
import { openSqlite, type SqliteSchema } from '../../../src/hub/journal/sqlite.ts'
import { sqliteStore } from '../../../src/hub/journal/sqlite-store.ts'
import { sqliteCursors, sqliteViews } from '../../../src/hub/journal/sqlite-views.ts'
import { draft, journalOver } from '../../support/journals.ts'

let dir: string
let path: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'beibu-schema-'))
  path = join(dir, 'file.sqlite')
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const versionOf = (file: string): number => {
  const db = new Database(file)
  const { user_version } = db.prepare('PRAGMA user_version').get() as { user_version: number }
  db.close()
  return user_version
}
const setVersion = (file: string, version: number): void => {
  const db = new Database(file)
  db.exec(`PRAGMA user_version = ${version}`)
  db.close()
}

const FIRST: SqliteSchema = { tables: 'CREATE TABLE IF NOT EXISTS things (name TEXT PRIMARY KEY)', migrations: [] }
const THIRD: SqliteSchema = {
  tables: 'CREATE TABLE IF NOT EXISTS things (name TEXT PRIMARY KEY, size INTEGER NOT NULL, colour TEXT)',
  migrations: [
    'ALTER TABLE things ADD COLUMN size INTEGER NOT NULL DEFAULT 7',
    "ALTER TABLE things ADD COLUMN colour TEXT; UPDATE things SET colour = 'red ' || size",
  ],
}

it.each([
  ['journal', (file: string) => sqliteStore(file)],
  ['cursors', (file: string) => sqliteCursors(file)],
  ['views', (file: string) => sqliteViews(file)],
])('a new %s is of version 1; one of a newer hub is refused and left as it is', async (_, open) => {
  await open(path).close()
  expect(versionOf(path)).toBe(1)
  setVersion(path, 2)
  expect(() => open(path)).toThrow(/newer version of the hub: its tables are of version 2, this one knows them up to 1/)
  expect(versionOf(path)).toBe(2)
})

it('a file of before versions were counted has the tables of 1, and keeps what is in it', async () => {
  const store = sqliteStore(path)
  const journal = await journalOver(store)
  await journal.append(draft())
  await journal.close()
  setVersion(path, 0)
  const again = await journalOver(sqliteStore(path))
  expect(again.size()).toBe(1)
  await again.close()
  expect(versionOf(path)).toBe(1)
})

it('an older one is brought up step by step, once', () => {
  const old = openSqlite(path, 'FULL', FIRST)
  old.prepare('INSERT INTO things VALUES (?)').run('a')
  old.close()
  for (let times = 0; times < 2; times++) {
    const now = openSqlite(path, 'FULL', THIRD)
    expect(now.prepare('SELECT * FROM things').all()).toEqual([{ name: 'a', size: 7, colour: 'red 7' }])
    now.close()
  }
  expect(versionOf(path)).toBe(3)
  expect(() => openSqlite(path, 'FULL', FIRST)).toThrow(/version 3/)
  const fresh = openSqlite(join(dir, 'fresh.sqlite'), 'FULL', THIRD)
  fresh.prepare('INSERT INTO things VALUES (?,?,?)').run('b', 1, 'blue')
  fresh.close()
})

it('a step that fails leaves the file as it was', () => {
  openSqlite(path, 'FULL', FIRST).close()
  const broken = { ...THIRD, migrations: [THIRD.migrations[0]!, 'UPDATE nowhere SET name = 1'] }
  expect(() => openSqlite(path, 'FULL', broken)).toThrow(/nowhere/)
  expect(versionOf(path)).toBe(1)
  const db = openSqlite(path, 'FULL', FIRST)
  expect(db.prepare('SELECT * FROM pragma_table_info(?)').all('things')).toHaveLength(1)
  db.close()
})

it('who looks beside a running hub makes and migrates nothing', () => {
  expect(() => openSqlite(path, 'FULL', FIRST, 'beside')).toThrow(/there is no /)
  openSqlite(path, 'FULL', FIRST).close()
  expect(() => openSqlite(path, 'FULL', THIRD, 'beside')).toThrow(/of version 1, not 3. Start the hub on it once/)
  expect(versionOf(path)).toBe(1)
})

it('no hub starts on a folder whose journal was moved', () => {
  lockFolder(dir)()
  markMoved(dir, 'mongodb://db/beibu', '2026-11-21T00:00:00.000Z')
  expect(() => lockFolder(dir)).toThrow(/was moved to mongodb:\/\/db\/beibu .* HUB_PROFILE=cluster/)
})
