// customs.border-status: what customs does with a declaration of border-resident trade. Release opens what may be paid for it.
import {
  fromTime,
  nothingWanted,
  placed,
  readSchemaFile,
  textsOf,
  type AccountMove,
  type Finding,
  type HeadKey,
  type Judgement,
  type JudgeViews,
  type MessageKind,
  type Move,
  refused,
} from '../../../hub/index.ts'
import type { BorderStatus } from '../../../../schemas/types.d.ts'
import { recipients, SUPERVISION } from '../../audience.ts'
import { AUTHORITY } from '../../authority.ts'
import { finding as customsFinding } from '../../codes.ts'
import { AHEAD_MAX_MS, checkTime } from '../../values.ts'
import { isTold, untold } from '../../told.ts'
import { withoutNumbers } from '../identity-numbers.ts'
import { finding } from './codes.ts'
import { returnQuotas } from './quota.ts'
import {
  movedPurchase,
  movedTrade,
  readPurchase,
  readTrade,
  settleableKey,
  stallPayableKey,
  tradeKey,
  type TradeHead,
  type TradeName,
  type TradeState,
} from './trade-heads.ts'

type Status = BorderStatus['status']

const STATE: Readonly<Record<Status, TradeState>> = {
  INSPECTING: 'inspecting',
  RELEASED: 'released',
  REJECTED: 'rejected',
  CANCELLED: 'cancelled',
  SEIZED: 'seized',
}

/** From which states each status can be reached. Goods already released can be seized, and while nothing is paid for them their declaration cancelled. */
const FROM: Readonly<Record<Status, readonly TradeState[]>> = {
  INSPECTING: ['declared'],
  RELEASED: ['declared', 'inspecting'],
  REJECTED: ['declared', 'inspecting'],
  CANCELLED: ['declared', 'inspecting', 'released'],
  SEIZED: ['declared', 'inspecting', 'released'],
}

const NEEDS_REASON: ReadonlySet<string | undefined> = new Set(['REJECTED', 'CANCELLED', 'SEIZED'])

export const statusKind: MessageKind<BorderStatus> = {
  ...AUTHORITY,
  name: 'customs.border-status',
  version: 1,
  schema: readSchemaFile('customs/border-status.v1.json'),
  check: withoutNumbers(checkStatus),
  async judge(message, views) {
    const { body, authentic, envelope } = message
    const key = tradeKey(views, body)
    const { sender } = authentic
    if (!(await isTold(views, key, sender))) return untold(views, 'border-trade-known', key, sender)
    const head = readTrade(key, (await views.head(key))!)
    if (head.customs !== sender)
      return { ...nothingWanted(), findings: [customsFinding('AUTHORITY_NOT_COMPETENT', '/declarationNo')] }
    if (!FROM[body.status].includes(head.state))
      return refused('STATE_CONFLICT', 'border-trade-state', key, head.headVersion)
    const paid = body.status === 'CANCELLED' ? await checkUnpaid(body, head, views) : undefined
    if (paid?.refusal) return paid
    const findings: Finding[] = []
    if (!envelope.to.includes(head.from)) findings.push(customsFinding('DECLARANT_NOT_ADDRESSED', ''))
    if (fromTime(body.decidedAt)! > views.nowMs + AHEAD_MAX_MS)
      findings.push(customsFinding('TIME_IN_FUTURE', '/decidedAt', { value: body.decidedAt }))
    if (findings.length > 0) return { ...nothingWanted(), findings }
    return {
      ...nothingWanted(),
      moves: [
        { key, version: head.headVersion, value: movedTrade(head, STATE[body.status]) },
        ...(body.status === 'CANCELLED' ? await freed(head, views) : []),
      ],
      accounts: await accountsOf(body, head, views),
      expects: paid?.expects ?? [],
      refers: [head.declaration],
    }
  },
  audience: recipients,
  views: SUPERVISION,
}

function checkStatus(body: BorderStatus): Finding[] {
  const { status, decidedAt, reason } = textsOf<BorderStatus>(body)
  const time = decidedAt === undefined ? undefined : checkTime(decidedAt)
  const wanting = NEEDS_REASON.has(status) && reason === undefined
  return [
    ...(time ? [placed(time, '/decidedAt')] : []),
    ...(wanting ? [finding('MARKET_REASON_MISSING', '/reason', { status: status! })] : []),
  ]
}

/** The purchases of a cancelled declaration can be declared again. */
async function freed({ purchases }: TradeHead, views: JudgeViews): Promise<Move[]> {
  const heads = await Promise.all(purchases.map((key) => readPurchase(views, key)))
  return heads.map((head) => ({
    key: head!.key,
    version: head!.headVersion,
    value: movedPurchase(head!, 'traded'),
  }))
}

/**
 * What is paid for cannot be declared and paid for again: a declaration is cancelled when nothing is settled of it, or once the banks have
 * taken back what was. Rests on the account, so that the same message is judged anew after that; a payment that comes between does too.
 */
async function checkUnpaid(name: TradeName, head: TradeHead, views: JudgeViews): Promise<Judgement> {
  if (head.state !== 'released') return nothingWanted()
  const key = settleableKey(views, name)
  const { version, value } = (await views.head(key))!
  if (BigInt(value['net'] as string) < head.totalMinor)
    return refused('STATE_CONFLICT', 'border-trade-paid', key, version)
  return { ...nothingWanted(), expects: [{ key, version }] }
}

async function accountsOf(body: BorderStatus, head: TradeHead, views: JudgeViews): Promise<AccountMove[]> {
  const { status } = body
  const key = settleableKey(views, body)
  const amountMinor = head.totalMinor
  if (status === 'RELEASED')
    return [
      { act: 'open', key, amountMinor, rule: 'border-settleable-opened' },
      ...(await stallsOpened(body, head, views)),
    ]
  const returned = status === 'REJECTED' || status === 'CANCELLED' ? returnQuotas(head.shares, head.day, views) : []
  // What has been paid for goods that customs seizes afterwards stands as a shortfall until the bank reverses it. The accounts of the stalls
  // stay as they are: what is not released is not paid for.
  if (head.state !== 'released') return returned
  return [...returned, { act: 'close', key, amountMinor, rule: 'border-settleable-closed' }]
}

/** A stall is paid what was bought there. */
async function stallsOpened(name: TradeName, { purchases }: TradeHead, views: JudgeViews): Promise<AccountMove[]> {
  const sums = new Map<HeadKey, bigint>()
  for (const key of purchases) {
    const { stall, totalMinor } = (await readPurchase(views, key))!
    sums.set(stall, (sums.get(stall) ?? 0n) + totalMinor)
  }
  return [...sums].map(([stall, amountMinor]) => ({
    act: 'open',
    key: stallPayableKey(views, name, stall),
    amountMinor,
    rule: 'border-stall-payable-opened',
  }))
}
