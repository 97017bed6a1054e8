// The journal on SQLite: WAL, synchronous FULL, one transaction per group commit.
import { HubError } from '../errors.ts'
import type { Head, HeadKey } from './heads.ts'
import type { Commit, JournalEntry, Outcome } from './journal.ts'
import type { Sealed } from './seal.ts'
import { openSqlite, type SqliteFile, type SqliteSchema, type SqliteUse } from './sqlite.ts'
import type { JournalStore, ReceiptedEntry, RefusalMemo, WriteBatch } from './store.ts'

const SCHEMA: SqliteSchema = {
  tables: `
CREATE TABLE IF NOT EXISTS entries (
  idx INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, sender_key BLOB NOT NULL UNIQUE,
  commitment BLOB NOT NULL, record TEXT NOT NULL, leaf BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS contents (idx INTEGER PRIMARY KEY, sealed BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS content_keys (idx INTEGER PRIMARY KEY, wrapped BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS heads (key TEXT PRIMARY KEY, version INTEGER NOT NULL, idx INTEGER NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS refusals (sender_key BLOB PRIMARY KEY, idx INTEGER NOT NULL, commitment BLOB NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS commits (first INTEGER PRIMARY KEY, size INTEGER NOT NULL, root TEXT NOT NULL, signatures TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS commit_leaves (first INTEGER PRIMARY KEY, leaves BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS certificates (fingerprint TEXT PRIMARY KEY, der BLOB NOT NULL) WITHOUT ROWID;
`,
  migrations: [],
}

type EntryRow = {
  idx: number
  at: number
  kind: string
  sender_key: Buffer
  commitment: Buffer
  record: string
  leaf: Buffer
}
type HeadRow = { version: number; idx: number; value: string }
type RefusalRow = { idx: number; commitment: Buffer; key: string; version: number }
type CommitRow = { first: number; size: number; root: string; signatures: string; leaves?: Buffer | null }
type SealedRow = { sealed: Buffer; wrapped: Buffer }
type FiledRow = Pick<EntryRow, 'idx' | 'at' | 'commitment'> & { said: string; sealed?: Buffer; wrapped?: Buffer }
type Record = Pick<
  JournalEntry,
  | 'version'
  | 'by'
  | 'outcome'
  | 'movements'
  | 'audience'
  | 'refers'
  | 'registerAt'
  | 'judgedAt'
  | 'expiry'
  | 'due'
  | 'refusal'
  | 'blobs'
> & {
  about?: string
}

/** Opens the journal of a file. `how` is for those who copy journals: see SqliteUse. */
export function sqliteStore(path: string, how?: SqliteUse): JournalStore {
  const file = openSqlite(path, 'FULL', SCHEMA, how)
  const insert = {
    entry: file.prepare('INSERT INTO entries VALUES (?,?,?,?,?,?,?)'),
    content: file.prepare('INSERT INTO contents VALUES (?,?)'),
    key: file.prepare('INSERT INTO content_keys VALUES (?,?)'),
    head: file.prepare(
      'INSERT INTO heads VALUES (?,?,?,?) ON CONFLICT (key) DO UPDATE SET version=excluded.version, idx=excluded.idx, value=excluded.value',
    ),
    refusal: file.prepare('INSERT OR REPLACE INTO refusals VALUES (?,?,?,?,?)'),
    commit: file.prepare('INSERT INTO commits VALUES (?,?,?,?)'),
    leaves: file.prepare('INSERT INTO commit_leaves VALUES (?,?)'),
    certificate: file.prepare('INSERT OR IGNORE INTO certificates VALUES (?,?)'),
  }
  const select = {
    last: file.prepare('SELECT idx, at FROM entries ORDER BY idx DESC LIMIT 1'),
    head: file.prepare('SELECT version, idx, value FROM heads WHERE key=?'),
    sender: file.prepare('SELECT idx, commitment FROM entries WHERE sender_key=?'),
    refusal: file.prepare('SELECT idx, commitment, key, version FROM refusals WHERE sender_key=?'),
    entries: file.prepare('SELECT * FROM entries WHERE idx>=? ORDER BY idx LIMIT ?'),
    ofKinds: file.prepare(
      'SELECT * FROM entries WHERE idx>=? AND kind IN (SELECT value FROM json_each(?)) ORDER BY idx LIMIT ?',
    ),
    sealed: file.prepare('SELECT sealed, wrapped FROM contents JOIN content_keys USING (idx) WHERE idx=?'),
    // One question for a page of a feed, and of the record only what a receipt says: reading all of it takes as long as the rest.
    filed: file.prepare(
      "SELECT entries.idx, at, commitment, json_extract(record, '$.outcome', '$.registerAt', '$.judgedAt', '$.about') AS said, sealed, wrapped FROM json_each(?) AS asked CROSS JOIN entries ON entries.idx=asked.value LEFT JOIN contents ON contents.idx=entries.idx LEFT JOIN content_keys ON content_keys.idx=entries.idx",
    ),
    commit: file.prepare('SELECT * FROM commits WHERE first<=? ORDER BY first DESC LIMIT 1'),
    leaves: file.prepare('SELECT leaves FROM commit_leaves WHERE first=?'),
    certificate: file.prepare('SELECT der FROM certificates WHERE fingerprint=?'),
    commits: file.prepare(
      'SELECT commits.*, leaves FROM commits LEFT JOIN commit_leaves USING (first) WHERE first>=? ORDER BY first LIMIT ?',
    ),
    heads: file.prepare('SELECT key, version, idx, value FROM heads WHERE key>? ORDER BY key LIMIT ?'),
    refusals: file.prepare('SELECT * FROM refusals WHERE sender_key>? ORDER BY sender_key LIMIT ?'),
    certificates: file.prepare('SELECT * FROM certificates WHERE fingerprint>? ORDER BY fingerprint LIMIT ?'),
  }
  const known = new Set<string>()

  return {
    async position() {
      const last = select.last.get<{ idx: number; at: number }>()
      return last ? { size: last.idx + 1, atMs: last.at } : { size: 0, atMs: 0 }
    },
    async heads(keys) {
      const heads = new Map<HeadKey, Head>()
      for (const key of keys) {
        const row = select.head.get<HeadRow>(key)
        if (row) heads.set(key, headOf(row))
      }
      return heads
    },
    async moved(seen) {
      return [...seen].some(([key, version]) => (select.head.get<{ version: number }>(key)?.version ?? 0) > version)
    },
    async bySender(keys) {
      const found = new Map<string, { index: number; commitment: Buffer }>()
      for (const key of keys) {
        const row = select.sender.get<{ idx: number; commitment: Buffer }>(key)
        if (row) found.set(key.toString('hex'), { index: row.idx, commitment: Buffer.from(row.commitment) })
      }
      return found
    },
    async refusals(keys) {
      const found = new Map<string, RefusalMemo>()
      for (const key of keys) {
        const row = select.refusal.get<RefusalRow>(key)
        if (row) found.set(key.toString('hex'), memoOf(row))
      }
      return found
    },
    async write(batch) {
      file.transaction(() => writeBatch(insert, batch, known))
      // Only now: what a failed transaction took back has to be written again.
      for (const fingerprint of batch.certificates.keys()) known.add(fingerprint)
    },
    async read(from, limit, kinds) {
      const rows = kinds
        ? select.ofKinds.all<EntryRow>(from, JSON.stringify(kinds), limit)
        : select.entries.all<EntryRow>(from, limit)
      return rows.map(entryOf)
    },
    async sealed(index) {
      const row = select.sealed.get<SealedRow>(index)
      return row && sealedOf(row.sealed, row.wrapped)
    },
    async filed(indexes) {
      return select.filed.all<FiledRow>(JSON.stringify(indexes)).map((row) => ({
        entry: receiptedOf(row),
        ...(row.sealed && row.wrapped && { sealed: sealedOf(row.sealed, row.wrapped) }),
      }))
    },
    async certificate(fingerprint) {
      const row = select.certificate.get<{ der: Buffer }>(fingerprint)
      return row && Buffer.from(row.der)
    },
    async commitOf(index) {
      const row = select.commit.get<CommitRow>(index)
      if (!row || index >= row.first + row.size) return undefined
      const kept = select.leaves.get<{ leaves: Buffer }>(row.first)
      return commitOf({ ...row, ...(kept && { leaves: kept.leaves }) })
    },
    async commits(from, limit) {
      return select.commits.all<CommitRow>(from, limit).map(commitOf)
    },
    async listHeads(after, limit) {
      return select.heads
        .all<HeadRow & { key: string }>(after, limit)
        .map((row) => ({ key: row.key, head: headOf(row) }))
    },
    async listRefusals(after, limit) {
      return select.refusals
        .all<RefusalRow & { sender_key: Buffer }>(Buffer.from(after, 'hex'), limit)
        .map((row) => ({ senderKey: Buffer.from(row.sender_key), memo: memoOf(row) }))
    },
    async listCertificates(after, limit) {
      return select.certificates
        .all<{ fingerprint: string; der: Buffer }>(after, limit)
        .map(({ fingerprint, der }) => ({ fingerprint, der: Buffer.from(der) }))
    },
    async eraseKey(index) {
      eraseKey(file, index)
    },
    async settle() {},
    async close() {
      file.close()
    },
  }
}

function writeBatch(
  insert: { [table: string]: ReturnType<SqliteFile['prepare']> },
  batch: WriteBatch,
  known: ReadonlySet<string>,
): void {
  if (batch.entries.length !== batch.commit.size)
    throw new Error(
      'a group commit that was cut short can be kept in MongoDB only: put this backup back in the cluster profile',
    )
  for (const { entry, sealed } of batch.entries) {
    const { index, atMs, kind, senderKey, commitment, leaf, about, ...rest } = entry
    const record = { ...rest, ...(about && { about: about.toString('hex') }) } satisfies Record
    insert['entry']!.run(index, atMs, kind, senderKey, commitment, JSON.stringify(record), leaf)
    if (!sealed) continue
    insert['content']!.run(index, sealed.content)
    insert['key']!.run(index, sealed.wrappedKey)
  }
  for (const [key, head] of batch.heads) insert['head']!.run(key, head.version, head.index, JSON.stringify(head.value))
  for (const { senderKey, memo } of batch.refusals)
    insert['refusal']!.run(senderKey, memo.index, memo.commitment, memo.key, memo.version)
  for (const [fingerprint, der] of batch.certificates)
    if (!known.has(fingerprint)) insert['certificate']!.run(fingerprint, der)
  const { first, size, rootHex, signatures, leaves } = batch.commit
  insert['commit']!.run(first, size, rootHex, JSON.stringify(signatures))
  if (leaves) insert['leaves']!.run(first, leaves)
}

const headOf = ({ version, idx, value }: HeadRow): Head => ({
  version,
  index: idx,
  value: JSON.parse(value) as Head['value'],
})

const memoOf = ({ idx, commitment, key, version }: RefusalRow): RefusalMemo => ({
  index: idx,
  commitment: Buffer.from(commitment),
  key,
  version,
})

const commitOf = ({ first, size, root, signatures, leaves }: CommitRow): Commit => ({
  first,
  size,
  rootHex: root,
  signatures: JSON.parse(signatures) as string[],
  ...(leaves && { leaves: Buffer.from(leaves) }),
})

const sealedOf = (content: Buffer, wrappedKey: Buffer): Sealed => ({
  content: Buffer.from(content),
  wrappedKey: Buffer.from(wrappedKey),
})

function receiptedOf(row: FiledRow): ReceiptedEntry {
  const [outcome, registerAt, judgedAt, about] = JSON.parse(row.said) as [Outcome, number, number, string | null]
  return {
    index: row.idx,
    atMs: row.at,
    commitment: Buffer.from(row.commitment),
    outcome,
    registerAt,
    judgedAt,
    ...(about !== null && { about: Buffer.from(about, 'hex') }),
  }
}

function entryOf(row: EntryRow): JournalEntry {
  const { about, ...record } = JSON.parse(row.record) as Record
  return {
    ...record,
    index: row.idx,
    atMs: row.at,
    kind: row.kind,
    senderKey: Buffer.from(row.sender_key),
    commitment: Buffer.from(row.commitment),
    leaf: Buffer.from(row.leaf),
    ...(about && { about: Buffer.from(about, 'hex') }),
  }
}

/** The deleted cell is zeroed (secure_delete) in the WAL's newest page; truncating the WAL drops the older pages that still held it. */
function eraseKey(file: SqliteFile, index: number): void {
  file.transaction(() => file.prepare('DELETE FROM content_keys WHERE idx=?').run(index))
  for (let attempt = 0; attempt < 50; attempt++) {
    const row = file.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get<{ busy: number }>()
    if (row?.busy === 0) return
  }
  throw new HubError('OVERLOADED', 'a reader keeps the write-ahead log from being truncated; erase again')
}
