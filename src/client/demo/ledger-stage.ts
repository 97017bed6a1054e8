// The ledgers of a story: three devnets (at home, of the partner country, of a supervisor), our contracts on them, lanes both ways, and
// relay validators as processes of different parties.
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LedgerTrust } from '../../../schemas/types.d.ts'
import { addressOfKey } from '../../crosschain/attestation.ts'
import { chainOptions, createDevnet, type ChainName, type Devnet } from '../../crosschain/devnet/index.ts'
import { laneId, type LaneTerms } from '../../crosschain/lane.ts'
import {
  deployGateway,
  deployNotary,
  type Deployer,
  openDeployer,
  openLane,
  sendPacket,
  signLane,
} from '../../crosschain/ledgers/evm/deploy.ts'
import { type Address, kindWord, type Packet } from '../../crosschain/packet.ts'
import { freePort } from './free-port.ts'
import { type ValidatorProcess, startValidatorProcess } from './validator-process.ts'

/** A ledger on stage. */
export interface StagedLedger {
  chain: ChainName
  urn: string
  /** Authority of its country. */
  owner: string
  devnet: Devnet
  url: string
  trust: LedgerTrust
  deployedAt: number
  host: Deployer
  hostKey: Buffer
  relayKey: Buffer
  /** In the name of somebody who registers documents there. */
  member: Deployer
}

export interface LedgerStage {
  ledgers: Record<ChainName, StagedLedger>
  lanes: { there: LaneTerms; back: LaneTerms }
  /** For HUB_LEDGERS. */
  file: string
  /** For the trust file of whoever verifies. */
  trusted: Record<string, unknown>
  validators: { party: string; address: Address }[]
  /** Starts the validators; the hub has to run for their keys to be entered. */
  startValidators(): Promise<ValidatorProcess[]>
  /** Registers a document on a ledger: its commitment, nothing else. */
  register(lane: LaneTerms, kind: string, message: Buffer): Promise<{ packet: Packet; height: number }>
  close(): Promise<void>
}

export interface LedgerCast {
  /** Authorities of both countries, who own the ends of lanes. */
  home: string
  abroad: string
  operator: string
  /** Whose validators sign. */
  validators: readonly [string, string, string]
  regulator: string
}

const URNS: Record<ChainName, string> = {
  domestic: 'urn:hub:cn:ledger:red-river',
  partner: 'urn:hub:vn:ledger:bamboo',
  supervision: 'urn:hub:cn:ledger:green-hill',
}
const BLOCK_MS = 500
const THRESHOLD = 2
const TIMEOUT_S = 86_400
const [HOST, RELAY, MEMBER] = [0, 1, 2]

/** Sets all up in `dir`. Chains are simulated in this process and reached over HTTP as a node would be. */
export async function setLedgerStage(dir: string, cast: LedgerCast): Promise<LedgerStage> {
  mkdirSync(dir, { recursive: true })
  const keys = cast.validators.map(() => randomBytes(32))
  const validators = cast.validators.map((party, n) => ({ party, address: addressOfKey(keys[n]!) }))
  const addresses = validators.map(({ address }) => address)
  const owners: Record<ChainName, string> = { domestic: cast.home, partner: cast.abroad, supervision: cast.home }
  const opened = await Promise.all(
    (Object.keys(URNS) as ChainName[]).map((chain) => openLedger(chain, owners[chain], addresses)),
  )
  const ledgers = Object.fromEntries(opened.map((one) => [one.chain, one])) as Record<ChainName, StagedLedger>
  const { domestic, partner } = ledgers
  const operators = new Set(cast.validators).size
  const common = { operators: Math.min(operators, THRESHOLD), feePayer: cast.operator }
  const there = termsOf('declarations-home-abroad', domestic, partner, ['customs.declaration/1'], common)
  const back = termsOf('responses-abroad-home', partner, domestic, ['customs.response/1'], common)
  await Promise.all([openBoth(there, domestic, partner), openBoth(back, partner, domestic)])
  const ports = await Promise.all(keys.map(() => freePort()))
  const file = writeLedgers(dir, ledgers, cast, validators, ports)
  return {
    ledgers,
    lanes: { there, back },
    file,
    validators,
    trusted: Object.fromEntries(opened.map(({ urn, trust }) => [urn, asTrusted(trust)])),
    startValidators: () =>
      Promise.all(
        validators.map(({ party }, n) =>
          startValidatorProcess(writeValidator(dir, n, party, keys[n]!, ports[n]!, ledgers, [there, back]), dir),
        ),
      ),
    async register(lane, kind, message) {
      const from = lane === there ? domestic : partner
      const [name, version] = kind.split('/') as [string, string]
      return sendPacket(from.member, from.trust.gateway.address, {
        lane: laneId(lane),
        kind: kindWord(name, Number(version)),
        message: message.toString('hex'),
        timeoutS: TIMEOUT_S,
      })
    },
    close: async () => void (await Promise.all(opened.map(({ devnet }) => devnet.close()))),
  }
}

async function openLedger(chain: ChainName, owner: string, validators: Address[]): Promise<StagedLedger> {
  const devnet = await createDevnet({ ...chainOptions(chain, randomBytes(8).toString('hex')), blockMs: BLOCK_MS })
  const url = await devnet.listen(0)
  const { chainId } = devnet
  const as = (n: number): Deployer => openDeployer({ urls: [url], chainId, key: devnet.accountKey(n), clock: Date.now })
  const host = as(HOST)
  const terms = { host: host.account.address, setDelayS: 3_600, validators, threshold: THRESHOLD }
  const gateway = await deployGateway(host, terms)
  const relayKey = devnet.accountKey(RELAY)
  const notary = await deployNotary(host, addressOfKey(relayKey))
  const genesis = devnet.genesis()
  const trust: LedgerTrust = {
    ledger: URNS[chain],
    sequence: 1,
    consensus: devnet.consensus,
    chainId,
    root: {
      height: genesis.height,
      hash: genesis.hash,
      validators: genesis.validators as LedgerTrust['root']['validators'],
    },
    gateway: { address: gateway.address, codeHash: gateway.codeHash },
    notary: { address: notary.address, codeHash: notary.codeHash },
  }
  const hostKey = devnet.accountKey(HOST)
  const deployedAt = gateway.height
  return { chain, urn: URNS[chain], owner, devnet, url, trust, deployedAt, host, hostKey, relayKey, member: as(MEMBER) }
}

function termsOf(
  name: string,
  source: StagedLedger,
  target: StagedLedger,
  kinds: string[],
  common: Pick<LaneTerms, 'operators' | 'feePayer'>,
): LaneTerms {
  const end = ({ urn, trust, owner }: StagedLedger) => ({
    ledger: urn,
    chainId: trust.chainId,
    gateway: trust.gateway.address,
    owner,
  })
  return {
    name,
    source: end(source),
    target: end(target),
    kinds,
    ordered: true,
    timeoutS: TIMEOUT_S,
    assurance: 'proof',
    threshold: THRESHOLD,
    ratePerHour: 3_600,
    hash: 'keccak',
    ...common,
  }
}

/** A lane is a thing of both gateways; each end's host has signed for both. */
async function openBoth(terms: LaneTerms, source: StagedLedger, target: StagedLedger): Promise<void> {
  const lane = laneId(terms)
  for (const [at, peer] of [
    [source, target],
    [target, source],
  ] as const) {
    const place = { chainId: at.trust.chainId, gateway: at.trust.gateway.address }
    const config = {
      peerChainId: peer.trust.chainId,
      peerGateway: peer.trust.gateway.address,
      ordered: terms.ordered,
      outbound: at === source,
      timeoutS: terms.timeoutS,
      endA: source.host.account.address,
      endB: target.host.account.address,
      ratePerHour: terms.ratePerHour,
    }
    const consent = {
      a: signLane(place, lane, config, source.hostKey),
      b: signLane(place, lane, config, target.hostKey),
    }
    await openLane(at.host, place.gateway, lane, config, consent)
  }
}

function writeLedgers(
  dir: string,
  ledgers: Record<ChainName, StagedLedger>,
  { regulator }: LedgerCast,
  validators: LedgerStage['validators'],
  ports: number[],
): string {
  const file = join(dir, 'ledgers.json')
  const keyFile = (chain: string): string => `relay-${chain}.key`
  for (const { chain, relayKey } of Object.values(ledgers))
    writeFileSync(join(dir, keyFile(chain)), relayKey.toString('hex'), { mode: 0o600 })
  writeJson(file, {
    ledgers: Object.fromEntries(
      Object.values(ledgers).map(({ urn, url, chain, deployedAt }) => [
        urn,
        { urls: [url], keyFile: keyFile(chain), deployedAt },
      ]),
    ),
    validators: validators.map(({ party, address }, n) => ({ party, address, url: `http://127.0.0.1:${ports[n]}` })),
    anchoring: { ledger: ledgers.partner.urn, everyEntries: 1_000, everyMs: 1_000 },
    supervision: [{ ledger: ledgers.supervision.urn, regulator, everyMs: 500 }],
    everyMs: 250,
  })
  return file
}

function writeValidator(
  dir: string,
  n: number,
  party: string,
  key: Buffer,
  port: number,
  { domestic, partner }: Record<ChainName, StagedLedger>,
  lanes: LaneTerms[],
): string {
  const folder = join(dir, `validator-${n + 1}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(join(folder, 'validator.key'), key.toString('hex'), { mode: 0o600 })
  const file = join(folder, 'validator.json')
  writeJson(file, {
    party,
    keyFile: 'validator.key',
    listen: `127.0.0.1:${port}`,
    dataFolder: 'data',
    ledgers: Object.fromEntries([domestic, partner].map((ledger) => [ledger.chain, ofValidator(ledger)])),
    lanes,
  })
  return file
}

const ofValidator = ({ trust, url, deployedAt }: StagedLedger) => ({
  family: 'evm',
  consensus: trust.consensus,
  chainId: trust.chainId,
  urls: [url],
  trust: trust.root,
  contracts: { gateway: trust.gateway },
  deployedAt,
})

const asTrusted = ({ consensus, chainId, root, gateway, notary }: LedgerTrust): unknown => ({
  consensus,
  chainId,
  root,
  gateway,
  notary,
})

const writeJson = (file: string, value: unknown): void => writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
