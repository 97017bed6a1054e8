// Ledgers in another process, and the relay in this one: with a front door and validators that cost next to nothing.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { PartyUrn } from '../src/hub/index.ts'
import { addressOfKey, attestationDigest, signDigest } from '../src/crosschain/attestation.ts'
import type { LedgerDoor } from '../src/crosschain/door.ts'
import type { LaneTerms } from '../src/crosschain/lane.ts'
import { evmTransport } from '../src/crosschain/ledgers/evm/transport.ts'
import { evmVerifier } from '../src/crosschain/ledgers/evm/verifier.ts'
import type { Word } from '../src/crosschain/packet.ts'
import { headersInMemory } from '../src/crosschain/relay/header-store.ts'
import { inProcessCourier } from '../src/hub/courier/in-process-courier.ts'
import type { HubPacket } from '../src/crosschain/relay/lane-book.ts'
import type { Attest, LaneSource, RelayLedger } from '../src/crosschain/relay/ports.ts'
import { startRelay, type Relay } from '../src/crosschain/relay/relay.ts'
import type { LedgerContracts } from '../src/crosschain/transport.ts'
import type { TrustRoot } from '../src/crosschain/verifier.ts'
import { tell } from './report.ts'

export interface Described {
  ledgers: {
    urn: string
    chainId: number
    url: string
    contracts: LedgerContracts
    deployedAt: number
    trust: TrustRoot
    keyHex: string
  }[]
  lane: { id: Word; terms: LaneTerms }
  validators: string[]
}
export interface Asked {
  send: number
}

export interface BenchPlace {
  lane: Word
  source: RelayLedger
  target: RelayLedger
  attest: Attest
  /** Resolves when all are sent. */
  send(count: number): Promise<void>
  start(): Relay
  close(): void
}

const EVERY_MS = 100
const PARTY = 'urn:hub:sg:relay:validator' as PartyUrn

export async function openBenchPlace(blockMs: number): Promise<BenchPlace> {
  const child = fork(fileURLToPath(new URL('./relay-ledgers.ts', import.meta.url)), [String(blockMs)], {
    execArgv: ['--import', import.meta.resolve('tsx')],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const [{ ledgers, lane, validators }] = (await once(child, 'message')) as [Described]
  const reached = new Map<PartyUrn, RelayLedger>(
    ledgers.map(({ urn, keyHex, url, ...one }) => {
      const node = { ...one, urls: [url], clock: Date.now, key: Buffer.from(keyHex, 'hex') }
      const transport = evmTransport(node)
      return [urn as PartyUrn, { ...one, transport, verifier: evmVerifier('qbft'), targetEpoch: async () => 1 }]
    }),
  )
  const attest = signers(validators)
  return {
    lane: lane.id,
    source: reached.get(lane.terms.source.ledger)!,
    target: reached.get(lane.terms.target.ledger)!,
    attest,
    async send(count) {
      child.send({ send: count } satisfies Asked)
      await once(child, 'message')
    },
    start: () =>
      startRelay({
        ...emptyHub(lane),
        ledgers: reached,
        attest,
        courier: inProcessCourier({ clock: Date.now }),
        headers: headersInMemory(),
        clock: Date.now,
        everyMs: EVERY_MS,
        report: () => {},
        onFault: (error) => tell(String(error)),
      }),
    close: () => child.disconnect(),
  }
}

/** Signs what it is asked to: verifying is the validators' cost, in their own processes. */
function signers(keys: readonly string[]): Attest {
  const all = keys.map((text) => Buffer.from(text, 'hex'))
  return async (act) => ({
    attestation: { epoch: act.epoch, signatures: all.map((key) => signDigest(attestationDigest(act), key)) },
    enough: true,
    signed: all.map((key) => ({ party: PARTY, address: addressOfKey(key) })),
    operators: 1,
    refused: [],
  })
}

/** Takes everything, and remembers what it has. */
function emptyHub(lane: Described['lane']): { lanes: LaneSource; door: LedgerDoor } {
  const rows = new Map<number, HubPacket>()
  let entries = 0
  return {
    lanes: {
      all: () => [{ ...lane, state: 'open' }],
      onChange: () => () => {},
      packets: async (_, from, limit) =>
        Array.from({ length: limit }, (__, n) => rows.get(from + n)).filter((row) => row !== undefined),
      bytesOf: async () => new Uint8Array(),
    },
    door: {
      async enter(fact) {
        const { sequence } = fact.packet
        const entry = entries++
        if (fact.fact === 'sent') rows.set(sequence, { sequence, entry })
        else {
          const { outcome, acknowledgement } = fact
          rows.set(sequence, { ...rows.get(sequence)!, receipt: { entry, outcome, acknowledgement } })
        }
        return { result: 'entered', index: entry }
      },
      freeze: async () => {
        throw new Error('a ledger of the bench contradicts itself')
      },
    },
  }
}
