// The devnet beside anvil, a node of another make: the same transactions come to the same gas, logs, code, storage and storage proofs.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { encodeFunctionData, type Hex, keccak256, toHex } from 'viem'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Devnet } from '../../../../src/crosschain/devnet/index.ts'
import { bookAbi, bookCode, devnetOf, lineOf, signed } from './place.ts'
import { freePort } from '../../../support/free-port.ts'

const PLATFORM = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`
const ANVIL = fileURLToPath(
  new URL(`../../../../node_modules/@foundry-rs/anvil-${PLATFORM}/bin/anvil`, import.meta.url),
)
const there = existsSync(ANVIL)
if (!there) console.warn(`skipped: anvil is not installed for ${PLATFORM}`)

type Ask = (method: string, params: readonly unknown[]) => Promise<unknown>
type Answer = Record<string, unknown>

let anvil: ChildProcess | undefined
let devnet: Devnet
let both: [Ask, Ask]
let book: Hex
afterAll(() => anvil?.kill('SIGKILL'))

const asking =
  (url: string): Ask =>
  async (method, params) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    const headers = { 'content-type': 'application/json' }
    const answer = (await (await fetch(url, { method: 'POST', headers, body })).json()) as Answer
    if (answer['error']) throw Object.assign(new Error('refused'), answer['error'])
    return answer['result']
  }

const each = (method: string, ...params: unknown[]) => Promise.all(both.map((ask) => ask(method, params)))
const pick = (answer: unknown, ...names: string[]) => names.map((name) => (answer as Answer)[name])

/** Sends one transaction of account 0 to both; their receipts. */
async function send(nonce: number, more: Record<string, unknown>): Promise<Answer[]> {
  const [hash, other] = await each('eth_sendRawTransaction', await signed(devnet, 0, nonce, more))
  expect(other).toBe(hash)
  const receipts = await each('eth_getTransactionReceipt', hash)
  return receipts as Answer[]
}

const write = (number: number): Record<string, unknown> => ({
  to: book,
  value: 0n,
  gas: 100_000n,
  data: encodeFunctionData({ abi: bookAbi, functionName: 'write', args: [BigInt(number), lineOf(number)] }),
})

describe.skipIf(!there)('beside anvil', () => {
  beforeAll(async () => {
    devnet = await devnetOf({ seed: 'beside' })
    const port = await freePort()
    const options = ['--hardfork', 'paris', '--chain-id', '7201', '--base-fee', '1000000000', '--silent']
    anvil = spawn(ANVIL, ['--host', '127.0.0.1', '--port', `${port}`, ...options], { stdio: 'ignore' })
    const other = asking(`http://127.0.0.1:${port}`)
    await vi.waitFor(() => other('eth_chainId', []), { timeout: 60_000 })
    await other('anvil_setBalance', [`0x${devnet.accounts()[0]!}`, toHex(10n ** 21n)])
    both = [asking(await devnet.listen(0)), other]
    const receipts = await send(0, { data: bookCode, to: null, value: 0n, gas: 900_000n })
    book = receipts[0]!['contractAddress'] as Hex
    expect(receipts[1]!['contractAddress']).toBe(book)
  }, 120_000)

  it('gas, status, bloom and logs of transactions are the same, of those that revert too', async () => {
    let nonce = 1
    for (const number of [1, 2, 2, 3]) {
      const [ours, theirs] = await send(nonce++, write(number))
      const names = ['status', 'gasUsed', 'logsBloom', 'from', 'to', 'type', 'transactionIndex']
      expect(pick(ours, ...names)).toEqual(pick(theirs, ...names))
      const logs = (receipt: unknown) =>
        ((receipt as Answer)['logs'] as Answer[]).map((log) => pick(log, 'address', 'topics', 'data', 'logIndex'))
      expect(logs(ours)).toEqual(logs(theirs))
    }
  })

  it('code, storage and the proofs of it are the same', async () => {
    const slot = keccak256(`${toHex(2, { size: 32 })}${toHex(0, { size: 32 }).slice(2)}`)
    const absent = keccak256(`${toHex(9, { size: 32 })}${toHex(0, { size: 32 }).slice(2)}`)
    const [ours, theirs] = (await each('eth_getProof', book, [slot, absent], 'latest')) as [Answer, Answer]
    const names = ['codeHash', 'storageHash', 'nonce', 'balance']
    expect(pick(ours, ...names)).toEqual(pick(theirs, ...names))
    const proofs = (answer: Answer) =>
      (answer['storageProof'] as Answer[]).map((one) => pick(one, 'key', 'value', 'proof'))
    expect(proofs(ours)).toEqual(proofs(theirs))
    const [code, otherCode] = await each('eth_getCode', book, 'latest')
    expect(code).toBe(otherCode)
    const [stored, otherStored] = await each('eth_getStorageAt', book, slot, 'latest')
    expect(stored).toBe(otherStored)
  })

  it('calls return the same, and revert with the same data', async () => {
    const read = encodeFunctionData({ abi: bookAbi, functionName: 'lines', args: [2n] })
    const [value, other] = await each('eth_call', { to: book, data: read }, 'latest')
    expect([value, other]).toEqual([lineOf(2), lineOf(2)])
    const refusal = (ask: Ask) =>
      ask('eth_call', [{ to: book, data: write(2)['data'] }, 'latest']).catch((error: Answer) =>
        pick(error, 'code', 'data'),
      )
    expect(await refusal(both[0])).toEqual(await refusal(both[1]))
    expect(((await refusal(both[0])) as unknown[])[0]).toBe(3)
  })

  it('what clients find in blocks, transactions and receipts has the same names, but for what Besu and this fork have not', async () => {
    const blocks = (await each('eth_getBlockByNumber', 'latest', true)) as [Answer, Answer]
    const members = (answer: unknown) => Object.keys(answer as Answer)
    const missing = (ours: unknown, theirs: unknown) =>
      members(theirs).filter((name) => !members(ours).includes(name) && !/blob|blockTimestamp/i.test(name))
    expect(missing(...blocks)).toEqual([])
    const [ours, theirs] = blocks.map((block) => (block['transactions'] as Answer[])[0]!)
    expect(missing(ours, theirs)).toEqual([])
    const receipts = await Promise.all(
      [ours!, theirs!].map((one, at) => both[at]!('eth_getTransactionReceipt', [one['hash']])),
    )
    expect(missing(receipts[0], receipts[1])).toEqual([])
  })
})
