// The ledgers of the bench `relay`, in a process of their own, so that what they cost is not the relay's. Sends packets when told to.
import { setTimeout as pause } from 'node:timers/promises'
import { encodeFunctionData, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { gatewayAbi } from '../src/crosschain/ledgers/evm/gateway/gateway.ts'
import { KIND, kindOf, ledgerPlace, MESSAGE } from '../test/support/ledger-place.ts'
import type { Asked, Described } from './relay-place.ts'

const TIMEOUT_S = 86_400
const GAS = 150_000n
const LOOK_MS = 20

const place = await ledgerPlace({
  names: ['domestic', 'partner'],
  blockMs: Number(process.argv[2]),
  clock: Date.now,
  terms: { timeoutS: TIMEOUT_S },
})
const lane = place.lane('domestic', 'partner')
const { devnet, contracts, chainId, transport } = lane.source
const sender = privateKeyToAccount(`0x${devnet.accountKey(2).toString('hex')}`)
const data = encodeFunctionData({
  abi: gatewayAbi,
  functionName: 'send',
  args: [`0x${lane.id}`, `0x${kindOf(KIND)}`, `0x${MESSAGE}`, `0x${'0'.repeat(64)}`, '0x', BigInt(TIMEOUT_S)],
})
let nonce = 0
let wanted = 0

/** Straight into the pool, without asking first what it will cost: there are many of them. */
async function send(count: number): Promise<void> {
  wanted += count
  const gasPrice = BigInt((await devnet.request('eth_gasPrice', [])) as string)
  const to: Hex = `0x${contracts.gateway.address}`
  for (let left = count; left > 0; left--) {
    const raw = await sender.signTransaction({ chainId, nonce: nonce++, gas: GAS, gasPrice, to, data, type: 'legacy' })
    await devnet.request('eth_sendRawTransaction', [raw])
  }
  while ((await sentSoFar()) < wanted) await pause(LOOK_MS)
}

/** A node as busy as this one may drop a connection. */
async function sentSoFar(): Promise<number> {
  try {
    return (await transport.counters(lane.id)).sent
  } catch {
    return 0
  }
}

process.on('message', ({ send: count }: Asked) => {
  send(count).then(
    () => process.send!('sent'),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`)
      process.exit(1)
    },
  )
})
process.on('disconnect', () => process.exit(0))

const described: Described = {
  ledgers: place.ledgers.map(({ urn, chainId, url, contracts, deployedAt, trust, devnet }) => ({
    urn,
    chainId,
    url,
    contracts,
    deployedAt,
    trust,
    keyHex: devnet.accountKey(1).toString('hex'),
  })),
  lane: { id: lane.id, terms: lane.terms },
  validators: place.validators.slice(0, place.threshold).map(({ key }) => key.toString('hex')),
}
process.send!(described)
