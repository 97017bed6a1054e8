// What a node says no with.
import { TransportFault } from '../../transport.ts'

/** An error that the node gave as its answer. `rpcCode` is of JSON-RPC, 0 where it has none; `data` what a call reverted with. */
export class NodeFault extends TransportFault {
  readonly rpcCode: number
  readonly said: string
  readonly data?: string
  constructor(method: string, error: { code: number; message: string; data?: string }) {
    super('answer', `the node refuses ${method}: ${error.message} (${error.code})`)
    this.rpcCode = error.code
    this.said = error.message
    if (error.data !== undefined) this.data = error.data
  }
}

const TEXT_MAX = 200
const DATA_MAX = 8192

/** Reads the error of an answer; whatever it is, something short comes of it. */
export function readNodeFault(method: string, error: unknown): NodeFault {
  const { code, message, data } = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>
  const text = typeof message === 'string' ? message.slice(0, TEXT_MAX) : 'without a reason'
  const bytes = dataIn(data)
  const number = Number.isSafeInteger(code) ? (code as number) : 0
  return new NodeFault(method, { code: number, message: text, ...(bytes !== undefined && { data: bytes }) })
}

/** Nodes put it as hex, as hex in a member `data`, or after the word `Reverted`. */
function dataIn(value: unknown): string | undefined {
  if (typeof value === 'object' && value !== null) return dataIn((value as Record<string, unknown>)['data'])
  if (typeof value !== 'string') return undefined
  const [hex] = /0x(?:[0-9a-f]{2})*$/i.exec(value.slice(0, DATA_MAX)) ?? []
  return hex?.toLowerCase()
}
