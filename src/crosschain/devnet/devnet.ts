// A consortium chain in this process: real execution, real state proofs, real seals in the formats of Besu and GoQuorum, and no consensus.
// One program holds all validators' keys, so its blocks are whatever it says. For sandboxes, demonstrations and tests.
import type { Address, Word } from '../packet.ts'
import type { ChainBlock } from './block-building.ts'
import { makeBlocks } from './block-maker.ts'
import { type Chain, createChain } from './chain.ts'
import type { Vote } from './council.ts'
import { type DevnetFault, withFault } from './faults.ts'
import { equivocated, resealed } from './forge.ts'
import { devnetKey, keyring } from './keys.ts'
import { RpcError } from './rpc-error.ts'
import { type Methods, methodsOf } from './rpc-methods.ts'
import { answerBody, ask } from './rpc-request.ts'
import { listenRpc, type RpcServer } from './rpc-server.ts'
import type { Consensus } from './sealer.ts'

export interface DevnetOptions {
  name: string
  chainId: number
  /** Default `qbft`. */
  consensus?: Consensus
  /** How many there are at the start; default 4. */
  validators?: number
  /** All keys come from it. Anybody who knows it has them. */
  seed: string
  /** A block every so often, empty ones too; 0 (default): one for each transaction at once, and on demand. */
  blockMs?: number
  /** Milliseconds since 1970; default the system's. Block times are whole seconds and never go back. */
  clock?: () => number
  /** Accounts with 1000 coins; default 10. */
  accounts?: number
  /** Fixed price of gas in wei; default 10^9. 0: gas is free. */
  baseFeePerGas?: bigint
  /** Where blocks are kept, so that a second start goes on with the same chain; absent: in memory alone. */
  file?: string
  fault?: DevnetFault
}

export interface Devnet {
  readonly name: string
  readonly chainId: number
  readonly consensus: Consensus
  /** The set that decides about the next block, ascending. */
  validators(): Address[]
  validatorKey(n: number): Buffer
  accountKey(n: number): Buffer
  /** Those that had money from the start. */
  accounts(): Address[]
  genesis(): { height: 0; hash: Word; validators: Address[]; rlp: Buffer }
  head(): number
  /** Raw RLP of a header. Throws RangeError where there is none. */
  header(height: number): Buffer
  /** Makes a block of what waits, or an empty one; resolves with its height. `seals`: how many seal it, default a quorum. */
  mine(options?: { round?: number; vote?: Vote; timestampS?: number; seals?: number }): Promise<number>
  /** Asks the node, as over HTTP. Throws RpcError. */
  request(method: string, params?: readonly unknown[]): Promise<unknown>
  /** Listens on 127.0.0.1; resolves with the URL. */
  listen(port: number): Promise<string>
  /** Another header of that height, sealed by a quorum. */
  equivocate(height: number): Buffer
  /** The same block as sealed in another round. */
  resealed(height: number, round: number): Buffer
  /** From now on the node does this wrong; without an argument, nothing. */
  setFault(fault?: DevnetFault): void
  close(): Promise<void>
}

export async function createDevnet(options: DevnetOptions): Promise<Devnet> {
  const { name, chainId, seed, consensus = 'qbft', validators = 4, accounts = 10, blockMs = 0 } = options
  const { clock = Date.now, baseFeePerGas = 1_000_000_000n, file } = options
  const chain = await createChain({
    name,
    chainId,
    seed,
    consensus,
    validators,
    accounts,
    clock,
    baseFeePerGas,
    ...(file !== undefined && { file }),
  })
  let fault = options.fault
  const maker = makeBlocks(chain, blockMs, () => fault?.halt === true)
  const stopped = (): void => {
    const cause = maker.broken()
    if (cause) throw new RpcError(-32603, `the chain has stopped: ${cause.message}`)
  }
  const submit = async (raw: Buffer): Promise<Word> => {
    const { tx, hash, sender } = await chain.check(raw)
    if (fault?.drop) return hash
    chain.pool.add(tx, hash, sender)
    await maker.wake()
    stopped()
    return hash
  }
  const honest = methodsOf(chain, submit)
  const methods = (): Methods => {
    if (maker.broken()) return Object.fromEntries(Object.keys(honest).map((name) => [name, stopped]))
    return fault ? withFault(honest, chain, fault, (lying) => methodsOf(lying, submit)) : honest
  }
  const servers: RpcServer[] = []
  return {
    name,
    chainId,
    consensus,
    validators: () => [...chain.head().council.validators],
    validatorKey: (n) => devnetKey(seed, 'validator', n),
    accountKey: (n) => devnetKey(seed, 'account', n),
    accounts: () => [...keyring(seed, 'account', accounts).keys()],
    genesis() {
      const { hash, rlp, council } = blockAt(chain, 0)
      return { height: 0, hash, rlp, validators: [...council.validators] }
    },
    head: () => chain.head().height,
    header: (height) => blockAt(chain, height).rlp,
    mine: async (wanted) => (await maker.mine(wanted)).height,
    request: async (method, params = []) => ask(methods(), method, params),
    async listen(port) {
      const server = await listenRpc(port, (body) => answerBody(body, methods()))
      servers.push(server)
      return server.url
    },
    equivocate: (height) => equivocated(sealedAt(chain, height)).rlp,
    resealed: (height, round) => resealed(sealedAt(chain, height), round, chain.validatorKeys).rlp,
    setFault(next) {
      fault = next
      void maker.wake()
    },
    async close() {
      maker.stop()
      await Promise.all(servers.map((server) => server.close()))
      await chain.close()
    },
  }
}

function blockAt(chain: Chain, height: number): ChainBlock {
  const block = chain.at(height)
  if (!block) throw new RangeError(`the chain has no block ${height}, its head is ${chain.head().height}`)
  return block
}

function sealedAt(chain: Chain, height: number): ChainBlock {
  if (height === 0) throw new RangeError('nobody has sealed block 0')
  return blockAt(chain, height)
}
