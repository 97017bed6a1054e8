// `beibu ledger verify`: one JSON on standard output, and an exit code that says the verdict.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { UsageError } from '../../../src/client/usage.ts'
import { ledgerVerify } from '../../../src/client/verbs/ledger-verify.ts'
import { addresses, chain, sealed, WORD } from '../crosschain/evm/sample-chain.ts'

const folder = mkdtempSync(join(tmpdir(), 'beibu-ledger-verify-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function run(...args: string[]) {
  const lines: string[] = []
  const io = { out: (line: string) => lines.push(line), progress() {}, env: {}, stop: new AbortController().signal }
  const exit = await ledgerVerify(args, io)
  return { exit, said: JSON.parse(lines.join('\n')) as Record<string, unknown> }
}

function caseFile(blocks: readonly { rlp: Buffer }[]): string {
  const file = join(folder, `${blocks.length}-${blocks.at(-1)!.rlp.length}.json`)
  const headers = blocks.map(({ rlp }) => ({ rlp: rlp.toString('hex') }))
  writeFileSync(file, JSON.stringify({ family: 'qbft', trust: { height: 9, validators: addresses(4) }, headers }))
  return file
}

describe('ledger verify', () => {
  it('ends with 0 for headers that are verified', async () => {
    const { exit, said } = await run(caseFile(chain(10, 2)))
    expect(exit).toBe(0)
    expect(said).toMatchObject({ verdict: 'verified', headers: [{ height: 10 }, { height: 11 }] })
  })
  it('ends with 1 for headers that are refused, and for those that freeze', async () => {
    const refused = await run(caseFile([sealed(10, { by: [0, 1] })]))
    expect(refused).toMatchObject({ exit: 1, said: { verdict: 'refused', position: 0 } })
    const frozen = await run(caseFile([...chain(10, 1), sealed(10, { fields: { stateRoot: WORD('1') } })]))
    expect(frozen).toMatchObject({ exit: 1, said: { verdict: 'frozen', position: 1 } })
  })
  it('takes a block file of fabric, and refuses one that is none', async () => {
    const file = join(folder, 'blocks')
    writeFileSync(file, 'no blocks here')
    const { exit, said } = await run('--family', 'fabric', '--blockfile', file)
    expect(exit).toBe(1)
    expect(said).toMatchObject({ verdict: 'refused', blocks: expect.any(Array) })
  })
  it('says how it is used', async () => {
    await expect(run()).rejects.toThrow(UsageError)
    await expect(run('--family', 'fabric')).rejects.toThrow('--blockfile')
    await expect(run('--family', 'qbft', '--blockfile', 'x')).rejects.toThrow('a case file says its own')
    await expect(run(join(folder, 'not-there.json'))).rejects.toThrow('no such file')
  })
})
