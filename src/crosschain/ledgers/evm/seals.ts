// Who has sealed, and whether that is enough: for the trusted set, for the set the header lists, across a gap in heights.
import { recoverAddress } from '../../attestation.ts'
import type { Address } from '../../packet.ts'
import { ProofRefused } from '../../proof-refused.ts'
import type { Sealed } from './extra-data.ts'

/** Seals needed of a set: two thirds, rounded up. */
export const quorumOf = (count: number): number => Math.ceil((2 * count) / 3)

/** Fewest members of a set that are more than a third of it. */
export const overlapOf = (count: number): number => Math.floor(count / 3) + 1

/**
 * The distinct validators that sealed, in the order of their seals. Throws ProofRefused: SEAL_QUORUM (before anything is recovered),
 * SEAL_MALFORMED, SEAL_FOREIGN or SEAL_DUPLICATE.
 */
export function sealersOf({ validators, seals, digest, proposer }: Sealed): Address[] {
  const members = new Set(validators)
  enough(seals.length, quorumOf(members.size), 'seals')
  const signers = new Set<Address>()
  for (const seal of seals) {
    const signer = recoverAddress(digest, seal)
    if (!members.has(signer)) throw new ProofRefused('SEAL_FOREIGN', signer)
    if (signers.has(signer)) throw new ProofRefused('SEAL_DUPLICATE', signer)
    signers.add(signer)
  }
  // It is under the hash that the others signed and adds nothing to their quorum; a chain of this kind still never has another one.
  if (proposer) {
    const signer = recoverAddress(proposer.digest, proposer.seal)
    if (!members.has(signer)) throw new ProofRefused('SEAL_FOREIGN', `proposer ${signer}`)
  }
  return [...signers]
}

/**
 * Checks that a set may be followed by the one a header lists, before seals are counted. `adjacent`: the very next block, where votes take
 * in or leave out one validator at a time.
 */
export function checkChange(trusted: readonly Address[], listed: readonly Address[]): void {
  const differing = [
    ...listed.filter((one) => !trusted.includes(one)),
    ...trusted.filter((one) => !listed.includes(one)),
  ]
  if (differing.length > 1) throw new ProofRefused('SET_CHANGE', `by ${differing.length} addresses`)
}

/** Checks that a quorum of the trusted set is among those who sealed the next block. */
export function checkTrustedQuorum(trusted: readonly Address[], signers: readonly Address[]): void {
  enough(common(trusted, signers), quorumOf(trusted.length), 'of the trusted set')
}

/** Checks that more than a third of the trusted set is among those who sealed a later block: one of them at least is honest. */
export function checkOverlap(trusted: readonly Address[], signers: readonly Address[]): void {
  const [found, needed] = [common(trusted, signers), overlapOf(trusted.length)]
  if (found < needed) throw new ProofRefused('SET_OVERLAP', `${found} of ${needed} needed`)
}

function enough(found: number, needed: number, what: string): void {
  if (found < needed) throw new ProofRefused('SEAL_QUORUM', `${found} ${what}, ${needed} needed`)
}

const common = (one: readonly Address[], other: readonly Address[]): number =>
  one.filter((address) => other.includes(address)).length
