// The trust register, folded from the signed register entries of the journal on top of the seed. One follower keeps it at the head.
import { createHash } from 'node:crypto'
import { readCrl } from './status.ts'
import { readCertificate, type Certificate } from './certificate.ts'
import { ocspSubject, verifyOcsp } from './ocsp.ts'
import { Holders } from './holders.ts'
import type { BoundNumber, CountryEntry, Mandate, PartyEntry, RegisteredCa, Register } from './register.ts'
import { follow, type Follower } from '../journal/follow.ts'
import type { Journal, JournalEntry, Views } from '../journal/journal.ts'
import { OperatorActs } from '../admin/acts.ts'
import type { PartyUrn } from '../message/envelope.ts'
import { openEntry } from '../message/opened.ts'
import { fromBase64url, fromTime } from '../values/encoding.ts'
import type {
  HubAdmin,
  HubCountry,
  HubMandate,
  HubParty,
  HubRevocation,
  HubRevocationAnswer,
  HubRevocationList,
} from '../../../schemas/types.d.ts'

/** Kinds that change the register. */
export const REGISTER_KINDS: ReadonlySet<string> = new Set([
  'hub.country',
  'hub.party',
  'hub.mandate',
  'hub.revocation',
  'hub.revocation-list',
  'hub.revocation-answer',
  'hub.key',
  'hub.admin',
])

/** What is pinned before the first entry: the hub, its operator's root, and each country's authority with its first anchors. */
export interface Seed {
  hub: PartyUrn
  operatorRoot: Certificate
  countries: { country: string; authority: PartyUrn; anchors: Certificate[] }[]
}

const HEADS_MAX = 50_000

export class FoldedRegister implements Register {
  #at = 0
  readonly #countries = new Map<string, CountryEntry>()
  readonly #parties = new Map<PartyUrn, PartyEntry>()
  /** Parties that supervise something, by country: asked for at every message. */
  readonly #supervisors = new Map<string, Map<PartyUrn, PartyEntry>>()
  readonly #holders = new Holders()
  readonly #mandates = new Map<string, Mandate>()
  readonly #revoked = new Map<string, { atMs: number; reason: string }>()
  readonly #paths = new Map<string, readonly Buffer[]>()
  readonly #versions = new Map<string, number>()
  /** What the operator has paused and limited. */
  readonly acts = new OperatorActs()
  readonly #key: Journal['headKey']
  /** Head keys are asked for at every message and cost a hash each. */
  readonly #heads = new Map<string, string>()

  constructor(seed: Seed, key: Journal['headKey']) {
    this.#key = key
    for (const { country, authority, anchors } of seed.countries)
      this.#setCountry({
        country,
        authority,
        classes: [],
        anchors: anchors.map((certificate) => ({ certificate, classes: [], status: 'register' })),
      })
  }

  get at(): number {
    return this.#at
  }
  country(country: string): CountryEntry | undefined {
    return this.#countries.get(country)
  }
  countries(): CountryEntry[] {
    return [...this.#countries.values()]
  }
  party(urn: PartyUrn): PartyEntry | undefined {
    return this.#parties.get(urn)
  }
  parties(): PartyEntry[] {
    return [...this.#parties.values()]
  }
  holder(kind: BoundNumber, value: string): PartyUrn | undefined {
    return this.#holders.of(kind, value)
  }
  mandate(principal: PartyUrn, agent: PartyUrn, kind: string, atMs: number): Mandate | undefined {
    const mandate = this.#mandates.get(`${principal}\n${agent}`)
    return mandate &&
      mandate.fromMs <= atMs &&
      atMs < mandate.untilMs &&
      mandate.kinds.some((k) => k === kind || k === '*')
      ? mandate
      : undefined
  }
  revoked(country: string, fingerprint: string): { atMs: number; reason: string } | undefined {
    return this.#revoked.get(`${country}/${fingerprint}`)
  }
  certificate(fingerprint: string): readonly Buffer[] | undefined {
    return this.#paths.get(fingerprint)
  }
  /** Every certificate path that parties have registered. */
  paths(): Iterable<readonly Buffer[]> {
    return this.#paths.values()
  }
  regulators(country: string, kind: string): PartyUrn[] {
    return [...(this.#supervisors.get(country)?.values() ?? [])]
      .filter(({ supervises, state }) => state === 'active' && supervises!.some((one) => one === kind || one === '*'))
      .map(({ party }) => party)
  }
  version(key: string): number {
    return this.#versions.get(key) ?? 0
  }
  /** Head key of a country or party in the register, or of what its operator does. */
  headOf(what: 'country' | 'party' | 'operator', name: string): string {
    const known = this.#heads.get(`${what} ${name}`)
    if (known !== undefined) return known
    const key = this.#key('register', what, name)
    if (this.#heads.size >= HEADS_MAX) this.#heads.clear()
    this.#heads.set(`${what} ${name}`, key)
    return key
  }

  /** Applies one accepted register entry; `body` has passed its schema and its kind's judgement. */
  async fold(entry: JournalEntry, sender: PartyUrn, body: unknown): Promise<void> {
    for (const { key, to } of entry.movements) this.#versions.set(key, to)
    if (entry.kind === 'hub.country') await this.#foldCountry(body as HubCountry)
    else if (entry.kind === 'hub.party') this.#foldParty(body as HubParty)
    else if (entry.kind === 'hub.mandate') this.#foldMandate(sender, body as HubMandate, entry.index)
    else if (entry.kind === 'hub.revocation') await this.#foldRevocation(sender, body as HubRevocation)
    else if (entry.kind === 'hub.revocation-list') await this.#foldList(body as HubRevocationList)
    else if (entry.kind === 'hub.admin') this.acts.fold(entry.index, body as HubAdmin)
    else if (entry.kind === 'hub.revocation-answer') await this.#foldAnswer(body as HubRevocationAnswer)
    this.#at = entry.index + 1
  }

  /** Goes past an entry whose place a later one has taken. */
  pass(entry: JournalEntry): void {
    for (const { key, to } of entry.movements) this.#versions.set(key, to)
    this.#at = entry.index + 1
  }

  async #foldCountry(body: HubCountry): Promise<void> {
    const anchors: RegisteredCa[] = []
    for (const { certificate, status, classes, crl, userId, crlUrls, ocspUrls } of body.anchors) {
      const ca = readCertificate(fromBase64url(certificate, 'anchor'))
      const before = this.#countries
        .get(body.country)
        ?.anchors.find((known) => known.certificate.fingerprint === ca.fingerprint)?.crl
      const list = crl ? await readCrl(fromBase64url(crl, 'crl'), ca, userId) : before
      anchors.push({
        certificate: ca,
        status,
        classes,
        ...(list && { crl: list }),
        ...(userId && { userId }),
        ...(crlUrls && { crlUrls }),
        ...(ocspUrls && { ocspUrls }),
      })
    }
    this.#setCountry({ country: body.country, authority: body.authority, classes: body.classes, anchors })
  }

  #setCountry(entry: CountryEntry): void {
    this.#countries.set(entry.country, entry)
    if (!this.#parties.has(entry.authority))
      this.#parties.set(entry.authority, {
        party: entry.authority,
        country: entry.country,
        class: entry.authority.split(':')[3]!,
        name: entry.authority,
        state: 'active',
      })
  }

  #foldParty({ certificates = [], ...body }: HubParty): void {
    this.#holders.enter(this.#parties.get(body.party), body)
    this.#parties.set(body.party, body)
    const supervisors = this.#supervisors.get(body.country) ?? new Map<PartyUrn, PartyEntry>()
    if (body.supervises) supervisors.set(body.party, body)
    else supervisors.delete(body.party)
    this.#supervisors.set(body.country, supervisors)
    for (const path of certificates) {
      const ders = path.map((der) => fromBase64url(der, 'certificate'))
      // Read when it is used: a start folds every party there is.
      this.#paths.set(createHash('sha256').update(ders[0]!).digest('hex'), ders)
    }
  }

  #foldMandate(principal: PartyUrn, { agent, kinds, from, until, state }: HubMandate, index: number): void {
    const name = `${principal}\n${agent}`
    if (state === 'revoked') this.#mandates.delete(name)
    else
      this.#mandates.set(name, { principal, agent, kinds, fromMs: fromTime(from)!, untilMs: fromTime(until)!, index })
  }

  async #foldRevocation(authority: PartyUrn, body: HubRevocation): Promise<void> {
    const entry = this.countries().find((country) => country.authority === authority)
    if (!entry) return
    if (body.fingerprint) {
      this.#revoked.set(`${entry.country}/${body.fingerprint}`, {
        atMs: fromTime(body.revokedAt!)!,
        reason: body.reason!,
      })
      return
    }
    await this.#setList(entry, body.ca!, body.crl!)
  }

  /** A list the hub has fetched counts like one the authority has entered: what counts is the signature of the CA. */
  async #foldList({ country, ca, crl }: HubRevocationList): Promise<void> {
    const entry = this.#countries.get(country)
    if (entry) await this.#setList(entry, ca, crl)
  }

  async #setList(entry: CountryEntry, fingerprint: string, crl: string): Promise<void> {
    const anchors: RegisteredCa[] = []
    for (const ca of entry.anchors)
      anchors.push(
        ca.certificate.fingerprint === fingerprint
          ? { ...ca, crl: await readCrl(fromBase64url(crl, 'crl'), ca.certificate, ca.userId) }
          : ca,
      )
    this.#countries.set(entry.country, { ...entry, anchors })
  }

  /** The answer of a responder revokes by what it proves, never because the hub says so. */
  async #foldAnswer({ country, ca, path, response, fetchedAt }: HubRevocationAnswer): Promise<void> {
    const anchor = this.#countries.get(country)?.anchors.find(({ certificate }) => certificate.fingerprint === ca)
    if (!anchor) return
    const subject = ocspSubject(
      path.map((der) => readCertificate(fromBase64url(der, 'certificate'))),
      anchor,
    )
    const answer = await verifyOcsp(fromBase64url(response, 'response'), subject, fromTime(fetchedAt)!)
    if (answer.status !== 'revoked')
      throw new Error(`the answer kept for ${subject.certificate.subject} revokes nothing`)
    this.#revoked.set(`${country}/${subject.certificate.fingerprint}`, {
      atMs: answer.revokedAtMs!,
      reason: answer.reason!,
    })
  }
}

const VIEW = 'register'

/** A fetched list takes the place of the one before it: at a start, of many lists of one CA the last is read. Empty: it stands for itself. */
const placeOf = (kind: string, body: unknown): string =>
  kind === 'hub.revocation-list' ? `${(body as HubRevocationList).country}/${(body as HubRevocationList).ca}` : ''

/**
 * Keeps the register at the journal's head, in every process for itself. Its view, which is the process's own too, holds only the indexes of register entries, so a start reads those and not the
 * whole journal. `onChange` is told of each entry after it is folded.
 */
export async function followRegister(options: {
  register: FoldedRegister
  journal: Journal
  views: Views
  /** An accepted `hub.key`; comes before `onChange`. */
  onHubKey(index: number): Promise<void>
  onChange(entry: JournalEntry): void
  onFault(error: unknown): void
}): Promise<Follower> {
  const { register, journal, views, onChange, onHubKey } = options
  const places = new Map<number, string>()
  const foldEntry = async (entry: JournalEntry): Promise<void> => {
    const opened = await openEntry(journal, entry.index)
    if (!opened || 'withheld' in opened) throw new Error(`register entry ${entry.index} cannot be opened`)
    // Before the fold: what fails here has to come again, and an entry counts as done once it is folded.
    if (entry.kind === 'hub.key') await onHubKey(entry.index)
    await register.fold(entry, opened.sender, opened.body)
    places.set(entry.index, placeOf(entry.kind, opened.body))
  }
  const changes = (entry: JournalEntry): boolean => entry.outcome === 'accepted' && REGISTER_KINDS.has(entry.kind)
  const from = Math.min(await views.cursor(VIEW), journal.size())
  const rows = await views.range(VIEW, '', '~', Number.MAX_SAFE_INTEGER)
  const newest = new Map(rows.map(({ key, value }) => [value.toString(), key]))
  for (const { key, value } of rows) {
    const [entry] = await journal.read(Number(key), 1)
    if (!entry) continue
    const place = value.toString()
    if (place === '' || newest.get(place) === key) await foldEntry(entry)
    else register.pass(entry)
  }
  places.clear()
  let saved = from
  return follow({
    journal,
    from,
    kinds: [...REGISTER_KINDS],
    onFault: options.onFault,
    handle: (entries, next) => {
      const relevant = entries.filter(changes)
      // The cursor is only a shortcut for the next start: without register entries it is saved now and then.
      if (relevant.length === 0 && next - saved < 1_000) return
      return (async () => {
        for (const entry of relevant) {
          if (entry.index >= register.at) await foldEntry(entry)
          onChange(entry)
        }
        saved = next
        await views.apply(
          VIEW,
          relevant.map(({ index }) => ({ key: String(index).padStart(12, '0'), value: places.get(index) ?? '' })),
          next,
        )
        places.clear()
      })()
    },
  })
}
