// A log's checkpoint on a ledger: where it is kept, and as what.
import { createHash } from 'node:crypto'
import { anchorDigest, type PartyUrn } from '../hub/index.ts'
import type { Fact } from './fact.ts'
import type { Word } from './packet.ts'

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
