// What an answer says of the message it answers: the member `re` of its envelope.
import { type Envelope, messageCommitment } from '../hub/message/envelope.ts'
import type { FeedItem } from './feed-item.ts'

/** Names the message of a feed item or of an entry; undefined if only a view of it is shown, which has no bytes to name it by. */
export function naming({ message }: Pick<FeedItem, 'message'>): NonNullable<Envelope['re']>[number] | undefined {
  if (message === undefined) return undefined
  const bytes = Buffer.from(message.payload, 'base64url')
  const { from, id } = JSON.parse(bytes.toString()) as Envelope
  return { from, id, digest: messageCommitment(bytes).toString('hex') }
}
