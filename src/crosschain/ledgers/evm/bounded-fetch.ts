// One HTTP exchange with a node, bounded from the first byte to the last: a node that trickles or floods is cut off.
import { TransportFault } from '../../transport.ts'

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/** `name` of the node, for faults. Throws TransportFault: `unreachable`, `timeout`, or `answer` for more than `answerMax` bytes. */
export const boundedFetch =
  (name: string, timeoutMs: number, answerMax: number): Fetch =>
  async (input, init) => {
    const late = AbortSignal.timeout(timeoutMs)
    try {
      const response = await fetch(input, { ...init, signal: late, redirect: 'error' })
      const bytes = await readBody(response, name, answerMax)
      if (!response.ok && !isRefusal(bytes))
        throw new TransportFault('unreachable', `${name} answers with HTTP ${response.status}`)
      return new Response(bytes, { headers: { 'content-type': 'application/json' } })
    } catch (cause) {
      if (cause instanceof TransportFault) throw cause
      if (late.aborted)
        throw new TransportFault('timeout', `${name} has not answered within ${timeoutMs} ms`, { cause })
      throw new TransportFault('unreachable', `${name} cannot be reached: ${reasonOf(cause)}`, { cause })
    }
  }

async function readBody(response: Response, name: string, answerMax: number): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    length += part.length
    // Leaving the loop cancels the rest.
    if (length > answerMax) throw new TransportFault('answer', `${name} answers with more than ${answerMax} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** Some nodes give their errors with a status of HTTP as well. */
function isRefusal(bytes: Buffer): boolean {
  try {
    const { error } = JSON.parse(bytes.toString()) as { error?: { code?: unknown; message?: unknown } }
    return typeof error?.code === 'number' && typeof error.message === 'string'
  } catch {
    return false
  }
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error
  const { code } = (cause ?? {}) as { code?: string }
  return code ?? message
}
