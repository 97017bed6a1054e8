// The leaf of an entry: what the evidence log keeps for ever. Every value is behind a salt of its own, so that parts are
// opened one by one and an erased entry's leaf says nothing. Runs once per accepted message: no streams, few allocations.
import { hash } from 'node:crypto'
import type { CertificateStatusEvidence } from '../identity/suite.ts'
import type { HeadKey } from '../journal/heads.ts'
import type { Outcome } from '../journal/journal.ts'
import type { MessageSignature } from '../message/message.ts'
import { sha256 } from '../values/sha256.ts'

/** Parts of a leaf besides its heads, in leaf order. */
export const LEAF_PARTS = ['kind', 'sender', 'commitment', 'signatures', 'certificate', 'status', 'registerAt'] as const
export type LeafPart = (typeof LEAF_PARTS)[number]

/** What is said openly in a leaf. `at` is a wire time. */
export interface LeafPlace {
  journal: string
  index: number
  at: string
  outcome: Outcome
}

/** The values behind the parts. `certificates`: DER paths of the signers, leaf first (empty for entries of the hub itself). */
export interface LeafValues {
  kind: string
  sender: string
  commitment: Buffer
  signatures: readonly MessageSignature[]
  certificates: readonly (readonly Buffer[])[]
  status: readonly CertificateStatusEvidence[]
  registerAt: number
}

export interface HeadMovement {
  key: HeadKey
  from: number
  to: number
}

export type LeafInput = LeafPlace & LeafValues & { movements: readonly HeadMovement[]; saltSeed: Uint8Array }

/** Salt of a part: the first 16 bytes of SHA-256(seed of 32 bytes || part name); heads are named `heads/0`, `heads/1` ... */
export const partSalt = (seed: Uint8Array, name: string): Buffer => saltMaker(seed)(name)

/** What stands for a part in the leaf: hex SHA-256(salt || bytes). */
export function partHash(salt: Uint8Array, bytes: Uint8Array): string {
  const input = Buffer.allocUnsafe(salt.length + bytes.length)
  input.set(salt, 0)
  input.set(bytes, salt.length)
  return hash('sha256', input, 'hex')
}

/** Bytes of the leaf of an entry: canonical JSON text {v, journal, index, at, outcome, parts}. */
export function buildLeaf(input: LeafInput): Buffer {
  const salt = saltMaker(input.saltSeed)
  const values = partBytes(input)
  const parts = LEAF_PARTS.map((name) => partHash(salt(name), values[name]))
  const heads = input.movements.map((movement, at) => partHash(salt(`heads/${at}`), headBytes(movement)))
  return leafBytes(input, parts, heads)
}

/** Leaf text from its hashes: `parts` in the order of LEAF_PARTS, then one per head moved. */
export function leafBytes(place: LeafPlace, parts: readonly string[], heads: readonly string[]): Buffer {
  const named = LEAF_PARTS.map((name, at) => `"${name}":"${parts[at]!}"`).join(',')
  const list = heads.length === 0 ? '' : `"${heads.join('","')}"`
  return Buffer.from(
    `{"v":1,"journal":${JSON.stringify(place.journal)},"index":${place.index},"at":"${place.at}","outcome":"${place.outcome}","parts":{${named},"heads":[${list}]}}`,
  )
}

/** Bytes behind each part, before the salt. */
export function partBytes(values: LeafValues): Record<LeafPart, Buffer> {
  return {
    kind: Buffer.from(values.kind),
    sender: Buffer.from(values.sender),
    commitment: values.commitment,
    signatures: Buffer.from(JSON.stringify(values.signatures.map(inOrder))),
    certificate: Buffer.from(JSON.stringify(values.certificates.map((path) => path.map(fingerprintOf)))),
    status: statusBytes(values.status),
    registerAt: Buffer.from(String(values.registerAt)),
  }
}

/** Bytes behind one head part: key, old version, new version, a line each. */
export const headBytes = (movement: HeadMovement): Buffer =>
  Buffer.from(`${movement.key}\n${movement.from}\n${movement.to}`)

const inOrder = (signature: MessageSignature) => ({ protected: signature.protected, signature: signature.signature })

/** Canonical JSON of status evidence: members in one order, absent ones left out. */
export function statusBytes(status: readonly CertificateStatusEvidence[]): Buffer {
  return Buffer.from(
    JSON.stringify(
      status.map((known) => ({
        fingerprint: known.fingerprint,
        status: known.status,
        source: known.source,
        thisUpdate: known.thisUpdate,
        nextUpdate: known.nextUpdate,
        crlSha256: known.crlSha256,
        producedAt: known.producedAt,
        responseSha256: known.responseSha256,
        ageMs: known.ageMs,
        registerAt: known.registerAt,
      })),
    ),
  )
}

// The same certificate buffers come again with every message of a sender.
const fingerprints = new WeakMap<Buffer, string>()

function fingerprintOf(der: Buffer): string {
  let fingerprint = fingerprints.get(der)
  if (fingerprint === undefined) fingerprints.set(der, (fingerprint = hash('sha256', der, 'hex')))
  return fingerprint
}

/** One buffer for all names of an entry; a seed is secret, random and used for nothing else, and half of each digest is kept back. */
function saltMaker(seed: Uint8Array): (name: string) => Buffer {
  if (seed.length !== 32) throw new RangeError('a salt seed has 32 bytes')
  const input = Buffer.alloc(64)
  input.set(seed)
  return (name) => sha256(input.subarray(0, 32 + input.write(name, 32, 'latin1'))).subarray(0, 16)
}
