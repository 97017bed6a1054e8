// What every storage of cursors must promise, beside what the contract of the journal shows of them.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Cursors } from '../../src/hub/journal/journal.ts'
import { storages, type Storage } from '../support/journals.ts'

describe.each(storages)('cursors on $name', ({ make }) => {
  let storage: Storage
  let cursors: Cursors
  beforeEach(async () => {
    storage = await make()
    cursors = storage.cursors()
  })
  afterEach(async () => {
    await cursors.close()
    await storage.remove()
  })

  it('keeps spaces apart, lists by prefix in the order of keys, and names the spaces', async () => {
    await cursors.put('b', 'x/2', 2)
    await cursors.put('b', 'x/10', 10)
    await cursors.put('b', 'y/1', 1)
    await cursors.put('bb', 'x/3', 3)
    await cursors.put('a', '', null)
    expect(await cursors.list('b', 'x/')).toEqual([
      { key: 'x/10', value: 10 },
      { key: 'x/2', value: 2 },
    ])
    expect((await cursors.list('b', '')).map(({ key }) => key)).toEqual(['x/10', 'x/2', 'y/1'])
    expect(await cursors.list('c', '')).toEqual([])
    expect(await cursors.get('a', '')).toBe(null)
    expect(await cursors.spaces()).toEqual(['a', 'b', 'bb'])
    expect((await cursors.page('b', 'x/10', 2)).map(({ key }) => key)).toEqual(['x/2', 'y/1'])
  })

  it('lets the last of many puts of a key count, and the one who asks sees what was put before', async () => {
    const puts = Array.from({ length: 200 }, (_, n) => cursors.put('s', `k${n % 7}`, { n }))
    expect(await cursors.get('s', 'k3')).toEqual({ n: 199 })
    await Promise.all(puts)
    const rows = await cursors.list('s', '')
    expect(rows.map(({ value }) => (value as { n: number }).n).toSorted()).toEqual([193, 194, 195, 196, 197, 198, 199])
    const gone = cursors.put('s', 'k3', undefined)
    expect(await cursors.putNew('s', 'k3', 'new')).toBe(true)
    await gone
    expect(await cursors.get('s', 'k3')).toBe('new')
  })

  it('gives values back as they were', async () => {
    const values = [
      0,
      -1.5,
      '',
      '文\u0000字',
      true,
      null,
      [],
      {},
      { b: [1, { c: null }], a: 'x' },
      { $set: { 'a.b': 1 } },
    ]
    for (const [n, value] of values.entries()) await cursors.put('s', String(n), value)
    for (const [n, value] of values.entries()) expect(await cursors.get('s', String(n))).toEqual(value)
  })

  it('swaps only what is as expected', async () => {
    expect(await cursors.swap('s', 'k', { a: 1 }, { a: 2 })).toBe(false)
    expect(await cursors.swap('s', 'k', undefined, { a: 1, b: 2 })).toBe(true)
    expect(await cursors.swap('s', 'k', undefined, { a: 9 })).toBe(false)
    expect(await cursors.swap('s', 'k', { a: 1 }, { a: 9 })).toBe(false)
    expect(await cursors.swap('s', 'k', { b: 2, a: 1 }, null)).toBe(true)
    expect(await cursors.get('s', 'k')).toBe(null)
    expect(await cursors.swap('s', 'k', null, undefined)).toBe(true)
    expect(await cursors.get('s', 'k')).toBeUndefined()
    expect(await cursors.swap('s', 'k', undefined, undefined)).toBe(true)
    expect(await cursors.swap('s', 'k', null, undefined)).toBe(false)
  })

  it('loses no addition of many that swap at the same time', async () => {
    const add = async (): Promise<void> => {
      for (;;) {
        const before = await cursors.get('s', 'sum')
        if (await cursors.swap('s', 'sum', before, ((before as number | undefined) ?? 0) + 1)) return
      }
    }
    await Promise.all(Array.from({ length: 12 }, add))
    expect(await cursors.get('s', 'sum')).toBe(12)
  })
})
