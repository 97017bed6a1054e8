// The devnet as a client sees it: viem deploys, writes and reads over HTTP as it would at any node.
import { RLP } from '@ethereumjs/rlp'
import { createMPT, verifyMerkleProof } from '@ethereumjs/mpt'
import { type Hex, hexToBytes, keccak256, toHex } from 'viem'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Devnet } from '../../../../src/crosschain/devnet/index.ts'
import { blockAt, bookAbi, bookCode, clientsOf, devnetOf, lineOf, signed, START_MS } from './place.ts'
import { PATIENT } from '../../../support/patience.ts'

let devnet: Devnet
let clients: ReturnType<typeof clientsOf>
let book: Hex
let deployed: Hex

beforeAll(async () => {
  devnet = await devnetOf()
  clients = clientsOf(devnet, await devnet.listen(0))
  deployed = await clients.wallet.deployContract({ abi: bookAbi, bytecode: bookCode })
  book = (await clients.node.getTransactionReceipt({ hash: deployed })).contractAddress!
})

const write = (number: number, line = lineOf(number)) =>
  clients.wallet.writeContract({ address: book, abi: bookAbi, functionName: 'write', args: [BigInt(number), line] })
const coded = (code: number, message?: RegExp) =>
  expect.objectContaining({ code, ...(message && { message: expect.stringMatching(message) as string }) })

describe('what it says of itself', () => {
  it('is that consensus is simulated', async () => {
    expect(await devnet.request('web3_clientVersion')).toBe('beibu-devnet (simulated consensus)')
    expect(Buffer.from((await blockAt(devnet, 1))['extraData']!.slice(2), 'hex').includes('beibu-devnet')).toBe(true)
  })
  it('is its chain, by every name', async () => {
    expect(await clients.node.getChainId()).toBe(7201)
    expect(await devnet.request('net_version')).toBe('7201')
    expect(await devnet.request('eth_syncing')).toBe(false)
  })
})

describe('contracts', () => {
  it('keep what was written, and say it in receipts and logs with the place in the block', async () => {
    const hash = await write(1)
    const receipt = await clients.node.getTransactionReceipt({ hash })
    expect(receipt).toMatchObject({ status: 'success', transactionHash: hash, to: book, type: 'eip1559' })
    expect(await clients.node.readContract({ address: book, abi: bookAbi, functionName: 'lines', args: [1n] })).toBe(
      lineOf(1),
    )
    const logs = await clients.node.getContractEvents({ address: book, abi: bookAbi, fromBlock: 'earliest' })
    expect(logs.find(({ transactionHash }) => transactionHash === hash)).toMatchObject({
      eventName: 'Written',
      args: { number: 1n, line: lineOf(1) },
      logIndex: 0,
      transactionIndex: 0,
      blockNumber: receipt.blockNumber,
      blockHash: receipt.blockHash,
    })
    const full = await clients.node.getBlock({ blockNumber: receipt.blockNumber, includeTransactions: true })
    expect(full.transactions[0]).toMatchObject({ hash, from: clients.account.address.toLowerCase(), to: book })
    expect(await clients.node.getTransaction({ hash })).toEqual(full.transactions[0])
  })

  it('revert with data, so that the error has its name', async () => {
    await write(2)
    await expect(write(2)).rejects.toThrow(/AlreadyWritten\(uint256 number\)\s+\(2\)/)
    const data = `0x9c49cd2e${toHex(2, { size: 32 }).slice(2)}${lineOf(2).slice(2)}`
    const selector = keccak256(toHex('write(uint256,bytes32)')).slice(0, 10)
    const call = { to: book, data: data.replace(/^0x.{8}/, selector) }
    await expect(devnet.request('eth_call', [call, 'latest'])).rejects.toEqual(
      expect.objectContaining({ code: 3, data: expect.stringMatching(/^0x[0-9a-f]{8}0{63}2$/) as string }),
    )
    await expect(devnet.request('eth_estimateGas', [call])).rejects.toEqual(coded(3))
  })

  it('that revert in a block cost gas and leave a receipt without logs', async () => {
    const data = (await clients.node.getTransaction({ hash: await write(3) })).input
    const nonce = await clients.node.getTransactionCount({ address: clients.account.address })
    const raw = await signed(devnet, 0, nonce, { to: book, data, gas: 100_000n, value: 0n })
    const hash = (await devnet.request('eth_sendRawTransaction', [raw])) as Hex
    expect(await clients.node.getTransactionReceipt({ hash })).toMatchObject({ status: 'reverted', logs: [] })
  })

  it('see the hashes of blocks before, and a time that does not stand still behind the clock', async () => {
    const head = devnet.head()
    const args = [1n] as const
    const above = await clients.node.readContract({ address: book, abi: bookAbi, functionName: 'above', args })
    expect(above).toBe((await blockAt(devnet, head))['hash'])
    expect(await clients.node.readContract({ address: book, abi: bookAbi, functionName: 'time' })).toBe(
      BigInt(START_MS / 1000),
    )
  })

  it('are told apart from accounts by their code', async () => {
    expect(keccak256((await clients.node.getCode({ address: book }))!)).toBe(
      ((await devnet.request('eth_getProof', [book, [], 'latest'])) as { codeHash: Hex }).codeHash,
    )
    expect(await devnet.request('eth_getCode', [clients.account.address, 'latest'])).toBe('0x')
    expect(await devnet.request('eth_getCode', [book, '0x0'])).toBe('0x')
  })
})

describe('an estimate of gas', () => {
  it('suffices, and is not far above what is used', async () => {
    const args = [77n, lineOf(77)] as const
    const gas = await clients.node.estimateContractGas({
      address: book,
      abi: bookAbi,
      functionName: 'write',
      args,
      account: clients.account,
    })
    const hash = await clients.wallet.writeContract({ address: book, abi: bookAbi, functionName: 'write', args, gas })
    const { gasUsed, status } = await clients.node.getTransactionReceipt({ hash })
    expect(status).toBe('success')
    expect(gas).toBeGreaterThanOrEqual(gasUsed)
    expect(Number(gas)).toBeLessThan(Number(gasUsed) * 1.1)
  })
  it('of a plain transfer is what it costs', async () => {
    const [from, to] = [clients.account.address, `0x${'33'.repeat(20)}`]
    expect(await devnet.request('eth_estimateGas', [{ from, to, value: '0x1' }])).toBe('0x5208')
  })
  it('is refused to an account that cannot pay', async () => {
    const poor = { from: `0x${'44'.repeat(20)}`, to: book }
    await expect(devnet.request('eth_estimateGas', [{ ...poor, value: '0x1' }])).rejects.toEqual(
      coded(-32000, /insufficient funds/),
    )
    await expect(devnet.request('eth_estimateGas', [{ ...poor, gasPrice: '0x3b9aca00' }])).rejects.toEqual(
      coded(-32000, /insufficient funds/),
    )
  })
})

describe('proofs of state', () => {
  const mapSlot = (number: number) => keccak256(`${toHex(number, { size: 32 })}${toHex(0, { size: 32 }).slice(2)}`)
  const proofAt = async (number: number, height: number) =>
    (await devnet.request('eth_getProof', [book, [mapSlot(number)], toHex(height)])) as {
      accountProof: Hex[]
      storageHash: Hex
      codeHash: Hex
      storageProof: [{ value: Hex; proof: Hex[] }]
    }
  const keyed = { useKeyHashing: true }

  it('lead from the state root of the header to account and slot', async () => {
    for (let n = 10; n < 16; n++) await write(n)
    const height = devnet.head()
    const proof = await proofAt(15, height)
    const stateRoot = hexToBytes((await blockAt(devnet, height))['stateRoot'] as Hex)
    const nodes = proof.accountProof.map((node) => hexToBytes(node))
    const account = await verifyMerkleProof(hexToBytes(book), nodes, { ...keyed, root: stateRoot })
    const [, , storageRoot, codeHash] = RLP.decode(account!) as Uint8Array[]
    expect([toHex(storageRoot!), toHex(codeHash!)]).toEqual([proof.storageHash, proof.codeHash])
    const slotNodes = proof.storageProof[0].proof.map((node) => hexToBytes(node))
    const value = await verifyMerkleProof(hexToBytes(mapSlot(15)), slotNodes, { ...keyed, root: storageRoot! })
    expect(toHex(RLP.decode(value!) as Uint8Array)).toBe(lineOf(15))
    expect(proof.storageProof[0].value).toBe(lineOf(15))
  })

  it('of a block long past show what was so then', async () => {
    const before = devnet.head()
    await write(20)
    await write(21)
    expect((await proofAt(20, before)).storageProof[0].value).toBe('0x0')
    expect((await proofAt(20, before + 1)).storageProof[0].value).toBe(lineOf(20))
    expect((await proofAt(21, before + 1)).storageProof[0].value).toBe('0x0')
    expect(await devnet.request('eth_getStorageAt', [book, mapSlot(20), toHex(before)])).toBe(`0x${'0'.repeat(64)}`)
    expect(await devnet.request('eth_getStorageAt', [book, mapSlot(20), 'latest'])).toBe(lineOf(20))
  })

  it('of an account that is not there say so', async () => {
    const nobody = `0x${'55'.repeat(20)}` as Hex
    const proof = (await devnet.request('eth_getProof', [nobody, ['0x0'], 'latest'])) as { accountProof: Hex[] }
    const { stateRoot } = await clients.node.getBlock()
    const nodes = proof.accountProof.map((node) => hexToBytes(node))
    expect(await verifyMerkleProof(hexToBytes(nobody), nodes, { ...keyed, root: hexToBytes(stateRoot) })).toBeNull()
    expect(proof).toMatchObject({ balance: '0x0', nonce: '0x0', storageProof: [{ value: '0x0', proof: [] }] })
  })
})

describe('a block of several transactions', () => {
  it('has the roots of its transactions and receipts, legacy and typed ones alike', async () => {
    const many = await devnetOf({ seed: 'many', blockMs: 3_600_000 })
    for (let n = 0; n < 5; n++) {
      const price = n % 2 ? { gasPrice: 1_000_000_000n } : {}
      const raw = await signed(many, n, 0, {
        ...price,
        ...(n === 4 && { data: bookCode, to: null, value: 0n, gas: 900_000n }),
      })
      await many.request('eth_sendRawTransaction', [raw])
    }
    await many.mine()
    const node = clientsOf(many, await many.listen(0)).node
    const block = await node.getBlock({ includeTransactions: true })
    expect(block.transactions.map(({ type }) => type)).toEqual(['eip1559', 'legacy', 'eip1559', 'legacy', 'eip1559'])
    const receipts = (await many.request('eth_getBlockReceipts', ['latest'])) as Record<string, Hex>[]
    const trie = await createMPT()
    for (const [at, one] of receipts.entries()) {
      const fields = [one['status'], BigInt(one['cumulativeGasUsed']!), hexToBytes(one['logsBloom']!), []]
      const body = RLP.encode(fields as Parameters<typeof RLP.encode>[0])
      const typed = Buffer.concat([Buffer.of(Number(one['type'])), body])
      await trie.put(RLP.encode(at), one['type'] === '0x0' ? body : typed)
    }
    expect(receipts.map(({ status }) => status)).toEqual(Array(5).fill('0x1'))
    expect(toHex(trie.root())).toBe(block.receiptsRoot)
    expect(BigInt(receipts.at(-1)!['cumulativeGasUsed']!)).toBe(block.gasUsed)
    expect(receipts.map(({ transactionIndex }) => Number(transactionIndex))).toEqual([0, 1, 2, 3, 4])
    expect(await many.request('eth_getBlockReceipts', [block.hash])).toEqual(receipts)
  })
})

describe('transactions that wait', () => {
  it('for the one before them, and are then in blocks in the order of their nonces', async () => {
    const chain = await devnetOf({ seed: 'gap' })
    const address = clientsOf(chain, 'http://127.0.0.1:1', 0).account.address
    const count = async (tag: string) => Number(await chain.request('eth_getTransactionCount', [address, tag]))
    const third = (await chain.request('eth_sendRawTransaction', [await signed(chain, 0, 2)])) as Hex
    const second = (await chain.request('eth_sendRawTransaction', [await signed(chain, 0, 1)])) as Hex
    expect(chain.head()).toBe(0)
    expect(await count('pending')).toBe(0)
    expect(await chain.request('eth_getTransactionByHash', [third])).toMatchObject({ blockHash: null, nonce: '0x2' })
    expect(await chain.request('eth_getTransactionReceipt', [third])).toBeNull()
    await chain.request('eth_sendRawTransaction', [await signed(chain, 0, 0)])
    expect(chain.head()).toBe(3)
    expect([await count('pending'), await count('latest')]).toEqual([3, 3])
    expect((await blockAt(chain, 2))['transactions']).toEqual([second])
    expect((await blockAt(chain, 3))['transactions']).toEqual([third])
  })

  it('are counted as pending in interval mode, and all taken by the next block', async () => {
    const chain = await devnetOf({ seed: 'interval', blockMs: 3_600_000 })
    const { account } = clientsOf(chain, 'http://127.0.0.1:1', 0)
    for (const nonce of [0, 1, 2]) await chain.request('eth_sendRawTransaction', [await signed(chain, 0, nonce)])
    expect(await chain.request('eth_getTransactionCount', [account.address, 'pending'])).toBe('0x3')
    expect(await chain.request('eth_getTransactionCount', [account.address, 'latest'])).toBe('0x0')
    expect(await chain.mine()).toBe(1)
    expect((await blockAt(chain, 1))['transactions']).toHaveLength(3)
  })

  it('make a block by themselves as time goes by', async () => {
    const chain = await devnetOf({ seed: 'ticking', blockMs: 5 })
    const hash = await chain.request('eth_sendRawTransaction', [await signed(chain, 0, 0)])
    await expect
      .poll(() => chain.request('eth_getTransactionReceipt', [hash]), PATIENT)
      .toMatchObject({ status: '0x1' })
  })

  it.each([
    ['with a nonce already used', 0, {}, /nonce too low/],
    ['that outbid another', 5, { value: 9n }, /replacement transaction underpriced/],
    ['with more gas than a block has', 1, { gas: 30_000_001n }, /exceeds block gas limit/],
    ['with less gas than they cost at least', 1, { gas: 20_999n }, /intrinsic gas too low/],
    ['below the base fee', 1, { maxFeePerGas: 999_999_999n }, /less than block base fee/],
    ['beyond the money of the account', 1, { value: 10n ** 22n }, /insufficient funds/],
    ['for another chain', 1, { chainId: 8401 }, /chain/i],
  ])('are refused: %s', async (_, nonce, more, message) => {
    const chain = await devnetOf({ seed: 'refused' })
    await chain.request('eth_sendRawTransaction', [await signed(chain, 0, 0)])
    await chain.request('eth_sendRawTransaction', [await signed(chain, 0, 5)])
    const before = chain.head()
    await expect(chain.request('eth_sendRawTransaction', [await signed(chain, 0, nonce, more)])).rejects.toEqual(
      coded(-32000, message),
    )
    expect(chain.head()).toBe(before)
  })

  it('are refused unsigned, spoilt, signed for any chain, and twice', async () => {
    const chain = await devnetOf({ seed: 'odd', blockMs: 3_600_000 })
    const raw = await signed(chain, 0, 0)
    const unprotected = await signed(chain, 0, 0, { chainId: undefined, type: 'legacy', gasPrice: 10n ** 9n })
    await chain.request('eth_sendRawTransaction', [raw])
    for (const [bad, message] of [
      [raw, /already known/],
      [`${raw}00`, /not readable/],
      [raw.slice(0, -2), /not readable/],
      ['0x', /not readable/],
      ['0x03c0', /not readable/],
      [unprotected, /replay-protected/],
      [`0x${'00'.repeat(200_000)}`, /oversized/],
    ] as const)
      await expect(chain.request('eth_sendRawTransaction', [bad])).rejects.toEqual(coded(-32000, message))
  })

  it('cost nothing where gas is free', async () => {
    const chain = await devnetOf({ seed: 'free', baseFeePerGas: 0n })
    const { wallet, node, account } = clientsOf(chain, await chain.listen(0))
    const balance = await node.getBalance({ address: account.address })
    await wallet.sendTransaction({ to: book, gasPrice: 0n })
    await wallet.sendTransaction({ to: book })
    expect(await node.getBalance({ address: account.address })).toBe(balance)
    expect(await node.getGasPrice()).toBe(0n)
  })
})

describe('logs', () => {
  const logsOf = (filter: Record<string, unknown>) =>
    devnet.request('eth_getLogs', [{ fromBlock: 'earliest', address: book, ...filter }]) as Promise<{ topics: Hex[] }[]>

  it('are found by contract, topic at its position, and range', async () => {
    await write(40)
    const first = devnet.head()
    await write(41)
    const topic = toHex(41, { size: 32 })
    expect(await logsOf({ topics: [null, topic] })).toHaveLength(1)
    expect(await logsOf({ topics: [null, [topic, toHex(40, { size: 32 })]] })).toHaveLength(2)
    expect(await logsOf({ topics: [topic] })).toHaveLength(0)
    expect(await logsOf({ topics: [null, topic], toBlock: toHex(first) })).toHaveLength(0)
    expect(await logsOf({ topics: [null, topic], address: `0x${'66'.repeat(20)}` })).toHaveLength(0)
    expect(await logsOf({ topics: [null, null, null] })).toHaveLength(0)
    const { hash } = await clients.node.getBlock()
    expect(await devnet.request('eth_getLogs', [{ blockHash: hash }])).toHaveLength(1)
  })
  it('are not searched beyond bounds', async () => {
    await expect(logsOf({ topics: [null, null, null, null, null] })).rejects.toEqual(coded(-32005))
    await expect(logsOf({ address: Array(101).fill(book) })).rejects.toEqual(coded(-32005))
    await expect(logsOf({ blockHash: lineOf(1) })).rejects.toEqual(coded(-32602))
    expect(await logsOf({ fromBlock: '0xffff', toBlock: '0x1ffff' })).toEqual([])
  })
})

describe('fees', () => {
  it('have a history as clients ask for it', async () => {
    const history = await clients.node.getFeeHistory({ blockCount: 2, rewardPercentiles: [50] })
    expect(history.baseFeePerGas).toEqual([10n ** 9n, 10n ** 9n, 10n ** 9n])
    expect(history.reward).toEqual([[0n], [0n]])
    await expect(devnet.request('eth_feeHistory', ['0x401', 'latest'])).rejects.toEqual(coded(-32005))
    await expect(devnet.request('eth_feeHistory', ['0x0', 'latest'])).rejects.toEqual(coded(-32602))
  })
})
