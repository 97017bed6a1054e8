// The form of a bundle: everything that proves one entry to somebody who asks nobody. Each member is covered by a link;
// the reader refuses any other. What the hub says of the whole log (checkpoint and keys) is one member, the same for all.
import type { CertificateStatusEvidence } from '../identity/suite.ts'
import type { Outcome, Receipt } from '../journal/journal.ts'
import type { MessageSignature } from '../message/message.ts'
import { parseStrictJson } from '../message/strict-json.ts'
import { check, count, list, members, oneOf, text } from './form.ts'
import { LEAF_PARTS, type LeafPart } from './leaf.ts'
import { type MessageFile, readMessageFile, readSignatures } from './message-file.ts'

/** Binary values are canonical base64url unless said otherwise; certificates are DER. */
export interface Bundle {
  v: 1
  message: MessageFile
  /** Path of each signer, leaf first, without the anchor. */
  certificates: string[][]
  status: CertificateStatusEvidence[]
  /** Answers of responders that the status rests on, DER, once each. */
  responses?: string[]
  /** For an entry proved by a ledger: the proof. */
  ledger?: string
  receipt: Receipt
  /** `open`: salt of each part; `proof`: hashes of the head parts, then the audit path, 32 bytes each. */
  log: { open: Record<LeafPart, string>; heads: number; proof: string }
  /** `timestamp`: RFC 3161 token over the note, or null; `keys`: the `hub.key` messages up to the keys used. */
  checkpoint: {
    note: string
    timestamp: string | null
    keys: MessageFile[]
    operatorRoot: string
    /** Where the checkpoint stands on a ledger, and the proof. */
    anchor?: { ledger: string; evidence: string }
  }
  /** For a `hub.refusal`: the message refused, and the earlier entry that had moved the deciding head. */
  refusal?: { refused: RefusedMessage; earlier?: EarlierMove }
}

export interface RefusedMessage {
  payload: string
  signatures: MessageSignature[]
  certificates: string[][]
}

/** `proof`: hashes of all parts but the one opened, in leaf order, then the audit path. */
export interface EarlierMove {
  index: number
  at: string
  outcome: Outcome
  open: Record<string, { salt: string; key: string; from: number; to: number }>
  heads: number
  proof: string
}

/** Reads a bundle strictly. Throws HubError: JSON_MALFORMED, JSON_LOSSY or ENVELOPE_MALFORMED. */
export function readBundle(bytes: Uint8Array): Bundle {
  const required = ['v', 'message', 'certificates', 'status', 'receipt', 'log', 'checkpoint'] as const
  const bundle = members(parseStrictJson(bytes), 'the bundle', required, ['responses', 'ledger', 'refusal'])
  check(bundle.v === 1, 'the bundle is of another version')
  return {
    v: 1,
    message: readMessageFile(bundle.message, 'the message'),
    certificates: readPaths(bundle.certificates),
    status: list(bundle.status, 'status').map(readStatus),
    ...(bundle.responses !== undefined && { responses: readResponses(bundle.responses) }),
    ...(bundle.ledger !== undefined && { ledger: text(bundle.ledger, 'the proof of the ledger') }),
    receipt: readReceipt(bundle.receipt),
    log: readLog(bundle.log),
    checkpoint: readCheckpointMember(bundle.checkpoint),
    ...(bundle.refusal !== undefined && { refusal: readRefusal(bundle.refusal) }),
  }
}

const texts = (value: unknown, what: string): string[] => list(value, what).map((one) => text(one, what))

const readPaths = (value: unknown): string[][] =>
  list(value, 'certificates', 4).map((path) => texts(path, 'a certificate path'))

function readResponses(value: unknown): string[] {
  const responses = list(value, 'responses', 32).map((one) => text(one, 'a response'))
  check(responses.length > 0, 'responses is a list of none')
  return responses
}

function readStatus(value: unknown): CertificateStatusEvidence {
  const optional = ['thisUpdate', 'nextUpdate', 'crlSha256', 'producedAt', 'responseSha256'] as const
  const required = ['fingerprint', 'status', 'source', 'registerAt'] as const
  const known = members(value, 'a status', required, [...optional, 'ageMs'])
  const read: CertificateStatusEvidence = {
    fingerprint: text(known.fingerprint, 'a status fingerprint'),
    status: oneOf(known.status, ['good', 'revoked', 'unknown', 'stale'], 'a status'),
    source: oneOf(known.source, ['register', 'crl', 'ocsp', 'none'], 'a status source'),
    registerAt: count(known.registerAt, 'registerAt of a status'),
  }
  for (const name of optional) if (known[name] !== undefined) read[name] = text(known[name], `${name} of a status`)
  if (known.ageMs !== undefined) read.ageMs = count(known.ageMs, 'ageMs of a status')
  return read
}

function readReceipt(value: unknown): Receipt {
  const receipt = members(value, 'the receipt', ['payload', 'index', 'size', 'path', 'signatures'])
  return {
    payload: text(receipt.payload, 'the receipt payload'),
    index: count(receipt.index, 'the receipt index'),
    size: count(receipt.size, 'the receipt size'),
    path: texts(receipt.path, 'the receipt path'),
    signatures: texts(receipt.signatures, 'the receipt signatures'),
  }
}

function readLog(value: unknown): Bundle['log'] {
  const log = members(value, 'log', ['open', 'heads', 'proof'])
  const salts = members(log.open, 'log.open', LEAF_PARTS)
  const open = Object.fromEntries(LEAF_PARTS.map((name) => [name, text(salts[name], `log.open.${name}`)]))
  return {
    open: open as Record<LeafPart, string>,
    heads: count(log.heads, 'log.heads'),
    proof: text(log.proof, 'log.proof'),
  }
}

function readCheckpointMember(value: unknown): Bundle['checkpoint'] {
  const checkpoint = members(value, 'checkpoint', ['note', 'timestamp', 'keys', 'operatorRoot'], ['anchor'])
  return {
    note: text(checkpoint.note, 'the checkpoint note'),
    timestamp: checkpoint.timestamp === null ? null : text(checkpoint.timestamp, 'the timestamp'),
    keys: list(checkpoint.keys, 'checkpoint.keys').map((file) => readMessageFile(file, 'a hub.key')),
    operatorRoot: text(checkpoint.operatorRoot, 'checkpoint.operatorRoot'),
    ...(checkpoint.anchor !== undefined && { anchor: readAnchor(checkpoint.anchor) }),
  }
}

function readAnchor(value: unknown): NonNullable<Bundle['checkpoint']['anchor']> {
  const anchor = members(value, 'checkpoint.anchor', ['ledger', 'evidence'])
  return {
    ledger: text(anchor.ledger, 'checkpoint.anchor.ledger'),
    evidence: text(anchor.evidence, 'checkpoint.anchor.evidence'),
  }
}

function readRefusal(value: unknown): NonNullable<Bundle['refusal']> {
  const refusal = members(value, 'refusal', ['refused'], ['earlier'])
  const refused = members(refusal.refused, 'refusal.refused', ['payload', 'signatures', 'certificates'])
  return {
    refused: {
      payload: text(refused.payload, 'refusal.refused.payload'),
      signatures: readSignatures(refused.signatures, 'refusal.refused'),
      certificates: readPaths(refused.certificates),
    },
    ...(refusal.earlier !== undefined && { earlier: readEarlier(refusal.earlier) }),
  }
}

function readEarlier(value: unknown): EarlierMove {
  const earlier = members(value, 'refusal.earlier', ['index', 'at', 'outcome', 'open', 'heads', 'proof'])
  check(typeof earlier.open === 'object' && earlier.open !== null, 'refusal.earlier.open is not an object')
  const open = Object.entries(earlier.open).map(([name, one]) => {
    const move = members(one, 'the opened head', ['salt', 'key', 'from', 'to'])
    const [salt, key] = [text(move.salt, 'its salt'), text(move.key, 'its key')]
    return [name, { salt, key, from: count(move.from, 'its version'), to: count(move.to, 'its version') }] as const
  })
  check(open.length === 1, 'refusal.earlier opens other than one head')
  return {
    index: count(earlier.index, 'refusal.earlier.index'),
    at: text(earlier.at, 'refusal.earlier.at'),
    outcome: oneOf(earlier.outcome, ['accepted', 'refused', 'unknown'], 'refusal.earlier.outcome'),
    open: Object.fromEntries(open),
    heads: count(earlier.heads, 'refusal.earlier.heads'),
    proof: text(earlier.proof, 'refusal.earlier.proof'),
  }
}
