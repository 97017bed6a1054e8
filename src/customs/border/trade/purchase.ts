// customs.border-purchase: the site's statement that a resident bought these goods at a stall at this time. Its time decides the day of the quota.
import {
  fromTime,
  nothingWanted,
  readSchemaFile,
  type Finding,
  type Judgement,
  type JudgeViews,
  type MessageKind,
  type PartyUrn,
  type ValidMessage,
  refused,
} from '../../../hub/index.ts'
import type { BorderPurchase } from '../../../../schemas/types.d.ts'
import { recipients, SUPERVISION } from '../../audience.ts'
import { finding as customsFinding } from '../../codes.ts'
import { withoutNumbers } from '../identity-numbers.ts'
import {
  districtOf,
  readResident,
  readStall,
  residentKey,
  stallKey,
  type ResidentHead,
  type StallHead,
} from '../people-heads.ts'
import { actorOf, isTold, readersOf, tellMoves, untold } from '../../told.ts'
import { finding } from './codes.ts'
import { isInForce } from './in-force.ts'
import { allowedOrigins } from './limits.ts'
import { fenOf } from './money.ts'
import { checkPurchase } from './purchase-rules.ts'
import { shanghaiDay } from '../../shanghai-day.ts'
import { movedPurchase, purchaseKey, purchaseValue, readPurchase, vehicleKey } from './trade-heads.ts'
import { AHEAD_MAX_MS } from '../../values.ts'

/** Phones and sites queue what they have signed while they are offline. */
export const OFFLINE_MAX_MS = 72 * 3_600_000

/** A purchase as stated: the schema wants these members of it. */
type Stated = BorderPurchase & Required<Omit<BorderPurchase, 'rate' | 'vehiclePlate' | 'reason'>>

export const purchaseKind: MessageKind<BorderPurchase> = {
  name: 'customs.border-purchase',
  version: 1,
  schema: readSchemaFile('customs/border-purchase.v1.json'),
  type: 'application/json',
  bodyMaxBytes: 64 * 1024,
  senders: ['market-site'],
  ageMaxMs: OFFLINE_MAX_MS,
  statusAllows: ['good', 'stale'],
  check: withoutNumbers(checkPurchase),
  judge: (message, views) =>
    message.body.act === 'void'
      ? judgeVoid(message.body, actorOf(message), views)
      : judgeStated(message as ValidMessage<Stated>, views),
  audience: recipients,
  views: SUPERVISION,
}

/** Only what is not declared yet can be withdrawn, and only by the site that stated it: its name is in the key. */
async function judgeVoid({ tradeNo }: BorderPurchase, site: PartyUrn, views: JudgeViews): Promise<Judgement> {
  const key = purchaseKey(views, site, tradeNo)
  const head = await readPurchase(views, key)
  if (!head) return refused('NOT_KNOWN_HERE', 'border-purchase-known', key, 0)
  if (head.state !== 'traded') return refused('STATE_CONFLICT', 'border-purchase-state', key, head.headVersion)
  return {
    ...nothingWanted(),
    moves: [{ key, version: head.headVersion, value: movedPurchase(head, 'void') }],
    refers: [head.index],
  }
}

async function judgeStated(message: ValidMessage<Stated>, views: JudgeViews): Promise<Judgement> {
  const { body } = message
  const site = actorOf(message)
  const stall = await readStall(views, site, body.stallNo)
  if (!stall) return refused('NOT_KNOWN_HERE', 'border-stall-known', stallKey(views, site, body.stallNo), 0)
  const filed = residentKey(views, body.filingNo)
  if (!(await isTold(views, filed, site))) return untold(views, 'border-filing-known', filed, site)
  const resident = (await readResident(views, body.filingNo))!
  const day = shanghaiDay(fromTime(body.tradedAt)!)
  const findings = [
    ...checkTimes(body.tradedAt, views.nowMs),
    ...checkStall(stall, body.customsOffice),
    ...checkDistrict(resident, body.customsOffice),
    ...(isInForce(resident, day) ? [] : [finding('MARKET_RESIDENT_NOT_ACTIVE', '/filingNo', { day })]),
  ]
  if (findings.length > 0) return { ...nothingWanted(), findings }
  const value = purchaseValue({
    state: 'traded',
    resident: resident.key,
    person: resident.person,
    day,
    totalMinor: fenOf(body.amountCny),
    office: body.customsOffice,
    stall: stall.key,
    tradedAt: body.tradedAt,
    ...(body.vehiclePlate !== undefined && { vehicle: vehicleKey(views, body.vehiclePlate) }),
  })
  const key = purchaseKey(views, site, body.tradeNo)
  return {
    ...nothingWanted(),
    claims: [{ key, value, rule: 'border-trade-no' }],
    // Whoever the site tells of the purchase may declare it.
    moves: await tellMoves(views, key, readersOf(message)),
    expects: [resident, stall].map(({ key, headVersion }) => ({ key, version: headVersion })),
    refers: [resident.filing, stall.filing],
  }
}

function checkTimes(tradedAt: string, nowMs: number): Finding[] {
  const ms = fromTime(tradedAt)!
  if (ms > nowMs + AHEAD_MAX_MS) return [customsFinding('TIME_IN_FUTURE', '/tradedAt', { value: tradedAt })]
  return ms < nowMs - OFFLINE_MAX_MS ? [finding('MARKET_TRADED_LONG_AGO', '/tradedAt', { value: tradedAt })] : []
}

/** Whose goods and sellers a site has is decided by its district, and the site does not choose that: customs has filed its residents there. */
const checkDistrict = ({ district }: ResidentHead, office: string): Finding[] =>
  districtOf(office) === district
    ? []
    : [finding('MARKET_OFFICE_OF_OTHER_DISTRICT', '/customsOffice', { value: office })]

function checkStall({ state, country }: StallHead, office: string): Finding[] {
  if (state !== 'open') return [finding('MARKET_STALL_CLOSED', '/stallNo')]
  const allowed = allowedOrigins(office)!.includes(country)
  return allowed ? [] : [finding('MARKET_STALL_COUNTRY', '/stallNo', { country, office })]
}
