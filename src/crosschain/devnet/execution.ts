// The state of a devnet: real transactions on a real EVM, in memory. Every state root ever reached stays readable.
import { createBlock, type Block } from '@ethereumjs/block'
import { type Common, createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common'
import type { EVMMockBlockchainInterface } from '@ethereumjs/evm'
import { createMPT, type MerklePatriciaTrie } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import { MerkleStateManager } from '@ethereumjs/statemanager'
import type { TypedTransaction } from '@ethereumjs/tx'
import { createAccount, createAddressFromString, MapDB, ValueEncoding } from '@ethereumjs/util'
import { createVM, encodeReceipt, runTx, type VM } from '@ethereumjs/vm'
import type { Address, Word } from '../packet.ts'

/** What a block gives its transactions. */
export interface Environment {
  height: number
  timestampS: number
  coinbase: Address
  gasLimit: bigint
  baseFeePerGas: bigint
}

export interface ExecutedLog {
  address: Address
  topics: Word[]
  data: Buffer
}

export interface ExecutedTransaction {
  tx: TypedTransaction
  hash: Word
  sender: Address
  status: 0 | 1
  gasUsed: bigint
  cumulativeGasUsed: bigint
  effectiveGasPrice: bigint
  bloom: Uint8Array
  logs: ExecutedLog[]
  /** The contract it made. */
  contract?: Address
}

/** What a block's transactions came to. */
export interface Execution {
  executed: ExecutedTransaction[]
  stateRoot: Word
  transactionsRoot: Word
  receiptsRoot: Word
  logsBloom: Uint8Array
  gasUsed: bigint
}

/** One block under construction. */
export interface Construction {
  gasLeft(): bigint
  /** Throws where the transaction cannot be in a block at all; the state is then as before. */
  run(tx: TypedTransaction): Promise<ExecutedTransaction>
  finish(): Promise<Execution>
}

export interface Executor {
  common: Common
  /** The store under all tries. */
  db: MapDB<string, string | Uint8Array>
  genesis(accounts: Iterable<Address>, balance: bigint): Promise<Word>
  construct(parentRoot: Word, environment: Environment): Promise<Construction>
  /** A machine of its own at a state root, for questions. */
  machineAt(stateRoot: Word): Promise<VM>
  block(environment: Environment): Block
}

/** PREVRANDAO reads the mix hash, which BFT consensus fixes. */
const BFT_MIX_HASH = '0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365'
const EMPTY_BLOOM = 256

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Opens a trie of the store, of all accounts or of the storage of one; without a root an empty one. */
export const stateTrie = (
  { common, db }: Pick<Executor, 'common' | 'db'>,
  root?: Uint8Array,
): Promise<MerklePatriciaTrie> =>
  createMPT({ db, useKeyHashing: true, common, valueEncoding: ValueEncoding.Bytes, ...(root && { root }) })

/** `hashOf` answers BLOCKHASH. */
export async function createExecutor(chainId: number, hashOf: (height: number) => Word): Promise<Executor> {
  const common = createCustomCommon({ chainId, name: 'devnet' }, Mainnet, { hardfork: Hardfork.Paris })
  const db = new MapDB<string, string | Uint8Array>()
  const stateManager = new MerkleStateManager({ common, trie: await stateTrie({ common, db }) })
  const vm = await createVM({ common, stateManager, blockchain: blockHashes(hashOf) })
  const block = (environment: Environment): Block => blockOf(common, environment)
  return {
    common,
    db,
    block,
    async genesis(accounts, balance) {
      for (const address of accounts)
        await stateManager.putAccount(createAddressFromString(`0x${address}`), createAccount({ balance }))
      return hexOf(await stateManager.getStateRoot())
    },
    async construct(parentRoot, environment) {
      await stateManager.setStateRoot(Buffer.from(parentRoot, 'hex'))
      return construction(vm, block(environment))
    },
    async machineAt(stateRoot) {
      const machine = await vm.shallowCopy()
      await machine.stateManager.setStateRoot(Buffer.from(stateRoot, 'hex'))
      return machine
    },
  }
}

async function construction(vm: VM, block: Block): Promise<Construction> {
  const executed: ExecutedTransaction[] = []
  const transactions = await createMPT()
  const receipts = await createMPT()
  const logsBloom = new Uint8Array(EMPTY_BLOOM)
  let gasUsed = 0n
  return {
    gasLeft: () => block.header.gasLimit - gasUsed,
    async run(tx) {
      const result = await runTx(vm, { tx, block, blockGasUsed: gasUsed })
      const one = executedOf(tx, result, block.header.baseFeePerGas!)
      const key = RLP.encode(executed.length)
      await transactions.put(key, tx.serialize())
      await receipts.put(key, encodeReceipt(result.receipt, tx.type))
      one.bloom.forEach((byte, at) => (logsBloom[at]! |= byte))
      gasUsed = one.cumulativeGasUsed
      executed.push(one)
      return one
    },
    async finish() {
      const stateRoot = hexOf(await vm.stateManager.getStateRoot())
      const [transactionsRoot, receiptsRoot] = [rootOf(transactions), rootOf(receipts)]
      return { executed, stateRoot, transactionsRoot, receiptsRoot, logsBloom, gasUsed }
    },
  }
}

function executedOf(
  tx: TypedTransaction,
  result: Awaited<ReturnType<typeof runTx>>,
  baseFee: bigint,
): ExecutedTransaction {
  const { receipt, createdAddress } = result
  return {
    tx,
    hash: hexOf(tx.hash()),
    sender: hexOf(tx.getSenderAddress().bytes),
    status: 'status' in receipt && receipt.status === 1 ? 1 : 0,
    gasUsed: result.totalGasSpent,
    cumulativeGasUsed: receipt.cumulativeBlockGasUsed,
    effectiveGasPrice: feeOf(tx, baseFee),
    bloom: receipt.bitvector,
    logs: receipt.logs.map(([address, topics, data]) => ({
      address: hexOf(address),
      topics: topics.map(hexOf),
      data: Buffer.from(data),
    })),
    ...(createdAddress && { contract: hexOf(createdAddress.bytes) }),
  }
}

/** Price of a unit of gas that a transaction pays. */
export function feeOf(tx: TypedTransaction, baseFee: bigint): bigint {
  if (!('maxFeePerGas' in tx)) return tx.gasPrice
  const most = baseFee + tx.maxPriorityFeePerGas
  return most < tx.maxFeePerGas ? most : tx.maxFeePerGas
}

const rootOf = (trie: MerklePatriciaTrie): Word => hexOf(trie.root())

const blockOf = (common: Common, environment: Environment): Block =>
  createBlock(
    {
      header: {
        number: environment.height,
        timestamp: environment.timestampS,
        coinbase: `0x${environment.coinbase}`,
        gasLimit: environment.gasLimit,
        baseFeePerGas: environment.baseFeePerGas,
        mixHash: BFT_MIX_HASH,
      },
    },
    { common, skipConsensusFormatValidation: true },
  )

function blockHashes(hashOf: (height: number) => Word): EVMMockBlockchainInterface {
  const hashes: EVMMockBlockchainInterface = {
    getBlock: async (height) => ({ hash: () => Buffer.from(hashOf(Number(height)), 'hex') }),
    putBlock: async () => {},
    shallowCopy: () => hashes,
  }
  return hashes
}
