// What a node of the devnet says no with.

/**
 * An error of JSON-RPC. Codes: -32700 no JSON, -32600 no request, -32601 no such method, -32602 wrong parameters, -32603 a fault of ours,
 * -32000 refused by the chain, -32005 more than the node gives, 3 the call reverted (`data`: what it returned).
 */
export class RpcError extends Error {
  readonly code: number
  readonly data?: string
  constructor(code: number, message: string, data?: string) {
    super(message)
    this.code = code
    if (data !== undefined) this.data = data
  }
}

export const wrongParams = (what: string): RpcError => new RpcError(-32602, `invalid params: ${what}`)
