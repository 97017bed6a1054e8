// Validity flags: one byte for each transaction of a block, written by the peer after ordering. No orderer signs them, so they are the word
// of the peer they come from. What can be shown is that they are complete, that the peer's own commit hash was made over them, and that
// peers of different organisations say the same.
import { FLAGS, type FabricBlock } from './block.ts'
import { BlockRefused } from './block-reasons.ts'
import { quoted } from './identity.ts'

/** Flags of one block as read from a peer of an organisation, by somebody who knows that it is one. */
export interface FlagReading {
  organisation: string
  number: number
  flags: Uint8Array
}

const VALID = 0
const NOT_VALIDATED = 254

export const flagsOf = (block: FabricBlock): Buffer => block.metadata[FLAGS] ?? Buffer.alloc(0)

/** Whether the peer calls a transaction valid. Where it says nothing nothing is excused. */
export const isCalledValid = (block: FabricBlock, transaction: number): boolean =>
  (flagsOf(block)[transaction] ?? VALID) === VALID

/** Checks that there is a flag for every transaction, and that each was judged. Block 0 is committed unjudged and may have none. Throws BlockRefused FLAGS. */
export function checkFlags(block: FabricBlock): void {
  const flags = flagsOf(block)
  if (block.number === 0 && flags.length === 0) return
  if (flags.length !== block.data.length)
    throw new BlockRefused('FLAGS', `there are ${flags.length} for ${block.data.length} transactions`)
  if (block.number > 0 && flags.includes(NOT_VALIDATED))
    throw new BlockRefused('FLAGS', `transaction ${flags.indexOf(NOT_VALIDATED)} was never judged`)
}

/**
 * Compares the flags with what peers of `wanted` different organisations say of the same block: all have to agree, with one another and
 * with the block. Throws BlockRefused FLAGS_DIFFER.
 */
export function checkReadings(block: FabricBlock, readings: readonly FlagReading[], wanted: number): void {
  const ofBlock = readings.filter(({ number }) => number === block.number)
  const flags = flagsOf(block)
  for (const { organisation, flags: other } of ofBlock) {
    if (!flags.equals(other))
      throw new BlockRefused('FLAGS_DIFFER', `a peer of ${quoted(organisation)} says otherwise than the block`)
  }
  const organisations = new Set(ofBlock.map(({ organisation }) => organisation)).size
  if (organisations < wanted)
    throw new BlockRefused('FLAGS_DIFFER', `${organisations} organisations tell them, ${wanted} are demanded`)
}
