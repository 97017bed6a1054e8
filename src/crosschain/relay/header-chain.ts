// The chain of headers accepted from one ledger under one trust root. A header is accepted when it is verified against one accepted
// before; two sealed headers at one height end all belief in the ledger, and nothing else does.
import { fromBase64url, toBase64url, type Clock } from '../../hub/index.ts'
import { ProofRefused } from '../proof-refused.ts'
import { trustAfter, type TrustRoot, type VerifiedHeader, type Verifier } from '../verifier.ts'
import type { HeaderConflict, HeaderRecord, HeaderStore } from './header-store.ts'

/** `known`: the same block stands already, if in another round. `frozen`: for good, until a new trust root begins another chain. */
export type Acceptance = { result: 'verified' | 'known'; header: VerifiedHeader } | Frozen
export interface Frozen {
  result: 'frozen'
  one: Uint8Array
  other: Uint8Array
}

export interface HeaderChain {
  readonly root: TrustRoot
  /** `height`: the one that was asked for, where it was. Throws ProofRefused for a header that is not verified; such a one changes nothing. */
  accept(raw: Uint8Array, height?: number): Promise<Acceptance>
  last(): Promise<VerifiedHeader | undefined>
  /** Raw headers by which somebody with nothing but the trust root comes to the accepted one at `height`, that one last. */
  leadingTo(height: number): Promise<Uint8Array[]>
}

export interface HeaderChainDeps {
  /** Name in the store; see HeaderStore. */
  chain: string
  root: TrustRoot
  verifier: Verifier
  store: HeaderStore
  clock: Clock
}

/** One header after the other, however many ask at once. */
export function headerChain(deps: HeaderChainDeps): HeaderChain {
  const { chain, root, store } = deps
  let turn: Promise<unknown> = Promise.resolve()
  return {
    root,
    accept(raw, height) {
      const done = turn.then(() => accept(raw, height, deps))
      turn = done.catch(() => {})
      return done
    },
    async last() {
      const record = await store.last(chain)
      return record && asHeader(record)
    },
    leadingTo: (height) => leadingTo(height, deps),
  }
}

async function accept(raw: Uint8Array, asked: number | undefined, deps: HeaderChainDeps): Promise<Acceptance> {
  const { chain, store, verifier } = deps
  const conflict = await store.conflict(chain)
  if (conflict) return frozen(conflict)
  const text = toBase64url(raw)
  const height = verifier.heightOf(raw)
  if (asked !== undefined && height !== asked)
    throw new ProofRefused('HEIGHT', `${height}, where ${asked} was asked for`)
  const standing = await store.get(chain, height)
  if (standing?.raw === text) return { result: 'known', header: asHeader(standing) }
  await verifier.ready?.(raw)
  const below = standing ? await recordAt(standing.from, deps) : await nearestBelow(height, deps)
  const next = standing
    ? { header: verify(raw, below, deps, true), trusted: below }
    : await verifyNext(raw, below, deps).catch((error: unknown) => contradicting(error, raw, below, deps))
  if ('result' in next) return next
  const { header, trusted } = next
  if (standing) return compare(standing, header, text, deps)
  await checkChild(header, deps)
  if (await store.put(chain, height, recordOf(header, text, trusted, deps))) return { result: 'verified', header }
  // Another process was quicker.
  return compare((await store.get(chain, height))!, header, text, deps)
}

/** Of a log the header itself can show that it does not go on from the one accepted before: both are signed, and both are kept. */
async function contradicting(
  error: unknown,
  raw: Uint8Array,
  below: HeaderRecord | undefined,
  { chain, store }: HeaderChainDeps,
): Promise<Frozen> {
  if (!below || !(error instanceof ProofRefused) || error.reason !== 'EQUIVOCATION') throw error
  const conflict = { height: below.height, one: below.raw, other: toBase64url(raw) }
  await store.keepConflict(chain, conflict)
  return frozen(conflict)
}

/** Keys of a set that has long been left may be anybody's: what they seal now about an old height says nothing any more. */
function checkFresh({ timestampS }: HeaderRecord, { root: { trustingPeriodS }, clock }: HeaderChainDeps): void {
  const ageS = Math.floor(clock() / 1000) - timestampS
  if (trustingPeriodS !== undefined && ageS > trustingPeriodS)
    throw new ProofRefused('TRUSTING_PERIOD', `another block of a height ${ageS} s old`)
}

/** Right after a change of the set an honest block may have too few of the set before it: then the one before that change may show it. */
async function verifyNext(
  raw: Uint8Array,
  below: HeaderRecord | undefined,
  deps: HeaderChainDeps,
): Promise<{ header: VerifiedHeader; trusted: HeaderRecord | undefined }> {
  try {
    return { header: verify(raw, below, deps, false), trusted: below }
  } catch (error) {
    if (!below || !(error instanceof ProofRefused) || !['SEAL_QUORUM', 'SET_CHANGE'].includes(error.reason)) throw error
    const earlier = await recordAt(below.from, deps)
    // Two blocks on from there it is the rule for gaps that decides, which knows nothing of the block between.
    const header = verify(raw, earlier, deps, false)
    if (header.height === below.height + 1 && header.parentHash !== below.hash) throw new ProofRefused('PARENT')
    return { header, trusted: earlier }
  }
}

/** The accepted block after it says which one came before: another one is none of this chain, whoever has sealed it. */
async function checkChild({ height, hash }: VerifiedHeader, deps: HeaderChainDeps): Promise<void> {
  const child = await recordAt(height + 1, deps)
  if (child && child.parentHash !== hash)
    throw new ProofRefused('PARENT', `block ${child.height} follows on ${child.parentHash}, not on ${hash}`)
}

/** `isOther`: a block of a height that stands is judged by the set alone; whatever it says it follows on, a quorum has sealed two. */
function verify(
  raw: Uint8Array,
  trusted: HeaderRecord | undefined,
  { root, verifier, clock }: HeaderChainDeps,
  isOther: boolean,
): VerifiedHeader {
  const trust = trusted ? trustAfter(trusted, root) : root
  const judged = isOther ? { height: trust.height, validators: trust.validators } : trust
  return verifier.verifyHeader(judged, raw, { nowS: Math.floor(clock() / 1000) })
}

async function compare(
  standing: HeaderRecord,
  header: VerifiedHeader,
  raw: string,
  deps: HeaderChainDeps,
): Promise<Acceptance> {
  const { chain, store } = deps
  if (standing.hash === header.hash) return { result: 'known', header: asHeader(standing) }
  checkFresh(standing, deps)
  const conflict = { height: header.height, one: standing.raw, other: raw }
  await store.keepConflict(chain, conflict)
  return frozen(conflict)
}

/** The accepted header just below, else the newest below that a change of the set or the root stands for. */
async function nearestBelow(height: number, deps: HeaderChainDeps): Promise<HeaderRecord | undefined> {
  const { chain, store } = deps
  const parent = await store.get(chain, height - 1)
  if (parent) return parent
  let record = await store.last(chain)
  while (record && record.height >= height) record = await setBefore(record, deps)
  return record
}

/** The accepted header that brought the set in force when this one was sealed; undefined: the root. */
async function setBefore(record: HeaderRecord, deps: HeaderChainDeps): Promise<HeaderRecord | undefined> {
  if (record.setSince !== record.height) return recordAt(record.setSince, deps)
  const from = await recordAt(record.from, deps)
  return recordAt(from?.setSince, deps)
}

async function leadingTo(height: number, deps: HeaderChainDeps): Promise<Uint8Array[]> {
  const path: Uint8Array[] = []
  let record = await recordAt(height, deps)
  while (record) {
    path.unshift(fromBase64url(record.raw, 'the header'))
    record = await setBefore(record, deps)
  }
  return path
}

const recordAt = async (
  height: number | undefined,
  { chain, store }: HeaderChainDeps,
): Promise<HeaderRecord | undefined> => (height === undefined ? undefined : store.get(chain, height))

function recordOf(
  header: VerifiedHeader,
  raw: string,
  trusted: HeaderRecord | undefined,
  { root, verifier }: HeaderChainDeps,
): HeaderRecord {
  const set = (trusted ?? root).validators
  const changed = header.validators.toSorted().join() !== set.toSorted().join()
  // A set that has long stayed the same begins anew, so that whoever comes after us has steps within the trusting period.
  const sinceS = trusted?.sinceS ?? root.timestampS ?? header.timestampS
  const isAged = header.timestampS - sinceS > (root.trustingPeriodS ?? Infinity) / 2
  const begins = changed || isAged
  const setSince = begins ? header.height : trusted?.setSince
  return {
    ...header,
    raw,
    verdict: 'verified',
    verifier: verifier.version,
    ...(trusted && { from: trusted.height }),
    ...(setSince !== undefined && { setSince }),
    sinceS: begins ? header.timestampS : sinceS,
  }
}

function asHeader(record: HeaderRecord): VerifiedHeader {
  const { raw: _, verdict: __, verifier: ___, from: ____, setSince: _____, ...header } = record
  return header
}

const frozen = ({ one, other }: HeaderConflict): Frozen => ({
  result: 'frozen',
  one: fromBase64url(one, 'the header'),
  other: fromBase64url(other, 'the header'),
})
