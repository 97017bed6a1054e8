// Filings of border residents: one person, one filing; who may act on it; who learns that it is there; and what is shown of it to whom.
import { beforeEach, describe, expect, it } from 'vitest'
import type { CustomsBorderResident } from '../../../../schemas/types.d.ts'
import { isTold } from '../../../../src/customs/told.ts'
import { residentKind } from '../../../../src/customs/border/people/resident.ts'
import { personKey, readResident, residentKey } from '../../../../src/customs/border/people-heads.ts'
import { maskBody } from '../../../../src/hub/privacy/mask.ts'
import { BORDER, BorderWorld, filingNo, fixture, identityNo, type BorderSent } from './border-world.ts'

const body = fixture<CustomsBorderResident>('resident-file')
const { customs, otherCustoms, site, group } = BORDER
const filing: BorderSent = { from: customs, to: [site, group] }

let world: BorderWorld
beforeEach(() => void (world = new BorderWorld()))

const file = (change: Partial<CustomsBorderResident> = {}, sent = filing) =>
  world.did(residentKind, { ...body, ...change }, sent)
const act = (name: 'suspend' | 'resume' | 'end', sent = filing) =>
  world.did(residentKind, { act: name, filingNo: body.filingNo, reason: 'for a reason' }, sent)
const change = (filed: object, sent = filing) =>
  world.did(residentKind, { ...body, act: 'change', reason: 'moved', filing: { ...body.filing!, ...filed } }, sent)
const head = () => readResident(world.views, body.filingNo)

describe('a filing', () => {
  it('stands by its number, for the person, until the earlier of its own and the card’s last day', async () => {
    expect(await file()).toBe('accepted')
    expect(await head()).toMatchObject({
      state: 'active',
      customs,
      filing: 0,
      person: personKey(world.views, body.filing!.residentIdNo),
      validFrom: '20261101',
      validUntil: '20271031',
    })
    const early = { ...body.filing!, residentIdNo: identityNo(7), idValidTo: '20261231' }
    await file({ filingNo: filingNo(7), filing: early })
    expect((await readResident(world.views, filingNo(7)))!.validUntil).toBe('20261231')
  })

  it('is one per person, whoever files, until it has ended', async () => {
    await file()
    const again = { filingNo: filingNo(9) }
    const elsewhere: BorderSent = { from: otherCustoms, to: [] }
    expect(await file(again, elsewhere)).toBe('ALREADY_CLAIMED border-person-filed')
    await act('suspend')
    expect(await file(again, elsewhere)).toBe('ALREADY_CLAIMED border-person-filed')
    await act('end')
    expect(await file(again, elsewhere)).toBe('accepted')
    expect(await act('end')).toBe('STATE_CONFLICT border-filing-state')
  })

  it('keeps its number for ever', async () => {
    await file()
    const other = { ...body.filing!, residentIdNo: identityNo(9) }
    expect(await file({ filing: other })).toBe('ALREADY_CLAIMED border-filing-number')
  })

  it('may be sent by a market for customs', async () => {
    expect(await file({}, { from: site, for: customs, to: [group] })).toBe('accepted')
    expect((await head())!.customs).toBe(customs)
    expect(await act('suspend')).toBe('accepted')
  })

  it('does not begin with its last day past, nor filed in the future, nor with a number in the envelope', async () => {
    expect(await file({ filing: { ...body.filing!, validFrom: '20260101', validUntil: '20261104' } })).toBe(
      'BORDER_PERIOD_PAST',
    )
    expect(await file({ filing: { ...body.filing!, filedAt: '2026-11-05T03:05:00.001Z' } })).toBe('TIME_IN_FUTURE')
    expect(await file({}, { ...filing, id: `for-${body.filing!.residentIdNo}` })).toBe('ENVELOPE_PERSONAL')
    expect(await file({}, { ...filing, id: `call 1000-0000-001` })).toBe('ENVELOPE_PERSONAL')
  })

  it('is told to nobody abroad', async () => {
    expect(await file({}, { from: customs, to: [site, BORDER.customsVn] })).toBe('FILING_ABROAD')
    await file()
    expect(await act('end', { from: customs, to: [site, group, BORDER.customsVn] })).toBe('FILING_ABROAD')
  })

  it('ends its day at midnight in Shanghai', async () => {
    const last = { filing: { ...body.filing!, validUntil: '20261105' } }
    world.nowMs = Date.parse('2026-11-05T16:00:00.000Z')
    expect(await file(last)).toBe('BORDER_PERIOD_PAST')
    world.nowMs -= 1
    expect(await file(last)).toBe('accepted')
  })
})

describe('an act on a filing', () => {
  it('changes it whole, and the entry that said so is the filing from then on', async () => {
    await file()
    expect(await change({ validUntil: '20280101', residenceAddress: 'another' })).toBe('accepted')
    expect(await head()).toMatchObject({ state: 'active', filing: 1, validUntil: '20280101' })
    await act('suspend')
    expect(await head()).toMatchObject({ state: 'suspended', filing: 1 })
    expect(await change({})).toBe('accepted')
    expect(await head()).toMatchObject({ state: 'suspended', filing: 3 })
    expect(await act('resume')).toBe('accepted')
    expect(await head()).toMatchObject({ state: 'active', filing: 3 })
  })

  it('never makes it another person’s', async () => {
    await file()
    expect(await change({ residentIdNo: identityNo(2) })).toBe('RESIDENT_PERSON_DIFFERS')
  })

  it('is for the customs that filed it; to others it is not there, also not by the refusal they get', async () => {
    await file({}, { from: customs, to: [site] })
    const elsewhere: BorderSent = { from: otherCustoms, to: [] }
    const known = await world.say(residentKind, { act: 'end', filingNo: body.filingNo, reason: 'none' }, elsewhere)
    const none = await world.say(residentKind, { act: 'end', filingNo: filingNo(404), reason: 'none' }, elsewhere)
    for (const said of [known, none])
      expect(said).toMatchObject({ refusal: { code: 'NOT_KNOWN_HERE', rule: 'border-filing-known', version: 0 } })
    expect(known).not.toHaveProperty('refusal.movedAt')
    expect(await act('end', { from: customs, to: [site] })).toBe('accepted')
  })

  it('is refused to a customs that was told of it and did not file it', async () => {
    await file({}, { from: customs, to: [otherCustoms] })
    expect(await act('end', { from: otherCustoms, to: [] })).toBe('OTHER_PARTY_ACTS')
  })

  it('reaches everybody who was told, unless the content is gone', async () => {
    await file()
    expect(await act('suspend', { from: customs, to: [site] })).toBe('RESIDENT_READERS_MISSING')
    world.erase(0)
    expect(await act('suspend', { from: customs, to: [site] })).toBe('accepted')
  })

  it('goes on from the state it is in', async () => {
    await file()
    expect(await act('resume')).toBe('STATE_CONFLICT border-filing-state')
    await act('suspend')
    expect(await act('suspend')).toBe('STATE_CONFLICT border-filing-state')
    await act('end')
    expect(await change({})).toBe('STATE_CONFLICT border-filing-state')
  })
})

describe('what is seen of a filing', () => {
  it('is told to sender, customs and recipients, masked, and to nobody whole', async () => {
    const message = world.message(residentKind, body, { from: site, for: customs, to: [group] })
    const rows = residentKind.audience(message, world.views.register)
    expect(rows).toEqual([site, customs, group].map((party) => ({ party, view: 'filed' })))
    expect(residentKind.quiet).toBe(true)
  })

  it.each(Object.keys(residentKind.views))('shows nothing personal in the view %s', (view) => {
    const shown = JSON.stringify(maskBody(body, residentKind.schema, residentKind.views[view]!).body)
    const { residentIdNo, name, mobile, residenceAddress, icCardNo, idIssuer } = body.filing!
    for (const secret of [residentIdNo, name, mobile, residenceAddress, icCardNo!, idIssuer])
      expect(shown).not.toContain(secret)
    if (view !== 'supervision-abroad') expect(shown).toContain(body.filingNo)
  })

  it('leaves nothing of the person in a head, and tells who may know of it', async () => {
    await file()
    const values = JSON.stringify([...world.heads.values()].map(({ value }) => value))
    // The keys of this world are hex of their parts; those of a hub are keyed hashes.
    const clear = values.replaceAll(/[a-z-]+:[0-9a-f]{20,}/g, '')
    for (const secret of [body.filing!.residentIdNo, body.filing!.mobile, body.filingNo])
      expect(clear).not.toContain(secret)
    const key = residentKey(world.views, body.filingNo)
    expect(await isTold(world.views, key, group)).toBe(true)
    expect(await isTold(world.views, key, BORDER.otherGroup)).toBe(false)
  })
})
