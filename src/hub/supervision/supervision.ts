// Supervision put together: the log of what regulators read, what was acknowledged, alerts, and what each day held. Every process keeps the
// log of what it gave; what follows the journal is done by one.
import type { Running } from '../cluster/duties.ts'
import type { FeedFollower } from '../feed/follower.ts'
import type { FoldedRegister } from '../identity/register-fold.ts'
import type { Cursors, Views } from '../journal/journal.ts'
import type { MessageKind } from '../message/kind.ts'
import type { OwnEntryDeps } from '../own-entry.ts'
import type { AccessLog } from './access-log.ts'
import { keepAccessLog, takeUpForGone } from './anchor.ts'
import { Readings } from './readings.ts'
import { followAlerts } from './alerts.ts'
import { closeDays } from './completeness.ts'
import { followAcknowledgements } from './received.ts'

export interface ReadingsDeps extends OwnEntryDeps {
  cursors: Cursors
  register: FoldedRegister
  /** Country this deployment belongs to; absent: it says of none. */
  home?: string
  /** Name of this process, which no other one has, if the hub has several. */
  process?: string
  onFault(error: unknown): void
}

/** What every process has of supervision: what its readers may see, and the log of it. */
export interface Supervision extends Running {
  readings: Readings
  log: AccessLog
}

export async function keepReadings(deps: ReadingsDeps): Promise<Supervision> {
  const { log, close } = await keepAccessLog(deps)
  return { readings: new Readings(deps.register, log, deps.home), log, close }
}

export interface SupervisionDeps extends OwnEntryDeps {
  views: Views
  register: FoldedRegister
  feed: Pick<FeedFollower, 'reached'>
  kinds: readonly Pick<MessageKind, 'name' | 'rivals'>[]
  /** The log here, and the processes that are alive, if the hub has several: what the others have left is anchored by it. */
  heirs?: { log: Pick<AccessLog, 'takeUp'>; alive(): Promise<ReadonlySet<string>> }
  onFault(error: unknown): void
}

/** What one process does for all. */
export async function superviseJournal(deps: SupervisionDeps): Promise<Running> {
  const rivalKinds = new Set(deps.kinds.filter(({ rivals }) => rivals).map(({ name }) => name))
  const { heirs, onFault } = deps
  const parts = [
    await followAcknowledgements(deps),
    await followAlerts({ ...deps, rivalKinds }),
    closeDays(deps),
    ...(heirs ? [takeUpForGone({ ...heirs, onFault })] : []),
  ]
  return {
    async close() {
      for (const part of parts) await part.close()
    },
  }
}

/** All of it, for a hub of one process. */
export async function supervise(deps: SupervisionDeps & ReadingsDeps): Promise<Supervision> {
  const kept = await keepReadings(deps)
  const following = await superviseJournal(deps)
  return {
    ...kept,
    async close() {
      await kept.close()
      await following.close()
    },
  }
}
