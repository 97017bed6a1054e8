// The corpus of attacks is complete, and what it says of tests is so: each attack has its row, each test exists and has its reason.
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { crosschainCodes } from '../src/crosschain/codes.ts'
import { BLOCK_REASONS } from '../src/crosschain/ledgers/fabric/block-reasons.ts'
import { PROOF_REASONS } from '../src/crosschain/proof-refused.ts'

const ROOT = resolve(import.meta.dirname, '..')
const ATTACKS = [
  'forged seal',
  'duplicated signer',
  'foreign set',
  'under-quorum',
  'floor(2n/3)',
  'high-s',
  'wrong vanity',
  're-encoded header',
  'header vouching for its own validators',
  'validators kept by a contract',
  'wrong parent',
  'stale set',
  'beyond the trusting period',
  'equivocation',
  'one block sealed in two rounds',
  'receipt of a failed transaction',
  'log of another contract',
  'right log in the wrong lane',
  'right log in the wrong chain',
  'wrong index',
  'altered proof node',
  'trailing bytes',
  'replayed packet',
  'reordered packet on an ordered lane',
  'acknowledgement without proof',
  'expiry without proof',
  'delivery after expiry',
  'expiry before the deadline',
  'signatures of an old set after its delay',
  'gateway code changed',
  'reentrant receiver',
  'reverting receiver',
  'RPC that lies about hash',
  'RPC that lies about height',
  'RPC that lies about receipt',
  'RPC that hangs',
  'swapped flags',
  'foreign orderer',
  'expired endorser',
  'changed byte anywhere',
  'at the front door of the hub',
  'at a relay validator',
  'in a recorded chain',
  'in a bundle',
  'forged checkpoint',
  'checkpoint of another hub',
  'checkpoint by replaced or compromised keys',
  'second history',
  'export that is in no register',
]

interface Row {
  attack: string
  reasons: string[]
  tests: { path: string; title: string }[]
}
const rows: Row[] = readFileSync(join(ROOT, 'docs/attack-corpus.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (?:attack|---) \|/.test(line))
  .map((line) => {
    const cells = line.split('|').map((cell) => cell.trim())
    const [, attack, , refusedBy, reason, tests, ...rest] = cells
    expect({ attack, rest, refusedBy }).toEqual({ attack, rest: [''], refusedBy: expect.stringMatching(/./) })
    return {
      attack: attack!,
      reasons: [...reason!.matchAll(/`([^`]+)`/g)].map(([, code]) => code!),
      tests: tests!.split('; ').map((one) => {
        const [, path, title] = /^`([^`]+)` "([^"]+)"$/.exec(one) ?? []
        return { path: `test/${path?.replace(/^U\//, 'unit/crosschain/')}`, title: title ?? `unread: ${one}` }
      }),
    }
  })
const textOf = (path: string): string => (existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), 'utf8') : '')

const contract = textOf('src/crosschain/ledgers/evm/gateway/Gateway.sol')
/** A code of a verifier, a finding, a validator or the transport; an error of the gateway. */
const isReason = (code: string): boolean =>
  [PROOF_REASONS, crosschainCodes, BLOCK_REASONS].some((table) => Object.hasOwn(table, code)) ||
  contract.includes(`  error ${code}(`) ||
  /^node (?:answer|timeout|unreachable)$/.test(code)

describe('the attack corpus', () => {
  it('knows no reason that nothing gives', () => {
    expect(rows.flatMap(({ reasons }) => reasons.filter((code) => !isReason(code)))).toEqual([])
  })

  it('has each attack once, and no other', () => {
    expect(rows.map(({ attack }) => attack).toSorted()).toEqual(ATTACKS.toSorted())
  })

  it.each(rows.map((row) => [row.attack, row] as const))('%s: the tests named are there', (_, { tests }) => {
    expect(tests.length).toBeGreaterThan(0)
    for (const { path, title } of tests) expect(textOf(path).includes(title), `${path} has "${title}"`).toBe(true)
  })

  it.each(rows.filter(({ reasons }) => reasons.length > 0).map((row) => [row.attack, row] as const))(
    '%s: a test named expects each reason given',
    (_, { reasons, tests }) => {
      const texts = tests.map(({ path }) => textOf(path)).join('\n')
      for (const reason of reasons) expect(texts, reason).toMatch(new RegExp(`[\\s'"/^(|]${reason}\\b`))
    },
  )
})
