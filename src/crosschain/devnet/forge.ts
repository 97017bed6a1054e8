// Headers that an honest chain would not have, made with the real keys, for tests of those who verify.
import { keccak } from '../hash.ts'
import type { ChainBlock } from './block-building.ts'
import { quorumOf } from './council.ts'
import { devnetKey, type Keyring } from './keys.ts'
import { type HeaderFields, type Sealing, sealHeader } from './sealer.ts'

/**
 * `equivocation`: another block of that height, sealed by a quorum. `under-quorum`: one seal too few. `foreign-seals`: enough seals, by
 * strangers. `hash`: the hash beside the header is another. `height`: the block before the one asked for.
 */
export const HEADER_LIES = ['equivocation', 'under-quorum', 'foreign-seals', 'hash', 'height'] as const
export type HeaderLie = (typeof HEADER_LIES)[number]

const again = (block: ChainBlock, fields: Partial<HeaderFields>, sealing: Partial<Sealing>): ChainBlock => {
  const forged = { fields: { ...block.fields, ...fields }, sealing: { ...block.sealing, ...sealing } }
  return { ...block, ...forged, ...sealHeader(forged.fields, forged.sealing) }
}

/** Another state, under seals that are as good as those of the first. */
export const equivocated = (block: ChainBlock): ChainBlock =>
  again(block, { stateRoot: keccak(Buffer.from(block.fields.stateRoot, 'hex')).toString('hex') }, {})

export const underQuorum = (block: ChainBlock): ChainBlock =>
  again(block, {}, { sealers: block.sealing.sealers.slice(0, quorumOf(block.sealing.validators.length) - 1) })

export const foreignSeals = (block: ChainBlock, seed: string): ChainBlock =>
  again(block, {}, { sealers: block.sealing.sealers.map((_, n) => devnetKey(seed, 'stranger', n)) })

/** The same block as a later round would have sealed it, by the others as far as there are enough: it has the same hash. */
export function resealed(block: ChainBlock, round: number, keys: Keyring): ChainBlock {
  const { validators, sealers } = block.sealing
  const others = validators.map((address) => keys.get(address)!).filter((key) => key && !sealers.includes(key))
  const turned = [sealers[0]!, ...others, ...sealers.slice(1)].slice(0, sealers.length)
  return again(block, {}, { round, sealers: turned })
}
