// The hub's signatures over the root of a group commit: made once per commit, checked once per receipt.
import { HubError } from '../errors.ts'
import { compact, readCompact, readProtected, signJws, verifyJws } from '../identity/jws.ts'
import type { Signer } from '../identity/suite.ts'
import type { Outcome, Receipt, ReceiptPayload } from '../journal/journal.ts'
import { parseStrictJson } from '../message/strict-json.ts'
import { fromBase64url, fromHex } from '../values/encoding.ts'
import type { HubKey, KeyRing } from './hub-keys.ts'
import { leafHash, rootFromPath } from './merkle.ts'
import { receiptPayloadBytes } from './receipt.ts'

export const COMMIT_TYPE = 'hub-commit+jws'

/** What the hub signs per group commit; `root` in lower-case hex. */
export interface CommitRoot {
  journal: string
  epoch: number
  root: string
  size: number
}

/** A receipt key of the hub. `fingerprint`: hex SHA-256 of its SPKI, the id that its `hub.key` entry gives it. */
export interface CommitSigner {
  signer: Signer
  fingerprint: string
}

const commitBytes = ({ journal, epoch, root, size }: CommitRoot): Buffer =>
  Buffer.from(JSON.stringify({ journal, epoch, root, size }))

/** One compact JWS (typ hub-commit+jws) per signer, in their order: international first, then SM2. */
export async function signCommit(root: CommitRoot, signers: readonly CommitSigner[]): Promise<string[]> {
  const payload = commitBytes(root)
  return Promise.all(
    signers.map(async ({ signer, fingerprint }) =>
      compact(payload, await signJws(payload, COMMIT_TYPE, signer, { fingerprint })),
    ),
  )
}

/**
 * Verifies a receipt against the hub's keys: its payload is the hub's own spelling, its path leads to a root that all
 * receipt keys of one generation signed, in their order. Throws ENCODING_NOT_CANONICAL, ENVELOPE_MALFORMED (not a receipt),
 * SIGNATURE_MISSING, CERTIFICATE_UNKNOWN (another key) or SIGNATURE_INVALID.
 */
export async function verifyReceipt(
  receipt: Receipt,
  ring: KeyRing,
): Promise<{ payload: ReceiptPayload; generation: number }> {
  const bytes = fromBase64url(receipt.payload, 'the receipt payload')
  const payload = readPayload(bytes)
  const root = rootFromPath({
    leafHash: leafHash(bytes),
    index: receipt.index,
    size: receipt.size,
    path: receipt.path.map((node) => fromHex(node, 'a hash of the receipt path')),
  })
  if (!root) throw new HubError('SIGNATURE_INVALID', 'the receipt path does not belong at that place of a commit')
  const { journal, epoch } = payload
  const signed = commitBytes({ journal, epoch, root: root.toString('hex'), size: receipt.size })
  const signatures = receipt.signatures.map((text) => readCompact(text))
  const names = signatures.map(nameOf)
  const generation = generationOf(ring, names)
  await Promise.all(signatures.map((one, at) => verifyOne(one, signed, ring.generations[generation]!.receipt[at]!)))
  if (payload.index >= ring.limit(names))
    throw new HubError('CERTIFICATE_REVOKED', 'the receipt was signed with a key that was no longer good')
  return { payload, generation }
}

async function verifyOne(one: ReturnType<typeof readCompact>, signed: Buffer, key: HubKey): Promise<void> {
  if (!one.payload.equals(signed))
    throw new HubError('SIGNATURE_INVALID', 'the receipt is not in the commit that was signed')
  if (readProtected(one.signature.protected).x5c)
    throw new HubError('CERTIFICATE_UNKNOWN', 'a receipt is signed with a bare key of the hub')
  await verifyJws(signed, one.signature, COMMIT_TYPE, key.key)
}

/** Which generation of hub keys signed a receipt; nothing is verified. Throws CERTIFICATE_UNKNOWN or SIGNATURE_MISSING. */
export const receiptGeneration = (receipt: Receipt, ring: KeyRing): number =>
  generationOf(
    ring,
    receipt.signatures.map((text) => nameOf(readCompact(text))),
  )

const nameOf = ({ signature }: ReturnType<typeof readCompact>): string =>
  readProtected(signature.protected).fingerprint ?? ''

function generationOf(ring: KeyRing, names: readonly string[]): number {
  const generation = ring.generations.findIndex(({ receipt }) => sameNames(receipt, names))
  if (generation >= 0) return generation
  const known = ring.generations.find(({ receipt }) => receipt.some(({ id }) => names.includes(id)))
  throw known
    ? new HubError(
        'SIGNATURE_MISSING',
        'the receipt does not carry the signatures of all receipt keys of the hub, in their order',
      )
    : new HubError('CERTIFICATE_UNKNOWN', 'the receipt is signed by a key that no hub.key entry names')
}

const sameNames = (keys: readonly HubKey[], names: readonly string[]): boolean =>
  keys.length === names.length && keys.every(({ id }, at) => id === names[at])

const OUTCOMES: readonly string[] = ['accepted', 'refused', 'unknown'] satisfies Outcome[]

/** The payload of a receipt in the hub's own spelling; nothing is verified yet. Throws ENCODING_NOT_CANONICAL or ENVELOPE_MALFORMED. */
export const readReceiptPayload = (receipt: Receipt): ReceiptPayload =>
  readPayload(fromBase64url(receipt.payload, 'the receipt payload'))

function readPayload(bytes: Buffer): ReceiptPayload {
  const payload = parseStrictJson(bytes) as ReceiptPayload
  if (
    typeof payload !== 'object' ||
    payload === null ||
    !receiptPayloadBytes(payload).equals(bytes) ||
    !hasForm(payload)
  )
    throw new HubError('ENVELOPE_MALFORMED', 'the receipt payload is not one this hub writes')
  return payload
}

function hasForm(payload: ReceiptPayload): boolean {
  const { hub, journal, at, messageCommitment, outcome, epoch, index, registerAt, judgedAt } = payload
  return (
    [hub, journal, at, messageCommitment].every((member) => typeof member === 'string') &&
    [epoch, index, registerAt, judgedAt].every((member) => Number.isSafeInteger(member) && member >= 0) &&
    OUTCOMES.includes(outcome)
  )
}
