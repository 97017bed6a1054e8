// One gateway as a test acts on it: every function of the contract, with the signatures it wants.
import { decodeFunctionResult, encodeDeployData, encodeFunctionData, type Hex } from 'viem'
import { type Act, attestationDigest, signDigest } from '../../../../src/crosschain/attestation.ts'
import {
  gatewayAbi,
  gatewayCode,
  laneArgument,
  type LaneConfig,
  laneDigest,
  outcomeNumber,
  packetArgument,
  rotationDigest,
} from '../../../../src/crosschain/ledgers/evm/gateway/gateway.ts'
import {
  type Address,
  type Outcome,
  type Packet,
  packetCommitment,
  receiptWord,
  type Word,
} from '../../../../src/crosschain/packet.ts'
import {
  endA,
  endB,
  hex,
  hexWord,
  KIND,
  LANE,
  MESSAGE,
  NOBODY,
  relayer,
  sender,
  SET_DELAY_S,
  SIGNED,
  type Signed,
  stranger,
  THRESHOLD,
  TIMEOUT_S,
  validators,
} from './cast.ts'
import { sentPacket } from './events.ts'
import type { Account, Done, TestLedger } from './ledger.ts'

/** One gateway on its ledger. */
export class Gate {
  readonly ledger: TestLedger
  readonly address: Address
  constructor(ledger: TestLedger, address: Address) {
    this.ledger = ledger
    this.address = address
  }
  get place(): { chainId: number; gateway: Address } {
    return { chainId: this.ledger.chainId, gateway: this.address }
  }
  act(from: Account, data: Hex, gas?: number): Promise<Done> {
    return this.ledger.act(from, this.address, data, gas)
  }
  /** Signatures of both ends over a lane's terms here. */
  agreement(lane: Word, config: LaneConfig, signers: readonly Account[] = [endA, endB]): Hex[] {
    const digest = laneDigest(this.place, lane, config)
    return signers.map(({ key }) => hex(signDigest(digest, key)))
  }
  openLane(
    lane: Word,
    config: LaneConfig,
    signers: readonly Account[] = [endA, endB],
    signatures = this.agreement(lane, config, signers),
  ): Promise<Done> {
    const [a, b] = signatures
    return this.act(
      relayer,
      encodeFunctionData({
        abi: gatewayAbi,
        functionName: 'openLane',
        args: [hexWord(lane), laneArgument(config), a!, b!],
      }),
    )
  }
  pause(from: Account, lane = LANE): Promise<Done> {
    return this.act(from, encodeFunctionData({ abi: gatewayAbi, functionName: 'pause', args: [hexWord(lane)] }))
  }
  resume(from: Account, lane = LANE): Promise<Done> {
    return this.act(from, encodeFunctionData({ abi: gatewayAbi, functionName: 'resume', args: [hexWord(lane)] }))
  }
  rotate(next: readonly Account[], threshold: number, { epoch, signers }: Signed): Promise<Done> {
    const set = next.map(({ address }) => address)
    const digest = rotationDigest(this.place, epoch + 1, set, threshold)
    return this.act(
      stranger,
      encodeFunctionData({
        abi: gatewayAbi,
        functionName: 'rotate',
        args: [set.map(hexWord), BigInt(threshold), signers.map(({ key }) => hex(signDigest(digest, key)))],
      }),
    )
  }
  /** Sends and gives the packet as the event says it, or undefined with the refusal. */
  async send(
    wish: Partial<Packet> & { timeoutS?: number; from?: Account } = {},
  ): Promise<{ done: Done; packet: Packet }> {
    const done = await this.act(
      wish.from ?? sender,
      encodeFunctionData({
        abi: gatewayAbi,
        functionName: 'send',
        args: [
          hexWord(wish.lane ?? LANE),
          hexWord(wish.kind ?? KIND),
          hexWord(wish.message ?? MESSAGE),
          hexWord(wish.receiver ?? NOBODY),
          hex(wish.body ?? new Uint8Array()),
          BigInt(wish.timeoutS ?? TIMEOUT_S),
        ],
      }),
    )
    return { done, packet: done.refusal === undefined ? sentPacket(done) : (undefined as never) }
  }
  /** Signatures over one act here, in the order of the signers. */
  sign(packet: Packet, act: Act, value: Uint8Array, { epoch, signers }: Signed = SIGNED): Hex[] {
    const digest = attestationDigest({
      ...this.place,
      epoch,
      lane: packet.lane,
      sequence: packet.sequence,
      act,
      value: Buffer.from(value).toString('hex'),
    })
    return signers.map(({ key }) => hex(signDigest(digest, key)))
  }
  /** Call data of a delivery or an expiry. */
  entryData(functionName: 'deliver' | 'expire', packet: Packet, signed = SIGNED, signatures?: readonly Hex[]): Hex {
    return encodeFunctionData({
      abi: gatewayAbi,
      functionName,
      args: [
        packetArgument(packet),
        BigInt(signed.epoch),
        signatures ?? this.sign(packet, 'deliver', packetCommitment(packet), signed),
      ],
    })
  }
  deliver(packet: Packet, signed = SIGNED, options: { gas?: number; signatures?: readonly Hex[] } = {}): Promise<Done> {
    return this.act(relayer, this.entryData('deliver', packet, signed, options.signatures), options.gas)
  }
  expire(packet: Packet, signed = SIGNED, from = stranger): Promise<Done> {
    return this.act(from, this.entryData('expire', packet, signed))
  }
  acknowledge(
    packet: Packet,
    outcome: Outcome,
    acknowledgement: Word,
    signed = SIGNED,
    options: { signatures?: readonly Hex[]; number?: number } = {},
  ): Promise<Done> {
    const receipt = receiptWord(outcome, packetCommitment(packet), Buffer.from(acknowledgement, 'hex'))
    return this.act(
      relayer,
      encodeFunctionData({
        abi: gatewayAbi,
        functionName: 'acknowledge',
        args: [
          packetArgument(packet),
          options.number ?? outcomeNumber(outcome),
          hexWord(acknowledgement),
          BigInt(signed.epoch),
          options.signatures ?? this.sign(packet, 'acknowledge', receipt, signed),
        ],
      }),
    )
  }
  async box(functionName: 'outbox' | 'inbox' | 'acknowledged', sequence: number, lane = LANE): Promise<Word> {
    const data = encodeFunctionData({ abi: gatewayAbi, functionName, args: [hexWord(lane), BigInt(sequence)] })
    return (await this.ledger.read(this.address, data)).slice(2)
  }
  async counters(lane = LANE): Promise<number[]> {
    const data = encodeFunctionData({ abi: gatewayAbi, functionName: 'counters', args: [hexWord(lane)] })
    const answer = await this.ledger.read(this.address, data)
    return decodeFunctionResult({ abi: gatewayAbi, functionName: 'counters', data: answer }).map(Number)
  }
}

/** Deploys a gateway by `host`. */
export async function deployGate(
  ledger: TestLedger,
  host: Account,
  set = validators,
  threshold = THRESHOLD,
): Promise<Gate> {
  const done = await ledger.act(
    relayer,
    undefined,
    encodeDeployData({
      abi: gatewayAbi,
      bytecode: gatewayCode.bytecode,
      args: [hexWord(host.address), BigInt(SET_DELAY_S), set.map(({ address }) => hexWord(address)), BigInt(threshold)],
    }),
  )
  if (done.refusal !== undefined) throw new Error(done.refusal)
  return new Gate(ledger, done.contract)
}
