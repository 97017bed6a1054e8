// The packet: what one ledger tells another. Its bytes are nine words of 32, so that a contract makes them with one `abi.encode` and no
// value can run into the next. Only salted commitments and routing are in it; what they commit to travels through the hub, under policy.
import { hash } from 'node:crypto'
import { HubError } from '../hub/index.ts'
import { digest, type HashName } from './hash.ts'

/** 32 bytes as 64 characters of lower-case hex, without 0x. */
export type Word = string
/** 20 bytes as 40 characters of lower-case hex, without 0x. */
export type Address = string

export interface Packet {
  /** `laneId` of the lane's terms. */
  lane: Word
  /** Dense from 1 in its lane, given by the source gateway. */
  sequence: number
  /** `kindWord` of the message's kind. */
  kind: Word
  /** messageCommitment of the message it stands for. */
  message: Word
  /** The account that sent it on the source ledger, left-padded with zeros. */
  sender: Word
  /** The receiver on the target ledger, left-padded; all zeros: nobody is called. */
  receiver: Word
  /** Unix seconds; the target ledger alone judges it, by its block time. */
  deadline: number
  /** For the receiver, at most `PACKET_BODY_MAX` bytes; mostly empty. */
  body: Uint8Array
}

export const PACKET_BODY_MAX = 1024
/** First word of the packet bytes: ASCII, right-padded with zeros; a hash of one variant never equals one of another. */
const DOMAINS: Record<HashName, string> = {
  keccak: 'beibu-hub/packet/v1/keccak',
  sha256: 'beibu-hub/packet/v1/sha256',
  sm3: 'beibu-hub/packet/v1/sm3',
}

/** The 288 bytes that a commitment is over. Throws PARAMETER_INVALID for a member out of its range. */
export function packetBytes(packet: Packet, name: HashName = 'keccak'): Buffer {
  if (packet.body.length > PACKET_BODY_MAX) throw wrong('body', `is longer than ${PACKET_BODY_MAX} bytes`)
  return Buffer.concat([
    asciiWord(DOMAINS[name]),
    wordBytes(packet.lane, 'lane'),
    countBytes(packet.sequence, 'sequence', 1),
    wordBytes(packet.kind, 'kind'),
    wordBytes(packet.message, 'message'),
    wordBytes(packet.sender, 'sender'),
    wordBytes(packet.receiver, 'receiver'),
    countBytes(packet.deadline, 'deadline', 0),
    digest(name, packet.body),
  ])
}

/** What the gateway keeps in its outbox. */
export const packetCommitment = (packet: Packet, name: HashName = 'keccak'): Buffer =>
  digest(name, packetBytes(packet, name))

/** A kind as a word: SHA-256 over its domain, name and version. */
export const kindWord = (name: string, version: number): Word =>
  hash('sha256', `beibu-hub/kind/v1\n${name}/${version}`, 'hex')

/** What became of a packet at its target. */
export const OUTCOMES = ['delivered', 'failed', 'expired'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** The receipt word the target gateway keeps in its inbox: over the outcome (1, 2, 3), the packet's commitment and the receiver's answer. */
export function receiptWord(
  outcome: Outcome,
  commitment: Uint8Array,
  acknowledgement: Uint8Array,
  name: HashName = 'keccak',
): Buffer {
  return digest(
    name,
    Buffer.concat([
      asciiWord('beibu-hub/packet-receipt/v1'),
      countBytes(OUTCOMES.indexOf(outcome) + 1, 'outcome', 1),
      sized(commitment, 'commitment'),
      sized(acknowledgement, 'acknowledgement'),
    ]),
  )
}

/** ASCII of at most 32 characters as a word, right-padded with zeros. */
export const asciiWord = (text: string): Buffer => Buffer.concat([Buffer.from(text, 'ascii'), Buffer.alloc(32)], 32)

/** A whole number as a word, big-endian. */
export function countBytes(value: number, what: string, least: number): Buffer {
  if (!Number.isSafeInteger(value) || value < least) throw wrong(what, 'is no whole number in its range')
  const word = Buffer.alloc(32)
  word.writeBigUInt64BE(BigInt(value), 24)
  return word
}

export function wordBytes(word: Word, what: string): Buffer {
  if (!/^[0-9a-f]{64}$/.test(word)) throw wrong(what, 'is not 64 characters of lower-case hex')
  return Buffer.from(word, 'hex')
}

/** An address as a word, left-padded with zeros. */
export function addressWord(address: Address): Word {
  if (!/^[0-9a-f]{40}$/.test(address)) throw wrong('address', 'is not 40 characters of lower-case hex')
  return address.padStart(64, '0')
}

function sized(bytes: Uint8Array, what: string): Uint8Array {
  if (bytes.length !== 32) throw wrong(what, 'is not 32 bytes')
  return bytes
}

const wrong = (what: string, why: string): HubError => new HubError('PARAMETER_INVALID', `${what} of a packet ${why}`)
