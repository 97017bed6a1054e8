// Leases in memory for tests: the places of one store share them, and the test moves the store's clock.
import type { Lease, LeaseHolder, Leases } from '../../src/hub/cluster/lease.ts'

export interface LeaseTable {
  nowMs: number
  readonly rows: Map<string, { holder: LeaseHolder; untilMs: number }>
}

export const leaseTable = (): LeaseTable => ({ nowMs: 0, rows: new Map() })

/** Leases of one process over a table that all share; `asleep` stops it from hearing that its time is over. */
export function memoryLeases(
  table: LeaseTable,
  { process, url, leaseMs = 3_000 }: { process: string; url: string; leaseMs?: number },
): Leases & { cutOff: boolean } {
  const mine = (lease: Lease): boolean => table.rows.get(lease.name)?.holder.fence === lease.fence
  const answers = (): void => {
    if (leases.cutOff) throw new Error('the store of the leases does not answer')
  }
  const leases: Leases & { cutOff: boolean } = {
    cutOff: false,
    async take(name) {
      answers()
      const row = table.rows.get(name)
      if (row && row.untilMs > table.nowMs) return undefined
      const fence = (row?.holder.fence ?? 0) + 1
      table.rows.set(name, { holder: { process, url, fence }, untilMs: table.nowMs + leaseMs })
      const lease: Lease = {
        name,
        fence,
        held: () => mine(lease) && table.rows.get(name)!.untilMs > table.nowMs,
      }
      return lease
    },
    async keep(held) {
      answers()
      const lost = held.filter((lease) => !lease.held())
      for (const lease of held) if (!lost.includes(lease)) table.rows.get(lease.name)!.untilMs = table.nowMs + leaseMs
      return lost
    },
    async giveBack(lease) {
      answers()
      if (mine(lease)) table.rows.get(lease.name)!.untilMs = table.nowMs
    },
    async holders() {
      answers()
      return new Map(
        [...table.rows].flatMap(([name, { holder, untilMs }]) => (untilMs > table.nowMs ? [[name, holder]] : [])),
      )
    },
    clockOffsetMs: () => 0,
  }
  return leases
}
