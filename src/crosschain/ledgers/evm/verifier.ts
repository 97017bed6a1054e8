// The rules of QBFT, IBFT 2.0 and GoQuorum's IBFT: which header follows on a trusted block, and what is shown under it.
import { ProofRefused } from '../../proof-refused.ts'
import type { TrustRoot, VerifiedHeader, Verifier } from '../../verifier.ts'
import { readSealed, type Sealed } from './extra-data.ts'
import { type Consensus, type Header, readHeader } from './header.ts'
import { proveLog } from './receipt-proof.ts'
import { checkChange, checkOverlap, checkTrustedQuorum, quorumOf, sealersOf } from './seals.ts'
import { proveValue } from './state-proof.ts'

/** Moves with every change of what is accepted. */
const VERSION = '1'
/** How far a header may be ahead of our clock. Consensus allows less; a clock of ours may be late. */
const AHEAD_MAX_S = 15

export function evmVerifier(consensus: Consensus): Verifier {
  return {
    family: `evm/${consensus}`,
    version: VERSION,
    assurance: 'proof',
    heightOf: (header) => readHeader(header, consensus).height,
    verifyHeader: (trust, header, { nowS }) => verifyHeader(consensus, trust, header, nowS),
    // The signatures promise promises, so that another family may wait for something.
    verifyFact: async (header, contract, fact, proof) => {
      const value = proveValue(header, contract, fact, proof)
      if (value !== fact.value || /^0*$/.test(value)) throw new ProofRefused('SLOT_VALUE', `it holds ${value}`)
    },
    verifyLog: async (header, proof) => proveLog(header.receiptsRoot, proof),
  }
}

/**
 * Verifies one header on a trusted block: the next one, a later one by overlap and quorum, or that block itself. Without `nowS` no clock
 * is asked: a time ahead is not refused, and the trusting period ends by the header's own time. Throws ProofRefused.
 */
export function verifyHeader(
  consensus: Consensus,
  trust: TrustRoot,
  bytes: Uint8Array,
  nowS: number | undefined,
): VerifiedHeader {
  const trusted = [...new Set(trust.validators)]
  if (trusted.length === 0) throw new ProofRefused('VALIDATORS_MALFORMED', 'the trusted set is empty')
  const header = readHeader(bytes, consensus)
  const sealed = readSealed(header, consensus)
  const hash = sealed.hash.toString('hex')
  const gap = header.height > trust.height + 1
  checkPlace(header, hash, trust)
  checkTime(header, trust, nowS)
  if (gap) {
    checkTrustingPeriod(header, trust, nowS)
    // A stranger's list costs no recovery: it cannot have been sealed by enough of the trusted set.
    checkOverlap(trusted, sealed.validators)
  } else checkChange(trusted, sealed.validators)
  const signers = sealersOf(sealed)
  if (gap) checkOverlap(trusted, signers)
  else checkTrustedQuorum(trusted, signers)
  return verified(header, sealed, hash, signers)
}

const verified = (header: Header, sealed: Sealed, hash: string, signers: string[]): VerifiedHeader => ({
  height: header.height,
  hash,
  parentHash: header.parentHash,
  timestampS: header.timestampS,
  stateRoot: header.stateRoot,
  receiptsRoot: header.receiptsRoot,
  // The list in a header is the set that had to seal it. The next one may differ by what its votes come to, which is one address: that
  // is checked when the next header comes, against this set.
  validators: sealed.validators,
  signers,
  quorum: quorumOf(sealed.validators.length),
  assurance: 'proof',
})

/** The trusted block again is nothing new; anything else that does not lie after it is refused. */
function checkPlace({ height, parentHash }: Header, hash: string, trust: TrustRoot): void {
  if (height <= trust.height && (height < trust.height || hash !== trust.hash))
    throw new ProofRefused('HEIGHT', `${height}, where ${trust.height} is trusted`)
  if (height === trust.height + 1 && trust.hash !== undefined && parentHash !== trust.hash)
    throw new ProofRefused('PARENT', `${parentHash} in place of ${trust.hash}`)
}

/** Equal times are let through: chains with less than a second between blocks have them. */
function checkTime({ timestampS }: Header, trust: TrustRoot, nowS: number | undefined): void {
  if (timestampS < (trust.timestampS ?? 0))
    throw new ProofRefused('TIME', `${timestampS} is before ${trust.timestampS}`)
  if (nowS !== undefined && timestampS > nowS + AHEAD_MAX_S)
    throw new ProofRefused('TIME', `${timestampS} is ahead of ${nowS}`)
}

/** A set that has long been left may sign anything without losing anything. */
function checkTrustingPeriod(
  header: Header,
  { timestampS, trustingPeriodS }: TrustRoot,
  nowS: number | undefined,
): void {
  if (timestampS === undefined || trustingPeriodS === undefined) return
  const ageS = (nowS ?? header.timestampS) - timestampS
  if (ageS > trustingPeriodS) throw new ProofRefused('TRUSTING_PERIOD', `${ageS} s, ${trustingPeriodS} allowed`)
}
