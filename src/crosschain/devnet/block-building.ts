// A block in the making: decided on, filled from the pool or read again from the file, sealed.
import type { Address, Word } from '../packet.ts'
import { type AdmissionRules, readTransaction } from './admission.ts'
import type { FileBlock } from './block-file.ts'
import { afterVote, type Council, council, turnOf, type Vote } from './council.ts'
import type { ExecutedTransaction, Execution } from './construction.ts'
import type { Environment, Executor } from './execution.ts'
import type { Keyring } from './keys.ts'
import type { Pool } from './pool.ts'
import { type Consensus, type HeaderFields, type Sealing, sealHeader } from './sealer.ts'
import { accountAt } from './state-at.ts'

export interface ChainBlock {
  height: number
  hash: Word
  rlp: Buffer
  fields: HeaderFields
  sealing: Sealing
  transactions: ExecutedTransaction[]
  /** As it stands after this block. */
  council: Council
}

/** What is asked of one block. `seals`: how many seal it, default a quorum; `most`: transactions it may take. */
export interface MineOptions {
  round?: number
  vote?: Vote
  timestampS?: number
  seals?: number
  most?: number
}

/** Everything of a block but what its transactions come to. */
export interface BlockPlan {
  fields: Omit<HeaderFields, 'stateRoot' | 'transactionsRoot' | 'receiptsRoot' | 'logsBloom' | 'gasUsed'>
  sealing: Sealing
  council: Council
  /** Who gets the tips. */
  proposer: Address
}

/** What all blocks of a chain share. */
export interface BlockRules extends AdmissionRules {
  consensus: Consensus
  clock: () => number
}

const ZERO_WORD = '0'.repeat(64)
const NOBODY = '0'.repeat(40)
/** Says in every header what made it. */
const VANITY = Buffer.concat([Buffer.from('beibu-devnet'), Buffer.alloc(32)], 32)

/** Block 0: nobody seals it. */
export const planGenesis = (rules: BlockRules, validators: readonly Address[]): BlockPlan => {
  const first = council(validators)
  return {
    fields: { ...constants(rules), parentHash: ZERO_WORD, coinbase: NOBODY, number: 0, timestampS: 0 },
    sealing: { consensus: rules.consensus, validators: first.validators, sealers: [], vanity: VANITY },
    council: first,
    proposer: NOBODY,
  }
}

/** The block after `parent`. Throws RangeError for what is asked and cannot be. */
export function planBlock(rules: BlockRules, keys: Keyring, parent: ChainBlock, wanted: MineOptions): BlockPlan {
  const height = parent.height + 1
  const timestampS = wanted.timestampS ?? Math.max(parent.fields.timestampS, Math.floor(rules.clock() / 1000))
  if (!Number.isSafeInteger(timestampS) || timestampS < parent.fields.timestampS)
    throw new RangeError(`block ${height} cannot be older than the block before, of ${parent.fields.timestampS}`)
  const { round, proposer, sealers } = turnOf(parent.council, keys, height, wanted.round ?? 0, wanted.seals)
  return {
    proposer,
    fields: {
      ...constants(rules),
      parentHash: parent.hash,
      // There the header names the one voted on; the proposer is known by the seal.
      coinbase: rules.consensus === 'ibft1' ? (wanted.vote?.validator ?? NOBODY) : proposer,
      number: height,
      timestampS,
    },
    sealing: {
      consensus: rules.consensus,
      validators: parent.council.validators,
      sealers: sealers.map((address) => keys.get(address)!),
      round,
      vanity: VANITY,
      ...(wanted.vote && { vote: wanted.vote }),
    },
    council: afterVote(parent.council, proposer, wanted.vote),
  }
}

const constants = ({ gasLimit, baseFeePerGas }: BlockRules) => ({ gasLimit, baseFeePerGas })

const environmentOf = ({ fields, proposer }: BlockPlan): Environment => ({
  height: fields.number,
  timestampS: fields.timestampS,
  coinbase: proposer,
  gasLimit: fields.gasLimit,
  baseFeePerGas: fields.baseFeePerGas!,
})

/** Executes what waits in the pool, in nonce order, until the block is full. */
export async function fillBlock(
  executor: Executor,
  pool: Pool,
  stateRoot: Word,
  plan: BlockPlan,
  most: number,
): Promise<ChainBlock> {
  const construction = await executor.construct(stateRoot, environmentOf(plan))
  const nonces = await noncesOf(executor, pool, stateRoot)
  for (let taken = 0; taken < most; ) {
    const pooled = pool.next(nonces, construction.gasLeft())
    if (!pooled) break
    try {
      await construction.run(pooled.tx)
      nonces.set(pooled.sender, pooled.tx.nonce + 1n)
      taken++
    } catch {
      // Its sender has spent the money on an earlier one: it will never be in a block.
      pool.remove(pooled.hash)
    }
    // Questions are answered while a full block is executed.
    await new Promise(setImmediate)
  }
  return sealBlock(plan, await construction.finish())
}

/** The next nonce of everybody whose transactions wait. */
export async function noncesOf(executor: Executor, pool: Pool, stateRoot: Word): Promise<Map<Address, bigint>> {
  const nonces = new Map<Address, bigint>()
  for (const sender of pool.senders()) nonces.set(sender, (await accountAt(executor, stateRoot, sender))?.nonce ?? 0n)
  return nonces
}

/** Executes a block of the file again. Throws where it comes to another hash. */
export async function replayBlock(
  executor: Executor,
  stateRoot: Word,
  plan: BlockPlan,
  line: FileBlock,
  chainId: number,
): Promise<ChainBlock> {
  const construction = await executor.construct(stateRoot, environmentOf(plan))
  for (const raw of line.transactions)
    await construction.run(readTransaction(Buffer.from(raw, 'hex'), executor.common, chainId).tx)
  const block = sealBlock(plan, await construction.finish())
  if (block.hash === line.hash) return block
  throw new Error(`block ${line.height} has hash ${block.hash} now, but ${line.hash} in the file`)
}

export function sealBlock({ fields: planned, sealing, council: after }: BlockPlan, execution: Execution): ChainBlock {
  const { executed, ...roots } = execution
  const fields = { ...planned, ...roots }
  const { rlp, hash } = sealHeader(fields, sealing)
  return { height: fields.number, hash, rlp, fields, sealing, transactions: executed, council: after }
}
