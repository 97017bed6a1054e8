// The receipts of a range of a party's feed, in its order: what an acknowledgement, a history and a day are rooted in.
import type { FeedRow } from '../feed/row.ts'
import { readRows } from '../feed/row.ts'
import { leafHash, merkleRoot, nodeHash } from '../evidence/merkle.ts'
import { fromBase64url } from '../values/encoding.ts'
import type { Journal, Views } from '../journal/journal.ts'
import type { PartyUrn } from '../message/envelope.ts'

const PAGE = 256

export interface FeedDeps {
  journal: Pick<Journal, 'read' | 'receipt' | 'epoch' | 'urn'>
  views: Views
}

/** Bytes of the receipt payload of an entry, the same whenever they are asked for. */
export const payloadAt = async (journal: Pick<Journal, 'receipt'>, index: number): Promise<Buffer> =>
  fromBase64url((await journal.receipt(index)).payload, 'payload')

/** The rows from..to of a feed in pages; other work gets its turn between two of them. */
export async function* rowPages(views: Views, party: PartyUrn, from: number, to: number): AsyncGenerator<FeedRow[]> {
  for (let next = from; next <= to; ) {
    const rows = await readRows(views, party, next - 1, Math.min(PAGE, to - next + 1))
    const wanted = rows.filter(({ seq }) => seq <= to)
    if (wanted.length === 0) return
    yield wanted
    next = wanted.at(-1)!.seq + 1
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** An RFC 6962 root that grows leaf by leaf and holds one hash per level. */
export class GrowingRoot {
  count = 0
  readonly #peaks: { size: number; hash: Buffer }[] = []

  add(bytes: Uint8Array): void {
    let peak = { size: 1, hash: leafHash(bytes) }
    for (let left = this.#peaks.at(-1); left?.size === peak.size; left = this.#peaks.at(-1)) {
      this.#peaks.pop()
      peak = { size: left.size * 2, hash: nodeHash(left.hash, peak.hash) }
    }
    this.#peaks.push(peak)
    this.count++
  }

  /** Hex. */
  get root(): string {
    const peaks = this.#peaks.map(({ hash }) => hash)
    const root = peaks.length === 0 ? merkleRoot([]) : peaks.reduceRight((right, left) => nodeHash(left, right))
    return root.toString('hex')
  }
}

/** Root and count over the receipts of the items from..to of a feed. */
export async function rootOfRange(
  { journal, views }: FeedDeps,
  party: PartyUrn,
  from: number,
  to: number,
): Promise<GrowingRoot> {
  const root = new GrowingRoot()
  for await (const rows of rowPages(views, party, from, to))
    for (const { index } of rows) root.add(await payloadAt(journal, index))
  return root
}
