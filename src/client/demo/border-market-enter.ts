// The border-market story's beginning: residents are filed, form groups and are given phones.
import { join } from 'node:path'
import type { CustomsBorderGroup, CustomsBorderStall } from '../../../schemas/types.d.ts'
import { shanghaiDay } from '../../customs/shanghai-day.ts'
import { toTime } from '../../hub/values/encoding.ts'
import { fixture } from '../sandbox/fixtures.ts'
import { openPhoneCa } from '../sandbox/phones.ts'
import { TRADES } from '../sandbox/trades.ts'
import { enrolPhone, newPhone } from './border-market-devices.ts'
import { filing } from './border-market-papers.ts'
import { type Group, person, type Resident, type Site, STALL_NO } from './border-market-people.ts'
import { accepted } from './marks.ts'
import type { Actor, Stage } from './stage.ts'
import { milliseconds, type Timeline } from './timeline.ts'

const DAY_MS = 86_400_000

export interface Crowd {
  customs: Actor
  sites: readonly [Site, Site]
  groups: readonly [Group, Group, Group]
  officers: readonly [Actor, Actor]
  residents: readonly Resident[]
}

/** Who acts for a group: an app for two of them, the third for itself. */
type Acting = Record<keyof typeof ACTING, Actor>
const ACTING = { app: 'border-app', own: 'longan-group' } as const

const GROUPS = [
  { groupNo: 'GRP-DX-0001', title: 'Lychee group', acting: 'app', size: 14 },
  { groupNo: 'GRP-DX-0002', title: 'Starfruit group', acting: 'app', size: 13 },
  { groupNo: 'GRP-PX-0003', title: 'Longan group', acting: 'own', size: 13 },
] as const

/** Has everybody entered, filed, grouped and given a phone. */
export async function gather(stage: Stage, line: Timeline): Promise<Crowd> {
  const { customs } = stage.cast
  line.title('Two markets, an app, a group that acts for itself, and two officers')
  for (const { name, class: partyClass } of TRADES['border-market'])
    line.tell(`${name} is in the register as ${partyClass}`)
  const [dongxing, pingxiang] = [stage.actor('dongxing-market'), stage.actor('pingxiang-market')]
  const sites: Crowd['sites'] = [
    { actor: dongxing, title: 'Dongxing market', county: '450681', office: '7207', mark: 'DX' },
    { actor: pingxiang, title: 'Pingxiang market', county: '451481', office: '7208', mark: 'PX' },
  ]
  const acting: Acting = { app: stage.actor(ACTING.app), own: stage.actor(ACTING.own) }
  const officers = [stage.actor('first-officer'), stage.actor('second-officer')] as const
  for (const { urn } of officers) await grant(customs, urn, 'customs.border-unmasking')
  for (const site of sites) await openStall(site)

  line.title('Forty residents are filed, in three groups, each with a phone of its own')
  await fileAll(customs, sites, acting, line)
  const groups = await formAll(stage, [customs.urn, ...sites.map(({ actor }) => actor.urn)], acting)
  const residents = groups.flatMap(({ members }) => members)
  const [answers, tookMs] = await line.timed(() => Promise.all(residents.map((one) => enrolPhone(one))))
  for (const answer of answers) accepted(answer)
  for (const { title, actor, members } of groups)
    line.tell(`${title}: ${members.length} members; ${actor.name} acts for it`)
  const keys = new Set(residents.map(({ phone }) => phone.path[0]!.toString('hex')))
  line.check(
    `${keys.size} phones with certificates of their own, below the CA of their party, in ${milliseconds(tookMs)}`,
    keys.size === 40,
  )
  await foreignPhone(groups, line)
  return { customs, sites, groups, officers, residents }
}

async function grant(principal: Actor, agent: string, kind: string): Promise<void> {
  const nowMs = Date.now()
  const body = { agent, kinds: [kind], from: toTime(nowMs), until: toTime(nowMs + DAY_MS), state: 'granted' }
  accepted(await principal.send({ kind: 'hub.mandate', to: [], body }))
}

async function openStall({ actor, county }: Site): Promise<void> {
  const stall = fixture<CustomsBorderStall>('customs/valid/border-stall-open.json')
  const validUntil = shanghaiDay(Date.now() + 365 * DAY_MS)
  const body = { ...stall, stallNo: STALL_NO, siteCode: county, validUntil }
  accepted(await actor.send({ kind: 'customs.border-stall', to: [], body }))
}

/** Customs files everybody, and tells both markets and whoever acts for the group. */
async function fileAll(customs: Actor, sites: Crowd['sites'], acting: Acting, line: Timeline): Promise<void> {
  const actingOf = GROUPS.flatMap(({ acting: who, size }) => Array.from({ length: size }, () => acting[who].urn))
  const [answers, tookMs] = await line.timed(() =>
    Promise.all(
      actingOf.map((urn, at) => {
        const to = [...sites.map(({ actor }) => actor.urn), urn]
        return customs.send({ kind: 'customs.border-resident', to, body: filing(person(at + 1), Date.now()) })
      }),
    ),
  )
  for (const answer of answers) accepted(answer)
  line.check(`${customs.name} files ${answers.length} residents in ${milliseconds(tookMs)}`, answers.length === 40)
}

/** Each group is formed by the party that acts for it, with a phone for each member. */
async function formAll(stage: Stage, to: readonly string[], acting: Acting): Promise<Crowd['groups']> {
  const caOf = (who: keyof Acting) => openPhoneCa(join(stage.sandbox, 'parties', ACTING[who]))
  const cas = { app: caOf('app'), own: caOf('own') }
  const groups: Group[] = []
  let serial = 0
  for (const { groupNo, title, acting: who, size } of GROUPS) {
    const members: Resident[] = []
    const group: Group = { groupNo, title, actor: acting[who], phones: cas[who], members }
    while (members.length < size) {
      serial++
      members.push({ ...person(serial), group, phone: await newPhone(group, serial) })
    }
    const { party: _party, ...formed } = fixture<CustomsBorderGroup>('customs/valid/border-group-form.json')
    const body: CustomsBorderGroup = {
      ...formed,
      groupNo,
      leaderFilingNo: members[0]!.filingNo,
      memberFilingNos: members.map(({ filingNo }) => filingNo),
      validUntil: shanghaiDay(Date.now() + 300 * DAY_MS),
    }
    accepted(await group.actor.send({ kind: 'customs.border-group', to, body }))
    groups.push(group)
  }
  return groups as [Group, Group, Group]
}

/** The app's CA cannot give out a phone of another party. */
async function foreignPhone([app, , other]: Crowd['groups'], line: Timeline): Promise<void> {
  const phone = await newPhone({ actor: other.actor, phones: app.phones }, 0)
  const answer = await enrolPhone({ ...other.members[0]!, phone })
  const code = answer.outcome === 'refused' ? answer.problem.code : 'accepted'
  line.check(
    `a phone of ${other.actor.name}, given out by the CA of ${app.actor.name}: ${code}`,
    code === 'CERTIFICATE_NAME_CONSTRAINT',
  )
}
