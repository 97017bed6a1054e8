// The port of leases: what only one process may do at a time, it does while it has the lease of that name.

/** A lease this process has taken. `fence` grows each time the lease changes hands and is never used twice. */
export interface Lease {
  readonly name: string
  readonly fence: number
  /** False once the time granted by the store has run out by this process's own monotonic clock, or the lease was given back or taken. */
  held(): boolean
}

/** What was about to be written belongs to a later holder of the lease: whoever meets it stops, and may begin again with a new lease. */
export class LeaseLost extends Error {
  constructor(what: string) {
    super(`${what} belongs to a later holder of the lease`)
    this.name = 'LeaseLost'
  }
}

/** Who has a lease, as the store says. `url` is where the other processes reach that one. */
export interface LeaseHolder {
  process: string
  url: string
  fence: number
}

export interface Leases {
  /** Takes a lease that is free or has run out by the store's clock. Undefined while another process has it. */
  take(name: string): Promise<Lease | undefined>
  /** Prolongs those of the leases that are still this process's; gives the ones that are not any more. */
  keep(leases: readonly Lease[]): Promise<Lease[]>
  /** Gives it back, so that another process need not wait for its end. */
  giveBack(lease: Lease): Promise<void>
  /** Holders of all leases that have not run out, by name. */
  holders(): Promise<Map<string, LeaseHolder>>
  /** Milliseconds to add to this process's clock to have the store's, as measured with the last answer. */
  clockOffsetMs(): number
}
