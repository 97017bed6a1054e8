// The alert follower: reads the journal by the rules and writes hub.alert for the regulators of the party's country. What it remembers may
// be emptied at any time; read again from the first entry, it finds its alerts written.
import { openEntry } from '../message/opened.ts'
import type { Register } from '../identity/register.ts'
import type { HeadKey } from '../journal/heads.ts'
import type { JournalEntry, Views } from '../journal/journal.ts'
import { follow, type Follower } from '../journal/follow.ts'
import { countryOf, onlyTold, supervisorRows } from '../message/audience.ts'
import { derivedId } from '../message/hub-message.ts'
import type { OwnEntryDeps } from '../own-entry.ts'
import {
  type Fact,
  type HeadWatch,
  newHeadWatch,
  newPartyWatch,
  type PartyWatch,
  planAlerts,
  type PlannedAlert,
} from './alert-rules.ts'
import { appendOnce } from './anchor.ts'

const VIEW = 'alerts'
const PAGE = 256
/** Entries after which what is remembered is saved though nothing was refused. */
const SAVE_EVERY = 1_000

export interface AlertDeps extends OwnEntryDeps {
  views: Views
  register: Pick<Register, 'regulators'>
  /** Kinds that draw on what only one may draw on. */
  rivalKinds: ReadonlySet<string>
  onFault(error: unknown): void
}

/** Follows the journal and alerts supervisors. */
export async function followAlerts(deps: AlertDeps): Promise<Follower> {
  const { journal, views, onFault } = deps
  const memory = new Memory(views)
  let reached = await views.cursor(VIEW)
  let saved = reached
  const takeIn = async (entries: readonly JournalEntry[]): Promise<void> => {
    let told = false
    for (const entry of entries) {
      const fact = await factOf(entry, deps)
      if (!fact) continue
      for (const alert of await memory.plan(fact)) await write(alert, deps)
      told ||= fact.what !== 'accepted'
    }
    const next = entries.at(-1)!.index + 1
    if (told || next - saved >= SAVE_EVERY) {
      await memory.save(next)
      saved = next
    }
    reached = next
  }
  return follow({
    journal,
    from: reached,
    onFault,
    handle: async (entries) => {
      try {
        // After a fault what is remembered is that of the last saving, and the entries since then come again.
        while (reached < entries[0]!.index)
          await takeIn(await journal.read(reached, Math.min(PAGE, entries[0]!.index - reached)))
        await takeIn(entries)
      } catch (fault) {
        memory.forget()
        reached = saved
        throw fault
      }
    },
  })
}

/** What an entry says to the rules; undefined if nothing. Alerts and what else the hub writes say nothing. */
async function factOf(entry: JournalEntry, deps: AlertDeps): Promise<Fact | undefined> {
  const { index, atMs, kind, refusal } = entry
  if (kind === 'hub.overdue') return overdueOf(entry, deps)
  // The principal comes after the agent.
  const party = entry.audience.findLast(({ by }) => by === 'sender')?.party
  if (!party) return undefined
  if (refusal) {
    const { code, key: head } = refusal
    const isCertain = entry.outcome === 'refused'
    const rivals = deps.rivalKinds.has(refusal.kind)
    return { what: 'refused', index, atMs, party, kind: refusal.kind, code, head, rivals, isCertain }
  }
  if (entry.by === 'hub') return undefined
  const draws = deps.rivalKinds.has(kind) ? entry.movements.map(({ key }) => key) : []
  return { what: 'accepted', index, atMs, party, kind, draws }
}

async function overdueOf({ index, atMs }: JournalEntry, { journal }: AlertDeps): Promise<Fact | undefined> {
  const opened = await openEntry(journal, index)
  if (!opened || 'withheld' in opened) return undefined
  const { entry, party } = opened.body as { entry: number; party: string }
  const [awaited] = await journal.read(entry, 1)
  return awaited && { what: 'overdue', index, atMs, party, kind: awaited.kind }
}

async function write({ party, kind, dueTo, body }: PlannedAlert, deps: AlertDeps): Promise<void> {
  const [cause] = await deps.journal.read(dueTo, 1)
  const audience = onlyTold(supervisorRows(deps.register, [countryOf(party)], kind), cause!.audience)
  await appendOnce(
    {
      kind: 'hub.alert',
      id: derivedId('alert', body.rule, party, String(dueTo)),
      body,
      to: audience.map((row) => row.party),
      audience,
      judgement: { refers: [dueTo] },
    },
    deps,
  )
}

/** What is remembered of parties and heads, kept in the view and changed in memory until it is saved together with the cursor. */
class Memory {
  readonly #views: Views
  readonly #changed = new Map<string, PartyWatch | HeadWatch>()

  constructor(views: Views) {
    this.#views = views
  }

  async plan(fact: Fact): Promise<PlannedAlert[]> {
    const watch = await this.#get(`party/${fact.party}`, newPartyWatch)
    const keys = fact.what === 'accepted' ? fact.draws : fact.what === 'refused' && fact.rivals ? [fact.head] : []
    const heads = new Map<HeadKey, HeadWatch>()
    for (const key of keys) heads.set(key, await this.#get(`head/${key}`, newHeadWatch))
    return planAlerts(fact, watch, (key) => heads.get(key)!)
  }

  async #get<Watch extends PartyWatch | HeadWatch>(key: string, make: () => Watch): Promise<Watch> {
    let watch = this.#changed.get(key) as Watch | undefined
    if (!watch) {
      const kept = await this.#views.get(VIEW, key)
      watch = kept === undefined ? make() : (JSON.parse(String(kept)) as Watch)
      this.#changed.set(key, watch)
    }
    return watch
  }

  async save(cursor: number): Promise<void> {
    const rows = [...this.#changed].map(([key, watch]) => ({ key, value: JSON.stringify(watch) }))
    await this.#views.apply(VIEW, rows, cursor)
    this.#changed.clear()
  }

  forget(): void {
    this.#changed.clear()
  }
}
