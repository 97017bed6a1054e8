// Applying for a financing: reserves part of what a released declaration can carry, for a time. Whether the balance suffices is the
// journal's to decide; a refusal for it points at the account alone and says nothing of who else drew on it.
import {
  fromTime,
  nothingWanted,
  parseMoney,
  type Finding,
  type Head,
  type HeadKey,
  type Judgement,
  type JudgeViews,
  type Money,
  type PartyUrn,
  type RefusalCode,
} from '../hub/index.ts'
import type { CustomsDeclaration, Financing } from '../../schemas/types.d.ts'
import { finding } from './codes.ts'
import { financingKey, financingValue } from './financing-head.ts'

type Application = Financing &
  Required<Pick<Financing, 'entryId' | 'amount' | 'currency' | 'reserveUntil' | 'borrowerScc'>>

/** The label and value members `declaration` are those the customs room writes. */
export async function judgeApplication(body: Application, financier: PartyUrn, views: JudgeViews): Promise<Judgement> {
  const declaration = views.key('declaration', body.entryId)
  const head = await views.head(declaration)
  const state = head?.value['state']
  if (state === 'cancelled') return refused('STATE_CONFLICT', 'declaration-cancelled', declaration, head)
  const filed = state === 'released' ? await views.entry(head!.value['declaration'] as number) : undefined
  if (!filed || 'withheld' in filed) return refused('NOT_KNOWN_HERE', 'declaration-released', declaration, head)
  const amount = parseMoney(body.amount, body.currency)!
  const findings = compare(body, head!, filed.body as CustomsDeclaration, views.nowMs)
  if (findings.length > 0) return { ...nothingWanted(), findings }
  const declared = head!.value['declaration'] as number
  const links = { declaration, account: views.key('financeable', body.entryId, body.currency), declared }
  return {
    ...reservation(financingKey(views, financier, body.applicationId), amount, links, fromTime(body.reserveUntil)!),
    // A cancellation in between is judged again, so that the bank is told of it and not of a closed account.
    expects: [{ key: declaration, version: head!.version }],
    refers: [declared],
  }
}

const refused = (code: RefusalCode, rule: string, key: HeadKey, head: Head | undefined): Judgement => ({
  ...nothingWanted(),
  refusal: { code, rule, key, version: head?.version ?? 0 },
})

function compare(body: Application, head: Head, filed: CustomsDeclaration, nowMs: number): Finding[] {
  const found: Finding[] = []
  const expected = head.value['currency'] as string
  if (body.currency !== expected) found.push(finding('FINANCED_CURRENCY_DIFFERS', '/currency', { expected }))
  if (body.borrowerScc !== filed.tradeCoScc) found.push(finding('BORROWER_DIFFERS', '/borrowerScc'))
  if (fromTime(body.reserveUntil)! <= nowMs)
    found.push(finding('RESERVATION_PAST', '/reserveUntil', { until: body.reserveUntil }))
  return found
}

/** Claims the application, debits the account, and gives it back by itself when nobody confirms in time. */
function reservation(
  key: HeadKey,
  amount: Money,
  links: { declaration: HeadKey; account: HeadKey; declared: number },
  untilMs: number,
): Judgement {
  const nothing: Money = { minor: 0n, currency: amount.currency }
  const account = links.account
  return {
    ...nothingWanted(),
    claims: [{ key, value: financingValue('applied', amount, amount, links, untilMs), rule: 'financing-application' }],
    accounts: [{ act: 'debit', key: account, amountMinor: amount.minor, rule: 'financeable-balance' }],
    expiry: {
      atMs: untilMs,
      expects: [key],
      moves: [{ key, value: financingValue('expired', amount, nothing, links) }],
      accounts: [{ act: 'credit', key: account, amountMinor: amount.minor, rule: 'financeable-expired' }],
    },
  }
}
