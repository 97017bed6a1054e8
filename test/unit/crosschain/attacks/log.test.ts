// Attacks on logs in blocks that a devnet has really made: of a transaction that failed, of another contract, at another place.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { topicOf } from '../../../../src/crosschain/ledgers/evm/gateway-events.ts'
import { checkLog, receiptProof, type RpcReceipt } from '../../../../src/crosschain/ledgers/evm/receipt-proof.ts'
import type { LogProof, VerifiedHeader } from '../../../../src/crosschain/verifier.ts'
import { ledgerPlace, type LedgerPlace, type PlaceLedger } from '../../../support/ledger-place.ts'
import { signed } from '../devnet/place.ts'
import { reasonOf } from '../evm/sample-chain.ts'

let place: LedgerPlace
let ledger: PlaceLedger
beforeAll(async () => {
  place = await ledgerPlace({ names: ['domestic', 'partner'] })
  ledger = place.ledger('domestic')
})
afterAll(() => place?.close())

const headerAt = (height: number): VerifiedHeader =>
  ledger.verifier.verifyHeader(ledger.trust, ledger.devnet.header(height), { nowS: place.nowMs() / 1000 })
const receiptsOf = async (height: number): Promise<RpcReceipt[]> =>
  (await ledger.devnet.request('eth_getBlockReceipts', [`0x${height.toString(16)}`])) as RpcReceipt[]
const proofOf = async (height: number): Promise<LogProof> => {
  const { nodes } = await receiptProof(await receiptsOf(height), 0)
  return { transactionIndex: 0, logIndex: 0, nodes }
}
const why = (height: number, proof: LogProof) => reasonOf(() => ledger.verifier.verifyLog(headerAt(height), proof))

describe('a log', () => {
  it('of a transaction that failed is refused, though its receipt is truly in the block', async () => {
    const to = `0x${ledger.contracts.gateway.address}`
    const raw = await signed(ledger.devnet, 7, 0, { to, data: '0xdeadbeef', value: 0n, gas: 100_000n })
    await ledger.devnet.request('eth_sendRawTransaction', [raw])
    const height = ledger.devnet.head()
    expect((await receiptsOf(height))[0]).toMatchObject({ status: '0x0', logs: [] })
    expect(await why(height, await proofOf(height))).toBe('RECEIPT_FAILED')
  })

  it('of a failed transaction that is called successful is refused', async () => {
    const height = ledger.devnet.head()
    const told = (await receiptsOf(height)).map((receipt) => ({ ...receipt, status: '0x1' }))
    const { nodes } = await receiptProof(told, 0)
    expect(await why(height, { transactionIndex: 0, logIndex: 0, nodes })).toBe('PROOF_NODE')
  })

  it('of another contract is none of the gateway, and of the gateway none of another', async () => {
    const { height } = await place.send(place.lane('domestic', 'partner'))
    const found = await ledger.verifier.verifyLog(headerAt(height), await proofOf(height))
    const [contract, other] = [ledger.contracts.gateway.address, ledger.contracts.notary.address]
    checkLog(found, { contract, topic: topicOf('Sent') })
    expect(await reasonOf(() => checkLog(found, { contract: other, topic: topicOf('Sent') }))).toBe('LOG_CONTRACT')
    expect(await reasonOf(() => checkLog(found, { contract, topic: topicOf('Received') }))).toBe('LOG_EVENT')
  })

  it('at another place, in another block, or by altered or superfluous nodes is refused', async () => {
    const { height } = await place.send(place.lane('domestic', 'partner'))
    const proof = await proofOf(height)
    expect(await why(height, { ...proof, logIndex: 1 })).toBe('LOG_INDEX')
    expect(await why(height, { ...proof, transactionIndex: 1 })).toBe('PROOF_NODE')
    expect(await why(height - 1, proof)).toBe('PROOF_NODE')
    const altered = proof.nodes.map((node) => node.map((byte, at) => (at === node.length - 1 ? byte ^ 1 : byte)))
    expect(await why(height, { ...proof, nodes: altered })).toBe('PROOF_NODE')
    expect(await why(height, { ...proof, nodes: [...proof.nodes, proof.nodes[0]!] })).toBe('PROOF_TRAILING')
  })
})
