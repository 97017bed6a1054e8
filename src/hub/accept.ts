// The walk of a message: authenticate -> validate -> judge -> append. This file is the whole way in for what others say; what the hub says itself goes by own-entry.ts.
import { notCarried, type Uploaded } from './attachments/findings.ts'
import type { Uploads } from './attachments/store.ts'
import { HubError } from './errors.ts'
import { authenticate, type Identities } from './identity/authenticate.ts'
import { authenticateByLedger, receivedOf, type ProvedMessage } from './identity/ledger-proof.ts'
import type { Appended, Draft, Journal } from './journal/journal.ts'
import { checkDigests } from './message/decode.ts'
import { draftOf, judge, type Judges } from './message/judge.ts'
import type { MessageKind } from './message/kind.ts'
import type { AuthenticMessage, ReceivedMessage } from './message/message.ts'
import { validate, type Kinds } from './message/validate.ts'

/** What the walk needs of the house. `caughtUp` waits until register and views include every entry below `size`. */
export interface House extends Judges {
  identities: Identities
  kinds: Kinds
  journal: Journal
  uploads: Uploads
  caughtUp(size: number): Promise<boolean>
}

export type Accepted = Exclude<Appended, { result: 'stale' | 'id-reused' }>

const TRIES_MAX = 5

/**
 * Takes a message in. Gives the entry with its receipt: appended, a duplicate of an earlier one, or refused by a head (journaled).
 * Throws HubError for everything that is not journaled: not authentic, malformed, findings, id reused, come again.
 */
export function accept(received: ReceivedMessage, house: House): Promise<Accepted> {
  return take(received, house, (kind) => authenticate(received, kind, house.identities))
}

/** Takes in what a ledger shows, by the same walk: where others have signatures it has a proof. Throws as `accept`, and what `prove` throws. */
export function acceptProved(message: ProvedMessage, house: House): Promise<Accepted> {
  const received = receivedOf(message, house.identities.hub, house.clock())
  return take(received, house, () => authenticateByLedger(message, received, house.identities))
}

type Authenticate = (kind: MessageKind | undefined) => Promise<AuthenticMessage>

async function take(received: ReceivedMessage, house: House, authenticated: Authenticate): Promise<Accepted> {
  // Asked before it is wanted: with several processes both are questions to others.
  const size = house.journal.current()
  size.catch(() => {})
  const known = await sameAgain(received, house)
  if (known) return known
  try {
    return await walk(received, house, authenticated, size)
  } catch (refusal) {
    // Sent twice at once, the message itself may be what now stands in its way: then its first answer is the answer.
    const first = await sameAgain(received, house).catch((fault: unknown) => {
      // Of two faults the first is told: the second is mostly the same once more.
      throw refusal instanceof HubError ? fault : refusal
    })
    if (first) return first
    throw refusal
  }
}

async function walk(
  received: ReceivedMessage,
  house: House,
  authenticated: Authenticate,
  size: Promise<number>,
): Promise<Accepted> {
  const { envelope } = received
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    // Whoever was told 201 before we took this message in must find it true: wait for register and views, bounded.
    if (!(await house.caughtUp(await (tries === 0 ? size : house.journal.current()))))
      throw new HubError('VIEW_BEHIND', 'register or views lag behind the journal')
    const kind = house.kinds.list.find(({ name, version }) => name === envelope.kind && version === envelope.v)
    const authentic = await authenticated(kind)
    const uploaded = await uploadsOf(received, authentic.sender, house.uploads)
    const valid = validate(authentic, house.kinds, (sha256) => uploaded.get(sha256))
    const judged = await judge(valid, house)
    const appended = await appendWith(house, draftOf(judged), notCarried(received))
    if (appended.result === 'id-reused')
      throw new HubError('MESSAGE_ID_REUSED', `id ${envelope.id} stands for other bytes`)
    // Something the proof or the judgement relied on has moved meanwhile: look again, from the beginning.
    if (appended.result !== 'stale') return appended
  }
  throw new HubError('CONTENDED', 'what this message relies on keeps changing')
}

/** What the sender has uploaded of what the message names and does not carry. */
async function uploadsOf(
  received: ReceivedMessage,
  sender: string,
  uploads: Uploads,
): Promise<ReadonlyMap<string, Uploaded>> {
  const sha256s = notCarried(received).map(({ sha256 }) => sha256)
  return sha256s.length === 0 ? new Map() : uploads.find(sender, sha256s)
}

/** What the entry is to own is durable before it; what it does not come to own is destroyed. */
async function appendWith(
  { journal, uploads }: House,
  draft: Draft,
  uploaded: readonly { sha256: string; bytes: number }[],
): Promise<Appended> {
  if (uploaded.length === 0) return journal.append(draft)
  const sha256s = uploaded.map(({ sha256 }) => sha256)
  const blobs = await uploads.take(draft.sender, sha256s)
  // An append that fails may have taken effect all the same: then nothing is destroyed here, and the sweep finds out.
  const appended = await journal.append({
    ...draft,
    blobs,
    uploadedBytes: uploaded.reduce((sum, { bytes }) => sum + bytes, 0),
  })
  if (appended.result !== 'appended') await uploads.destroy(blobs)
  return appended
}

/** The same bytes with the same signatures, accepted before, get the same answer whatever has changed since: no clock, no revocation. */
async function sameAgain(received: ReceivedMessage, { journal }: House): Promise<Accepted | undefined> {
  const { envelope, commitment, signatures } = received
  const entry = await journal.find(envelope.from, envelope.id)
  if (!entry) return undefined
  if (!entry.commitment.equals(commitment)) return undefined
  const content = await journal.content(entry.index)
  // Of an erased entry the commitment is all that is left to compare.
  if (content && JSON.stringify(content.signatures) !== JSON.stringify(signatures)) return undefined
  // The same envelope with another body is not the same bytes; to say so needs no clock either.
  checkDigests(received)
  return { result: 'duplicate', entry, receipt: await journal.receipt(entry.index) }
}
