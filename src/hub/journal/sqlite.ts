// The embedded storage: SQLite by libsql. Only this folder knows SQL. One process writes.
import Database from 'libsql'
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

/** Opens (or makes) a file in WAL mode. `synchronous` FULL for what must not be lost, NORMAL for what can be rebuilt. */
export function openSqlite(path: string, synchronous: 'FULL' | 'NORMAL', schema: string): SqliteFile {
  const db = new Database(path)
  db.pragma('journal_mode = WAL')
  db.pragma(`synchronous = ${synchronous}`)
  // Deleted and overwritten cells are zeroed: erasure has to reach every byte.
  db.pragma('secure_delete = ON')
  db.pragma('busy_timeout = 5000')
  db.pragma('cache_size = -32000')
  // Pages written again and again go into the file once in 16 MiB of log, not once in 4.
  db.pragma('wal_autocheckpoint = 4000')
  db.exec(schema)
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
