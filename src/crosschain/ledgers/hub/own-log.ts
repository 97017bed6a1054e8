// Our own log, as a ledger: what stands in its outbox is what the register of exports says, in its inbox what we have written of packets
// taken in.
import { createHash } from 'node:crypto'
import type { HubExport } from '../../../../schemas/types.d.ts'
import {
  canonicalJson,
  HubError,
  makeEntryProof,
  makeLogHeader,
  signedView,
  toBase64url,
  type Envelope,
  type LogSources,
  type MessageKind,
  type SignedView,
  type ViewSigner,
} from '../../../hub/index.ts'
import { packetOf } from '../../kinds/packet.ts'
import type { KnownPacket, LedgerFold } from '../../ledger-fold.ts'
import type { Packet, Word } from '../../packet.ts'
import { headOf, type OrderValue } from '../../state.ts'
import type { ReceivedPacket, SentPacket } from '../../transport.ts'
import type { Handed, HubLog, LaneFacts } from './hub-log.ts'

export type ShownKind = Pick<MessageKind, 'schema' | 'type' | 'views' | 'read'>

export interface OwnLogDeps extends LogSources {
  /** The ledger that stands for this hub. */
  ledger: string
  fold: Pick<LedgerFold, 'lane' | 'packet' | 'packets'>
  kind(name: string, version: number): ShownKind | undefined
  signer: ViewSigner
}

const PAGE_MAX = 256
const COUNT_PAGE = 1_000

export function ownHubLog(deps: OwnLogDeps): HubLog {
  const { evidence, fold, ledger } = deps
  const finishedOf = finishedCounts(fold)
  return {
    head: async () => evidence.latest()?.size ?? 0,
    header: (size, from) => makeLogHeader(size, from, deps),
    async facts(lane, from, to) {
      const { terms } = mustHave(fold.lane(lane), `lane ${lane}`)
      const isSource = terms.source.ledger === ledger
      const known = to < from ? [] : await fold.packets(lane, from, Math.min(PAGE_MAX, to - from + 1))
      const found = known.filter(({ id }) => sequenceOf(id) <= to)
      const finished = await finishedOf(lane)
      if (!isSource) return { ...NONE, received: finished, receipts: found.flatMap(receiptsOf) }
      const sent = await lastSent(lane, deps)
      const packets = await Promise.all(found.map((one) => sentPacket(one, deps)))
      return { ...NONE, sent, acknowledged: Math.min(finished, sent), packets }
    },
    async proof(box, lane, sequence, size) {
      const known = mustHave(await fold.packet(lane, sequence), `packet ${sequence}`)
      const index = mustHave(box === 'outbox' ? known.entry : known.receipt, `receipt of packet ${sequence}`)
      const { place, envelope, body } = await makeEntryProof(index, size, deps)
      return { account: [place], storage: [envelope, body] }
    },
    handed: (packet) => handed(packet, deps),
  }
}

const NONE: LaneFacts = { sent: 0, received: 0, acknowledged: 0, packets: [], receipts: [] }

const sequenceOf = (id: string): number => Number(id.split('/')[1])

function mustHave<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new HubError('NOT_FOUND', `there is no ${what} here`)
  return value
}

/** How many packets of a lane have come to their end; those below the first that has not are counted once. */
function finishedCounts(fold: Pick<LedgerFold, 'packets'>): (lane: Word) => Promise<number> {
  const below = new Map<Word, number>()
  return async (lane) => {
    let [first, more] = [below.get(lane) ?? 0, 0]
    for (let from = first + 1; ; from += COUNT_PAGE) {
      const page = await fold.packets(lane, from, COUNT_PAGE)
      for (const { id, state } of page) {
        if (state === 'sent') continue
        if (more === 0 && sequenceOf(id) === first + 1) first++
        else more++
      }
      if (page.length < COUNT_PAGE) break
    }
    below.set(lane, first)
    return first + more
  }
}

async function lastSent(lane: Word, { journal }: OwnLogDeps): Promise<number> {
  const views = { key: journal.headKey.bind(journal), head: journal.head.bind(journal) }
  return (await headOf<OrderValue>(views, 'order', lane)).value?.sequence ?? 0
}

const receiptsOf = ({ id, state, commitment, acknowledgement, receipt }: KnownPacket): ReceivedPacket[] =>
  state === 'sent' || receipt === undefined
    ? []
    : [
        {
          sequence: sequenceOf(id),
          outcome: state,
          commitment,
          acknowledgement: acknowledgement ?? '0'.repeat(64),
          height: receipt + 1,
        },
      ]

async function sentPacket({ entry }: KnownPacket, deps: OwnLogDeps): Promise<SentPacket> {
  return { packet: packetOf(await exportAt(entry, deps)), height: entry + 1 }
}

async function exportAt(index: number, { journal }: Pick<OwnLogDeps, 'journal'>): Promise<HubExport> {
  const content = mustHave(await journal.content(index), `entry ${index}`)
  return JSON.parse(content.body.toString()) as HubExport
}

/** Nothing is handed over that is not in the register of exports, and nothing more than it says there. */
async function handed({ lane, sequence }: Pick<Packet, 'lane' | 'sequence'>, deps: OwnLogDeps): Promise<Handed> {
  const { entry } = mustHave(await deps.fold.packet(lane, sequence), `packet ${sequence}`)
  const { form, message, view } = await exportAt(entry, deps)
  if (form === 'commitment') return { form }
  const content = await deps.journal.content(message.index)
  if (!content) return { form, unavailable: 'erased' }
  if (form === 'view') return { form, viewed: await exportedView(message.index, view!, deps) }
  const { envelope, signatures, certificates, body } = content
  return {
    form,
    message: {
      payload: toBase64url(envelope),
      signatures: signatures.map((one) => ({ protected: one.protected, signature: one.signature })),
      certificates: certificates.map((path) => path.map(toBase64url)),
      body: toBase64url(body),
    },
  }
}

/** The view of an entry that a lane may carry. Throws NOT_FOUND once it has been erased. */
export async function exportedView(
  index: number,
  viewName: string,
  { journal, kind, signer }: Pick<OwnLogDeps, 'journal' | 'kind' | 'signer'>,
): Promise<SignedView> {
  const [entry] = await journal.read(index, 1)
  const { envelope, body } = mustHave(await journal.content(index), `entry ${index}`)
  const known = mustHave(entry, `entry ${index}`)
  return signedView({
    journal: journal.urn,
    entry: known,
    envelope: JSON.parse(envelope.toString()) as Envelope,
    body,
    kind: kind(known.kind, known.version),
    viewName,
    signer,
  })
}

/** Hex SHA-256 of what a view says, by which the register of exports names it. */
export function viewDigest(viewed: SignedView): Word {
  const { jws: _, ...content } = viewed
  return createHash('sha256').update(canonicalJson(content)).digest('hex')
}
