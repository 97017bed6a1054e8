// A run across ledgers: two hub processes that relay the same lanes, validator processes of three parties, and three file-backed devnets
// behind HTTP, kept in this process so that their time and their words can be bent. One lane is ordered, its counterpart is not; a third
// one leads aside.
import { randomBytes } from 'node:crypto'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LedgerTrust } from '../../schemas/types.d.ts'
import { privateKeyToAccount } from 'viem/accounts'
import { composeMessage, type ComposedMessage } from '../../src/client/compose.ts'
import type { HubClient } from '../../src/client/hub-client.ts'
import { CAST_PARTIES } from '../../src/client/sandbox/cast.ts'
import { composerOf } from '../../src/client/party-folder.ts'
import { laneId, type LaneTerms } from '../../src/crosschain/lane.ts'
import { openLane, signLane } from '../../src/crosschain/ledgers/evm/deploy.ts'
import type { LaneConfig } from '../../src/crosschain/ledgers/evm/gateway/gateway.ts'
import type { TrustRoot } from '../../src/crosschain/verifier.ts'
import { mortalHub, type MortalHub } from './fault-process.ts'
import { pause } from './fault-traffic.ts'
import { ledgerPlace, type LedgerPlace, type PlaceLane, type PlaceLedger } from './ledger-place.ts'
import { RunValidator } from './ledger-run-validator.ts'
import { freePort } from './free-port.ts'

export const LANE_KIND = 'customs.declaration/1'
/** Folders of the sandbox: authorities lie beside the parties. */
export const OFFICES = { cn: '../authorities/cn-register-office', vn: '../authorities/vn-register-office' } as const
const OPERATOR = 'hub-operator'
const VALIDATORS = ['nanning-customs', 'hanoi-bank', 'bangkok-bank'] as const
const NAMES = ['domestic', 'partner', 'supervision'] as const
export type LedgerName = (typeof NAMES)[number]
/** Time of the ledgers begins so far behind the hubs', so that it can be moved without running ahead of them. */
const BEHIND_MS = 3 * 3_600_000
const PULSE_MS = 500
const LOOK_MS = 250
const TIMEOUT_S = 86_400
/** Which accounts of a devnet pay for which hub. */
const PAYERS = [1, 3] as const
const RICH = 4
const LITTLE_WEI = 1_000_000n

export interface LedgerRun {
  place: LedgerPlace
  /** `there` is not ordered, `back` is; `side` leads to a ledger on which the first hub's account has no money. */
  lanes: Record<'there' | 'back' | 'side', PlaceLane>
  /** Both relay; the second one only `there` and `back`. */
  hubs: readonly [MortalHub, MortalHub]
  validators: RunValidator[]
  /** 32 bytes; pays for the first hub on the ledger aside. */
  poorKey: Buffer
  /** For the verifier: who vouches, and where belief in the ledgers begins. */
  trustOf(hub: MortalHub, ledgers?: readonly LedgerTrust[]): Buffer
  /** Moves the time of all ledgers. */
  pass(ms: number): void
  isDown(name: string): boolean
  /** As if its process were gone, in the middle of a line of its file. */
  crash(name: LedgerName): Promise<void>
  restart(name: LedgerName): Promise<void>
  close(): Promise<void>
}

export async function ledgerRun(): Promise<LedgerRun> {
  const dir = mkdtempSync(join(tmpdir(), 'beibu-ledger-run-'))
  let moved = -BEHIND_MS
  const down = new Set<string>()
  const place = await ledgerPlace({ names: NAMES, folder: dir, clock: () => Date.now() + moved })
  const [domestic, partner, supervision] = NAMES.map((name) => place.ledger(name)) as [
    PlaceLedger,
    PlaceLedger,
    PlaceLedger,
  ]
  const lanes = {
    there: await openBoth(domestic, partner, false, place.threshold),
    back: await openBoth(partner, domestic, true, place.threshold),
    side: await openBoth(domestic, supervision, false, place.threshold),
  }
  const poorKey = randomBytes(32)
  await pay(supervision, poorKey, LITTLE_WEI)
  const ports = [await freePort(), await freePort(), await freePort()]
  const files = PAYERS.map((payer, n) => writeLedgers(dir, n, { place, ports, payer, ...(n === 0 && { poorKey }) }))
  const hubs = (await Promise.all(
    files.map((file) => mortalHub({ HUB_LEDGERS: file, HUB_CHECKPOINT_MS: '200', HUB_SM2_WORKERS: '1' })),
  )) as [MortalHub, MortalHub]
  const terms = Object.values(lanes).map((lane) => lane.terms)
  const validators = VALIDATORS.map(
    (folder, n) =>
      new RunValidator(
        dir,
        { folder, party: partyOf(folder), keys: place.validators[n]!, port: ports[n]! },
        place.ledgers,
        terms,
      ),
  )
  const pulse = setInterval(() => {
    for (const { name, devnet } of place.ledgers) if (!down.has(name)) void devnet.mine().catch(() => {})
  }, PULSE_MS)
  return {
    place,
    lanes,
    hubs,
    validators,
    poorKey,
    trustOf(hub, trusts = place.ledgers.map((one) => trustIn(one))) {
      const trust = JSON.parse(readFileSync(join(hub.dir, 'sandbox', 'trust.json'), 'utf8')) as object
      const ledgers = Object.fromEntries(
        trusts.map(({ ledger, consensus, chainId, root, gateway, notary }) => [
          ledger,
          { consensus, chainId, root, gateway, notary },
        ]),
      )
      return Buffer.from(JSON.stringify({ ...trust, ledgers }))
    },
    pass: (ms) => void (moved += ms),
    isDown: (name) => down.has(name),
    async crash(name) {
      down.add(name)
      await place.stop(name)
      appendFileSync(join(dir, `${name}.ndjson`), '{"height":')
    },
    async restart(name) {
      await place.restart(name)
      down.delete(name)
    },
    async close() {
      clearInterval(pulse)
      await Promise.all([...validators.map((one) => one.kill()), ...hubs.map((hub) => hub.remove())])
      await place.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** Where belief in a ledger begins, as its country and the operator sign it. */
export function trustIn(
  { urn, chainId, trust, contracts }: PlaceLedger,
  sequence = 1,
  root: TrustRoot = trust,
): LedgerTrust {
  const { gateway, notary } = contracts
  return {
    ledger: urn,
    sequence,
    consensus: 'qbft',
    chainId,
    root: { ...root, validators: [...root.validators] } as LedgerTrust['root'],
    gateway: { address: gateway.address, codeHash: gateway.codeHash },
    notary: { address: notary.address, codeHash: notary.codeHash },
  }
}

/** Moves money from an account that has some, in wei. */
export async function pay({ devnet, chainId }: PlaceLedger, key: Buffer, value: bigint): Promise<void> {
  const [from, to] = [devnet.accountKey(RICH), key].map((one) => privateKeyToAccount(`0x${one.toString('hex')}`))
  const nonce = Number(await devnet.request('eth_getTransactionCount', [from!.address, 'pending']))
  const terms = { chainId, nonce, gas: 21_000n, gasPrice: 2_000_000_000n }
  await devnet.request('eth_sendRawTransaction', [await from!.signTransaction({ ...terms, to: to!.address, value })])
}

/** Everything is up, and each party has signed for what is its own. */
export async function connect(run: LedgerRun): Promise<void> {
  const { hubs, validators, lanes, place } = run
  for (const hub of hubs) hub.spawn()
  const possessions = await Promise.all(validators.map((one) => one.start()))
  for (const hub of hubs) {
    await hub.ready()
    for (const ledger of place.ledgers) await believe(hub, trustIn(ledger))
    for (const [n, { setup }] of validators.entries()) {
      const body = { address: setup.keys.address, state: 'active', possession: possessions[n]! }
      await say(hub, setup.folder, 'ledger.validator', body)
    }
    const mine = hub === hubs[0] ? Object.values(lanes) : [lanes.there, lanes.back]
    for (const { id, terms } of mine)
      for (const owner of new Set([terms.source.owner, terms.target.owner]))
        await say(hub, officeOf(owner), 'ledger.lane', { lane: id, act: 'open', terms })
  }
}

/** Signed by the authority of the ledger's country and by the operator. */
export async function believe(hub: MortalHub, trust: LedgerTrust): Promise<void> {
  for (const folder of [officeOf(trust.ledger), OPERATOR]) await say(hub, folder, 'ledger.trust', trust)
}

export const officeOf = (urn: string): string => (urn.split(':')[2] === 'cn' ? OFFICES.cn : OFFICES.vn)

/** Composes and submits in the name of a party. Throws for whatever is not taken. */
async function say(hub: MortalHub, folder: string, kind: string, body: object): Promise<void> {
  await take(hub.client(folder), await compose(hub, folder, kind, [], body))
}

export function compose(
  hub: MortalHub,
  folder: string,
  kind: string,
  to: readonly string[],
  body: object,
): Promise<ComposedMessage> {
  const party = hub.party(folder)
  const { hub: urn, party: from } = party.card
  return composeMessage({ hub: urn, from, v: 1, kind, to: [...to], body }, composerOf(party))
}

/** Index of the entry. */
export async function take(client: HubClient, message: ComposedMessage): Promise<number> {
  const answer = await client.submit(message)
  if (answer.outcome === 'accepted') return answer.index
  throw new Error(`refused: ${JSON.stringify(answer.problem)}`)
}

/** Waits for what has to come; the limit is there to end a run in which it never does. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  withinMs = 240_000,
): Promise<T> {
  const giveUpAt = performance.now() + withinMs
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > giveUpAt) throw new Error(`${what}: did not come within ${withinMs / 1000} s`)
    await pause(100)
  }
}

async function openBoth(
  source: PlaceLedger,
  target: PlaceLedger,
  ordered: boolean,
  threshold: number,
): Promise<PlaceLane> {
  const end = ({ urn, chainId, contracts }: PlaceLedger) => ({
    ledger: urn,
    chainId,
    gateway: contracts.gateway.address,
    owner: `urn:hub:${urn.split(':')[2]}:regulator:register-office`,
  })
  const terms: LaneTerms = {
    name: `run-${source.name}-${target.name}`,
    source: end(source),
    target: end(target),
    kinds: [LANE_KIND],
    ordered,
    timeoutS: TIMEOUT_S,
    assurance: 'proof',
    threshold,
    operators: 2,
    ratePerHour: 3_600,
    feePayer: 'urn:hub:cn:operator:beibu-desk',
    hash: 'keccak',
  }
  const id = laneId(terms)
  for (const here of [source, target]) {
    const there = here === source ? target : source
    const config: LaneConfig = {
      peerChainId: there.chainId,
      peerGateway: there.contracts.gateway.address,
      ordered,
      outbound: here === source,
      timeoutS: terms.timeoutS,
      endA: source.hostKey.address,
      endB: target.hostKey.address,
      ratePerHour: terms.ratePerHour,
    }
    const gateway = here.contracts.gateway.address
    const [a, b] = [source, target].map(({ hostKey }) =>
      signLane({ chainId: here.chainId, gateway }, id, config, hostKey.key),
    )
    await openLane(here.host, gateway, id, config, { a: a!, b: b! })
  }
  return { id, terms, source, target }
}

interface LedgersOf {
  place: LedgerPlace
  ports: readonly number[]
  payer: number
  /** Absent: the ledger aside is not reached. */
  poorKey?: Buffer
}

function writeLedgers(dir: string, n: number, { place, ports, payer, poorKey }: LedgersOf): string {
  const reached = place.ledgers.filter(({ name }) => name !== 'supervision' || poorKey)
  const ledgers = reached.map(({ name, urn, url, deployedAt, devnet }) => {
    const keyFile = `payer-${n}-${name}.key`
    const key = name === 'supervision' ? poorKey! : devnet.accountKey(payer)
    writeFileSync(join(dir, keyFile), key.toString('hex'), { mode: 0o600 })
    return [urn, { urls: [url], keyFile, deployedAt }]
  })
  const validators = place.validators.map(({ address }, at) => ({
    party: partyOf(VALIDATORS[at]!),
    address,
    url: `http://127.0.0.1:${ports[at]}`,
  }))
  const file = join(dir, `ledgers-${n}.json`)
  writeFileSync(file, JSON.stringify({ ledgers: Object.fromEntries(ledgers), validators, everyMs: LOOK_MS }))
  return file
}

const partyOf = (folder: string): string => CAST_PARTIES.find((one) => one.folder === folder)!.party
