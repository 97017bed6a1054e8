// An item of a party's feed as it comes over the socket or by pull.
import type { Receipt } from '../hub/journal/journal.ts'
import type { MessageFile } from './compose.ts'

/** One item. Exactly one of `message` (the sender's own bytes), `viewed` (a masked view signed by the hub) and `withheld` is present. `prev` is the seq of the item before it in the same selection, 0 if none. */
export interface FeedItem {
  journal: string
  epoch: number
  seq: number
  prev: number
  index: number
  kind: string
  view: string
  message?: MessageFile
  viewed?: ViewedMessage
  withheld?: 'erased' | 'right-withdrawn'
  receipt?: Receipt
}

/** A masked view: what remains of the body, and which members were taken out (JSON Pointers). */
export interface ViewedMessage {
  view: { name: string; by: 'hub'; of: string }
  kind: string
  from: string
  index: number
  at: string
  body: unknown
  masked: string[]
  jws: string
}
