// The methods of the node, by name.
import { keccak } from '../hash.ts'
import type { Chain } from './chain.ts'
import { hexOf } from './construction.ts'
import { blockOf, findBlock } from './find-block.ts'
import { blockJson, receiptJson, transactionJson } from './rpc-json.ts'
import { RpcError, wrongParams } from './rpc-error.ts'
import { getLogs } from './rpc-logs.ts'
import * as read from './rpc-values.ts'
import { data, quantity } from './rpc-values.ts'
import { call, estimate, readCall } from './simulate.ts'
import { accountAt, codeAt, proveAt, storageAt } from './state-at.ts'

/** Answers a question. Throws RpcError. */
export type Method = (params: readonly unknown[]) => unknown
export type Methods = Readonly<Record<string, Method>>

export const CLIENT_VERSION = 'beibu-devnet (simulated consensus)'
/** How each family of nodes is asked for the validators of a block. */
const VALIDATORS_METHOD = {
  qbft: 'qbft_getValidatorsByBlockNumber',
  ibft2: 'ibft_getValidatorsByBlockNumber',
  ibft1: 'istanbul_getValidators',
} as const
const SLOTS_MAX = 256
const HISTORY_MAX = 1024
const EMPTY_CODE = hexOf(keccak(new Uint8Array()))
const EMPTY_ROOT = hexOf(keccak(Uint8Array.of(0x80)))

/** `submit` takes a raw transaction and gives its hash. */
export const methodsOf = (chain: Chain, submit: (raw: Buffer) => Promise<string>): Methods => ({
  ...networkMethods(chain),
  ...blockMethods(chain),
  ...stateMethods(chain),
  ...feeMethods(chain),
  eth_sendRawTransaction: async (params) => data(await submit(read.readData(params[0], 'transaction'))),
})

const networkMethods = ({ options }: Chain): Methods => ({
  web3_clientVersion: () => CLIENT_VERSION,
  net_version: () => String(options.chainId),
  net_listening: () => true,
  eth_chainId: () => quantity(options.chainId),
  eth_syncing: () => false,
  eth_accounts: () => [],
})

function blockMethods(chain: Chain): Methods {
  const full = (value: unknown): boolean => value !== undefined && read.readBoolean(value, 'full')
  const receipts = (value: unknown): unknown => {
    const block =
      typeof value === 'string' && value.length === 66 ? chain.byHash(read.readHash(value)) : findBlock(chain, value)
    return block?.transactions.map((_, index) => receiptJson({ block, index })) ?? null
  }
  return {
    eth_blockNumber: () => quantity(chain.head().height),
    eth_getBlockByNumber: ([tag, wanted]) => {
      const block = findBlock(chain, tag)
      return block ? blockJson(block, full(wanted)) : null
    },
    eth_getBlockByHash: ([hash, wanted]) => {
      const block = chain.byHash(read.readHash(hash))
      return block ? blockJson(block, full(wanted)) : null
    },
    eth_getTransactionByHash: ([hash]) => {
      const wanted = read.readHash(hash)
      const place = chain.transaction(wanted)
      const waiting = chain.pool.get(wanted)
      if (place) return transactionJson(place.block.transactions[place.index]!, place)
      return waiting ? transactionJson(waiting) : null
    },
    eth_getTransactionReceipt: ([hash]) => {
      const place = chain.transaction(read.readHash(hash))
      return place ? receiptJson(place) : null
    },
    eth_getBlockReceipts: ([block]) => receipts(block),
    eth_getLogs: ([filter]) => getLogs(chain, filter),
    [VALIDATORS_METHOD[chain.options.consensus]]: ([tag]: readonly unknown[]) =>
      blockOf(chain, tag).sealing.validators.map(data),
    debug_getRawHeader: ([tag]) => data(blockOf(chain, tag).rlp),
  }
}

function stateMethods(chain: Chain): Methods {
  const { executor } = chain
  const rootOf = (tag: unknown): string => blockOf(chain, tag).fields.stateRoot
  return {
    eth_getBalance: async ([address, tag]) =>
      quantity((await accountAt(executor, rootOf(tag), read.readAddress(address)))?.balance ?? 0n),
    eth_getTransactionCount: async ([address, tag]) => {
      const sender = read.readAddress(address)
      const nonce = (await accountAt(executor, rootOf(tag), sender))?.nonce ?? 0n
      return quantity(tag === 'pending' ? chain.pool.nextNonce(sender, nonce) : nonce)
    },
    eth_getCode: async ([address, tag]) => data(await codeAt(executor, rootOf(tag), read.readAddress(address))),
    eth_getStorageAt: async ([address, slot, tag]) =>
      data(await storageAt(executor, rootOf(tag), read.readAddress(address), read.readSlot(slot))),
    eth_call: async ([request, tag]) => data(await call(chain, blockOf(chain, tag), readCall(request))),
    eth_estimateGas: async ([request, tag]) => quantity(await estimate(chain, blockOf(chain, tag), readCall(request))),
    eth_getProof: async ([address, slots, tag]) => proofJson(chain, address, slots, rootOf(tag)),
  }
}

async function proofJson(chain: Chain, address: unknown, slots: unknown, stateRoot: string): Promise<unknown> {
  const owner = read.readAddress(address)
  const keys = read.readList(slots, 'storage keys', SLOTS_MAX).map(read.readSlot)
  const { account, accountProof, storage } = await proveAt(chain.executor, stateRoot, owner, keys)
  return {
    address: data(owner),
    balance: quantity(account?.balance ?? 0n),
    nonce: quantity(account?.nonce ?? 0n),
    codeHash: data(account?.codeHash ?? EMPTY_CODE),
    storageHash: data(account?.storageRoot ?? EMPTY_ROOT),
    accountProof: accountProof.map(data),
    storageProof: storage.map(({ slot, value, proof }) => ({
      key: data(slot),
      value: quantity(BigInt(`0x0${hexOf(value)}`)),
      proof: proof.map(data),
    })),
  }
}

/** The base fee is the same for ever and tips buy nothing: whoever pays it is served. */
function feeMethods(chain: Chain): Methods {
  const { baseFeePerGas } = chain.rules
  return {
    eth_gasPrice: () => quantity(baseFeePerGas),
    eth_maxPriorityFeePerGas: () => quantity(0),
    eth_feeHistory: ([count, newest, percentiles]) => {
      const wanted = Number(typeof count === 'number' ? count : read.readQuantity(count, 'block count'))
      if (!Number.isSafeInteger(wanted) || wanted < 1) throw wrongParams('block count is no number of blocks')
      if (wanted > HISTORY_MAX) throw new RpcError(-32005, `more than ${HISTORY_MAX} blocks`)
      const last = blockOf(chain, newest).height
      const from = Math.max(0, last - wanted + 1)
      const blocks = Array.from({ length: last - from + 1 }, (_, n) => chain.at(from + n)!)
      const rewards = percentiles === undefined ? [] : read.readList(percentiles, 'percentiles', 100)
      return {
        oldestBlock: quantity(from),
        baseFeePerGas: [...blocks, undefined].map(() => quantity(baseFeePerGas)),
        gasUsedRatio: blocks.map(({ fields }) => Number(fields.gasUsed) / Number(fields.gasLimit)),
        ...(rewards.length > 0 && { reward: blocks.map(() => rewards.map(() => quantity(0))) }),
      }
    },
  }
}
