// What one verification of a bundle knows so far, and the parts of it that several links look at.
import { HubError } from '../errors.ts'
import { type Certificate, readCertificate } from '../identity/certificate.ts'
import type { ReceiptPayload } from '../journal/journal.ts'
import { fromBase64url } from '../values/encoding.ts'
import type { Bundle } from './bundle-form.ts'
import type { SignedCheckpoint } from './checkpoint.ts'
import { check } from './form.ts'
import { type KeyRing, readHubKeys } from './hub-keys.ts'
import type { LedgerProofs } from './ledger-links.ts'
import type { OpenedEnvelope } from './message-file.ts'
import type { TrustAnchors } from './trust.ts'
import { type PartyMessage, readPaths } from './verify-party.ts'

export const LINKS = [
  'form',
  'body',
  'attachments',
  'signature',
  'certificate',
  'status',
  'ledger',
  'hub-key',
  'receipt',
  'inclusion',
  'checkpoint',
  'timestamp',
  'anchor',
  'refusal',
  'earlier',
] as const
export type Link = (typeof LINKS)[number]

export interface Found {
  state: 'ok' | 'absent' | 'unchecked'
  detail: string
}

/** A link found broken while another was looked at. */
export class BrokenLink extends Error {
  readonly link: Link
  constructor(link: Link, cause: unknown) {
    super(reasonOf(cause), { cause })
    this.link = link
  }
}

/** Why a step failed, for people. */
export const reasonOf = (error: unknown): string =>
  error instanceof HubError ? error.detail : `it cannot be read: ${(error as Error).message}`

/** What one verification knows so far. */
export interface Walk {
  bytes: Uint8Array
  trust: TrustAnchors | undefined
  /** Files given beside the bundle, as attachments it does not hold. */
  beside: readonly Uint8Array[]
  bundle: Bundle
  entry: OpenedEnvelope
  payload: ReceiptPayload
  atMs: number
  /** The message refused, in a refusal bundle. */
  refused?: OpenedEnvelope
  root: Certificate
  ring: KeyRing
  checkpoint: SignedCheckpoint
  receiptGeneration: number
  /** What verifies the proofs of ledgers; loaded when there are some. */
  ledgers?: () => Promise<LedgerProofs>
  /** Who said it could not be looked at: no verdict but "unknown" is possible. */
  unproved?: true
}

export const ok = (detail: string): Found => ({ state: 'ok', detail })
export const absent = (detail: string): Found => ({ state: 'absent', detail })
/** Whether the trust given is for the hub of this bundle. */
export const trusted = (walk: Walk): boolean => walk.trust !== undefined && walk.trust.hub === walk.entry.envelope.hub

/** The message that a party signed: the entry's own or the one refused; none for other entries of the hub itself. */
export function ofParty(walk: Walk): PartyMessage | undefined {
  const { bundle, refused } = walk
  const { signatures } = bundle.message
  const ofHub = signatures.length === 0 && walk.entry.envelope.from === walk.payload.hub
  if (refused) check(ofHub && bundle.certificates.length === 0, 'a refusal is an entry of the hub itself')
  else if (ofHub || bundle.ledger !== undefined) return undefined
  const given = bundle.refusal ? bundle.refusal.refused : { signatures, certificates: bundle.certificates }
  return {
    opened: refused ?? walk.entry,
    signatures: given.signatures,
    paths: blame('certificate', () => readPaths(given.certificates)),
    root: rootOf(walk),
    hubKeys: walk.ring?.generations.flatMap((generation) => generation.receipt) ?? [],
  }
}

export function rootOf(walk: Walk): Certificate {
  walk.root ??= blame('hub-key', () =>
    readCertificate(fromBase64url(walk.bundle.checkpoint.operatorRoot, 'the operator root')),
  )
  return walk.root
}

export function blame<T>(link: Link, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new BrokenLink(link, error)
  }
}

/** Reads the chain of hub keys once. */
export async function readRing(walk: Walk): Promise<void> {
  const root = rootOf(walk)
  try {
    walk.ring ??= await readHubKeys(walk.bundle.checkpoint.keys, root)
  } catch (error) {
    throw new BrokenLink('hub-key', error)
  }
}
