// Retention on lanes between hubs: when the time both ends have agreed on is over, each hub withdraws the body it holds, by an entry that
// has it erased. Leaf, index, packet and every proof given stay.
import type { HubExport, LedgerDelivery } from '../../schemas/types.d.ts'
import {
  appendOwnEntry,
  derivedId,
  followTimed,
  timeKey,
  type Follower,
  type JournalEntry,
  type OwnEntryDeps,
  type PartyUrn,
  type Views,
} from '../hub/index.ts'
import type { LedgerFold } from './ledger-fold.ts'

export interface RetainingDeps extends OwnEntryDeps {
  /** The ledger that stands for this hub. */
  ledger: PartyUrn
  views: Views
  fold: Pick<LedgerFold, 'lane'>
  onFault(error: unknown): void
}

/** Entries that say a body has gone out, and those that hold one that came in. */
const KINDS: ReadonlySet<string> = new Set(['hub.export', 'ledger.delivery'])

export function followRetention(deps: RetainingDeps): Promise<Follower> {
  const { journal } = deps
  return followTimed({
    ...deps,
    view: 'retention',
    rows(entries) {
      const held = entries.filter(({ kind, outcome }) => KINDS.has(kind) && outcome === 'accepted')
      if (held.length === 0) return undefined
      return Promise.all(held.map((entry) => dueOf(entry, deps))).then((due) =>
        due.filter((one) => one !== undefined).map(({ atMs, index }) => ({ key: timeKey(atMs, index), value: '' })),
      )
    },
    async come(index) {
      const [entry] = await journal.read(index, 1)
      const due = entry && (await dueOf(entry, deps))
      if (due) await withdraw(due, deps)
    },
  })
}

interface Due {
  atMs: number
  /** Entry that says so, and the one whose content goes. */
  index: number
  holds: number
  ground: string
}

/** Undefined: nothing of it is withdrawn, or it has been erased before. */
async function dueOf(entry: JournalEntry, { journal, fold, ledger }: RetainingDeps): Promise<Due | undefined> {
  const content = await journal.content(entry.index)
  if (!content) return undefined
  const body = JSON.parse(content.body.toString()) as HubExport | LedgerDelivery
  const told = 'export' in body ? body.export : body
  const lane = fold.lane(told.packet.lane)
  const isSource = lane?.terms.source.ledger === ledger
  const keptS = isSource ? lane?.terms.retention?.sourceS : told.keptS
  if (keptS === undefined || told.form === 'commitment') return undefined
  const holds = isSource ? told.message.index : entry.index
  const ground = `retention of lane ${lane?.terms.name ?? told.packet.lane}: ${keptS} s after it went over`
  return { atMs: entry.atMs + keptS * 1000, index: entry.index, holds, ground }
}

async function withdraw({ index, holds, ground }: Due, deps: RetainingDeps): Promise<void> {
  if (!(await deps.journal.content(holds))) return
  await appendOwnEntry(
    {
      kind: 'hub.erasure',
      id: derivedId('withdrawal', String(index)),
      body: { index: holds, ground },
      to: [],
      audience: [],
      judgement: { refers: [holds] },
    },
    deps,
  )
}
