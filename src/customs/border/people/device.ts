// customs.border-device 边民设备: the phone of a resident, known by its certificate. The party that the certificate names enrols it, and the
// phone signs the enrolment too: so the hub has proved both that the party gave it out and that the phone has the key.
import { createHash } from 'node:crypto'
import {
  nothingWanted,
  readSchemaFile,
  type Finding,
  type HeadKey,
  type Judgement,
  type JudgeViews,
  type MessageKind,
  type PartyUrn,
  type ValidMessage,
  refused,
} from '../../../hub/index.ts'
import type { CustomsBorderDevice } from '../../../../schemas/types.d.ts'
import { recipients } from '../../audience.ts'
import { found } from '../../authority.ts'
import { withoutNumbers } from '../identity-numbers.ts'
import { deviceKey, groupKey, readDevice, readGroup, valueOf } from '../people-heads.ts'
import { isTold, untold } from '../../told.ts'
import { PEOPLE, PEOPLE_SUPERVISION } from './audience.ts'
import { finding } from './codes.ts'
import { checkActFields } from './fields.ts'
import { checkHolding, expectsOf, findResidents } from './residents.ts'

type Message = ValidMessage<CustomsBorderDevice>

const ACTS = { enrol: ['filingNo', 'groupNo'], lost: ['reason'] }

export const deviceKind: MessageKind<CustomsBorderDevice> = {
  ...PEOPLE,
  name: 'customs.border-device',
  version: 1,
  schema: readSchemaFile('customs/border-device.v1.json'),
  senders: ['border-group'],
  check: withoutNumbers((body) => checkActFields(body, ACTS)),
  async judge(message, views) {
    return message.body.act === 'enrol' ? enrol(message, views) : lose(message, views)
  },
  audience: recipients,
  views: PEOPLE_SUPERVISION,
}

/** Which phone a resident signs with now: one at a time. */
const phoneKey = (views: Pick<JudgeViews, 'key'>, resident: HeadKey): HeadKey => views.key('border-device-of', resident)

async function enrol(message: Message, views: JudgeViews): Promise<Judgement> {
  const { fingerprint, filingNo, groupNo } = message.body
  const party = message.authentic.sender
  const known = await findResidents(views, party, [filingNo!])
  if ('judgement' in known) return known.judgement
  const resident = known.residents[0]!
  const findings = [...checkDevice(message), ...checkHolding(known.residents, views.nowMs, () => '/filingNo')]
  const group = groupNo === undefined ? undefined : await findGroup(groupNo, party, resident.key, views)
  if (group && 'judgement' in group) return group.judgement
  findings.push(...(group?.findings ?? []))
  if (findings.length > 0) return found(findings)
  const phone = phoneKey(views, resident.key)
  const before = await views.head(phone)
  if (before && before.value['device'] !== null)
    return refused('STATE_CONFLICT', 'border-device-one', phone, before.version)
  const key = deviceKey(views, fingerprint)
  const value = valueOf<'device'>({ state: 'active', resident: resident.key, party })
  return {
    ...nothingWanted(),
    claims: [{ key, value, rule: 'border-device-certificate' }],
    moves: [{ key: phone, version: before?.version ?? 0, value: { device: key } }],
    expects: [...expectsOf(known.residents), ...(group?.expects ?? [])],
    refers: [resident.filing],
  }
}

/** The phone signs too, with a certificate from the CA of the party; that it names the sender, as every signer's does, the hub has proved. */
function checkDevice({ body, authentic }: Message): Finding[] {
  const signer = authentic.signers.find(({ path: [leaf] }) => leaf && fingerprintOf(leaf) === body.fingerprint)
  if (!signer) return [finding('DEVICE_NOT_SIGNING', '/fingerprint')]
  return signer.device ? [] : [finding('DEVICE_NOT_CONSTRAINED', '/fingerprint')]
}

const fingerprintOf = (der: Buffer): string => createHash('sha256').update(der).digest('hex')

async function findGroup(
  groupNo: string,
  party: PartyUrn,
  resident: HeadKey,
  views: JudgeViews,
): Promise<{ findings: Finding[]; expects: Judgement['expects'] } | { judgement: Judgement }> {
  const key = groupKey(views, groupNo)
  if (!(await isTold(views, key, party))) return { judgement: untold(views, 'border-group-known', key, party) }
  const group = (await readGroup(views, groupNo))!
  const fits = group.state === 'active' && group.party === party && group.members.includes(resident)
  return {
    findings: fits ? [] : [finding('DEVICE_GROUP_DIFFERS', '/groupNo')],
    expects: [{ key, version: group.headVersion }],
  }
}

/** Only the party that enrolled a phone says that it is lost; to any other it is not there. */
async function lose(message: Message, views: JudgeViews): Promise<Judgement> {
  const { fingerprint } = message.body
  const party = message.authentic.sender
  const key = deviceKey(views, fingerprint)
  const device = await readDevice(views, fingerprint)
  if (device?.party !== party) return untold(views, 'border-device-known', key, party)
  const { headVersion: version, resident } = device
  if (device.state !== 'active') return refused('STATE_CONFLICT', 'border-device-state', key, version)
  const phone = phoneKey(views, resident)
  const before = (await views.head(phone))!
  return {
    ...nothingWanted(),
    moves: [
      { key, version, value: valueOf<'device'>({ state: 'lost', resident, party }) },
      { key: phone, version: before.version, value: { device: null } },
    ],
  }
}
