// Requests are repeated with the same bytes while the hub is silent or busy, and not otherwise.
import { describe, expect, it } from 'vitest'
import { HubAddresses } from '../../../src/client/hub-addresses.ts'
import { HubProblem, HubSilent, readProblem } from '../../../src/client/hub-problem.ts'
import { request, type RequestDeps } from '../../../src/client/hub-requests.ts'

interface Sent {
  body: unknown
  headers: unknown
}

/** A hub that gives the listed answers one after the other; 'lost' breaks the connection. */
function hubGiving(...answers: ('lost' | { status: number; body?: object | string; retryAfter?: string })[]) {
  const sent: Sent[] = []
  const slept: number[] = []
  const fake = (_url: unknown, init?: RequestInit): Promise<Response> => {
    sent.push({ body: init?.body, headers: init?.headers })
    const answer = answers[sent.length - 1] ?? 'lost'
    if (answer === 'lost')
      return Promise.reject(
        new TypeError('fetch failed', { cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }) }),
      )
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {})
    const headers = answer.retryAfter === undefined ? {} : { 'retry-after': answer.retryAfter }
    return Promise.resolve(new Response(text, { status: answer.status, headers }))
  }
  const deps: RequestDeps = {
    addresses: new HubAddresses(['http://hub.test']),
    fetch: fake,
    sleep: (ms) => {
      slept.push(ms)
      return Promise.resolve()
    },
    jitter: () => 1,
    retry: { attempts: 4, firstDelayMs: 100, delayMaxMs: 1_500, timeoutMs: 1_000 },
  }
  return { deps, sent, slept }
}

const problem = (code: string, status: number, retry: string) => ({ code, status, retry, detail: code, title: code })
const asked = {
  method: 'POST',
  path: '/v1/messages',
  headers: { a: 'b' },
  body: Buffer.from('{"x":1}'),
} as const

describe('request', () => {
  it('sends the same bytes again after a lost connection and after 503', async () => {
    const busy = { status: 503, body: problem('VIEW_BEHIND', 503, 'same-id') }
    const { deps, sent, slept } = hubGiving('lost', busy, { status: 201, body: { index: 4 } })
    expect(await request(asked, deps)).toMatchObject({ status: 201, text: '{"index":4}' })
    expect(sent).toHaveLength(3)
    for (const one of sent) expect(one.body).toBe(asked.body)
    expect(slept).toEqual([100, 200])
  })

  it('waits as long as Retry-After says, but never longer than the policy allows', async () => {
    const busy = (retryAfter: string) => ({ status: 503, body: problem('OVERLOADED', 503, 'same-id'), retryAfter })
    const { deps, slept } = hubGiving(busy('1'), busy('3600'), { status: 200 })
    await request(asked, deps)
    expect(slept).toEqual([1_000, 1_500])
  })

  it('gives up after the attempts allowed and says why nobody answered', async () => {
    const { deps, sent } = hubGiving()
    const failed = await request(asked, deps).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(HubSilent)
    expect((failed as Error).message).toBe('no answer from http://hub.test: ECONNREFUSED refused')
    expect(sent).toHaveLength(4)
  })

  it.each([
    ['FINDINGS', 422],
    ['SIGNATURE_INVALID', 401],
    ['NOT_KNOWN_HERE', 409],
  ])('does not repeat what %s answers', async (code, status) => {
    const { deps, sent } = hubGiving({
      status,
      body: problem(code, status, code === 'NOT_KNOWN_HERE' ? 'after' : 'no'),
    })
    const failed = await request(asked, deps).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(HubProblem)
    expect((failed as HubProblem).problem.code).toBe(code)
    expect(sent).toHaveLength(1)
  })
})

describe('readProblem', () => {
  it('keeps what a problem document says, and the status of the answer', () => {
    const read = readProblem(
      422,
      JSON.stringify({ ...problem('FINDINGS', 400, 'no'), findings: [{ code: 'X', path: '/a', message: 'm' }] }),
    )
    expect(read).toMatchObject({ code: 'FINDINGS', status: 422, findings: [{ code: 'X', path: '/a', message: 'm' }] })
  })

  it('makes a gateway page a problem of its own that may be retried', () => {
    expect(readProblem(502, '<html>bad gateway</html>')).toMatchObject({
      code: 'HTTP_502',
      retry: 'same-id',
      who: 'operator',
    })
    expect(readProblem(404, '')).toMatchObject({ code: 'HTTP_404', retry: 'no' })
  })
})
