// customs.border-stall 边民商铺: who of the neighbouring country sells at a market, and where. Stalls are known by their number at the market,
// so that no market touches or learns of another's.
import {
  nothingWanted,
  readSchemaFile,
  textsOf,
  type Finding,
  type Judgement,
  type JudgeViews,
  type MessageKind,
  type ValidMessage,
  refused,
} from '../../../hub/index.ts'
import type { CustomsBorderStall } from '../../../../schemas/types.d.ts'
import { recipients } from '../../audience.ts'
import { found } from '../../authority.ts'
import { withoutNumbers } from '../identity-numbers.ts'
import { readStall, stallKey, valueOf } from '../people-heads.ts'
import { actorOf } from '../../told.ts'
import { PEOPLE, PEOPLE_SUPERVISION } from './audience.ts'
import { finding } from './codes.ts'
import { checkDay, checkNotPast } from './days.ts'
import { checkActFields } from './fields.ts'
import { checkBorderPlace, sellersAt } from './places.ts'

type Message = ValidMessage<CustomsBorderStall>

const SELLER = ['siteCode', 'country', 'sellerName', 'companyName', 'passportNo', 'registrationNo', 'validUntil']
const ACTS = { open: SELLER, change: SELLER, close: ['reason'] }

export const stallKind: MessageKind<CustomsBorderStall> = {
  ...PEOPLE,
  name: 'customs.border-stall',
  version: 1,
  schema: readSchemaFile('customs/border-stall.v1.json'),
  senders: ['market-site'],
  check: withoutNumbers(check),
  judge,
  audience: recipients,
  views: PEOPLE_SUPERVISION,
}

function check(body: CustomsBorderStall): Finding[] {
  const texts = textsOf<CustomsBorderStall>(body)
  const found = [...checkActFields(body, ACTS), ...checkDay(texts.validUntil, '/validUntil')]
  if (texts.act === 'open' || texts.act === 'change') found.push(...checkSeller(texts))
  return found
}

type Texts = ReturnType<typeof textsOf<CustomsBorderStall>>

function checkSeller({ siteCode, country, sellerName, companyName, passportNo, registrationNo }: Texts): Finding[] {
  const found: Finding[] = []
  const person = sellerName !== undefined && passportNo !== undefined
  const firm = companyName !== undefined && registrationNo !== undefined
  if (!person && !firm) found.push(finding('SELLER_UNNAMED', ''))
  if (siteCode === undefined) return found
  const unlisted = checkBorderPlace(siteCode, '/siteCode', 'SITE_PLACE_UNKNOWN')
  if (unlisted.length > 0) return [...found, ...unlisted]
  const allowed = sellersAt(siteCode)
  if (country !== undefined && !allowed.includes(country)) {
    const params = { province: siteCode.slice(0, 2), allowed: allowed.join(', '), value: country }
    found.push(finding('SELLER_COUNTRY', '/country', params))
  }
  return found
}

async function judge(message: Message, views: JudgeViews): Promise<Judgement> {
  const { act, stallNo, country, validUntil } = message.body
  const findings = [...(validUntil === undefined ? [] : checkNotPast(validUntil, views.nowMs, '/validUntil'))]
  if (findings.length > 0) return found(findings)
  const site = actorOf(message)
  const key = stallKey(views, site, stallNo)
  const open = { state: 'open' as const, country: country ?? '' }
  const head = await readStall(views, site, stallNo)
  if (act === 'open') {
    if (head?.state === 'open') return refused('ALREADY_CLAIMED', 'border-stall-open', key, head.headVersion)
    // A stall that was closed may be let to another seller.
    return { ...nothingWanted(), moves: [{ key, version: head?.headVersion ?? 0, value: valueOf<'stall'>(open) }] }
  }
  if (!head) return refused('NOT_KNOWN_HERE', 'border-stall-known', key, 0)
  const { headVersion: version, filing, state } = head
  if (state !== 'open') return refused('STATE_CONFLICT', 'border-stall-state', key, version)
  const value = act === 'change' ? open : { state: 'closed' as const, country: head.country, filing }
  return { ...nothingWanted(), moves: [{ key, version, value: valueOf<'stall'>(value) }], refers: [filing] }
}
