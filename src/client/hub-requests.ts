// One request to the hub, repeated with the same bytes while the hub is silent or asks for it. Bounded, with backoff.
import { HubProblem, HubSilent, readProblem } from './hub-problem.ts'

export interface RetryPolicy {
  /** How often it is tried in all. */
  attempts: number
  firstDelayMs: number
  delayMaxMs: number
  /** One attempt may take this long. */
  timeoutMs: number
}

export const DEFAULT_RETRY: RetryPolicy = { attempts: 8, firstDelayMs: 100, delayMaxMs: 5_000, timeoutMs: 30_000 }

export interface RequestDeps {
  fetch: typeof fetch
  sleep: (ms: number) => Promise<void>
  /** Between 0 and 1; spreads clients that were refused together. */
  jitter: () => number
  retry: RetryPolicy
}

export interface HubRequest {
  method: 'GET' | 'POST' | 'PUT'
  url: string
  headers: Record<string, string>
  body?: Buffer | string
}

export interface HubAnswer {
  status: number
  text: string
  bytes: Buffer
}

/** Sends until answered for good. Gives any 2xx; throws HubProblem for a no, HubSilent when the attempts are used up. */
export async function request(asked: HubRequest, deps: RequestDeps): Promise<HubAnswer> {
  let delayMs = deps.retry.firstDelayMs
  for (let attempt = 1; ; attempt++) {
    const last = attempt >= deps.retry.attempts
    const { waitMs, answer } = await attemptOnce(asked, deps, last)
    if (answer !== undefined) return answer
    await deps.sleep(Math.min(deps.retry.delayMaxMs, Math.max(waitMs, delayMs * (0.5 + deps.jitter() / 2))))
    delayMs *= 2
  }
}

async function attemptOnce(
  asked: HubRequest,
  deps: RequestDeps,
  last: boolean,
): Promise<{ waitMs: number; answer?: HubAnswer }> {
  let response: Response
  let bytes: Buffer
  try {
    response = await deps.fetch(asked.url, {
      method: asked.method,
      headers: asked.headers,
      ...(asked.body === undefined ? {} : { body: asked.body }),
      signal: AbortSignal.timeout(deps.retry.timeoutMs),
    })
    bytes = Buffer.from(await response.arrayBuffer())
  } catch (cause) {
    if (last) throw new HubSilent(`no answer from ${new URL(asked.url).origin}`, cause)
    return { waitMs: 0 }
  }
  const text = bytes.toString()
  if (response.ok) return { waitMs: 0, answer: { status: response.status, text, bytes } }
  const problem = readProblem(response.status, text)
  if (last || problem.retry !== 'same-id') throw new HubProblem(problem)
  return { waitMs: Number(response.headers.get('retry-after') ?? 0) * 1000 || 0 }
}
