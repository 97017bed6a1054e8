// What must hold after every fault: nothing lost, nothing twice, no head skipped, no account overdrawn by use, feeds dense, log one.
import { expect } from 'vitest'
import { readCheckpoint } from '../../src/hub/evidence/checkpoint.ts'
import { leafHash, merkleRoot } from '../../src/hub/evidence/merkle.ts'
import { rowsAfter } from '../../src/hub/feed/row.ts'
import type { Head, HeadKey } from '../../src/hub/journal/heads.ts'
import type { Journal, JournalEntry, Views } from '../../src/hub/journal/journal.ts'

/** What a sender was told of a message: its place and the payload of its receipt. */
export interface Told {
  /** messageCommitment of the message, hex. */
  commitment: string
  index: number
  payload: string
  outcome: 'accepted' | 'refused'
}

export async function allEntries(journal: Pick<Journal, 'read'>): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = []
  for (let page = await journal.read(0, 2_000); page.length > 0; page = await journal.read(entries.length, 2_000))
    entries.push(...page)
  return entries
}

/** Gap-free index, time that never goes back, no (sender, id) and no message twice. */
export function checkOrder(entries: readonly JournalEntry[]): void {
  const seen = new Set<string>()
  let atMs = 0
  for (const [n, entry] of entries.entries()) {
    if (entry.index !== n) throw new Error(`entry ${n} has index ${entry.index}`)
    if (entry.atMs < atMs) throw new Error(`the time of entry ${n} goes back`)
    atMs = entry.atMs
    for (const name of [`id ${entry.senderKey.toString('hex')}`, `message ${entry.commitment.toString('hex')}`]) {
      if (seen.has(name)) throw new Error(`entry ${n}: ${name} is there twice`)
      seen.add(name)
    }
  }
}

/** Replays every movement: versions follow one another, and the heads are what the journal says they are. */
export async function checkHeads(entries: readonly JournalEntry[], journal: Pick<Journal, 'head'>): Promise<void> {
  const heads = new Map<HeadKey, Head>()
  for (const { index, movements } of entries)
    for (const { key, from, to, value } of movements) {
      const version = heads.get(key)?.version ?? 0
      if (from !== version || to !== version + 1)
        throw new Error(`entry ${index} moves ${key} from ${from} to ${to}, it was at ${version}`)
      heads.set(key, { version: to, index, value })
    }
  for (const [key, head] of heads) expect(await journal.head(key)).toEqual(head)
}

const AUTHORITY: ReadonlySet<string> = new Set(['customs.amendment', 'customs.cancellation'])
const big = (value: unknown): bigint => BigInt(value as string)

interface Account {
  declaration: HeadKey
  net: bigint
  totalMinor: bigint
  outstanding: Map<HeadKey, bigint>
}

/** After each entry: what can be used + what is outstanding = what was declared; below zero only by the authority, with an alert. */
export function checkAccounts(entries: readonly JournalEntry[]): number {
  const accounts = new Map<HeadKey, Account>()
  for (const entry of entries) {
    for (const account of touched(entry, accounts)) {
      const outstanding = [...account.outstanding.values()].reduce((sum, minor) => sum + minor, 0n)
      if (account.net + outstanding !== account.totalMinor)
        throw new Error(`entry ${entry.index}: ${account.net} + ${outstanding} is not ${account.totalMinor}`)
      if (account.net < 0n && AUTHORITY.has(entry.kind)) {
        const alert = entries[entry.index + 1]
        expect(alert, `an alert after entry ${entry.index}`).toMatchObject({ kind: 'hub.alert', refers: [entry.index] })
      }
    }
  }
  return accounts.size
}

function touched(entry: JournalEntry, accounts: Map<HeadKey, Account>): Set<Account> {
  const found = new Set<Account>()
  const moved = (label: string): JournalEntry['movements'] =>
    entry.movements.filter(({ key }) => key.startsWith(`${label}:`))
  for (const { key, value } of moved('financeable')) {
    const net = big(value['net'])
    const known = accounts.get(key)
    if (net < 0n && !AUTHORITY.has(entry.kind) && net < (known?.net ?? 0n))
      throw new Error(`entry ${entry.index} (${entry.kind}) takes ${key} to ${net}`)
    const account = known ?? { declaration: moved('declaration')[0]!.key, net, totalMinor: 0n, outstanding: new Map() }
    account.net = net
    accounts.set(key, account)
    found.add(account)
  }
  for (const { key, value } of moved('declaration'))
    for (const account of accounts.values())
      if (account.declaration === key) {
        account.totalMinor = value['state'] === 'cancelled' ? 0n : big(value['totalMinor'])
        found.add(account)
      }
  for (const { key, value } of moved('financing')) {
    const account = accounts.get(value['account'] as HeadKey)!
    account.outstanding.set(key, big(value['outstandingMinor']))
    found.add(account)
  }
  return found
}

/** A journaled refusal says nothing of those who moved the head that decided: no name, id, commitment. Gives how many there are. */
export async function checkRefusals(
  entries: readonly JournalEntry[],
  journal: Pick<Journal, 'urn' | 'content'>,
): Promise<number> {
  let count = 0
  for (const { index, refusal, audience } of entries) {
    if (!refusal) continue
    const content = await journal.content(index)
    if (!content) continue
    count++
    const { sender } = JSON.parse(content.body.toString()) as { sender: string }
    const text = `${content.envelope}\n${content.body}\n${JSON.stringify(audience)}`
    const own = new Set([sender, journal.urn.replace(/:journal$/, '')])
    for (const urn of text.match(/urn:hub:[a-z0-9:._-]+/g) ?? [])
      if (!own.has(urn) && !urn.split(':')[3]!.startsWith('regulator'))
        throw new Error(`refusal ${index} of ${sender} names ${urn}`)
    for (const other of entries.slice(0, index)) {
      if (!other.movements.some(({ key }) => key === refusal.key)) continue
      const moved = await journal.content(other.index)
      const { from, id } = JSON.parse(moved?.envelope.toString() ?? '{}') as { from?: string; id?: string }
      if (!from || own.has(from)) continue
      for (const secret of [from, id!, other.commitment.toString('hex')])
        if (text.includes(secret)) throw new Error(`refusal ${index} of ${sender} holds ${secret}`)
    }
  }
  return count
}

/** Every party's feed is dense from 1 and holds exactly the entries it may see, in order and in its view. */
export async function checkFeeds(entries: readonly JournalEntry[], views: Views): Promise<void> {
  for (const party of new Set(entries.flatMap(({ audience }) => audience.map((row) => row.party)))) {
    const rows: { seq: number; index: number; view: string }[] = []
    for await (const { seq, index, view } of rowsAfter(views, party, 0, 1_000)) rows.push({ seq, index, view })
    expect(rows, `the feed of ${party}`).toEqual(feedOf(entries, party))
  }
}

/** The feed that the journal gives a party. */
export function feedOf(
  entries: readonly JournalEntry[],
  party: string,
): { seq: number; index: number; view: string }[] {
  const seen = entries.flatMap(({ index, audience }) =>
    audience.filter((row) => row.party === party).map(({ view }) => ({ index, view })),
  )
  return seen.map((row, n) => ({ seq: n + 1, ...row }))
}

/** Every checkpoint ever seen is the root of the log as it is now, cut at its size. */
export function checkLog(entries: readonly JournalEntry[], notes: Iterable<string>): void {
  const hashes = entries.map(({ leaf }) => leafHash(leaf))
  for (const note of notes) {
    const { size, root } = readCheckpoint(note)
    if (size > hashes.length) throw new Error(`a checkpoint of ${size} was seen, the log has ${hashes.length}`)
    if (!merkleRoot(hashes.slice(0, size)).equals(root)) throw new Error(`the checkpoint of ${size} is of another log`)
  }
}

/** What was told once is still so: the entry is there and its receipt has the payload first told. */
export async function checkTold(told: Iterable<Told>, journal: Journal): Promise<void> {
  for (const { commitment, index, payload, outcome } of told) {
    const [entry] = await journal.read(index, 1)
    const there = entry && (entry.about ?? entry.commitment).toString('hex')
    if (there !== commitment) throw new Error(`${commitment} was told as entry ${index}, which is ${there}`)
    if ((entry!.outcome === 'accepted') !== (outcome === 'accepted'))
      throw new Error(`${commitment} was told as ${outcome}, the entry says ${entry!.outcome}`)
    const receipt = await journal.receipt(index)
    if (receipt.payload !== payload)
      throw new Error(`the receipt of entry ${index} has another payload than first told`)
  }
}
