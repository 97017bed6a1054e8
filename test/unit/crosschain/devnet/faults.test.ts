// Each fault does what it says, and nothing is left of it once it is taken away.
import { mkdtempSync, rmSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Devnet } from '../../../../src/crosschain/devnet/index.ts'
import { blockAt, bookAbi, bookCode, clientsOf, devnetOf, lineOf, signed } from './place.ts'
import { PATIENT } from '../../../support/patience.ts'

let devnet: Devnet
let url: string
beforeEach(async () => {
  devnet = await devnetOf()
  url = await devnet.listen(0)
})

const send = async (nonce: number) => devnet.request('eth_sendRawTransaction', [await signed(devnet, 0, nonce)])
const post = (method: string, within = 5000) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: [] }),
    signal: AbortSignal.timeout(within),
  })

describe('a node', () => {
  it('that hangs takes questions and never answers; the others, if only some hang', async () => {
    devnet.setFault({ hang: true, methods: ['eth_blockNumber'] })
    await expect(post('eth_blockNumber', 200)).rejects.toThrow(/timeout|aborted/i)
    expect(await (await post('eth_chainId')).json()).toMatchObject({ result: '0x1c21' })
    devnet.setFault({ hang: true })
    await expect(post('eth_chainId', 200)).rejects.toThrow(/timeout|aborted/i)
    devnet.setFault()
    expect(await (await post('eth_blockNumber')).json()).toMatchObject({ result: '0x0' })
  })

  it('that refuses closes the connection', async () => {
    devnet.setFault({ refuse: true })
    await expect(post('eth_blockNumber')).rejects.toThrow(/fetch failed/)
    await expect(devnet.request('eth_blockNumber')).rejects.toThrow(/refuses connections/)
    devnet.setFault()
    expect((await post('eth_blockNumber')).status).toBe(200)
  })

  it('that is closed while it hangs lets go', async () => {
    devnet.setFault({ hang: true })
    const asked = post('eth_chainId').then(
      () => 'answered',
      () => 'cut off',
    )
    await new Promise((resolve) => setTimeout(resolve, 50))
    await devnet.close()
    expect(await asked).toBe('cut off')
    await expect(post('eth_chainId')).rejects.toThrow(/fetch failed/)
  })

  it('that drops transactions gives their hash and forgets them', async () => {
    devnet.setFault({ drop: true })
    const hash = await send(0)
    expect(hash).toMatch(/^0x[0-9a-f]{64}$/)
    expect(await devnet.request('eth_getTransactionByHash', [hash])).toBeNull()
    expect(devnet.head()).toBe(0)
    devnet.setFault()
    expect(await send(0)).toBe(hash)
    expect(devnet.head()).toBe(1)
  })

  it('whose chain halts makes no block, and makes up for it afterwards', async () => {
    devnet.setFault({ halt: true })
    await send(0)
    await expect(devnet.mine()).rejects.toThrow(/halted/)
    expect(devnet.head()).toBe(0)
    devnet.setFault()
    await expect.poll(() => devnet.head(), PATIENT).toBe(1)
  })

  it('that lies about its chain or its head is believed by nobody who looks', async () => {
    devnet.setFault({ chainId: 1, ahead: 1000 })
    expect(await devnet.request('eth_chainId')).toBe('0x1')
    expect(await devnet.request('eth_blockNumber')).toBe('0x3e8')
    expect(await blockAt(devnet, 1000)).toBeNull()
  })
})

describe('a chain whose disk fails', () => {
  it('says so, and tells of no block that is not kept', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'beibu-devnet-full-'))
    const file = join(dir, 'chain.ndjson')
    try {
      const chain = await devnetOf({ file })
      await chain.request('eth_sendRawTransaction', [await signed(chain, 0, 0)])
      const handle = await open(file)
      const disk = vi.spyOn(Object.getPrototypeOf(handle) as FileHandle, 'datasync')
      disk.mockRejectedValueOnce(new Error('no space left on device'))
      await handle.close()
      const lost = chain.request('eth_sendRawTransaction', [await signed(chain, 0, 1)])
      await expect(lost).rejects.toMatchObject({
        code: -32603,
        message: expect.stringMatching(/no space left/) as string,
      })
      await expect(chain.request('eth_blockNumber')).rejects.toThrow(/the chain has stopped: no space left/)
      await expect(chain.mine()).rejects.toThrow(/stopped|no space/)
      expect(chain.head()).toBe(1)
    } finally {
      vi.restoreAllMocks()
      rmSync(dir, { recursive: true, force: true })
    }
  })
})

describe('a header', () => {
  it('given wrong is so from the named height on, and only there', async () => {
    for (const nonce of [0, 1, 2]) await send(nonce)
    const honest = await Promise.all([1, 2, 3].map((height) => blockAt(devnet, height)))
    devnet.setFault({ header: 'hash', from: 2 })
    expect(await blockAt(devnet, 1)).toEqual(honest[0])
    expect(await blockAt(devnet, 2)).toEqual({ ...honest[1], hash: honest[1]!['stateRoot'] })
    devnet.setFault({ header: 'height', from: 3 })
    expect(await blockAt(devnet, 3)).toEqual(honest[1])
    expect(await devnet.request('eth_getBlockByHash', [honest[2]!['hash'], false])).toEqual(honest[1])
    devnet.setFault({ header: 'under-quorum' })
    const fewer = await blockAt(devnet, 3)
    expect(fewer['hash']).toBe(honest[2]!['hash'])
    expect(fewer['extraData']!.length).toBe(honest[2]!['extraData']!.length - 2 * 67)
    devnet.setFault()
    expect(await blockAt(devnet, 3)).toEqual(honest[2])
  })
})

describe('answers about a transaction', () => {
  it('are wrong in status, in logs, or in proofs', async () => {
    const { wallet, node } = clientsOf(devnet, url)
    const deploy = await wallet.deployContract({ abi: bookAbi, bytecode: bookCode })
    const address = (await node.getTransactionReceipt({ hash: deploy })).contractAddress!
    const call = { address, abi: bookAbi, functionName: 'write', args: [1n, lineOf(1)] } as const
    const hash = await wallet.writeContract(call)
    const honest = await node.getTransactionReceipt({ hash })
    devnet.setFault({ receipt: 'status' })
    expect(await node.getTransactionReceipt({ hash })).toEqual({ ...honest, status: 'reverted' })
    devnet.setFault({ receipt: 'log' })
    const [log] = (await node.getTransactionReceipt({ hash })).logs
    expect(log).toEqual({ ...honest.logs[0], data: `${lineOf(1).slice(0, -1)}0` })
    expect(await node.getLogs({ address })).toMatchObject([{ data: log!.data }])
    expect(await devnet.request('eth_getBlockReceipts', ['latest'])).toMatchObject([{ logs: [{ data: log!.data }] }])
    const proof = () =>
      devnet.request('eth_getProof', [address, ['0x0'], 'latest']) as Promise<{ accountProof: string[] }>
    devnet.setFault()
    const good = await proof()
    devnet.setFault({ proof: true })
    const bad = await proof()
    expect(bad).not.toEqual(good)
    expect({ ...bad, accountProof: bad.accountProof.slice(0, -1) }).toMatchObject({
      ...good,
      accountProof: good.accountProof.slice(0, -1),
      storageProof: bad.accountProof && expect.anything(),
    })
  })
})
