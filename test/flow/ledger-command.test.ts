// `beibu ledger` and `beibu lane` as an operator and the owners of a lane's ends use them, against a running hub and a running chain.
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LedgerTrust } from '../../schemas/types.d.ts'
import { command } from '../../src/client/command.ts'
import { addressOfKey } from '../../src/crosschain/attestation.ts'
import { CHAINS, chainOptions, createDevnet, type Devnet } from '../../src/crosschain/devnet/index.ts'
import { laneId } from '../../src/crosschain/lane.ts'
import { gatewayCode, notaryCode } from '../../src/crosschain/ledgers/evm/gateway/gateway.ts'
import { LEDGERS, OPERATOR, OWNERS, termsOf } from '../support/ledger-acts.ts'
import { qbftCase } from '../support/qbft-case.ts'
import { freePort } from '../support/free-port.ts'
import { openWorld, type World } from '../support/world.ts'
import { LONG_MS } from '../support/patience.ts'

const CASE = resolve('fixtures/ledgers/qbft-case.json')
let world: World
let net: Devnet
let url: string
beforeAll(async () => {
  world = await openWorld()
  net = await createDevnet(chainOptions('domestic', 'ledger-command'))
  url = await net.listen(0)
})
afterAll(async () => {
  await net.close()
  await world.close()
})

async function beibu(...args: string[]): Promise<{ exit: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []]
  const io = { out: (line: string) => void out.push(line), progress: (line: string) => void err.push(line) }
  const exit = await command(args, { ...io, env: {}, stop: new AbortController().signal })
  return { exit, out: out.join('\n'), err: err.join('\n') }
}

const at = (...parts: string[]): string => join(world.dir, ...parts)
const folderOf = (folder: string): string =>
  at('sandbox', folder.endsWith('register-office') ? 'authorities' : 'parties', folder)
const as = (folder: string): string[] => ['--as', folderOf(folder)]

/** Writes a file beside the sandbox and gives its name. */
function written(name: string, content: string | object): string {
  writeFileSync(at(name), typeof content === 'string' ? content : JSON.stringify(content))
  return at(name)
}

/** Runs it and expects 0 and nothing on standard error; gives standard output. */
async function good(...args: string[]): Promise<string> {
  const { exit, out, err } = await beibu(...args)
  expect({ exit, err }).toEqual({ exit: 0, err: '' })
  return out
}

describe('beibu ledger verify', () => {
  it('verifies the case of the README, which is what a devnet of its seed makes', async () => {
    const text = await good('ledger', 'verify', CASE)
    const { verdict, headers, account } = JSON.parse(text)
    expect(verdict).toBe('verified')
    expect(headers.map((one: { height: number }) => one.height)).toEqual([1, 2, 3])
    expect(account.balance).toBe(String(10n ** 21n))
    expect(JSON.parse(readFileSync(CASE, 'utf8'))).toEqual(await qbftCase())
  })

  it('refuses the case with any header or node of the proof altered, and names where', async () => {
    const whole = JSON.parse(readFileSync(CASE, 'utf8')) as {
      headers: { height: number; rlp: string }[]
      accountProof: { proof: string[] }
    }
    const altered = (text: string): string => text.slice(0, -1) + (text.endsWith('0') ? '1' : '0')
    for (const position of [0, 1, 2]) {
      const other = structuredClone(whole)
      other.headers[position]!.rlp = altered(other.headers[position]!.rlp)
      const { exit, out } = await beibu('ledger', 'verify', written('altered.json', other), '--json')
      expect({ exit, ...JSON.parse(out) }).toMatchObject({ exit: 1, verdict: 'refused', position })
    }
    const other = structuredClone(whole)
    other.accountProof.proof[0] = altered(other.accountProof.proof[0]!)
    const { exit, out } = await beibu('ledger', 'verify', written('altered.json', other))
    expect({ exit, ...JSON.parse(out) }).toMatchObject({ exit: 1, verdict: 'refused' })
  })
})

describe('beibu ledger init, trust and status', { timeout: LONG_MS }, () => {
  const validators = [1, 2, 3].map((n) => addressOfKey(Buffer.alloc(32, 0x70 + n)))
  const initArgs = (more: Record<string, string | undefined> = {}): string[] => {
    const given: Record<string, string | undefined> = {
      '--rpc': url,
      '--chain-id': String(CHAINS.domestic.chainId),
      '--key-file': at('account.key'),
      '--ledger': LEDGERS.source,
      '--threshold': '2',
      '--out': at('domestic.json'),
      ...more,
    }
    const options = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name, value]))
    return ['ledger', 'init', ...options, ...validators.flatMap((one) => ['--validator', `0x${one}`])]
  }
  let key: string
  beforeAll(() => {
    key = net.accountKey(0).toString('hex')
    written('account.key', `${key}\n`)
  })

  it('deploys, writes what is to be signed, and it is in force when both have', async () => {
    expect(await good('ledger', 'status', ...as(OPERATOR))).toBe('no ledgers')
    const { exit, out, err } = await beibu(...initArgs())
    expect(exit).toBe(0)
    expect(err).toMatch(/gateway [0-9a-f]{40} in block 1\nnotary [0-9a-f]{40} in block 2/)
    expect(out + err).not.toContain(key)
    const trust = JSON.parse(readFileSync(at('domestic.json'), 'utf8')) as LedgerTrust
    expect(trust).toMatchObject({
      ledger: LEDGERS.source,
      sequence: 1,
      consensus: 'qbft',
      root: { height: 2, validators: net.validators() },
      gateway: { codeHash: gatewayCode.codeHash },
      notary: { codeHash: notaryCode.codeHash },
    })
    const block = (await net.request('eth_getBlockByNumber', ['0x2', false])) as { hash: string }
    expect(`0x${trust.root.hash}`).toBe(block.hash)

    const sign = (folder: string) => good('ledger', 'trust', '--file', at('domestic.json'), ...as(folder))
    expect(await sign(OPERATOR)).toContain(`trust 1 in ${LEDGERS.source} is signed by this side`)
    expect(await good('ledger', 'status', ...as(OPERATOR))).toContain(
      'proposed  by the operator; the other has to sign',
    )
    await sign(OWNERS.source)
    const shown = await good('ledger', 'status', ...as('guangxi-exporter'))
    expect(shown).toContain(`${LEDGERS.source}  qbft, chain ${CHAINS.domestic.chainId}`)
    expect(shown).toContain('trusted   from block 2, 4 validators')
    const [line] = (await good('ledger', 'status', '--json', ...as(OPERATOR))).split('\n')
    expect(JSON.parse(line!)).toMatchObject({ ledger: LEDGERS.source, frozen: false, trust: { sequence: 1 } })
  })

  it('says why a signature is not taken', async () => {
    const { exit, out, err } = await beibu('ledger', 'trust', '--file', at('domestic.json'), ...as(OPERATOR), '--json')
    expect(exit).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ outcome: 'refused', problem: { code: 'FINDINGS' } })
    expect(err).toContain('TRUST_SEQUENCE')
  })

  it('shows neither the key nor the password of a node, whatever goes wrong', async () => {
    const port = await freePort()
    const nodes = [
      `http://desk:rosebud@127.0.0.1:${port}/v1/s3cret-path`,
      url.replace('http://', 'http://desk:rosebud@'),
    ]
    for (const rpc of nodes) {
      const { exit, out, err } = await beibu(...initArgs({ '--rpc': rpc, '--chain-id': '1' }))
      expect(exit).not.toBe(0)
      expect(err).not.toBe('')
      for (const secret of [key, 'rosebud', 's3cret']) expect(out + err).not.toContain(secret)
    }
    const { exit, err } = await beibu(...initArgs({ '--key-file': written('bad.key', `${key}00`) }))
    expect(exit).toBe(64)
    expect(err).toContain('bad.key is no key of 32 bytes in hex')
    expect(err).not.toContain(key)
  })

  it.each<[string, () => string[], string]>([
    ['without a node', () => initArgs({ '--rpc': undefined }), 'needs --rpc'],
    ['without relay validators', () => initArgs().slice(0, -6), '--validator'],
    ['with a validator that is no address', () => [...initArgs(), '--validator', 'abc'], 'abc'],
    ['with a validator named twice', () => [...initArgs(), '--validator', validators[0]!], 'twice'],
    ['with more signatures than validators', () => initArgs({ '--threshold': '4' }), '--threshold'],
    ['with no signature at all', () => initArgs({ '--threshold': '0' }), '--threshold'],
    ['for what is no ledger', () => initArgs({ '--ledger': 'urn:hub:cn:bank:banyan' }), '--ledger'],
    ['to a folder that is not there', () => initArgs({ '--out': at('nowhere', 'x.json') }), '--out'],
    ['of another consensus', () => initArgs({ '--consensus': 'raft' }), 'not raft'],
    ['with a key file that is not there', () => initArgs({ '--key-file': at('no.key') }), 'there is no such file'],
  ])('init %s is refused before anything is deployed', async (_what, args, said) => {
    const before = net.head()
    const { exit, err } = await beibu(...args())
    expect({ exit, err }).toEqual({ exit: 64, err: expect.stringContaining(said) })
    expect(net.head()).toBe(before)
  })

  it('trust and lane terms that are no JSON are named as such', async () => {
    for (const args of [
      ['ledger', 'trust', '--file', written('broken.json', '{')],
      ['lane', 'open', '--terms', written('broken.json', '{')],
      ['lane', 'open', '--terms', written('terms.json', { name: 'half' })],
      ['lane', 'open', '--terms', written('terms.json', 'null')],
      ['ledger', 'trust', '--file', written('null.json', 'null')],
    ]) {
      const { exit, err } = await beibu(...args, ...as(OPERATOR))
      expect(exit, err).toBe(64)
      expect(err).toContain('.json')
    }
  })
})

describe('beibu lane', { timeout: LONG_MS }, () => {
  it('opens from both ends, pauses and tells the other end, resumes and closes', async () => {
    const terms = termsOf(world)
    const id = laneId(terms)
    expect(await good('lane', 'list', ...as(OPERATOR))).toBe('no lanes')
    const file = written('lane.json', terms)
    expect(await good('lane', 'open', '--terms', file, ...as(OWNERS.source))).toContain(`lane ${id} (${terms.name})`)
    expect(await good('lane', 'list', ...as(OPERATOR))).toContain('signed by the source; the other end has to')
    await good('lane', 'open', '--terms', file, ...as(OWNERS.target))
    const shown = await good('lane', 'show', terms.name, ...as('guangxi-exporter'))
    expect(shown).toContain(`${terms.name}  open  ${id.slice(0, 16)}`)
    expect(shown).toContain('2 signatures of 2 operators')

    const paused = await good('lane', 'pause', id.slice(0, 8), '--ground', 'drill', '--json', ...as(OWNERS.target))
    const { by } = JSON.parse(paused) as { by: number }
    const [entry] = await world.hub.house.journal.read(by, 1)
    expect(entry!.audience.map(({ party }) => party)).toContain(world.urn(OWNERS.source))
    expect(await good('lane', 'show', id, ...as(OPERATOR))).toContain('paused by the target')
    await good('lane', 'resume', terms.name, '--ground', 'over', ...as(OWNERS.target))
    expect(JSON.parse(await good('lane', 'show', id, '--json', ...as(OPERATOR)))).toMatchObject({ state: 'open' })
    expect(await good('lane', 'packets', id, ...as(OPERATOR))).toBe('no packets')
    const none = await beibu('lane', 'packet', id, '7', ...as(OPERATOR))
    expect(none).toMatchObject({ exit: 2, err: expect.stringContaining('no packet 7') })

    const refused = await beibu('lane', 'close', id, '--ground', 'no', ...as('vietnam-customs'))
    expect(refused).toMatchObject({ exit: 1, err: expect.stringContaining('KIND_NOT_PERMITTED') })
    const notShown = await beibu('lane', 'packets', id, ...as('vietnam-customs'))
    expect(notShown).toMatchObject({ exit: 1, err: expect.stringContaining('READ_NOT_PERMITTED') })
    await good('lane', 'close', id, '--ground', 'exercise over', ...as(OWNERS.source))
    expect(await good('lane', 'list', ...as(OPERATOR))).toContain(`${terms.name}  closed`)
    const closed = await beibu('lane', 'resume', id, '--ground', 'again', ...as(OWNERS.source))
    expect(closed).toMatchObject({ exit: 1, err: expect.stringContaining('LANE_STATE') })
  })

  it('is closed by one end before the other has signed', async () => {
    const terms = termsOf(world, { name: 'never-open' })
    await good('lane', 'open', '--terms', written('never.json', terms), ...as(OWNERS.target))
    await good('lane', 'close', laneId(terms), '--ground', 'a mistake', ...as(OWNERS.target))
  })

  it.each([
    ['no act', [], 'takes an act'],
    ['an act there is not', ['freeze', 'declarations-cn-vn'], 'knows no act freeze'],
    ['no lane', ['show'], 'which lane?'],
    ['a lane there is not', ['show', 'nowhere'], 'there is no lane nowhere'],
    ['no ground', ['pause', 'declarations-cn-vn'], '--ground'],
    ['no terms', ['open'], '--terms'],
    ['no sequence', ['packet', 'declarations-cn-vn'], 'which packet?'],
    ['a sequence that is none', ['packet', 'declarations-cn-vn', 'x'], 'whole number'],
    ['two lanes', ['show', 'declarations-cn-vn', 'never-open'], 'one lane'],
    ['more than a list takes', ['list', 'declarations-cn-vn'], 'takes no arguments'],
  ])('called with %s says what to do instead', async (_what, args, said) => {
    const { exit, err } = await beibu('lane', ...args, ...as(OPERATOR))
    expect({ exit, err }).toEqual({ exit: 64, err: expect.stringContaining(said) })
  })
})
