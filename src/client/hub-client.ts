// The typed client: what a bank, a customs office or a regulator calls instead of the routes.
// It sends the same bytes again until answered, so a message is taken once however bad the line.
import type { HubExport } from '../../schemas/types.d.ts'
import type { ShownLane, ShownLedger, ShownPacket } from '../crosschain/shown.ts'
import { randomBytes } from 'node:crypto'
import { createHash } from 'node:crypto'
import type { AttestationFile } from '../hub/evidence/attestation-file.ts'
import { commitRoot } from '../hub/evidence/receipt.ts'
import type { SuiteName } from '../hub/identity/suite.ts'
import type { WantedAnswer } from '../hub/due-list.ts'
import type { CaseAnswer } from '../hub/http/cases.ts'
import type { Receipt } from '../hub/journal/journal.ts'
import { MESSAGE_FILE_TYPE, type PartyUrn } from '../hub/message/envelope.ts'
import type { AdminStateAnswer } from '../hub/admin/state.ts'
import type { UnitsRow } from '../hub/units.ts'
import type { SignedSet } from '../hub/supervision/set.ts'
import { readLines } from './history-lines.ts'
import { HubAddresses } from './hub-addresses.ts'
import { type ComposedMessage, composeMessage, headerForm, type MessageFile, messageFile } from './compose.ts'
import { HubProblem, type Problem } from './hub-problem.ts'
import { type Purpose, purposeHeader } from '../hub/supervision/purpose.ts'
import { DEFAULT_RETRY, type HubAnswer, request, type RequestDeps, type RetryPolicy } from './hub-requests.ts'
import { type ClientIdentity, SessionKeeper, type SessionPurpose } from './session-keeper.ts'
import type { FeedItem } from './feed-item.ts'

/** What became of a message. `duplicate`: the hub had it already and gives the first receipt. A refusal decided by the journal carries a receipt of its own. */
export type Submitted =
  | { outcome: 'accepted'; duplicate: boolean; index: number; receipt: Receipt }
  | { outcome: 'refused'; problem: Problem }

/** One page of a feed; `next` is where the following page begins, `head` the newest seq. */
export interface FeedPage {
  journal: string
  epoch: number
  items: FeedItem[]
  next: number
  head: number
  /** Items that cannot be given any more. */
  gap?: { from: number; to: number; why: 'retention' | 'epoch' }
}

/** One reading of an entry by a regulator; `anchor` is the hub.access entry that covers it, once there is one. */
export interface AccessReading {
  reader: PartyUrn
  way: string
  purpose: string
  view: string
  since: string
  until: string
  anchor?: number
}

/** Whether a recipient has acknowledged an entry, and by which entry: it covers the items from..to of its feed, of which this is `seq`. */
export type Delivered =
  | { party: PartyUrn; delivered: false }
  | { party: PartyUrn; delivered: true; acknowledgement: number; at: string; seq: number; from: number; to: number }

export interface FeedQuery {
  after?: number
  limit?: number
  /** A durable subscription; its position is where the page begins. */
  name?: string
  kinds?: readonly string[]
  /** Acknowledges every item of `name` up to this seq. */
  ack?: number
}

export interface HubClientOptions {
  /** The hub's origin: what sessions are signed for. It is reached there unless `addresses` are given. */
  url: string
  /** Where the processes of the hub are reached, the one to be asked first at the head. */
  addresses?: readonly string[]
  hub: PartyUrn
  identity: ClientIdentity
  /** Why a regulator reads; told to the hub with every reading. */
  purpose?: Purpose
  retry?: Partial<RetryPolicy>
  fetch?: typeof fetch
  clock?: () => number
  sleep?: (ms: number) => Promise<void>
  jitter?: () => number
}

/** A question; `suites` are those the hub is to sign the answer in, its first if none is named. */
export interface EnquiryRequest {
  enquiry: string
  v: number
  question: object
  suites?: readonly SuiteName[]
}

export interface DueQuery {
  role: 'answer' | 'await'
  /** 'awaited' if absent. */
  state?: WantedAnswer['state']
  /** The `next` of the page before. */
  after?: string
  limit?: number
}

/** One delivery abroad, as the entry that registered it says. */
export interface ShownExport {
  index: number
  at: string
  export: HubExport
}

type Query = Record<string, string | number | undefined>

export class HubClient {
  readonly url: string
  /** Shared with the feeds of this client: what one of them finds silent, the others leave too. */
  readonly addresses: HubAddresses
  readonly hub: PartyUrn
  readonly identity: ClientIdentity
  readonly purpose: Purpose | undefined
  readonly #deps: RequestDeps & { clock: () => number }
  readonly #sessions: Record<SessionPurpose, SessionKeeper>

  constructor(options: HubClientOptions) {
    this.url = options.url.replace(/\/+$/, '')
    this.addresses = new HubAddresses(options.addresses ?? [this.url])
    this.hub = options.hub
    this.identity = options.identity
    this.purpose = options.purpose
    this.#deps = {
      addresses: this.addresses,
      fetch: options.fetch ?? fetch,
      clock: options.clock ?? Date.now,
      sleep: options.sleep ?? ((ms) => new Promise((wake) => setTimeout(wake, ms))),
      jitter: options.jitter ?? Math.random,
      retry: { ...DEFAULT_RETRY, ...options.retry },
    }
    const keeper = (purpose: SessionPurpose) =>
      new SessionKeeper({ url: this.url, hub: this.hub, purpose }, this.identity, this.#deps)
    this.#sessions = { api: keeper('api'), feed: keeper('feed') }
  }

  /** A bearer token for a purpose, renewed when needed. `refused` is one the hub no longer takes. */
  token(purpose: SessionPurpose, refused?: string): Promise<string> {
    if (refused !== undefined) this.#sessions[purpose].drop(refused)
    return this.#sessions[purpose].token()
  }

  /** Submits a message in the form that fits it. A no of any kind is an answer, not an exception; throws HubSilent when nobody answers. */
  async submit(message: ComposedMessage): Promise<Submitted> {
    const no = await this.#uploadAll(message)
    if (no) return no
    const form = headerForm(message)
    if (form === undefined) return this.submitFile(messageFile(message))
    return this.#submit(form.body, { 'content-type': form.type, 'hub-message': form.header })
  }

  async #uploadAll({ uploads = [] }: ComposedMessage): Promise<Submitted | undefined> {
    try {
      for (const one of uploads) await this.upload(one)
      return undefined
    } catch (error) {
      if (error instanceof HubProblem) return { outcome: 'refused', problem: error.problem }
      throw error
    }
  }

  /** Submits a message file as it is, bytes or object. */
  submitFile(file: MessageFile | Buffer): Promise<Submitted> {
    const body = file instanceof Uint8Array ? file : JSON.stringify(file)
    return this.#submit(body, { 'content-type': MESSAGE_FILE_TYPE })
  }

  async #submit(body: Buffer | string, headers: Record<string, string>): Promise<Submitted> {
    try {
      return accepted(await this.#send('POST', '/v1/messages', headers, body))
    } catch (error) {
      if (error instanceof HubProblem) return { outcome: 'refused', problem: error.problem }
      throw error
    }
  }

  /** Submits many message files in one request; the answers keep their order. */
  async submitBatch(files: readonly MessageFile[]): Promise<Submitted[]> {
    const body = files.map((file) => `${JSON.stringify(file)}\n`).join('')
    const answer = await this.#send('POST', '/v1/batches', { 'content-type': 'application/x-ndjson' }, body)
    const lines = answer.text.split('\n').filter((line) => line !== '')
    return lines.map((line) => batchLine(JSON.parse(line) as BatchLine))
  }

  /** The entry a sender's id led to. */
  find(from: PartyUrn, id: string): Promise<Record<string, unknown>> {
    return this.#get('/v1/messages', { from, id })
  }

  entry(index: number): Promise<Record<string, unknown>> {
    return this.#get(`/v1/messages/${index}`)
  }

  /** The evidence bundle of an entry, as the bytes to keep. Waits at the hub until a checkpoint covers the entry. */
  async bundle(index: number, attachments: 'include' | 'omit' = 'omit'): Promise<Buffer> {
    const asked = attachments === 'include' ? '?attachments=include' : ''
    return Buffer.from((await this.#send('GET', `/v1/messages/${index}/bundle${asked}`)).text)
  }

  /** Uploads an attachment before the message that names it. Sending the same again is well; throws HubProblem for a no. */
  async upload({ sha256, type, bytes }: { sha256: string; type: string; bytes: Buffer }): Promise<void> {
    await this.#send('PUT', `/v1/attachments/${sha256}`, { 'content-type': type }, bytes)
  }

  /** The bytes of one attachment of an entry, compared with the digest asked for. Throws HubProblem, and an error if they are others. */
  async attachment(index: number, sha256: string): Promise<Buffer> {
    const { bytes } = await this.#send('GET', `/v1/messages/${index}/attachments/${sha256}`)
    if (createHash('sha256').update(bytes).digest('hex') !== sha256)
      throw new Error(`the hub gave other bytes than those of attachment ${sha256}`)
    return bytes
  }

  /** Asks a question that changes nothing; gives the signed answer with the chain of hub keys, as a file to keep. Verify it before use. */
  async enquire(asked: EnquiryRequest): Promise<AttestationFile> {
    const json = { 'content-type': 'application/json' }
    const answer = await this.#send('POST', '/v1/enquiries', json, JSON.stringify(asked))
    const { signatures } = JSON.parse(answer.text) as Pick<AttestationFile, 'signatures'>
    // Asked for afterwards: a key that came into use meanwhile is among them.
    const chain = await this.keys()
    return { v: 1, signatures, ...chain }
  }

  feed(query: FeedQuery = {}): Promise<FeedPage> {
    return this.#get('/v1/feed', { ...query, kinds: query.kinds?.join(',') })
  }

  /** One page of what this party must answer, or of the answers it waits for, in order of time. */
  due(query: DueQuery): Promise<{ items: WantedAnswer[]; next?: string }> {
    return this.#get('/v1/due', { ...query })
  }

  /** One page of everything this party was told of under a unique consignment reference. `next` is the `after` of the next page. */
  case(ucr: string, query: { after?: number; limit?: number } = {}): Promise<CaseAnswer> {
    return this.#get(`/v1/cases/${encodeURIComponent(ucr)}`, { ...query })
  }

  /** Which regulators have read an entry of one's own: when, in which view, for what. */
  access(index: number): Promise<{ index: number; readings: AccessReading[] }> {
    return this.#get(`/v1/messages/${index}/access`)
  }

  /** Which recipients have acknowledged an entry of one's own. */
  deliveries(index: number): Promise<{ index: number; deliveries: Delivered[] }> {
    return this.#get(`/v1/messages/${index}/deliveries`)
  }

  /** The evidence bundle of the acknowledgement by which a recipient says it received an entry of one's own. */
  async deliveryBundle(index: number, party: PartyUrn): Promise<Buffer> {
    return Buffer.from((await this.#send('GET', `/v1/messages/${index}/deliveries/${party}/bundle`)).text)
  }

  /** What the feed held of a day (UTC), signed. */
  completeness(day: string): Promise<SignedSet> {
    return this.#get('/v1/feed/completeness', { day })
  }

  /** The lines of the feed's history: items, and last {set, jws}. Throws HubProblem, or HubSilent when it breaks off. */
  async *history(range: { from?: number; to?: number } = {}): AsyncGenerator<string, void, void> {
    const headers = { ...this.#reason('GET'), authorization: `Bearer ${await this.token('api')}` }
    yield* readLines(this.addresses, `/v1/feed/history${searchOf(range)}`, headers, this.#deps.fetch)
  }

  /** Signs and submits that the items from..to were received; `payloads` are those of their receipts, in order. */
  async acknowledge(range: { epoch: number; from: number; payloads: readonly Buffer[] }): Promise<Submitted> {
    const { party, signer, path } = this.identity
    const { epoch, from, payloads } = range
    const root = commitRoot(payloads).toString('hex')
    const body = { feed: party, epoch, from, to: from + payloads.length - 1, root }
    const { clock } = this.#deps
    const message = await composeMessage(
      { hub: this.hub, v: 1, kind: 'hub.acknowledgement', from: party, to: [], body },
      { signers: [{ signer, by: { path: [...path] } }], randomness: randomBytes, clock },
    )
    return this.submit(message)
  }

  /** The chain of the hub's keys, as it shows it; whether to believe its root is for a trust file to say. */
  keys(): Promise<Pick<AttestationFile, 'keys' | 'operatorRoot'>> {
    return this.#get('/v1/keys')
  }

  /** What each party used of the hub by day (UTC) and kind: the own, or for an operator all. `next` is the `after` of the next page. */
  units(query: { from: string; to?: string; after?: string }): Promise<{ rows: UnitsRow[]; next?: string }> {
    return this.#get('/v1/units', { ...query })
  }

  /** The state of the hub; for its operators. */
  adminState(): Promise<AdminStateAnswer> {
    return this.#get('/v1/admin/state')
  }

  /** What the hub believes of which ledgers, and how far it has followed them. */
  ledgers(): Promise<{ ledgers: ShownLedger[] }> {
    return this.#get('/v1/ledgers')
  }

  lanes(): Promise<{ lanes: ShownLane[] }> {
    return this.#get('/v1/lanes')
  }

  lane(id: string): Promise<ShownLane> {
    return this.#get(`/v1/lanes/${id}`)
  }

  /** Packets of a lane, ascending; for the owners of its ends. */
  packets(lane: string, query: { from?: number; limit?: number } = {}): Promise<{ packets: ShownPacket[] }> {
    return this.#get(`/v1/lanes/${lane}/packets`, query)
  }

  /** The register of exports from an entry on; for the operator and the regulators of the hub's country. `next` is the `from` of the next page. */
  exports(query: { from?: number; limit?: number } = {}): Promise<{ exports: ShownExport[]; next?: number }> {
    return this.#get('/v1/exports', { ...query })
  }

  /** The packets that stand for a message, and how far each has come. */
  relayed(index: number): Promise<{ index: number; relayed: ShownPacket[] }> {
    return this.#get(`/v1/messages/${index}/relayed`)
  }

  kinds(): Promise<{ kinds: { name: string; version: number }[] }> {
    return this.#get('/v1/kinds')
  }

  /** The newest checkpoint as a signed note. */
  async checkpoint(): Promise<string> {
    return (await this.#send('GET', '/v1/log/checkpoint')).text
  }

  inclusion(index: number, size?: number): Promise<Record<string, unknown>> {
    return this.#get('/v1/log/inclusion', { index, size })
  }

  consistency(from: number, to: number): Promise<Record<string, unknown>> {
    return this.#get('/v1/log/consistency', { from, to })
  }

  async #get<T>(path: string, query: Query = {}): Promise<T> {
    return JSON.parse((await this.#send('GET', path + searchOf(query))).text) as T
  }

  #reason(method: 'GET' | 'POST' | 'PUT'): Record<string, string> {
    return method === 'GET' && this.purpose ? { 'hub-purpose': purposeHeader(this.purpose) } : {}
  }

  async #send(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    headers: Record<string, string> = {},
    body?: Buffer | string,
  ) {
    for (let again = false; ; again = true) {
      const token = await this.token('api')
      const asked = {
        method,
        path,
        headers: { ...headers, ...this.#reason(method), authorization: `Bearer ${token}` },
      }
      try {
        return await request(body === undefined ? asked : { ...asked, body }, this.#deps)
      } catch (error) {
        // A session may end between two requests (time, revocation, a restart): prove the identity once more, then believe the hub.
        if (again || !(error instanceof HubProblem) || !SESSION_OVER.has(error.problem.code)) throw error
        this.#sessions.api.drop(token)
      }
    }
  }
}

function searchOf(query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  const search = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString()
  return search === '' ? '' : `?${search}`
}

const SESSION_OVER: ReadonlySet<string> = new Set(['SESSION_ENDED', 'SESSION_REQUIRED'])

function accepted(answer: HubAnswer): Submitted {
  const { receipt, index } = JSON.parse(answer.text) as { receipt: Receipt; index: number }
  return { outcome: 'accepted', duplicate: answer.status === 200, index, receipt }
}

type BatchLine = { status: number; receipt: Receipt; index: number } | Problem

function batchLine(line: BatchLine): Submitted {
  if (line.status >= 300) return { outcome: 'refused', problem: line as Problem }
  const { status, receipt, index } = line as { status: number; receipt: Receipt; index: number }
  return { outcome: 'accepted', duplicate: status === 200, index, receipt }
}
