// The relay of this hub, wired: connections, the chain of accepted headers, the validators it asks, the front door, the courier.
import type { LedgerConfig } from './ledger-config.ts'
import type { LedgerFold } from './ledger-fold.ts'
import type { Connections } from './connections.ts'
import type { LedgerRoomDeps } from './open.ts'
import type { PacketStep, ShownConnection } from './shown.ts'

export interface Relaying {
  connections: Connections
  ledgers(): Record<string, ShownConnection>
  lanes(): Record<string, { counts: Record<string, number>; backlogS?: number; waits?: string }>
  timeline(lane: string, sequence: number): { steps: PacketStep[]; operators?: number } | undefined
  close(): Promise<void>
}

export declare function openRelaying(config: LedgerConfig, fold: LedgerFold, deps: LedgerRoomDeps): Promise<Relaying>
