// Filing a declaration on its day: what the clock of the hub says to the day of declaration.
import { describe, expect, it } from 'vitest'
import type { CustomsDeclaration } from '../../../../schemas/types.d.ts'
import { PARTIES, World } from '../fake-views.ts'
import { bodyOf, kindNamed } from './declared.ts'

const body = bodyOf<CustomsDeclaration>('declaration-electronics.json')

const filedAt = (time: string) => {
  const world = new World()
  world.nowMs = Date.parse(time)
  return world.say(kindNamed('customs.declaration'), body, { from: PARTIES.trader, to: [PARTIES.customsCn] })
}

describe('the day of declaration', () => {
  it('is one of Shanghai, that has begun when it is filed; a clock may be ahead a little', async () => {
    expect(body.dDate).toBe('20261102')
    expect(await filedAt('2026-11-01T16:00:00.000Z')).toMatchObject({ result: 'accepted' })
    expect(await filedAt('2026-11-01T15:55:00.000Z')).toMatchObject({ result: 'accepted' })
    expect((await filedAt('2026-11-01T15:54:59.999Z')).judgement.findings).toMatchObject([
      { code: 'TIME_IN_FUTURE', path: '/dDate', params: { value: '20261102' } },
    ])
    expect(await filedAt('2027-11-01T00:00:00.000Z')).toMatchObject({ result: 'accepted' })
  })
})
