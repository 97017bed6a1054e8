// The attachments of an entry, wherever they are: carried in the message, or uploaded and owned by the entry.
import { HubError } from '../errors.ts'
import type { JournalEntry, SealedContent } from '../journal/journal.ts'
import type { Envelope } from '../message/envelope.ts'
import { notCarried } from './findings.ts'
import type { AttachmentStore } from './store.ts'

export interface OpenAttachment {
  /** As the envelope names it. */
  named: NonNullable<Envelope['attachments']>[number]
  /** The bytes, in pieces; not read until asked for. */
  chunks: AsyncIterable<Buffer>
}

type Opening = Pick<AttachmentStore, 'open'>

/** Opens one attachment. Throws NOT_FOUND if the envelope names none of that digest, or its bytes have been erased. */
export async function openAttachment(
  { blobs = [] }: Pick<JournalEntry, 'blobs'>,
  content: SealedContent,
  sha256: string,
  store: Opening,
): Promise<OpenAttachment> {
  const envelope = JSON.parse(content.envelope.toString()) as Envelope
  const named = envelope.attachments?.find((one) => one.sha256 === sha256)
  if (!named) throw new HubError('NOT_FOUND', 'the message names no attachment of that digest')
  const carried = content.attachments.find((one) => one.sha256 === sha256)
  if (carried) return { named, chunks: once(carried.bytes) }
  const at = notCarried({ envelope, attachments: content.attachments }).findIndex((one) => one.sha256 === sha256)
  const opened = blobs[at] === undefined ? undefined : await store.open(blobs[at])
  if (!opened) throw new HubError('NOT_FOUND', 'erased: the attachment is gone')
  return { named, chunks: opened.chunks }
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}

const INCLUDED_BYTES_MAX = 32 * 1024 * 1024

/** All attachments of an entry in memory, in the order of the envelope. Throws BUNDLE_TOO_LARGE if they are too many bytes for that. */
export async function gatherAttachments(
  entry: Pick<JournalEntry, 'blobs'>,
  content: SealedContent,
  store: Opening,
): Promise<{ sha256: string; bytes: Buffer }[]> {
  const { attachments = [] } = JSON.parse(content.envelope.toString()) as Envelope
  if (attachments.reduce((sum, { bytes }) => sum + bytes, 0) > INCLUDED_BYTES_MAX)
    throw new HubError(
      'BUNDLE_TOO_LARGE',
      `attachments of more than ${INCLUDED_BYTES_MAX} bytes are fetched one by one`,
    )
  const gathered: { sha256: string; bytes: Buffer }[] = []
  for (const { sha256 } of attachments) {
    const pieces: Buffer[] = []
    for await (const piece of (await openAttachment(entry, content, sha256, store)).chunks) pieces.push(piece)
    gathered.push({ sha256, bytes: Buffer.concat(pieces) })
  }
  return gathered
}
