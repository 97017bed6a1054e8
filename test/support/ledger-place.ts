// Ledgers for tests as they are in earnest: devnets behind HTTP, gateways and notary contracts on them, a lane from each to each, and the
// keys of the relay validators. Time stands until it is told to move.
import { join } from 'node:path'
import { addressOfKey, attestationDigest, signDigest } from '../../src/crosschain/attestation.ts'
import { CHAINS, createDevnet, type Devnet, isChainName } from '../../src/crosschain/devnet/index.ts'
import { devnetKey } from '../../src/crosschain/devnet/keys.ts'
import { type LaneTerms, laneId } from '../../src/crosschain/lane.ts'
import {
  deployGateway,
  deployNotary,
  type Deployer,
  openDeployer,
  openLane,
  type PacketWish,
  sendPacket,
  signLane,
} from '../../src/crosschain/ledgers/evm/deploy.ts'
import type { LaneConfig } from '../../src/crosschain/ledgers/evm/gateway/gateway.ts'
import { evmTransport } from '../../src/crosschain/ledgers/evm/transport.ts'
import { evmVerifier } from '../../src/crosschain/ledgers/evm/verifier.ts'
import {
  type Address,
  kindWord,
  type Outcome,
  type Packet,
  packetCommitment,
  receiptWord,
  type Word,
} from '../../src/crosschain/packet.ts'
import type { Attestation, GatewaySets, LedgerContracts, Transport } from '../../src/crosschain/transport.ts'
import type { TrustRoot, Verifier } from '../../src/crosschain/verifier.ts'

export interface KeyPair {
  key: Buffer
  address: Address
}

export interface PlaceLedger {
  name: string
  /** Its party. */
  urn: string
  chainId: number
  url: string
  /** Another object after `restart`. */
  devnet: Devnet
  contracts: Required<LedgerContracts>
  deployedAt: number
  /** Its genesis block. */
  trust: TrustRoot
  verifier: Verifier
  /** In the name of the relay's account there, which is also the notary's writer. */
  transport: Transport & GatewaySets
  /** In the name of the ledger's own end, which owns the gateway. */
  host: Deployer
  hostKey: KeyPair
  /** In the name of somebody who sends packets. */
  sender: Deployer
}

export interface PlaceLane {
  id: Word
  terms: LaneTerms
  source: PlaceLedger
  target: PlaceLedger
}

export interface LedgerPlaceOptions {
  names: readonly string[]
  /** Relay validators, the same at every gateway. Default 3, of which 2 sign. */
  validators?: number
  threshold?: number
  /** Members of every lane's terms that are to be other. */
  terms?: Partial<LaneTerms>
  /** 0 (default): a block for each transaction. */
  blockMs?: number
  /** Milliseconds since 1970. Default: stands at 2026-01-01 until `advance`. */
  clock?: () => number
  /** Where the chains are kept, so that one can be stopped and started again. */
  folder?: string
  confirmMs?: number
  timeoutMs?: number
  /** Accounts with money on each ledger; the first three are the host, the relay and the sender. Default 10. */
  accounts?: number
}

export interface LedgerPlace {
  ledgers: PlaceLedger[]
  ledger(name: string): PlaceLedger
  lanes: PlaceLane[]
  lane(from: string, to: string): PlaceLane
  /** In ascending order of their addresses. */
  validators: KeyPair[]
  threshold: number
  nowMs(): number
  /** Moves the clock of all, and makes a block everywhere. */
  advance(ms: number): Promise<void>
  send(lane: PlaceLane, wish?: Partial<PacketWish>): Promise<{ packet: Packet; height: number }>
  /** Signatures for `deliver` and `expire`, by as many validators as are needed, or by those given. */
  signDeliver(lane: PlaceLane, packet: Packet, signers?: readonly KeyPair[]): Attestation
  signAcknowledge(
    lane: PlaceLane,
    packet: Packet,
    outcome: Outcome,
    acknowledgement: Word,
    signers?: readonly KeyPair[],
  ): Attestation
  /** Needs `folder`. */
  stop(name: string): Promise<void>
  restart(name: string): Promise<void>
  close(): Promise<void>
}

export const START_MS = Date.UTC(2026, 0, 1)
export const KIND = 'trade.consignment/1'
export const MESSAGE: Word = '5e'.repeat(32)
export const NO_ANSWER: Word = '0'.repeat(64)
const SET_DELAY_S = 600
/** Which of a devnet's accounts does what. */
const [HOST, RELAY, SENDER] = [0, 1, 2]

export async function ledgerPlace(options: LedgerPlaceOptions): Promise<LedgerPlace> {
  const { names, validators: count = 3, threshold = 2, terms } = options
  let moved = 0
  const nowMs = options.clock ?? ((): number => START_MS + moved)
  const validators = keyPairs('relay validator', count)
  const ledgers: PlaceLedger[] = []
  const close = async (): Promise<void> => {
    await Promise.all(ledgers.map(({ devnet }) => devnet.close()))
  }
  try {
    for (const name of names) ledgers.push(await openLedger(name, { ...options, clock: nowMs }, validators, threshold))
    const lanes: PlaceLane[] = []
    for (const source of ledgers)
      for (const target of ledgers)
        if (source !== target) lanes.push(await openBoth(source, target, laneTerms(source, target, threshold, terms)))
    const found = <T>(one: T | undefined, what: string): T => {
      if (one === undefined) throw new Error(`the place has no ${what}`)
      return one
    }
    const ledger = (name: string): PlaceLedger =>
      found(
        ledgers.find((one) => one.name === name),
        name,
      )
    const some = validators.slice(0, threshold)
    return {
      ledgers,
      ledger,
      lanes,
      lane: (from, to) =>
        found(
          lanes.find(({ source, target }) => source.name === from && target.name === to),
          `lane from ${from} to ${to}`,
        ),
      validators,
      threshold,
      nowMs,
      async advance(ms) {
        moved += ms
        await Promise.all(ledgers.map(({ devnet }) => devnet.mine()))
      },
      async send({ id, source, terms: { timeoutS } }, wish = {}) {
        const plain = { lane: id, kind: kindOf(KIND), message: MESSAGE, timeoutS }
        return sendPacket(source.sender, source.contracts.gateway.address, { ...plain, ...wish })
      },
      signDeliver: ({ target }, packet, signers = some) =>
        attested(target, packet, 'deliver', packetCommitment(packet), signers),
      signAcknowledge({ source }, packet, outcome, acknowledgement, signers = some) {
        const value = receiptWord(outcome, packetCommitment(packet), Buffer.from(acknowledgement, 'hex'))
        return attested(source, packet, 'acknowledge', value, signers)
      },
      stop: (name) => ledger(name).devnet.close(),
      async restart(name) {
        const one = ledger(name)
        one.devnet = await createDevnet(devnetOptions(name, { ...options, clock: nowMs }))
        await one.devnet.listen(Number(new URL(one.url).port))
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** `name/version` as a word. */
export function kindOf(text: string): Word {
  const [name, version] = text.split('/')
  return kindWord(name!, Number(version))
}

/** Worthless keys, in ascending order of their addresses. */
export function keyPairs(name: string, count: number): KeyPair[] {
  const keys = Array.from({ length: count }, (_, n) => devnetKey(`test ${name}`, 'stranger', n))
  return keys.map((key) => ({ key, address: addressOfKey(key) })).sort((a, b) => (a.address < b.address ? -1 : 1))
}

type Timed = LedgerPlaceOptions & { clock: () => number }

const devnetOptions = (name: string, { blockMs = 0, clock, folder, accounts = 10 }: Timed) => ({
  name,
  chainId: chainIdOf(name),
  seed: `test place ${name}`,
  blockMs,
  clock,
  accounts,
  ...(folder !== undefined && { file: join(folder, `${name}.ndjson`) }),
})

const chainIdOf = (name: string): number =>
  isChainName(name) ? CHAINS[name].chainId : 9000 + [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0)

async function openLedger(
  name: string,
  options: Timed,
  validators: readonly KeyPair[],
  threshold: number,
): Promise<PlaceLedger> {
  const { clock, confirmMs = 20_000, timeoutMs = 5_000 } = options
  const devnet = await createDevnet(devnetOptions(name, options))
  const { chainId } = devnet
  const url = await devnet.listen(0)
  const node = { urls: [url], chainId, clock, confirmMs, timeoutMs }
  const by = (n: number): Deployer => openDeployer({ ...node, key: devnet.accountKey(n) })
  const [host, relayKey] = [by(HOST!), devnet.accountKey(RELAY!)]
  const hostKey = { key: devnet.accountKey(HOST!), address: host.account.address }
  const set = validators.map(({ address }) => address)
  const gateway = await deployGateway(host, {
    host: hostKey.address,
    setDelayS: SET_DELAY_S,
    validators: set,
    threshold,
  })
  const notary = await deployNotary(host, addressOfKey(relayKey))
  const contracts = { gateway, notary }
  const genesis = devnet.genesis()
  return {
    name,
    urn: `urn:hub:${name === 'partner' ? 'vn' : 'cn'}:ledger:${name}`,
    chainId,
    url,
    devnet,
    contracts,
    deployedAt: gateway.height,
    trust: { height: 0, hash: genesis.hash, validators: genesis.validators },
    verifier: evmVerifier('qbft'),
    transport: evmTransport({ ...node, contracts, key: relayKey, deployedAt: gateway.height }),
    host,
    hostKey,
    sender: by(SENDER!),
  }
}

function laneTerms(
  source: PlaceLedger,
  target: PlaceLedger,
  threshold: number,
  change: Partial<LaneTerms> = {},
): LaneTerms {
  const end = ({ urn, chainId, contracts, name }: PlaceLedger) => ({
    ledger: urn,
    chainId,
    gateway: contracts.gateway.address,
    owner: `${urn.slice(0, 10)}:authority:${name}-customs`,
  })
  return {
    name: `${source.name}-to-${target.name}`,
    source: end(source),
    target: end(target),
    kinds: [KIND],
    ordered: false,
    timeoutS: 3600,
    assurance: 'proof',
    threshold,
    operators: 1,
    ratePerHour: 0,
    feePayer: source.urn,
    hash: 'keccak',
    ...change,
  }
}

/** The lane at both of its gateways. */
async function openBoth(source: PlaceLedger, target: PlaceLedger, terms: LaneTerms): Promise<PlaceLane> {
  const id = laneId(terms)
  await openAt(source, target, true)
  await openAt(target, source, false)
  return { id, terms, source, target }

  async function openAt(here: PlaceLedger, there: PlaceLedger, outbound: boolean): Promise<void> {
    const config: LaneConfig = {
      peerChainId: there.chainId,
      peerGateway: there.contracts.gateway.address,
      ordered: terms.ordered,
      outbound,
      timeoutS: terms.timeoutS,
      endA: source.hostKey.address,
      endB: target.hostKey.address,
      ratePerHour: terms.ratePerHour,
    }
    const gateway = here.contracts.gateway.address
    const place = { chainId: here.chainId, gateway }
    const [a, b] = [source, target].map(({ hostKey }) => signLane(place, id, config, hostKey.key))
    await openLane(here.host, gateway, id, config, { a: a!, b: b! })
  }
}

function attested(
  { chainId, contracts }: PlaceLedger,
  { lane, sequence }: Packet,
  act: 'deliver' | 'acknowledge',
  value: Buffer,
  signers: readonly KeyPair[],
): Attestation {
  const gateway = contracts.gateway.address
  const digest = attestationDigest({ chainId, gateway, epoch: 1, lane, sequence, act, value: value.toString('hex') })
  return { epoch: 1, signatures: signers.map(({ key }) => signDigest(digest, key)) }
}
