// The gateway and the notary contract as the rest of the room uses them: typed interfaces, code, and the words that are signed or kept.
// Expiry needs the signatures of a delivery: without them a packet that nobody sent could take the place of a real one.
import { decodeErrorResult, encodeAbiParameters, type Hex, hexToBytes, parseAbiParameters } from 'viem'
import { keccak } from '../../../hash.ts'
import {
  type Address,
  addressWord,
  asciiWord,
  countBytes,
  OUTCOMES,
  type Outcome,
  type Packet,
  type Word,
  wordBytes,
} from '../../../packet.ts'
import { gatewayAbi, notaryAbi } from './abi.ts'
import gatewayArtefact from './Gateway.json' with { type: 'json' }
import notaryArtefact from './Notary.json' with { type: 'json' }

export { rangeBytes as rangeWord } from '../../../anchor.ts'
export { gatewayAbi, notaryAbi }

/** What is deployed, and the Keccak of the code that then has to stand there: the same at every place, whatever was configured. */
export interface ContractCode {
  bytecode: Hex
  codeHash: Word
}

export const gatewayCode: ContractCode = codeOf(gatewayArtefact)
export const notaryCode: ContractCode = codeOf(notaryArtefact)

/** A lane as one gateway keeps it. `endA` owns the source end, `endB` the target end; `outbound`: this gateway is the source. */
export interface LaneConfig {
  peerChainId: number
  peerGateway: Address
  ordered: boolean
  outbound: boolean
  timeoutS: number
  endA: Address
  endB: Address
  /** 0: no limit. */
  ratePerHour: number
}

/** A gateway in its ledger. */
export interface GatewayPlace {
  chainId: number
  gateway: Address
}

/** The 32 bytes that both ends sign to open a lane at a gateway. */
export function laneDigest(place: GatewayPlace, lane: Word, config: LaneConfig): Buffer {
  const terms = keccak(
    encoded('uint256, address, bool, bool, uint64, address, address, uint64', [
      BigInt(config.peerChainId),
      `0x${config.peerGateway}`,
      config.ordered,
      config.outbound,
      BigInt(config.timeoutS),
      `0x${config.endA}`,
      `0x${config.endB}`,
      BigInt(config.ratePerHour),
    ]),
  )
  return digestAt('beibu-hub/lane-open/v1', place, wordBytes(lane, 'lane'), terms)
}

/** The 32 bytes that the current set signs to give its place to the set of number `epoch`. `validators` in ascending order. */
export function rotationDigest(
  place: GatewayPlace,
  epoch: number,
  validators: readonly Address[],
  threshold: number,
): Buffer {
  const set = keccak(
    encoded('address[], uint256', [validators.map((address): Hex => `0x${address}`), BigInt(threshold)]),
  )
  return digestAt('beibu-hub/rotate/v1', place, countBytes(epoch, 'epoch', 1), set)
}

/** A packet as an argument of the gateway. */
export const packetArgument = (packet: Packet) => ({
  lane: hex(packet.lane),
  sequence: BigInt(packet.sequence),
  kind: hex(packet.kind),
  message: hex(packet.message),
  sender: hex(packet.sender),
  receiver: hex(packet.receiver),
  deadline: BigInt(packet.deadline),
  body: `0x${Buffer.from(packet.body).toString('hex')}` as Hex,
})

/** A lane's configuration as an argument of the gateway. */
export const laneArgument = (config: LaneConfig) => ({
  ...config,
  peerChainId: BigInt(config.peerChainId),
  peerGateway: hex(config.peerGateway),
  timeoutS: BigInt(config.timeoutS),
  endA: hex(config.endA),
  endB: hex(config.endB),
  ratePerHour: BigInt(config.ratePerHour),
})

/** Number of an outcome in the contract: delivered 1, failed 2, expired 3. */
export const outcomeNumber = (outcome: Outcome): number => OUTCOMES.indexOf(outcome) + 1

/** Outcome of a number; undefined for one the contract does not know. */
export const outcomeOf = (number: number): Outcome | undefined => OUTCOMES[number - 1]

/** Name of the error a gateway or notary contract reverted with; undefined when it is none of theirs, or a fault of the code itself. */
export function refusalName(data: Uint8Array): string | undefined {
  try {
    const { errorName } = decodeErrorResult({ abi: REFUSALS, data: hex(Buffer.from(data).toString('hex')) })
    return REFUSALS.some((item) => item.type === 'error' && item.name === errorName) ? errorName : undefined
  } catch {
    return undefined
  }
}

const REFUSALS = [...gatewayAbi, ...notaryAbi]
const hex = (digits: string): Hex => `0x${digits}`

function digestAt(domain: string, { chainId, gateway }: GatewayPlace, name: Uint8Array, value: Uint8Array): Buffer {
  return keccak(
    Buffer.concat([
      asciiWord(domain),
      countBytes(chainId, 'chainId', 1),
      wordBytes(addressWord(gateway), 'gateway'),
      name,
      value,
    ]),
  )
}

function encoded(types: string, values: readonly unknown[]): Uint8Array {
  return hexToBytes(encodeAbiParameters(parseAbiParameters(types), values as never))
}

function codeOf(artefact: { bytecode: string; deployedBytecode: string }): ContractCode {
  return {
    bytecode: artefact.bytecode as Hex,
    codeHash: keccak(hexToBytes(artefact.deployedBytecode as Hex)).toString('hex'),
  }
}
