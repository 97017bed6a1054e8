// Checkpoints: what the hub says of the whole log, as a signed note (C2SP signed-note and tlog-checkpoint), with Ed25519
// and a cosignature by SM2 under a signature type of our own.
import { hash } from 'node:crypto'
import { HubError } from '../errors.ts'
import type { PublicKey, Signer } from '../identity/suite.ts'
import { verifySignature } from '../identity/suites/index.ts'
import type { KeyRing } from './hub-keys.ts'

/** The log's name (journal URN), its size in leaves and its root, 32 bytes. */
export interface Checkpoint {
  origin: string
  size: number
  root: Buffer
}

export interface NoteSignature {
  name: string
  keyHash: Buffer
  signature: Buffer
}

/** A checkpoint as read; `text` is what was signed. Nothing is verified yet. */
export interface SignedCheckpoint extends Checkpoint {
  text: Buffer
  signatures: NoteSignature[]
}

export interface CheckpointSigner {
  signer: Signer
  spkiDer: Buffer
}

const ED25519_TYPE = Buffer.from([1])
const SM2_TYPE = Buffer.from('\xffbeibu-hub-sm2', 'latin1')
const SIGNATURE_LINE = /^\u2014 (\S+) (\S+)$/

/** Signs a checkpoint with every signer, in their order, under the origin as key name. Returns the note. */
export async function signCheckpoint(checkpoint: Checkpoint, signers: readonly CheckpointSigner[]): Promise<string> {
  if (signers.length === 0) throw new RangeError('a checkpoint needs a signer')
  const text = noteText(checkpoint)
  const bytes = Buffer.from(text)
  const lines = await Promise.all(
    signers.map(async ({ signer, spkiDer }) => {
      const keyHash = noteKeyHash(checkpoint.origin, signer.alg, spkiDer)
      const blob = Buffer.concat([keyHash, await signer.sign(bytes)])
      return `\u2014 ${checkpoint.origin} ${blob.toString('base64')}\n`
    }),
  )
  return `${text}\n${lines.join('')}`
}

/** Reads a note in its one spelling: no extension lines, canonical base64. Throws ENCODING_NOT_CANONICAL. */
export function readCheckpoint(note: string): SignedCheckpoint {
  const end = note.indexOf('\n\n') + 1
  const text = note.slice(0, end)
  const [origin, size, root, rest, ...more] = text.split('\n')
  if (end === 0 || root === undefined || rest !== '' || more.length > 0) throw malformed('is not three lines of text')
  const checkpoint = { origin: origin!, size: Number(size), root: fromBase64(root) }
  if (!/^\S+$/.test(checkpoint.origin) || checkpoint.origin.includes('+')) throw malformed('has no origin')
  if (!Number.isSafeInteger(checkpoint.size) || checkpoint.size < 0 || checkpoint.root.length !== 32)
    throw malformed('has no size or no root of 32 bytes')
  if (noteText(checkpoint) !== text) throw malformed('is not in its one spelling')
  const lines = note.slice(end + 1).split('\n')
  if (lines.pop() !== '' || lines.length === 0) throw malformed('does not end with signature lines')
  return { ...checkpoint, text: Buffer.from(text), signatures: lines.map(readSignatureLine) }
}

/**
 * Verifies a note: signed by exactly these keys, in their order, nobody else. Throws ENCODING_NOT_CANONICAL,
 * SIGNATURE_MISSING, CERTIFICATE_UNKNOWN (a signature by another key) or SIGNATURE_INVALID.
 */
export async function verifyCheckpoint(note: string, keys: readonly PublicKey[]): Promise<SignedCheckpoint> {
  const checkpoint = readCheckpoint(note)
  if (checkpoint.signatures.length < keys.length || keys.length === 0)
    throw new HubError('SIGNATURE_MISSING', 'the checkpoint lacks a signature of the hub')
  await Promise.all(checkpoint.signatures.map((line, at) => verifyLine(checkpoint, line, keys[at])))
  return checkpoint
}

/** Which generation of hub keys signed a checkpoint; nothing is verified. Throws CERTIFICATE_UNKNOWN. */
export function noteGeneration(checkpoint: SignedCheckpoint, ring: KeyRing): number {
  const { origin, signatures } = checkpoint
  const generation = ring.generations.findIndex(
    ({ checkpoint: keys }) =>
      keys.length === signatures.length &&
      keys.every(({ key }, at) => noteKeyHash(origin, key.alg, key.spkiDer).equals(signatures[at]!.keyHash)),
  )
  if (generation >= 0) return generation
  throw new HubError(
    'CERTIFICATE_UNKNOWN',
    'the checkpoint is not signed by all checkpoint keys of a hub.key entry, and only those',
  )
}

async function verifyLine(
  checkpoint: SignedCheckpoint,
  line: NoteSignature,
  key: PublicKey | undefined,
): Promise<void> {
  const known =
    key && line.name === checkpoint.origin && line.keyHash.equals(noteKeyHash(line.name, key.alg, key.spkiDer))
  if (!known)
    throw new HubError('CERTIFICATE_UNKNOWN', 'the checkpoint is signed by a key that is not the one expected there')
  if (!(await verifySignature(checkpoint.text, line.signature, key)))
    throw new HubError('SIGNATURE_INVALID', `the ${key.alg} signature of the checkpoint does not verify`)
}

/** First 4 bytes of SHA-256(name || LF || signature type || public key), the key hash of C2SP signed-note. SM2: type 0xff and our identifier, key as the uncompressed point. */
export function noteKeyHash(name: string, alg: Signer['alg'], spkiDer: Buffer): Buffer {
  if (alg !== 'EdDSA' && alg !== 'SM2SM3') throw new RangeError(`checkpoints are not signed with ${alg}`)
  const key = alg === 'EdDSA' ? [ED25519_TYPE, spkiDer.subarray(-32)] : [SM2_TYPE, spkiDer.subarray(-65)]
  return hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), ...key]), 'buffer').subarray(0, 4)
}

const noteText = ({ origin, size, root }: Checkpoint): string => `${origin}\n${size}\n${root.toString('base64')}\n`

function readSignatureLine(line: string): NoteSignature {
  const match = SIGNATURE_LINE.exec(line)
  if (!match) throw malformed('has a line that is not a signature')
  const blob = fromBase64(match[2]!)
  if (blob.length !== 68) throw malformed('has a signature of another length')
  return { name: match[1]!, keyHash: blob.subarray(0, 4), signature: blob.subarray(4) }
}

function fromBase64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') !== text) throw malformed('holds base64 that is not canonical')
  return bytes
}

const malformed = (what: string): HubError => new HubError('ENCODING_NOT_CANONICAL', `the checkpoint note ${what}`)
