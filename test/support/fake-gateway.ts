// A gateway in memory with the rules of the contract: what it accepts, what it refuses and by which name.
import { attestationDigest, type Act } from '../../src/crosschain/attestation.ts'
import type { Box } from '../../src/crosschain/fact.ts'
import { packetCommitment, receiptWord, type Outcome, type Packet, type Word } from '../../src/crosschain/packet.ts'
import {
  TransportFault,
  type Attestation,
  type LaneCounters,
  type ReceivedPacket,
  type SentPacket,
} from '../../src/crosschain/transport.ts'

export const ZERO = '0'.repeat(64)

interface FakeLane {
  ordered: boolean
  sent: SentPacket[]
  received: Map<number, ReceivedPacket>
  acknowledged: Map<number, Word>
}

/** A receiver: what it answers, or undefined if it reverts. */
export type Receiver = (packet: Packet) => Word | undefined

export class FakeGateway {
  readonly slots = new Map<string, Word>()
  /** Every call of a receiver; exactly once is told from these. */
  readonly effects: { lane: Word; sequence: number }[] = []
  receiver: Receiver = () => ZERO
  epoch = 1
  private readonly lanes = new Map<Word, FakeLane>()
  private readonly chainId: number
  private readonly address: string

  constructor(chainId: number, address: string) {
    this.chainId = chainId
    this.address = address
  }

  openLane(lane: Word, ordered: boolean): void {
    this.lanes.set(lane, { ordered, sent: [], received: new Map(), acknowledged: new Map() })
  }

  counters(id: Word): LaneCounters {
    const { sent, received, acknowledged } = this.lane(id)
    return { sent: sent.length, received: received.size, acknowledged: acknowledged.size }
  }

  sent = (id: Word, from: number, to: number): SentPacket[] => this.lane(id).sent.slice(Math.max(0, from - 1), to)

  received = (id: Word, from: number, to: number): ReceivedPacket[] =>
    [...this.lane(id).received.values()]
      .filter(({ sequence }) => sequence >= from && sequence <= to)
      .toSorted((one, other) => one.sequence - other.sequence)

  send(id: Word, packet: Omit<Packet, 'lane' | 'sequence'>, height: number): Packet {
    const { sent } = this.lane(id)
    const full: Packet = { ...packet, lane: id, sequence: sent.length + 1 }
    sent.push({ packet: full, height })
    this.write('outbox', id, full.sequence, packetCommitment(full).toString('hex'))
    return full
  }

  deliver(packet: Packet, attestation: Attestation, atS: number, height: number): void {
    const commitment = this.checkEntry(packet, attestation)
    if (atS > packet.deadline) throw reverted('Expired')
    this.effects.push({ lane: packet.lane, sequence: packet.sequence })
    const answer = this.receiver(packet)
    this.receive(packet, answer === undefined ? 'failed' : 'delivered', answer ?? ZERO, commitment, height)
  }

  expire(packet: Packet, attestation: Attestation, atS: number, height: number): void {
    const commitment = this.checkEntry(packet, attestation)
    if (atS <= packet.deadline) throw reverted('NotExpired')
    this.receive(packet, 'expired', ZERO, commitment, height)
  }

  acknowledge(packet: Packet, outcome: Outcome, acknowledgement: Word, attestation: Attestation): void {
    const { acknowledged, sent } = this.lane(packet.lane)
    const commitment = packetCommitment(packet)
    const kept = sent[packet.sequence - 1]
    if (!kept || !packetCommitment(kept.packet).equals(commitment)) throw reverted('WrongCommitment')
    if (acknowledged.has(packet.sequence)) throw reverted('AlreadyAcknowledged')
    const receipt = receiptWord(outcome, commitment, Buffer.from(acknowledgement, 'hex')).toString('hex')
    this.checkSigned(packet, 'acknowledge', receipt, attestation)
    acknowledged.set(packet.sequence, receipt)
  }

  private checkEntry(packet: Packet, attestation: Attestation): Buffer {
    const { received, ordered } = this.lane(packet.lane)
    const commitment = packetCommitment(packet)
    this.checkSigned(packet, 'deliver', commitment.toString('hex'), attestation)
    if (received.has(packet.sequence)) throw reverted('AlreadyReceived')
    if (ordered && packet.sequence !== received.size + 1) throw reverted('OutOfOrder')
    return commitment
  }

  private checkSigned({ lane, sequence }: Packet, act: Act, value: Word, { epoch, signatures }: Attestation): void {
    if (epoch !== this.epoch) throw reverted('OldSet')
    const { chainId, address: gateway } = this
    const digest = attestationDigest({ chainId, gateway, epoch, lane, sequence, act, value })
    if (!signatures.some((signature) => digest.equals(signature))) throw reverted('TooFewSignatures')
  }

  private receive(packet: Packet, outcome: Outcome, acknowledgement: Word, commitment: Buffer, height: number): void {
    const { lane, sequence } = packet
    const received = { sequence, outcome, acknowledgement, commitment: commitment.toString('hex'), height }
    this.lane(lane).received.set(sequence, received)
    const receipt = receiptWord(outcome, commitment, Buffer.from(acknowledgement, 'hex')).toString('hex')
    this.write('inbox', lane, sequence, receipt)
  }

  private write(box: Box, lane: Word, sequence: number, value: Word): void {
    this.slots.set(`${box}/${lane}/${sequence}`, value)
  }

  private lane(id: Word): FakeLane {
    const lane = this.lanes.get(id)
    if (!lane) throw reverted('NotOpen')
    return lane
  }
}

const reverted = (code: string): TransportFault => new TransportFault('reverted', `the contract said ${code}`, { code })
