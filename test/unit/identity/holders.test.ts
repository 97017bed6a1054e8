// Numbers bound to parties: the first entered keeps a number, and only China's authority binds what China gives.
import { beforeEach, describe, expect, it } from 'vitest'
import { Holders } from '../../../src/hub/identity/holders.ts'
import type { PartyEntry } from '../../../src/hub/identity/register.ts'
import { partyKind } from '../../../src/hub/kinds/register-kinds.ts'
import type { JudgeViews, ValidMessage } from '../../../src/hub/index.ts'
import type { HubParty } from '../../../schemas/types.d.ts'

const AUTHORITY = 'urn:hub:cn:regulator:example-office'
const ONE = 'urn:hub:cn:trader:example-one'
const OTHER = 'urn:hub:cn:trader:example-other'
const ABROAD = 'urn:hub:vn:trader:example-abroad'
const USCC = '91450100MA5EXAMP19'
const CUSTOMS = '4501960001'

const entry = (party: string, identifiers?: PartyEntry['identifiers'], state: PartyEntry['state'] = 'active') => ({
  party,
  country: party.split(':')[2]!.toUpperCase(),
  class: 'trader',
  name: party,
  state,
  ...(identifiers && { identifiers }),
})

let holders: Holders
let parties: Map<string, PartyEntry>
beforeEach(() => {
  holders = new Holders()
  parties = new Map()
})
const enter = (one: PartyEntry) => {
  holders.enter(parties.get(one.party), one)
  parties.set(one.party, one)
}

describe('a number', () => {
  it('is of the party entered with it first, suspended or not, each kind by itself', () => {
    enter(entry(ONE, { uscc: USCC, customs: CUSTOMS }))
    enter(entry(OTHER, { uscc: USCC }))
    enter(entry(ONE, { uscc: USCC, customs: CUSTOMS }, 'suspended'))
    expect(holders.of('uscc', USCC)).toBe(ONE)
    expect(holders.of('customs', CUSTOMS)).toBe(ONE)
    expect(holders.of('customs', USCC)).toBeUndefined()
  })

  it('is free when its party no longer has it', () => {
    enter(entry(ONE, { uscc: USCC }))
    enter(entry(ONE))
    expect(holders.of('uscc', USCC)).toBeUndefined()
    enter(entry(OTHER, { uscc: USCC }))
    enter(entry(ONE, { uscc: USCC }))
    enter(entry(ONE))
    expect(holders.of('uscc', USCC)).toBe(OTHER)
  })

  it('is bound by no other country', () => {
    enter(entry(ABROAD, { uscc: USCC }))
    expect(holders.of('uscc', USCC)).toBeUndefined()
  })
})

describe('an entry of the register', () => {
  const judged = async (body: PartyEntry) => {
    const register = {
      country: () => ({ authority: AUTHORITY, classes: [] }),
      party: (urn: string) => parties.get(urn),
      holder: (kind: 'uscc' | 'customs', value: string) => holders.of(kind, value),
    }
    const views = { register, key: (...parts: string[]) => parts.join(' '), head: async () => undefined }
    const message = { envelope: { from: AUTHORITY }, body: body as unknown as HubParty }
    const { findings } = await partyKind.judge(
      message as unknown as ValidMessage<HubParty>,
      views as unknown as JudgeViews,
    )
    return findings.map(({ code, path }) => `${code} ${path}`)
  }

  it('with a number of another is not taken, and does not say whose it is', async () => {
    enter(entry(ONE, { uscc: USCC, customs: CUSTOMS }))
    expect(await judged(entry(ONE, { uscc: USCC, customs: CUSTOMS }))).toEqual([])
    expect(await judged(entry(OTHER, { uscc: USCC, customs: CUSTOMS }))).toEqual([
      'IDENTIFIER_TAKEN /identifiers/uscc',
      'IDENTIFIER_TAKEN /identifiers/customs',
    ])
    expect(await judged(entry(ABROAD, { uscc: USCC }))).toEqual([])
  })

  it('checks the customs registration code', () => {
    const codes = partyKind.check(entry(ONE, { customs: '45019600' }) as unknown as HubParty).map(({ code }) => code)
    expect(codes).toEqual(['CUSTOMS_REGISTRATION_MALFORMED'])
  })
})
