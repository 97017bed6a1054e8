// Case files: headers judged in their order, each by what stands before it.
import { createMerkleProof, createMPT } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keccak } from '../../../../src/crosschain/hash.ts'
import { verifyCase } from '../../../../src/crosschain/ledgers/evm/case.ts'
import { address, addresses, chain, CONSENSUSES, sealed, START_S, WORD } from './sample-chain.ts'

type Block = { rlp: Uint8Array }
const rlpOf = ({ rlp }: Block): string => Buffer.from(rlp).toString('hex')
const judge = (value: unknown) => verifyCase(Buffer.from(JSON.stringify(value)))
const caseOf = (blocks: readonly Block[], more: Record<string, unknown> = {}) => ({
  family: 'qbft',
  trust: { height: 9, validators: addresses(4) },
  headers: blocks.map((block) => ({ rlp: rlpOf(block) })),
  ...more,
})

describe('a case', () => {
  it.each(CONSENSUSES)('of %s is verified header by header', (family) => {
    const blocks = chain(10, 4, { consensus: family })
    expect(judge(caseOf(blocks, { family }))).toEqual({
      verdict: 'verified',
      headers: blocks.map(({ hash }, at) => ({
        height: 10 + at,
        hash: `0x${hash}`,
        signers: 3,
        quorum: 3,
        signedBy: [0, 1, 2].map((n) => `0x${address(n)}`),
      })),
    })
  })

  it('takes hex with 0x or without, in either case', () => {
    const [first] = chain(10, 1)
    const upper = {
      family: 'qbft',
      trust: { height: 9, hash: `0X${WORD('A')}`, validators: addresses(4).map((one) => `0x${one.toUpperCase()}`) },
      headers: [{ height: 10, rlp: `0x${rlpOf(first!).toUpperCase()}` }],
    }
    expect(judge(upper)).toMatchObject({ verdict: 'verified', headers: [{ hash: `0x${first!.hash}` }] })
  })

  it('is refused at the first header that does not follow, and keeps those before it', () => {
    const [first, second] = chain(10, 2)
    const stranger = sealed(12, { fields: { parentHash: WORD('e') } })
    const verdict = judge(caseOf([first!, second!, stranger]))
    expect(verdict).toMatchObject({ verdict: 'refused', position: 2, reason: expect.stringMatching(/^PARENT: /) })
    expect(verdict.headers).toHaveLength(2)
  })

  it.each<[string, RegExp, Record<string, unknown>]>([
    ['a claimed height', /^HEIGHT: /, { headers: [{ height: 11, rlp: rlpOf(sealed(10)) }] }],
    ['a trusted hash', /^PARENT: /, { trust: { height: 9, hash: WORD('1'), validators: addresses(4) } }],
    ['a trusted set', /^SET_CHANGE: /, { trust: { height: 9, validators: [5, 6, 7, 8].map(address) } }],
    ['a trusted height', /^HEIGHT: /, { trust: { height: 12, validators: addresses(4) } }],
    ['a family', /^(?:EXTRA|HEADER)_/, { family: 'ibft1' }],
    ['a time', /^TIME: /, { nowS: START_S - 60 }],
  ])('with %s that does not fit is refused', (_what, reason, more) => {
    const verdict = judge(caseOf([sealed(10)], more))
    expect(verdict).toMatchObject({ verdict: 'refused', position: 0, headers: [] })
    expect(verdict.reason).toMatch(reason)
  })

  it('needs no clock: a header from tomorrow is verified unless the case says what time it is', () => {
    const late = sealed(10, { fields: { timestampS: 9_999_999_999 } })
    expect(judge(caseOf([late])).verdict).toBe('verified')
    expect(judge(caseOf([late], { nowS: START_S })).reason).toMatch(/^TIME: /)
  })

  it('crosses a gap by overlap and quorum, within the trusting period', () => {
    const trust = { height: 9, validators: addresses(4), timestampS: START_S, trustingPeriodS: 100 }
    expect(judge(caseOf([sealed(50)], { trust })).verdict).toBe('verified')
    expect(judge(caseOf([sealed(500)], { trust })).reason).toMatch(/^TRUSTING_PERIOD: /)
    const mostlyNew = sealed(50, { validators: [0, 6, 7, 8].map(address), by: [0, 6, 7] })
    expect(judge(caseOf([mostlyNew], { trust })).reason).toMatch(/^SET_OVERLAP: /)
  })

  it('may begin with the trusted block, which has to be sealed and to be the one that is trusted', () => {
    const blocks = chain(10, 3)
    const trusting = (hash?: string) => ({ trust: { height: 10, validators: addresses(4), ...(hash && { hash }) } })
    expect(judge(caseOf(blocks, trusting(blocks[0]!.hash)))).toMatchObject({ verdict: 'verified' })
    expect(judge(caseOf(blocks, trusting()))).toMatchObject({ verdict: 'verified' })
    expect(judge(caseOf(blocks, trusting(WORD('1')))).reason).toMatch(/^HASH_CLAIMED: /)
    expect(judge(caseOf([sealed(10, { by: [0, 1] })], trusting())).reason).toMatch(/^SEAL_QUORUM: /)
  })

  it('takes the set on from header to header', () => {
    const four = [0, 1, 2, 3].map(address)
    const five = [...four, address(4)]
    const first = sealed(10, { validators: five, by: [0, 1, 2, 4] })
    const parent = { fields: { parentHash: first.hash } }
    const second = sealed(11, { validators: five, by: [1, 2, 3, 4], ...parent })
    expect(judge(caseOf([first, second])).headers.map(({ quorum }) => quorum)).toEqual([4, 4])
    const back = sealed(11, { validators: four.slice(1), by: [1, 2, 3], ...parent })
    expect(judge(caseOf([first, back])).reason).toMatch(/^SET_CHANGE: /)
  })
})

describe('two headers at one height', () => {
  const [first, second] = chain(10, 2)
  const other = sealed(11, { fields: { parentHash: first!.hash, stateRoot: WORD('9') }, by: [1, 2, 3] })

  it('freeze when they differ and both are sealed', () => {
    const verdict = judge(caseOf([first!, second!, other]))
    expect(verdict).toMatchObject({ verdict: 'frozen', position: 2, reason: expect.stringMatching(/^EQUIVOCATION: /) })
    expect(verdict.headers.map(({ hash }) => hash)).toEqual([first!, second!, other].map(({ hash }) => `0x${hash}`))
  })
  it('freeze on another parent and at another time too, and however far the chain has gone on', () => {
    const elsewhere = sealed(10, { fields: { parentHash: WORD('6'), timestampS: 1 } })
    expect(judge(caseOf([...chain(10, 5), elsewhere]))).toMatchObject({ verdict: 'frozen', position: 5 })
  })
  it('are one block when it was sealed in two rounds, or by two quorums', () => {
    const again = sealed(11, { round: 4, by: [1, 2, 3], fields: { parentHash: first!.hash } })
    const verdict = judge(caseOf([first!, second!, again, second!]))
    expect(verdict.verdict).toBe('verified')
    expect(new Set(verdict.headers.slice(1).map(({ hash }) => hash)).size).toBe(1)
    expect(rlpOf(again)).not.toBe(rlpOf(second!))
  })
  it('do not freeze when the second one is not sealed: anybody could make it', () => {
    const forged = sealed(11, { fields: { stateRoot: WORD('9') }, by: [0, 1] })
    expect(judge(caseOf([first!, second!, forged]))).toMatchObject({ verdict: 'refused', position: 2 })
    const foreign = sealed(11, { validators: [5, 6, 7, 8].map(address), by: [5, 6, 7, 8] })
    expect(judge(caseOf([first!, second!, foreign])).reason).toMatch(/^SET_CHANGE: /)
  })
})

describe('an account', async () => {
  const [CODE, STORAGE] = [WORD('1'), WORD('2')]
  const [mine, other] = addresses(2)
  const trie = await createMPT()
  for (const one of [mine!, other!])
    await trie.put(
      keccak(Buffer.from(one, 'hex')),
      RLP.encode([3n, 500n, Buffer.from(STORAGE, 'hex'), Buffer.from(CODE, 'hex')]),
    )
  const nodes = (await createMerkleProof(trie, keccak(Buffer.from(mine!, 'hex')))).map((node) => Buffer.from(node))
  const block = sealed(10, { fields: { stateRoot: Buffer.from(trie.root()).toString('hex') } })
  const accountProof = { address: `0x${mine}`, proof: nodes.map((node) => `0x${node.toString('hex')}`) }
  const told = (more: Record<string, unknown>) => judge(caseOf([block], { accountProof, ...more }))

  it('is shown under the last header', () => {
    expect(told({ expect: { storageRoot: `0x${STORAGE}`, codeHash: CODE } })).toMatchObject({
      verdict: 'verified',
      account: {
        address: `0x${mine}`,
        nonce: '3',
        balance: '500',
        storageRoot: `0x${STORAGE}`,
        codeHash: `0x${CODE}`,
      },
    })
  })
  it.each([
    ['strings', RLP.encode(nodes)],
    ['lists', RLP.encode(nodes.map((node) => RLP.decode(node)) as Uint8Array[])],
  ])('is shown by one RLP list of nodes as %s too', (_what, list) => {
    const proof = Buffer.from(list).toString('hex')
    expect(told({ accountProof: { ...accountProof, proof } }).verdict).toBe('verified')
  })
  it('is refused with another storage, other code, or where there is none', () => {
    expect(told({ expect: { storageRoot: WORD('3') } }).reason).toMatch(/^HASH_CLAIMED: /)
    expect(told({ expect: { codeHash: WORD('3') } }).reason).toMatch(/^CODE_HASH: /)
    expect(told({ accountProof: { ...accountProof, address: other } }).reason).toMatch(/^PROOF_/)
    expect(told({ accountProof: { ...accountProof, proof: accountProof.proof.slice(1) } }).reason).toMatch(
      /^PROOF_NODE: /,
    )
    expect(told({ accountProof: { ...accountProof, proof: 'c28080ff' } }).reason).toMatch(/^PROOF_NODE: /)
  })
})

describe('what is no case', () => {
  const good = caseOf([sealed(10)], { expect: {}, accountProof: { address: address(0), proof: ['80'] } })
  const malformed = (value: unknown) => {
    const verdict = judge(value)
    expect(verdict).toEqual({ verdict: 'refused', reason: expect.stringMatching(/^CASE_MALFORMED: /), headers: [] })
  }
  it.each<[string, unknown]>([
    ['is no object', [good]],
    ['has an unknown member', { ...good, comment: 'trust me' }],
    ['has an unknown member of the trust', { ...good, trust: { ...good.trust, root: true } }],
    ['has no header', { ...good, headers: [] }],
    ['names no validator', { ...good, trust: { height: 9, validators: [] } }],
    ['is of another family', { ...good, family: 'clique' }],
    ['has a short address', { ...good, trust: { height: 9, validators: ['0x12'] } }],
    ['has a height below zero', { ...good, trust: { height: -1, validators: addresses(4) } }],
    ['has half a byte', { ...good, headers: [{ rlp: 'abc' }] }],
    ['has something else than hex', { ...good, headers: [{ rlp: 'xyz0' }] }],
    ['expects without a proof', caseOf([sealed(10)], { expect: { codeHash: WORD('1') } })],
  ])('is refused if it %s', (_what, value) => malformed(value))

  it('is refused, whatever the bytes, without a crash', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(verifyCase(bytes)).toMatchObject({ verdict: 'refused', headers: [] })
      }),
    )
    fc.assert(fc.property(fc.jsonValue(), malformed))
  })
  it('with any one character changed is refused, or says the same of the same header', () => {
    const block = sealed(10)
    const text = JSON.stringify(caseOf([block]))
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom(...'0123456789abcdef{}[],:"x '), (at, letter) => {
        const { verdict, headers } = verifyCase(Buffer.from(text.slice(0, at) + letter + text.slice(at + 1)))
        expect([verdict, headers[0]?.hash]).toBeOneOf([
          ['refused', undefined],
          ['verified', `0x${block.hash}`],
        ])
      }),
      { numRuns: 300 },
    )
  })
})
