// A journal with a watch over it: entries as the walk would append them, and the alerts that were written.
import { readFileSync } from 'node:fs'
import type { CustomsDeclaration, SanctionsList, SupervisionAlert } from '../../../../schemas/types.d.ts'
import { tradeValue, type TradeHead } from '../../../../src/customs/border/trade/trade-heads.ts'
import { followWatch, WATCH_VIEW } from '../../../../src/customs/watch/index.ts'
import type { Follower, Move, PartyEntry, Register, Views } from '../../../../src/hub/index.ts'
import type { AppendingJournal } from '../../../../src/hub/journal/append.ts'
import { memoryStore } from '../../../../src/hub/journal/memory-store.ts'
import { memoryViews } from '../../../../src/hub/journal/memory-views.ts'
import { nothingWanted } from '../../../../src/hub/message/kind.ts'
import { draft, HUB, journalOver } from '../../../support/journals.ts'

export const WHO = {
  trader: 'urn:hub:cn:trader:example-electronics',
  importer: 'urn:hub:vn:trader:example-importer',
  group: 'urn:hub:cn:border-group:example-app',
  customs: 'urn:hub:cn:customs:nanning',
  customsVn: 'urn:hub:vn:customs:haiphong',
  supervision: 'urn:hub:cn:regulator:customs-supervision',
  supervisionVn: 'urn:hub:vn:regulator:customs-supervision',
} as const
export const SITES = ['east', 'west', 'north'].map((name) => `urn:hub:cn:market-site:${name}`)

const countryOf = (party: string): string => party.split(':')[2]!.toUpperCase()
const supervisors = [WHO.supervision, WHO.supervisionVn]

export const START_MS = Date.parse('2026-11-05T01:00:00.000Z')
export const MINUTE_MS = 60_000

export const declarationBody = (more: Partial<CustomsDeclaration> = {}): CustomsDeclaration => ({
  ...(JSON.parse(
    readFileSync(new URL('../../../../fixtures/customs/valid/declaration-garlic.json', import.meta.url), 'utf8'),
  ) as CustomsDeclaration),
  ...more,
})

/** A declaration of one item: so many kilograms at a total. */
export function goods(total: string, kilograms: string, currency = 'USD', more: Partial<CustomsDeclaration> = {}) {
  const body = declarationBody(more)
  const item = { ...body.items[0]!, declTotal: total, tradeCurr: currency, gQty: kilograms, firstQty: kilograms }
  return { ...body, items: [item], netWt: kilograms, grossWt: kilograms, ...more }
}

export class WatchPlace {
  nowMs = START_MS
  views: Views = memoryViews()
  /** Whether China's register names an issuer of lists. */
  keepsLists = false
  #follower: Follower | undefined
  readonly journal: AppendingJournal
  readonly faults: unknown[] = []

  private constructor(journal: AppendingJournal) {
    this.journal = journal
  }

  static async open(): Promise<WatchPlace> {
    const clock = { now: () => START_MS }
    const place = new WatchPlace(await journalOver(memoryStore(), () => clock.now()))
    clock.now = () => place.nowMs
    await place.follow()
    return place
  }

  readonly register = this.#registerOf()
  #registerOf(): Pick<Register, 'at' | 'party' | 'parties' | 'regulators'> {
    const entry = (party: string, kinds: string[] | undefined): PartyEntry => ({
      party,
      country: countryOf(party),
      class: party.split(':')[3]!,
      name: party,
      state: 'active',
      ...(kinds && { kinds }),
    })
    const keeps = () => this.keepsLists
    return {
      get at() {
        return keeps() ? 1 : 0
      },
      party: (party) => entry(party, undefined),
      parties: () => [entry(WHO.supervision, keeps() ? ['customs.sanctions-list'] : undefined)],
      regulators: (country) => supervisors.filter((party) => countryOf(party) === country),
    }
  }

  async follow(): Promise<void> {
    this.#follower = await followWatch({
      hub: HUB,
      journal: this.journal,
      views: this.views,
      register: this.register,
      clock: () => this.nowMs,
      randomness: (size) => Buffer.alloc(size, 5),
      registerAt: () => 0,
      onFault: (fault) => this.faults.push(fault),
    })
  }

  /** Closes the watch, drops what it remembers, and has it read everything again. */
  async rebuild(): Promise<void> {
    await this.#follower?.close()
    this.views = memoryViews()
    await this.follow()
    await this.caughtUp()
  }

  async restart(): Promise<void> {
    await this.#follower?.close()
    await this.follow()
  }

  async caughtUp(): Promise<void> {
    await this.#follower!.reached(this.journal.size(), 5_000)
    if (this.faults.length > 0) throw this.faults[0]
  }

  async close(): Promise<void> {
    await this.#follower?.close()
    await this.journal.close()
  }

  async file(
    kind: string,
    body: object,
    { from, to = [], moves = [] }: { from: string; to?: string[]; moves?: Move[] },
  ): Promise<number> {
    const countries = new Set([from, ...to].map(countryOf))
    const covered = supervisors.filter((party) => countries.has(countryOf(party)))
    const { content } = draft()
    const envelope = { from, to, kind, body: { type: 'application/json' } }
    const appended = await this.journal.append(
      draft({
        kind,
        sender: from,
        content: {
          ...content,
          envelope: Buffer.from(JSON.stringify(envelope)),
          body: Buffer.from(JSON.stringify(body)),
        },
        audience: [
          { party: from, view: 'full', by: 'sender' },
          ...to.map((party) => ({ party, view: 'full' })),
          ...covered.map((party) => ({ party, view: 'supervision', by: 'supervision' as const, covers: kind })),
        ],
        judgement: { moves },
      }),
    )
    if (appended.result !== 'appended') throw new Error(appended.result)
    return appended.entry.index
  }

  /** Both customs are told, as of goods that go from one to the other. */
  declare(body: object, more: { from?: string; kind?: string; ucr?: string; to?: string[] } = {}): Promise<number> {
    this.nowMs += MINUTE_MS
    const { from = WHO.trader, kind = 'customs.declaration', ucr, to = [WHO.customs, WHO.customsVn] } = more
    const moves = ucr === undefined ? [] : [this.#caseMove(ucr)]
    return this.file(kind, body, { from, to, moves })
  }

  readonly #cases = new Map<string, number>()
  #caseMove(ucr: string): Move {
    const version = this.#cases.get(ucr) ?? 0
    this.#cases.set(ucr, version + 1)
    return { key: this.journal.headKey('case', ucr), version, value: { entries: version + 1 } }
  }

  /** The authority ends a declaration, as its head says it. */
  async void(declaration: number, kind = 'customs.cancellation'): Promise<number> {
    const key = this.journal.headKey('declaration', String(declaration))
    const version = (await this.journal.head(key))?.version ?? 0
    const moves = [{ key, version, value: { state: 'cancelled', declaration } }]
    return this.file(kind, {}, { from: WHO.customs, to: [WHO.trader], moves })
  }

  /** An amendment that customs of China accepted, with the customs abroad told of it. */
  async amend(
    declaration: number,
    changes: Record<string, string>,
    { newTotal, ucr, to = [WHO.trader, WHO.customsVn] }: { newTotal?: string; ucr?: string; to?: string[] } = {},
  ): Promise<number> {
    this.nowMs += MINUTE_MS
    const key = this.journal.headKey('declaration', String(declaration))
    const version = (await this.journal.head(key))?.version ?? 0
    const body = {
      entryId: 'x',
      version: version + 2,
      reason: 'x',
      ...(newTotal && { newTotal: { amount: newTotal, currency: 'USD' } }),
      changes: Object.entries(changes).map(([path, value]) => ({ path, to: value })),
    }
    const moves = [{ key, version, value: { state: 'released', declaration } }]
    if (ucr !== undefined) moves.push(this.#caseMove(ucr) as never)
    return this.file('customs.amendment', body, { from: WHO.customs, to, moves })
  }

  /** A replacement or cancellation of a declaration of the other profile. */
  async later(original: number, body: object, ucr: string, state = 'declared'): Promise<number> {
    const key = this.journal.headKey('wco-declaration', String(original))
    const version = (await this.journal.head(key))?.version ?? 0
    const moves = [{ key, version, value: { state, declaration: original } }, this.#caseMove(ucr)]
    return this.file('customs.wco-declaration', body, { from: WHO.importer, to: [WHO.customsVn, WHO.customs], moves })
  }

  /** What a person declares at a site on a day; gives the index. */
  async trade(person: string, site: number, minor: bigint, day = '20261105', no: string = crypto.randomUUID()) {
    this.nowMs += MINUTE_MS
    return this.file(
      'customs.border-trade',
      {},
      { from: WHO.group, to: [WHO.customs], moves: [this.#trade(person, site, minor, day, no, 'declared')] },
    )
  }

  async tradeState(declaration: number, person: string, site: number, minor: bigint, no: string) {
    const move = this.#trade(person, site, minor, '20261105', no, 'rejected')
    const value = { ...move.value, declaration }
    return this.file('customs.border-status', {}, { from: WHO.customs, moves: [{ ...move, version: 1, value }] })
  }

  #trade(person: string, site: number, minor: bigint, day: string, no: string, state: TradeHead['state']): Move {
    const share = { resident: 'border-resident:0', dutyFreeMinor: minor, taxableMinor: 0n, grams: {} }
    const value = tradeValue({
      state,
      day,
      customs: WHO.customs,
      site: SITES[site]!,
      from: WHO.group,
      totalMinor: minor,
      dutyFreeMinor: minor,
      taxableMinor: 0n,
      purchases: [],
      stalls: [],
      shares: [{ ...share, person: this.person(person) }],
    })
    return { key: this.journal.headKey('border-trade', no), version: 0, value }
  }

  person = (name: string): string => this.journal.headKey('person', name)

  /** A list of a regulator of China, judged as the kind would. */
  async list(body: SanctionsList, from: string = WHO.supervision): Promise<number> {
    this.nowMs += MINUTE_MS
    const { name, version, issuedAt, staleAfter } = body
    const key = this.journal.headKey('sanctions-list', from, name)
    const seen = (await this.journal.head(key))?.version ?? 0
    const value = { name, version, issuedAt, staleAfter, issuer: from }
    return this.file('customs.sanctions-list', body, { from, moves: [{ key, version: seen, value }] })
  }

  async erase(index: number): Promise<void> {
    await this.journal.erase(index)
    await this.journal.append(
      draft({ kind: 'hub.erasure', judgement: { ...nothingWanted(), refers: [index] }, audience: [] }),
    )
  }

  /** All alerts there are, in order, with who is told. */
  async alerts(): Promise<{ index: number; readers: string[]; body: SupervisionAlert }[]> {
    await this.caughtUp()
    const entries = await this.journal.read(0, 10_000, ['customs.alert'])
    return Promise.all(
      entries.map(async ({ index, audience }) => ({
        index,
        readers: audience.map(({ party }) => party),
        body: JSON.parse((await this.journal.content(index))!.body.toString()) as SupervisionAlert,
      })),
    )
  }

  remembered = async (): Promise<string> =>
    JSON.stringify(await this.views.range(WATCH_VIEW, '', '~', 10_000), (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString() : value,
    )
}
