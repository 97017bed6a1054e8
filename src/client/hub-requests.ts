// One request to the hub, repeated with the same bytes while the hub is silent or asks for it. Bounded, with backoff.
import type { HubAddresses } from './hub-addresses.ts'
import { HubProblem, HubSilent, readProblem } from './hub-problem.ts'

export interface RetryPolicy {
  /** How often it is tried in all; at a hub of several addresses, at each of them. */
  attempts: number
  firstDelayMs: number
  delayMaxMs: number
  /** One attempt may take this long. */
  timeoutMs: number
}

export const DEFAULT_RETRY: RetryPolicy = { attempts: 8, firstDelayMs: 100, delayMaxMs: 5_000, timeoutMs: 30_000 }

export interface RequestDeps {
  addresses: HubAddresses
  fetch: typeof fetch
  sleep: (ms: number) => Promise<void>
  /** Between 0 and 1; spreads clients that were refused together. */
  jitter: () => number
  retry: RetryPolicy
}

export interface HubRequest {
  method: 'GET' | 'POST' | 'PUT'
  /** Path and query. */
  path: string
  headers: Record<string, string>
  body?: Buffer | string
}

export interface HubAnswer {
  status: number
  text: string
  bytes: Buffer
}

/**
 * Sends until answered for good: at the next address at once, and after a pause when all have been asked. Gives any 2xx; throws HubProblem
 * for a no, HubSilent when the attempts are used up.
 */
export async function request(asked: HubRequest, deps: RequestDeps): Promise<HubAnswer> {
  const { addresses, retry } = deps
  let delayMs = retry.firstDelayMs
  let askedForMs = 0
  for (let attempt = 1; ; attempt++) {
    const last = attempt >= retry.attempts * addresses.all.length
    const address = addresses.current
    const { waitMs, answer } = await attemptOnce(address, asked, deps, last)
    if (answer !== undefined) return answer
    addresses.leave(address)
    askedForMs = Math.max(askedForMs, waitMs)
    if (!addresses.isRound(attempt)) continue
    await deps.sleep(Math.min(retry.delayMaxMs, Math.max(askedForMs, delayMs * (0.5 + deps.jitter() / 2))))
    delayMs *= 2
    askedForMs = 0
  }
}

async function attemptOnce(
  address: string,
  asked: HubRequest,
  deps: RequestDeps,
  last: boolean,
): Promise<{ waitMs: number; answer?: HubAnswer }> {
  let response: Response
  let bytes: Buffer
  try {
    response = await deps.fetch(address + asked.path, {
      method: asked.method,
      headers: asked.headers,
      ...(asked.body === undefined ? {} : { body: asked.body }),
      signal: AbortSignal.timeout(deps.retry.timeoutMs),
    })
    bytes = Buffer.from(await response.arrayBuffer())
  } catch (cause) {
    if (last) throw new HubSilent(`no answer from ${originsOf(deps.addresses)}`, cause)
    return { waitMs: 0 }
  }
  const text = bytes.toString()
  if (response.ok) return { waitMs: 0, answer: { status: response.status, text, bytes } }
  const problem = readProblem(response.status, text)
  if (last || problem.retry !== 'same-id') throw new HubProblem(problem)
  return { waitMs: Number(response.headers.get('retry-after') ?? 0) * 1000 || 0 }
}

const originsOf = ({ all }: HubAddresses): string => all.map((url) => new URL(url).origin).join(', ')
