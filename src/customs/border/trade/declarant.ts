// Who declares: the resident whose device signed, alone or for the group, and the members who have a share.
import { createHash } from 'node:crypto'
import {
  nothingWanted,
  type Expectation,
  type Finding,
  type HeadKey,
  type Judgement,
  type JudgeViews,
  type RefusalCode,
  type ValidMessage,
  refused,
} from '../../../hub/index.ts'
import type { BorderTrade } from '../../../../schemas/types.d.ts'
import {
  deviceKey,
  groupKey,
  readDevice,
  readEntrustment,
  readGroup,
  readResident,
  residentKey,
  entrustmentKey,
  type EntrustmentHead,
  type GroupHead,
  type ResidentHead,
} from '../people-heads.ts'
import { isTold, untold } from '../../told.ts'
import { finding } from './codes.ts'
import { isInForce } from './in-force.ts'

export interface Declarant {
  /** Those who declare, in the order of the shares; the resident alone if there are none. */
  people: readonly { resident: ResidentHead; path: string }[]
  group?: GroupHead
  entrustment?: EntrustmentHead
  /** Keys of residents whose purchases may be declared. */
  buyers: readonly HeadKey[]
  expects: Expectation[]
  refers: number[]
}

/** The declarant, or the judgement that says why it cannot be told or is not one. */
export async function findDeclarant(
  message: ValidMessage<BorderTrade>,
  views: JudgeViews,
): Promise<Declarant | { judgement: Judgement }> {
  const { body } = message
  const device = await readDevice(views, fingerprintOf(message))
  // A certificate may be new: its enrolment may still be on its way.
  if (!device) return cannot('NOT_KNOWN_HERE', 'border-device-known', deviceKey(views, fingerprintOf(message)))
  if (device.state !== 'active') return cannot('STATE_CONFLICT', 'border-device-lost', device.key, device)
  const named = await findNamed(message, views)
  if ('judgement' in named) return named
  const { group, entrustment } = named
  const own = residentKey(views, body.filingNo)
  const findings =
    device.resident === own ? checkNamed(message, named, views) : [finding('MARKET_DEVICE_OF_OTHER', '/filingNo')]
  if (findings.length > 0) return { judgement: { ...nothingWanted(), findings } }
  const people = await findPeople(body, views)
  if ('judgement' in people) return people
  const relied = [device, group, entrustment, ...people.map(({ resident }) => resident)].filter(
    (head) => head !== undefined,
  )
  return {
    people,
    ...(group && { group }),
    ...(entrustment && { entrustment }),
    buyers: group ? group.members : [own],
    expects: relied.map(({ key, headVersion }) => ({ key, version: headVersion })),
    refers: entrustment ? [entrustment.filing] : [],
  }
}

type Named = Pick<Declarant, 'group' | 'entrustment'>

/** The group and the entrustment that are named. Of what it was not told of, nobody learns whether it exists. */
async function findNamed(
  { body: { groupNo, batchNo }, authentic: { sender } }: ValidMessage<BorderTrade>,
  views: JudgeViews,
): Promise<Named | { judgement: Judgement }> {
  const keys = [
    ...(groupNo === undefined ? [] : [['border-group-known', groupKey(views, groupNo)] as const]),
    ...(batchNo === undefined ? [] : [['border-entrustment-known', entrustmentKey(views, batchNo)] as const]),
  ]
  for (const [rule, key] of keys)
    if (!(await isTold(views, key, sender))) return { judgement: untold(views, rule, key, sender) }
  const group = groupNo === undefined ? undefined : await readGroup(views, groupNo)
  const entrustment = batchNo === undefined ? undefined : await readEntrustment(views, batchNo)
  return { ...(group && { group }), ...(entrustment && { entrustment }) }
}

/** The group is one that the sender acts for, the entrustment is the group's, and the shares are its members'. */
function checkNamed(
  { body, authentic }: ValidMessage<BorderTrade>,
  { group, entrustment }: Named,
  views: JudgeViews,
): Finding[] {
  if (group && group.party !== authentic.sender) return [finding('MARKET_GROUP_OF_OTHER', '/groupNo')]
  if (entrustment && entrustment.group !== group?.key) return [finding('MARKET_ENTRUSTMENT_OF_OTHER', '/batchNo')]
  return group ? outsiders(body, group, views) : []
}

const cannot = (code: RefusalCode, rule: string, key: HeadKey, head?: { headVersion: number }) => ({
  judgement: refused(code, rule, key, head?.headVersion ?? 0),
})

/** SHA-256 (hex) of the certificate of the phone that signed, also where the party itself signs beside it. */
function fingerprintOf({ authentic: { signers } }: ValidMessage): string {
  const signer = signers.find(({ device }) => device) ?? signers[0]
  return createHash('sha256')
    .update(signer?.path[0] ?? '')
    .digest('hex')
}

/** Shares of residents who are not in the group. Of them nothing else is said, not even whether they are filed. */
function outsiders({ filingNo, shares = [] }: BorderTrade, group: GroupHead, views: JudgeViews): Finding[] {
  const isMember = (number: string): boolean => group.members.includes(residentKey(views, number))
  return [
    ...(isMember(filingNo) ? [] : [finding('MARKET_NOT_A_MEMBER', '/filingNo')]),
    ...shares.flatMap((share, at) =>
      isMember(share.filingNo) ? [] : [finding('MARKET_NOT_A_MEMBER', `/shares/${at}/filingNo`)],
    ),
  ]
}

async function findPeople(
  { filingNo, shares }: BorderTrade,
  views: JudgeViews,
): Promise<Declarant['people'] | { judgement: Judgement }> {
  const numbers = shares?.map((share, at) => [share.filingNo, `/shares/${at}/filingNo`] as const)
  const people: { resident: ResidentHead; path: string }[] = []
  for (const [number, path] of numbers ?? [[filingNo, '/filingNo'] as const]) {
    const resident = await readResident(views, number)
    if (!resident) return cannot('NOT_KNOWN_HERE', 'border-resident-known', residentKey(views, number))
    people.push({ resident, path })
  }
  return people
}

/** Whether all of them were in force on the day of the purchases, and no more people declare than are entrusted. */
export function checkInForce({ people, group, entrustment }: Declarant, day: string): Finding[] {
  const found = people.flatMap(({ resident, path }) =>
    isInForce(resident, day) ? [] : [finding('MARKET_RESIDENT_NOT_ACTIVE', path, { day })],
  )
  if (group && !isInForce(group, day)) found.push(finding('MARKET_GROUP_NOT_ACTIVE', '/groupNo', { day }))
  if (!entrustment) return found
  if (!isInForce(entrustment, day)) found.push(finding('MARKET_ENTRUSTMENT_NOT_IN_FORCE', '/batchNo', { day }))
  const params = { count: people.length, entrusted: entrustment.headCount }
  return people.length <= entrustment.headCount ? found : [...found, finding('MARKET_HEAD_COUNT', '/shares', params)]
}
