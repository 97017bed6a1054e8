// Views and cursors on SQLite. Views may be rebuilt, so they need not be synced at each commit; cursors and nonces must be.
import type { Json } from './heads.ts'
import type { Cursors, Views, ViewValue } from './journal.ts'
import { sameJson } from './same-json.ts'
import { openSqlite, type SqliteSchema, type SqliteUse } from './sqlite.ts'

const VIEWS: SqliteSchema = {
  tables: `
CREATE TABLE IF NOT EXISTS rows (view TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (view, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cursors (view TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
`,
  migrations: [],
}

const asValue = (value: string | Buffer): ViewValue => (typeof value === 'string' ? value : Buffer.from(value))

export function sqliteViews(path: string): Views {
  const file = openSqlite(path, 'NORMAL', VIEWS)
  const put = file.prepare('INSERT INTO rows VALUES (?,?,?) ON CONFLICT (view, key) DO UPDATE SET value=excluded.value')
  const remove = file.prepare('DELETE FROM rows WHERE view=? AND key=?')
  const setCursor = file.prepare('INSERT OR REPLACE INTO cursors VALUES (?,?)')
  const cursor = file.prepare('SELECT position FROM cursors WHERE view=?')
  const get = file.prepare('SELECT value FROM rows WHERE view=? AND key=?')
  const range = {
    ascending: file.prepare('SELECT key, value FROM rows WHERE view=? AND key>=? AND key<? ORDER BY key LIMIT ?'),
    descending: file.prepare('SELECT key, value FROM rows WHERE view=? AND key>=? AND key<? ORDER BY key DESC LIMIT ?'),
  }
  return {
    async cursor(view) {
      return cursor.get<{ position: number }>(view)?.position ?? 0
    },
    async apply(view, rows, position) {
      file.transaction(() => {
        for (const { key, value } of rows)
          if (value === undefined) remove.run(view, key)
          else put.run(view, key, typeof value === 'string' ? value : Buffer.from(value))
        setCursor.run(view, position)
      })
    },
    async get(view, key) {
      const row = get.get<{ value: string | Buffer }>(view, key)
      return row && asValue(row.value)
    },
    async range(view, from, to, limit, order = 'ascending') {
      return range[order]
        .all<{ key: string; value: string | Buffer }>(view, from, to, limit)
        .map(({ key, value }) => ({ key, value: asValue(value) }))
    },
    async empty(view) {
      file.transaction(() => {
        file.prepare('DELETE FROM rows WHERE view=?').run(view)
        file.prepare('DELETE FROM cursors WHERE view=?').run(view)
      })
    },
    async close() {
      file.close()
    },
  }
}

const CURSORS: SqliteSchema = {
  tables:
    'CREATE TABLE IF NOT EXISTS positions (space TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (space, key)) WITHOUT ROWID;',
  migrations: [],
}

/** Writes that arrive in one turn of the loop share one transaction and so one fsync. */
export function sqliteCursors(path: string, how?: SqliteUse): Cursors {
  const file = openSqlite(path, 'FULL', CURSORS, how)
  const put = file.prepare('INSERT OR REPLACE INTO positions VALUES (?,?,?)')
  const remove = file.prepare('DELETE FROM positions WHERE space=? AND key=?')
  const get = file.prepare('SELECT value FROM positions WHERE space=? AND key=?')
  const list = file.prepare('SELECT key, value FROM positions WHERE space=? AND key>=? AND key<? ORDER BY key')
  const page = file.prepare('SELECT key, value FROM positions WHERE space=? AND key>? ORDER BY key LIMIT ?')
  // From each space to the next by the index: the rows between are not looked at.
  const nextSpace = file.prepare('SELECT min(space) AS space FROM positions WHERE space>?')
  let waiting: { write: () => void; resolve: () => void; reject: (error: unknown) => void }[] = []

  const flush = (): void => {
    const batch = waiting
    waiting = []
    if (batch.length === 0) return
    try {
      file.transaction(() => {
        for (const { write } of batch) write()
      })
      for (const { resolve } of batch) resolve()
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
  const later = (write: () => void): Promise<void> =>
    new Promise((resolve, reject) => {
      if (waiting.push({ write, resolve, reject }) === 1) setImmediate(flush)
    })
  const read = (space: string, key: string): Json | undefined => {
    const row = get.get<{ value: string }>(space, key)
    return row && (JSON.parse(row.value) as Json)
  }

  return {
    async get(space, key) {
      if (waiting.length > 0) flush()
      return read(space, key)
    },
    put(space, key, value) {
      return later(() => {
        if (value === undefined) remove.run(space, key)
        else put.run(space, key, JSON.stringify(value))
      })
    },
    async putNew(space, key, value) {
      let fresh = false
      await later(() => {
        fresh = read(space, key) === undefined
        if (fresh) put.run(space, key, JSON.stringify(value))
      })
      return fresh
    },
    async swap(space, key, expected, value) {
      let same = false
      await later(() => {
        same = sameJson(read(space, key), expected)
        if (!same) return
        if (value === undefined) remove.run(space, key)
        else put.run(space, key, JSON.stringify(value))
      })
      return same
    },
    async list(space, prefix) {
      if (waiting.length > 0) flush()
      return list
        .all<{ key: string; value: string }>(space, prefix, `${prefix}\u{10ffff}`)
        .map(({ key, value }) => ({ key, value: JSON.parse(value) as Json }))
    },
    async spaces() {
      if (waiting.length > 0) flush()
      const spaces: string[] = []
      for (let space: string | null = ''; space !== null; ) {
        space = nextSpace.get<{ space: string | null }>(space)?.space ?? null
        if (space !== null) spaces.push(space)
      }
      return spaces
    },
    async page(space, after, limit) {
      if (waiting.length > 0) flush()
      return page
        .all<{ key: string; value: string }>(space, after, limit)
        .map(({ key, value }) => ({ key, value: JSON.parse(value) as Json }))
    },
    async close() {
      if (waiting.length > 0) flush()
      file.close()
    },
  }
}
