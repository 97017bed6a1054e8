// customs.acdd: the customs of the exporting country sends the data of an export declaration to the customs of the importing country, for
// its assessment of risk; or asks to cancel what it has sent.
import {
  nothingWanted,
  readSchemaFile,
  toTime,
  type Finding,
  type HeadKey,
  type Judgement,
  type JudgeViews,
  type MessageKind,
  type PartyUrn,
  type ValidMessage,
  refused,
} from '../../hub/index.ts'
import type { AseanCustomsDeclarationDocument } from '../../../schemas/types.d.ts'
import { recipients, SUPERVISION } from '../audience.ts'
import { AUTHORITY } from '../authority.ts'
import { caseKey, caseMoves, caseMovesOf } from '../case/case-head.ts'
import { exchangeReady, referenceList } from '../reference/index.ts'
import { actorsOn, claimTold, customsAmong, untold } from '../told.ts'
import { ACDD_KNOWN, acddKey, mayCancel, movedAcdd, notActing, readAcddHead, sentValue } from './acdd-head.ts'
import { checkAcdd } from './acdd-rules.ts'
import { finding } from './codes.ts'
import { Place } from './place.ts'

type Message = ValidMessage<AseanCustomsDeclarationDocument>

/** Goods are declared shortly before they leave; a day further ahead is a mistyped one. */
const AHEAD_DAYS_MAX = 30
const DAY_MS = 24 * 3_600_000

export const acddKind: MessageKind<AseanCustomsDeclarationDocument> = {
  ...AUTHORITY,
  name: 'customs.acdd',
  version: 1,
  schema: readSchemaFile('customs/acdd.v1.json'),
  bodyMaxBytes: 1024 * 1024,
  check: (body) => checkAcdd(new Place(body)),
  async judge(message, views) {
    const to = customsAmong(message.envelope.to, message.body.importCountry, views.register)
    const findings = [...compare(message, to.length, views), ...readiness(message.body, views).findings]
    if (findings.length > 0) return { ...nothingWanted(), findings }
    const { unknown } = readiness(message.body, views)
    if (unknown) return refused('NOT_KNOWN_HERE', 'exchange-ready', unknown, 0)
    return message.body.functionCode === '1' ? cancel(message, to[0]!, views) : send(message, to[0]!, views)
  },
  audience: recipients,
  views: SUPERVISION,
}

function compare({ authentic, body }: Message, count: number, views: JudgeViews): Finding[] {
  const country = body.exportCountry
  const found: Finding[] = []
  if (views.register.party(authentic.sender)?.country !== country)
    found.push(finding('ACDD_SENDER_COUNTRY', '/exportCountry', { country }))
  if (count !== 1) found.push(finding('ACDD_RECEIVER_MISSING', '', { count }))
  const { departureDate } = body
  if (departureDate !== undefined && Date.parse(departureDate) > views.nowMs + AHEAD_DAYS_MAX * DAY_MS)
    found.push(finding('ACDD_DEPARTURE_TOO_FAR', '/departureDate', { days: AHEAD_DAYS_MAX }))
  return found
}

/** Both countries exchange, by the list of reference data. Of a country that an incomplete list does not have nobody can tell. */
function readiness(
  body: AseanCustomsDeclarationDocument,
  views: JudgeViews,
): { findings: Finding[]; unknown?: HeadKey } {
  const day = toTime(views.nowMs).slice(0, 10)
  const findings: Finding[] = []
  let unknown: HeadKey | undefined
  for (const member of ['exportCountry', 'importCountry'] as const) {
    const country = body[member]
    const ready = exchangeReady(country, day)
    if (ready === undefined) unknown ??= views.key('exchange-ready', country)
    else if (!ready)
      findings.push(
        finding('ACDD_NOT_EXCHANGE_READY', `/${member}`, { country, asOf: referenceList('exchange-ready').asOf }),
      )
  }
  return { findings, ...(unknown && { unknown }) }
}

async function send(message: Message, to: PartyUrn, views: JudgeViews): Promise<Judgement> {
  const { authentic, body } = message
  const { exportCountry, permitNumber, ucr } = body
  const value = sentValue(authentic.sender, to, ucr === undefined ? undefined : caseKey(views, ucr))
  const number = { key: acddKey(views, exportCountry, permitNumber), value, rule: 'acdd-number' }
  return {
    ...nothingWanted(),
    claims: claimTold(views, number, actorsOn(message, views)),
    moves: await caseMoves(views, ucr),
  }
}

async function cancel({ authentic, body }: Message, to: PartyUrn, views: JudgeViews): Promise<Judgement> {
  const key = acddKey(views, body.exportCountry, body.permitNumber)
  const stored = await views.head(key)
  if (!stored) return untold(views, ACDD_KNOWN, key, authentic.sender)
  const head = readAcddHead(key, stored)
  if (head.from !== authentic.sender || head.to !== to) return notActing(head, authentic.sender, views)
  if (!mayCancel(head.state)) return refused('STATE_CONFLICT', 'acdd-state', key, head.headVersion)
  return {
    ...nothingWanted(),
    moves: [
      { key, version: head.headVersion, value: movedAcdd(head, 'cancelling') },
      ...(await caseMovesOf(views, head.caseKey)),
    ],
    refers: [head.document],
  }
}
