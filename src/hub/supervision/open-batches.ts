// Batches of the access log that wait for their anchor, as they lie in the store: one value for each, under the process that writes it. A
// process that goes on for another one marks what it takes, so that the other one, should it still be there, can tell what was taken.
import type { Json } from '../journal/heads.ts'
import type { Cursors } from '../journal/journal.ts'
import { type AccessRow, rowKeyOf } from './access-rows.ts'

const OPEN = 'access-open'
/** The process of a hub that has one. */
export const ALONE = 'hub'

/** A batch as it is kept. `taken` names the process that anchors it in place of its own. */
export interface KeptBatch {
  reader: string
  batch: string
  rows: AccessRow[]
  taken?: string
}

export interface OpenBatch {
  key: string
  /** The process it was written by. */
  of: string
  kept: KeptBatch
  /** Rows were once kept each under its own key; nobody writes those any more. */
  single: boolean
}

const asJson = (kept: KeptBatch): Json => kept as unknown as Json

export class OpenBatches {
  readonly #cursors: Cursors
  readonly #process: string | undefined

  /** `process`: name of this one of several processes; absent if the hub has one. */
  constructor(cursors: Cursors, process: string | undefined) {
    this.#cursors = cursors
    this.#process = process
  }

  get process(): string {
    return this.#process ?? ALONE
  }

  keyOf(reader: string, batch: string): string {
    return `${this.process}/${reader}/${batch}`
  }

  /** Writes a batch of this process; `before` is what it wrote last. False if another process has taken it. */
  async write(key: string, before: KeptBatch | undefined, kept: KeptBatch): Promise<boolean> {
    if (this.#process !== undefined) return this.#cursors.swap(OPEN, key, before && asJson(before), asJson(kept))
    await this.#cursors.put(OPEN, key, asJson(kept))
    return true
  }

  async get(key: string): Promise<KeptBatch | undefined> {
    return (await this.#cursors.get(OPEN, key)) as unknown as KeptBatch | undefined
  }

  async all(): Promise<OpenBatch[]> {
    const found = await this.#cursors.list(OPEN, '')
    return found.map(({ key, value }) => ({
      key,
      of: key.slice(0, key.indexOf('/')),
      ...readKept(value),
    }))
  }

  /** Takes a batch, which nobody changes from then on. False if its process has just written it. */
  async take({ key, kept, single }: OpenBatch): Promise<boolean> {
    if (this.#process === undefined || kept.taken !== undefined || single) return true
    return this.#cursors.swap(OPEN, key, asJson(kept), asJson({ ...kept, taken: this.#process }))
  }

  async remove(key: string): Promise<void> {
    await this.#cursors.put(OPEN, key, undefined)
  }
}

function readKept(value: Json): Pick<OpenBatch, 'kept' | 'single'> {
  if ('rows' in (value as object)) return { kept: value as unknown as KeptBatch, single: false }
  const row = value as unknown as AccessRow
  return { kept: { reader: row.reader, batch: row.batch, rows: [row] }, single: true }
}

/** What rows say beyond those that another process has taken: what was given since. */
export function remainderOf(rows: readonly AccessRow[], taken: readonly AccessRow[]): AccessRow[] {
  const told = new Map(taken.map((row) => [rowKeyOf(row), row.count]))
  return rows.flatMap((row) => {
    const count = row.count - (told.get(rowKeyOf(row)) ?? 0)
    return count > 0 ? [{ ...row, count }] : []
  })
}
