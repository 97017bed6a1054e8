// A whole hub connected to two chains: gateways and notaries on them, a lane that both register offices own, three relay validators of three
// parties, and secrets in every place that can hold one.
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { LedgerTrust } from '../../schemas/types.d.ts'
import { laneId, type LaneTerms } from '../../src/crosschain/lane.ts'
import { openLane, signLane } from '../../src/crosschain/ledgers/evm/deploy.ts'
import { topicOf } from '../../src/crosschain/ledgers/evm/gateway-events.ts'
import { type RunningValidator, startValidator } from '../../src/crosschain/validator/index.ts'
import { toBase64url } from '../../src/hub/values/encoding.ts'
import { expectTaken } from './doors.ts'
import { believe, LEDGERS, openLaneOf, say } from './ledger-acts.ts'
import { type LedgerPlace, ledgerPlace, type PlaceLane, type PlaceLedger } from './ledger-place.ts'
import { freePort } from './free-port.ts'
import { openWorld, type World } from './world.ts'

export interface ConnectedWorld {
  world: World
  place: LedgerPlace
  lane: PlaceLane
  /** By the folders of their parties. */
  validators: Record<string, RunningValidator>
  /** Starts the validator of a folder again after it was closed. */
  start(folder: string): Promise<void>
  /** Nobody may be shown any of these. */
  secrets: string[]
  /** Lines of the hub's log. */
  log: string[]
  close(): Promise<void>
}

const RELAY_ACCOUNT = 1
const TOKEN = 'token-to-ask-a-validator'
const PASSWORD = 'rosebud'
const PATH_SECRET = 'api-key-in-a-path'
/** Party, and the key it signs with, as its place among the keys of the gateways' sets. */
const SIGNERS = {
  'nanning-bank': 'cn:bank:banyan',
  'second-bank': 'cn:bank:osmanthus',
  'hanoi-bank': 'vn:bank:lotus-lake',
}

/** `readOnly`: the hub has no account anywhere. */
export async function connectedWorld({ readOnly = false } = {}): Promise<ConnectedWorld> {
  const place = await ledgerPlace({ names: ['domestic', 'partner'], clock: Date.now })
  const [source, target] = [place.ledger('domestic'), place.ledger('partner')]
  const terms = laneTerms(source, target)
  const lane = { id: laneId(terms), terms, source, target }
  await openAt(lane, source, target, true)
  await openAt(lane, target, source, false)
  const babbler = await listen(createServer((_, response) => response.end('<html>no node here</html>')))
  const ports = await Promise.all(Object.keys(SIGNERS).map(() => freePort()))
  const log: string[] = []
  const world = await openWorld({
    env: async (sandbox) => ({
      HUB_LEDGERS: writeConfig(join(sandbox, 'ledgers'), place, { babbler: babbler.port, ports, readOnly }),
      HUB_LOG: 'debug',
    }),
    surroundings: { log: { write: (line) => void log.push(line) } },
  })
  const validators: Record<string, RunningValidator> = {}
  const start = async (folder: string): Promise<void> => {
    const n = Object.keys(SIGNERS).indexOf(folder)
    const config = {
      party: world.urn(folder),
      key: place.validators[n]!.key,
      host: '127.0.0.1',
      port: ports[n]!,
      token: TOKEN,
      dataFolder: join(world.dir, folder),
      ledgers: Object.fromEntries(place.ledgers.map((one) => [one.name, validatorLedger(one)])),
      lanes: [terms],
      epochs: {},
    }
    validators[folder] = await startValidator(config, { clock: Date.now, lock: () => () => {}, onFault: () => {} })
  }
  for (const folder of Object.keys(SIGNERS)) await start(folder)
  const keys = place.ledgers.map(({ devnet }) => devnet.accountKey(RELAY_ACCOUNT).toString('hex'))
  return {
    world,
    place,
    lane,
    validators,
    start,
    log,
    secrets: [...keys, TOKEN, PASSWORD, PATH_SECRET, Buffer.from(`desk:${PASSWORD}`).toString('base64')],
    async close() {
      await world.close()
      await Promise.all(Object.values(validators).map((one) => one.close()))
      babbler.server.close()
      await place.close()
    },
  }
}

/** Both ledgers believed, the lane open and the validators entered: from here on the relay works. */
export async function enterAll({ world, place, lane, validators }: ConnectedWorld): Promise<void> {
  for (const ledger of place.ledgers) await believe(world, trustIn(ledger))
  for (const [folder, { validator, possession }] of Object.entries(validators)) {
    const body = { address: validator.address, possession: toBase64url(possession), state: 'active' }
    expectTaken(await say(world, folder, 'ledger.validator', body))
  }
  await openLaneOf(world, lane.terms)
}

export const trustIn = ({ urn, chainId, trust, contracts }: PlaceLedger, sequence = 1): LedgerTrust => ({
  ledger: urn,
  sequence,
  consensus: 'qbft',
  chainId,
  root: { ...trust, trustingPeriodS: 1_209_600 } as LedgerTrust['root'],
  gateway: contractOf(contracts.gateway),
  notary: contractOf(contracts.notary),
})

const contractOf = ({ address, codeHash }: { address: string; codeHash: string }) => ({ address, codeHash })

const laneTerms = (source: PlaceLedger, target: PlaceLedger): LaneTerms => ({
  name: 'declarations-cn-vn',
  source: endOf(source, LEDGERS.source),
  target: endOf(target, LEDGERS.target),
  kinds: ['customs.declaration/1'],
  ordered: false,
  timeoutS: 3_600,
  assurance: 'proof',
  threshold: 2,
  operators: 2,
  ratePerHour: 3_600,
  feePayer: 'urn:hub:cn:operator:beibu-desk',
  hash: 'keccak',
})

const endOf = ({ chainId, contracts }: PlaceLedger, ledger: string) => ({
  ledger,
  chainId,
  gateway: contracts.gateway.address,
  owner: `${ledger.slice(0, 10)}:regulator:register-office`,
})

async function openAt(
  { id, terms, source, target }: PlaceLane,
  here: PlaceLedger,
  there: PlaceLedger,
  outbound: boolean,
) {
  const { timeoutS, ratePerHour } = terms
  const config = {
    peerChainId: there.chainId,
    peerGateway: there.contracts.gateway.address,
    ordered: false,
    outbound,
    timeoutS,
    endA: source.hostKey.address,
    endB: target.hostKey.address,
    ratePerHour,
  }
  const gateway = here.contracts.gateway.address
  const by = ({ hostKey }: PlaceLedger) => signLane({ chainId: here.chainId, gateway }, id, config, hostKey.key)
  await openLane(here.host, gateway, id, config, { a: by(source), b: by(target) })
}

/** Told of every packet that is sent on the first chain, as of any contract that knows nothing of us. */
const trigger = (place: LedgerPlace) => ({
  name: 'packet-sent',
  ledger: LEDGERS.source,
  contract: place.ledger('domestic').contracts.gateway.address,
  topic: topicOf('Sent'),
  to: 'urn:hub:cn:customs:nanning-example',
})

/** The second node of each ledger is none; it is asked when the first is gone. */
function writeConfig(
  folder: string,
  place: LedgerPlace,
  { babbler, ports, readOnly }: { babbler: number; ports: readonly number[]; readOnly: boolean },
): string {
  mkdirSync(folder)
  const ledgers = place.ledgers.map(({ urn, name, url, deployedAt, devnet }) => {
    writeFileSync(join(folder, `${name}.key`), devnet.accountKey(RELAY_ACCOUNT).toString('hex'))
    const good = url.replace('http://', `http://desk:${PASSWORD}@`)
    const urls = [`${good}/v3/${PATH_SECRET}`, `http://desk:${PASSWORD}@127.0.0.1:${babbler}/v3/${PATH_SECRET}`]
    return [urn, { urls, deployedAt, ...(!readOnly && { keyFile: `${name}.key` }) }]
  })
  writeFileSync(join(folder, 'token'), TOKEN)
  const validators = Object.values(SIGNERS).map((party, n) => ({
    party: `urn:hub:${party}`,
    url: `http://127.0.0.1:${ports[n]}`,
    address: place.validators[n]!.address,
    tokenFile: 'token',
  }))
  writeFileSync(
    join(folder, 'ledgers.json'),
    JSON.stringify({ ledgers: Object.fromEntries(ledgers), validators, events: [trigger(place)], everyMs: 100 }),
  )
  return join(folder, 'ledgers.json')
}

const validatorLedger = ({ chainId, url, trust, contracts, deployedAt }: PlaceLedger) => ({
  family: 'evm' as const,
  consensus: 'qbft' as const,
  chainId,
  urls: [url],
  trust,
  contracts: { gateway: contractOf(contracts.gateway) },
  deployedAt,
})

const listen = (server: Server): Promise<{ server: Server; port: number }> =>
  new Promise((listening) => {
    server.listen(0, '127.0.0.1', () => listening({ server, port: (server.address() as AddressInfo).port }))
  })
