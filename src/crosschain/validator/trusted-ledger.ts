// A ledger as one validator believes it: from the trust root a person gave, on to the newest block its own node shows. The last accepted
// block is looked at again before every step, so that a second sealed one in its place is noticed and freezes the ledger.
import { ProofRefused, type ProofReason } from '../proof-refused.ts'
import { TransportFault } from '../transport.ts'
import { trustAfter, type TrustRoot, type VerifiedHeader, type Verifier } from '../verifier.ts'
import type { ActReader } from './bounded-reader.ts'
import { NotSigned } from './not-signed.ts'
import type { AcceptedBlock, Equivocation, TrustState, TrustStore } from './trust-state.ts'

export interface TrustedLedger {
  /** Height of the last accepted block, or of the trust root. */
  height(): number
  frozen(): boolean
  /** Follows the ledger to its newest block. Throws ProofRefused, TransportFault or NotSigned (LEDGER_FROZEN, NOT_THERE). */
  newest(): Promise<{ header: VerifiedHeader; raw: Uint8Array }>
}

export interface TrustedLedgerDeps {
  name: string
  reader: ActReader
  verifier: Verifier
  root: TrustRoot
  store: TrustStore
  clock: () => number
}

/** Headers asked for in one go: more than enough to halve any gap, few enough to end. */
const STEPS_MAX = 256
/** Blocks tried one by one beside a refused one: the sets of neighbours are alike, more will not help. */
const PAST_MAX = 8
/** A nearer block may still be shown where a far one is refused for these: the set has changed in between. */
const TOO_FAR: readonly ProofReason[] = ['SET_OVERLAP', 'SET_CHANGE', 'SEAL_FOREIGN', 'SEAL_QUORUM']

/** Goes on from the stored state if it began with the same trust root; another root is a person's decision and begins anew, unfrozen. */
export async function openTrustedLedger(deps: TrustedLedgerDeps): Promise<TrustedLedger> {
  const stored = await deps.store.load()
  const state = stored && sameRoot(stored.root, deps.root) ? stored : { root: deps.root }
  if (state !== stored) await deps.store.save(state)
  const chain = new TrustedChain(deps, state)
  let turn: Promise<unknown> = Promise.resolve()
  let queued: ReturnType<TrustedLedger['newest']> | undefined
  return {
    height: () => chain.trust().height,
    frozen: () => chain.state.frozen !== undefined,
    newest() {
      // All who ask while a turn is under way share the one after it: it begins after they have asked.
      queued ??= turn.then(() => {
        queued = undefined
        return chain.newest()
      })
      turn = queued.catch(() => {})
      return queued
    },
  }
}

class TrustedChain {
  readonly state: TrustState
  private readonly deps: TrustedLedgerDeps
  private verified: { header: VerifiedHeader; raw: Uint8Array } | undefined

  constructor(deps: TrustedLedgerDeps, state: TrustState) {
    this.deps = deps
    this.state = state
  }

  trust = (): TrustRoot => this.state.last?.trust ?? this.state.root

  async newest(): Promise<{ header: VerifiedHeader; raw: Uint8Array }> {
    const { reader, name } = this.deps
    if (this.state.frozen) throw frozen(name, this.state.frozen)
    const head = await reader.head()
    const { height } = this.trust()
    if (head < height) throw new TransportFault('answer', `the node of ${name} is at block ${head}, behind ${height}`)
    if (this.state.last) this.verified = await this.lookAgain(this.state.last)
    if (head > height) await this.advance(head)
    if (!this.verified) throw new NotSigned('NOT_THERE', `${name} has no block after ${height}, the trusted one`)
    return this.verified
  }

  private async lookAgain(last: AcceptedBlock): Promise<{ header: VerifiedHeader; raw: Uint8Array }> {
    const raw = await this.deps.reader.header(last.trust.height)
    if (this.verified && Buffer.compare(raw, this.verified.raw) === 0) return this.verified
    // The accepted block does not grow old; another one in its place is judged as of now, when old keys may be anybody's.
    const nowS = Buffer.compare(raw, last.header) === 0 ? last.atS : this.nowS()
    const header = this.verify(last.from, raw, last.trust.height, nowS)
    if (header.hash === last.trust.hash) return { header, raw }
    const contradiction = { height: header.height, one: last.header, other: raw }
    this.state.frozen = contradiction
    await this.deps.store.save(this.state)
    throw frozen(this.deps.name, contradiction)
  }

  private async advance(head: number): Promise<void> {
    const before = this.state.last
    try {
      let aim = head
      let past = 0
      for (let step = 0; this.trust().height < head; step++) {
        if (step === STEPS_MAX) throw new TransportFault('timeout', `${this.deps.name} is still far behind its node`)
        const low = this.trust().height
        const refused = await this.step(aim)
        if (!refused) {
          ;[aim, past] = [head, 0]
          continue
        }
        // Next to the trusted block the rule is narrower than over a gap: one a little further on may still be shown.
        if (aim === low + 1 || past > 0) past = Math.max(past, 1) + 1
        if (past > PAST_MAX || low + past > head) throw refused
        aim = low + (past > 0 ? past : Math.floor((aim - low) / 2))
      }
    } finally {
      if (this.state.last !== before) await this.deps.store.save(this.state)
    }
  }

  /** Gives the refusal for which another block may still be shown; throws any other. */
  private async step(height: number): Promise<ProofRefused | undefined> {
    const raw = await this.deps.reader.header(height)
    const from = this.trust()
    try {
      const atS = this.nowS()
      const header = this.verify(from, raw, height, atS)
      const trust = trustAfter(header, from)
      this.verified = { header, raw }
      this.state.last = { from, trust, header: raw, atS, verifier: this.deps.verifier.version }
      return undefined
    } catch (error) {
      if (error instanceof ProofRefused && TOO_FAR.includes(error.reason)) return error
      throw error
    }
  }

  private nowS = (): number => Math.floor(this.deps.clock() / 1000)

  private verify(from: TrustRoot, raw: Uint8Array, height: number, nowS: number): VerifiedHeader {
    const header = this.deps.verifier.verifyHeader(from, raw, { nowS })
    if (header.height !== height) throw new ProofRefused('HEIGHT', `asked for ${height}, got ${header.height}`)
    return header
  }
}

const frozen = (name: string, { height }: Equivocation): NotSigned =>
  new NotSigned(
    'LEDGER_FROZEN',
    `${name} has two sealed blocks of height ${height}; a person has to give a new trust root`,
  )

const sameRoot = (one: TrustRoot, other: TrustRoot): boolean => rootName(one) === rootName(other)

const rootName = ({ height, hash, validators, timestampS, trustingPeriodS }: TrustRoot): string =>
  JSON.stringify([height, hash, validators, timestampS, trustingPeriodS])
