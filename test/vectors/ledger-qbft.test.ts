// A header of a live Besu chain of others (shared/vectors/qbft): verified as it is, refused with anything changed.
import { existsSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { verifyCase } from '../../src/crosschain/ledgers/evm/case.ts'

const { BEIBU_VECTORS } = process.env
const FILE =
  BEIBU_VECTORS === undefined
    ? new URL('../../../shared/vectors/qbft/besu-qbft-live-27.json', import.meta.url)
    : pathToFileURL(`${BEIBU_VECTORS}/qbft/besu-qbft-live-27.json`)
const there = existsSync(FILE)
if (!there)
  console.warn('skipped: the QBFT vectors are not beside the project (../shared/vectors/qbft, or BEIBU_VECTORS)')

interface Recording {
  routerAddress: string
  initialTrustedHeight: number
  initialTrustedValidators: string[]
  header27: { headerRlp: string; accountProof: string; expectedTimestamp: number; expectedStorageRoot: string }
}
const HASH = '0xed92bb528c7dd294ab7549dd6dac0fd5ee7154cabc6bd0c90f5fc7dc28c091eb'

describe.skipIf(!there)('header 27 of a live Besu chain', () => {
  const recording = there ? (JSON.parse(readFileSync(FILE, 'utf8')) as Recording) : undefined!
  const { headerRlp, accountProof, expectedStorageRoot } = recording?.header27 ?? {}
  const trust = { height: recording?.initialTrustedHeight, validators: recording?.initialTrustedValidators }
  const judge = (more: Record<string, unknown> = {}) =>
    verifyCase(
      Buffer.from(
        JSON.stringify({
          family: 'qbft',
          trust,
          headers: [{ height: 27, rlp: headerRlp }],
          accountProof: { address: recording.routerAddress, proof: accountProof },
          expect: { storageRoot: expectedStorageRoot },
          ...more,
        }),
      ),
    )

  it('has three good seals of four, its known hash, and the account it is said to have', () => {
    expect(judge()).toMatchObject({
      verdict: 'verified',
      headers: [{ height: 27, hash: HASH, signers: 3, quorum: 3 }],
      account: { storageRoot: expectedStorageRoot },
    })
  })
  it('is refused under another set, and under half of its own', () => {
    const validators = trust.validators.map((one) => one.replace(/^0x../, '0xff'))
    expect(judge({ trust: { ...trust, validators } }).reason).toMatch(/^SET_CHANGE: /)
    expect(judge({ trust: { ...trust, validators: trust.validators.slice(0, 2) } }).reason).toMatch(/^SET_CHANGE: /)
  })
  it('is refused with any one digit of it changed', () => {
    const digits = headerRlp.slice(2)
    for (let at = 0; at < digits.length; at += 41) {
      const other = digits[at] === 'a' ? 'b' : 'a'
      const rlp = `${digits.slice(0, at)}${other}${digits.slice(at + 1)}`
      expect(judge({ headers: [{ rlp }] }).verdict).toBe('refused')
    }
  })
  it('is refused with another account, another storage root, or a proof cut short', () => {
    expect(judge({ accountProof: { address: `0x${'12'.repeat(20)}`, proof: accountProof } }).reason).toMatch(/^PROOF_/)
    expect(judge({ expect: { storageRoot: HASH } }).reason).toMatch(/^HASH_CLAIMED: /)
    const proof = accountProof.slice(0, -2)
    expect(judge({ accountProof: { address: recording.routerAddress, proof } }).reason).toMatch(/^PROOF_NODE: /)
  })
})
