// Supervision put together: the log of what regulators read, what was acknowledged, alerts, and what each day held.
import type { FeedFollower } from '../feed/follower.ts'
import type { FoldedRegister } from '../identity/register-fold.ts'
import type { Cursors, Views } from '../journal/journal.ts'
import type { MessageKind } from '../message/kind.ts'
import type { OwnEntryDeps } from '../own-entry.ts'
import type { AccessLog } from './access-log.ts'
import { keepAccessLog } from './anchor.ts'
import { Readings } from './readings.ts'
import { followAlerts } from './alerts.ts'
import { closeDays } from './completeness.ts'
import { followAcknowledgements } from './received.ts'

export interface SupervisionDeps extends OwnEntryDeps {
  views: Views
  cursors: Cursors
  register: FoldedRegister
  feed: Pick<FeedFollower, 'reached'>
  kinds: readonly Pick<MessageKind, 'name' | 'rivals'>[]
  onFault(error: unknown): void
}

export interface Supervision {
  readings: Readings
  log: AccessLog
  close(): Promise<void>
}

export async function supervise(deps: SupervisionDeps): Promise<Supervision> {
  const { log, close } = await keepAccessLog(deps)
  const rivalKinds = new Set(deps.kinds.filter(({ rivals }) => rivals).map(({ name }) => name))
  const parts = [await followAcknowledgements(deps), await followAlerts({ ...deps, rivalKinds }), closeDays(deps)]
  return {
    readings: new Readings(deps.register, log),
    log,
    async close() {
      await close()
      for (const part of parts) await part.close()
    },
  }
}
