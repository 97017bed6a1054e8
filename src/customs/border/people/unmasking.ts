// customs.border-unmasking 脱敏查看: four eyes before anybody reads whose filing it is. An officer asks with a reason and a case, another one
// decides, the window closes by itself, and each reading is signed by the reader before it is answered.
import {
  nothingWanted,
  readSchemaFile,
  type Judgement,
  type JudgeViews,
  type MessageKind,
  type ValidMessage,
  refused,
} from '../../../hub/index.ts'
import type { CustomsBorderUnmasking } from '../../../../schemas/types.d.ts'
import { recipients } from '../../audience.ts'
import { found } from '../../authority.ts'
import { withoutNumbers } from '../identity-numbers.ts'
import { residentKey } from '../people-heads.ts'
import { actorOf, isTold, untold } from '../../told.ts'
import { PEOPLE, PEOPLE_SUPERVISION } from './audience.ts'
import { finding } from './codes.ts'
import { checkActFields } from './fields.ts'
import {
  decidedValue,
  lapsedValue,
  readingKey,
  readUnmasking,
  REQUEST_MS,
  requestedValue,
  stateNow,
  unmaskingKey,
  WINDOW_MS,
  type UnmaskingHead,
} from './unmasking-head.ts'

type Message = ValidMessage<CustomsBorderUnmasking>

const ACTS = {
  request: ['filingNo', 'fields', 'reasonCode', 'reason', 'caseNo'],
  approve: ['remark'],
  refuse: ['remark'],
  read: [],
}

export const unmaskingKind: MessageKind<CustomsBorderUnmasking> = {
  ...PEOPLE,
  name: 'customs.border-unmasking',
  version: 1,
  schema: readSchemaFile('customs/border-unmasking.v1.json'),
  senders: ['customs'],
  check: withoutNumbers((body) => checkActFields(body, ACTS)),
  async judge(message, views) {
    if (!isOfficer(message, views)) return found([finding('OFFICER_NEEDED', '')])
    const { act, requestNo } = message.body
    if (act === 'request') return request(message, views)
    const key = unmaskingKey(views, actorOf(message), requestNo)
    const stored = await views.head(key)
    if (!stored) return refused('NOT_KNOWN_HERE', 'border-unmasking-known', key, 0)
    const head = readUnmasking(key, stored)
    return act === 'read' ? read(message, head, views) : decide(message, act, head, views)
  },
  audience: recipients,
  views: PEOPLE_SUPERVISION,
}

/** An officer acts for a customs, whose mandate the walk has proved. */
const isOfficer = ({ envelope, authentic }: Message, { register }: JudgeViews): boolean =>
  envelope.for !== undefined && register.party(authentic.sender)?.class === 'customs-officer'

async function request(message: Message, views: JudgeViews): Promise<Judgement> {
  const customs = actorOf(message)
  const { requestNo, filingNo } = message.body
  const resident = residentKey(views, filingNo!)
  if (!(await isTold(views, resident, customs))) return untold(views, 'border-filing-known', resident, customs)
  const head = (await views.head(resident))!
  // Another customs may have been told of the filing; its officers still have no business with the person's number.
  if (head.value['customs'] !== customs) return found([finding('OTHER_PARTY_ACTS', '/filingNo')])
  const key = unmaskingKey(views, customs, requestNo)
  const officer = message.authentic.sender
  const atMs = views.nowMs + REQUEST_MS
  const value = requestedValue(officer, resident, atMs)
  return {
    ...nothingWanted(),
    claims: [{ key, value, rule: 'border-unmasking-number' }],
    expiry: { atMs, expects: [key], moves: [{ key, value: lapsedValue(officer, resident) }], accounts: [] },
    refers: [filingOf(head)],
  }
}

const filingOf = ({ index, value }: { index: number; value: { [name: string]: unknown } }): number =>
  typeof value['filing'] === 'number' ? value['filing'] : index

function decide(message: Message, act: 'approve' | 'refuse', head: UnmaskingHead, { nowMs }: JudgeViews): Judgement {
  if (message.authentic.sender === head.officer) return found([finding('OFFICER_SAME', '/act')])
  if (!message.envelope.to.includes(head.officer)) return found([finding('OFFICER_NOT_ADDRESSED', '')])
  const { key, headVersion: version } = head
  if (stateNow(head, nowMs) !== 'requested') return refused('STATE_CONFLICT', 'border-unmasking-state', key, version)
  const decided = { ...nothingWanted(), refers: [head.request] }
  if (act === 'refuse') return { ...decided, moves: [{ key, version, value: decidedValue(head, 'refused') }] }
  const untilMs = nowMs + WINDOW_MS
  return {
    ...decided,
    moves: [{ key, version, value: decidedValue(head, 'open', untilMs) }],
    expiry: { atMs: untilMs, expects: [key], moves: [{ key, value: decidedValue(head, 'closed') }], accounts: [] },
  }
}

/** States a reading. It moves no more than the count of readings: the window closes at its time however often it was used. */
async function read(message: Message, head: UnmaskingHead, views: JudgeViews): Promise<Judgement> {
  if (message.authentic.sender !== head.officer) return found([finding('OFFICER_OTHER', '/act')])
  const { key, headVersion: version } = head
  if (stateNow(head, views.nowMs) !== 'open') return refused('STATE_CONFLICT', 'border-unmasking-window', key, version)
  const reading = readingKey(views, actorOf(message), message.body.requestNo)
  const before = (await views.head(reading))?.version ?? 0
  return {
    ...nothingWanted(),
    moves: [{ key: reading, version: before, value: { readings: before + 1 } }],
    expects: [{ key, version }],
    refers: [head.request],
  }
}
