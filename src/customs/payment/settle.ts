// Paying and returning: the bank's own reservation moves on, document by document; what is not needed any more goes back to its account.
import {
  formatMoney,
  nothingWanted,
  parseMoney,
  type AccountMove,
  type Claim,
  type Expectation,
  type Finding,
  type HeadKey,
  type Judgement,
  type JudgeViews,
  type PartyUrn,
  refused,
  type Refused,
} from '../../hub/index.ts'
import type { GoodsPayment } from '../../../schemas/types.d.ts'
import { accountKey } from '../declaration-head.ts'
import { checkAmount } from './amounts.ts'
import { finding } from './codes.ts'
import { freightKey } from './freight-bill-head.ts'
import {
  goodsPaymentKey,
  goodsPaymentValue,
  readGoodsPayment,
  transferKey,
  type Draw,
  type GoodsPaymentHead,
  type GoodsPaymentState,
} from './goods-payment-head.ts'

/** Makes a reservation firm, in whole or in part. Not after its end, and not against a document that was cancelled, seized or withdrawn meanwhile. */
export async function judgePay(body: GoodsPayment, bank: PartyUrn, views: JudgeViews): Promise<Judgement> {
  const found = await findPayment(body, bank, views, 'reserved')
  if ('refusal' in found) return found
  if (found.untilMs !== undefined && views.nowMs >= found.untilMs)
    return refused('STATE_CONFLICT', 'goods-payment-state', found.key, found.headVersion)
  const standing = await documentsStand(found, views)
  if ('refusal' in standing) return standing
  const paid = stated(body, found, views, 'PAID_ABOVE_RESERVED')
  if ('findings' in paid) return { ...nothingWanted(), ...paid }
  const left = found.draws.map((draw, at) => ({ ...draw, minor: paid.minors[at]! }))
  return {
    ...moved(found, 'paid', left),
    claims: transferClaims(body, views),
    accounts: givenBack(found.draws.map((draw, at) => ({ ...draw, minor: draw.minor - paid.minors[at]! }))),
    expects: standing.expects,
  }
}

/** Money that came back can be paid again, by any bank. */
export async function judgeReverse(body: GoodsPayment, bank: PartyUrn, views: JudgeViews): Promise<Judgement> {
  const found = await findPayment(body, bank, views, 'paid')
  if ('refusal' in found) return found
  const returned = stated(body, found, views, 'RETURNED_ABOVE_PAID')
  if ('findings' in returned) return { ...nothingWanted(), ...returned }
  const left = found.draws.map((draw, at) => ({ ...draw, minor: draw.minor - returned.minors[at]! }))
  return {
    ...moved(found, left.every(({ minor }) => minor === 0n) ? 'returned' : 'paid', left),
    accounts: givenBack(found.draws.map((draw, at) => ({ ...draw, minor: returned.minors[at]! }))),
  }
}

async function findPayment(
  { paymentId }: GoodsPayment,
  bank: PartyUrn,
  views: JudgeViews,
  state: GoodsPaymentState,
): Promise<GoodsPaymentHead | Refused> {
  const key = goodsPaymentKey(views, bank, paymentId)
  const head = await views.head(key)
  if (!head) return refused('NOT_KNOWN_HERE', 'goods-payment-known', key, 0)
  const found = readGoodsPayment(key, head)
  return found.state === state ? found : refused('STATE_CONFLICT', 'goods-payment-state', key, head.version)
}

/** States in which a document can be paid: a declaration is released, a bill issued. */
const STANDING: ReadonlySet<unknown> = new Set(['released', 'issued'])

async function documentsStand(
  { draws }: GoodsPaymentHead,
  views: JudgeViews,
): Promise<{ expects: Expectation[] } | Refused> {
  const expects: Expectation[] = []
  for (const { document: key } of draws) {
    const head = await views.head(key)
    const version = head?.version ?? 0
    if (!STANDING.has(head?.value['state'])) return refused('STATE_CONFLICT', 'paid-document-stands', key, version)
    expects.push({ key, version })
  }
  return { expects }
}

/** Minor units stated for each draw: all of it if the message names no document, else what it names and nothing of the others. */
function stated(
  { declarations, freightBills }: GoodsPayment,
  { draws, currency }: GoodsPaymentHead,
  views: JudgeViews,
  above: 'PAID_ABOVE_RESERVED' | 'RETURNED_ABOVE_PAID',
): { minors: bigint[] } | { findings: Finding[] } {
  if (!declarations && !freightBills) return { minors: draws.map(({ minor }) => minor) }
  const named = [
    ...(declarations ?? []).map(({ entryId, amount }, at) => ({
      path: `/declarations/${at}`,
      account: accountKey(views, 'I', entryId, currency),
      amount,
    })),
    ...(freightBills ?? []).map(({ carrier, billNo, amount }, at) => ({
      path: `/freightBills/${at}`,
      account: freightKey(views, carrier, billNo, currency),
      amount,
    })),
  ]
  const minors = draws.map(() => 0n)
  const findings: Finding[] = []
  for (const { path, account, amount } of named) {
    const at = draws.findIndex((draw) => draw.account === account)
    const money = parseMoney(amount, currency)
    if (at < 0) findings.push(finding('PAID_NOT_RESERVED', path))
    else if (!money) findings.push(...checkAmount(amount, currency, `${path}/amount`))
    else if (money.minor > draws[at]!.minor)
      findings.push(finding(above, `${path}/amount`, { limit: formatMoney({ minor: draws[at]!.minor, currency }) }))
    else minors[at] = money.minor
  }
  return findings.length > 0 ? { findings } : { minors }
}

const transferClaims = ({ uetr }: GoodsPayment, views: JudgeViews): Claim[] =>
  uetr === undefined ? [] : [{ key: transferKey(views, uetr), value: {}, rule: 'goods-transfer-once' }]

const moved = (head: GoodsPaymentHead, state: GoodsPaymentState, draws: readonly Draw[]): Judgement => ({
  ...nothingWanted(),
  moves: [{ key: head.key, version: head.headVersion, value: goodsPaymentValue(state, head.currency, draws) }],
  refers: [...new Set(head.draws.map(({ entry }) => entry))],
})

const givenBack = (draws: readonly { account: HeadKey; minor: bigint }[]): AccountMove[] =>
  draws
    .filter(({ minor }) => minor > 0n)
    .map(({ account, minor }) => ({ act: 'credit', key: account, amountMinor: minor, rule: 'payable-given-back' }))
