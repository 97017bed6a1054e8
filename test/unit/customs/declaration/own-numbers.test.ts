// A declaration under the number of a company that the register binds to another is none, and takes no number from its owner.
import { beforeEach, describe, expect, it } from 'vitest'
import type { CustomsDeclaration, WcoDeclaration } from '../../../../schemas/types.d.ts'
import { declarationKind } from '../../../../src/customs/declaration.ts'
import { wcoDeclarationKind } from '../../../../src/customs/wco/wco-declaration.ts'
import { fixture as fixtureOf } from '../wco/wco-world.ts'
import { PARTIES, World } from '../fake-views.ts'

const { trader: TRADER, broker: BROKER, customsCn: CUSTOMS } = PARTIES
const OTHER = 'urn:hub:cn:trader:example-other'
const declaration = fixtureOf<CustomsDeclaration>('declaration-electronics')
const { tradeCoScc: uscc, tradeCode: customs } = declaration as { tradeCoScc: string; tradeCode: string }

let world: World
beforeEach(() => {
  world = new World()
  world.enter(OTHER)
})

const placesOf = async (from: string, sent: object = {}, body = declaration): Promise<string[]> => {
  const { findings } = await world.judge(declarationKind, body, { from, to: [CUSTOMS], ...sent })
  return findings.map(({ code, path }) => `${code} ${path}`)
}

describe('a company', () => {
  it('declares under its own numbers, itself or through an agent; no other does', async () => {
    world.enter(TRADER, { uscc, customs })
    expect(await placesOf(TRADER)).toEqual([])
    expect(await placesOf(BROKER, { for: TRADER })).toEqual([])
    const taken = ['COMPANY_OF_OTHER /tradeCoScc', 'COMPANY_OF_OTHER /tradeCode']
    expect(await placesOf(OTHER)).toEqual(taken)
    expect(await placesOf(BROKER, { for: OTHER })).toEqual(taken)
  })

  it('uses no other number than the register has', async () => {
    world.enter(TRADER, { uscc: '91310000717883402X', customs })
    expect(await placesOf(TRADER)).toEqual(['COMPANY_NOT_AS_REGISTERED /tradeCoScc'])
  })

  it('that declares for others in its own name does so as the agent', async () => {
    world.enter(TRADER, { uscc, customs })
    expect(await placesOf(BROKER)).toEqual([])
    const { agentCodeScc, agentCode } = declaration as { agentCodeScc: string; agentCode: string }
    world.enter('urn:hub:cn:broker:example-known', { uscc: agentCodeScc, customs: agentCode })
    expect(await placesOf(BROKER)).toEqual(['COMPANY_OF_OTHER /agentCodeScc', 'COMPANY_OF_OTHER /agentCode'])
    expect(await placesOf('urn:hub:cn:broker:example-known')).toEqual([])
  })

  it('whose number the register does not bind declares as before', async () => {
    expect(await placesOf(OTHER)).toEqual([])
  })
})

describe('a declaration of the WCO Data Model', () => {
  const wco = fixtureOf<WcoDeclaration>('wco-declaration-export')
  const placesIn = async (from: string, body: WcoDeclaration): Promise<string[]> => {
    const { findings } = await world.judge(wcoDeclarationKind, body, { from, to: [CUSTOMS] })
    return findings.map(({ code, path }) => `${code} ${path}`)
  }

  it('names a trader on its side, anybody else as the declarant', async () => {
    world.enter(TRADER, { customs })
    const exported = { ...wco, exporter: { ...wco.exporter, id: customs } } as WcoDeclaration
    expect(await placesIn(TRADER, exported)).toEqual([])
    expect(await placesIn(OTHER, exported)).toEqual(['COMPANY_OF_OTHER /exporter/id'])
    expect(await placesIn(BROKER, exported)).toEqual([])
    expect(await placesIn(BROKER, { ...exported, declarant: { id: customs } } as WcoDeclaration)).toEqual([
      'COMPANY_OF_OTHER /declarant/id',
    ])
    const imported = { ...exported, typeCode: 'IM', importer: { ...wco.importer, id: '4501960002' } } as WcoDeclaration
    expect(await placesIn(TRADER, imported)).toEqual(['COMPANY_NOT_AS_REGISTERED /importer/id'])
  })
})
