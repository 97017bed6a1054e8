// customs.freight-bill: a carrier or forwarder bills the freight; from then on the bill can be paid, up to its total, once.
import {
  nothingWanted,
  parseMoney,
  readSchemaFile,
  type Judgement,
  type JudgeViews,
  type MessageKind,
  type PartyUrn,
  refused,
} from '../../hub/index.ts'
import type { FreightBill } from '../../../schemas/types.d.ts'
import { recipients, SUPERVISION } from '../audience.ts'
import { caseKey, caseMoves, caseMovesOf } from '../case/case-head.ts'
import { claimTold } from '../told.ts'
import {
  freightBillKey,
  freightKey,
  issuedValue,
  payerKey,
  readFreightBill,
  withdrawnValue,
} from './freight-bill-head.ts'
import { checkFreightBill } from './freight-bill-rules.ts'

type Issue = FreightBill & Required<Pick<FreightBill, 'payerScc' | 'currency' | 'total'>>

export const freightBillKind: MessageKind<FreightBill> = {
  name: 'customs.freight-bill',
  version: 1,
  schema: readSchemaFile('customs/freight-bill.v1.json'),
  type: 'application/json',
  bodyMaxBytes: 64 * 1024,
  senders: ['carrier', 'forwarder'],
  ageMaxMs: 24 * 3_600_000,
  statusAllows: ['good', 'stale'],
  check: checkFreightBill,
  judge({ body, envelope, authentic }, views) {
    const carrier = envelope.for ?? authentic.sender
    return body.act === 'issue' ? judgeIssue(body as Issue, carrier, views) : judgeWithdrawal(body, carrier, views)
  },
  audience: recipients,
  views: SUPERVISION,
}

async function judgeIssue(body: Issue, carrier: PartyUrn, views: JudgeViews): Promise<Judgement> {
  const total = parseMoney(body.total, body.currency)!
  const payer = payerKey(views, body.payerScc)
  const value = issuedValue({
    payer,
    total,
    ...(body.ucr !== undefined && { caseKey: caseKey(views, body.ucr) }),
  })
  const account = freightKey(views, carrier, body.billNo, body.currency)
  const number = { key: freightBillKey(views, carrier, body.billNo), value, rule: 'freight-bill-number' }
  return {
    ...nothingWanted(),
    // Banks hear of the bill by naming who owes it.
    claims: claimTold(views, number, [payer]),
    accounts: [{ act: 'open', key: account, amountMinor: total.minor, rule: 'freight-opened' }],
    moves: await caseMoves(views, body.ucr),
  }
}

/** A bill that has been paid can be withdrawn too: what was paid stands as shortfall, and nothing more is paid. */
async function judgeWithdrawal({ billNo }: FreightBill, carrier: PartyUrn, views: JudgeViews): Promise<Judgement> {
  const key = freightBillKey(views, carrier, billNo)
  const stored = await views.head(key)
  if (!stored) return refused('NOT_KNOWN_HERE', 'freight-bill-known', key, 0)
  const head = readFreightBill(key, stored)
  if (head.state === 'withdrawn') return refused('STATE_CONFLICT', 'freight-bill-withdrawn', key, head.headVersion)
  const account = freightKey(views, carrier, billNo, head.total.currency)
  return {
    ...nothingWanted(),
    moves: [
      { key, version: head.headVersion, value: withdrawnValue(head) },
      ...(await caseMovesOf(views, head.caseKey)),
    ],
    accounts: [{ act: 'close', key: account, amountMinor: head.total.minor, rule: 'freight-withdrawn' }],
    refers: [head.bill],
  }
}
