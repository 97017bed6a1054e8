// A freeze: two things that cannot both be true are written down, and from then on nothing enters by the lanes concerned.
import { createHash } from 'node:crypto'
import {
  appendOwnEntry,
  derivedId,
  HubError,
  supervisorRows,
  toBase64url,
  type AudienceRow,
  type Move,
  type OwnEntryDeps,
  type PartyUrn,
  type Register,
} from '../hub/index.ts'
import type { LedgerFreeze } from '../../schemas/types.d.ts'
import type { KnownLane, LedgerFold } from './ledger-fold.ts'
import type { Word } from './packet.ts'
import { asHead, headOf, type LaneValue, type LedgerValue } from './state.ts'

export interface FreezeDeps extends OwnEntryDeps {
  fold: Pick<LedgerFold, 'lanes' | 'unfinished'>
  register: Register
}

/** `one` and `other`: the two headers, or the two packets' bytes. With `lane` only that lane freezes, else the ledger and with it all of its lanes. */
export interface Contradiction {
  why: LedgerFreeze['why']
  lane?: Word
  one: Uint8Array
  other: Uint8Array
}

const TRIES = 5
const IN_FLIGHT_MAX = 1_000
const KIND = 'ledger.freeze'

/** Index of the entry that says so; the same contradiction is written once. Throws CONTENDED if the heads keep moving. */
export async function freeze(
  ledger: PartyUrn,
  { why, lane, one, other }: Contradiction,
  deps: FreezeDeps,
): Promise<number> {
  const { hub, journal } = deps
  const [first, second] = [one, other].map(toBase64url).toSorted() as [string, string]
  const id = derivedId('freeze', ledger, lane ?? '', sha256(first), sha256(second))
  const inFlight = await inFlightOf(ledger, lane, deps)
  const body: LedgerFreeze = { ledger, ...(lane && { lane }), why, one: first, other: second, inFlight }
  for (let tries = 0; tries < TRIES; tries++) {
    const moves = await movesFor(ledger, lane, deps)
    const audience = audienceOf(ledger, lane, deps)
    const appended = await appendOwnEntry({ kind: KIND, id, body, to: [], audience, judgement: { moves } }, deps)
    if (appended.result === 'id-reused') return (await journal.find(hub, id))!.index
    if (appended.result !== 'stale' && appended.result !== 'refused') return appended.entry.index
  }
  throw new HubError('CONTENDED', `what is to be frozen of ${ledger} keeps changing`)
}

async function movesFor(ledger: PartyUrn, lane: Word | undefined, { journal }: FreezeDeps): Promise<Move[]> {
  const views = { key: journal.headKey.bind(journal), head: journal.head.bind(journal) }
  if (lane === undefined) {
    const { key, version, value } = await headOf<LedgerValue>(views, 'ledger', ledger)
    return [{ key, version, value: asHead({ ...(value ?? { type: 'ledger', id: ledger }), frozen: true }) }]
  }
  const { key, version, value } = await headOf<LaneValue>(views, 'lane', lane)
  if (!value) throw new HubError('NOT_FOUND', `there is no lane ${lane}`)
  return [{ key, version, value: asHead({ ...value, released: [], frozen: true }) }]
}

const lanesOf = (ledger: PartyUrn, lane: Word | undefined, fold: Pick<LedgerFold, 'lanes'>): KnownLane[] =>
  fold
    .lanes()
    .filter(({ id, terms }) => (lane ? id === lane : [terms.source.ledger, terms.target.ledger].includes(ledger)))

async function inFlightOf(
  ledger: PartyUrn,
  lane: Word | undefined,
  { fold }: FreezeDeps,
): Promise<LedgerFreeze['inFlight']> {
  const found: LedgerFreeze['inFlight'] = []
  for (const { id } of lanesOf(ledger, lane, fold))
    for (const sequence of await fold.unfinished(id, IN_FLIGHT_MAX - found.length)) found.push({ lane: id, sequence })
  return found
}

/** The owners of both ends of every lane concerned, and who supervises in their countries. */
function audienceOf(ledger: PartyUrn, lane: Word | undefined, { fold, register }: FreezeDeps): AudienceRow[] {
  const concerned = lanesOf(ledger, lane, fold)
  const owners = new Set(concerned.flatMap(({ terms }) => [terms.source.owner, terms.target.owner]))
  const countries = new Set([ledger, ...owners].map((urn) => urn.split(':')[2]!.toUpperCase()))
  return [
    ...[...owners].map((party): AudienceRow => ({ party, view: 'full' })),
    ...supervisorRows(register, countries, KIND),
  ]
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()
