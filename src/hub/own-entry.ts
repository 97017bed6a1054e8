// Entries the hub writes on its own (expiry, overdue, alert ...): no signature of their own, covered by the receipt root of their commit
// and by their leaf. The id is derived from what the entry is about, so there is never a second entry: written again, with another time and
// salt, it finds its id in use.
import type { Clock } from './clock.ts'
import type { Appended, Journal } from './journal/journal.ts'
import { hubContent, hubMessage } from './message/hub-message.ts'
import { nothingWanted, type Judgement } from './message/kind.ts'
import type { AudienceRow } from './message/message.ts'

export interface OwnEntryDeps {
  hub: string
  journal: Journal
  clock: Clock
  randomness: (size: number) => Buffer
  /** Index + 1 of the last register entry, as the register stands. */
  registerAt: () => number
}

export interface OwnEntry {
  kind: string
  /** From `derivedId`. */
  id: string
  body: object
  to: string[]
  audience: readonly AudienceRow[]
  /** What it wants of the journal; absent: nothing but to be written. */
  judgement?: Partial<Omit<Judgement, 'findings'>>
}

/** Appends it. `stale` and `refused` say that the heads it relied on have moved; `id-reused` that it stands already. */
export function appendOwnEntry(entry: OwnEntry, deps: OwnEntryDeps): Promise<Appended> {
  const { hub, journal, clock, randomness, registerAt } = deps
  const { kind, id, body, to } = entry
  const message = hubMessage({ hub, kind, id, to, atMs: clock(), salt: randomness(16), body })
  const { findings: _none, ...nothing } = nothingWanted()
  return journal.append({
    kind,
    version: 1,
    by: 'hub',
    sender: hub,
    id,
    commitment: message.commitment,
    content: hubContent(message),
    judgement: { ...nothing, ...entry.judgement },
    audience: entry.audience,
    refusalAudience: [],
    registerAt: registerAt(),
    judgedAt: journal.size(),
  })
}
