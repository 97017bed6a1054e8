// Follows the journal for messages that go over a lane to another hub, and writes each delivery abroad into the register of exports before
// anything can be handed out: the entry is what the other hub has proved to it.
import { createHash } from 'node:crypto'
import type { HubExport } from '../../schemas/types.d.ts'
import {
  appendOwnEntry,
  classesIn,
  derivedId,
  follow,
  FULL,
  HubError,
  parseStrictJson,
  supervisorRows,
  toBase64url,
  type AudienceRow,
  type Envelope,
  type Follower,
  type JournalEntry,
  type OwnEntryDeps,
  type PartyUrn,
  type Register,
  type Views,
} from '../hub/index.ts'
import { formOf, type ExportForm } from './export-rule.ts'
import type { KnownLane, LedgerFold } from './ledger-fold.ts'
import { exportedView, viewDigest, type OwnLogDeps, type ShownKind } from './ledgers/hub/own-log.ts'
import { kindWord, packetCommitment, type Packet, type Word } from './packet.ts'
import { asHead, headOf, laneState, packetName, type LaneValue, type OrderValue, type PacketValue } from './state.ts'

export interface ExportingDeps extends OwnEntryDeps, Pick<OwnLogDeps, 'kind' | 'signer'> {
  /** The ledger that stands for this hub. */
  ledger: PartyUrn
  views: Views
  register: Register
  fold: Pick<LedgerFold, 'lanes' | 'reached'>
  onFault(error: unknown): void
}

const VIEW = 'exports'
const KIND = 'hub.export'
const SAVE_EVERY = 1_000
const TRIES = 20
const FOLD_WAIT_MS = 5_000
const NOBODY: Word = '0'.repeat(64)

export async function followExports(deps: ExportingDeps): Promise<Follower> {
  const { journal, views, fold, onFault } = deps
  let saved = await views.cursor(VIEW)
  if (saved > journal.size()) {
    await views.empty(VIEW)
    saved = 0
  }
  const handle = async (entries: readonly JournalEntry[]): Promise<void> => {
    const next = entries.at(-1)!.index + 1
    const own = entries.filter(({ by, outcome }) => by === 'signature' && outcome === 'accepted')
    // A lane that was opened before the message has to be known here before it.
    if (own.length > 0 && !(await fold.reached(next, FOLD_WAIT_MS)))
      throw new HubError('VIEW_BEHIND', 'what is known of lanes lags behind the journal')
    let wrote = false
    for (const entry of own)
      for (const lane of fold.lanes())
        if (lane.terms.source.ledger === deps.ledger) wrote = (await exportOver(lane, entry, deps)) || wrote
    if (!wrote && next - saved < SAVE_EVERY) return
    await views.apply(VIEW, [], next)
    saved = next
  }
  return follow({ journal, from: saved, handle, onFault })
}

/** True if it went over that lane, now or before. */
async function exportOver(lane: KnownLane, entry: JournalEntry, deps: ExportingDeps): Promise<boolean> {
  const country = countryOf(lane.terms.target.ledger)
  const parties = recipientsIn(country, entry.audience)
  if (!lane.terms.kinds.includes(`${entry.kind}/${entry.version}`) || parties.length === 0) return false
  for (let tries = 0; tries < TRIES; tries++) {
    const done = await tryExport(lane, entry, { country, parties }, deps)
    if (done !== 'again') return done
  }
  throw new HubError('CONTENDED', `entry ${entry.index} cannot be exported: its lane keeps changing`)
}

/** Readers abroad in their own right. Who sees no more than a view of it here gets no more than that over a lane: nothing. */
const recipientsIn = (country: string, audience: readonly AudienceRow[]): PartyUrn[] =>
  audience
    .filter(({ party, view, by }) => by === undefined && view === FULL && countryOf(party) === country)
    .map(({ party }) => party)

async function tryExport(
  lane: KnownLane,
  entry: JournalEntry,
  to: { country: string; parties: PartyUrn[] },
  deps: ExportingDeps,
): Promise<boolean | 'again'> {
  const { journal, clock } = deps
  const views = { key: journal.headKey.bind(journal), head: journal.head.bind(journal) }
  const known = await headOf<LaneValue>(views, 'lane', lane.id)
  // What comes while a lane is not open does not go over it later: it is sent again.
  if (!known.value || laneState(known.value) !== 'open' || lane.index > entry.index) return false
  const content = await journal.content(entry.index)
  if (!content) return false
  const envelope = JSON.parse(content.envelope.toString()) as Envelope
  const decided = decide(lane, deps.kind(entry.kind, entry.version), content.body, clock())
  const order = await headOf<OrderValue>(views, 'order', lane.id)
  const packet = packetOf(lane, entry, (order.value?.sequence ?? 0) + 1, clock())
  const body = await bodyOf({ lane, entry, envelope, decided, packet, to }, deps)
  const name = packetName(lane.id, packet.sequence)
  const { key, version } = await headOf<PacketValue>(views, 'packet', name)
  const { kind, message, deadline } = packet
  const value = {
    type: 'packet',
    id: name,
    kind,
    message,
    commitment: body.commitment,
    deadline,
    state: 'sent',
  } as const
  const moves = [
    { key, version, value: asHead(value) },
    {
      key: order.key,
      version: order.version,
      value: asHead({ type: 'order', id: lane.id, sequence: packet.sequence }),
    },
  ]
  const appended = await appendOwnEntry(
    {
      kind: KIND,
      // Once for each message and lane.
      id: derivedId('export', lane.id, entry.commitment),
      body,
      to: [],
      audience: toldOf(entry, deps),
      judgement: { moves, expects: [{ key: known.key, version: known.version }], refers: [entry.index] },
    },
    deps,
  )
  return appended.result === 'stale' ? 'again' : true
}

function decide(lane: KnownLane, kind: ShownKind | undefined, bytes: Buffer, nowMs: number): ExportForm {
  const isReadable = kind && (kind.read !== undefined || /[/+]json$/.test(kind.type))
  const body = isReadable ? (kind.read ? kind.read(bytes).body : parseStrictJson(bytes)) : undefined
  const classes = isReadable ? classesIn(body, kind.schema) : []
  return formOf(classes, kind?.views ?? {}, lane.terms.grounds ?? [], nowMs)
}

const packetOf = (lane: KnownLane, entry: JournalEntry, sequence: number, nowMs: number): Packet => ({
  lane: lane.id,
  sequence,
  kind: kindWord(entry.kind, entry.version),
  message: entry.commitment.toString('hex'),
  sender: createHash('sha256').update('beibu-hub/sender/v1\n').update(entry.senderKey).digest('hex'),
  receiver: NOBODY,
  deadline: Math.floor(nowMs / 1000) + lane.terms.timeoutS,
  body: new Uint8Array(),
})

interface Exported {
  lane: KnownLane
  entry: JournalEntry
  envelope: Envelope
  decided: ExportForm
  packet: Packet
  to: { country: string; parties: PartyUrn[] }
}

async function bodyOf(
  { lane, entry, envelope, decided, packet, to }: Exported,
  deps: ExportingDeps,
): Promise<HubExport> {
  const { hash, target, retention } = lane.terms
  const { classes, withheld, grounds } = decided
  const shown =
    decided.form === 'view'
      ? { view: decided.view, shown: viewDigest(await exportedView(entry.index, decided.view, deps)) }
      : {}
  const { from, for: owner = from, created } = envelope
  return {
    packet: { ...packet, body: toBase64url(packet.body) },
    commitment: packetCommitment(packet, hash).toString('hex'),
    message: { index: entry.index, kind: `${entry.kind}/${entry.version}`, from, owner, created },
    to: { country: to.country, ledger: target.ledger, parties: to.parties },
    form: decided.form,
    ...shown,
    classes,
    withheld,
    grounds,
    ...(retention?.targetS !== undefined && { keptS: retention.targetS }),
  }
}

/** Whose data it is hears that they have gone abroad, and so do the supervisors of this country. */
function toldOf({ audience }: JournalEntry, { register, hub }: ExportingDeps): AudienceRow[] {
  const owners = audience.filter(({ by }) => by === 'sender').map(({ party }): AudienceRow => ({ party, view: 'full' }))
  return [...owners, ...supervisorRows(register, [countryOf(hub)], KIND)]
}

const countryOf = (urn: PartyUrn): string => urn.split(':')[2]!.toUpperCase()
