// Items: what a feed row looks like on the wire. The large part is rendered once per (index, view) as text, so that a frame for one more
// reader is a concatenation.
import { toBase64url } from '../values/encoding.ts'
import { BoundedTexts } from './bounded-texts.ts'
import { signedView } from '../privacy/view.ts'
import { parseStrictJson } from '../message/strict-json.ts'
import { WITHDRAWN_VIEW, type FeedRow } from './row.ts'
import type { ViewSigner } from '../privacy/view.ts'
import type { Journal, JournalEntry, SealedContent } from '../journal/journal.ts'
import type { Envelope } from '../message/envelope.ts'
import type { MessageKind } from '../message/kind.ts'

const CACHE_CHARS = 32 * 1024 * 1024

/** What masked views need: the kinds, whose schemas carry the field classes, and the key the hub signs views with. */
export interface Privacy {
  kind(name: string, version: number): MessageKind | undefined
  signer: ViewSigner
}

export interface ItemsDeps {
  journal: Journal
  privacy: Privacy
  /** Characters of rendered text kept in memory. */
  cacheChars?: number
}

export interface Items {
  /** The members of an item from `index` on, as JSON text without the braces. */
  large(row: FeedRow): Promise<string>
  /** Drops what was rendered of an entry, for good: from now on it is withheld. Called when it is erased. */
  forget(index: number): void
  /** Characters of rendered text in memory. */
  cachedChars(): number
  close(): void
}

/** Puts seq and prev around the large part: a whole item as JSON text. `before` is put in front, for frames. */
export function itemText(
  journal: Pick<Journal, 'urn' | 'epoch'>,
  row: FeedRow,
  prev: number,
  large: string,
  before = '',
): string {
  return `{${before}"journal":${JSON.stringify(journal.urn)},"epoch":${journal.epoch},"seq":${row.seq},"prev":${prev},${large}}`
}

export function feedItems(deps: ItemsDeps): Items {
  const texts = new BoundedTexts(deps.cacheChars ?? CACHE_CHARS)
  const erased = new Set<number>()

  const forget = (index: number): void => {
    erased.add(index)
    texts.deleteAll((key) => key.startsWith(`${index}/`))
  }
  // Bodies must not outlive their erasure in memory, whoever asked for it.
  const unsubscribe = deps.journal.onAppend((entries) => {
    for (const entry of entries) if (entry.kind === 'hub.erasure') for (const index of entry.refers) forget(index)
  })

  const large = (row: FeedRow): Promise<string> => {
    if (erased.has(row.index)) return renderLarge(deps, row, true)
    return texts.get(`${row.index}/${row.view}`, () => renderLarge(deps, row, false))
  }
  return { large, forget, cachedChars: () => texts.chars, close: unsubscribe }
}

/** Renders one row as an item: JSON text {journal, epoch, seq, prev, index, kind, view, message | viewed | withheld, receipt}. */
export async function renderItem(deps: ItemsDeps, row: FeedRow, prev: number): Promise<string> {
  return itemText(deps.journal, row, prev, await renderLarge(deps, row, false))
}

async function renderLarge({ journal, privacy }: ItemsDeps, row: FeedRow, erased: boolean): Promise<string> {
  const [content, receipt] = await Promise.all([
    erased ? undefined : journal.content(row.index),
    journal.receipt(row.index),
  ])
  const shown = withheldOf(row, content) ?? (await show(journal, privacy, row, content!))
  return `"index":${row.index},"kind":${JSON.stringify(row.kind)},"view":${JSON.stringify(row.view)},${shown},"receipt":${JSON.stringify(receipt)}`
}

/** What is not shown is said to be so; undefined if the content is to be shown. */
function withheldOf(row: FeedRow, content: SealedContent | undefined): string | undefined {
  if (row.view === WITHDRAWN_VIEW) return '"withheld":"right-withdrawn"'
  return content ? undefined : '"withheld":"erased"'
}

async function show(journal: Journal, privacy: Privacy, row: FeedRow, content: SealedContent): Promise<string> {
  if (row.view === 'full') return `"message":${messageText(content)}`
  const [entry] = await journal.read(row.index, 1)
  const viewed = await signedView({
    journal: journal.urn,
    entry: entry as JournalEntry,
    envelope: parseStrictJson(content.envelope) as Envelope,
    body: content.body,
    kind: privacy.kind(row.kind, (entry as JournalEntry).version),
    viewName: row.view,
    signer: privacy.signer,
  })
  return `"viewed":${JSON.stringify(viewed)}`
}

/** The message file of an entry: payload, signatures, body and attachments, base64url. Its parts need no escaping. */
function messageText(content: SealedContent): string {
  const signatures = content.signatures
    .map((one) => JSON.stringify({ protected: one.protected, signature: one.signature }))
    .join(',')
  const attachments = content.attachments
    .map((one) => `{"sha256":"${one.sha256}","data":"${toBase64url(one.bytes)}"}`)
    .join(',')
  return (
    `{"payload":"${toBase64url(content.envelope)}","signatures":[${signatures}],"body":"${toBase64url(content.body)}"` +
    (content.attachments.length > 0 ? `,"attachments":[${attachments}]}` : '}')
  )
}
