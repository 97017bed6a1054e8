// Confirming and repaying a financing: the bank's own application moves on; what is not needed any more goes back to the account.
import {
  compareMoney,
  formatMoney,
  nothingWanted,
  parseMoney,
  subtractMoney,
  type AccountMove,
  type Finding,
  type HeadKey,
  type Judgement,
  type JudgeViews,
  type Money,
  type PartyUrn,
  refused,
} from '../hub/index.ts'
import type { Financing } from '../../schemas/types.d.ts'
import { finding } from './codes.ts'
import {
  financingKey,
  financingValue,
  readFinancing,
  type FinancingHead,
  type FinancingState,
} from './financing-head.ts'
import { checkAmount } from './financing-rules.ts'

/** Makes a reservation firm, in whole or in part; the part not needed is given back. Not after its end, nor on a declaration cancelled meanwhile. */
export async function judgeConfirmation(body: Financing, financier: PartyUrn, views: JudgeViews): Promise<Judgement> {
  const found = await findFinancing(body, financier, views, 'applied')
  if ('refusal' in found) return found
  if (found.untilMs !== undefined && views.nowMs >= found.untilMs)
    return refused('STATE_CONFLICT', 'financing-state', found.key, found.headVersion)
  const declaration = await views.head(found.declaration)
  const version = declaration?.version ?? 0
  if (declaration?.value['state'] === 'cancelled')
    return refused('STATE_CONFLICT', 'declaration-cancelled', found.declaration, version)
  const confirmed = stated(body, found.amount, 'CONFIRMED_ABOVE_APPLIED')
  if ('findings' in confirmed) return { ...nothingWanted(), ...confirmed }
  return {
    ...moved(found, 'confirmed', confirmed, confirmed),
    accounts: giveBack(found, subtractMoney(found.amount, confirmed)),
    expects: [{ key: found.declaration, version }],
  }
}

/** Gives back what is repaid; the financing is over when nothing is outstanding. */
export async function judgeRepayment(body: Financing, financier: PartyUrn, views: JudgeViews): Promise<Judgement> {
  const found = await findFinancing(body, financier, views, 'confirmed')
  if ('refusal' in found) return found
  const repaid = stated(body, found.outstanding, 'REPAID_ABOVE_OUTSTANDING')
  if ('findings' in repaid) return { ...nothingWanted(), ...repaid }
  const left = subtractMoney(found.outstanding, repaid)
  return {
    ...moved(found, left.minor === 0n ? 'repaid' : 'confirmed', found.amount, left),
    accounts: giveBack(found, repaid),
  }
}

async function findFinancing(
  body: Financing,
  financier: PartyUrn,
  views: JudgeViews,
  state: FinancingState,
): Promise<FinancingHead | (Judgement & { refusal: object })> {
  const key = financingKey(views, financier, body.applicationId)
  const head = await views.head(key)
  if (!head) return refused('NOT_KNOWN_HERE', 'financing-known', key, 0)
  const found = readFinancing(key, head)
  return found.state === state ? found : refused('STATE_CONFLICT', 'financing-state', key, head.version)
}

/** The amount a message states, all of it if it states none. */
function stated(
  body: Financing,
  limit: Money,
  above: 'CONFIRMED_ABOVE_APPLIED' | 'REPAID_ABOVE_OUTSTANDING',
): Money | { findings: Finding[] } {
  if (body.amount === undefined) return limit
  const amount = parseMoney(body.amount, limit.currency)
  if (!amount) return { findings: checkAmount(body.amount, limit.currency, '/amount') }
  if (compareMoney(amount, limit) <= 0) return amount
  return { findings: [finding(above, '/amount', { limit: formatMoney(limit) })] }
}

const moved = (head: FinancingHead, state: FinancingState, amount: Money, outstanding: Money): Judgement => ({
  ...nothingWanted(),
  moves: [{ key: head.key, version: head.headVersion, value: financingValue(state, amount, outstanding, head) }],
  refers: [head.declared],
})

function giveBack(head: { account: HeadKey }, money: Money): AccountMove[] {
  if (money.minor === 0n) return []
  return [{ act: 'credit', key: head.account, amountMinor: money.minor, rule: 'financeable-given-back' }]
}
