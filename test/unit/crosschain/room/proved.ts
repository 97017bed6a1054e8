// A ledger that is only written down: a header says its height and worth, a proof says what it shows. The verifier believes what it reads.
import { type Assurance } from '../../../../src/crosschain/assurance.ts'
import type { GatewayFact, LedgerEvidence } from '../../../../src/crosschain/door.ts'
import type { Contract, Fact } from '../../../../src/crosschain/fact.ts'
import { ledgerDoor, type FrontDoorDeps } from '../../../../src/crosschain/front-door.ts'
import { laneId, type LaneTerms } from '../../../../src/crosschain/lane.ts'
import { packetCommitment, receiptWord, type Packet } from '../../../../src/crosschain/packet.ts'
import { ProofRefused } from '../../../../src/crosschain/proof-refused.ts'
import type { VerifiedHeader, Verifier } from '../../../../src/crosschain/verifier.ts'
import { NOBODY, SOURCE, TARGET, trustOf, word } from './paper.ts'
import { HUB, type RoomWorld } from './world.ts'

export const headerAt = (height: number, assurance: Assurance = 'proof'): Buffer =>
  Buffer.from(JSON.stringify({ height, assurance }))

export function readHeader(raw: Uint8Array): VerifiedHeader {
  let read: { height: number; assurance: Assurance }
  try {
    read = JSON.parse(Buffer.from(raw).toString())
  } catch {
    throw new ProofRefused('HEADER_MALFORMED')
  }
  const hash = read.height.toString(16).padStart(64, '0')
  const roots = { parentHash: word('0'), stateRoot: word('5'), receiptsRoot: word('6') }
  return { ...read, ...roots, hash, timestampS: 1_767_225_600 + read.height, validators: [], signers: [], quorum: 1 }
}

const said = ({ address }: Pick<Contract, 'address'>, { box, key, number, value }: Fact): string =>
  [address, box, key, number, value].join('/')

/** What shows a fact of the contract to `writtenVerifier`; another `nonce` is another proof of the same. */
export const proofOf = (contract: Pick<Contract, 'address'>, fact: Fact, nonce = 0) => ({
  account: [Buffer.from(`nonce ${nonce}`)],
  storage: [Buffer.from(said(contract, fact))],
})

export const writtenVerifier: Verifier = {
  family: 'evm/qbft',
  version: '1',
  assurance: 'proof',
  heightOf: (header: Uint8Array) => readHeader(header).height,
  verifyHeader: (_, header) => readHeader(header),
  async verifyFact(_, contract, fact, { storage }) {
    if (Buffer.from(storage[0]!).toString() !== said(contract, fact)) throw new ProofRefused('SLOT_VALUE')
  },
  async verifyLog(_, { nodes }) {
    const { address, topics, data } = JSON.parse(Buffer.from(nodes[0]!).toString())
    return { address, topics, data: Buffer.from(data, 'hex') }
  },
}

export function doorOf(world: RoomWorld, more: Partial<FrontDoorDeps> = {}) {
  return ledgerDoor({
    hub: HUB,
    journal: world.journal,
    clock: () => world.clock.nowMs,
    randomness: (size) => Buffer.alloc(size, 3),
    registerAt: () => 0,
    register: world.register,
    fold: world.fold,
    accept: (message) => world.accept(message),
    verifier: () => writtenVerifier,
    verifyHeaders: async (_, headers) => readHeader(headers.at(-1)!),
    ...more,
  })
}

/** The fact that a packet was sent, with evidence that shows it. */
export function sent(terms: LaneTerms, packet: Packet, nonce = 0): [GatewayFact, LedgerEvidence] {
  const value = packetCommitment(packet, terms.hash).toString('hex')
  const place: Fact = { box: 'outbox', key: laneId(terms), number: packet.sequence, value }
  const evidence = { headers: [headerAt(7 + nonce)], ...proofOf(trustOf(SOURCE).gateway, place, nonce) }
  return [{ fact: 'sent', ledger: SOURCE, packet }, evidence]
}

/** The fact that it was delivered, or what else became of it. */
export function received(
  terms: LaneTerms,
  packet: Packet,
  outcome: 'delivered' | 'failed' | 'expired' = 'delivered',
  nonce = 0,
): [GatewayFact, LedgerEvidence] {
  const commitment = packetCommitment(packet, terms.hash)
  const value = receiptWord(outcome, commitment, Buffer.from(NOBODY, 'hex'), terms.hash).toString('hex')
  const place: Fact = { box: 'inbox', key: laneId(terms), number: packet.sequence, value }
  const evidence = { headers: [headerAt(9 + nonce)], ...proofOf(trustOf(TARGET).gateway, place, nonce) }
  return [{ fact: 'received', ledger: TARGET, packet, outcome, acknowledgement: NOBODY }, evidence]
}
