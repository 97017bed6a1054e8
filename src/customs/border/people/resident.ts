// customs.border-resident 边民备案: customs files who trades at the border. One person has one filing at a time; what is personal stays in the
// sealed content of the entry and is shown to nobody, and outside of it a person is a keyed hash.
import {
  fromTime,
  nothingWanted,
  readSchemaFile,
  type Finding,
  type HeadValue,
  type Judgement,
  type JudgeViews,
  type MessageKind,
  type Move,
  type ValidMessage,
  refused,
} from '../../../hub/index.ts'
import type { BorderResidentFiling, CustomsBorderResident } from '../../../../schemas/types.d.ts'
import { found } from '../../authority.ts'
import { finding as customsFinding } from '../../codes.ts'
import { withoutNumbers } from '../identity-numbers.ts'
import { districtOf, personKey, readResident, residentKey, valueOf, type ResidentHead } from '../people-heads.ts'
import { actorOf, isTold, readersOf, tellMoves, untold } from '../../told.ts'
import { FILED, filedRows, PEOPLE, PEOPLE_SUPERVISION } from './audience.ts'
import { finding } from './codes.ts'
import { checkNotPast } from './days.ts'
import { checkResident, holdsPersonal } from './resident-rules.ts'
import { AHEAD_MAX_MS } from '../../values.ts'

type Message = ValidMessage<CustomsBorderResident>
type Act = CustomsBorderResident['act']

/** From which state an act is possible, and where it leads. */
const STEPS: Readonly<
  Record<Exclude<Act, 'file'>, { from: readonly ResidentHead['state'][]; to?: ResidentHead['state'] }>
> = {
  change: { from: ['active', 'suspended'] },
  suspend: { from: ['active'], to: 'suspended' },
  resume: { from: ['suspended'], to: 'active' },
  end: { from: ['active', 'suspended'], to: 'ended' },
}

export const residentKind: MessageKind<CustomsBorderResident> = {
  ...PEOPLE,
  name: 'customs.border-resident',
  version: 1,
  schema: readSchemaFile('customs/border-resident.v1.json'),
  senders: ['customs'],
  quiet: true,
  check: withoutNumbers(checkResident, '/filing/residentIdNo'),
  async judge(message, views) {
    const abroad = checkAbroad(message, views)
    if (abroad.length > 0) return found(abroad)
    return message.body.act === 'file' ? file(message, views) : follow(message, views)
  },
  audience: filedRows,
  views: { [FILED]: ['public', 'trade', 'commercial'], ...PEOPLE_SUPERVISION },
}

/** Whoever sees a filing masked could be sent the whole of it by another way: over a lane to another hub, of another country's law. */
function checkAbroad(message: Message, { register }: JudgeViews): Finding[] {
  const home = register.party(actorOf(message))?.country
  const count = message.envelope.to.filter((party) => register.party(party)?.country !== home).length
  return count === 0 ? [] : [finding('FILING_ABROAD', '', { count })]
}

async function file(message: Message, views: JudgeViews): Promise<Judgement> {
  const { filingNo } = message.body
  const filing = message.body.filing!
  const findings = checkNow(message, filing, views)
  if (findings.length > 0) return found(findings)
  const person = personKey(views, filing.residentIdNo)
  const holder = await views.head(person)
  if (holder && holder.value['filed'] === true)
    return refused('ALREADY_CLAIMED', 'border-person-filed', person, holder.version)
  const key = residentKey(views, filingNo)
  return {
    ...nothingWanted(),
    claims: [
      { key, value: standing(filing, 'active', { person, customs: actorOf(message) }), rule: 'border-filing-number' },
    ],
    moves: [
      { key: person, version: holder?.version ?? 0, value: { filed: true, resident: key } },
      ...(await tellMoves(views, key, readersOf(message))),
    ],
  }
}

/** An act on a filing that stands: for the customs that filed it alone. */
async function follow(message: Message, views: JudgeViews): Promise<Judgement> {
  const { act, filingNo, filing } = message.body
  const step = STEPS[act as Exclude<Act, 'file'>]
  const key = residentKey(views, filingNo)
  const customs = actorOf(message)
  if (!(await isTold(views, key, customs))) return untold(views, 'border-filing-known', key, customs)
  const head = (await readResident(views, filingNo))!
  if (head.customs !== customs) return found([finding('OTHER_PARTY_ACTS', '/filingNo')])
  if (!step.from.includes(head.state)) return refused('STATE_CONFLICT', 'border-filing-state', key, head.headVersion)
  const findings = [...(filing ? checkNow(message, filing, views) : []), ...(await checkReaders(message, head, views))]
  if (filing && personKey(views, filing.residentIdNo) !== head.person)
    findings.push(finding('RESIDENT_PERSON_DIFFERS', '/filing/residentIdNo'))
  if (findings.length > 0) return found(findings)
  return {
    ...nothingWanted(),
    moves: [
      { key, version: head.headVersion, value: filing ? standing(filing, head.state, head) : movedTo(step.to!, head) },
      ...(act === 'end' ? [await freed(head, views)] : []),
      ...(await tellMoves(views, key, readersOf(message))),
    ],
    refers: [head.filing],
  }
}

/** The value of a filing that says all anew: the entry that moves the head to it is the filing. */
const standing = (
  { customsOffice, validFrom, validUntil, idValidTo }: BorderResidentFiling,
  state: ResidentHead['state'],
  { person, customs }: Pick<ResidentHead, 'person' | 'customs'>,
): HeadValue =>
  valueOf<'resident'>({
    state,
    person,
    customs,
    district: districtOf(customsOffice),
    validFrom,
    validUntil: idValidTo !== undefined && idValidTo < validUntil ? idValidTo : validUntil,
  })

const movedTo = (
  state: ResidentHead['state'],
  { person, customs, district, filing, validFrom, validUntil }: ResidentHead,
): HeadValue => valueOf<'resident'>({ state, person, customs, district, filing, validFrom, validUntil })

/** A person whose filing has ended may be filed again. */
async function freed({ person }: ResidentHead, views: JudgeViews): Promise<Move> {
  return { key: person, version: (await views.head(person))!.version, value: { filed: false } }
}

/** What only the moment and the envelope show. */
function checkNow({ envelope }: Message, filing: BorderResidentFiling, { nowMs }: JudgeViews): Finding[] {
  const findings = checkNotPast(filing.validUntil, nowMs, '/filing/validUntil')
  if (fromTime(filing.filedAt)! > nowMs + AHEAD_MAX_MS)
    findings.push(customsFinding('TIME_IN_FUTURE', '/filing/filedAt', { value: filing.filedAt }))
  const outside = [envelope.id, envelope.ref ?? '']
  if (outside.some((text) => holdsPersonal(text, filing))) findings.push(finding('ENVELOPE_PERSONAL', ''))
  return findings
}

/** Nobody goes on believing in a filing because it was left out of the news. Of erased content nothing can be held against a message. */
async function checkReaders(message: Message, head: ResidentHead, views: JudgeViews): Promise<Finding[]> {
  const filed = await views.entry(head.filing)
  if (!filed || 'withheld' in filed) return []
  const told = new Set(readersOf(message))
  const missing = filed.envelope.to.filter((party) => !told.has(party))
  return missing.length === 0 ? [] : [finding('RESIDENT_READERS_MISSING', '', { count: missing.length })]
}
