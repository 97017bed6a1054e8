// What ledgers add to a bundle: the proof of an entry that has one instead of a signature, and the anchor of the checkpoint. The hub knows
// no ledger; the room that does is handed in as `LedgerProofs`.
import { createHash } from 'node:crypto'
import type { Envelope } from '../message/envelope.ts'
import { fromBase64url } from '../values/encoding.ts'
import type { Checkpoint } from './checkpoint.ts'
import { check } from './form.ts'
import { openMessage } from './message-file.ts'
import { absent, type Found, ok, type Walk } from './walk.ts'

/** A checkpoint's digest as it is kept on ledgers: SHA-256 over the domain and the three lines that are signed. */
export const anchorDigest = ({ origin, size, root }: Checkpoint): Buffer =>
  createHash('sha256')
    .update(`beibu-hub/anchor/v1\n${origin}\n${size}\n${root.toString('base64')}\n`)
    .digest()

/**
 * Verifies what ledgers show. `ledgers` is that member of the trust file. Each answers with what was shown, in words, or undefined if the
 * trust file has nothing for that ledger; throws for what is not shown, and PARAMETER_INVALID for a trust that cannot be used.
 */
export interface LedgerProofs {
  entry(
    ledgers: Record<string, unknown>,
    message: { envelope: Envelope; body: Buffer /** When the hub took it in. */; atMs: number },
    evidence: Buffer,
  ): Promise<string | undefined>
  anchor(
    ledgers: Record<string, unknown>,
    anchor: { ledger: string; evidence: Buffer },
    checkpoint: Checkpoint,
  ): Promise<string | undefined>
}

export async function ledger(walk: Walk): Promise<Found> {
  const { bundle, entry } = walk
  if (bundle.ledger === undefined) return absent('the message does not come from a ledger')
  check(entry.envelope.from !== walk.payload.hub, 'an entry of the hub itself is proved by no ledger')
  check(bundle.message.signatures.length === 0, 'an entry proved by a ledger has no signatures')
  check(bundle.certificates.length === 0, 'an entry proved by a ledger has no certificates')
  const evidence = fromBase64url(bundle.ledger, 'the proof of the ledger')
  const { body } = openMessage(bundle.message, 'the message')
  const found = await walk.ledgers?.().then((proofs) => {
    const ledgers = walk.trust?.ledgers ?? {}
    return proofs.entry(ledgers, { envelope: entry.envelope, body, atMs: walk.atMs }, evidence)
  })
  if (found !== undefined) return ok(found)
  walk.unproved = true
  return { state: 'unchecked', detail: nothingFor(walk, entry.envelope.from) }
}

export async function anchor(walk: Walk): Promise<Found> {
  const { anchor: given } = walk.bundle.checkpoint
  if (!given) return absent('the bundle carries no anchor on a ledger')
  const evidence = fromBase64url(given.evidence, 'the proof of the anchor')
  const found = await walk.ledgers?.().then((proofs) => {
    const ledgers = walk.trust?.ledgers ?? {}
    return proofs.anchor(ledgers, { ledger: given.ledger, evidence }, walk.checkpoint)
  })
  return found === undefined ? { state: 'unchecked', detail: nothingFor(walk, given.ledger) } : ok(found)
}

const nothingFor = (walk: Walk, ledgerName: string): string =>
  walk.ledgers ? `no trust given for ${ledgerName}` : 'this verifier knows no ledgers'
