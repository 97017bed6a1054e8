// Relay validators as they are run: three processes of three parties over two chains with gateways. What two of them sign, the gateways
// take; one of them dies and comes back and knows what it has signed.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addressOfKey, type AttestedAct } from '../../src/crosschain/attestation.ts'
import { CHAINS, chainOptions, createDevnet, type Devnet } from '../../src/crosschain/devnet/index.ts'
import { laneId, type LaneTerms } from '../../src/crosschain/lane.ts'
import {
  deployGateway,
  type Deployed,
  type Deployer,
  openDeployer,
  openLane,
  sendPacket,
  signLane,
} from '../../src/crosschain/ledgers/evm/deploy.ts'
import { evmTransport } from '../../src/crosschain/ledgers/evm/transport.ts'
import { kindWord, packetCommitment, type Packet, receiptWord, type Word } from '../../src/crosschain/packet.ts'
import { gatherAttestation, validatorClient, type ValidatorClient } from '../../src/crosschain/validator/index.ts'

const COMMAND = fileURLToPath(new URL('../../src/client/beibu.ts', import.meta.url))
const NAMES = ['nanning', 'hanoi', 'vientiane'] as const
const KIND = 'customs.declaration/1'
const party = (n: number): string => `urn:hub:${['cn', 'vn', 'la'][n]}:operator:${NAMES[n]}`
const keyOf = (n: number): Buffer => Buffer.alloc(32, 0x51 + n)
const [END_A, END_B] = [Buffer.alloc(32, 0x41), Buffer.alloc(32, 0x42)]

type Side = 'domestic' | 'partner'
interface Chain {
  net: Devnet
  url: string
  deployer: Deployer
  gateway: Deployed
}
interface Running {
  process: ChildProcess
  url: string
  client: ValidatorClient
  report(): string
}

let folder: string
let chains: Record<Side, Chain>
let terms: LaneTerms
let lane: Word
const running: (Running | undefined)[] = []

async function startChain(side: Side, host: Buffer): Promise<Chain> {
  const net = await createDevnet(chainOptions(side, 'validator-flow'))
  const url = await net.listen(0)
  const deployer = openDeployer({ urls: [url], chainId: net.chainId, key: net.accountKey(0), clock: Date.now })
  const validators = NAMES.map((_, n) => addressOfKey(keyOf(n)))
  const gateway = await deployGateway(deployer, { host: addressOfKey(host), setDelayS: 600, validators, threshold: 2 })
  return { net, url, deployer, gateway }
}

async function openBothEnds(): Promise<void> {
  for (const [side, peer] of [
    ['domestic', 'partner'],
    ['partner', 'domestic'],
  ] as const) {
    const { deployer, gateway } = chains[side]
    const config = {
      peerChainId: CHAINS[peer].chainId,
      peerGateway: chains[peer].gateway.address,
      ordered: false,
      outbound: side === 'domestic',
      timeoutS: terms.timeoutS,
      endA: addressOfKey(END_A),
      endB: addressOfKey(END_B),
      ratePerHour: 0,
    }
    const place = { chainId: CHAINS[side].chainId, gateway: gateway.address }
    const consent = { a: signLane(place, lane, config, END_A), b: signLane(place, lane, config, END_B) }
    await openLane(deployer, gateway.address, lane, config, consent)
  }
}

const end = (side: Side, country: string) => ({
  ledger: `urn:hub:${country}:ledger:${side}`,
  chainId: CHAINS[side].chainId,
  gateway: chains[side].gateway.address,
  owner: `urn:hub:${country}:authority:customs`,
})

function writeConfig(n: number): string {
  const place = join(folder, NAMES[n]!)
  mkdirSync(place, { recursive: true })
  const ledger = (side: Side) => {
    const { net, url, gateway } = chains[side]
    const { hash, validators } = net.genesis()
    const { address, codeHash } = gateway
    return {
      family: 'evm',
      consensus: 'qbft',
      chainId: net.chainId,
      urls: [url],
      trust: { height: 0, hash, validators },
      contracts: { gateway: { address, codeHash } },
      deployedAt: gateway.height,
    }
  }
  writeFileSync(join(place, 'key'), keyOf(n).toString('hex'))
  writeFileSync(join(place, 'token'), `token-of-${NAMES[n]}-to-ask`)
  const config = {
    party: party(n),
    keyFile: 'key',
    tokenFile: 'token',
    listen: '127.0.0.1:0',
    dataFolder: 'data',
    ledgers: { domestic: ledger('domestic'), partner: ledger('partner') },
    lanes: [terms],
  }
  writeFileSync(join(place, 'validator.json'), JSON.stringify(config))
  return join(place, 'validator.json')
}

function spawnValidator(n: number): { process: ChildProcess; report(): string } {
  const args = [
    '--import',
    'tsx',
    COMMAND,
    'validator',
    '--config',
    join(folder, NAMES[n]!, 'validator.json'),
    '--json',
  ]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let report = ''
  child.stderr!.on('data', (chunk) => (report += String(chunk)))
  return { process: child, report: () => report }
}

async function startValidator(n: number): Promise<Running> {
  const { process: child, report } = spawnValidator(n)
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(report())))
  ended.catch(() => {})
  const [line] = (await Promise.race([once(createInterface(child.stdout!), 'line'), ended])) as [string]
  const { url, address } = JSON.parse(line) as { url: string; address: string }
  const client = validatorClient({ url, party: party(n), address, token: `token-of-${NAMES[n]}-to-ask` })
  const one = { process: child, url, client, report }
  running[n] = one
  return one
}

async function stopValidator(n: number, signal: NodeJS.Signals): Promise<number | null> {
  const child = running[n]?.process
  running[n] = undefined
  if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null
  const gone = once(child, 'exit') as Promise<[number | null]>
  child.kill(signal)
  return (await gone)[0]
}

const clients = (): ValidatorClient[] => running.flatMap((one) => (one ? [one.client] : []))
const signedLines = (n: number): number =>
  readFileSync(join(folder, NAMES[n]!, 'data', 'signed.ndjson'), 'utf8')
    .trim()
    .split('\n').length

async function send(message: string): Promise<Packet> {
  const { deployer, gateway } = chains.domestic
  const wish = { lane, kind: kindWord('customs.declaration', 1), message: message.repeat(32), timeoutS: 1800 }
  return (await sendPacket(deployer, gateway.address, wish)).packet
}

const delivery = (packet: Packet): AttestedAct => ({
  ...at('partner'),
  epoch: 1,
  lane,
  sequence: packet.sequence,
  act: 'deliver',
  value: packetCommitment(packet).toString('hex'),
})
const at = (side: Side) => ({ chainId: CHAINS[side].chainId, gateway: chains[side].gateway.address })
const transport = (side: Side) =>
  evmTransport({
    urls: [chains[side].url],
    chainId: CHAINS[side].chainId,
    contracts: { gateway: chains[side].gateway },
    key: chains[side].net.accountKey(1),
    clock: Date.now,
  })

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'validators-'))
  chains = { domestic: await startChain('domestic', END_A), partner: await startChain('partner', END_B) }
  terms = {
    name: 'declarations',
    source: end('domestic', 'cn'),
    target: end('partner', 'vn'),
    kinds: [KIND],
    ordered: false,
    timeoutS: 3600,
    assurance: 'proof',
    threshold: 2,
    operators: 2,
    ratePerHour: 1000,
    feePayer: 'urn:hub:cn:operator:hub',
    hash: 'keccak',
  }
  lane = laneId(terms)
  await openBothEnds()
  await Promise.all(NAMES.map((_, n) => startValidator((writeConfig(n), n))))
}, 180_000)
afterAll(async () => {
  await Promise.all(NAMES.map((_, n) => stopValidator(n, 'SIGKILL')))
  await Promise.all(Object.values(chains).map(({ net }) => net.close()))
  rmSync(folder, { recursive: true })
})

describe('three validators of three parties', { timeout: 120_000 }, () => {
  let first: Packet
  let second: Packet

  it('sign a packet that the target gateway then takes, and its receipt, which the source takes', async () => {
    first = await send('5e')
    const gathered = await gatherAttestation(clients(), delivery(first), 2, { operators: 2 })
    expect(gathered).toMatchObject({ enough: true, operators: 2 })
    const target = transport('partner')
    await target.deliver(first, gathered.attestation)
    const [told] = await target.received(lane, 1, 1)
    expect(told).toMatchObject({ outcome: 'delivered', commitment: packetCommitment(first).toString('hex') })

    const acknowledgement = Buffer.from(told!.acknowledgement, 'hex')
    const value = receiptWord('delivered', packetCommitment(first), acknowledgement).toString('hex')
    const act: AttestedAct = { ...at('domestic'), epoch: 1, lane, sequence: 1, act: 'acknowledge', value }
    const { attestation } = await gatherAttestation(clients(), act, 2, { operators: 2 })
    const source = transport('domestic')
    await source.acknowledge(first, 'delivered', told!.acknowledgement, attestation)
    expect(await source.counters(lane)).toMatchObject({ sent: 1, acknowledged: 1 })
  })
  it('sign nothing that was not sent', async () => {
    const { refused, enough } = await gatherAttestation(clients(), { ...delivery(first), sequence: 9 }, 2)
    expect(enough).toBe(false)
    expect(refused.map(({ code }) => code)).toEqual(['NOT_THERE', 'NOT_THERE', 'NOT_THERE'])
  })
  it('are enough when one has been killed', async () => {
    await stopValidator(0, 'SIGKILL')
    second = await send('6f')
    const gathered = await gatherAttestation(clients(), delivery(second), 2, { operators: 2 })
    expect(gathered.signed.map(({ party: by }) => by).toSorted()).toEqual([party(2), party(1)].toSorted())
    await transport('partner').deliver(second, gathered.attestation)
  })
  it('are too few when two have been killed, and say who did not sign', async () => {
    const before = await running[1]!.client.attest(delivery(second))
    const gone = running[2]!.client
    await stopValidator(2, 'SIGKILL')
    const { enough, signed, refused } = await gatherAttestation([...clients(), gone], delivery(second), 2)
    expect([enough, signed]).toEqual([false, [{ party: party(1), address: addressOfKey(keyOf(1)) }]])
    expect(refused).toMatchObject([{ party: party(2), code: 'UNREACHABLE', retry: true }])
    expect(await running[1]!.client.attest(delivery(second))).toEqual(before)
  })
  it('come back knowing what they have signed, and sign the same again', async () => {
    const lines = signedLines(2)
    const { client, url } = await startValidator(2)
    const headers = { authorization: `Bearer token-of-${NAMES[2]}-to-ask` }
    const state = (await (await fetch(`${url}/v1/validator`, { headers })).json()) as { signed: number }
    expect(state.signed).toBe(lines)
    await client.attest(delivery(second))
    expect(signedLines(2)).toBe(lines)
  })
  it('do not share a data folder', async () => {
    const { process: child, report } = spawnValidator(1)
    const [code] = (await once(child, 'close')) as [number]
    expect([code, report()]).toEqual([70, expect.stringContaining('another validator runs on the data folder')])
  })
  it('say that their node is away, and sign when it is back', async () => {
    const third = await send('7a')
    chains.domestic.net.setFault({ refuse: true })
    await expect(running[1]!.client.attest(delivery(third))).rejects.toMatchObject({
      code: 'NODE_UNREACHABLE',
      retry: true,
    })
    chains.domestic.net.setFault()
    expect(await running[1]!.client.attest(delivery(third))).toHaveLength(65)
  })
  it('freeze a ledger that shows two sealed blocks of one height, and end in good order', async () => {
    const { net } = chains.domestic
    net.setFault({ header: 'equivocation' })
    await expect(running[1]!.client.attest(delivery(second))).rejects.toMatchObject({ code: 'LEDGER_FROZEN' })
    net.setFault()
    await expect(running[1]!.client.attest(delivery(second))).rejects.toMatchObject({ code: 'LEDGER_FROZEN' })
    expect(running[1]!.report()).toContain('two sealed blocks')
    expect(await stopValidator(1, 'SIGTERM')).toBe(0)
  })
})
