// Our own side of a lane from another hub: a packet that has entered is delivered by an entry for its recipients, and what became of it is
// written where the other hub can have it proved.
import { createHash } from 'node:crypto'
import type { HubExport, HubImport, LedgerDelivery } from '../../../../schemas/types.d.ts'
import {
  appendOwnEntry,
  derivedId,
  fromTime,
  HubError,
  supervisorRows,
  type Accepted,
  type JournalEntry,
  type OwnEntryDeps,
  type ProvedMessage,
  type Register,
} from '../../../hub/index.ts'
import { readEvidence } from '../../evidence.ts'
import type { KnownLane, LedgerFold } from '../../ledger-fold.ts'
import { packetBytes, type Outcome, type Packet, type Word } from '../../packet.ts'
import { ProofRefused } from '../../proof-refused.ts'
import { asHead, headOf, packetName, type PacketValue } from '../../state.ts'
import { TransportFault } from '../../transport.ts'
import { checkHanded } from './handed.ts'
import type { Handed, HubLog } from './hub-log.ts'
import { pinsOf } from './pins.ts'
import type { OwnInbox } from './transport.ts'

export interface InboxDeps extends OwnEntryDeps {
  fold: Pick<LedgerFold, 'lane' | 'packet' | 'ledger'>
  register: Register
  accept(message: ProvedMessage): Promise<Accepted>
  /** Log of a hub this one reaches; undefined: not reached, or not believed now. */
  partner(ledger: string): HubLog | undefined
}

const NOTHING: Word = '0'.repeat(64)

export function hubInbox(deps: InboxDeps): OwnInbox {
  return {
    async deliver(packet) {
      const lane = laneOf(packet, deps)
      if (isLate(packet, deps)) throw new TransportFault('reverted', 'its deadline has passed', { code: 'Late' })
      const told = await toldOf(packet, deps)
      const { source } = lane.terms
      const before = await deps.journal.find(source.ledger, deliveryId(packet, lane))
      const delivery = before ?? (await deliver(packet, lane, told, deps))
      return await conclude(packet, 'delivered', deps, delivery)
    },
    async expire(packet) {
      if (!isLate(packet, deps)) throw new TransportFault('reverted', 'its deadline is to come', { code: 'Early' })
      return await conclude(packet, 'expired', deps)
    },
  }
}

/** The target alone judges it, by its own clock. */
const isLate = ({ deadline }: Packet, { clock }: InboxDeps): boolean => clock() > deadline * 1000

function laneOf({ lane }: Packet, { fold }: InboxDeps): KnownLane {
  const known = fold.lane(lane)
  if (!known) throw new HubError('NOT_FOUND', `there is no lane ${lane}`)
  return known
}

interface Told {
  export: HubExport
  evidence: Buffer
}

/** What the other hub's register says of the packet, as it was proved when the packet entered. */
async function toldOf({ lane, sequence }: Packet, { fold, journal }: InboxDeps): Promise<Told> {
  const known = await fold.packet(lane, sequence)
  const content = known && (await journal.content(known.entry))
  if (!content?.evidence) throw new TransportFault('answer', `packet ${sequence} has not entered yet`)
  return { export: exportIn(content.evidence), evidence: content.evidence }
}

/** The entry of a register of exports that evidence shows; it is proved by whoever verifies the evidence. */
export function exportIn(evidence: Buffer): HubExport {
  const proof = readEvidence(evidence)
  const body = 'state' in proof ? proof.state.storage[1] : undefined
  if (proof.family !== 'hub' || !body) throw new ProofRefused('PROOF_NODE', 'the evidence shows no entry of a hub')
  return JSON.parse(Buffer.from(body).toString()) as HubExport
}

const deliveryId = ({ lane, sequence }: Packet, { terms: { source } }: KnownLane): string =>
  derivedId('delivery', source.ledger, source.gateway, lane, String(sequence))

async function deliver(packet: Packet, lane: KnownLane, told: Told, deps: InboxDeps): Promise<JournalEntry> {
  const { ledger, gateway } = lane.terms.source
  const log = deps.partner(ledger)
  if (!log) throw new TransportFault('unreachable', `${ledger} is not reached now`)
  const handed = await log.handed(packet)
  const body = deliveryOf(ledger, gateway, told.export, handed)
  const accepted = await deps.accept({
    from: ledger,
    kind: 'ledger.delivery',
    id: deliveryId(packet, lane),
    atMs: fromTime(told.export.message.created) ?? 0,
    salt: createHash('sha256')
      .update('beibu-hub/delivery-salt/v1\n')
      .update(packetBytes(packet))
      .digest()
      .subarray(0, 16),
    body,
    evidence: told.evidence,
    prove: () => prove(body, ledger, deps),
  })
  return accepted.entry
}

/** Only the members that a delivery has: a partner's answer is not taken as it comes. */
const deliveryOf = (
  ledger: string,
  gateway: string,
  told: HubExport,
  { message, viewed, unavailable }: Handed,
): LedgerDelivery => ({
  ledger,
  gateway,
  export: told,
  ...(message && { message: message as NonNullable<LedgerDelivery['message']> }),
  ...(viewed && { viewed }),
  ...(unavailable && { unavailable }),
})

async function prove(body: LedgerDelivery, ledger: string, { fold, register }: InboxDeps): Promise<void> {
  const trust = fold.ledger(ledger)?.trust
  if (!trust) throw new ProofRefused('LEDGER', `no trust in ${ledger} is in force`)
  await checkHanded(body as Handed & LedgerDelivery, body.export, pinsOf(trust), register)
}

/** Writes what became of it, once. Gives the size of our log that holds it. */
async function conclude(
  packet: Packet,
  outcome: Extract<Outcome, 'delivered' | 'expired'>,
  deps: InboxDeps,
  delivery?: JournalEntry,
): Promise<number> {
  const { journal, register, hub } = deps
  const { lane, sequence } = packet
  const views = { key: journal.headKey.bind(journal), head: journal.head.bind(journal) }
  const { key, version, value, index } = await headOf<PacketValue>(views, 'packet', packetName(lane, sequence))
  if (!value) throw new TransportFault('answer', `packet ${sequence} has not entered yet`)
  if (value.state !== 'sent') return index! + 1
  const acknowledgement = delivery?.commitment.toString('hex') ?? NOTHING
  const said = { lane, sequence, commitment: value.commitment, outcome, acknowledgement }
  const body: HubImport = { ...said, ...(delivery && { delivery: delivery.index }) }
  const after: PacketValue = { ...value, state: outcome, acknowledgement }
  const refers = [index!, ...(delivery ? [delivery.index] : [])]
  const audience = supervisorRows(register, [countryOf(hub)], 'hub.import')
  const judgement = { moves: [{ key, version, value: asHead(after) }], refers }
  const id = derivedId('import', lane, String(sequence))
  const appended = await appendOwnEntry({ kind: 'hub.import', id, body, to: [], audience, judgement }, deps)
  if (appended.result === 'appended') return appended.entry.index + 1
  throw new TransportFault('answer', `packet ${sequence} is being concluded elsewhere`)
}

const countryOf = (urn: string): string => urn.split(':')[2]!.toUpperCase()
