// Stalls, phones and entrustments: who says so, in which state, and what stays unsaid.
import { beforeEach, describe, expect, it } from 'vitest'
import type {
  CustomsBorderDevice,
  CustomsBorderEntrustment,
  CustomsBorderGroup,
  CustomsBorderResident,
  CustomsBorderStall,
} from '../../../../schemas/types.d.ts'
import { deviceKind } from '../../../../src/customs/border/people/device.ts'
import { entrustmentKind } from '../../../../src/customs/border/people/entrustment.ts'
import { groupKind } from '../../../../src/customs/border/people/group.ts'
import { residentKind } from '../../../../src/customs/border/people/resident.ts'
import { stallKind } from '../../../../src/customs/border/people/stall.ts'
import { readDevice, readEntrustment, readStall, residentKey } from '../../../../src/customs/border/people-heads.ts'
import { BORDER, BorderWorld, filingNo, fingerprintOf, fixture, identityNo, type BorderSent } from './border-world.ts'

const filed = fixture<CustomsBorderResident>('resident-file')
const formed = fixture<CustomsBorderGroup>('group-form')
const entrusted = fixture<CustomsBorderEntrustment>('entrustment-entrust')
const opened = fixture<CustomsBorderStall>('stall-open')
const { customs, site, otherSite, group, otherGroup, firm, otherFirm } = BORDER
const by = (from: string, ...to: string[]): BorderSent => ({ from, to })

let world: BorderWorld
beforeEach(async () => {
  world = new BorderWorld()
  for (const serial of [1, 2, 3]) {
    const filing = { ...filed.filing!, residentIdNo: identityNo(serial) }
    await world.did(residentKind, { ...filed, filingNo: filingNo(serial), filing }, by(customs, group, otherGroup))
  }
  await world.did(groupKind, { ...formed, party: group }, by(group))
})

describe('a stall', () => {
  const say = (body: CustomsBorderStall, from: string = site) => world.did(stallKind, body, by(from))
  const close = (from?: string) => say({ act: 'close', stallNo: opened.stallNo, reason: 'over' }, from)
  const head = () => readStall(world.views, site, opened.stallNo)

  it('is open to one seller at a time, and may be let again', async () => {
    expect(await say(opened)).toBe('accepted')
    expect(await head()).toMatchObject({ state: 'open', country: 'VN', filing: 4 })
    expect(await say(opened)).toBe('ALREADY_CLAIMED border-stall-open')
    expect(await say({ ...opened, act: 'change', passportNo: 'X00000002' })).toBe('accepted')
    expect(await head()).toMatchObject({ state: 'open', filing: 5 })
    expect(await close()).toBe('accepted')
    expect(await head()).toMatchObject({ state: 'closed', filing: 5 })
    expect(await close()).toBe('STATE_CONFLICT border-stall-state')
    expect(await say(opened)).toBe('accepted')
    expect(await head()).toMatchObject({ state: 'open', filing: 7 })
  })

  it('is of its market alone', async () => {
    await say(opened)
    expect(await close(otherSite)).toBe('NOT_KNOWN_HERE border-stall-known')
    expect(await say(opened, otherSite)).toBe('accepted')
  })

  it('does not begin with its last day past', async () => {
    expect(await say({ ...opened, validUntil: '20261104' })).toBe('BORDER_PERIOD_PAST')
  })
})

describe('a phone', () => {
  const enrolOf = (name: string, serial: number, groupNo?: string): CustomsBorderDevice => ({
    act: 'enrol',
    fingerprint: fingerprintOf(name),
    filingNo: filingNo(serial),
    ...(groupNo !== undefined && { groupNo }),
  })
  const withPhone = (name: string, from: string = group): BorderSent => ({
    ...by(from),
    signers: [{ certificate: from }, { certificate: name, device: true }],
  })
  const enrol = (name: string, serial: number, from: string = group) =>
    world.did(deviceKind, enrolOf(name, serial), withPhone(name, from))
  const lose = (name: string, from: string = group) =>
    world.did(deviceKind, { act: 'lost', fingerprint: fingerprintOf(name), reason: 'LOST' }, by(from))
  const head = (name: string) => readDevice(world.views, fingerprintOf(name))

  it('is enrolled by the party its certificate names, and signs that itself', async () => {
    expect(await enrol('phone', 1)).toBe('accepted')
    const resident = residentKey(world.views, filingNo(1))
    expect(await head('phone')).toMatchObject({ state: 'active', resident, party: group })
    expect(await world.did(deviceKind, enrolOf('other', 2), by(group))).toBe('DEVICE_NOT_SIGNING')
    const own = { ...by(group), signers: [{ certificate: 'other' }] }
    expect(await world.did(deviceKind, enrolOf('other', 2), own)).toBe('DEVICE_NOT_CONSTRAINED')
  })

  it('is one per resident, until it is lost', async () => {
    await enrol('phone', 1)
    expect(await enrol('next', 1)).toBe('STATE_CONFLICT border-device-one')
    expect(await lose('phone')).toBe('accepted')
    expect(await head('phone')).toMatchObject({ state: 'lost' })
    expect(await lose('phone')).toBe('STATE_CONFLICT border-device-state')
    expect(await enrol('phone', 1)).toBe('ALREADY_CLAIMED border-device-certificate')
    expect(await enrol('next', 1)).toBe('accepted')
    expect(await enrol('next', 2)).toBe('ALREADY_CLAIMED border-device-certificate')
  })

  it('is lost to the party that enrolled it and is not there for others', async () => {
    await enrol('phone', 1)
    const said = await world.say(
      deviceKind,
      { act: 'lost', fingerprint: fingerprintOf('phone'), reason: 'LOST' },
      by(otherGroup),
    )
    const none = await world.say(
      deviceKind,
      { act: 'lost', fingerprint: fingerprintOf('none'), reason: 'LOST' },
      by(otherGroup),
    )
    for (const one of [said, none])
      expect(one).toMatchObject({ refusal: { code: 'NOT_KNOWN_HERE', rule: 'border-device-known', version: 0 } })
  })

  it('is for a resident who is filed, and in the group that is named', async () => {
    const inGroup = (name: string, serial: number, groupNo: string, from: string = group) =>
      world.did(deviceKind, enrolOf(name, serial, groupNo), withPhone(name, from))
    expect(await inGroup('phone', 3, formed.groupNo)).toBe('DEVICE_GROUP_DIFFERS')
    expect(await inGroup('phone', 1, 'GRP-NONE')).toBe('NOT_KNOWN_HERE border-group-known')
    expect(await inGroup('phone', 1, formed.groupNo, otherGroup)).toBe('NOT_KNOWN_HERE border-group-known')
    expect(await enrol('phone', 404)).toBe('NOT_KNOWN_HERE border-filing-known')
    expect(await inGroup('phone', 1, formed.groupNo)).toBe('accepted')
    await world.did(
      residentKind,
      { act: 'suspend', filingNo: filingNo(2), reason: 'card' },
      by(customs, group, otherGroup),
    )
    expect(await enrol('second', 2)).toBe('RESIDENT_NOT_ACTIVE')
  })
})

describe('an entrustment', () => {
  const say = (change: Partial<CustomsBorderEntrustment> = {}, sent = by(group, firm)) =>
    world.did(entrustmentKind, { ...entrusted, enterprise: firm, ...change }, sent)
  const end = (from: string) =>
    world.did(entrustmentKind, { act: 'end', batchNo: entrusted.batchNo, reason: 'over' }, by(from))

  it('lends heads of the group to the firm it is addressed to', async () => {
    expect(await say({ headCount: 3 })).toBe('HEADS_ABOVE_MEMBERS')
    expect(await say({}, by(group))).toBe('PROCESSOR_NOT_ADDRESSED')
    expect(await say({ enterprise: site }, by(group, site))).toBe('PROCESSOR_NOT_ADDRESSED')
    expect(await say({ enterpriseScc: '91310000717883402X' })).toBe('PROCESSOR_CODE_DIFFERS')
    expect(await say({ validUntil: '20261104' })).toBe('BORDER_PERIOD_PAST')
    expect(await say()).toBe('accepted')
    expect(await readEntrustment(world.views, entrusted.batchNo)).toMatchObject({
      state: 'active',
      headCount: 2,
      enterpriseScc: entrusted.enterpriseScc,
      filing: 4,
    })
    expect(await say()).toBe('ALREADY_CLAIMED border-entrustment-number')
  })

  it('is for the party of the group', async () => {
    expect(await say({}, by(otherGroup, firm))).toBe('NOT_KNOWN_HERE border-group-known')
    expect(await say({ groupNo: 'GRP-NONE' })).toBe('NOT_KNOWN_HERE border-group-known')
    await world.did(groupKind, { act: 'dissolve', groupNo: formed.groupNo, reason: 'over' }, by(group))
    expect(await say()).toBe('STATE_CONFLICT border-group-state')
  })

  it.each([group, firm])('is ended by either side: %s', async (from) => {
    await say({}, by(group, firm, otherFirm))
    expect(await end(otherGroup)).toBe('NOT_KNOWN_HERE border-entrustment-known')
    expect(await end(otherFirm)).toBe('OTHER_PARTY_ACTS')
    expect(await end(from)).toBe('accepted')
    expect(await readEntrustment(world.views, entrusted.batchNo)).toMatchObject({ state: 'ended', filing: 4 })
    expect(await end(from)).toBe('STATE_CONFLICT border-entrustment-state')
  })

  it('with a firm that the register has no code of is ended by the firm it was addressed to', async () => {
    await say({ enterprise: otherFirm }, by(group, otherFirm, firm))
    expect(await end(otherFirm)).toBe('accepted')
  })
})
