// Unmasking: two officers, one window, and a reading that stands in the journal before the number is told to the one who asked.
import { beforeEach, describe, expect, it } from 'vitest'
import type { CustomsBorderResident, CustomsBorderUnmasking } from '../../../../schemas/types.d.ts'
import { identityEnquiry } from '../../../../src/customs/border/people/identity-enquiry.ts'
import { residentKind } from '../../../../src/customs/border/people/resident.ts'
import { unmaskingKind } from '../../../../src/customs/border/people/unmasking.ts'
import type { EnquiryViews } from '../../../../src/hub/index.ts'
import { BORDER, BorderWorld, filingNo, fixture, type BorderSent } from './border-world.ts'

const filed = fixture<CustomsBorderResident>('resident-file')
const request = fixture<CustomsBorderUnmasking>('unmasking-request')
const { requestNo } = request
const { customs, otherCustoms, officer, second, stranger } = BORDER
const HOUR_MS = 3_600_000

let world: BorderWorld
beforeEach(async () => {
  world = new BorderWorld()
  await world.did(residentKind, filed, { from: customs, to: [] })
})

const by = (from: string, principal: string = customs): BorderSent => ({ from, for: principal, to: [officer, second] })
const say = (body: CustomsBorderUnmasking, sent: BorderSent) => world.did(unmaskingKind, body, sent)
const ask = (from: string = officer) => say(request, by(from))
const approve = (from: string = second, principal: string = customs) =>
  say({ act: 'approve', requestNo }, by(from, principal))
const read = (from: string = officer, principal: string = customs) =>
  say({ act: 'read', requestNo }, by(from, principal))
const views = (): EnquiryViews => Object.assign(Object.create(world.views), { commitment: async () => undefined })
const told = (asker: string = officer, about: string = customs) =>
  identityEnquiry.answer({ customs: about, requestNo }, views(), asker)

describe('an unmasking', () => {
  it('tells the officer who asked the fields that were asked for, after a second officer and a stated reading', async () => {
    expect(await ask()).toBe('accepted')
    expect(await told()).toEqual({ verdict: 'no', facts: { state: 'requested' } })
    expect(await approve()).toBe('accepted')
    expect(await told()).toEqual({ verdict: 'no', facts: { state: 'open', reason: 'reading-not-stated' } })
    expect(await read()).toBe('accepted')
    const { residentIdNo, name } = filed.filing!
    expect(await told()).toEqual({
      verdict: 'yes',
      facts: { filingNo: filed.filingNo, caseNo: request.caseNo, reading: 3, unmasked: { residentIdNo, name } },
    })
  })

  it('is not approved by the one who asked, nor read by the one who approved', async () => {
    await ask()
    expect(await approve(officer)).toBe('OFFICER_SAME')
    expect(await say({ act: 'approve', requestNo }, { from: second, for: customs, to: [] })).toBe(
      'OFFICER_NOT_ADDRESSED',
    )
    await approve()
    expect(await read(second)).toBe('OFFICER_OTHER')
    await read()
    expect(await told(second)).toEqual({ verdict: 'unknown' })
  })

  it('is not there for officers of another customs', async () => {
    await ask()
    expect(await approve(stranger, otherCustoms)).toBe('NOT_KNOWN_HERE border-unmasking-known')
    expect(await read(stranger, otherCustoms)).toBe('NOT_KNOWN_HERE border-unmasking-known')
    expect(await say(request, by(stranger, otherCustoms))).toBe('NOT_KNOWN_HERE border-filing-known')
    await approve()
    await read()
    expect(await told(stranger)).toEqual({ verdict: 'unknown' })
    expect(await told(officer, otherCustoms)).toEqual({ verdict: 'unknown' })
  })

  it('is for officers, not for the customs itself or others that act for it', async () => {
    expect(await say(request, { from: customs, to: [] })).toBe('OFFICER_NEEDED')
    expect(await say(request, { from: BORDER.site, for: customs, to: [] })).toBe('OFFICER_NEEDED')
    expect(await say(request, { from: officer, to: [] })).toBe('OFFICER_NEEDED')
  })

  it('closes after a day by an entry, and by the clock before that entry has come', async () => {
    await ask()
    const { judgement } = await world.say(unmaskingKind, { act: 'approve', requestNo }, by(second))
    await read()
    const { atMs, expects, moves } = judgement.expiry!
    expect(atMs).toBe(world.nowMs + 24 * HOUR_MS)
    const [{ key, value }] = moves as [(typeof moves)[0]]
    expect(expects).toEqual([key])
    // Readings do not move the head that the expiry expects.
    const head = world.heads.get(key)!
    expect(head.version).toBe(2)
    world.nowMs += 24 * HOUR_MS
    expect(await told()).toEqual({ verdict: 'no', facts: { state: 'closed' } })
    expect(await read()).toBe('STATE_CONFLICT border-unmasking-window')
    world.heads.set(key, { version: 3, index: 4, value })
    expect(await told()).toEqual({ verdict: 'no', facts: { state: 'closed' } })
    expect(await read()).toBe('STATE_CONFLICT border-unmasking-window')
    expect(await approve()).toBe('STATE_CONFLICT border-unmasking-state')
  })

  it('lapses when no second officer has decided for seven days: by an entry, and by the clock before that entry has come', async () => {
    const { judgement } = await world.say(unmaskingKind, request, by(officer))
    const { atMs, expects, moves } = judgement.expiry!
    const [{ key, value }] = moves as [(typeof moves)[0]]
    expect(atMs).toBe(world.nowMs + 7 * 24 * HOUR_MS)
    expect(expects).toEqual([key])
    world.nowMs = atMs
    const lapsed = { verdict: 'no', facts: { state: 'lapsed' } }
    expect(await told()).toEqual(lapsed)
    expect(await approve()).toBe('STATE_CONFLICT border-unmasking-state')
    world.heads.set(key, { version: 2, index: 2, value })
    expect(await told()).toEqual(lapsed)
    expect(await approve()).toBe('STATE_CONFLICT border-unmasking-state')
    expect(await say({ act: 'refuse', requestNo, remark: 'late' }, by(second))).toBe(
      'STATE_CONFLICT border-unmasking-state',
    )
    expect(await read()).toBe('STATE_CONFLICT border-unmasking-window')
  })

  it('is approved up to the last millisecond, and then for a whole day', async () => {
    await ask()
    world.nowMs += 7 * 24 * HOUR_MS - 1
    expect(await approve()).toBe('accepted')
    world.nowMs += 24 * HOUR_MS - 1
    expect(await read()).toBe('accepted')
  })

  it('that was refused is never read', async () => {
    await ask()
    expect(await say({ act: 'refuse', requestNo, remark: 'no such case' }, by(second))).toBe('accepted')
    expect(await read()).toBe('STATE_CONFLICT border-unmasking-window')
    expect(await approve()).toBe('STATE_CONFLICT border-unmasking-state')
    expect(await told()).toEqual({ verdict: 'no', facts: { state: 'refused' } })
  })

  it('wants each reading stated: one holds for ten minutes', async () => {
    await ask()
    await approve()
    await read()
    world.nowMs += 10 * 60_000
    expect(await told()).toMatchObject({ verdict: 'yes', facts: { reading: 3 } })
    world.nowMs += 1
    expect(await told()).toMatchObject({ verdict: 'no', facts: { reason: 'reading-not-stated' } })
    await read()
    expect(await told()).toMatchObject({ verdict: 'yes', facts: { reading: 4 } })
  })

  it('ends with the mandate, and cannot tell when the content is gone', async () => {
    await ask()
    await approve()
    await read()
    world.mandates.delete(`${customs} ${officer}`)
    expect(await told()).toEqual({ verdict: 'unknown' })
    world.mandates.add(`${customs} ${officer}`)
    world.erase(0)
    expect(await told()).toEqual({ verdict: 'unknown' })
  })

  it('tells the filing as it was changed meanwhile', async () => {
    await ask()
    await approve()
    const changed = { ...filed.filing!, name: '示例边民甲' }
    await world.did(
      residentKind,
      { act: 'change', filingNo: filed.filingNo, reason: 'name', filing: changed },
      { from: customs, to: [] },
    )
    await read()
    expect(await told()).toMatchObject({ facts: { unmasked: { name: '示例边民甲' } } })
  })

  it('is asked for under one number once, for a filing of the own customs', async () => {
    expect(await say({ ...request, filingNo: filingNo(404) }, by(officer))).toBe('NOT_KNOWN_HERE border-filing-known')
    await ask()
    expect(await ask(second)).toBe('ALREADY_CLAIMED border-unmasking-number')
    const other = { ...filed, filingNo: filingNo(5), filing: { ...filed.filing!, residentIdNo: '450681190001010051' } }
    await world.did(residentKind, other, { from: otherCustoms, to: [customs] })
    const foreign = { ...request, requestNo: 'UM7200-2026-0002', filingNo: filingNo(5) }
    expect(await say(foreign, by(officer))).toBe('OTHER_PARTY_ACTS')
  })
})
