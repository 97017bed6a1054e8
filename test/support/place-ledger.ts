// One ledger of a place, opened as an operator would open it.
import { join } from 'node:path'
import { addressOfKey } from '../../src/crosschain/attestation.ts'
import { CHAINS, createDevnet, type Devnet, isChainName } from '../../src/crosschain/devnet/index.ts'
import { devnetKey } from '../../src/crosschain/devnet/keys.ts'
import type { LaneTerms } from '../../src/crosschain/lane.ts'
import { deployGateway, deployNotary, type Deployer, openDeployer } from '../../src/crosschain/ledgers/evm/deploy.ts'
import { evmTransport } from '../../src/crosschain/ledgers/evm/transport.ts'
import { evmVerifier } from '../../src/crosschain/ledgers/evm/verifier.ts'
import type { Address } from '../../src/crosschain/packet.ts'
import type { GatewaySets, LedgerContracts, Transport } from '../../src/crosschain/transport.ts'
import type { TrustRoot, Verifier } from '../../src/crosschain/verifier.ts'
import { freePort } from './free-port.ts'

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

const SET_DELAY_S = 600
/** Which of a devnet's accounts does what. */
const [HOST, RELAY, SENDER] = [0, 1, 2]

/** Worthless keys, in ascending order of their addresses. */
export function keyPairs(name: string, count: number): KeyPair[] {
  const keys = Array.from({ length: count }, (_, n) => devnetKey(`test ${name}`, 'stranger', n))
  return keys.map((key) => ({ key, address: addressOfKey(key) })).sort((a, b) => (a.address < b.address ? -1 : 1))
}

export type Timed = LedgerPlaceOptions & { clock: () => number }

export const devnetOptions = (name: string, { blockMs = 0, clock, folder, accounts = 10 }: Timed) => ({
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

export async function openLedger(
  name: string,
  options: Timed,
  validators: readonly KeyPair[],
  threshold: number,
): Promise<PlaceLedger> {
  const { clock, confirmMs = 20_000, timeoutMs = 20_000 } = options
  const devnet = await createDevnet(devnetOptions(name, options))
  const { chainId } = devnet
  // It listens there again after it was gone.
  const url = await devnet.listen(await freePort())
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
