// Fetching from outside, guarded: no redirects, no cookies, no reused connections; bounded in size and time.
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { checkFetchUrl } from './fetch-guard.ts'

export interface FetchRequest {
  url: string
  accept: string
  /** Sent by POST; absent: GET. */
  body?: { type: string; bytes: Uint8Array }
  bytesMax: number
}

/** Fetches the bytes of an answer 200. Throws with the reason of anything else. */
export type Fetch = (request: FetchRequest) => Promise<Buffer>

const TIMEOUT_MS = 10_000

/** A fetch that reaches public addresses and the hosts (host:port) that the operator allows. */
export function guardedFetch(allowed: ReadonlySet<string>, timeoutMs = TIMEOUT_MS): Fetch {
  return async ({ url: text, accept, body, bytesMax }) => {
    const { url, lookup } = checkFetchUrl(text, allowed)
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest
    // One limit for everything, so that nobody can hold the hub by answering a byte at a time.
    const signal = AbortSignal.timeout(timeoutMs)
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = send(url, {
        method: body ? 'POST' : 'GET',
        agent: false,
        lookup,
        signal,
        headers: { accept, ...(body && { 'content-type': body.type, 'content-length': body.bytes.length }) },
      })
      outgoing.on('response', resolve).on('error', reject).end(body?.bytes)
    })
    return readAnswer(answer, bytesMax)
  }
}

async function readAnswer(answer: IncomingMessage, bytesMax: number): Promise<Buffer> {
  try {
    if (answer.statusCode !== 200) throw new Error(`the answer has status ${answer.statusCode}`)
    const chunks: Buffer[] = []
    let length = 0
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > bytesMax) throw new Error(`the answer is larger than ${bytesMax} bytes`)
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } finally {
    answer.destroy()
  }
}
