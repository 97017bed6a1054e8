// Reading an entry again: its envelope and body, or that they have been erased.
import type { Journal } from '../journal/journal.ts'
import type { Envelope } from './envelope.ts'
import type { OpenedEntry } from './kind.ts'

/** Opens an entry of the journal; undefined if there is none at that index. */
export async function openEntry(
  journal: Pick<Journal, 'read' | 'content'>,
  index: number,
): Promise<OpenedEntry | undefined> {
  const [entry] = await journal.read(index, 1)
  if (!entry) return undefined
  const content = await journal.content(index)
  if (!content) return { index, withheld: 'erased' }
  const envelope = JSON.parse(content.envelope.toString()) as Envelope
  const body: unknown = envelope.body.type === 'application/json' ? JSON.parse(content.body.toString()) : content.body
  return { index, atMs: entry.atMs, kind: entry.kind, sender: envelope.from, envelope, body }
}
