// What every storage of views must promise, beside what the contract of the journal shows of them.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Views } from '../../src/hub/journal/journal.ts'
import { storages, type Storage } from '../support/journals.ts'

const keysOf = (rows: readonly { key: string }[]): string[] => rows.map(({ key }) => key)

describe.each(storages)('views on $name', ({ make }) => {
  let storage: Storage
  let views: Views
  beforeEach(async () => {
    storage = await make()
    views = storage.views()
  })
  afterEach(async () => {
    await views.close()
    await storage.remove()
  })
  const put = (view: string, keys: readonly string[], cursor = 1): Promise<void> =>
    views.apply(
      view,
      keys.map((key) => ({ key, value: `value of ${key}` })),
      cursor,
    )

  it('keeps views apart, also when the name of one begins the name of another', async () => {
    await put('feed', ['a', 'b'], 7)
    await put('feeds', ['c'], 9)
    await put('fee', ['d'], 11)
    expect(keysOf(await views.range('feed', '', '~', 10))).toEqual(['a', 'b'])
    await views.empty('feed')
    expect(keysOf(await views.range('feed', '', '~', 10))).toEqual([])
    expect([await views.cursor('feed'), await views.cursor('feeds'), await views.cursor('fee')]).toEqual([0, 9, 11])
    expect(await views.get('feeds', 'c')).toBe('value of c')
    expect(await views.get('fee', 'd')).toBe('value of d')
  })

  it('gives rows from the first to before the last, as many as asked for, in both orders', async () => {
    await put('v', ['c', 'a', 'e', 'b', 'd'])
    expect(keysOf(await views.range('v', 'b', 'd', 10))).toEqual(['b', 'c'])
    expect(keysOf(await views.range('v', 'a', 'z', 2))).toEqual(['a', 'b'])
    expect(keysOf(await views.range('v', 'a', 'e', 2, 'descending'))).toEqual(['d', 'c'])
    expect(keysOf(await views.range('v', '', '~', Number.MAX_SAFE_INTEGER))).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(await views.range('v', 'x', 'z', 10)).toEqual([])
    expect(await views.range('v', 'd', 'b', 10)).toEqual([])
  })

  it('sorts keys by their characters, with and without what the next page begins after', async () => {
    const keys = ['urn:a/1', 'urn:a/10', 'urn:a/2', 'urn:a:', 'urn:é', 'urn:中国', 'urn:Z']
    await put('v', keys)
    expect(keysOf(await views.range('v', '', '\uffff', 10))).toEqual(keys.toSorted())
    expect(keysOf(await views.range('v', 'urn:a/1\0', 'urn:a:', 10))).toEqual(['urn:a/10', 'urn:a/2'])
  })

  it('gives back text as text and bytes as bytes, also none of them', async () => {
    const rows = [
      { key: 'text', value: '文字' },
      { key: 'no text', value: '' },
      { key: 'bytes', value: Buffer.from([0, 1, 255]) },
      { key: 'no bytes', value: new Uint8Array(0) },
      { key: 'part', value: new Uint8Array([9, 1, 2, 9]).subarray(1, 3) },
    ]
    await views.apply('v', rows, 1)
    expect(await views.get('v', 'text')).toBe('文字')
    expect(await views.get('v', 'no text')).toBe('')
    for (const [key, bytes] of [
      ['bytes', [0, 1, 255]],
      ['no bytes', []],
      ['part', [1, 2]],
    ] as const)
      expect([...((await views.get('v', key)) as Uint8Array)], key).toEqual(bytes)
  })

  it('lets the last of several writes of one key count, also within one act', async () => {
    await views.apply(
      'v',
      [
        { key: 'a', value: '1' },
        { key: 'a', value: '2' },
        { key: 'b', value: '1' },
        { key: 'b', value: undefined },
        { key: 'c', value: undefined },
        { key: 'c', value: '3' },
      ],
      1,
    )
    expect(await views.range('v', '', '~', 10)).toEqual([
      { key: 'a', value: '2' },
      { key: 'c', value: '3' },
    ])
    await views.apply(
      'v',
      [
        { key: 'c', value: undefined },
        { key: 'a', value: '4' },
        { key: 'not there', value: undefined },
      ],
      2,
    )
    await views.apply('v', [{ key: 'c', value: '5' }], 3)
    expect(await views.range('v', '', '~', 10)).toEqual([
      { key: 'a', value: '4' },
      { key: 'c', value: '5' },
    ])
  })

  it('moves the cursor without rows, also back', async () => {
    await put('v', ['a'], 5)
    await views.apply('v', [], 8)
    expect(await views.cursor('v')).toBe(8)
    await views.apply('v', [], 3)
    expect([await views.cursor('v'), await views.get('v', 'a')]).toEqual([3, 'value of a'])
  })

  it('can be filled again after it was emptied, and emptied when there is nothing', async () => {
    await views.empty('v')
    await put('v', ['a', 'b', 'c'], 3)
    await views.empty('v')
    await put('v', ['b'], 1)
    expect(keysOf(await views.range('v', '', '~', 10))).toEqual(['b'])
    expect(await views.cursor('v')).toBe(1)
  })

  it('takes thousands of rows in one act', async () => {
    await put(
      'v',
      Array.from({ length: 3_000 }, (_, n) => String(n).padStart(6, '0')),
      3_000,
    )
    expect((await views.range('v', '001000', '002000', 5_000)).length).toBe(1_000)
    await views.empty('v')
    expect(await views.range('v', '', '~', 1)).toEqual([])
  })
})
