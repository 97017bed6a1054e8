// A devnet that was stopped, or killed in the middle of a line, goes on with the chain of its file.
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDevnet, type Devnet, type DevnetOptions } from '../../../../src/crosschain/devnet/index.ts'
import { bookCode, signed, START_MS } from './place.ts'

let dir: string
let file: string
let count = 0
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'beibu-devnet-'))))
beforeEach(() => void (file = join(dir, `${count++}.ndjson`)))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

async function during<T>(use: (devnet: Devnet) => Promise<T>, more: Partial<DevnetOptions> = {}): Promise<T> {
  const devnet = await createDevnet({ name: 'kept', chainId: 7201, seed: 'kept', file, clock: () => START_MS, ...more })
  try {
    return await use(devnet)
  } finally {
    await devnet.close()
  }
}

const send = async (devnet: Devnet, nonce: number, more: Record<string, unknown> = {}) =>
  devnet.request('eth_sendRawTransaction', [await signed(devnet, 0, nonce, more)])
const headers = (devnet: Devnet): string[] =>
  Array.from({ length: devnet.head() + 1 }, (_, height) => devnet.header(height).toString('hex'))
/** Seven blocks: a contract, payments, an empty one, one in a later round, a vote. */
const history = async (devnet: Devnet): Promise<string[]> => {
  await send(devnet, 0, { data: bookCode, to: null, value: 0n, gas: 900_000n })
  for (const nonce of [1, 2, 3]) await send(devnet, nonce)
  await devnet.mine({ timestampS: START_MS / 1000 + 60 })
  await devnet.mine({ round: 3, seals: 4 })
  await devnet.mine({ vote: { validator: devnet.validators()[0]!, add: false } })
  return headers(devnet)
}

describe('a second start', () => {
  it('has the same blocks, seals and receipts, whatever the clock says now', async () => {
    const before = await during(history)
    await during(
      async (devnet) => {
        expect(headers(devnet)).toEqual(before)
        const [hash] = ((await devnet.request('eth_getBlockByNumber', ['0x1', false])) as { transactions: string[] })
          .transactions
        expect(await devnet.request('eth_getTransactionReceipt', [hash])).toMatchObject({ status: '0x1' })
        await send(devnet, 4)
        expect(devnet.head()).toBe(8)
      },
      { clock: () => START_MS - 3_600_000 },
    )
    await during(async (devnet) => expect(headers(devnet).slice(0, 8)).toEqual(before))
  })

  it('goes on counting votes where it was', async () => {
    const dropped = await during(async (devnet) => {
      const validator = devnet.validators()[3]!
      for (const _ of [1, 2]) await devnet.mine({ vote: { validator, add: false } })
      return validator
    })
    await during(async (devnet) => {
      expect(devnet.validators()).toContain(dropped)
      await devnet.mine({ vote: { validator: dropped, add: false } })
      expect(devnet.validators()).not.toContain(dropped)
    })
  })

  it('forgets what only waited', async () => {
    await during((devnet) => send(devnet, 0), { blockMs: 3_600_000 })
    await during(async (devnet) => {
      const address = devnet.accounts()[0]!
      expect(await devnet.request('eth_getTransactionCount', [`0x${address}`, 'pending'])).toBe('0x0')
    })
  })
})

describe('a file', () => {
  it('torn in its last line loses that line and nothing else', async () => {
    const before = await during(history)
    const text = readFileSync(file, 'utf8')
    const last = text.trimEnd().split('\n').at(-1)!
    for (const torn of [1, last.length - 1, last.length]) {
      writeFileSync(file, `${text.slice(0, -last.length - 1)}${last.slice(0, torn)}`)
      await during(async (devnet) => {
        expect(headers(devnet)).toEqual(before.slice(0, -1))
        await devnet.mine()
      })
      expect(await during(async (devnet) => devnet.head())).toBe(before.length - 1)
    }
  })

  it('torn in its first line is begun anew', async () => {
    writeFileSync(file, '{"devnet":"ke')
    expect(await during(async (devnet) => devnet.mine())).toBe(1)
    expect(await during(async (devnet) => devnet.head())).toBe(1)
  })

  it.each([
    ['of another chain', { chainId: 8401 }, /blocks of another chain/],
    ['of another seed', { seed: 'other' }, /blocks of another chain/],
    ['of another consensus', { consensus: 'ibft2' as const }, /blocks of another chain/],
  ])('%s is refused', async (_, other, message) => {
    await during(history)
    await expect(during(history, other)).rejects.toThrow(message)
  })

  it('that was altered is refused, by line or by hash', async () => {
    await during(history)
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replace('"height":3,', '"height":4,'))
    await expect(during(history)).rejects.toThrow(/no block 3 on line 4/)
    writeFileSync(file, text.replace(`"timestampS":${START_MS / 1000},`, `"timestampS":${START_MS / 1000 - 1},`))
    await expect(during(history)).rejects.toThrow(/block 1 has hash [0-9a-f]{64} now, but [0-9a-f]{64} in the file/)
    writeFileSync(file, text)
    appendFileSync(file, 'nonsense\n')
    await expect(during(history)).rejects.toThrow(/no block 8 on line 9/)
  })
})
