// Anchoring: the access log of a regulator goes into the journal as hub.access, which the regulator and the hub's operators are told of.
import type { HubAccess } from '../../../schemas/types.d.ts'
import type { FoldedRegister } from '../identity/register-fold.ts'
import { countryOf, FULL } from '../message/audience.ts'
import type { PartyUrn } from '../message/envelope.ts'
import { derivedId } from '../message/hub-message.ts'
import { appendOwnEntry, type OwnEntry, type OwnEntryDeps } from '../own-entry.ts'
import { AccessLog, type AccessLogDeps, type Anchor } from './access-log.ts'

const TICK_MS = 1_000

/** Least time between two anchors of one regulator. */
export const ANCHOR_MS = 60_000
const TAKE_UP_EVERY_MS = 5_000

export interface AnchorDeps extends OwnEntryDeps {
  register: Pick<FoldedRegister, 'parties'>
}

/** What the journal is told of a batch of rows. */
export function accessBody({ reader, batch, rows, root }: Anchor): HubAccess {
  return {
    reader,
    batch,
    purposes: [...new Set(rows.map(({ purpose }) => purpose.code))].sort(),
    from: rows.reduce((least, { from }) => Math.min(least, from), Infinity),
    to: rows.reduce((most, { to }) => Math.max(most, to), 0),
    count: rows.reduce((sum, { count }) => sum + count, 0),
    rows: rows.length,
    root,
    since: rows.reduce((first, { since }) => (since < first ? since : first), rows[0]!.since),
    until: rows.reduce((last, { until }) => (until > last ? until : last), rows[0]!.until),
  }
}

/** Parties that operate the hub: of its country, of class operator. */
export const operatorsOf = (register: AnchorDeps['register'], hub: PartyUrn): PartyUrn[] =>
  register
    .parties()
    .filter(({ party, class: of }) => of === 'operator' && countryOf(party) === countryOf(hub))
    .map(({ party }) => party)

/** Writes hub.access for a batch; of one that stands already, gives the index it has. */
export async function anchorAccess(anchor: Anchor, deps: AnchorDeps): Promise<number> {
  const to = [...new Set([anchor.reader, ...operatorsOf(deps.register, deps.hub)])]
  return appendOnce(
    {
      kind: 'hub.access',
      id: derivedId('access', anchor.reader, anchor.batch),
      body: accessBody(anchor),
      to,
      audience: to.map((party) => ({ party, view: FULL })),
    },
    deps,
  )
}

/** Appends an entry of the hub's own unless one of its id stands; gives the index of the one that stands. */
export async function appendOnce(entry: OwnEntry, deps: OwnEntryDeps): Promise<number> {
  const before = await deps.journal.find(deps.hub, entry.id)
  if (before) return before.index
  const appended = await appendOwnEntry(entry, deps)
  if ('entry' in appended) return appended.entry.index
  // Somebody else has written it meanwhile.
  const standing = appended.result === 'id-reused' && (await deps.journal.find(deps.hub, entry.id))
  if (standing) return standing.index
  throw new Error(`${entry.kind} ${entry.id} was not appended: ${appended.result}`)
}

/** The access log at work: durable every second, anchored when its time has come. */
export async function keepAccessLog(
  deps: AnchorDeps & Pick<AccessLogDeps, 'cursors' | 'process'> & { onFault(error: unknown): void },
): Promise<{ log: AccessLog; close(): Promise<void> }> {
  const { cursors, clock, onFault, process } = deps
  const anchor = (batch: Anchor): Promise<number> => anchorAccess(batch, deps)
  const log = new AccessLog({ cursors, clock, anchor, anchorMs: ANCHOR_MS, ...(process !== undefined && { process }) })
  await log.start()
  let running: Promise<void> | undefined
  const tick = async (): Promise<void> => {
    try {
      await log.flush()
      await log.anchorDue()
    } catch (error) {
      onFault(error)
    } finally {
      running = undefined
    }
  }
  const timer = setInterval(() => (running ??= tick()), TICK_MS)
  return {
    log,
    async close() {
      clearInterval(timer)
      await running
      // What is not anchored yet is anchored by the next process.
      await log.flush()
    },
  }
}

/** Has what processes that are gone had not anchored taken up by this one, now and every five seconds; `alive` gives the names of those that are not. */
export function takeUpForGone(deps: {
  log: Pick<AccessLog, 'takeUp'>
  alive(): Promise<ReadonlySet<string>>
  onFault(error: unknown): void
}): { close(): Promise<void> } {
  const { log, alive, onFault } = deps
  let running: Promise<void> | undefined
  const take = (): void => {
    running ??= alive()
      .then((processes) => log.takeUp(processes))
      .catch(onFault)
      .finally(() => (running = undefined))
  }
  take()
  const timer = setInterval(take, TAKE_UP_EVERY_MS)
  return {
    async close() {
      clearInterval(timer)
      await running
    },
  }
}
