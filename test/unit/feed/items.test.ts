import { describe, expect, it } from 'vitest'
import { BoundedBytes } from '../../../src/hub/feed/bounded-bytes.ts'
import { feedItems, itemText, renderItem } from '../../../src/hub/feed/items.ts'
import { BANK, feedHouse, to } from './feed-house.ts'

const row = (index: number, view = 'full') => ({ seq: index + 1, index, view, kind: 'test.note' })

function counted(house: ReturnType<typeof feedHouse>) {
  const { content } = house.journal
  const reads: number[] = []
  house.journal.content = async (index) => {
    reads.push(index)
    return content(index)
  }
  return reads
}

describe('items', () => {
  it('render the large part once per entry and view, however many wait for it', async () => {
    const house = feedHouse()
    const reads = counted(house)
    house.journal.write({ audience: to(BANK), body: { note: 1, secret: 'price' } })
    const texts = await Promise.all([row(0), row(0), row(0, 'supervision')].map((one) => house.items.large(one)))
    await house.items.large(row(0))
    expect(reads).toEqual([0, 0])
    expect(texts[0]).toBe(texts[1])
    expect(JSON.parse(itemText(house.journal, row(0), 0, texts[2]!))).toMatchObject({
      seq: 1,
      prev: 0,
      viewed: { masked: ['/secret'] },
    })
  })

  it('are the same alone and from the cache, and valid JSON with the attachments', async () => {
    const house = feedHouse()
    house.journal.write({ audience: to(BANK) })
    const content = (await house.journal.content(0))!
    house.journal.content = async () => ({
      ...content,
      attachments: [{ sha256: 'ab'.repeat(32), bytes: Buffer.from('scan') }],
    })
    const alone = await renderItem(house, row(0), 7)
    expect(itemText(house.journal, row(0), 7, await house.items.large(row(0)))).toBe(alone)
    expect(JSON.parse(alone)).toMatchObject({
      journal: house.journal.urn,
      epoch: 1,
      seq: 1,
      prev: 7,
      index: 0,
      kind: 'test.note',
      view: 'full',
      message: { attachments: [{ sha256: 'ab'.repeat(32), data: Buffer.from('scan').toString('base64url') }] },
      receipt: { size: 1 },
    })
  })

  it('are withheld once erased, also when they were rendered before', async () => {
    const house = feedHouse()
    house.journal.write({ audience: to(BANK) }, { audience: to(BANK) })
    await house.items.large(row(0))
    expect(house.items.cachedBytes()).toBeGreaterThan(0)
    await house.journal.erase(0)
    house.journal.write({ kind: 'hub.erasure', audience: [], refers: [0] })
    expect(house.items.cachedBytes()).toBe(0)
    const item = JSON.parse(await renderItemBy(house, 0)) as Record<string, unknown>
    expect(item).toMatchObject({ withheld: 'erased', index: 0, receipt: { size: 1 } })
    expect(item).not.toHaveProperty('message')
    expect(JSON.parse(await renderItemBy(house, 1))).toHaveProperty('message')
  })

  it('are withheld from the erasure entry on, even while the bytes are still there', async () => {
    const house = feedHouse()
    house.journal.write({ audience: to(BANK) })
    house.journal.write({ kind: 'hub.erasure', audience: [], refers: [0] })
    expect(await house.journal.content(0)).toBeDefined()
    expect(JSON.parse(await renderItemBy(house, 0))).toHaveProperty('withheld', 'erased')
  })

  it('are tried again after a failed rendering', async () => {
    const house = feedHouse()
    house.journal.write({ audience: to(BANK) })
    const { content } = house.journal
    house.journal.content = async () => {
      throw new Error('the disk is gone')
    }
    await expect(house.items.large(row(0))).rejects.toThrow('the disk is gone')
    house.journal.content = content
    expect(String(await house.items.large(row(0)))).toContain('"message"')
  })

  it('stay within the memory given', async () => {
    const house = feedHouse()
    const reads = counted(house)
    const items = feedItems({ ...house, cacheMaxBytes: 2000 })
    for (let n = 0; n < 20; n++) house.journal.write({ audience: to(BANK) })
    for (let n = 0; n < 20; n++) await items.large(row(n))
    await items.large(row(19))
    await items.large(row(0))
    expect(reads).toHaveLength(21)
  })
})

const renderItemBy = async (house: ReturnType<typeof feedHouse>, index: number): Promise<string> =>
  itemText(house.journal, row(index), 0, await house.items.large(row(index)))

describe('bounded texts', () => {
  it('drop the longest unused first and count what they keep', async () => {
    const texts = new BoundedBytes(10)
    const put = (key: string, length: number): Promise<Buffer> => texts.get(key, async () => Buffer.alloc(length))
    await put('a', 4)
    await put('b', 4)
    await put('a', 4)
    await put('c', 4)
    expect(texts.bytes).toBe(8)
    let made = 0
    const count = async (): Promise<Buffer> => Buffer.from(String(++made))
    await texts.get('a', count)
    expect(made).toBe(0)
    await texts.get('b', count)
    expect(made).toBe(1)
  })

  it('do not keep what is larger than all of it', async () => {
    const texts = new BoundedBytes(10)
    await texts.get('whale', async () => Buffer.alloc(11))
    expect(texts.bytes).toBe(0)
  })
})
