// Everything worth counting, with its name: the one place that knows prom-client. A report is handed in; there is no global registry.
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { RefusalCode } from './errors.ts'

/** Labels never name a party: they are few and tell nobody's business. `follower`, `source` and `where` are words of the hub. */
export const METRICS = {
  hub_accepted_total: { type: 'counter', help: 'Messages appended to the journal', labels: ['kind'] },
  hub_duplicates_total: { type: 'counter', help: 'Messages answered with their first receipt again', labels: [] },
  hub_refused_total: { type: 'counter', help: 'Requests and messages refused', labels: ['code'] },
  hub_findings_total: { type: 'counter', help: 'Documents answered with findings', labels: ['kind'] },
  hub_faults_total: { type: 'counter', help: 'Faults of the hub itself', labels: ['where'] },
  hub_requests_total: { type: 'counter', help: 'Requests answered', labels: ['route', 'method', 'status'] },
  hub_request_seconds: { type: 'histogram', help: 'Time from request to answer', labels: ['route'] },
  hub_commit_entries: { type: 'histogram', help: 'Entries in a group commit', labels: [] },
  hub_commit_seconds: { type: 'histogram', help: 'Time to write a group commit durably', labels: [] },
  hub_items_told_total: { type: 'counter', help: 'Items that accepted entries put into feeds', labels: [] },
  hub_journal_entries: { type: 'gauge', help: 'Entries in the journal', labels: [] },
  hub_follower_lag_entries: { type: 'gauge', help: 'Entries a follower has not handled yet', labels: ['follower'] },
  hub_checkpoint_age_seconds: { type: 'gauge', help: 'Age of the newest checkpoint', labels: [] },
  hub_sockets: { type: 'gauge', help: 'Feed sockets open', labels: [] },
  hub_socket_buffered_bytes: { type: 'gauge', help: 'Bytes that peers of sockets have not read', labels: [] },
  hub_sessions: { type: 'gauge', help: 'Sessions open', labels: [] },
  hub_requests_in_flight: { type: 'gauge', help: 'Requests being answered', labels: [] },
  hub_body_reserved_bytes: { type: 'gauge', help: 'Bytes reserved for bodies in flight', labels: [] },
  hub_sm2_waiting: { type: 'gauge', help: 'SM2 signatures waiting for a worker', labels: [] },
  hub_loop_lag_seconds: { type: 'gauge', help: 'Delay of the event loop over the last second', labels: [] },
  hub_memory_bytes: { type: 'gauge', help: 'Resident memory of the process', labels: [] },
  hub_disk_free_bytes: { type: 'gauge', help: 'Room left where the data lies', labels: [] },
  hub_revocation_age_seconds: {
    type: 'gauge',
    help: 'Age of what sources of revocations last gave',
    labels: ['source'],
  },
  hub_staged_bytes: { type: 'gauge', help: 'Attachments uploaded and not yet in an entry', labels: [] },
  hub_ledger_height: { type: 'gauge', help: 'Newest block as the node says', labels: ['ledger'] },
  hub_ledger_lag_blocks: { type: 'gauge', help: 'Blocks of a ledger that are not verified yet', labels: ['ledger'] },
  hub_ledger_headers: { type: 'gauge', help: 'Headers verified and kept', labels: ['ledger'] },
  hub_ledger_gas_used: { type: 'gauge', help: 'Gas used on a ledger since the start', labels: ['ledger'] },
  hub_ledger_frozen: { type: 'gauge', help: '1 while a ledger is frozen', labels: ['ledger'] },
  hub_packets: { type: 'gauge', help: 'Packets of open lanes by how far they have come', labels: ['state'] },
  hub_packet_backlog_seconds: { type: 'gauge', help: 'Age of the oldest packet not at its end', labels: ['lane'] },
  hub_courier_jobs: { type: 'gauge', help: 'Pieces of work the courier holds', labels: ['purpose', 'state'] },
  hub_ready: { type: 'gauge', help: '1 while the hub takes messages', labels: [] },
} as const satisfies Record<string, Metric>

interface Metric {
  type: 'counter' | 'histogram' | 'gauge'
  help: string
  labels: readonly string[]
}

type Name<T extends Metric['type']> = {
  [K in keyof typeof METRICS]: (typeof METRICS)[K]['type'] extends T ? K : never
}[keyof typeof METRICS]
export type GaugeName = Name<'gauge'>

const BUCKETS: Record<Name<'histogram'>, number[]> = {
  hub_request_seconds: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
  hub_commit_entries: [1, 2, 4, 8, 16, 32, 64, 128, 256],
  hub_commit_seconds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5],
}

/** What a gauge shows now: a number, or one number per value of its label; of several labels the values stand with a blank between. */
export type GaugeReading = number | Record<string, number>

export class Report {
  readonly #registry = new Registry()
  readonly #counters = new Map<string, Counter>()
  readonly #histograms = new Map<string, Histogram>()
  readonly #readings: Partial<Record<GaugeName, () => GaugeReading>> = {}

  constructor() {
    for (const [name, { type, help, labels }] of Object.entries(METRICS)) {
      const form = { name, help, labelNames: [...labels], registers: [this.#registry] }
      if (type === 'counter') this.#counters.set(name, new Counter(form))
      else if (type === 'histogram')
        this.#histograms.set(name, new Histogram({ ...form, buckets: BUCKETS[name as Name<'histogram'>] }))
      else this.#gauge(name as GaugeName, form)
    }
  }

  #gauge(name: GaugeName, form: { name: string; help: string; labelNames: string[]; registers: Registry[] }): void {
    const readings = this.#readings
    // oxlint-disable-next-line no-new -- it enters itself into the registry
    new Gauge({
      ...form,
      collect() {
        const reading = readings[name]?.()
        if (reading === undefined) return
        this.reset()
        if (typeof reading === 'number') this.set(reading)
        else for (const [of, value] of Object.entries(reading)) this.set(labelsOf(form.labelNames, of), value)
      },
    })
  }

  #count(name: Name<'counter'>, labels: Record<string, string> = {}, by = 1): void {
    this.#counters.get(name)!.inc(labels, by)
  }

  accepted(kind: string): void {
    this.#count('hub_accepted_total', { kind })
  }
  duplicate(): void {
    this.#count('hub_duplicates_total')
  }
  refused(code: RefusalCode): void {
    this.#count('hub_refused_total', { code })
  }
  /** `kind` is one the hub has, or `unknown`: strangers must not make labels. */
  findings(kind: string): void {
    this.#count('hub_findings_total', { kind })
  }
  fault(where: string): void {
    this.#count('hub_faults_total', { where })
  }
  itemsTold(count: number): void {
    this.#count('hub_items_told_total', {}, count)
  }
  committed(entries: number, tookMs: number): void {
    this.#histograms.get('hub_commit_entries')!.observe(entries)
    this.#histograms.get('hub_commit_seconds')!.observe(tookMs / 1000)
  }
  /** `route` is the pattern, never the path that was asked for. */
  answered(route: string, method: string, status: number, tookMs: number): void {
    this.#count('hub_requests_total', { route, method, status: String(status) })
    this.#histograms.get('hub_request_seconds')!.observe({ route }, tookMs / 1000)
  }
  /** What gauges show is read when somebody looks. */
  watch(readings: Partial<Record<GaugeName, () => GaugeReading>>): void {
    Object.assign(this.#readings, readings)
  }

  /** All of it in the Prometheus text format 0.0.4. */
  text(): Promise<string> {
    return this.#registry.metrics()
  }
}

function labelsOf(names: readonly string[], of: string): Record<string, string> {
  const values = names.length === 1 ? [of] : of.split(' ')
  return Object.fromEntries(names.map((name, n) => [name, values[n]!]))
}
