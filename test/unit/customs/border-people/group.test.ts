// Groups: members who are filed and free, one group at a time whatever the order of events, and nothing said of what one was not told.
import * as fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { CustomsBorderGroup, CustomsBorderResident } from '../../../../schemas/types.d.ts'
import { groupKind } from '../../../../src/customs/border/people/group.ts'
import { residentKind } from '../../../../src/customs/border/people/resident.ts'
import { membershipKey, readGroup, residentKey } from '../../../../src/customs/border/people-heads.ts'
import { BORDER, BorderWorld, filingNo, fixture, identityNo, type BorderSent } from './border-world.ts'

const filed = fixture<CustomsBorderResident>('resident-file')
const { party: _party, ...own } = fixture<CustomsBorderGroup>('group-form')
const { customs, site, group, otherGroup } = BORDER
const { groupNo } = own

let world: BorderWorld
beforeEach(async () => {
  world = new BorderWorld()
  await fileResidents(world, 4)
})

async function fileResidents(on: BorderWorld, count: number): Promise<void> {
  for (let serial = 1; serial <= count; serial++) {
    const filing = { ...filed.filing!, residentIdNo: identityNo(serial) }
    await on.did(
      residentKind,
      { ...filed, filingNo: filingNo(serial), filing },
      { from: customs, to: [group, otherGroup] },
    )
  }
}

const by = (from: string, ...to: string[]): BorderSent => ({ from, to })
const say = (body: CustomsBorderGroup, sent = by(group)) => world.did(groupKind, body, sent)
const form = (change: Partial<CustomsBorderGroup> = {}, sent = by(group)) => say({ ...own, ...change }, sent)
const join = (...serials: number[]) => say({ act: 'join', groupNo, memberFilingNos: serials.map(filingNo) })
const leave = (leader: number | undefined, ...serials: number[]) =>
  say({
    act: 'leave',
    groupNo,
    memberFilingNos: serials.map(filingNo),
    ...(leader !== undefined && { leaderFilingNo: filingNo(leader) }),
  })
const dissolve = (sent = by(group)) => say({ act: 'dissolve', groupNo, reason: 'over' }, sent)
const head = async () => (await readGroup(world.views, groupNo))!
const keyOf = (serial: number) => residentKey(world.views, filingNo(serial))

describe('a group', () => {
  it('is formed by its party, with a leader and members', async () => {
    expect(await form()).toBe('accepted')
    expect(await head()).toMatchObject({
      state: 'active',
      party: group,
      filing: 4,
      leader: keyOf(1),
      members: [keyOf(1), keyOf(2)],
      validUntil: '20271031',
    })
    expect(await form()).toBe('STATE_CONFLICT border-member-grouped')
    expect(await form({ leaderFilingNo: filingNo(3), memberFilingNos: [filingNo(3)] })).toBe(
      'ALREADY_CLAIMED border-group-number',
    )
  })

  it('is formed by customs, or a market for it, for a party that is told', async () => {
    const sent = { from: site, for: customs, to: [group] }
    expect(await form({}, sent)).toBe('GROUP_PARTY_MISSING')
    expect(await form({ party: otherGroup }, sent)).toBe('GROUP_PARTY_MISSING')
    expect(await form({ party: site }, { ...sent, to: [site] })).toBe('GROUP_PARTY_WRONG')
    expect(await form({ party: otherGroup })).toBe('GROUP_PARTY_WRONG')
    expect(await form({ party: group }, sent)).toBe('accepted')
    expect((await head()).party).toBe(group)
    expect(await join(3)).toBe('accepted')
    expect(await dissolve(by(customs))).toBe('accepted')
  })

  it('has members whose filing holds today', async () => {
    await world.did(
      residentKind,
      { act: 'suspend', filingNo: filingNo(2), reason: 'card' },
      by(customs, group, otherGroup),
    )
    expect(await form()).toBe('RESIDENT_NOT_ACTIVE')
    expect(await form({ memberFilingNos: [filingNo(1)] })).toBe('accepted')
    expect(await join(2)).toBe('RESIDENT_NOT_ACTIVE')
    world.nowMs = Date.parse('2027-10-31T16:00:00.000Z')
    expect(await join(3)).toBe('RESIDENT_NOT_ACTIVE')
    expect(await say({ act: 'renew', groupNo, validUntil: '20271031' })).toBe('BORDER_PERIOD_PAST')
  })

  it('learns nothing of residents it was not told of', async () => {
    await world.did(
      residentKind,
      { ...filed, filingNo: filingNo(9), filing: { ...filed.filing!, residentIdNo: identityNo(9) } },
      by(customs),
    )
    const of = (serial: number) =>
      world.say(groupKind, { ...own, leaderFilingNo: filingNo(serial), memberFilingNos: [filingNo(serial)] }, by(group))
    for (const said of [await of(9), await of(404)])
      expect(said).toMatchObject({ refusal: { code: 'NOT_KNOWN_HERE', rule: 'border-filing-known', version: 0 } })
  })

  it('takes nobody from another group, and does not say which', async () => {
    await form()
    const other = { groupNo: 'GRP-DX-0002', leaderFilingNo: filingNo(2), memberFilingNos: [filingNo(2)] }
    expect(await form(other, by(otherGroup))).toBe('STATE_CONFLICT border-member-grouped')
    expect(await leave(undefined, 2)).toBe('accepted')
    expect(await form(other, by(otherGroup))).toBe('accepted')
    expect(await join(2)).toBe('STATE_CONFLICT border-member-grouped')
  })

  it('lets members join and leave, and always has a leader among them', async () => {
    await form()
    expect(await join(1)).toBe('MEMBER_ALREADY')
    expect(await join(3)).toBe('accepted')
    expect(await leave(undefined, 4)).toBe('MEMBER_NOT_IN_GROUP')
    expect(await leave(undefined, 1)).toBe('LEADER_NOT_MEMBER')
    expect(await leave(3, 1)).toBe('accepted')
    expect(await head()).toMatchObject({ leader: keyOf(3), members: [keyOf(2), keyOf(3)], filing: 4 })
    expect(await leave(undefined, 2, 3)).toBe('GROUP_EMPTY')
    expect(await say({ act: 'renew', groupNo, validUntil: '20281031' })).toBe('accepted')
    expect((await head()).validUntil).toBe('20281031')
  })

  it('has fifty members at most', async () => {
    const big = new BorderWorld()
    await fileResidents(big, 51)
    const all = Array.from({ length: 50 }, (_, at) => filingNo(at + 1))
    expect(await big.did(groupKind, { ...own, memberFilingNos: all }, by(group))).toBe('accepted')
    expect(await big.did(groupKind, { act: 'join', groupNo, memberFilingNos: [filingNo(51)] }, by(group))).toBe(
      'GROUP_TOO_LARGE',
    )
  })

  it('frees its members when it is dissolved, also those who have ended', async () => {
    await form()
    await world.did(
      residentKind,
      { act: 'end', filingNo: filingNo(2), reason: 'moved' },
      by(customs, group, otherGroup),
    )
    expect(await dissolve()).toBe('accepted')
    expect(await head()).toMatchObject({ state: 'dissolved', members: [] })
    expect(await join(3)).toBe('STATE_CONFLICT border-group-state')
    expect(
      await form(
        { groupNo: 'GRP-DX-0002', leaderFilingNo: filingNo(1), memberFilingNos: [filingNo(1)] },
        by(otherGroup),
      ),
    ).toBe('accepted')
  })

  it('is not there for other groups, and not theirs when they were told', async () => {
    await form({}, by(group, BORDER.firm))
    expect(await dissolve(by(otherGroup))).toBe('NOT_KNOWN_HERE border-group-known')
    expect(await dissolve(by(BORDER.firm))).toBe('OTHER_PARTY_ACTS')
    expect(await dissolve(by(customs))).toBe('NOT_KNOWN_HERE border-group-known')
  })
})

describe('memberships', () => {
  const step = fc.record({
    act: fc.constantFrom('form' as const, 'join' as const, 'leave' as const, 'dissolve' as const),
    which: fc.constantFrom(0, 1, 2),
    members: fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }),
  })

  it('say of every resident the one group that lists it, in whatever order groups come and go', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const on = new BorderWorld()
        await fileResidents(on, 5)
        for (const { act, which, members } of steps) {
          const sent = by(which === 2 ? otherGroup : group)
          const names = { groupNo: `GRP-${which}00`, memberFilingNos: members.map(filingNo) }
          const leaderFilingNo = filingNo(members[0]!)
          if (act === 'form') await on.did(groupKind, { ...own, ...names, leaderFilingNo }, sent)
          else if (act === 'dissolve') await on.did(groupKind, { act, groupNo: names.groupNo, reason: 'over' }, sent)
          else await on.did(groupKind, { act, ...names }, sent)
        }
        const listed = new Map<string, string>()
        for (const which of [0, 1, 2]) {
          const one = await readGroup(on.views, `GRP-${which}00`)
          if (!one) continue
          if (one.state === 'active') expect(one.members).toContain(one.leader)
          for (const member of one.members) {
            expect(listed.has(member)).toBe(false)
            listed.set(member, one.key)
          }
        }
        for (let serial = 1; serial <= 5; serial++) {
          const resident = residentKey(on.views, filingNo(serial))
          const membership = (await on.views.head(membershipKey(on.views, resident)))?.value['group'] ?? undefined
          expect(membership).toBe(listed.get(resident))
        }
      }),
      { numRuns: 60 },
    )
  })
})
