// Who decides: the set of validators, the votes about it, and who proposes and seals a block. A simulation: nobody here could disagree.
import type { Address } from '../packet.ts'
import type { Keyring } from './keys.ts'

/** A vote of the block's proposer to take a validator in or out. */
export interface Vote {
  validator: Address
  add: boolean
}

/** The set that decides about the next block, ascending, and the votes cast so far: proposers by what they voted for. */
export interface Council {
  validators: readonly Address[]
  votes: ReadonlyMap<string, ReadonlySet<Address>>
}

/** Who seals a block: addresses, the proposer first. */
export interface Turn {
  round: number
  proposer: Address
  sealers: Address[]
}

/** Seals a block needs: two thirds of the set, rounded up. */
export const quorumOf = (count: number): number => Math.ceil((2 * count) / 3)

export const council = (validators: Iterable<Address>): Council => ({
  validators: [...validators].sort(),
  votes: new Map(),
})

/**
 * The council after a block. A vote takes effect with the next block, once more than half of the set has cast it. Votes do not lapse at
 * an epoch, as they do on a real chain.
 */
export function afterVote(before: Council, proposer: Address, vote: Vote | undefined): Council {
  if (vote === undefined || before.validators.includes(vote.validator) === vote.add) return before
  const subject = `${vote.validator}/${vote.add}`
  const cast = new Set(before.votes.get(subject)).add(proposer)
  if (cast.size * 2 <= before.validators.length) return { ...before, votes: new Map(before.votes).set(subject, cast) }
  const validators = vote.add
    ? [...before.validators, vote.validator]
    : before.validators.filter((address) => address !== vote.validator)
  return { ...council(validators), votes: votesOf(before, vote.validator, validators) }
}

/** Votes that are left: none about the one decided on, none by somebody who has gone. */
function votesOf({ votes }: Council, decided: Address, validators: readonly Address[]): Council['votes'] {
  const left = new Map<string, Set<Address>>()
  for (const [subject, cast] of votes)
    if (!subject.startsWith(decided))
      left.set(subject, new Set([...cast].filter((voter) => validators.includes(voter))))
  return left
}

/**
 * Whose turn it is, in a round or a later one: a proposer whose key is not here costs a round, as an absent one does. As many seal as are
 * asked for, if they are here, and not fewer than a quorum. Throws RangeError when the keys here are too few for that.
 */
export function turnOf({ validators }: Council, keys: Keyring, height: number, from: number, seals = 0): Turn {
  const needed = quorumOf(validators.length)
  for (let round = from; round < from + validators.length; round++) {
    const first = (height + round) % validators.length
    const inTurn = [...validators.slice(first), ...validators.slice(0, first)]
    const proposer = inTurn[0]!
    const sealers = inTurn.filter((address) => keys.has(address)).slice(0, Math.max(needed, seals))
    if (keys.has(proposer) && sealers.length >= needed) return { round, proposer, sealers }
  }
  throw new RangeError(`too few keys for a quorum of ${needed} of ${validators.length} validators`)
}
