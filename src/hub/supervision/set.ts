// A signed set: the hub says which items a feed held, by range, count and root, so that leaving one out later contradicts it.
import { HubError } from '../errors.ts'
import { check, count, members, text } from '../evidence/form.ts'
import type { KeyRing } from '../evidence/hub-keys.ts'
import { readCompact, readProtected, verifyJws } from '../identity/jws.ts'
import { parseStrictJson } from '../message/strict-json.ts'
import { canonicalJson } from '../privacy/canonical.ts'
import type { PartyUrn } from '../message/envelope.ts'

export const SET_TYPE = 'hub-set+jws'

/** The items from..to of a feed. `root` is RFC 6962 over their receipt payloads in order, hex; `size` is that of the journal when it was made. */
export interface FeedSet {
  hub: string
  journal: string
  epoch: number
  feed: PartyUrn
  /** UTC day by entry time, where the set is what that day held. */
  day?: string
  from: number
  to: number
  count: number
  root: string
  size: number
}

/** The set with the hub's compact JWS, whose payload is the canonical JSON (RFC 8785) of the set. */
export interface SignedSet {
  set: FeedSet
  jws: string
}

/** Signs as the hub: the compact JWS over the payload. */
export type SetSigner = (payload: Buffer, typ: string) => Promise<string>

export const setBytes = (set: FeedSet): Buffer => Buffer.from(canonicalJson(set))

export const signSet = async (set: FeedSet, sign: SetSigner): Promise<SignedSet> => ({
  set,
  jws: await sign(setBytes(set), SET_TYPE),
})

/**
 * Verifies a set by the hub's keys and gives what it says; what was shown beside the signature counts for nothing.
 * Throws ENVELOPE_MALFORMED, OTHER_HUB, CERTIFICATE_UNKNOWN, CERTIFICATE_REVOKED, SIGNATURE_TYPE_WRONG or SIGNATURE_INVALID.
 */
export async function verifySet(jws: string, ring: KeyRing): Promise<FeedSet> {
  const { payload, signature } = readCompact(jws)
  const set = readSet(payload)
  if (set.hub !== ring.hub) throw new HubError('OTHER_HUB', `the set is of ${set.hub.slice(0, 120)}`)
  const id = readProtected(signature.protected).fingerprint ?? ''
  const key = ring.generations.flatMap(({ receipt }) => receipt).find((one) => one.id === id)
  if (!key) throw new HubError('CERTIFICATE_UNKNOWN', 'the set is signed by a key that no hub.key names for receipts')
  await verifyJws(payload, signature, SET_TYPE, key.key)
  if (set.size > ring.limit([id]))
    throw new HubError('CERTIFICATE_REVOKED', 'the set was signed with a key that was no longer good')
  return set
}

function readSet(payload: Buffer): FeedSet {
  const required = ['hub', 'journal', 'epoch', 'feed', 'from', 'to', 'count', 'root', 'size'] as const
  const said = members(parseStrictJson(payload), 'the set', required, ['day'])
  for (const name of ['hub', 'journal', 'feed', 'root'] as const) text(said[name], `${name} of the set`)
  for (const name of ['epoch', 'from', 'to', 'count', 'size'] as const) count(said[name], `${name} of the set`)
  if (said.day !== undefined) text(said.day, 'day of the set')
  const set = said as unknown as FeedSet
  check(setBytes(set).equals(payload), 'the set is not in the spelling of the hub')
  return set
}
