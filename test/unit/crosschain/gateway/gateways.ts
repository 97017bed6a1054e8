// Two gateways with a lane between them, and everybody who acts on them.
import { decodeEventLog, decodeFunctionResult, encodeDeployData, encodeFunctionData, type Hex } from 'viem'
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
  addressWord,
  kindWord,
  type Outcome,
  type Packet,
  packetCommitment,
  receiptWord,
  type Word,
} from '../../../../src/crosschain/packet.ts'
import { type Account, account, accounts, type Done, type TestLedger } from './ledger.ts'

export const LANE: Word = 'a1'.repeat(32)
export const KIND = kindWord('customs.declaration', 1)
export const MESSAGE: Word = '5e'.repeat(32)
export const NOBODY: Word = '00'.repeat(32)
export const TIMEOUT_S = 3600
export const SET_DELAY_S = 600

export const endA = account('end A')
export const endB = account('end B')
export const sender = account('sender')
export const relayer = account('relayer')
export const stranger = account('stranger')
export const validators = accounts('validator', 3)
export const THRESHOLD = 2

/** Signatures of one act, and under which set. */
export interface Signed {
  epoch: number
  signers: readonly Account[]
}
export const SIGNED: Signed = { epoch: 1, signers: validators.slice(0, THRESHOLD) }

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
  openLane(lane: Word, config: LaneConfig, signers: readonly Account[] = [endA, endB]): Promise<Done> {
    const digest = laneDigest(this.place, lane, config)
    const [a, b] = signers.map(({ key }) => hex(signDigest(digest, key)))
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
  acknowledge(packet: Packet, outcome: Outcome, acknowledgement: Word, signed = SIGNED): Promise<Done> {
    const receipt = receiptWord(outcome, packetCommitment(packet), Buffer.from(acknowledgement, 'hex'))
    return this.act(
      relayer,
      encodeFunctionData({
        abi: gatewayAbi,
        functionName: 'acknowledge',
        args: [
          packetArgument(packet),
          outcomeNumber(outcome),
          hexWord(acknowledgement),
          BigInt(signed.epoch),
          this.sign(packet, 'acknowledge', receipt, signed),
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

/** The lane's configuration at `gate`, where `peer` is the other end. */
export const configOf = (peer: Gate, outbound: boolean, change: Partial<LaneConfig> = {}): LaneConfig => ({
  peerChainId: peer.ledger.chainId,
  peerGateway: peer.address,
  ordered: false,
  outbound,
  timeoutS: TIMEOUT_S,
  endA: endA.address,
  endB: endB.address,
  ratePerHour: 0,
  ...change,
})

export interface Pair {
  source: Gate
  target: Gate
}

/** A gateway on each ledger and the lane open between them. */
export async function openPair(from: TestLedger, to: TestLedger, change: Partial<LaneConfig> = {}): Promise<Pair> {
  const source = await deployGate(from, endA)
  const target = await deployGate(to, endB)
  for (const done of [
    await source.openLane(LANE, configOf(target, true, change)),
    await target.openLane(LANE, configOf(source, false, change)),
  ])
    if (done.refusal !== undefined) throw new Error(done.refusal)
  return { source, target }
}

export function sentPacket(done: Done): Packet {
  const { args } = decoded(done, 'Sent')
  return {
    lane: args.lane.slice(2),
    sequence: Number(args.sequence),
    kind: args.kind.slice(2),
    message: args.message.slice(2),
    sender: args.sender.slice(2),
    receiver: args.receiver.slice(2),
    deadline: Number(args.deadline),
    body: Buffer.from(args.body.slice(2), 'hex'),
  }
}

/** Outcome and acknowledgement of the one `Received` event. */
export function received(done: Done): { outcome: number; commitment: Word; acknowledgement: Word } {
  const { args } = decoded(done, 'Received')
  return { outcome: args.outcome, commitment: args.commitment.slice(2), acknowledgement: args.acknowledgement.slice(2) }
}

function decoded<const E extends 'Sent' | 'Received' | 'Acknowledged'>(done: Done, eventName: E) {
  const events = done.logs.flatMap(({ topics, data }) => {
    const log = decodeEventLog({
      abi: gatewayAbi,
      topics: topics.map(hexWord) as [Hex],
      data: hex(data),
    })
    return log.eventName === eventName ? [log as Extract<typeof log, { eventName: E }>] : []
  })
  if (events.length !== 1) throw new Error(`${events.length} events ${eventName}`)
  return events[0]!
}

export const receiverWord = (address: Address): Word => addressWord(address)
export const hexWord = (digits: string): Hex => `0x${digits}`
export const hex = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`
