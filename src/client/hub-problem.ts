// What a client learns when the hub says no, or says nothing: problems of RFC 9457, and silence.
import type { Actor, Finding, Layer, Retry } from '../hub/errors.ts'
import type { Receipt } from '../hub/journal/journal.ts'

/** The hub's answer in the negative (RFC 9457). `receipt` and `refusal` come with a journaled refusal, `findings` with 422. */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  code: string
  layer: Layer
  who: Actor
  retry: Retry
  findings?: Finding[]
  receipt?: Receipt
  refusal?: { index: number; code: string; rule: string }
}

/** The hub answered no. Carries the whole problem. */
export class HubProblem extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail}`)
    this.name = 'HubProblem'
    this.problem = problem
  }
}

/** The hub gave no answer that can be used, also after the retries. Whether it acted is not known; the same bytes may be sent again. */
export class HubSilent extends Error {
  constructor(what: string, cause: unknown) {
    super(`${what}: ${cause instanceof Error ? reasonOf(cause) : String(cause)}`, { cause })
    this.name = 'HubSilent'
  }
}

/** fetch says only "fetch failed"; the reason a person can act on lies in the causes. */
function reasonOf(error: Error): string {
  let deepest = error
  while (deepest.cause instanceof Error) deepest = deepest.cause
  const code = (deepest as NodeJS.ErrnoException).code
  return [code, deepest.message].filter((part) => part !== undefined && part !== '').join(' ') || error.message
}

/** Reads a problem from an answer's text; an answer that is no problem document becomes one that says so. */
export function readProblem(status: number, text: string): Problem {
  try {
    const value = JSON.parse(text) as Partial<Problem> | null
    if (value !== null && typeof value === 'object' && typeof value.code === 'string')
      return { ...foreign(status, ''), ...value, status }
  } catch {
    // Not JSON: a proxy in between, most likely. Told as such below.
  }
  return foreign(status, text)
}

const foreign = (status: number, text: string): Problem => ({
  type: 'about:blank',
  title: `HTTP ${status}`,
  status,
  detail: text === '' ? `HTTP ${status} without an explanation` : text.slice(0, 300),
  code: `HTTP_${status}`,
  layer: 'transport',
  who: 'operator',
  retry: status >= 502 && status <= 504 ? 'same-id' : 'no',
})
