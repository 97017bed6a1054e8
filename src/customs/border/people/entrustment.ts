// customs.border-entrustment 落地加工委托: a group lends some of its heads to a processing firm. The group says so and the firm is told; either
// ends it. That the firm agrees is between the two, and it can end what it did not agree to.
import {
  checkUscc,
  nothingWanted,
  placed,
  readSchemaFile,
  textsOf,
  type Finding,
  type Judgement,
  type JudgeViews,
  type MessageKind,
  type ValidMessage,
  refused,
} from '../../../hub/index.ts'
import type { CustomsBorderEntrustment } from '../../../../schemas/types.d.ts'
import { recipients } from '../../audience.ts'
import { found } from '../../authority.ts'
import { withoutNumbers } from '../identity-numbers.ts'
import { entrustmentKey, groupKey, readEntrustment, readGroup, valueOf, type GroupHead } from '../people-heads.ts'
import { actorOf, isTold, readersOf, tellMoves, untold } from '../../told.ts'
import { PEOPLE, PEOPLE_SUPERVISION } from './audience.ts'
import { finding } from './codes.ts'
import { checkNotPast, checkPeriod } from './days.ts'
import { checkActFields } from './fields.ts'

type Message = ValidMessage<CustomsBorderEntrustment>

const ACTS = {
  entrust: ['groupNo', 'enterprise', 'enterpriseScc', 'headCount', 'validFrom', 'validUntil'],
  end: ['reason'],
}

export const entrustmentKind: MessageKind<CustomsBorderEntrustment> = {
  ...PEOPLE,
  name: 'customs.border-entrustment',
  version: 1,
  schema: readSchemaFile('customs/border-entrustment.v1.json'),
  senders: ['border-group', 'processor'],
  check: withoutNumbers(check),
  async judge(message, views) {
    return message.body.act === 'entrust' ? entrust(message, views) : end(message, views)
  },
  audience: recipients,
  views: PEOPLE_SUPERVISION,
}

function check(body: CustomsBorderEntrustment): Finding[] {
  const texts = textsOf<CustomsBorderEntrustment>(body)
  const flaw = texts.enterpriseScc === undefined ? undefined : checkUscc(texts.enterpriseScc)
  return [
    ...checkActFields(body, ACTS),
    ...(flaw ? [placed(flaw, '/enterpriseScc')] : []),
    ...checkPeriod(texts, 'validFrom', 'validUntil'),
  ]
}

async function entrust(message: Message, views: JudgeViews): Promise<Judgement> {
  const { batchNo, groupNo, enterpriseScc, headCount, validFrom, validUntil } = message.body
  const actor = actorOf(message)
  const group = groupKey(views, groupNo!)
  if (!(await isTold(views, group, actor))) return untold(views, 'border-group-known', group, actor)
  const head = (await readGroup(views, groupNo!))!
  if (head.party !== actor) return found([finding('OTHER_PARTY_ACTS', '/groupNo')])
  if (head.state !== 'active') return refused('STATE_CONFLICT', 'border-group-state', group, head.headVersion)
  const findings = checkTerms(message, head, views)
  if (findings.length > 0) return found(findings)
  const key = entrustmentKey(views, batchNo)
  const value = valueOf<'entrustment'>({
    state: 'active',
    group,
    enterpriseScc: enterpriseScc!,
    headCount: headCount!,
    validFrom: validFrom!,
    validUntil: validUntil!,
  })
  return {
    ...nothingWanted(),
    claims: [{ key, value, rule: 'border-entrustment-number' }],
    moves: await tellMoves(views, key, readersOf(message)),
    expects: [{ key: group, version: head.headVersion }],
    refers: [head.filing],
  }
}

function checkTerms({ body, envelope }: Message, { members }: GroupHead, { register, nowMs }: JudgeViews): Finding[] {
  const findings = checkNotPast(body.validUntil!, nowMs, '/validUntil')
  const firm = register.party(body.enterprise!)
  if (firm?.class !== 'processor' || !envelope.to.includes(firm.party))
    findings.push(finding('PROCESSOR_NOT_ADDRESSED', '/enterprise'))
  // Of a firm that was not registered by its code nothing can be held against the message.
  else if ((firm.identifiers?.uscc ?? body.enterpriseScc) !== body.enterpriseScc)
    findings.push(finding('PROCESSOR_CODE_DIFFERS', '/enterpriseScc'))
  if (body.headCount! > members.length) {
    const params = { members: members.length, heads: body.headCount! }
    findings.push(finding('HEADS_ABOVE_MEMBERS', '/headCount', params))
  }
  return findings
}

async function end(message: Message, views: JudgeViews): Promise<Judgement> {
  const { batchNo } = message.body
  const actor = actorOf(message)
  const key = entrustmentKey(views, batchNo)
  if (!(await isTold(views, key, actor))) return untold(views, 'border-entrustment-known', key, actor)
  const { headVersion: version, key: _key, ...says } = (await readEntrustment(views, batchNo))!
  if (!(await mayEnd(actor, says, views))) return found([finding('OTHER_PARTY_ACTS', '/batchNo')])
  if (says.state !== 'active') return refused('STATE_CONFLICT', 'border-entrustment-state', key, version)
  return {
    ...nothingWanted(),
    moves: [
      { key, version, value: valueOf<'entrustment'>({ ...says, state: 'ended' }) },
      ...(await tellMoves(views, key, readersOf(message))),
    ],
    refers: [says.filing],
  }
}

/** The group by the head of the group, the firm by what it is registered as, or by the entrustment itself. */
async function mayEnd(
  actor: string,
  { group, enterpriseScc, filing }: { group: string; enterpriseScc: string; filing: number },
  views: JudgeViews,
): Promise<boolean> {
  const party = views.register.party(actor)
  if ((await views.head(group))?.value['party'] === actor) return true
  if (party?.class !== 'processor') return false
  if (party.identifiers?.uscc !== undefined) return party.identifiers.uscc === enterpriseScc
  const entry = await views.entry(filing)
  return entry !== undefined && !('withheld' in entry) && Reflect.get(entry.body as object, 'enterprise') === actor
}
