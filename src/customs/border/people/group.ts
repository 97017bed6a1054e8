// customs.border-group 互助组: residents who declare and settle together through one party. A resident is in one group at a time, decided by
// the head of the membership.
import {
  nothingWanted,
  readSchemaFile,
  type HeadKey,
  type Judgement,
  type JudgeViews,
  type MessageKind,
  type Move,
  type PartyUrn,
  type ValidMessage,
  refused,
} from '../../../hub/index.ts'
import type { CustomsBorderGroup } from '../../../../schemas/types.d.ts'
import { recipients } from '../../audience.ts'
import { found } from '../../authority.ts'
import { withoutNumbers } from '../identity-numbers.ts'
import { groupKey, membershipKey, readGroup, residentKey, valueOf, type GroupHead } from '../people-heads.ts'
import { actorOf, isTold, readersOf, tellMoves, untold } from '../../told.ts'
import { PEOPLE, PEOPLE_SUPERVISION } from './audience.ts'
import { finding } from './codes.ts'
import { checkNotPast } from './days.ts'
import { checkGroup, MEMBERS_MAX } from './group-rules.ts'
import { checkHolding, expectsOf, findResidents } from './residents.ts'

type Message = ValidMessage<CustomsBorderGroup>

export const groupKind: MessageKind<CustomsBorderGroup> = {
  ...PEOPLE,
  name: 'customs.border-group',
  version: 1,
  schema: readSchemaFile('customs/border-group.v1.json'),
  senders: ['customs', 'border-group'],
  // The digits of an account are its bank's.
  check: withoutNumbers(checkGroup, '/account/accountNo'),
  async judge(message, views) {
    return message.body.act === 'form' ? form(message, views) : follow(message, views)
  },
  audience: recipients,
  views: PEOPLE_SUPERVISION,
}

async function form(message: Message, views: JudgeViews): Promise<Judgement> {
  const { groupNo, leaderFilingNo, memberFilingNos = [], validUntil } = message.body
  const actor = actorOf(message)
  const party = partyOf(message, views)
  if (typeof party !== 'string') return party
  const members = await findResidents(views, actor, memberFilingNos)
  if ('judgement' in members) return members.judgement
  const { residents } = members
  const findings = [
    ...checkNotPast(validUntil!, views.nowMs, '/validUntil'),
    ...checkHolding(residents, views.nowMs, (at) => `/memberFilingNos/${at}`),
  ]
  if (findings.length > 0) return found(findings)
  const key = groupKey(views, groupNo)
  const joined = await joinMoves(views, key, memberFilingNos)
  if ('judgement' in joined) return joined.judgement
  const value = valueOf<'group'>({
    state: 'active',
    party,
    leader: residentKey(views, leaderFilingNo!),
    members: residents.map((one) => one.key),
    validUntil: validUntil!,
  })
  return {
    ...nothingWanted(),
    claims: [{ key, value, rule: 'border-group-number' }],
    moves: [...joined.moves, ...(await tellMoves(views, key, readersOf(message)))],
    expects: expectsOf(residents),
    refers: residents.map(({ filing }) => filing),
  }
}

/** The party that will act for the group: the one that forms it, or the one customs names and tells. */
function partyOf(message: Message, { register }: JudgeViews): PartyUrn | Judgement {
  const actor = actorOf(message)
  const { party } = message.body
  if (register.party(actor)?.class === 'border-group')
    return party === undefined || party === actor ? actor : found([finding('GROUP_PARTY_WRONG', '/party')])
  if (party === undefined || !message.envelope.to.includes(party))
    return found([finding('GROUP_PARTY_MISSING', '/party')])
  return register.party(party)?.class === 'border-group' ? party : found([finding('GROUP_PARTY_WRONG', '/party')])
}

/** An act on a group that stands: for the party that acts for it, and for customs that was told of it. */
async function follow(message: Message, views: JudgeViews): Promise<Judgement> {
  const actor = actorOf(message)
  const { groupNo } = message.body
  const key = groupKey(views, groupNo)
  if (!(await isTold(views, key, actor))) return untold(views, 'border-group-known', key, actor)
  const head = (await readGroup(views, groupNo))!
  if (head.party !== actor && !isCustomsAtHome(actor, head, views))
    return found([finding('OTHER_PARTY_ACTS', '/groupNo')])
  if (head.state !== 'active') return refused('STATE_CONFLICT', 'border-group-state', key, head.headVersion)
  const judgement = await step(message, head, views)
  return judgement.findings.length > 0 || judgement.refusal
    ? judgement
    : {
        ...judgement,
        moves: [...judgement.moves, ...(await tellMoves(views, key, readersOf(message)))],
        refers: [head.filing, ...judgement.refers],
      }
}

const isCustomsAtHome = (actor: PartyUrn, { party }: GroupHead, { register }: JudgeViews): boolean => {
  const acting = register.party(actor)
  return acting?.class === 'customs' && acting.country === register.party(party)?.country
}

function step(message: Message, head: GroupHead, views: JudgeViews): Promise<Judgement> | Judgement {
  const { act, validUntil } = message.body
  switch (act) {
    case 'join':
      return join(message, head, views)
    case 'leave':
      return leave(message, head, views)
    case 'renew': {
      const past = checkNotPast(validUntil!, views.nowMs, '/validUntil')
      return past.length > 0 ? found(past) : moved(head, { validUntil: validUntil! })
    }
    default:
      return dissolve(head, views)
  }
}

async function join(message: Message, head: GroupHead, views: JudgeViews): Promise<Judgement> {
  const { memberFilingNos = [] } = message.body
  const members = await findResidents(views, actorOf(message), memberFilingNos)
  if ('judgement' in members) return members.judgement
  const { residents } = members
  const findings = checkHolding(residents, views.nowMs, (at) => `/memberFilingNos/${at}`)
  for (const [at, { key }] of residents.entries())
    if (head.members.includes(key)) findings.push(finding('MEMBER_ALREADY', `/memberFilingNos/${at}`))
  const after = [...head.members, ...residents.map(({ key }) => key)]
  if (after.length > MEMBERS_MAX) findings.push(finding('GROUP_TOO_LARGE', '/memberFilingNos', { most: MEMBERS_MAX }))
  const leader = leaderAfter(message, head, views)
  if (!after.includes(leader)) findings.push(finding('LEADER_NOT_MEMBER', '/leaderFilingNo'))
  if (findings.length > 0) return found(findings)
  const joined = await joinMoves(views, head.key, memberFilingNos)
  if ('judgement' in joined) return joined.judgement
  const judgement = moved(head, { members: after, leader })
  return {
    ...judgement,
    moves: [...judgement.moves, ...joined.moves],
    expects: expectsOf(residents),
    refers: residents.map(({ filing }) => filing),
  }
}

/** Members are known to the group whatever has become of their filing: who is suspended or ended can leave. */
async function leave(message: Message, head: GroupHead, views: JudgeViews): Promise<Judgement> {
  const { memberFilingNos = [] } = message.body
  const leaving = memberFilingNos.map((filingNo) => residentKey(views, filingNo))
  const findings = leaving.flatMap((key, at) =>
    head.members.includes(key) ? [] : [finding('MEMBER_NOT_IN_GROUP', `/memberFilingNos/${at}`)],
  )
  const after = head.members.filter((key) => !leaving.includes(key))
  const leader = leaderAfter(message, head, views)
  if (after.length === 0) findings.push(finding('GROUP_EMPTY', '/memberFilingNos'))
  else if (!after.includes(leader)) findings.push(finding('LEADER_NOT_MEMBER', '/leaderFilingNo'))
  if (findings.length > 0) return found(findings)
  const judgement = moved(head, { members: after, leader })
  return { ...judgement, moves: [...judgement.moves, ...(await leaveMoves(views, leaving))] }
}

async function dissolve(head: GroupHead, views: JudgeViews): Promise<Judgement> {
  const judgement = moved(head, { state: 'dissolved', members: [] })
  return { ...judgement, moves: [...judgement.moves, ...(await leaveMoves(views, head.members))] }
}

const leaderAfter = ({ body }: Message, head: GroupHead, views: JudgeViews): HeadKey =>
  body.leaderFilingNo === undefined ? head.leader : residentKey(views, body.leaderFilingNo)

function moved(head: GroupHead, change: Partial<GroupHead>): Judgement {
  const { key, headVersion, ...says } = head
  return { ...nothingWanted(), moves: [{ key, version: headVersion, value: valueOf<'group'>({ ...says, ...change }) }] }
}

/** Memberships of those who join, or the refusal when one is in a group; which group is not said. */
async function joinMoves(
  views: JudgeViews,
  group: HeadKey,
  filingNos: readonly string[],
): Promise<{ moves: Move[] } | { judgement: Judgement }> {
  const moves: Move[] = []
  for (const filingNo of filingNos) {
    const key = membershipKey(views, residentKey(views, filingNo))
    const head = await views.head(key)
    const version = head?.version ?? 0
    if (head && head.value['group'] !== null)
      return { judgement: refused('STATE_CONFLICT', 'border-member-grouped', key, version) }
    moves.push({ key, version, value: { group } })
  }
  return { moves }
}

/** Those who leave are free for another group. */
async function leaveMoves(views: JudgeViews, residents: readonly HeadKey[]): Promise<Move[]> {
  return Promise.all(
    residents.map(async (resident) => {
      const key = membershipKey(views, resident)
      return { key, version: (await views.head(key))!.version, value: { group: null } }
    }),
  )
}
