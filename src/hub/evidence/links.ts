// The links of a bundle, in the order they are looked at. Each step shows one thing or throws the reason why not.
import { HubError } from '../errors.ts'
import { fromBase64url, fromTime } from '../values/encoding.ts'
import { readBundle } from './bundle-form.ts'
import { noteGeneration, readCheckpoint, verifyCheckpoint } from './checkpoint.ts'
import { readReceiptPayload, verifyReceipt } from './commit-signature.ts'
import { check } from './form.ts'
import { anchor, ledger } from './ledger-links.ts'
import { isAttachment, openEnvelope, openMessage } from './message-file.ts'
import { earlier, refusal } from './refusal-links.ts'
import { restedOn, verifyAnswers } from './status-links.ts'
import { verifyTimestamp } from './timestamp.ts'
import { verifyInclusion } from './verify-log.ts'
import { checkStatus, verifyPaths, verifySignatures } from './verify-party.ts'
import { absent, blame, type Found, type Link, ofParty, ok, readRing, rootOf, trusted, type Walk } from './walk.ts'

const OF_HUB = 'an entry of the hub itself; receipt and leaf cover it'
const OF_LEDGER = 'a ledger proves it'
const unsigned = ({ bundle }: Walk): Found => absent(bundle.ledger === undefined ? OF_HUB : OF_LEDGER)

export const STEPS: Record<Link, (walk: Walk) => Promise<Found> | Found> = {
  form,
  body,
  attachments,
  signature,
  certificate,
  status,
  ledger,
  'hub-key': hubKey,
  receipt,
  inclusion,
  checkpoint,
  timestamp,
  anchor,
  refusal,
  earlier,
}

function form(walk: Walk): Found {
  const bundle = (walk.bundle = readBundle(walk.bytes))
  walk.entry = openEnvelope(bundle.message.payload, 'the message')
  walk.payload = readReceiptPayload(bundle.receipt)
  const atMs = fromTime(walk.payload.at)
  check(atMs !== undefined, 'the receipt has no time')
  walk.atMs = atMs
  const { envelope } = walk.entry
  check(
    (envelope.kind === 'hub.refusal') === (bundle.refusal !== undefined),
    'a refusal comes with the message refused',
  )
  if (bundle.refusal) walk.refused = openEnvelope(bundle.refusal.refused.payload, 'the message refused')
  return ok(`entry ${walk.payload.index} of ${walk.payload.journal}, ${envelope.kind}, ${walk.payload.outcome}`)
}

function body({ bundle }: Walk): Found {
  const message = openMessage(bundle.message, 'the message')
  return ok(`${message.body.length} bytes, ${message.attachments.length} attachments in the bundle`)
}

/** Those in the bundle were compared with its body; here it shows which are not there, and whether files given beside it are those. */
function attachments({ bundle, entry, beside }: Walk): Found {
  const named = entry.envelope.attachments ?? []
  for (const [at, file] of beside.entries())
    if (!named.some((one) => isAttachment(file, one)))
      throw new HubError(
        'ATTACHMENT_DIGEST_MISMATCH',
        `file ${at + 1} given beside the bundle is no attachment the envelope names`,
      )
  const held = new Set(bundle.message.attachments?.map(({ sha256 }) => sha256))
  const missing = named.filter((one) => !held.has(one.sha256) && !beside.some((file) => isAttachment(file, one)))
  if (missing.length > 0)
    return absent(missing.map(({ sha256, name }) => `${JSON.stringify(plain(name))} sha256 ${sha256}`).join(', '))
  return ok(named.length === 0 ? 'the envelope names none' : `all ${named.length} are those the envelope names`)
}

/** A name for people: what could make it read otherwise than it is written is left out. */
const plain = (name: string): string => name.slice(0, 120).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '?')

async function signature(walk: Walk): Promise<Found> {
  // A `hub.key` is countersigned by an earlier key of the hub, so for it the chain is read first.
  if (walk.entry.envelope.kind === 'hub.key') await readRing(walk)
  const message = ofParty(walk)
  if (!message) return unsigned(walk)
  return ok(`${(await verifySignatures(message)).join(', ')} by ${message.opened.envelope.from}`)
}

async function certificate(walk: Walk): Promise<Found> {
  const message = ofParty(walk)
  if (!message) return unsigned(walk)
  if (!trusted(walk)) return { state: 'unchecked', detail: 'no trust given for this hub' }
  const where = await verifyPaths(message, walk.trust!, walk.atMs)
  return ok(`leads to a CA of ${where} at ${walk.payload.at}`)
}

async function status(walk: Walk): Promise<Found> {
  const { status: known, responses = [] } = walk.bundle
  const message = walk.refused ? undefined : ofParty(walk)
  if (message) {
    const found = checkStatus(known, message)
    const rested = restedOn(walk.bundle, message)
    if (rested.length > 0 && !trusted(walk))
      return { state: 'unchecked', detail: `${found}; no trust given to prove the responder's answer under` }
    if (rested.length > 0) await verifyAnswers(rested, message, walk.trust!, walk.atMs)
    if (known.length > 0) return ok(found)
  }
  check(known.length + responses.length === 0, 'a status is given for an entry that has none')
  return walk.refused ? absent('kept with accepted messages only') : unsigned(walk)
}

async function hubKey(walk: Walk): Promise<Found> {
  const root = rootOf(walk)
  await readRing(walk)
  check(
    walk.ring.hub === walk.entry.envelope.hub,
    `the operator root is of ${walk.ring.hub}, the message is for another hub`,
  )
  if (!trusted(walk)) return { state: 'unchecked', detail: 'the chain is sound; no trust given for this hub' }
  if (!walk.trust!.operatorRoot.der.equals(root.der))
    throw new HubError('CERTIFICATE_UNTRUSTED', 'the operator root of the bundle is not the one in the trust file')
  return ok(`${walk.ring.generations.length} hub.key under the operator root`)
}

async function receipt(walk: Walk): Promise<Found> {
  const { payload, generation } = await verifyReceipt(walk.bundle.receipt, walk.ring)
  walk.receiptGeneration = generation
  const about = walk.refused ?? walk.entry
  check(payload.hub === walk.ring.hub, 'the receipt is of another hub')
  check(payload.messageCommitment === about.commitment.toString('hex'), 'the receipt is for another message')
  check((payload.outcome === 'accepted') === !walk.refused, 'the receipt tells of another outcome')
  return ok(`taken in at ${payload.at} as entry ${payload.index}`)
}

function inclusion(walk: Walk): Found {
  const { bundle, payload, entry } = walk
  walk.checkpoint = blame('checkpoint', () => readCheckpoint(bundle.checkpoint.note))
  const values = {
    kind: entry.envelope.kind,
    sender: entry.envelope.from,
    commitment: entry.commitment,
    signatures: bundle.message.signatures,
    certificates: bundle.certificates.map((path) => path.map((der) => fromBase64url(der, 'a certificate'))),
    status: bundle.status,
    registerAt: payload.registerAt,
  }
  verifyInclusion(bundle.log, payload, values, walk.checkpoint)
  return ok(`leaf ${payload.index} of ${walk.checkpoint.size}`)
}

async function checkpoint(walk: Walk): Promise<Found> {
  const { checkpoint: read, ring, bundle } = walk
  check(read.origin === walk.payload.journal, 'the checkpoint is of another log')
  const generation = noteGeneration(read, ring)
  const keys = ring.generations[generation]!.checkpoint
  await verifyCheckpoint(
    bundle.checkpoint.note,
    keys.map(({ key }) => key),
  )
  check(
    read.size <= ring.limit(keys.map(({ id }) => id)),
    'the checkpoint was signed with a key that was no longer good',
  )
  const used = Math.max(generation, walk.receiptGeneration) + 1
  check(used === ring.generations.length, 'the bundle carries hub.key entries that nothing in it rests on')
  return ok(`size ${read.size}, signed with ${keys.map(({ key }) => key.alg).join(' and ')}`)
}

async function timestamp(walk: Walk): Promise<Found> {
  const { timestamp: token, note } = walk.bundle.checkpoint
  if (token === null) return absent('the bundle carries no timestamp')
  const authorities = walk.trust?.timestampAuthorities ?? []
  const found = await verifyTimestamp(fromBase64url(token, 'the timestamp'), Buffer.from(note), authorities)
  const detail = `${found.at} by ${found.authority}`
  if (found.anchored) return ok(detail)
  if (authorities.length > 0)
    throw new HubError('CERTIFICATE_UNTRUSTED', `${detail}, which leads to no authority in the trust file`)
  return { state: 'unchecked', detail: `${detail}; no timestamp authorities given to trust` }
}

/** What the links do not show, for this bundle. */
export function notProved({ entry, refused }: Partial<Walk>): string[] {
  const unproved = [
    'that what the message says is true: it is shown who said it, and when the hub took it in',
    'that no later entry changes or withdraws it',
  ]
  if (entry?.envelope.for !== undefined) unproved.push('that the principal had given the sender a mandate')
  if (refused)
    unproved.push('the amount: how much remained when the message was refused, and what the earlier entry was about')
  return unproved
}
