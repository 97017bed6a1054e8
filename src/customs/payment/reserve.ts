// Reserving a payment against goods: holds part of what import declarations and freight bills leave to be paid, for a time. Whether the
// balances suffice is the journal's to decide; a refusal for it points at the account alone and says nothing of who else drew on it.
import {
  fromTime,
  nothingWanted,
  parseMoney,
  type AccountMove,
  type Expectation,
  type Finding,
  type Judgement,
  type JudgeViews,
  type PartyUrn,
  refused,
  type Refused,
} from '../../hub/index.ts'
import type { CustomsDeclaration, GoodsPayment, PaidDeclaration, PaidFreightBill } from '../../../schemas/types.d.ts'
import { filedDeclaration } from '../authority.ts'
import { accountKey, declarationKey, readHead } from '../declaration-head.ts'
import { isTold, untold } from '../told.ts'
import { finding } from './codes.ts'
import { freightBillKey, freightKey, payerKey, readFreightBill } from './freight-bill-head.ts'
import { goodsPaymentKey, goodsPaymentValue, type Draw } from './goods-payment-head.ts'

export type Reservation = GoodsPayment &
  Required<Pick<GoodsPayment, 'payerScc' | 'currency' | 'remitRef' | 'reserveUntil'>>

/** What one document comes to: a draw and the head version it relies on, or why not. */
type Looked = { draw: Draw; expect: Expectation } | { findings: Finding[] } | Refused

export async function judgeReservation(body: Reservation, bank: PartyUrn, views: JudgeViews): Promise<Judgement> {
  const draws: Draw[] = []
  const expects: Expectation[] = []
  const findings: Finding[] = []
  const until = fromTime(body.reserveUntil)!
  if (until <= views.nowMs)
    findings.push(finding('PAID_RESERVATION_PAST', '/reserveUntil', { until: body.reserveUntil }))
  const looks = [
    ...(body.declarations ?? []).map((paid, at) => () => lookAtDeclaration(paid, `/declarations/${at}`, body, views)),
    ...(body.freightBills ?? []).map((paid, at) => () => lookAtBill(paid, `/freightBills/${at}`, body, views)),
  ]
  for (const look of looks) {
    const looked = await look()
    if ('refusal' in looked) return looked
    if ('draw' in looked) {
      draws.push(looked.draw)
      expects.push(looked.expect)
    } else findings.push(...looked.findings)
  }
  if (findings.length > 0) return { ...nothingWanted(), findings }
  return { ...reservation(goodsPaymentKey(views, bank, body.paymentId), body.currency, draws, until), expects }
}

const RELEASED = 'declaration-released'

/** Whoever does not know who the consignee is cannot learn that the number exists: that too is "cannot tell". */
async function lookAtDeclaration(
  { entryId, amount }: PaidDeclaration,
  path: string,
  { payerScc, currency }: Reservation,
  views: JudgeViews,
): Promise<Looked> {
  const key = declarationKey(views, entryId)
  const payer = payerKey(views, payerScc)
  const stored = await views.head(key)
  if (!stored) return untold(views, RELEASED, key, payer)
  const head = readHead(key, stored)
  const filed = await filedDeclaration(head, views)
  const isPayer = filed ? (filed.body as CustomsDeclaration).tradeCoScc === payerScc : await isTold(views, key, payer)
  if (!isPayer) return untold(views, RELEASED, key, payer)
  const cannotTell = refused('NOT_KNOWN_HERE', RELEASED, key, stored.version)
  if (!filed) return cannotTell
  if (head.ieFlag !== 'I') return { findings: [finding('PAID_NOT_AN_IMPORT', `${path}/entryId`)] }
  if (head.state === 'cancelled') return refused('STATE_CONFLICT', 'declaration-cancelled', key, stored.version)
  if (head.state !== 'released' || !head.total) return cannotTell
  return drawn(key, stored.version, head.total.currency, currency, path, {
    account: accountKey(views, 'I', entryId, currency),
    entry: head.declaration,
    amount,
  })
}

async function lookAtBill(
  { carrier, billNo, amount }: PaidFreightBill,
  path: string,
  { payerScc, currency }: Reservation,
  views: JudgeViews,
): Promise<Looked> {
  const key = freightBillKey(views, carrier, billNo)
  const payer = payerKey(views, payerScc)
  const stored = await views.head(key)
  const head = stored && readFreightBill(key, stored)
  if (head?.payer !== payer) return untold(views, 'freight-bill-issued', key, payer)
  if (head.state === 'withdrawn') return refused('STATE_CONFLICT', 'freight-bill-withdrawn', key, head.headVersion)
  const account = freightKey(views, carrier, billNo, currency)
  return drawn(key, head.headVersion, head.total.currency, currency, path, { account, entry: head.bill, amount })
}

function drawn(
  document: Draw['document'],
  version: number,
  expected: string,
  currency: string,
  path: string,
  { account, entry, amount }: Pick<Draw, 'account' | 'entry'> & { amount: string },
): Looked {
  if (expected !== currency) return { findings: [finding('PAID_CURRENCY_DIFFERS', `${path}/amount`, { expected })] }
  const draw = { document, account, entry, minor: parseMoney(amount, currency)!.minor }
  // A cancellation in between is judged again, so that the bank is told of it and not of a closed account.
  return { draw, expect: { key: document, version } }
}

/** Claims the payment, debits every account, and gives all of it back by itself when nobody pays in time. */
function reservation(key: Draw['document'], currency: string, draws: readonly Draw[], untilMs: number): Judgement {
  const nothing = draws.map((draw) => ({ ...draw, minor: 0n }))
  return {
    ...nothingWanted(),
    claims: [{ key, value: goodsPaymentValue('reserved', currency, draws, untilMs), rule: 'goods-payment-number' }],
    accounts: draws.map(
      ({ account, minor }): AccountMove => ({
        act: 'debit',
        key: account,
        amountMinor: minor,
        rule: 'payable-balance',
      }),
    ),
    expiry: {
      atMs: untilMs,
      expects: [key],
      moves: [{ key, value: goodsPaymentValue('expired', currency, nothing) }],
      accounts: draws.map(
        ({ account, minor }): AccountMove => ({
          act: 'credit',
          key: account,
          amountMinor: minor,
          rule: 'payable-expired',
        }),
      ),
    },
    refers: [...new Set(draws.map(({ entry }) => entry))],
  }
}
