// The attacks on headers as somebody meets them who is given a recorded chain: `beibu ledger verify <case.json>` gives verdict and reason.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { command } from '../../../../src/client/command.ts'
import type { CaseVerdict } from '../../../../src/crosschain/ledgers/evm/case.ts'
import {
  address,
  addresses,
  chain,
  changed,
  CONSENSUSES,
  sealed,
  START_S,
  type Wanted,
  WORD,
} from '../evm/sample-chain.ts'
import { accountUnder, highS, reEncoded, withSeals } from './spoilt-headers.ts'

type Block = { rlp: Uint8Array }
let folder: string
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'attacks-'))))
afterAll(() => rmSync(folder, { recursive: true }))

async function verify(of: object): Promise<CaseVerdict & { exit: number }> {
  const file = join(folder, 'case.json')
  writeFileSync(file, JSON.stringify(of))
  const out: string[] = []
  const io = { out: (line: string) => void out.push(line), progress: () => {}, env: {} }
  const exit = await command(['ledger', 'verify', file, '--json'], { ...io, stop: new AbortController().signal })
  return { exit, ...JSON.parse(out.join('\n')) }
}
const hexOf = ({ rlp }: Block) => ({ rlp: Buffer.from(rlp).toString('hex') })
const of = (...numbers: number[]): string[] => numbers.map(address)

describe.each(CONSENSUSES)('a case of %s', (family) => {
  const seal = (wanted: Wanted = {}, height = 10) => sealed(height, { consensus: family, ...wanted })
  const judge = (blocks: readonly Block[], trust: object = {}, more: object = {}) =>
    verify({ family, trust: { height: 9, validators: addresses(4), ...trust }, headers: blocks.map(hexOf), ...more })
  const refused = async (blocks: readonly Block[], reason: string, trust?: object, more?: object) => {
    const { exit, verdict, reason: found } = await judge(blocks, trust, more)
    expect({ exit, verdict, reason: found?.split(':')[0] }).toEqual({ exit: 1, verdict: 'refused', reason })
  }

  it('that nobody has touched is verified', async () => {
    expect(await judge(chain(10, 3, { consensus: family }))).toMatchObject({ exit: 0, verdict: 'verified' })
  })

  it('with a forged seal is refused', async () => {
    await refused([{ rlp: changed(seal().rlp, (items) => void (items[3] = Buffer.alloc(32, 9))) }], 'SEAL_FOREIGN')
  })
  it('with one signer twice is refused', () => refused([seal({ by: [0, 1, 1] })], 'SEAL_DUPLICATE'))
  it('sealed by a foreign set is refused', async () => {
    await refused([seal({ by: [5, 6, 7] })], 'SEAL_FOREIGN')
    await refused([seal({ by: [0, 1, 2, 9] })], 'SEAL_FOREIGN')
  })
  it('with one seal too few is refused', () => refused([seal({ by: [0, 1] })], 'SEAL_QUORUM'))
  it.each([
    [4, 2],
    [5, 3],
    [7, 4],
  ])('of %i validators with floor(2n/3) = %i seals is refused', async (count, floor) => {
    const by = Array.from({ length: floor }, (_, n) => n)
    await refused([seal({ count, by })], 'SEAL_QUORUM', { validators: addresses(count) })
  })
  it('with s of a seal in the upper half is refused', async () => {
    const rlp = withSeals(seal().rlp, family, (seals) => void (seals[1] = highS(seals[1]!)))
    await refused([{ rlp }], 'SEAL_MALFORMED')
  })
  it('with a wrong vanity is refused', async () => {
    // In ibft1 nothing marks where the vanity ends: a byte more spoils what follows it.
    await refused([seal({ vanity: Buffer.alloc(33) })], family === 'ibft1' ? 'EXTRA_MALFORMED' : 'VANITY')
  })
  it('with a header in another encoding, or with bytes behind it, is refused', async () => {
    await refused([{ rlp: reEncoded(seal().rlp) }], 'HEADER_MALFORMED')
    await refused([{ rlp: Buffer.concat([seal().rlp, Buffer.of(0)]) }], 'HEADER_MALFORMED')
  })
  it('whose header vouches for validators of its own is refused, next to the trusted block and far from it', async () => {
    const own = { validators: of(5, 6, 7, 8), by: [5, 6, 7, 8] }
    await refused([seal(own)], 'SET_CHANGE')
    await refused([seal(own, 60)], 'SET_OVERLAP')
  })
  it('on another parent is refused', () => refused([seal()], 'PARENT', { hash: WORD('f') }))
  it('sealed by a set that has been left is refused', async () => {
    const first = seal({ validators: of(0, 1, 2, 3, 4), by: [0, 1, 2, 4] })
    const next = { parentHash: first.hash }
    const second = seal({ validators: of(1, 2, 3, 4), by: [1, 2, 3, 4], fields: next }, 11)
    const third = { parentHash: second.hash }
    await refused([first, second, seal({ by: [0, 1, 2], fields: third }, 12)], 'SET_CHANGE')
    await refused(
      [first, second, seal({ validators: of(1, 2, 3, 4), by: [0, 1, 2], fields: third }, 12)],
      'SEAL_FOREIGN',
    )
  })
  it('beyond the trusting period is refused', async () => {
    const trust = { timestampS: START_S, trustingPeriodS: 100 }
    await refused([seal({}, 500)], 'TRUSTING_PERIOD', trust)
    await refused([seal({}, 60)], 'TRUSTING_PERIOD', trust, { nowS: START_S + 101 })
  })
  it('with two sealed headers at one height freezes, and one block sealed in two rounds does not', async () => {
    const other = seal({ fields: { stateRoot: WORD('9') }, by: [1, 2, 3, 0] })
    const { verdict, reason, exit } = await judge([seal(), other])
    expect({ exit, verdict, reason: reason?.split(':')[0] }).toEqual({
      exit: 1,
      verdict: 'frozen',
      reason: 'EQUIVOCATION',
    })
    expect(await judge([seal(), seal({ round: 2, by: [0, 1, 3] })])).toMatchObject({ exit: 0, verdict: 'verified' })
  })
  it('with other code at the gateway, or an altered or superfluous node of its proof, is refused', async () => {
    const [gateway, other] = addresses(2)
    const { stateRoot, nodes } = await accountUnder([gateway!, other!], WORD('1'), WORD('2'))
    const block = seal({ fields: { stateRoot } })
    const proofOf = (proof: string[]) => ({
      accountProof: { address: gateway, proof },
      expect: { codeHash: WORD('1') },
    })
    expect(await judge([block], {}, proofOf(nodes))).toMatchObject({ verdict: 'verified' })
    await refused([block], 'CODE_HASH', {}, { ...proofOf(nodes), expect: { codeHash: WORD('3') } })
    const last = nodes.at(-1)!
    await refused([block], 'PROOF_NODE', {}, proofOf([...nodes.slice(0, -1), `${last.slice(0, -2)}ff`]))
    await refused([block], 'PROOF_TRAILING', {}, proofOf([...nodes, last]))
  })
})
