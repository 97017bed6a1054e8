// `beibu devnet`: runs a chain until it is told to stop; killed, it goes on with its file.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UsageError } from '../../../../src/client/usage.ts'
import { devnetVerb } from '../../../../src/client/verbs/devnet.ts'
import { chainOptions, createDevnet } from '../../../../src/crosschain/devnet/index.ts'
import { signed } from './place.ts'
import { LONG_MS, PATIENT } from '../../../support/patience.ts'

let dir: string
const children: ChildProcess[] = []
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'beibu-devnet-verb-'))))
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(dir, { recursive: true, force: true })
})

interface Ready {
  url: string
  chainId: number
  genesis: string
  validators: string[]
  accounts: string[]
}

/** Runs the verb here; resolves once it is ready. */
async function running(args: string[]): Promise<{ first: string; stop: () => Promise<number> }> {
  const stop = new AbortController()
  let exit: Promise<number> | undefined
  const first = await new Promise<string>((ready, failed) => {
    exit = devnetVerb.run(args, { out: ready, progress: () => {}, env: {}, stop: stop.signal })
    exit.catch(failed)
  })
  return {
    first,
    stop: () => {
      stop.abort()
      return exit!
    },
  }
}

const ask = async (url: string, method: string, ...params: unknown[]): Promise<unknown> => {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  return ((await answer.json()) as { result: unknown }).result
}

describe('the verb', () => {
  it('says where it is and what it starts from, and ends when it is told to', async () => {
    const { first, stop } = await running(['--chain', 'partner', '--port', '0', '--json'])
    const ready = JSON.parse(first) as Ready
    expect(ready).toMatchObject({ ready: true, chainId: 8401 })
    expect([ready.validators.length, ready.accounts.length]).toEqual([4, 10])
    expect(await ask(ready.url, 'eth_getBlockByNumber', '0x0', false)).toMatchObject({ hash: ready.genesis })
    expect(await stop()).toBe(0)
    await expect(ask(ready.url, 'eth_chainId')).rejects.toThrow(/fetch failed/)
  })
  it('says to people what it is', async () => {
    const { first, stop } = await running(['--chain', 'domestic', '--port', '0'])
    expect(first).toMatch(/^domestic: chain 7201 at http:\/\/127\.0\.0\.1:\d+, height 0, genesis 0x[0-9a-f]{64}$/)
    await stop()
  })
  it('makes blocks at intervals', async () => {
    const { first, stop } = await running(['--chain', 'supervision', '--port', '0', '--block-ms', '5', '--json'])
    const { url } = JSON.parse(first) as Ready
    await expect.poll(async () => Number(await ask(url, 'eth_blockNumber')), PATIENT).toBeGreaterThan(2)
    await stop()
  })
  it.each([
    [[], /--chain must be one of domestic, partner, supervision/],
    [['--chain', 'abroad', '--port', '0'], /--chain must be one of/],
    [['--chain', 'toString', '--port', '0'], /--chain must be one of/],
    [['--chain', 'partner'], /--port is needed/],
    [['--chain', 'partner', '--port', '65536'], /--port must be at most 65535/],
    [['--chain', 'partner', '--port', '-1'], /port/],
    [['--chain', 'partner', '--port', '0', '--block-ms', '1s'], /--block-ms must be a whole number/],
    [['--chain', 'partner', '--port', '0', 'more'], /takes no arguments/],
  ])('called with %j says what is wrong', async (args, message) => {
    const failed = devnetVerb.run(args, {
      out: () => {},
      progress: () => {},
      env: {},
      stop: new AbortController().signal,
    })
    await expect(failed).rejects.toThrow(UsageError)
    await expect(failed).rejects.toThrow(message)
  })
})

describe('a process that is killed', () => {
  const VERB = new URL('../../../../src/client/verbs/devnet.ts', import.meta.url).href
  const start = async (file: string): Promise<{ child: ChildProcess; ready: Ready }> => {
    const args = ['--chain', 'domestic', '--port', '0', '--json', '--file', file]
    const io = '{ out: console.log, progress: console.error, env: {}, stop: new AbortController().signal }'
    const script = `import(${JSON.stringify(VERB)}).then(({ devnetVerb }) => devnetVerb.run(${JSON.stringify(args)}, ${io}))`
    const child = spawn(process.execPath, ['--import', 'tsx', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    children.push(child)
    const [line] = (await once(createInterface(child.stdout!), 'line')) as [string]
    return { child, ready: JSON.parse(line) as Ready }
  }

  it(
    'has lost no block that it told of',
    async () => {
      const file = join(dir, 'killed.ndjson')
      const keys = await createDevnet(chainOptions('domestic'))
      await keys.close()
      const one = await start(file)
      for (const nonce of [0, 1, 2]) await ask(one.ready.url, 'eth_sendRawTransaction', await signed(keys, 0, nonce))
      const headers = (url: string) => Promise.all([1, 2, 3].map((at) => ask(url, 'debug_getRawHeader', `0x${at}`)))
      const before = await headers(one.ready.url)
      one.child.kill('SIGKILL')
      await once(one.child, 'exit')
      const other = await start(file)
      expect(await ask(other.ready.url, 'eth_blockNumber')).toBe('0x3')
      expect(await headers(other.ready.url)).toEqual(before)
      expect({ ...other.ready, url: '' }).toEqual({ ...one.ready, url: '' })
    },
    LONG_MS,
  )
})
