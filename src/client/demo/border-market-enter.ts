// The border-market story's beginning: markets, groups and officers enter the register, residents are filed, form groups and are given phones.
import type { CustomsBorderGroup, CustomsBorderStall } from '../../../schemas/types.d.ts'
import { toTime } from '../../hub/values/encoding.ts'
import { enrolPhone, NATIONAL_CA, newPhone, phoneCa } from './border-market-devices.ts'
import { filing } from './border-market-papers.ts'
import { type Group, person, type Resident, type Site, STALL_NO } from './border-market-people.ts'
import { shanghaiDay } from '../../customs/shanghai-day.ts'
import { fixture } from './documents.ts'
import { enrol } from './enrol.ts'
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
type Acting = Record<'app' | 'own', Actor>

const GROUPS = [
  { groupNo: 'GRP-DX-0001', title: 'Lychee group', acting: 'app', size: 14 },
  { groupNo: 'GRP-DX-0002', title: 'Starfruit group', acting: 'app', size: 13 },
  { groupNo: 'GRP-PX-0003', title: 'Longan group', acting: 'own', size: 13 },
] as const

/** Has everybody entered, filed, grouped and given a phone. */
export async function gather(stage: Stage, line: Timeline): Promise<Crowd> {
  const { customs } = stage.cast
  line.title('Two markets, an app, a group that acts for itself, and two officers enter the register')
  const join = async (partyClass: string, id: string, name: string): Promise<Actor> => {
    const actor = await enrol(stage, `urn:hub:cn:${partyClass}:${id}`, name, NATIONAL_CA)
    line.tell(`${name} is entered as ${partyClass}`)
    return actor
  }
  const dongxing = await join('market-site', 'mangrove', 'Mangrove Example Market, Dongxing')
  const pingxiang = await join('market-site', 'karst', 'Karst Example Market, Pingxiang')
  const sites: Crowd['sites'] = [
    { actor: dongxing, title: 'Dongxing market', county: '450681', office: '7207', mark: 'DX' },
    { actor: pingxiang, title: 'Pingxiang market', county: '451481', office: '7208', mark: 'PX' },
  ]
  const acting: Acting = {
    app: await join('border-group', 'kapok-app', 'Kapok App of the Border (invented)'),
    own: await join('border-group', 'longan-group', 'Longan Mutual-Aid Group (invented)'),
  }
  const officers = [
    await join('customs-officer', 'first-example', 'Example Officer One'),
    await join('customs-officer', 'second-example', 'Example Officer Two'),
  ] as const
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
  const cas = { app: await phoneCa(stage, acting.app), own: await phoneCa(stage, acting.own) }
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
