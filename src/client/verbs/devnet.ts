// `beibu devnet`: a chain to try things on, in the foreground.
import { CHAINS, chainOptions, createDevnet, type Devnet, isChainName } from '../../crosschain/devnet/index.ts'
import { UsageError } from '../usage.ts'
import { EXIT, readArgs, show, type Verb, wholeNumber } from './verb.ts'

const PORT_MAX = 65_535
const BLOCK_MS_MAX = 3_600_000

export const devnetVerb: Verb = {
  name: 'devnet',
  summary: 'run a chain to try things on',
  help: `beibu devnet --chain <name> --port <n> [--block-ms <n>] [--file <path>] [--seed <text>] [--json]

Runs a chain of four validators (QBFT) on 127.0.0.1 until it is told to stop. Transactions,
state proofs and seals are real; consensus is simulated: this one process holds all keys,
and they come from the seed. Never put anything of value on it.

  beibu devnet --chain domestic --port 8545                  a block for each transaction
  beibu devnet --chain partner --port 8546 --block-ms 1000   a block every second
  beibu devnet --chain domestic --port 8545 --file chain.ndjson
                                                             goes on with the blocks of the file

Chains: ${Object.values(CHAINS)
    .map(({ name, chainId }) => `${name} (chain id ${chainId})`)
    .join(', ')}.
Says on standard output when it is ready; with --json {"ready":true,"url":...,"chainId":...,
"genesis":...,"validators":[...],"accounts":[...]}. Port 0 takes any free one.`,
  async run(args, io) {
    const { values, positionals } = readArgs('devnet', args, {
      chain: { type: 'string' },
      port: { type: 'string' },
      'block-ms': { type: 'string' },
      file: { type: 'string' },
      seed: { type: 'string' },
    })
    if (positionals.length > 0) throw new UsageError(`devnet takes no arguments, got ${positionals.join(' ')}`)
    const { chain = '', file, seed } = values
    if (!isChainName(chain)) throw new UsageError(`--chain must be one of ${Object.keys(CHAINS).join(', ')}`)
    if (values.port === undefined) throw new UsageError('--port is needed; 0 takes any free one')
    const port = atMost(wholeNumber(values.port, '--port'), PORT_MAX, '--port')
    const blockMs = atMost(wholeNumber(values['block-ms'] ?? '0', '--block-ms'), BLOCK_MS_MAX, '--block-ms')
    const devnet = await createDevnet({ ...chainOptions(chain, seed), blockMs, ...(file !== undefined && { file }) })
    try {
      const url = await devnet.listen(port)
      const ready = readyOf(devnet, url)
      show(io, values.json, ready, () => [
        `${chain}: chain ${devnet.chainId} at ${url}, height ${devnet.head()}, genesis ${ready.genesis}`,
        'simulated consensus, worthless keys; stop it with Ctrl-C',
      ])
      if (!io.stop.aborted) await new Promise((stopped) => io.stop.addEventListener('abort', stopped, { once: true }))
      return EXIT.good
    } finally {
      await devnet.close()
    }
  },
}

const readyOf = (devnet: Devnet, url: string) => {
  const { hash, validators } = devnet.genesis()
  return { ready: true, url, chainId: devnet.chainId, genesis: `0x${hash}`, validators, accounts: devnet.accounts() }
}

function atMost(value: number, max: number, what: string): number {
  if (value > max) throw new UsageError(`${what} must be at most ${max}, got ${value}`)
  return value
}
