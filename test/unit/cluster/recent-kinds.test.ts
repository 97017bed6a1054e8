// What is known of the kinds of the newest entries: a run without a gap, never more than was told.
import { describe, expect, it } from 'vitest'
import { RecentKinds } from '../../../src/hub/cluster/recent-kinds.ts'

describe('kinds of the newest entries', () => {
  it('are known where they were told without a gap', () => {
    const recent = new RecentKinds()
    expect(recent.between(0, 1)).toBeUndefined()
    recent.keep(5, ['a', 'b'])
    recent.keep(7, ['c'])
    expect(recent.between(5, 8)).toEqual(['a', 'b', 'c'])
    expect(recent.between(6, 7)).toEqual(['b'])
    expect(recent.between(8, 8)).toEqual([])
    expect(recent.between(4, 6)).toBeUndefined()
    expect(recent.between(7, 9)).toBeUndefined()
  })

  it('told twice, are the same', () => {
    const recent = new RecentKinds()
    recent.keep(5, ['a', 'b'])
    recent.keep(6, ['b', 'c'])
    recent.keep(5, ['a'])
    expect(recent.between(5, 8)).toEqual(['a', 'b', 'c'])
  })

  it('before a gap are forgotten', () => {
    const recent = new RecentKinds()
    recent.keep(5, ['a'])
    recent.keep(7, ['c'])
    expect(recent.between(5, 8)).toBeUndefined()
    expect(recent.between(7, 8)).toEqual(['c'])
    recent.keep(3, ['z'])
    expect(recent.between(3, 4)).toEqual(['z'])
    expect(recent.between(7, 8)).toBeUndefined()
  })

  it('are kept up to a number', () => {
    const recent = new RecentKinds()
    for (let at = 0; at < 20_000; at++) recent.keep(at, [String(at)])
    expect(recent.between(0, 1)).toBeUndefined()
    expect(recent.between(19_000, 19_002)).toEqual(['19000', '19001'])
    expect(recent.between(15_999, 20_000)).toHaveLength(4_001)
  })
})
