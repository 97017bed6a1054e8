// A recorded stretch of a chain, judged offline: whom to trust, headers in their order, perhaps an account under the last one. One file,
// one verdict, the same on any day: no clock is asked unless the file says the time.
import type { Word } from '../../packet.ts'
import { ProofRefused } from '../../proof-refused.ts'
import { type TrustRoot, trustAfter, type VerifiedHeader } from '../../verifier.ts'
import { bytesOf, type CaseForm, hex, nodesIn, readCase } from './case-file.ts'
import { readHeader } from './header.ts'
import { proveAccount } from './state-proof.ts'
import { verifyHeader } from './verifier.ts'

/** A header that stands, with how many of its set have sealed it. Binary values in lower-case hex with 0x. */
export interface CaseHeader {
  height: number
  hash: string
  signers: number
  quorum: number
  signedBy: string[]
}

/**
 * `refused`: the header at `position` (from 0) or the account is not proved. `frozen`: the header at `position` contradicts one before it
 * at its height, and both are sealed. `reason` begins with its code; `headers` are those that stand, in the order given.
 */
export interface CaseVerdict {
  verdict: 'verified' | 'refused' | 'frozen'
  reason?: string
  position?: number
  headers: CaseHeader[]
  account?: { address: string; nonce: string; balance: string; storageRoot: string; codeHash: string }
}

/** Judges a case file. Never throws, whatever the bytes: what cannot be read is refused as CASE_MALFORMED. */
export function verifyCase(bytes: Uint8Array): CaseVerdict {
  let form: CaseForm
  try {
    form = readCase(bytes)
  } catch (error) {
    return { verdict: 'refused', reason: `CASE_MALFORMED: ${(error as Error).message}`, headers: [] }
  }
  const walk = new CaseWalk(form)
  for (const position of form.headers.keys()) {
    const stopped = attempt(() => walk.take(position))
    if (stopped) return { ...stopped, position, headers: walk.headers }
  }
  let account: CaseVerdict['account']
  const stopped = attempt(() => (account = accountIn(form, walk.stateRoot)))
  return { ...(stopped ?? { verdict: 'verified' }), headers: walk.headers, ...(account && { account }) }
}

/** One verified height: what was trusted before it, so that another header of this height is judged by the same. */
interface Standing {
  before: TrustRoot
  hash: Word
}

class CaseWalk {
  readonly headers: CaseHeader[] = []
  stateRoot: Word = ''
  readonly #form: CaseForm
  readonly #standing = new Map<number, Standing>()
  #trust: TrustRoot

  constructor(form: CaseForm) {
    this.#form = form
    const { hash, validators, ...rest } = form.trust
    this.#trust = { ...rest, validators: validators.map(hex), ...(hash !== undefined && { hash: hex(hash) }) }
  }

  /** Takes the header at a position. Throws ProofRefused: EQUIVOCATION for one that contradicts another, else why it is refused. */
  take(position: number): void {
    const { rlp, height: claimed } = this.#form.headers[position]!
    const bytes = bytesOf(rlp)
    const { height } = readHeader(bytes, this.#form.family)
    if (claimed !== undefined && claimed !== height)
      throw new ProofRefused('HEIGHT', `${height}, claimed as ${claimed}`)
    const header = this.#verify(height, bytes)
    const { hash, signers, quorum, stateRoot } = header
    this.headers.push({ height, hash: `0x${hash}`, signers: signers.length, quorum, signedBy: signers.map(shown) })
    const standing = this.#standing.get(height)
    if (standing && standing.hash !== hash)
      throw new ProofRefused('EQUIVOCATION', `${hash} and ${standing.hash} at height ${height}`)
    this.stateRoot = stateRoot
    if (standing) return
    this.#standing.set(height, { before: this.#trust, hash })
    this.#trust = trustAfter(header, this.#trust)
  }

  #verify(height: number, bytes: Buffer): VerifiedHeader {
    const { family, nowS } = this.#form
    const standing = this.#standing.get(height)
    if (standing) return verifyHeader(family, bare(standing.before, height), bytes, nowS)
    if (height !== this.#trust.height) return verifyHeader(family, this.#trust, bytes, nowS)
    // The trusted block itself comes first: it has to be sealed like any other, and to be the one that is trusted.
    const header = verifyHeader(family, bare(this.#trust, height), bytes, nowS)
    const { hash = header.hash } = this.#trust
    if (header.hash !== hash) throw new ProofRefused('HASH_CLAIMED', `${header.hash} in place of ${hash}`)
    return header
  }
}

/** Trust in the set alone: a header that contradicts another one need not follow on the same parent. */
const bare = ({ height, validators }: TrustRoot, at: number): TrustRoot => ({
  height: Math.min(height, at - 1),
  validators,
})

function attempt(step: () => void): Pick<CaseVerdict, 'verdict' | 'reason'> | undefined {
  try {
    step()
    return undefined
  } catch (error) {
    if (!(error instanceof ProofRefused)) throw error
    return { verdict: error.reason === 'EQUIVOCATION' ? 'frozen' : 'refused', reason: error.message }
  }
}

function accountIn({ accountProof, expect = {} }: CaseForm, stateRoot: Word): CaseVerdict['account'] {
  if (!accountProof) return undefined
  const { nonce, balance, storageRoot, codeHash } = proveAccount(
    stateRoot,
    hex(accountProof.address),
    nodesIn(accountProof),
  )
  if (expect.storageRoot !== undefined && hex(expect.storageRoot) !== storageRoot)
    throw new ProofRefused('HASH_CLAIMED', `storage root ${storageRoot} in place of ${hex(expect.storageRoot)}`)
  if (expect.codeHash !== undefined && hex(expect.codeHash) !== codeHash) throw new ProofRefused('CODE_HASH', codeHash)
  return {
    address: shown(hex(accountProof.address)),
    nonce: `${nonce}`,
    balance: `${balance}`,
    storageRoot: shown(storageRoot),
    codeHash: shown(codeHash),
  }
}

const shown = (text: string): string => `0x${text}`
