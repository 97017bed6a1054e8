// The relay of this hub, wired: connections, the chain of accepted headers, the validators it asks, the front door, the courier.
import { inProcessCouriers, type PartyUrn } from '../hub/index.ts'
import { openConnections, type Connections } from './connections.ts'
import { ledgerDoor } from './front-door.ts'
import { hubsReached } from './hub-lanes.ts'
import { keptHeaders } from './kept-headers.ts'
import type { LedgerConfig } from './ledger-config.ts'
import type { KnownPacket, LedgerFold } from './ledger-fold.ts'
import { trustRootOf } from './ledgers/index.ts'
import type { LedgerRoomDeps } from './open.ts'
import { packetBytes, type Word } from './packet.ts'
import { packetOf } from './kinds/packet.ts'
import { ProofRefused } from './proof-refused.ts'
import type { Connection } from './prove-fact.ts'
import { headerChain, type HeaderChain } from './relay/header-chain.ts'
import type { HubPacket } from './relay/lane-book.ts'
import type { Attest, LaneSource, RelayLedger } from './relay/ports.ts'
import { startRelay, type Relay } from './relay/relay.ts'
import { type PacketTimeline, shownSteps, type TimelineStep } from './relay/timeline.ts'
import { keepTimelines } from './relay/kept-timelines.ts'
import type { PacketStep } from './shown.ts'
import type { ShownRelay } from './shown-relay.ts'
import type { VerifiedHeader } from './verifier.ts'
import { type Gathered, gatherAttestation, validatorClient } from './validator/index.ts'
import type { LedgerPacket, LedgerReceipt } from '../../schemas/types.d.ts'

export interface Relaying {
  connections: Connections
  ledgers(): ShownRelay['ledgers']
  lanes(): ShownRelay['lanes']
  timeline(lane: Word, sequence: number): PacketTimeline | undefined
  close(): Promise<void>
}

export async function openRelaying(config: LedgerConfig, fold: LedgerFold, deps: LedgerRoomDeps): Promise<Relaying> {
  const { clock, onFault, couriers = inProcessCouriers({ clock }) } = deps
  const chains = headerChains(deps)
  const hubs = hubsReached(config, fold, deps)
  const connections = openConnections({
    ledgers: config.ledgers,
    fold,
    clock,
    ...(hubs && { hubs }),
    headers: (connection) => {
      const chain = chains(connection)
      return {
        accept: async (header) => headerOf(await chain.accept(header)),
        leadingTo: (height) => chain.leadingTo(height),
      }
    },
  })
  const door = ledgerDoor({
    ...deps,
    fold,
    verifier: (ledger) => mustReach(connections, ledger).verifier,
    verifyHeaders: (ledger, headers) => acceptAll(mustReach(connections, ledger), headers),
  })
  const ways = await keepTimelines({ views: deps.views, onFault })
  const relay = startRelay({
    lanes: laneSource(fold, deps),
    ledgers: { get: relayLedgers(connections), keys: () => connections.names() },
    attest: attestBy(config, fold, connections),
    door,
    courier: couriers('relay'),
    headers: keptHeaders(deps.cursors),
    timelines: ways,
    clock,
    everyMs: config.everyMs,
    report: deps.report,
    onFault: (error, where) => onFault(Object.assign(new Error(`relay ${JSON.stringify(where)}`, { cause: error }))),
  })
  const close = async (): Promise<void> => {
    await relay.close()
    await ways.close()
  }
  return { connections, ...shownOf(relay, clock), timeline: relay.timeline, close }
}

const chainName = ({ ledger, trust }: Pick<Connection, 'ledger' | 'trust'>): string => `${ledger}#${trust.sequence}`

/** One chain of accepted headers for each ledger under each trust. */
function headerChains({ cursors, clock }: LedgerRoomDeps) {
  const store = keptHeaders(cursors)
  const chains = new Map<string, HeaderChain>()
  return ({ ledger, trust, verifier }: Pick<Connection, 'ledger' | 'trust' | 'verifier'>): HeaderChain => {
    const chain = chainName({ ledger, trust })
    const known = chains.get(chain) ?? headerChain({ chain, root: trustRootOf(trust), verifier, store, clock })
    chains.set(chain, known)
    return known
  }
}

function headerOf(accepted: Awaited<ReturnType<HeaderChain['accept']>>): VerifiedHeader {
  if (accepted.result === 'frozen') throw new ProofRefused('EQUIVOCATION')
  return accepted.header
}

async function acceptAll({ accept }: Connection, headers: readonly Uint8Array[]): Promise<VerifiedHeader> {
  let last: VerifiedHeader | undefined
  for (const header of headers) last = await accept(header)
  return last!
}

function mustReach(connections: Connections, ledger: PartyUrn): Connection {
  const connection = connections.get(ledger)
  if (!connection) throw new ProofRefused('LEDGER', `${ledger} is not reached or not believed here`)
  return connection
}

/** The same object for the same connection, as the relay asks. */
function relayLedgers(connections: Connections): (ledger: PartyUrn) => RelayLedger | undefined {
  const made = new WeakMap<Connection, RelayLedger>()
  return (name) => {
    const connection = connections.get(name)
    if (!connection) return undefined
    const { transport, verifier, trust } = connection
    const contracts = { gateway: trust.gateway, ...(trust.notary && { notary: trust.notary }) }
    const ledger = made.get(connection) ?? {
      transport,
      verifier,
      trust: trustRootOf(trust),
      chain: chainName(connection),
      contracts,
      targetEpoch: () => transport.epoch(),
    }
    made.set(connection, ledger)
    return ledger
  }
}

function laneSource(fold: LedgerFold, { journal }: LedgerRoomDeps): LaneSource {
  return {
    all: () => fold.lanes(),
    onChange: (listener) => fold.onChange(listener),
    packets: async (lane, from, limit) => (await fold.packets(lane, from, limit)).map(asHubPacket),
    async bytesOf(index) {
      const content = await journal.content(index)
      if (!content) throw new Error(`entry ${index} has been erased`)
      const body = JSON.parse(content.body.toString()) as LedgerPacket | LedgerReceipt
      return 'packet' in body ? packetBytes(packetOf(body)) : Buffer.from(body.receipt, 'hex')
    },
  }
}

function asHubPacket({ id, state, entry, receipt, acknowledgement }: KnownPacket): HubPacket {
  const sequence = Number(id.split('/')[1])
  if (state === 'sent' || receipt === undefined || acknowledgement === undefined) return { sequence, entry }
  return { sequence, entry, receipt: { entry: receipt, outcome: state, acknowledgement } }
}

/**
 * Asks the validators that are configured, entered as somebody's (whose key it is, the journal says) and members of the set at the gateway
 * where the signature is used: that one refuses all if one is of anybody else.
 */
function attestBy({ validators }: LedgerConfig, fold: LedgerFold, connections: Connections): Attest {
  return async (act, { terms }) => {
    const end = act.act === 'deliver' ? terms.target : terms.source
    // A hub takes in what it has verified itself, and asks for nobody's signature beside.
    if (mustReach(connections, end.ledger).trust.consensus === 'hub') return UNATTESTED
    const members = await mustReach(connections, end.ledger).transport.members(act.epoch)
    const entered = new Map(fold.validators().map((one) => [one.id, one]))
    const clients = validators
      .filter(({ address, party }) => {
        const known = entered.get(address)
        return known?.state === 'active' && known.party === party && members.includes(address)
      })
      .map(validatorClient)
    return gatherAttestation(clients, act, terms.threshold, { operators: terms.operators })
  }
}

const UNATTESTED: Gathered = {
  attestation: { epoch: 1, signatures: [] },
  enough: true,
  signed: [],
  operators: 0,
  refused: [],
}

function shownOf(relay: Relay, clock: () => number): Pick<Relaying, 'ledgers' | 'lanes'> {
  return {
    ledgers: () =>
      Object.fromEntries(
        relay.state().ledgers.map(({ ledger, height, verified, headers, funds, account, gasUsed, fault }) => [
          ledger,
          {
            ...(height !== undefined && { height }),
            ...(verified !== undefined && { verified }),
            headers,
            ...(account !== undefined && { account, ...(funds !== 'unknown' && { funds }) }),
            gasUsed: String(gasUsed),
            ...(fault !== undefined && { fault }),
          },
        ]),
      ),
    lanes: () =>
      Object.fromEntries(
        relay.state().lanes.map(({ lane, state, entered, delivered, failed, expired, backlog, pending, sent }) => {
          const oldest = Math.min(...pending.map(({ sinceMs }) => sinceMs))
          const waits =
            state === 'paused: funds' ? state : pending.find((one) => one.lastFault !== undefined)?.lastFault
          return [
            lane,
            {
              counts: { sent: sent ?? 0, entered, delivered, failed, expired, backlog },
              ...(pending.length > 0 && { backlogS: Math.max(0, Math.round((clock() - oldest) / 1000)) }),
              ...(waits !== undefined && { waits }),
            },
          ]
        }),
      ),
  }
}

/** A packet's way for people, and how many operators' signatures it was taken on. */
export function shownWay(line: PacketTimeline): { steps: PacketStep[]; operators?: number } {
  const signed = line.steps.find((step): step is TimelineStep & { step: 'signed' } => step.step === 'signed')
  return { steps: shownSteps(line), ...(signed && { operators: signed.operators }) }
}
