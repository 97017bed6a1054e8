// Signed acknowledgements of what a reader has received: runs of items without a hole, a few hundred at a time.
import { fromBase64url } from '../hub/values/encoding.ts'
import { UNLOGGED_KINDS } from '../hub/supervision/access-rows.ts'
import type { FeedItem } from './feed-item.ts'
import type { HubClient, Submitted } from './hub-client.ts'

const RUN_MAX = 500

/** Collects items as they are done with. An acknowledgement covers every item of its run; a run of nothing but acknowledgements asks for none. */
export class Acknowledger {
  readonly #client: Pick<HubClient, 'acknowledge'>
  readonly #tell: (line: string) => void
  #run: FeedItem[] = []

  constructor(client: Pick<HubClient, 'acknowledge'>, tell: (line: string) => void) {
    this.#client = client
    this.#tell = tell
  }

  async add(item: FeedItem): Promise<void> {
    const last = this.#run.at(-1)
    if (last && (item.seq !== last.seq + 1 || item.epoch !== last.epoch || this.#run.length >= RUN_MAX))
      await this.flush()
    this.#run.push(item)
  }

  /** Signs for what has been collected. */
  async flush(): Promise<void> {
    const run = this.#run
    this.#run = []
    const submitted = await this.#submit(run)
    if (submitted?.outcome !== 'refused') return
    // Some of it was acknowledged before, under another name perhaps: what lies above is still to be said.
    const before = submitted.problem.findings?.find(({ code }) => code === 'RANGE_OVERLAPS')?.params?.['acknowledged']
    const fresh = run.filter(({ seq }) => seq > Number(before ?? Infinity))
    const again = before === undefined ? submitted : await this.#submit(fresh)
    if (again?.outcome === 'refused') this.#tell(`the acknowledgement was refused: ${again.problem.detail}`)
  }

  async #submit(run: readonly FeedItem[]): Promise<Submitted | undefined> {
    const [first] = run
    if (!first || run.every(({ kind }) => UNLOGGED_KINDS.has(kind))) return undefined
    const payloads = run.map(({ receipt }) => fromBase64url(receipt?.payload ?? '', 'the receipt'))
    const submitted = await this.#client.acknowledge({ epoch: first.epoch, from: first.seq, payloads })
    if (submitted.outcome === 'accepted')
      this.#tell(`items ${first.seq} to ${run.at(-1)!.seq} acknowledged: entry ${submitted.index}`)
    return submitted
  }
}
