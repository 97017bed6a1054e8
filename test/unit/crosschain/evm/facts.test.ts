// Facts, absences and logs under a header, and the attacks on their proofs.
import { createMerkleProof, createMPT } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import { encodeAbiParameters, keccak256 } from 'viem'
import { describe, expect, it } from 'vitest'
import type { Contract, Fact, Place } from '../../../../src/crosschain/fact.ts'
import { keccak } from '../../../../src/crosschain/hash.ts'
import { checkLog, type RpcReceipt, receiptProof } from '../../../../src/crosschain/ledgers/evm/receipt-proof.ts'
import { mappingSlot, verifyAbsence } from '../../../../src/crosschain/ledgers/evm/state-proof.ts'
import { EMPTY_ROOT } from '../../../../src/crosschain/ledgers/evm/trie-proof.ts'
import { evmVerifier } from '../../../../src/crosschain/ledgers/evm/verifier.ts'
import type { VerifiedHeader } from '../../../../src/crosschain/verifier.ts'
import { addresses, reasonOf, sealed, START_S, trustAt, WORD } from './sample-chain.ts'

const verifier = evmVerifier('qbft')
const CODE = keccak(Buffer.from('code')).toString('hex')
const CONTRACT: Contract = { address: addresses(1)[0]!, codeHash: CODE }
const OTHER = addresses(2).find((one) => one !== CONTRACT.address)!
const NOBODY = addresses(9).find((one) => one !== CONTRACT.address && one !== OTHER)!
const LANE = WORD('5')
const SENT: Fact = { box: 'outbox', key: LANE, number: 1, value: WORD('7') }
/** A value that begins with zeros, so that it is kept shorter. */
const SHORT: Fact = { box: 'inbox', key: LANE, number: 2, value: 'ab'.padStart(64, '0') }
const hex = (text: string): Buffer => Buffer.from(text, 'hex')
const root = (trie: { root(): Uint8Array }): string => Buffer.from(trie.root()).toString('hex')

async function state(facts: readonly Fact[] = [SENT, SHORT], code = CODE) {
  const storage = await createMPT()
  for (const fact of facts) await storage.put(keccak(hex(mappingSlot(fact))), RLP.encode(BigInt(`0x${fact.value}`)))
  const accounts = await createMPT()
  const account = RLP.encode([1n, 0n, storage.root(), hex(code)])
  for (const address of [CONTRACT.address, OTHER]) await accounts.put(keccak(hex(address)), account)
  return {
    stateRoot: root(accounts),
    proof: async (place: Place, address = CONTRACT.address) => ({
      account: await createMerkleProof(accounts, keccak(hex(address))),
      storage: await createMerkleProof(storage, keccak(hex(mappingSlot(place)))),
    }),
  }
}
const under = (fields: { stateRoot?: string; receiptsRoot?: string }): VerifiedHeader =>
  verifier.verifyHeader(trustAt(9), sealed(10, { fields }).rlp, { nowS: START_S + 60 })

describe('a slot', () => {
  it.each([
    ['outbox', 0n],
    ['inbox', 1n],
    ['anchors', 0n],
    ['ranges', 1n],
  ] as const)('of %s is where Solidity keeps it', (box, base) => {
    const [key, number] = [`0x${LANE}` as const, 123_456_789n]
    const outer = keccak256(encodeAbiParameters([{ type: 'bytes32' }, { type: 'uint256' }], [key, base]))
    const inner = keccak256(encodeAbiParameters([{ type: 'uint256' }, { type: 'bytes32' }], [number, outer]))
    expect(`0x${mappingSlot({ box, key: LANE, number: Number(number) })}`).toBe(inner)
  })
})

describe('a fact', async () => {
  const { stateRoot, proof } = await state()
  const header = under({ stateRoot })
  const why = async (fact: Fact, given = proof(fact), contract = CONTRACT) =>
    reasonOf(async () => verifier.verifyFact(header, contract, fact, await given))

  it('is shown by account and slot', async () => {
    expect(await why(SENT)).toBeUndefined()
    expect(await why(SHORT)).toBeUndefined()
  })
  it('of another value is refused', async () => {
    expect(await why({ ...SENT, value: WORD('8') })).toBe('SLOT_VALUE')
  })
  it('of zeros is no fact', async () => {
    const nothing: Fact = { ...SENT, number: 99, value: WORD('0') }
    expect(await why(nothing)).toBe('SLOT_VALUE')
  })
  it('of another lane, number or box is refused', async () => {
    const elsewhere: Fact[] = [
      { ...SENT, key: WORD('6') },
      { ...SENT, number: 2 },
      { ...SENT, box: 'inbox' },
    ]
    for (const fact of elsewhere) {
      expect(await why(fact)).toBe('SLOT_VALUE')
      // The honest proof of the one packet, told as another: it does not lead to that slot.
      expect(await why(fact, proof(SENT))).toBeOneOf(['PROOF_NODE', 'SLOT_VALUE', 'PROOF_TRAILING'])
    }
  })
  it('of a contract whose code has changed is refused', async () => {
    expect(await why(SENT, proof(SENT), { ...CONTRACT, codeHash: WORD('1') })).toBe('CODE_HASH')
  })
  it('of another contract is refused', async () => {
    expect(await why(SENT, proof(SENT), { ...CONTRACT, address: OTHER })).toBe('PROOF_NODE')
  })
  it('of no contract is refused', async () => {
    expect(await why(SENT, proof(SENT, NOBODY), { ...CONTRACT, address: NOBODY })).toBe('ACCOUNT')
  })
  it('under another header is refused', async () => {
    const attempt = async () => verifier.verifyFact(under({}), CONTRACT, SENT, await proof(SENT))
    expect(await reasonOf(attempt)).toBe('PROOF_NODE')
  })
  it('with nodes too many in either proof is refused', async () => {
    const { account, storage } = await proof(SENT)
    const more = [...account, account[0]!]
    expect(await why(SENT, Promise.resolve({ account: more, storage }))).toBe('PROOF_TRAILING')
    expect(await why(SENT, Promise.resolve({ account, storage: [...storage, storage[0]!] }))).toBe('PROOF_TRAILING')
  })
  it('in a leaf with bytes or zeros too many is refused', async () => {
    for (const kept of [RLP.encode([7n]), Buffer.of(0x81, 7), Buffer.of(0x80), Buffer.of(0), Buffer.of(7, 7)]) {
      const storage = await createMPT()
      await storage.put(keccak(hex(mappingSlot(SENT))), kept)
      const accounts = await createMPT()
      await accounts.put(keccak(hex(CONTRACT.address)), RLP.encode([1n, 0n, storage.root(), hex(CODE)]))
      const given = {
        account: await createMerkleProof(accounts, keccak(hex(CONTRACT.address))),
        storage: await createMerkleProof(storage, keccak(hex(mappingSlot(SENT)))),
      }
      const forged = under({ stateRoot: root(accounts) })
      expect(await reasonOf(() => verifier.verifyFact(forged, CONTRACT, SENT, given))).toBe('PROOF_NODE')
    }
  })
})

describe('absence', () => {
  it('is shown where the slot is empty, and where the contract has no storage at all', async () => {
    for (const facts of [[SENT, SHORT], []]) {
      const { stateRoot, proof } = await state(facts)
      const place: Place = { box: 'inbox', key: LANE, number: 77 }
      expect(() => verifyAbsence({ stateRoot }, CONTRACT, place, { account: [], storage: [] })).toThrow('PROOF_NODE')
      verifyAbsence({ stateRoot }, CONTRACT, place, await proof(place))
    }
  })
  it('is not shown of something that is there, nor with other code', async () => {
    const { stateRoot, proof } = await state()
    const attempt = async (contract = CONTRACT) => verifyAbsence({ stateRoot }, contract, SENT, await proof(SENT))
    expect(await reasonOf(attempt)).toBe('SLOT_VALUE')
    expect(await reasonOf(() => attempt({ ...CONTRACT, codeHash: WORD('1') }))).toBe('CODE_HASH')
  })
  it('is not shown by the proof of another empty slot', async () => {
    const { stateRoot, proof } = await state()
    const elsewhere = await proof({ ...SENT, number: 50 })
    expect(await reasonOf(() => verifyAbsence({ stateRoot }, CONTRACT, SENT, elsewhere))).toBeOneOf([
      'PROOF_NODE',
      'PROOF_TRAILING',
    ])
  })
})

describe('a log', async () => {
  const TOPIC = WORD('3')
  const log = (address: string, data: string) => ({
    address: `0x${address}`,
    topics: [`0x${TOPIC}`],
    data: `0x${data}`,
  })
  const receipt = (n: number, more: Partial<RpcReceipt> = {}): RpcReceipt => ({
    type: ['0x0', '0x1', '0x2'][n % 3]!,
    status: '0x1',
    cumulativeGasUsed: `0x${(21_000 * (n + 1)).toString(16)}`,
    logsBloom: `0x${'00'.repeat(256)}`,
    logs: [log(CONTRACT.address, n.toString(16).padStart(64, '0')), log(OTHER, '')],
    ...more,
  })
  const receipts = Array.from({ length: 140 }, (_, n) => receipt(n, n === 5 ? { status: '0x0', logs: [] } : {}))
  const { root: receiptsRoot } = await receiptProof(receipts, 0)
  const header = under({ receiptsRoot })
  const prove = async (transactionIndex: number, logIndex = 0, of = transactionIndex) =>
    verifier.verifyLog(header, { transactionIndex, logIndex, nodes: (await receiptProof(receipts, of)).nodes })

  it.each([0, 1, 2, 127, 128, 139])('in transaction %i is proved with contract, topics and data', async (n) => {
    expect(await prove(n)).toEqual({
      address: CONTRACT.address,
      topics: [TOPIC],
      data: Uint8Array.from(hex(n.toString(16).padStart(64, '0'))),
    })
    expect((await prove(n, 1)).address).toBe(OTHER)
  })
  it('of a transaction that failed is refused', async () => {
    expect(await reasonOf(() => prove(5))).toBe('RECEIPT_FAILED')
  })
  it('of another contract, or another event, is refused', async () => {
    const found = await prove(1, 1)
    expect(await reasonOf(() => checkLog(found, { contract: CONTRACT.address, topic: TOPIC }))).toBe('LOG_CONTRACT')
    expect(await reasonOf(() => checkLog(found, { contract: OTHER, topic: WORD('4') }))).toBe('LOG_EVENT')
    checkLog(found, { contract: OTHER, topic: TOPIC })
  })
  it('told as one of another transaction is refused', async () => {
    expect(await reasonOf(() => prove(7, 0, 8))).toBe('PROOF_NODE')
    expect(await reasonOf(() => prove(300, 0, 139))).toBeOneOf(['PROOF_NODE', 'PROOF_TRAILING'])
  })
  it('at a position the receipt has not is refused', async () => {
    for (const index of [2, -1, 0.5, Number.NaN, 2_000_000])
      expect(await reasonOf(() => prove(1, index))).toBe('LOG_INDEX')
    expect(await reasonOf(() => prove(-1, 0, 1))).toBe('LOG_INDEX')
  })
  it('with an altered node, or one too many, is refused', async () => {
    const { nodes } = await receiptProof(receipts, 9)
    const altered = nodes.map((node, at) => (at === nodes.length - 1 ? node.map((byte) => byte ^ 1) : node))
    const at = { transactionIndex: 9, logIndex: 0 }
    expect(await reasonOf(() => verifier.verifyLog(header, { ...at, nodes: altered }))).toBe('PROOF_NODE')
    expect(await reasonOf(() => verifier.verifyLog(header, { ...at, nodes: [...nodes, nodes[0]!] }))).toBe(
      'PROOF_TRAILING',
    )
  })
  it('in a receipt without a status is refused: who knows whether it failed', async () => {
    const old = receipt(0, { type: '0x0', root: `0x${WORD('9')}` })
    const made = await receiptProof([old], 0)
    const attempt = () =>
      verifier.verifyLog(under({ receiptsRoot: made.root }), { transactionIndex: 0, logIndex: 0, nodes: made.nodes })
    expect(await reasonOf(attempt)).toBe('RECEIPT_FAILED')
  })
  it('of a block without transactions is not there', async () => {
    const empty = under({ receiptsRoot: EMPTY_ROOT })
    const attempt = () => verifier.verifyLog(empty, { transactionIndex: 0, logIndex: 0, nodes: [] })
    expect(await reasonOf(attempt)).toBe('PROOF_NODE')
  })
  it('cannot be proved from what is no receipt', async () => {
    await expect(receiptProof(receipts, 140)).rejects.toThrow(RangeError)
    await expect(receiptProof([receipt(0, { status: 'yes' })], 0)).rejects.toThrow(RangeError)
    await expect(receiptProof([receipt(0, { logsBloom: '0x0' })], 0)).rejects.toThrow(RangeError)
    await expect(receiptProof([receipt(0, { type: '0x80' })], 0)).rejects.toThrow(RangeError)
  })
})
