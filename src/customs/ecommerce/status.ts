// customs.ecommerce-status: customs releases, rejects or cancels a list, or goods of it come back. What a list took of the buyer's year is
// given back when the list ends, and when goods come back in time.
import {
  fromTime,
  readSchemaFile,
  type Finding,
  type Judgement,
  type JudgeViews,
  type MessageKind,
  type Move,
  refused,
} from '../../hub/index.ts'
import type { EcommerceStatus } from '../../../schemas/types.d.ts'
import { AUTHORITY, found } from '../authority.ts'
import { recipients, SUPERVISION } from '../audience.ts'
import { finding as customsFinding } from '../codes.ts'
import { shanghaiDay } from '../shanghai-day.ts'
import { isTold, untold } from '../told.ts'
import { finding } from './codes.ts'
import { compactTime } from './days.ts'
import { acted, credit } from './list-acts.ts'
import { isOver, listKey, readListHead, type ListHead, type ListSays, type ListState } from './list-head.ts'
import { movedPaper, readPaper } from './papers.ts'
import { judgeReturn } from './returns.ts'
import { checkStatus } from './status-rules.ts'
import { AHEAD_MAX_MS } from '../values.ts'

type Outcome = EcommerceStatus['outcome']

/** From which states an outcome follows. */
const FROM: Readonly<Record<Outcome, readonly ListState[]>> = {
  RELEASED: ['declared'],
  REJECTED: ['declared'],
  CANCELLED: ['declared', 'released'],
  RETURNED: ['released', 'returning'],
}

export const statusKind: MessageKind<EcommerceStatus> = {
  ...AUTHORITY,
  name: 'customs.ecommerce-status',
  version: 1,
  schema: readSchemaFile('customs/ecommerce-status.v1.json'),
  check: checkStatus,
  async judge(message, views) {
    const { body, authentic, envelope } = message
    const key = listKey(views, body.ebpCode, body.orderNo)
    const { sender } = authentic
    if (!(await isTold(views, key, sender))) return untold(views, 'ecommerce-list-known', key, sender)
    const head = readListHead(key, (await views.head(key))!)
    if (head.customs !== sender) return found([customsFinding('AUTHORITY_NOT_COMPETENT', '/orderNo')])
    if (!FROM[body.outcome].includes(head.state))
      return refused('STATE_CONFLICT', 'ecommerce-list-state', key, head.headVersion)
    const findings = checkMessage(body, head, envelope.to, fromTime(envelope.created)!)
    if (findings.length > 0) return found(findings)
    return body.outcome === 'RETURNED' ? judgeReturn(body, head, views) : ended(body, head, views)
  },
  audience: recipients,
  views: SUPERVISION,
}

function checkMessage(
  { returnTime, appliedOn }: EcommerceStatus,
  { from, releasedOn }: ListHead,
  to: readonly string[],
  signedMs: number,
): Finding[] {
  const found: Finding[] = []
  if (!to.includes(from)) found.push(customsFinding('DECLARANT_NOT_ADDRESSED', ''))
  if (compactTime(returnTime)! > signedMs + AHEAD_MAX_MS)
    found.push(customsFinding('TIME_IN_FUTURE', '/returnTime', { value: returnTime }))
  if (appliedOn === undefined || releasedOn === undefined) return found
  if (appliedOn > shanghaiDay(signedMs))
    found.push(customsFinding('TIME_IN_FUTURE', '/appliedOn', { value: appliedOn }))
  if (appliedOn < releasedOn)
    found.push(finding('RETURN_BEFORE_RELEASE', '/appliedOn', { applied: appliedOn, released: releasedOn }))
  return found
}

/** Release, rejection, cancellation: the last two free the documents for another list and give back what is left. */
async function ended({ outcome, returnTime }: EcommerceStatus, head: ListHead, views: JudgeViews): Promise<Judgement> {
  const state = outcome === 'RELEASED' ? 'released' : outcome === 'REJECTED' ? 'rejected' : 'cancelled'
  const change: Partial<ListSays> =
    state === 'released'
      ? { state, releasedOn: shanghaiDay(compactTime(returnTime)!) }
      : { state, creditedMinor: head.dutiableMinor }
  const accounts = state === 'released' ? [] : credit(head, BigInt(head.dutiableMinor) - BigInt(head.creditedMinor))
  const papers = isOver({ state }) ? await freed(head, views) : []
  return acted(head, change, accounts, papers)
}

async function freed({ order, payment, logistics }: ListHead, views: JudgeViews): Promise<Move[]> {
  const papers = await Promise.all([order, payment, logistics].map((key) => readPaper(views, key)))
  return papers.map((paper) => ({
    key: paper!.key,
    version: paper!.headVersion,
    value: movedPaper(paper!, 'filed'),
  }))
}
