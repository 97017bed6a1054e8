// Faults on demand: a node that hangs, refuses, forgets or lies, for tests of those who must not believe it.
import type { ChainBlock } from './block-building.ts'
import type { Chain } from './chain.ts'
import { equivocated, foreignSeals, type HeaderLie, underQuorum } from './forge.ts'
import type { Method, Methods } from './rpc-methods.ts'
import { quantity } from './rpc-values.ts'

/** What the node does wrong until it is told otherwise; the chain under it stays right. */
export interface DevnetFault {
  /** Methods that hang or are refused; absent: all. */
  methods?: readonly string[]
  /** Questions are taken and never answered. */
  hang?: boolean
  /** The connection is closed instead of an answer. */
  refuse?: boolean
  /** A transaction is answered with its hash and forgotten. */
  drop?: boolean
  /** No more blocks. */
  halt?: boolean
  /** Headers of blocks from `from` on (default 1) are given wrong. */
  header?: HeaderLie
  from?: number
  /** The head is said to be so many blocks higher. */
  ahead?: number
  /** Receipts and logs: the status is turned round, or the data of logs altered. */
  receipt?: 'status' | 'log'
  /** The last node of every proof is altered. */
  proof?: boolean
  chainId?: number
}

/** Thrown for a question whose connection is to be closed. */
export class ConnectionRefused extends Error {}

/** The methods as a node with the fault answers them. `lying` makes methods over a chain that says wrong things. */
export function withFault(
  methods: Methods,
  chain: Chain,
  fault: DevnetFault,
  lying: (chain: Chain) => Methods,
): Methods {
  const wrong: Record<string, Method> = {
    ...(fault.header && headerLies(lying(lyingChain(chain, fault.header, fault.from ?? 1)), fault)),
    ...(fault.ahead !== undefined && { eth_blockNumber: () => quantity(chain.head().height + fault.ahead!) }),
    ...(fault.chainId !== undefined && { eth_chainId: () => quantity(fault.chainId!) }),
    ...(fault.receipt && receiptLies(methods, fault.receipt)),
    ...(fault.proof && { eth_getProof: async (params) => spoiltProof(await methods['eth_getProof']!(params)) }),
  }
  const all = { ...methods, ...wrong }
  if (!fault.hang && !fault.refuse) return all
  const concerned = fault.methods ?? Object.keys(all)
  return { ...all, ...Object.fromEntries(concerned.map((name) => [name, fault.hang ? hang : refuse])) }
}

const hang: Method = () => new Promise(() => {})
const refuse: Method = () => {
  throw new ConnectionRefused('the devnet refuses connections')
}

function lyingChain(chain: Chain, lie: HeaderLie, from: number): Chain {
  const told = (block: ChainBlock | undefined): ChainBlock | undefined =>
    block && block.height >= from && block.height > 0 ? lieAbout(chain, block, lie) : block
  return {
    ...chain,
    head: () => told(chain.head())!,
    at: (height) => told(chain.at(height)),
    byHash: (hash) => told(chain.byHash(hash)),
  }
}

function lieAbout(chain: Chain, block: ChainBlock, lie: HeaderLie): ChainBlock {
  switch (lie) {
    case 'equivocation':
      return equivocated(block)
    case 'under-quorum':
      return underQuorum(block)
    case 'foreign-seals':
      return foreignSeals(block, chain.options.seed)
    case 'hash':
      return { ...block, hash: block.fields.stateRoot }
    case 'height':
      return chain.at(block.height - 1)!
  }
}

function headerLies(lying: Methods, { header }: DevnetFault): Methods {
  const { eth_getBlockByNumber, eth_getBlockByHash, debug_getRawHeader } = lying as Record<string, Method>
  // A raw header has no hash beside it to lie about.
  const raw = header === 'hash' ? {} : { debug_getRawHeader: debug_getRawHeader! }
  return { eth_getBlockByNumber: eth_getBlockByNumber!, eth_getBlockByHash: eth_getBlockByHash!, ...raw }
}

type Answer = Record<string, unknown>

function receiptLies(methods: Methods, lie: 'status' | 'log'): Methods {
  const spoil = (receipt: Answer | null): Answer | null =>
    receipt &&
    (lie === 'status'
      ? { ...receipt, status: receipt['status'] === '0x1' ? '0x0' : '0x1' }
      : { ...receipt, logs: (receipt['logs'] as Answer[]).map(spoiltLog) })
  return {
    eth_getTransactionReceipt: async (params) =>
      spoil((await methods['eth_getTransactionReceipt']!(params)) as Answer | null),
    eth_getBlockReceipts: async (params) =>
      ((await methods['eth_getBlockReceipts']!(params)) as Answer[] | null)?.map(spoil) ?? null,
    ...(lie === 'log' && {
      eth_getLogs: async (params) => ((await methods['eth_getLogs']!(params)) as Answer[]).map(spoiltLog),
    }),
  }
}

/** Other data; of a log without data, another last topic. */
function spoiltLog(log: Answer): Answer {
  const topics = log['topics'] as string[]
  if (log['data'] !== '0x') return { ...log, data: spoilt(log['data'] as string) }
  return { ...log, topics: topics.map((topic, at) => (at === topics.length - 1 ? spoilt(topic) : topic)) }
}

const spoilt = (hex: string): string => `${hex.slice(0, -1)}${hex.endsWith('0') ? '1' : '0'}`
const spoiltLast = (nodes: string[]): string[] =>
  nodes.map((node, at) => (at === nodes.length - 1 ? spoilt(node) : node))

function spoiltProof(answer: unknown): Answer {
  const { accountProof, storageProof, ...rest } = answer as { accountProof: string[]; storageProof: Answer[] }
  return {
    ...rest,
    accountProof: spoiltLast(accountProof),
    storageProof: storageProof.map((slot) => ({ ...slot, proof: spoiltLast(slot['proof'] as string[]) })),
  }
}
