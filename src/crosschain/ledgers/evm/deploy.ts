// Setting a ledger up: contracts, lanes, and the first packets. For operators, tests and demonstrations.
import { encodeDeployData, encodeFunctionData, type Hex } from 'viem'
import { signDigest } from '../../attestation.ts'
import { keccak } from '../../hash.ts'
import type { Address, Packet, Word } from '../../packet.ts'
import { type Submitted, TransportFault } from '../../transport.ts'
import { type AccountOptions, evmAccount, type EvmAccount } from './account.ts'
import { readBytes } from './answers.ts'
import {
  type ContractCode,
  gatewayAbi,
  gatewayCode,
  type GatewayPlace,
  laneArgument,
  type LaneConfig,
  laneDigest,
  notaryAbi,
  notaryCode,
} from './gateway/gateway.ts'
import { readSent } from './gateway-events.ts'
import type { Mined } from './mined.ts'
import { evmRpc, type Rpc, type RpcOptions } from './rpc.ts'

/** An account on a ledger that sets things up. */
export interface Deployer {
  rpc: Rpc
  account: EvmAccount
  chainId: number
}

/** `height` of the block that has it: nothing of the contract is in a block before. */
export interface Deployed {
  address: Address
  codeHash: Word
  height: number
  transaction: Word
}

export interface GatewayTerms {
  /** Owner of this ledger's end of every lane here. */
  host: Address
  /** How long an old set of validators stays good. */
  setDelayS: number
  /** In any order. */
  validators: readonly Address[]
  threshold: number
}

/** What somebody wants told; `receiver` absent: nobody is called. */
export interface PacketWish {
  lane: Word
  kind: Word
  message: Word
  receiver?: Word
  body?: Uint8Array
  timeoutS: number
}

/** Signatures of both ends over `laneDigest`; see `signLane`. */
export interface LaneConsent {
  a: Uint8Array
  b: Uint8Array
}

const NOBODY: Word = '0'.repeat(64)

export function openDeployer(options: RpcOptions & AccountOptions): Deployer {
  const rpc = evmRpc(options)
  return { rpc, account: evmAccount(rpc, options), chainId: options.chainId }
}

/** Throws TransportFault, also if other code stands there afterwards. */
export function deployGateway(deployer: Deployer, terms: GatewayTerms): Promise<Deployed> {
  const { host, setDelayS, validators, threshold } = terms
  const members = validators.toSorted().map((address): Hex => `0x${address}`)
  const args = [`0x${host}`, BigInt(setDelayS), members, BigInt(threshold)] as const
  const data = encodeDeployData({ abi: gatewayAbi, bytecode: gatewayCode.bytecode, args })
  return deploy(deployer, data, gatewayCode)
}

/** `writer` is the only account that may note anything there. Throws TransportFault. */
export function deployNotary(deployer: Deployer, writer: Address): Promise<Deployed> {
  const data = encodeDeployData({ abi: notaryAbi, bytecode: notaryCode.bytecode, args: [`0x${writer}`] })
  return deploy(deployer, data, notaryCode)
}

/** One end's consent to a lane at a gateway: 65 bytes. */
export const signLane = (place: GatewayPlace, lane: Word, config: LaneConfig, key: Uint8Array): Buffer =>
  signDigest(laneDigest(place, lane, config), key)

/** Anybody may hand it in. Throws TransportFault, `reverted` with AlreadyOpen, NotAgreed and others. */
export function openLane(
  { account }: Deployer,
  gateway: Address,
  lane: Word,
  config: LaneConfig,
  consent: LaneConsent,
): Promise<Submitted> {
  const args = [`0x${lane}`, laneArgument(config), hexOf(consent.a), hexOf(consent.b)] as const
  return account.act({ to: gateway, data: encodeFunctionData({ abi: gatewayAbi, functionName: 'openLane', args }) })
}

/** Puts a packet into the outbox, and gives it as the gateway numbered it. Throws TransportFault. */
export async function sendPacket(
  { account }: Deployer,
  gateway: Address,
  { lane, kind, message, receiver = NOBODY, body = new Uint8Array(), timeoutS }: PacketWish,
): Promise<Mined & { packet: Packet }> {
  const args = [`0x${lane}`, `0x${kind}`, `0x${message}`, `0x${receiver}`, hexOf(body), BigInt(timeoutS)] as const
  const data = encodeFunctionData({ abi: gatewayAbi, functionName: 'send', args })
  const mined = await account.act({ to: gateway, data })
  const packets = mined.logs.filter(({ address }) => address === gateway).map((log) => readSent(log, lane))
  const sent = packets.find((one) => one !== undefined)
  if (!sent) throw new TransportFault('answer', `the node shows no packet in transaction ${mined.transaction}`)
  return { ...mined, packet: sent.packet }
}

async function deploy({ rpc, account }: Deployer, data: Hex, code: ContractCode): Promise<Deployed> {
  const { contract, height, transaction } = await account.act({ data })
  if (contract === undefined) throw new TransportFault('answer', `transaction ${transaction} has made no contract`)
  const bytes = readBytes(await rpc.ask('eth_getCode', [`0x${contract}`, 'latest']), 'code')
  const codeHash = keccak(bytes).toString('hex')
  if (codeHash !== code.codeHash)
    throw new TransportFault('answer', `at ${contract} stands code of hash ${codeHash}, not ${code.codeHash}`)
  return { address: contract, codeHash, height, transaction }
}

const hexOf = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`
