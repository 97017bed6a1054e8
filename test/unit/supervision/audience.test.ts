// Who sees what by role and country: the rule alone, and the views of every kind of the house.
import { describe, expect, it } from 'vitest'
import type { Register } from '../../../src/hub/identity/register.ts'
import { BODIES_ONLY, hubKinds } from '../../../src/hub/kinds/hub-kinds.ts'
import {
  addresseesOn,
  audienceOf,
  onlyTold,
  readersOn,
  supervisionView,
  uniqueRows,
} from '../../../src/hub/message/audience.ts'
import type { ValidMessage } from '../../../src/hub/message/message.ts'
import { roomKinds } from '../../../src/rooms.ts'

const [BANK, BUYER] = ['urn:hub:cn:bank:paper-bridge', 'urn:hub:vn:trader:bamboo-raft']
const [HOME, ABROAD] = ['urn:hub:cn:regulator:paper-hill', 'urn:hub:vn:regulator:green-river']
const register = {
  regulators: (country: string) => (country === 'CN' ? [HOME] : country === 'VN' ? [ABROAD] : []),
} as unknown as Register

const told = (more: { to?: string[]; views?: object; quiet?: boolean; for?: string; kind?: string } = {}) => {
  const { to = [BUYER], views = { supervision: ['public'], 'supervision-abroad': ['public'] } } = more
  const kind = {
    name: more.kind ?? 'trade.note',
    views,
    quiet: more.quiet,
    audience: () => to.map((party) => ({ party, view: 'full' })),
  }
  return audienceOf({ envelope: { from: BANK, for: more.for, to }, kind } as unknown as ValidMessage, register)
}

describe('views of regulators', () => {
  it.each([
    [{ supervision: [], 'supervision-abroad': [] }, false, 'supervision'],
    [{ supervision: [], 'supervision-abroad': [] }, true, 'supervision-abroad'],
    [{ supervision: [] }, true, 'supervision'],
    [{}, false, 'supervision'],
  ] as const)('of a trade kind with %j, abroad %s: %s', (views, isAbroad, view) => {
    expect(supervisionView({ name: 'trade.note', views }, isAbroad)).toBe(view)
  })
  it('of what the hub says of itself: the whole', () => {
    expect(supervisionView({ name: 'hub.refusal', views: {} }, true)).toBe('full')
  })
  it('never show personal fields, in no kind of the house', () => {
    for (const { name, views } of [...roomKinds, ...hubKinds(BODIES_ONLY)])
      for (const [view, classes] of Object.entries(views))
        if (view.startsWith('supervision')) expect(classes, `${name} ${view}`).not.toContain('personal')
  })
  it('show no more abroad than at home', () => {
    for (const { name, views } of roomKinds)
      for (const shown of views['supervision-abroad'] ?? [])
        expect(views['supervision'], `${name} shows ${shown} abroad`).toContain(shown)
  })
})

describe('the audience of a message', () => {
  it('is the sender, its recipients in full, and the regulators of both sides by country, each with its reason', () => {
    expect(told().audience).toEqual([
      { party: BANK, view: 'full', by: 'sender' },
      { party: BUYER, view: 'full' },
      { party: HOME, view: 'supervision', by: 'supervision', covers: 'trade.note' },
      { party: ABROAD, view: 'supervision-abroad', by: 'supervision', covers: 'trade.note' },
    ])
  })
  it('counts the country of the principal as the sender\u2019s own', () => {
    const { audience } = told({ for: BUYER, to: [] })
    expect(audience.find(({ party }) => party === ABROAD)?.view).toBe('supervision')
  })
  it('leaves the sender out of what is quiet', () => {
    expect(told({ quiet: true }).audience.map(({ party }) => party)).not.toContain(BANK)
  })
  it('of a refusal is the sender and its own regulators, nobody of the other side', () => {
    expect(told().refusalAudience.map(({ party }) => party)).toEqual([BANK, HOME])
  })
})

describe('rows of one party', () => {
  it('keep the right a party has of its own before that of supervision', () => {
    const direct = { party: HOME, view: 'full' }
    const supervised = { party: HOME, view: 'full', by: 'supervision', covers: 'hub.party' } as const
    expect(uniqueRows([direct, supervised])).toEqual([direct])
    expect(uniqueRows([{ ...supervised, view: 'supervision' }, direct])).toEqual([direct])
  })
  it('of an entry about an entry keep why they are there', () => {
    expect(readersOn(told().audience)).toEqual([
      { party: BANK, view: 'full' },
      { party: BUYER, view: 'full' },
      { party: HOME, view: 'full', by: 'supervision', covers: 'trade.note' },
      { party: ABROAD, view: 'full', by: 'supervision', covers: 'trade.note' },
    ])
  })
  it('of an entry about an entry are of nobody who was not told of it', () => {
    const late = { party: 'urn:hub:cn:regulator:late-comer', view: 'full', by: 'supervision', covers: 'x.y' } as const
    const known = { ...late, party: HOME }
    expect(onlyTold([late, known], told().audience)).toEqual([known])
  })
  it('address an entry about an entry without naming principals or supervisors', () => {
    const agent = 'urn:hub:cn:broker:quick-abacus'
    const rows = [
      { party: agent, view: 'full', by: 'sender' },
      { party: BANK, view: 'full', by: 'sender' },
      { party: BUYER, view: 'full' },
      { party: BANK, view: 'full' },
      { party: HOME, view: 'full', by: 'supervision', covers: 'hub.party' },
      { party: ABROAD, view: 'supervision-abroad', by: 'supervision', covers: 'trade.note' },
    ] as const
    expect(addresseesOn(rows)).toEqual([agent, BUYER])
  })
})
