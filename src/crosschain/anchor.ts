// A log's checkpoint on a ledger: where it is kept, and as what.
import { createHash } from 'node:crypto'
import { anchorDigest, type PartyUrn } from '../hub/index.ts'
import type { Fact } from './fact.ts'
import { keccak } from './hash.ts'
import { asciiWord, countBytes, type Word, wordBytes } from './packet.ts'

type Checkpoint = Parameters<typeof anchorDigest>[0]

/** A log's name (journal URN) as a word. */
export const originWord = (origin: string): Word =>
  createHash('sha256').update(`beibu-hub/origin/v1\n${origin}`).digest('hex')

/** A party's feed of a hub as a word. */
export const feedWord = (journal: string, epoch: number, party: PartyUrn): Word =>
  createHash('sha256').update(`beibu-hub/feed/v1\n${journal}\n${epoch}\n${party}`).digest('hex')

/** What the notary contract holds when the checkpoint is anchored. */
export const anchorFact = (checkpoint: Checkpoint): Fact => ({
  box: 'anchors',
  key: originWord(checkpoint.origin),
  number: checkpoint.size,
  value: anchorDigest(checkpoint).toString('hex'),
})

/** The word the notary contract keeps for a range of a feed, by its last item: Keccak over five words. */
export const rangeBytes = (feed: Word, from: number, to: number, root: Word): Buffer =>
  keccak(
    Buffer.concat([
      asciiWord('beibu-hub/range/v1'),
      wordBytes(feed, 'feed'),
      countBytes(from, 'from', 1),
      countBytes(to, 'to', from),
      wordBytes(root, 'root'),
    ]),
  )
