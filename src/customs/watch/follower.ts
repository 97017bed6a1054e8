// The watch: follows the journal by the rules and writes customs.alert for the authorities of each country that knows all of the evidence.
// What it remembers may be emptied at any time; read again from the first entry, it finds its alerts written.
import {
  appendOnce,
  countryOf,
  derivedId,
  follow,
  toTime,
  type Follower,
  type JournalEntry,
  type OwnEntryDeps,
  type Register,
  type Views,
} from '../../hub/index.ts'
import type { SupervisionAlert } from '../../../schemas/types.d.ts'
import { AMENDMENT_KIND, Declarations } from './declarations.ts'
import { DECLARATION_KINDS } from './facts.ts'
import { keepsLists } from './list-keepers.ts'
import { Memory } from './memory.ts'
import type { PlannedAlert, Watching } from './planned.ts'
import { countriesThatKnow, readersIn } from './readers.ts'
import { forgetList, takeList } from './take-list.ts'
import { watchInvoicing, watchOutliers, watchSplitting } from './watch-declarations.ts'
import { watchPeople } from './watch-people.ts'
import { watchSanctions } from './watch-sanctions.ts'

/** Kinds that say something to the rules; what lies between them is passed over. */
export const WATCHED_KINDS = [
  ...DECLARATION_KINDS,
  AMENDMENT_KIND,
  'customs.cancellation',
  'customs.status',
  'customs.border-trade',
  'customs.border-status',
  'customs.sanctions-list',
  'hub.erasure',
] as const

const LINGER_MS = 500
/** Entries after which others get their turn of the thread: a storage that answers without waiting gives them none. */
const TURN_ENTRIES = 16
/** An alert names so many entries; of more, its figures say how many. */
const ENTRIES_MAX = 100
/** Entries after which the cursor is saved though nothing was remembered. */
const SAVE_EVERY = 1_000

export interface WatchDeps extends OwnEntryDeps {
  views: Views
  register: Pick<Register, 'at' | 'party' | 'parties' | 'regulators'>
  onFault(error: unknown): void
}

/** Follows the journal and alerts customs and regulators. */
export async function followWatch(deps: WatchDeps): Promise<Follower> {
  const { journal, views, register, onFault } = deps
  const memory = await Memory.open(views, await journal.current())
  const declarations = new Declarations(journal, memory)
  const watching: Watching = { journal, register, memory, declarations, keepsLists: keepsLists(register) }
  return follow({
    journal,
    from: memory.saved(),
    kinds: WATCHED_KINDS,
    lingerMs: LINGER_MS,
    onFault,
    async handle(entries, next) {
      try {
        for (const [n, entry] of entries.entries()) {
          if (n % TURN_ENTRIES === TURN_ENTRIES - 1) await new Promise(setImmediate)
          if (entry.index < memory.saved() || entry.outcome !== 'accepted') continue
          for (const alert of await plan(entry, watching)) await write(alert, deps)
        }
        const isBehind = next - memory.saved() >= SAVE_EVERY
        if (next > memory.saved() && (memory.isChanged() || isBehind)) await memory.save(next)
      } catch (fault) {
        // What is remembered is what was saved, and the same entries come again.
        watching.declarations.forgetAll()
        await memory.reload()
        throw fault
      }
    },
  })
}

async function plan(entry: JournalEntry, watching: Watching): Promise<PlannedAlert[]> {
  const { declarations } = watching
  if (entry.kind === 'hub.erasure') return forgetErased(entry, watching)
  if (entry.kind === 'customs.sanctions-list') return takeList(entry, watching)
  await declarations.noteEnded(entry)
  const people = await watchPeople(entry, watching)
  const index = entry.kind === AMENDMENT_KIND ? await declarations.noteAmended(entry) : entry.index
  const isDeclaration = index !== undefined && (index !== entry.index || isDeclarationKind(entry.kind))
  const facts = isDeclaration
    ? await (index === entry.index ? declarations.filed(index) : declarations.at(index))
    : undefined
  if (!facts) return people
  const judged = { facts, by: entry }
  return [
    ...people,
    ...(await watchSplitting(judged, watching)),
    ...(await watchOutliers(judged, watching)),
    ...(await watchInvoicing(judged, watching)),
    ...(await watchSanctions(judged, watching)),
  ]
}

const isDeclarationKind = (kind: string): boolean => DECLARATION_KINDS.some((one) => one === kind)

async function forgetErased({ refers }: JournalEntry, watching: Watching): Promise<PlannedAlert[]> {
  for (const index of refers) {
    const [erased] = await watching.journal.read(index, 1)
    if (erased) watching.declarations.forget(erased)
    const issuer = erased?.audience.find(({ by }) => by === 'sender')?.party
    if (issuer !== undefined) await forgetList(index, countryOf(issuer), watching)
  }
  return []
}

/** One alert for each country concerned; where nobody is to be told, there is none. */
async function write(alert: PlannedAlert, deps: WatchDeps): Promise<void> {
  const { rule, about, kind, says } = alert
  const evidence = (await Promise.all(alert.entries.map((index) => deps.journal.read(index, 1)))).flat()
  const entries = alert.entries.slice(0, ENTRIES_MAX)
  for (const country of countriesThatKnow(evidence, deps.register)) {
    const audience = readersIn(country, evidence, kind, deps.register)
    if (audience.length === 0 || (alert.country !== undefined && alert.country !== country)) continue
    const body: SupervisionAlert = {
      rule,
      kind,
      country,
      entries,
      since: toTime(Math.min(...evidence.map(({ atMs }) => atMs))),
      until: toTime(Math.max(...evidence.map(({ atMs }) => atMs))),
      ...says,
    }
    await appendOnce(
      {
        kind: 'customs.alert',
        id: derivedId('customs-alert', rule, country, ...about),
        body,
        to: audience.map(({ party }) => party),
        audience,
        judgement: { refers: entries },
      },
      deps,
    )
  }
}
