// A market of border residents for judging: sites, groups, residents with phones and stalls, put into the world as their filings would.
import { createHash } from 'node:crypto'
import type { BorderPurchase, BorderSettlement, BorderStatus, BorderTrade } from '../../../../schemas/types.d.ts'
import type { HeadKey, MessageKind, PartyEntry, Register, ValidMessage } from '../../../../src/hub/index.ts'
import {
  deviceKey,
  entrustmentKey,
  groupKey,
  personKey,
  residentKey,
  stallKey,
  valueOf,
} from '../../../../src/customs/border/people-heads.ts'
import { borderTradeKinds } from '../../../../src/customs/border/trade/index.ts'
import {
  quotaKey,
  readTrade,
  settleableKey,
  stallPayableKey,
  tradeKey,
} from '../../../../src/customs/border/trade/trade-heads.ts'
import { World, type Sent } from '../fake-views.ts'

export const [purchaseKind, tradeKind, statusKind, settlementKind] = borderTradeKinds as [
  MessageKind<BorderPurchase>,
  MessageKind<BorderTrade>,
  MessageKind<BorderStatus>,
  MessageKind<BorderSettlement>,
]

export const WHO = {
  site: 'urn:hub:cn:market-site:dongxing',
  otherSite: 'urn:hub:cn:market-site:pingxiang',
  group: 'urn:hub:cn:border-group:example-group',
  otherGroup: 'urn:hub:cn:border-group:example-app',
  customs: 'urn:hub:cn:customs:nanning',
  otherCustoms: 'urn:hub:cn:customs:elsewhere',
  customsVn: 'urn:hub:vn:customs:haiphong',
  bank: 'urn:hub:cn:bank:example-a',
  otherBank: 'urn:hub:cn:bank:example-b',
  exchange: 'urn:hub:cn:regulator:exchange-office',
  exchangeVn: 'urn:hub:vn:regulator:state-bank',
} as const

export const GROUP_NO = 'HZ450681-03'
export const BATCH_NO = 'LD2026-0042'
export const STALL_NO = 'A-017'
const DAY = { validFrom: '20260101', validUntil: '20271231' }

const REGISTER = ((): Register => {
  const parties = new Map<string, PartyEntry>(
    Object.values(WHO).map((party) => {
      const [, , country, kind] = party.split(':')
      return [party, { party, country: country!.toUpperCase(), class: kind!, name: party, state: 'active' }]
    }),
  )
  return { at: 0, party: (urn: string) => parties.get(urn) } as unknown as Register
})()

const fingerprint = (certificate: string): string => createHash('sha256').update(certificate).digest('hex')

/** `device` is the certificate that signs. */
export interface MarketSent extends Sent {
  device?: string
}

export class Market extends World {
  #device = 'none'

  override message<B>(kind: MessageKind<B>, body: B, sent: Sent): ValidMessage<B> {
    const message = super.message(kind, body, sent)
    const signers = [{ alg: 'ES256', path: [Buffer.from(this.#device)] }]
    return { ...message, authentic: { ...message.authentic, signers } } as unknown as ValidMessage<B>
  }

  /** Two sites with a stall each, three residents with a phone each, their group and its entrustment. */
  constructor() {
    super()
    Object.assign(this.views, { register: REGISTER })
    for (const site of [WHO.site, WHO.otherSite]) this.stall(site, STALL_NO)
    for (const filingNo of FILINGS) this.resident(filingNo)
    this.group(FILINGS)
    const says = { state: 'active' as const, group: groupKey(this.views, GROUP_NO), enterpriseScc: '', headCount: 2 }
    this.put(entrustmentKey(this.views, BATCH_NO), valueOf<'entrustment'>({ ...says, ...DAY }), [WHO.group])
  }

  /** Writes a head by an entry of its own, and who was told of it. */
  put(key: HeadKey, value: Record<string, unknown>, told: readonly string[] = []): void {
    const index = this.entries.length
    const version = (this.heads.get(key)?.version ?? 0) + 1
    this.heads.set(key, { version, index, value: value as never })
    this.entries.push({ index, withheld: 'erased' })
    for (const party of told)
      this.heads.set(this.views.key('told', key, party), { version: 1, index, value: { told: true } })
  }

  stall(site: string, stallNo: string, change: object = {}): void {
    const value = valueOf<'stall'>({ state: 'open', country: 'VN' })
    this.put(stallKey(this.views, site, stallNo), { ...value, ...change })
  }

  resident(filingNo: string, change: object = {}, told: readonly string[] = [WHO.site, WHO.otherSite]): void {
    const person = personKey(this.views, `id of ${filingNo}`)
    const value = valueOf<'resident'>({ state: 'active', person, customs: WHO.customs, district: '72', ...DAY })
    this.put(residentKey(this.views, filingNo), { ...value, ...change }, told)
    this.phone(filingNo, phoneOf(filingNo))
  }

  phone(filingNo: string, certificate: string, change: object = {}): void {
    const value = valueOf<'device'>({ state: 'active', resident: residentKey(this.views, filingNo), party: WHO.group })
    this.put(deviceKey(this.views, fingerprint(certificate)), { ...value, ...change })
  }

  group(filings: readonly string[], change: object = {}): void {
    const members = filings.map((filingNo) => residentKey(this.views, filingNo))
    const says = { state: 'active' as const, party: WHO.group, leader: members[0]!, members, validUntil: '20271231' }
    this.put(groupKey(this.views, GROUP_NO), { ...valueOf<'group'>(says), ...change }, [WHO.group, WHO.customs])
  }

  /** Judges as `as` does, and applies nothing. */
  async judged<B>(kind: MessageKind<B>, body: B, { device, ...sent }: MarketSent) {
    this.#device = device ?? 'none'
    return this.judge(kind, body, sent)
  }

  async as<B>(kind: MessageKind<B>, body: B, { device, ...sent }: MarketSent) {
    this.#device = device ?? 'none'
    return this.say(kind, body, sent)
  }

  buy(purchase: BorderPurchase, sent: Partial<MarketSent> = {}) {
    return this.as(purchaseKind, purchase, { from: WHO.site, to: [WHO.group], ...sent })
  }

  declare(trade: BorderTrade, sent: Partial<MarketSent> = {}) {
    const to = [WHO.customs, trade.site]
    return this.as(tradeKind, trade, { from: WHO.group, to, device: phoneOf(trade.filingNo), ...sent })
  }

  decide(declarationNo: string, status: BorderStatus['status'], sent: Partial<MarketSent> = {}, change: object = {}) {
    const decidedAt = new Date(this.nowMs).toISOString()
    const body = { ...named(declarationNo), status, decidedAt, reason: 'as found', ...change }
    return this.as(statusKind, body, { from: WHO.customs, to: [WHO.group], ...sent })
  }

  settle(body: BorderSettlement, sent: Partial<MarketSent> = {}) {
    return this.as(settlementKind, body, { from: WHO.bank, to: [WHO.exchange], ...sent })
  }

  trade(declarationNo: string) {
    const key = tradeKey(this.views, named(declarationNo))
    return readTrade(key, this.heads.get(key)!)
  }

  /** Fen left of the quota of a resident on a day; undefined while nothing has been declared. */
  quota(filingNo: string, day = '20261105'): bigint | undefined {
    return this.net(quotaKey(this.views, personKey(this.views, `id of ${filingNo}`), day))
  }

  settleable(declarationNo: string): bigint | undefined {
    return this.net(settleableKey(this.views, named(declarationNo)))
  }

  /** Fen that may still be paid to a stall for a declaration. */
  payable(declarationNo: string, site: string, stallNo: string): bigint | undefined {
    return this.net(stallPayableKey(this.views, named(declarationNo), stallKey(this.views, site, stallNo)))
  }

  net(key: HeadKey): bigint | undefined {
    const net = this.heads.get(key)?.value['net']
    return net === undefined ? undefined : BigInt(net as string)
  }
}

/** A declaration of the group, by its number. */
export const named = (declarationNo: string) => ({ declarant: WHO.group, declarationNo })

export const FILINGS = ['BM4506810000012', 'BM4506810000013', 'BM4506810000014'] as const
export const [ONE, TWO, THREE] = FILINGS
export const phoneOf = (filingNo: string): string => `phone of ${filingNo}`

/** A purchase of a kilogram of one kind of goods in CNY. */
export const purchase = (tradeNo: string, amount: string, change: Partial<BorderPurchase> = {}): BorderPurchase => ({
  act: 'trade',
  tradeNo,
  customsOffice: '7200',
  filingNo: ONE,
  stallNo: STALL_NO,
  items: [
    {
      seq: '1',
      hs: '08011910',
      name: 'coconuts',
      originCountry: 'VN',
      qty: '1',
      unit: '035',
      unitPrice: amount,
      amount,
      netKg: '1',
      amountCny: amount,
      limitType: 'VALUE',
    },
  ],
  currency: 'CNY',
  amount,
  amountCny: amount,
  tradedAt: '2026-11-05T02:00:00.000Z',
  ...change,
})

export const goods = (
  amountCny: string,
  change: Partial<BorderTrade['items'][number]> = {},
): BorderTrade['items'][number] => ({
  seq: '1',
  hs: '08011910',
  name: 'coconuts',
  originCountry: 'VN',
  qty: change.netKg ?? '1',
  unit: '035',
  grossKg: change.netKg ?? '1',
  netKg: '1',
  unitPriceCny: amountCny,
  amountCny,
  limitType: 'VALUE',
  ...change,
})

/** What a purchase says of goods that a declaration says so. */
export const boughtAs = ({ grossKg: _gross, unitPriceCny: unitPrice, ...item }: ReturnType<typeof goods>) => ({
  ...item,
  unitPrice,
  amount: item.amountCny,
})

/** So many kilograms of one kind of goods. */
const kilograms = (kg: number, amountCny: string) => goods(amountCny, { netKg: String(kg) })

/** A declaration of one item, a kilogram of it for each purchase, by a resident alone. */
export const trade = (
  declarationNo: string,
  tradeNos: readonly string[],
  totalCny: string,
  change: Partial<BorderTrade> = {},
): BorderTrade => ({
  declarationNo,
  filingNo: ONE,
  site: WHO.site,
  customsOffice: '7200',
  purchases: tradeNos.map((tradeNo) => ({ tradeNo })),
  items: [kilograms(tradeNos.length, totalCny)],
  totalCny,
  ieFlag: 'I',
  declaredAt: '2026-11-05T02:30:00.000Z',
  ...change,
})

/** A payment in CNY by a resident to the stall of the site. */
export const payment = (
  settlementNo: string,
  declarations: readonly (readonly [string, string])[],
  amountCny: string,
  change: Partial<BorderSettlement> = {},
): BorderSettlement => ({
  act: 'settle',
  settlementNo,
  payer: { filingNo: ONE },
  payee: { site: WHO.site, stallNo: STALL_NO },
  currency: 'CNY',
  amount: amountCny,
  amountCny,
  declarations: declarations.map(([declarationNo, amount]) => ({ ...named(declarationNo), amountCny: amount })),
  bopCode: '121020',
  settledAt: '2026-11-05T02:50:00.000Z',
  ...change,
})
