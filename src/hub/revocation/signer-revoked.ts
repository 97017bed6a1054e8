// When a certificate is revoked from a time that has passed, what it signed since then is in doubt. This follower finds those entries and
// tells everybody who was told of them, each of its own only.
import type { FoldedRegister } from '../identity/register-fold.ts'
import { follow, type Follower } from '../journal/follow.ts'
import type { Journal, JournalEntry, Views } from '../journal/journal.ts'
import { readersOn } from '../message/audience.ts'
import { derivedId } from '../message/hub-message.ts'
import type { AudienceRow } from '../message/message.ts'
import { openEntry } from '../message/opened.ts'
import { appendOwnEntry, type OwnEntryDeps } from '../own-entry.ts'
import { toTime } from '../values/encoding.ts'
import { revokedBy, type RevokedCertificate, REVOKING_KINDS } from './revoked-certificates.ts'

export interface SignerRevokedDeps extends OwnEntryDeps {
  views: Views
  register: FoldedRegister
  /** Waits until the register includes every entry below `size`. */
  caughtUp(size: number): Promise<boolean>
  onFault(error: unknown): void
}

const VIEW = 'signer-revoked'
const SAVE_EVERY = 1_000
const READ_AT_ONCE = 256
const ENTRIES_MAX = 100

/** A revocation that has not been told yet, under the keyed hash its signatures are found by. */
interface Doubt extends RevokedCertificate {
  key: string
}

/** What one certificate has signed: the rows of its readers with the indexes each of them has seen. */
type Signed = Map<string, { doubt: Doubt; readers: Map<string, { row: AudienceRow; entries: number[] }> }>

/** Follows the journal. Its view holds what has been told, so that a list that names the same certificates again costs nothing. */
export async function followSignerRevoked(deps: SignerRevokedDeps): Promise<Follower> {
  const { journal, views, onFault } = deps
  let saved = await views.cursor(VIEW)
  if (saved > (await journal.current())) {
    await views.empty(VIEW)
    saved = 0
  }
  return follow({
    journal,
    from: saved,
    onFault,
    kinds: [...REVOKING_KINDS],
    async handle(entries, next) {
      const told: { key: string; value: string }[] = []
      for (const entry of entries) if (entry.outcome === 'accepted') told.push(...(await tell(entry, deps)))
      if (told.length === 0 && next - saved < SAVE_EVERY) return
      await views.apply(VIEW, told, next)
      saved = next
    },
  })
}

/** Tells of what one entry of the register puts in doubt. Gives the rows that say it has been told. */
async function tell(entry: JournalEntry, deps: SignerRevokedDeps): Promise<{ key: string; value: string }[]> {
  const doubts = await doubtsOf(entry, deps)
  if (doubts.length === 0) return []
  const signed = await signedBy(doubts, entry.index, deps)
  for (const [signer, { doubt, readers }] of signed)
    for (const { row, entries } of readers.values())
      for (let at = 0; at < entries.length; at += ENTRIES_MAX)
        await alert(entry, signer, doubt, row, entries.slice(at, at + ENTRIES_MAX), deps)
  return doubts.map(({ key, sinceMs }) => ({ key, value: String(sinceMs) }))
}

async function doubtsOf(entry: JournalEntry, deps: SignerRevokedDeps): Promise<Doubt[]> {
  const { journal, register, views } = deps
  if (!(await deps.caughtUp(entry.index + 1))) throw new Error('the register lags behind')
  const opened = await openEntry(journal, entry.index)
  if (!opened || 'withheld' in opened) throw new Error(`register entry ${entry.index} cannot be opened`)
  const country = register.countries().find(({ authority }) => authority === opened.sender)?.country
  const doubts: Doubt[] = []
  for (const revoked of revokedBy(entry.kind, opened.body, country)) {
    const key = journal.headKey('certificate', ...revoked.name)
    const told = await views.get(VIEW, key)
    // A time that does not exist says nothing; one that was told before is told again only if the doubt reaches further back.
    if (!Number.isNaN(revoked.sinceMs) && (told === undefined || revoked.sinceMs < Number(told)))
      doubts.push({ ...revoked, key })
  }
  return doubts
}

/** Reads from the first entry in doubt up to the one that revoked: after that the certificate was not accepted any more. */
async function signedBy(doubts: readonly Doubt[], end: number, { journal }: SignerRevokedDeps): Promise<Signed> {
  const byKey = new Map(doubts.map((doubt) => [doubt.key, doubt]))
  const signed: Signed = new Map()
  let at = await firstSince(Math.min(...doubts.map(({ sinceMs }) => sinceMs)), end, journal)
  while (at < end) {
    const entries = await journal.read(at, Math.min(READ_AT_ONCE, end - at))
    if (entries.length === 0) return signed
    for (const entry of entries) note(entry, byKey, signed)
    at = entries.at(-1)!.index + 1
    // A look far back must not hold up those who submit.
    await new Promise((resolve) => setImmediate(resolve))
  }
  return signed
}

function note(entry: JournalEntry, byKey: ReadonlyMap<string, Doubt>, signed: Signed): void {
  for (const [n, key] of (entry.signers ?? []).entries()) {
    const doubt = byKey.get(key)
    if (!doubt || entry.atMs < doubt.sinceMs || !isOf(entry, doubt.country)) continue
    // Names come in pairs, the fingerprint first: however a certificate was revoked, it goes by that.
    const signer = entry.signers![n - (n % 2)]!
    const found = signed.get(signer) ?? { doubt, readers: new Map() }
    signed.set(signer, found)
    for (const row of readersOn(entry.audience)) {
      // What a party sees by different rights it is told of apart: each right is withdrawn on its own.
      const right = `${row.party} ${row.covers ?? ''}`
      const reader = found.readers.get(right) ?? { row, entries: [] }
      found.readers.set(right, reader)
      if (reader.entries.at(-1) !== entry.index) reader.entries.push(entry.index)
    }
  }
}

/** No authority casts doubt on another country's parties. Of entries whose sender is not told of them the certificate's name says enough. */
function isOf({ audience }: JournalEntry, country: string): boolean {
  const sender = audience.find(({ by }) => by === 'sender')
  return sender === undefined || sender.party.split(':')[2]!.toUpperCase() === country
}

/** Index of the first entry at or after a time; the journal's time never runs back. */
async function firstSince(atMs: number, end: number, journal: Journal): Promise<number> {
  let [low, high] = [0, end]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const [entry] = await journal.read(middle, 1)
    if (entry && entry.atMs < atMs) low = middle + 1
    else high = middle
  }
  return low
}

/** One alert for one reader: who else was told of an entry is nobody's business. */
async function alert(
  revocation: JournalEntry,
  signer: string,
  doubt: Doubt,
  row: AudienceRow,
  entries: number[],
  deps: SignerRevokedDeps,
): Promise<void> {
  await appendOwnEntry(
    {
      kind: 'hub.alert',
      id: derivedId('signer-revoked', signer, row.party, entries.join(' ')),
      to: [row.party],
      body: {
        rule: 'signer-revoked',
        signer,
        revocation: revocation.index,
        reason: doubt.reason,
        revokedAt: toTime(doubt.revokedAtMs),
        since: toTime(doubt.sinceMs),
        until: toTime(revocation.atMs),
        entries,
      },
      audience: [row],
      judgement: { refers: entries },
    },
    deps,
  )
}
