// The embedded storage: SQLite by libsql. Only this folder knows SQL. One process writes.
import Database from 'libsql'
import { existsSync } from 'node:fs'
import { HubError } from '../errors.ts'

const DISK_FULL = /SQLITE_FULL|disk is full|ENOSPC/i

type Bind = null | number | bigint | string | Buffer

/** A prepared statement whose binds always go as an array: a single Buffer as the only argument would abort the process. */
export interface Statement {
  run(...binds: Bind[]): void
  get<Row>(...binds: Bind[]): Row | undefined
  all<Row>(...binds: Bind[]): Row[]
}

export interface SqliteFile {
  prepare(sql: string): Statement
  exec(sql: string): void
  /** Runs `work` in one transaction; durable when it returns. Throws OVERLOADED, with nothing written, when the disk is full. */
  transaction(work: () => void): void
  close(): void
}

/** Tables of a file, and how those of older versions become them: `migrations[0]` leads from version 1 to 2, and so on. */
export interface SqliteSchema {
  /** Makes what is not there; of the newest version. */
  tables: string
  migrations: readonly string[]
}

/**
 * own: the hub's use, which makes and migrates the file. beside: reads while a hub may be running on it; makes and migrates nothing.
 * filling: writes a file that counts only when it is complete, so not every transaction waits for the disk.
 */
export type SqliteUse = 'own' | 'beside' | 'filling'

/**
 * Opens (or makes) a file in WAL mode. `synchronous` FULL for what must not be lost, NORMAL for what can be rebuilt. Throws if
 * a newer version of the hub has written it.
 */
export function openSqlite(
  path: string,
  synchronous: 'FULL' | 'NORMAL',
  schema?: SqliteSchema,
  how: SqliteUse = 'own',
): SqliteFile {
  if (how === 'beside' && !existsSync(path)) throw new Error(`there is no ${path}`)
  const db = new Database(path)
  db.pragma('journal_mode = WAL')
  db.pragma(`synchronous = ${how === 'filling' ? 'NORMAL' : synchronous}`)
  // Deleted and overwritten cells are zeroed: erasure has to reach every byte.
  db.pragma('secure_delete = ON')
  db.pragma('busy_timeout = 5000')
  db.pragma('cache_size = -32000')
  // Pages written again and again go into the file once in 16 MiB of log, not once in 4.
  db.pragma('wal_autocheckpoint = 4000')
  if (schema) {
    try {
      bringUp(db, path, schema, how)
    } catch (error) {
      db.close()
      throw error
    }
  }
  const prepare = (sql: string): Statement => {
    const statement = db.prepare(sql)
    return {
      run: (...binds) => {
        statement.run(binds)
      },
      get: <Row>(...binds: Bind[]) => statement.get(binds) as Row | undefined,
      all: <Row>(...binds: Bind[]) => statement.all(binds) as Row[],
    }
  }
  const begin = prepare('BEGIN IMMEDIATE')
  const commit = prepare('COMMIT')
  const rollback = prepare('ROLLBACK')
  return {
    prepare,
    exec: (sql) => {
      db.exec(sql)
    },
    transaction(work) {
      begin.run()
      try {
        work()
        commit.run()
      } catch (error) {
        try {
          rollback.run()
        } catch {
          // the failed COMMIT may have ended the transaction already
        }
        if (DISK_FULL.test(String(error)))
          throw new HubError('OVERLOADED', 'the disk of the hub is full', { cause: error })
        throw error
      }
    },
    close() {
      db.close()
    },
  }
}

/** Makes the tables or brings them to the newest version. Files of before versions were counted have 0 and the tables of 1. */
function bringUp(db: Database.Database, path: string, { tables, migrations }: SqliteSchema, how: SqliteUse): void {
  const newest = migrations.length + 1
  const stored = (): number => (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version
  const isNew = (): boolean => db.prepare("SELECT 1 FROM sqlite_master WHERE type='table' LIMIT 1").get() === undefined
  const refuseNewer = (version: number): void => {
    if (version > newest)
      throw new Error(
        `${path} was written by a newer version of the hub: its tables are of version ${version}, this one knows them up to ${newest}. Start the newer version; nothing was changed`,
      )
  }
  const version = stored()
  refuseNewer(version)
  if (version === newest) return
  if (how === 'beside') {
    if (Math.max(version, 1) === newest) return
    throw new Error(
      `${path} was written by an older version of the hub: its tables are of version ${version}, not ${newest}. Start the hub on it once`,
    )
  }
  // In one transaction, and looked at again inside it: another process may have come first.
  db.exec('BEGIN IMMEDIATE')
  try {
    const now = stored()
    refuseNewer(now)
    const from = now === 0 ? (isNew() ? newest : 1) : now
    for (const step of migrations.slice(from - 1)) db.exec(step)
    db.exec(tables)
    db.exec(`PRAGMA user_version = ${newest}`)
    db.exec('COMMIT')
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK')
    throw error
  }
}
