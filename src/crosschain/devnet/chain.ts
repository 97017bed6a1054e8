// The chain of a devnet: its blocks in memory, its pool, and the one line in which blocks are made.
import type { Address, Word } from '../packet.ts'
import { checkAdmission, type ReadTransaction, readTransaction } from './admission.ts'
import {
  type BlockRules,
  type ChainBlock,
  fillBlock,
  noncesOf,
  type MineOptions,
  planBlock,
  planGenesis,
  replayBlock,
  sealBlock,
} from './block-building.ts'
import { type BlockStore, createBlockStore } from './block-store.ts'
import { type BlockFile, type FileBlock, openBlockFile } from './block-file.ts'
import { hexOf } from './construction.ts'
import { createExecutor, type Executor } from './execution.ts'
import { type Keyring, keyring } from './keys.ts'
import { createPool, type Pool } from './pool.ts'
import { accountAt } from './state-at.ts'

export interface ChainOptions extends Omit<BlockRules, 'gasLimit'> {
  name: string
  validators: number
  seed: string
  /** Accounts that have money in the first block. */
  accounts: number
  file?: string
}

export interface Chain extends Omit<BlockStore, 'keep'> {
  readonly options: ChainOptions
  readonly rules: BlockRules
  readonly executor: Executor
  readonly pool: Pool
  readonly validatorKeys: Keyring
  /** Reads a raw transaction and judges whether it may wait in the pool. Throws RpcError. */
  check(raw: Uint8Array): Promise<ReadTransaction>
  /** Makes the next block, after those under way. */
  mine(wanted?: MineOptions): Promise<ChainBlock>
  /** Makes it of the one transaction whose turn it is; undefined: none waits that can be in a block. */
  mineOne(): Promise<ChainBlock | undefined>
  close(): Promise<void>
}

const GAS_LIMIT = 30_000_000n
/** 1000 whole coins of 18 decimals. */
const ACCOUNT_BALANCE = 10n ** 21n
const POOL_MAX = 16_384
/** Keys beyond those of the first set, for votes that take somebody in. */
const SPARE_VALIDATORS = 8

/** Makes the chain, or from its file the same one again. Throws where the file is of another chain or does not come to its hashes. */
export async function createChain(options: ChainOptions): Promise<Chain> {
  const { chainId, seed } = options
  const rules: BlockRules = { ...options, gasLimit: GAS_LIMIT }
  const validatorKeys = keyring(seed, 'validator', options.validators + SPARE_VALIDATORS)
  const pool = createPool(POOL_MAX)
  const blocks = createBlockStore()
  const executor = await createExecutor(chainId, (height) => blocks.at(height)?.hash ?? '0'.repeat(64))
  const first = [...validatorKeys.keys()].slice(0, options.validators)
  blocks.keep(await genesis(rules, executor, first, [...keyring(seed, 'account', options.accounts).keys()]))
  const file = await openFile(options, blocks.head().hash)
  for (const line of file?.blocks ?? []) {
    const { stateRoot } = blocks.head().fields
    const plan = planBlock(rules, validatorKeys, blocks.head(), line)
    blocks.keep(await replayBlock(executor, stateRoot, plan, line, chainId))
  }
  const inTurn = turnstile()
  const make = async (wanted: MineOptions): Promise<ChainBlock> => {
    const { stateRoot } = blocks.head().fields
    const plan = planBlock(rules, validatorKeys, blocks.head(), wanted)
    const block = await fillBlock(executor, pool, stateRoot, plan, wanted.most ?? Number.POSITIVE_INFINITY)
    await file?.append(lineOf(block))
    blocks.keep(block)
    for (const { hash } of block.transactions) pool.remove(hash)
    return block
  }
  const { head, at, byHash, transaction } = blocks
  return {
    options,
    rules,
    executor,
    pool,
    validatorKeys,
    head,
    at,
    byHash,
    transaction,
    async check(raw) {
      const read = readTransaction(raw, executor.common, chainId)
      checkAdmission(read, await accountAt(executor, head().fields.stateRoot, read.sender), rules)
      return read
    },
    mine: (wanted = {}) => inTurn(() => make(wanted)),
    mineOne: () =>
      inTurn(async () => {
        const nonces = await noncesOf(executor, pool, head().fields.stateRoot)
        return pool.next(nonces, rules.gasLimit) ? make({ most: 1 }) : undefined
      }),
    async close() {
      await inTurn(async () => file?.close())
    },
  }
}

/** Runs one thing after the other. */
function turnstile(): <T>(act: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (act) => {
    const done = last.then(act)
    last = done.catch(() => {})
    return done
  }
}

async function genesis(
  rules: BlockRules,
  executor: Executor,
  validators: readonly Address[],
  accounts: readonly Address[],
): Promise<ChainBlock> {
  const stateRoot = await executor.genesis(accounts, ACCOUNT_BALANCE)
  const plan = planGenesis(rules, validators)
  const empty = await executor.construct(stateRoot, {
    height: 0,
    timestampS: 0,
    coinbase: plan.fields.coinbase,
    ...rules,
  })
  return sealBlock(plan, await empty.finish())
}

const openFile = async ({ file, name, chainId }: ChainOptions, genesisHash: Word): Promise<BlockFile | undefined> =>
  file === undefined ? undefined : openBlockFile(file, { devnet: name, chainId, genesis: genesisHash })

const lineOf = ({ height, hash, fields, sealing, transactions }: ChainBlock): FileBlock => ({
  height,
  timestampS: fields.timestampS,
  round: sealing.round ?? 0,
  seals: sealing.sealers.length,
  ...(sealing.vote && { vote: sealing.vote }),
  transactions: transactions.map(({ tx }) => hexOf(tx.serialize())),
  hash,
})
