// Masked views: what a party sees that may not see the whole. The hub says and signs it; it never passes for the sender's signature.
import { toTime } from '../values/encoding.ts'
import { parseStrictJson } from '../message/strict-json.ts'
import { canonicalJson } from './canonical.ts'
import { maskBody } from './mask.ts'
import type { JournalEntry } from '../journal/journal.ts'
import type { Envelope, PartyUrn } from '../message/envelope.ts'
import type { MessageKind } from '../message/kind.ts'

export const VIEW_TYPE = 'hub-view+jws'

/** Signs as the hub: the compact JWS over the payload with `typ` in its protected header. */
export interface ViewSigner {
  sign(payload: Buffer, typ: string): Promise<string>
}

/** What a view says. `of` is the hex commitment of the message it is taken from; `masked` lists what was left out. */
export interface ViewContent {
  view: { name: string; by: 'hub'; of: string }
  journal: string
  index: number
  at: string
  kind: string
  from: PartyUrn
  to: PartyUrn[]
  created: string
  ref?: string
  body?: unknown
  masked: string[]
}

/** A view as it is sent: its content, and the hub's JWS whose payload is the canonical JSON (RFC 8785) of that content. */
export type SignedView = ViewContent & { jws: string }

export interface ViewInput {
  journal: string
  entry: Pick<JournalEntry, 'index' | 'atMs' | 'kind' | 'commitment'>
  envelope: Envelope
  body: Uint8Array
  /** Undefined if this hub has no such kind any more: then nothing of the body is shown. */
  kind: Pick<MessageKind, 'schema' | 'type' | 'views' | 'read'> | undefined
  viewName: string
  signer: ViewSigner
}

/** Makes and signs the view of an entry. A view the kind does not define shows nothing of the body. */
export async function signedView(input: ViewInput): Promise<SignedView> {
  const { entry, envelope } = input
  const content: ViewContent = {
    view: { name: input.viewName, by: 'hub', of: entry.commitment.toString('hex') },
    journal: input.journal,
    index: entry.index,
    at: toTime(entry.atMs),
    kind: entry.kind,
    from: envelope.from,
    to: envelope.to,
    created: envelope.created,
    ...(envelope.ref !== undefined && { ref: envelope.ref }),
    ...shownBody(input),
  }
  return { ...content, jws: await input.signer.sign(Buffer.from(canonicalJson(content)), VIEW_TYPE) }
}

const WHOLE_BODY = ''

/** Bodies that are neither JSON nor read into the shape of their schema have no fields to choose from and are left out whole. */
function shownBody({ kind, viewName, body }: ViewInput): Pick<ViewContent, 'body' | 'masked'> {
  const allowed = kind && Object.hasOwn(kind.views, viewName) ? kind.views[viewName] : undefined
  if (!kind || !allowed || (!kind.read && !/[/+]json$/.test(kind.type))) return { masked: [WHOLE_BODY] }
  const whole = kind.read ? kind.read(body).body : parseStrictJson(body)
  const { body: shown, masked } = maskBody(whole, kind.schema, allowed)
  return { ...(shown !== undefined && { body: shown }), masked }
}
