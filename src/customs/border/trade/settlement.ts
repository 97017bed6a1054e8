// customs.border-settlement: a bank pays a stall for released declarations and reports it. The message to the foreign-exchange office is the report.
import {
  fromTime,
  nothingWanted,
  readSchemaFile,
  type Finding,
  type HeadKey,
  type HeadValue,
  type Judgement,
  type JudgeViews,
  type MessageKind,
  type PartyUrn,
  type ValidMessage,
  refused,
} from '../../../hub/index.ts'
import type { BorderSettlement } from '../../../../schemas/types.d.ts'
import { recipients } from '../../audience.ts'
import { finding as customsFinding } from '../../codes.ts'
import { withoutNumbers } from '../identity-numbers.ts'
import { groupKey, residentKey, stallKey } from '../people-heads.ts'
import { actorOf, untold } from '../../told.ts'
import { finding } from './codes.ts'
import { fenOf } from './money.ts'
import { checkSettlement } from './settlement-rules.ts'
import { readTrade, settleableKey, stallPayableKey, tradeKey, type TradeHead } from './trade-heads.ts'
import { AHEAD_MAX_MS } from '../../values.ts'

/** A settlement as paid: the schema wants these members of it. */
type Paid = Pick<BorderSettlement, 'settlementNo'> &
  Required<Pick<BorderSettlement, 'payer' | 'payee' | 'declarations' | 'settledAt'>>

type SettlementState = 'settled' | 'reported' | 'reversed'

/** What is kept of a settlement: its state, and what a reversal gives back to which account. */
interface SettlementValue {
  state: SettlementState
  paid: { key: HeadKey; minor: string }[]
  settlement?: number
}

export const settlementKey = (views: Pick<JudgeViews, 'key'>, bank: PartyUrn, settlementNo: string): HeadKey =>
  views.key('border-settlement', bank, settlementNo)

export const settlementKind: MessageKind<BorderSettlement> = {
  name: 'customs.border-settlement',
  version: 1,
  schema: readSchemaFile('customs/border-settlement.v1.json'),
  type: 'application/json',
  bodyMaxBytes: 64 * 1024,
  senders: ['bank'],
  ageMaxMs: 24 * 3_600_000,
  statusAllows: ['good'],
  check: withoutNumbers(checkSettlement),
  async judge(message, views) {
    const { body } = message
    const bank = actorOf(message)
    const findings = [...checkReported(message, views), ...checkTimes(body, views.nowMs)]
    if (findings.length > 0) return { ...nothingWanted(), findings }
    if (body.act === 'settle') return judgePaid(body as Paid, bank, views)
    return judgeNext(body.act, settlementKey(views, bank, body.settlementNo), views)
  },
  audience: recipients,
  // Who pays whom for what is for the office it is reported to; other regulators see that there was a settlement.
  views: { supervision: ['public', 'trade'], 'supervision-abroad': ['public'] },
}

/** Every act is told to a regulator of the bank's country: a payment taken back is to be reported as well. */
function checkReported(message: ValidMessage<BorderSettlement>, { register }: JudgeViews): Finding[] {
  const country = register.party(actorOf(message))?.country
  const reported = message.envelope.to.some((urn) => {
    const party = register.party(urn)
    return party?.class === 'regulator' && party.country === country
  })
  return reported ? [] : [finding('MARKET_EXCHANGE_OFFICE_NOT_ADDRESSED', '')]
}

const checkTimes = (body: BorderSettlement, nowMs: number): Finding[] =>
  (['settledAt', 'reportedAt', 'reversedAt'] as const).flatMap((name) => {
    const value = body[name]
    const future = value !== undefined && fromTime(value)! > nowMs + AHEAD_MAX_MS
    return future ? [customsFinding('TIME_IN_FUTURE', `/${name}`, { value })] : []
  })

async function judgePaid(body: Paid, bank: PartyUrn, views: JudgeViews): Promise<Judgement> {
  const key = settlementKey(views, bank, body.settlementNo)
  const paid: { key: HeadKey; minor: bigint; rule: string }[] = []
  const heads: TradeHead[] = []
  const stall = stallKey(views, body.payee.site, body.payee.stallNo)
  for (const { amountCny, ...name } of body.declarations) {
    const at = tradeKey(views, name)
    const stored = await views.head(at)
    const head = stored && readTrade(at, stored)
    // Who cannot say whose declaration it is and which stall sold learns nothing of it.
    if (!head || !isPayer(body, head, views) || !head.stalls.includes(stall))
      return untold(views, 'border-trade-known', at, bank)
    if (head.state !== 'released') return refused('STATE_CONFLICT', 'border-trade-released', at, head.headVersion)
    heads.push(head)
    const minor = fenOf(amountCny)
    paid.push(
      { key: settleableKey(views, name), minor, rule: 'border-settleable' },
      { key: stallPayableKey(views, name, stall), minor, rule: 'border-stall-payable' },
    )
  }
  return {
    ...nothingWanted(),
    claims: [
      {
        key,
        value: valueOf({ state: 'settled', paid: paid.map((one) => ({ key: one.key, minor: one.minor.toString() })) }),
        rule: 'border-settlement-no',
      },
    ],
    accounts: paid.map((one) => ({ act: 'debit', key: one.key, amountMinor: one.minor, rule: one.rule })),
    expects: heads.map((head) => ({ key: head.key, version: head.headVersion })),
    refers: heads.map(({ declaration }) => declaration),
  }
}

/** A declared resident, or the group that declared. */
function isPayer({ payer: { filingNo, groupNo } }: Paid, head: TradeHead, views: JudgeViews): boolean {
  if (groupNo !== undefined) return head.group === groupKey(views, groupNo)
  const resident = residentKey(views, filingNo!)
  return head.shares.some((share) => share.resident === resident)
}

/** Reports a settlement, once, or takes it back, reported or not. */
async function judgeNext(act: 'report' | 'reverse', key: HeadKey, views: JudgeViews): Promise<Judgement> {
  const head = await views.head(key)
  if (!head) return refused('NOT_KNOWN_HERE', 'border-settlement-known', key, 0)
  const { state, paid, settlement = head.index } = head.value as unknown as SettlementValue
  const from: readonly SettlementState[] = act === 'report' ? ['settled'] : ['settled', 'reported']
  if (!from.includes(state)) return refused('STATE_CONFLICT', 'border-settlement-state', key, head.version)
  const next = act === 'report' ? 'reported' : 'reversed'
  return {
    ...nothingWanted(),
    moves: [{ key, version: head.version, value: valueOf({ state: next, paid, settlement }) }],
    accounts:
      act === 'report'
        ? []
        : paid.map((one) => ({
            act: 'credit',
            key: one.key,
            amountMinor: BigInt(one.minor),
            rule: 'border-settleable-returned',
          })),
    refers: [settlement],
  }
}

const valueOf = (value: SettlementValue): HeadValue => ({ ...value })
