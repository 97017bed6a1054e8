// Items: what a feed row looks like on the wire. The large part is rendered once per (index, view) as bytes, so that a frame for one more
// reader is a head before bytes that are there.
import { toBase64url } from '../values/encoding.ts'
import { BoundedBytes } from './bounded-bytes.ts'
import { FiledPage } from './filed-page.ts'
import { signedView } from '../privacy/view.ts'
import { parseStrictJson } from '../message/strict-json.ts'
import { WITHDRAWN_VIEW, type FeedRow } from './row.ts'
import type { ViewSigner } from '../privacy/view.ts'
import type { Filed, FiledMessage, Journal, JournalEntry } from '../journal/journal.ts'
import type { Envelope } from '../message/envelope.ts'
import type { MessageKind } from '../message/kind.ts'

const CACHE_MAX_BYTES = 32 * 1024 * 1024

/** What masked views need: the kinds, whose schemas carry the field classes, and the key the hub signs views with. */
export interface Privacy {
  kind(name: string, version: number): MessageKind | undefined
  signer: ViewSigner
}

export interface ItemsDeps {
  journal: Journal
  privacy: Privacy
  /** Bytes of rendered items kept in memory. */
  cacheMaxBytes?: number
}

export interface Items {
  /** An item from its member `index` on, as JSON with the closing brace. */
  large(row: FeedRow): Promise<Buffer>
  /** The same if it is there at once: most readers of an item come after the first. */
  ready(row: FeedRow): Buffer | undefined
  /** Drops what was rendered of an entry, for good: from now on it is withheld. Called when it is erased. */
  forget(index: number): void
  /** Bytes of rendered items in memory. */
  cachedBytes(): number
  close(): void
}

type Log = Pick<Journal, 'urn' | 'epoch'>

/** How every item of a reader begins, up to its seq; `before` is put in front, for frames. */
export const itemFront = ({ urn, epoch }: Log, before = ''): string =>
  `{${before}"journal":${JSON.stringify(urn)},"epoch":${epoch},"seq":`

/** Everything of an item before its large part. */
export const itemHead = (front: string, { seq }: FeedRow, prev: number): string => `${front}${seq},"prev":${prev},`

/** A whole item as JSON text. */
export const itemText = (journal: Log, row: FeedRow, prev: number, large: Buffer): string =>
  itemHead(itemFront(journal), row, prev) + large.toString()

export function feedItems(deps: ItemsDeps): Items {
  const rendered = new BoundedBytes(deps.cacheMaxBytes ?? CACHE_MAX_BYTES)
  const erased = new Set<number>()

  const forget = (index: number): void => {
    erased.add(index)
    rendered.deleteAll((key) => key.startsWith(`${index}/`))
  }
  // Bodies must not outlive their erasure in memory, whoever asked for it.
  const unsubscribe = deps.journal.onAppend((entries) => {
    for (const entry of entries) if (entry.kind === 'hub.erasure') for (const index of entry.refers) forget(index)
  })

  const page = new FiledPage(deps.journal)
  const large = (row: FeedRow): Promise<Buffer> => {
    if (erased.has(row.index)) return renderLarge(deps, row, withoutMessage(page.get(row.index)))
    return rendered.get(`${row.index}/${row.view}`, () => renderLarge(deps, row, page.get(row.index)))
  }
  // What is erased is not among the rendered any more.
  const ready = (row: FeedRow): Buffer | undefined => rendered.ready(`${row.index}/${row.view}`)
  return { large, ready, forget, cachedBytes: () => rendered.bytes, close: unsubscribe }
}

/** Renders one row as an item: JSON text {journal, epoch, seq, prev, index, kind, view, message | viewed | withheld, receipt}. */
export async function renderItem(deps: ItemsDeps, row: FeedRow, prev: number): Promise<string> {
  const filed = deps.journal.filed([row.index]).then(([one]) => one!)
  return itemText(deps.journal, row, prev, await renderLarge(deps, row, filed))
}

const withoutMessage = async (filed: Promise<Filed>): Promise<Filed> => ({ receipt: (await filed).receipt })

async function renderLarge({ journal, privacy }: ItemsDeps, row: FeedRow, filed: Promise<Filed>): Promise<Buffer> {
  const { message, receipt } = await filed
  const shown = withheldOf(row, message) ?? (await show(journal, privacy, row, message!))
  return Buffer.from(
    `"index":${row.index},"kind":${JSON.stringify(row.kind)},"view":${JSON.stringify(row.view)},${shown},"receipt":${JSON.stringify(receipt)}}`,
  )
}

/** What is not shown is said to be so; undefined if the content is to be shown. */
function withheldOf(row: FeedRow, message: FiledMessage | undefined): string | undefined {
  if (row.view === WITHDRAWN_VIEW) return '"withheld":"right-withdrawn"'
  return message ? undefined : '"withheld":"erased"'
}

async function show(journal: Journal, privacy: Privacy, row: FeedRow, message: FiledMessage): Promise<string> {
  if (row.view === 'full') return `"message":${messageText(message)}`
  const [entry] = await journal.read(row.index, 1)
  const viewed = await signedView({
    journal: journal.urn,
    entry: entry as JournalEntry,
    envelope: parseStrictJson(message.envelope) as Envelope,
    body: message.body,
    kind: privacy.kind(row.kind, (entry as JournalEntry).version),
    viewName: row.view,
    signer: privacy.signer,
  })
  return `"viewed":${JSON.stringify(viewed)}`
}

/** The message file of an entry: payload, signatures, body and attachments, base64url. Its parts need no escaping. */
function messageText(message: FiledMessage): string {
  const signatures = message.signatures
    .map((one) => JSON.stringify({ protected: one.protected, signature: one.signature }))
    .join(',')
  const attachments = message.attachments
    .map((one) => `{"sha256":"${one.sha256}","data":"${toBase64url(one.bytes)}"}`)
    .join(',')
  return (
    `{"payload":"${toBase64url(message.envelope)}","signatures":[${signatures}],"body":"${toBase64url(message.body)}"` +
    (message.attachments.length > 0 ? `,"attachments":[${attachments}]}` : '}')
  )
}
