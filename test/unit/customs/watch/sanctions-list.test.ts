// Lists of sanctions: what is wrong with one, which version is in force, and what the enquiry says of a name.
import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import type { SanctionsList } from '../../../../schemas/types.d.ts'
import { watchEnquiries, watchKinds } from '../../../../src/customs/watch/index.ts'
import { LISTS_MAX } from '../../../../src/customs/watch/sanctions-heads.ts'
import type { Enquiry, EnquiryViews, MessageKind } from '../../../../src/hub/index.ts'
import { compileKinds } from '../../../../src/hub/message/validate.ts'
import { World } from '../fake-views.ts'

const [listKind] = watchKinds as [MessageKind<SanctionsList>]
const [enquiry] = watchEnquiries as [Enquiry<{ name: string; country?: string }>]
const list = JSON.parse(
  readFileSync(new URL('../../../../fixtures/customs/valid/sanctions-list-example.json', import.meta.url), 'utf8'),
) as SanctionsList
const REGULATOR = 'urn:hub:cn:regulator:customs-supervision'
const OTHER = 'urn:hub:vn:regulator:customs-supervision'

let world: World
let keepers: object[]
beforeEach(() => {
  keepers = []
  world = new World()
})

const enter = (body: SanctionsList, from = REGULATOR) => world.say(listKind, body, { from })
const ask = (name: string, country?: string) => {
  const register = { countries: () => [{ country: 'CN' }, { country: 'VN' }], parties: () => keepers }
  const views = Object.defineProperty(Object.create(world.views), 'register', { value: register }) as EnquiryViews
  return enquiry.answer({ name, ...(country !== undefined && { country }) }, views, REGULATOR)
}

describe('customs.sanctions-list', () => {
  it('is the newest version of its issuer', async () => {
    expect(await enter(list)).toMatchObject({ result: 'accepted' })
    expect(await enter({ ...list, version: '2026-11b' })).toMatchObject({ findings: ['SANCTIONS_NOT_NEWER'] })
    const next = { ...list, version: '2026-12', issuedAt: '2026-11-02T00:00:00.000Z' }
    expect(await enter(next)).toMatchObject({ result: 'accepted', judgement: { refers: [0] } })
    // The same name by another is another list.
    expect(await enter(list, OTHER)).toMatchObject({ result: 'accepted' })
  })
  it('is not from tomorrow, which would keep out every version until then', async () => {
    const at = (ms: number) => ({ ...list, issuedAt: new Date(world.nowMs + ms).toISOString() })
    expect(await enter(at(5 * 60_000 + 1))).toMatchObject({ findings: ['SANCTIONS_ISSUED_AHEAD'] })
    expect(await enter(at(5 * 60_000))).toMatchObject({ result: 'accepted' })
  })
  it('is good for a year at most', () => {
    const goodFor = (days: number, ms = 0) =>
      listKind
        .check({ ...list, staleAfter: new Date(Date.parse(list.issuedAt) + days * 86_400_000 + ms).toISOString() })
        .map(({ code }) => code)
    expect(goodFor(366)).toEqual([])
    expect(goodFor(366, 1)).toEqual(['SANCTIONS_STALE_FAR'])
    expect(goodFor(0)).toEqual(['SANCTIONS_STALE_BEFORE_ISSUE'])
  })
  it('is one of a bounded number', async () => {
    for (let n = 0; n < LISTS_MAX; n++) await enter({ ...list, name: `LIST-${n}` })
    expect(await enter({ ...list, name: 'ONE-MORE' })).toMatchObject({ findings: ['SANCTIONS_LISTS_MANY'] })
    const newer = { ...list, name: 'LIST-1', issuedAt: '2026-11-02T00:00:00.000Z' }
    expect(await enter(newer)).toMatchObject({ result: 'accepted' })
  })
  it('has at most 2,000 entries, and findings repeat no name', () => {
    const kinds = compileKinds(watchKinds)
    const found = (body: object) =>
      kinds.checkBody(kinds.find('customs.sanctions-list', 1), Buffer.from(JSON.stringify(body))).findings
    const many = Array.from({ length: 2_001 }, (_, n) => ({ id: `E${n}`, names: ['Night Heron'] }))
    expect(found({ ...list, entries: many.slice(1) })).toEqual([])
    expect(found({ ...list, entries: many }).map(({ code }) => code)).toEqual(['SCHEMA_MAX_ITEMS'])
    const wrong = found({ ...list, entries: [{ id: 'E', names: ['—'], identifiers: ['8-77'] }] })
    expect(wrong).toHaveLength(2)
    expect(JSON.stringify(wrong)).not.toMatch(/—|8-77/)
  })
})

describe('customs.sanctions', () => {
  it('says yes with the list, the entry and how', async () => {
    await enter(list)
    expect(await ask('NIGHT HERON SHIPPING (INVENTED)')).toMatchObject({
      verdict: 'yes',
      facts: {
        hits: [{ list: 'EXAMPLE-SANCTIONS', listed: 'EX-0001', how: 'WORDS' }],
        lists: [{ version: '2026-11', entry: 0 }],
      },
    })
    expect(await ask('imo9074729', 'CN')).toMatchObject({ verdict: 'yes', facts: { hits: [{ how: 'IDENTIFIER' }] } })
  })
  it('says no only while every list can be relied on', async () => {
    expect(await ask('Paper Lantern Export')).toEqual({ verdict: 'unknown' })
    await enter(list)
    expect(await ask('Paper Lantern Export')).toMatchObject({ verdict: 'no', facts: { hits: [] } })
    expect(await ask('Paper Lantern Export', 'VN')).toEqual({ verdict: 'unknown' })
    await enter({ ...list, name: 'SHORT', staleAfter: '2026-11-05T02:00:00.000Z' }, OTHER)
    expect(await ask('Paper Lantern Export')).toEqual({ verdict: 'unknown' })
    // What a list in force says is said, whatever the others are.
    expect(await ask('Công ty TNHH Ví Dụ Đen')).toMatchObject({ verdict: 'yes' })
  })
  it('says no only while each country that keeps lists has one', async () => {
    await enter(list)
    keepers = [{ class: 'regulator', country: 'VN', state: 'active', kinds: ['customs.sanctions-list'] }]
    expect(await ask('Paper Lantern Export')).toEqual({ verdict: 'unknown' })
    expect(await ask('Paper Lantern Export', 'CN')).toMatchObject({ verdict: 'no' })
    expect(await ask('Công ty TNHH Ví Dụ Đen')).toMatchObject({ verdict: 'yes' })
    await enter(list, OTHER)
    expect(await ask('Paper Lantern Export')).toMatchObject({ verdict: 'no' })
    for (const other of [
      { state: 'suspended' },
      { class: 'bank' },
      { kinds: ['customs.declaration'] },
      { kinds: undefined },
    ]) {
      keepers = [{ class: 'regulator', country: 'TH', state: 'active', kinds: ['customs.sanctions-list'], ...other }]
      expect(await ask('Paper Lantern Export'), JSON.stringify(other)).toMatchObject({ verdict: 'no' })
    }
  })
  it('cannot tell of an erased list', async () => {
    await enter(list)
    world.erase(0)
    expect(await ask('Paper Lantern Export')).toEqual({ verdict: 'unknown' })
  })
  it('asks about a country there is', () => {
    expect(enquiry.check({ name: 'Example', country: 'ZZ' }).map(({ code }) => code)).toEqual([
      'SANCTIONS_COUNTRY_UNKNOWN',
    ])
    expect(enquiry.check({ name: 'Example', country: 'VN' })).toEqual([])
  })
})
