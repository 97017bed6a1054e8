// Questions to the nodes of one ledger: one after the other until one of them answers. Each answer is bounded in time and in size, body
// included, and no node is asked anything before it has said that it is of the right chain.
import { BaseError, http, RpcRequestError } from 'viem'
import type { Clock } from '../../../hub/index.ts'
import { TransportFault, type TransportFaultKind } from '../../transport.ts'
import { boundedFetch } from './bounded-fetch.ts'
import { NodeFault, readNodeFault } from './node-fault.ts'

export interface RpcOptions {
  /** Asked in this order; one that has failed is asked last for a while. */
  urls: readonly string[]
  chainId: number
  /** For one question to one node. Default 10 s. */
  timeoutMs?: number
  /** Bytes of one answer. Default 16 MiB. */
  answerMax?: number
  clock: Clock
  /** Told of a node that failed and of others being asked in its place. */
  onEvent?(event: NodeEvent): void
}

export interface NodeEvent {
  /** Host and port alone: the rest of a URL may be a secret. */
  node: string
  method: string
  kind: TransportFaultKind
  message: string
}

/** Throws TransportFault: `unreachable`, `timeout`, `answer`; NodeFault where the node itself said no. */
export interface Rpc {
  ask(method: string, params: readonly unknown[]): Promise<unknown>
}

interface Node {
  name: string
  checked: boolean
  restUntilMs: number
  request(method: string, params: readonly unknown[]): Promise<unknown>
}

const TIMEOUT_MS = 10_000
const ANSWER_MAX = 16 * 1024 * 1024
const REST_MS = 10_000

export function evmRpc(options: RpcOptions): Rpc {
  const { urls, chainId, clock, onEvent } = options
  if (urls.length === 0) throw new TransportFault('unreachable', 'no node of this ledger is configured')
  const nodes = urls.map((url) => nodeAt(url, options))
  const inOrder = (): Node[] => nodes.toSorted((a, b) => Number(rests(a)) - Number(rests(b)))
  const rests = ({ restUntilMs }: Node): boolean => restUntilMs > clock()
  const askNode = async (node: Node, method: string, params: readonly unknown[]): Promise<unknown> => {
    if (!node.checked) checkChain(node, await node.request('eth_chainId', []), chainId)
    return node.request(method, params)
  }
  return {
    async ask(method, params) {
      let last: unknown
      for (const node of inOrder()) {
        try {
          return await askNode(node, method, params)
        } catch (error) {
          if (error instanceof NodeFault || !(error instanceof TransportFault)) throw error
          last = error
          // Behind the same address there may be another node the next time.
          node.checked = false
          node.restUntilMs = clock() + REST_MS
          onEvent?.({ node: node.name, method, kind: error.kind, message: error.message })
        }
      }
      throw last
    },
  }
}

function checkChain(node: Node, said: unknown, chainId: number): void {
  const same = typeof said === 'string' && /^0x[0-9a-f]{1,16}$/i.test(said) && BigInt(said) === BigInt(chainId)
  if (!same)
    throw new TransportFault('answer', `${node.name} is of chain ${String(said).slice(0, 40)}, not of ${chainId}`)
  node.checked = true
}

function nodeAt(url: string, { timeoutMs = TIMEOUT_MS, answerMax = ANSWER_MAX }: RpcOptions): Node {
  const name = hostOf(url)
  // The library's own limit of time ends when the head of the answer is there.
  const { request } = http(url, {
    retryCount: 0,
    timeout: 0,
    maxResponseBodySize: false,
    fetchFn: boundedFetch(name, timeoutMs, answerMax),
  })({ retryCount: 0 })
  return {
    name,
    checked: false,
    restUntilMs: 0,
    async request(method, params) {
      let result: unknown
      try {
        result = await request({ method, params } as never)
      } catch (error) {
        throw faultOf(error, name, method)
      }
      if (result === undefined) throw new TransportFault('answer', `${name} answers ${method} without a result`)
      return result
    },
  }
}

function faultOf(error: unknown, name: string, method: string): TransportFault {
  const inner = causes(error)
  const own = inner.find((one) => one instanceof TransportFault)
  if (own) return own
  const refused = inner.find((one) => one instanceof RpcRequestError)
  if (refused) return readNodeFault(method, { code: refused.code, message: refused.details, data: refused.data })
  // The library's own errors say the whole URL, which may hold a secret; what is under them does not.
  const cause = inner.find((one) => !(one instanceof BaseError))
  return new TransportFault('answer', `what ${name} answers to ${method} cannot be read`, cause ? { cause } : {})
}

function causes(error: unknown): unknown[] {
  const found: unknown[] = []
  for (let one = error; one !== undefined && found.length < 10; one = one instanceof BaseError ? one.cause : undefined)
    found.push(one)
  return found
}

function hostOf(url: string): string {
  if (!URL.canParse(url)) throw new TransportFault('unreachable', 'the address of a node is no URL')
  return new URL(url).host
}
