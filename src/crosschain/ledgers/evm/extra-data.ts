// The extra data of the three consensus protocols, and the digests made from it. Items are spliced as received, so that the width of a
// round or the form of a vote cannot change on the way into a hash. Sources: Besu's codecs for QBFT and IBFT 2.0, GoQuorum's for IBFT.
import { keccak } from '../../hash.ts'
import type { Address } from '../../packet.ts'
import { ProofRefused } from '../../proof-refused.ts'
import { type Consensus, type Header, hashWith, readAs } from './header.ts'
import { EMPTY_LIST, EMPTY_STRING, readBytes, readItem, readList, RlpFault, type RlpItem, spliceList } from './rlp.ts'

/** What a header says of its sealing. */
export interface Sealed {
  /** The set that had to seal this very header. */
  validators: Address[]
  seals: Uint8Array[]
  /** Hash on the chain: without seals, so the same whoever sealed and in whichever round. */
  hash: Buffer
  /** What was signed by those who sealed. */
  digest: Buffer
  /** IBFT1 alone: what its proposer signed, and the seal over it. */
  proposer?: { digest: Buffer; seal: Uint8Array }
}

const VANITY_BYTES = 32
/** More validators than this are no consortium. */
const VALIDATORS_MAX = 256
const ADD = 'ff'
const COMMIT = Buffer.of(2)

/** Reads the extra data of a header. Throws ProofRefused. */
export function readSealed(header: Header, consensus: Consensus): Sealed {
  const sealed = readAs('EXTRA_MALFORMED', () =>
    consensus === 'ibft1' ? readIbft1(header) : readBft(header, consensus),
  )
  checkValidators(sealed.validators, consensus)
  return sealed
}

/** [vanity, validators, vote, round, seals]. IBFT 2.0 leaves out what is not signed, QBFT puts a zero and an empty list there. */
function readBft(header: Header, consensus: 'qbft' | 'ibft2'): Sealed {
  const items = readList(readItem(header.extraData), 5)
  if (items.length !== 5) throw new RlpFault(`${items.length} items in place of 5`)
  const [vanity, validators, vote, round, seals] = items as [RlpItem, RlpItem, RlpItem, RlpItem, RlpItem]
  if (readBytes(vanity).length !== VANITY_BYTES) throw new ProofRefused('VANITY', `it has ${vanity.payload.length}`)
  const listed = addressesIn(validators)
  checkVote(vote, consensus)
  checkRound(round, consensus)
  const said = [vanity.raw, validators.raw, vote.raw]
  const hashOf = (...rest: Uint8Array[]): Buffer => hashWith(header, spliceList([...said, ...rest]))
  return {
    validators: listed,
    seals: sealsIn(seals),
    hash: consensus === 'qbft' ? hashOf(EMPTY_STRING, EMPTY_LIST) : hashOf(),
    digest: consensus === 'qbft' ? hashOf(round.raw, EMPTY_LIST) : hashOf(round.raw),
  }
}

/** 32 bytes, then [validators, proposer's seal, seals]. The round is nowhere: GoQuorum's IBFT does not write it down. */
function readIbft1(header: Header): Sealed {
  const { extraData } = header
  if (extraData.length <= VANITY_BYTES) throw new ProofRefused('VANITY', `the extra data has ${extraData.length} bytes`)
  const vanity = extraData.subarray(0, VANITY_BYTES)
  const items = readList(readItem(extraData.subarray(VANITY_BYTES)), 3)
  if (items.length !== 3) throw new RlpFault(`${items.length} items in place of 3`)
  const [validators, proposer, seals] = items as [RlpItem, RlpItem, RlpItem]
  const hashOf = (seal: Uint8Array): Buffer =>
    hashWith(header, Buffer.concat([vanity, spliceList([validators.raw, seal, EMPTY_LIST])]))
  const hash = hashOf(proposer.raw)
  return {
    validators: addressesIn(validators),
    seals: sealsIn(seals),
    hash,
    digest: keccak(Buffer.concat([hash, COMMIT])),
    proposer: { digest: keccak(hashOf(EMPTY_STRING)), seal: readBytes(proposer) },
  }
}

const addressesIn = (item: RlpItem): Address[] =>
  readList(item, VALIDATORS_MAX).map((one) => Buffer.from(readBytes(one, 20)).toString('hex'))

const sealsIn = (item: RlpItem): Uint8Array[] => readList(item, VALIDATORS_MAX).map((one) => readBytes(one))

function checkValidators(validators: readonly Address[], consensus: Consensus): void {
  if (validators.length === 0)
    throw new ProofRefused(consensus === 'qbft' ? 'VALIDATOR_CONTRACT' : 'VALIDATORS_MALFORMED')
  if (new Set(validators).size !== validators.length || validators.includes('0'.repeat(40)))
    throw new ProofRefused('VALIDATORS_MALFORMED')
}

/** No vote: an empty list in QBFT, an empty string in IBFT 2.0. A vote to drop: an empty string, or a zero byte. */
function checkVote(vote: RlpItem, consensus: 'qbft' | 'ibft2'): void {
  const none = consensus === 'qbft' ? EMPTY_LIST : EMPTY_STRING
  if (none.equals(vote.raw)) return
  const items = readList(vote, 2)
  if (items.length !== 2) throw new RlpFault('a vote is not a validator and a word')
  readBytes(items[0]!, 20)
  const word = Buffer.from(readBytes(items[1]!)).toString('hex')
  if (word !== ADD && word !== (consensus === 'qbft' ? '' : '00')) throw new RlpFault('a vote neither adds nor drops')
}

/** A number below 2^31: in QBFT without leading zeros, in IBFT 2.0 always four bytes. */
function checkRound(round: RlpItem, consensus: 'qbft' | 'ibft2'): void {
  const bytes = readBytes(round, consensus === 'ibft2' ? 4 : undefined)
  const wrong = consensus === 'qbft' && (bytes.length > 4 || bytes[0] === 0)
  if (wrong || (bytes.length === 4 && bytes[0]! > 0x7f)) throw new RlpFault('the round is no number of its form')
}
