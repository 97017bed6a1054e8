// The state of a devnet: real transactions on a real EVM, in memory. Every state root ever reached stays readable.
import { createBlock, type Block } from '@ethereumjs/block'
import { type Common, createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common'
import type { EVMMockBlockchainInterface } from '@ethereumjs/evm'
import { createMPT, type MerklePatriciaTrie } from '@ethereumjs/mpt'
import { MerkleStateManager } from '@ethereumjs/statemanager'
import { createAccount, createAddressFromString, MapDB, ValueEncoding } from '@ethereumjs/util'
import { createVM, type VM } from '@ethereumjs/vm'
import type { Address, Word } from '../packet.ts'
import { type Construction, construction, hexOf } from './construction.ts'

/** What a block gives its transactions. */
export interface Environment {
  height: number
  timestampS: number
  coinbase: Address
  gasLimit: bigint
  baseFeePerGas: bigint
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
