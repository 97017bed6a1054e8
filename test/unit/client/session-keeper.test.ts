// Sessions of the client: proved by a typed answer, kept, renewed in time, and never signed for somebody else's hub.
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { HubClient } from '../../../src/client/hub-client.ts'
import { readCompact, verifyJws } from '../../../src/hub/identity/jws.ts'
import type { Signer } from '../../../src/hub/identity/suite.ts'
import { publicKeyFromSpki } from '../../../src/hub/identity/suites/index.ts'

const HUB = 'urn:hub:cn:operator:test'
const ORIGIN = 'http://hub.test'
const START_MS = Date.UTC(2026, 4, 7)
const MINUTE_MS = 60_000
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const key = publicKeyFromSpki(pair.publicKey.export({ type: 'spki', format: 'der' }))
const signer: Signer = {
  alg: 'ES256',
  sign: (bytes) => Promise.resolve(sign('sha256', bytes, { key: pair.privateKey, dsaEncoding: 'ieee-p1363' })),
}
const leaf = Buffer.from('stands for a certificate')

/** A hub of sessions: gives challenges, remembers answers, and answers anything else by `serve`. */
function world(options: { hub?: string; origin?: string; serve?: (token: string, asked: number) => Response } = {}) {
  let nowMs = START_MS
  let challenges = 0
  let asked = 0
  const answers: { answer: string; certificates: string[] }[] = []
  const created = (value: object): Response => new Response(JSON.stringify(value), { status: 201 })
  const fetch = (url: string, init: RequestInit): Promise<Response> => {
    if (!url.endsWith('/v1/sessions')) {
      const token = (init.headers as Record<string, string>)['authorization']!.replace('Bearer ', '')
      return Promise.resolve(options.serve?.(token, ++asked) ?? new Response('{"kinds":[]}'))
    }
    const body = JSON.parse(String(init.body)) as { answer?: string; certificates: string[] }
    if (body.answer === undefined) {
      const nonce = `nonce-${++challenges}`
      return Promise.resolve(created({ nonce, hub: options.hub ?? HUB, origin: options.origin ?? ORIGIN, expires: '' }))
    }
    answers.push(body as { answer: string; certificates: string[] })
    const until = new Date(nowMs + 15 * MINUTE_MS).toISOString()
    return Promise.resolve(created({ token: `token-${answers.length}`, party: 'p', until }))
  }
  const client = new HubClient({
    url: ORIGIN,
    hub: HUB,
    identity: { party: 'urn:hub:cn:bank:banyan', signer, path: [leaf] },
    fetch: fetch as typeof globalThis.fetch,
    clock: () => nowMs,
    sleep: () => Promise.resolve(),
  })
  return { client, answers, pass: (ms: number) => (nowMs += ms) }
}

const problem = (code: string, status: number): Response =>
  new Response(JSON.stringify({ code, status, detail: '', retry: 'no' }), { status })

describe('sessions of the client', () => {
  it('signs exactly hub, origin, party, certificate, nonce, issued and purpose', async () => {
    const { client, answers } = world()
    expect(await client.token('feed')).toBe('token-1')
    const { payload, signature } = readCompact(answers[0]!.answer)
    await expect(verifyJws(payload, signature, 'hub-session+jws', key)).resolves.toBeUndefined()
    expect(JSON.parse(payload.toString())).toEqual({
      hub: HUB,
      origin: ORIGIN,
      party: 'urn:hub:cn:bank:banyan',
      certificate: createHash('sha256').update(leaf).digest('hex'),
      nonce: 'nonce-1',
      issued: '2026-05-07T00:00:00.000Z',
      purpose: 'feed',
    })
    expect(answers[0]!.certificates).toEqual([leaf.toString('base64url')])
  })

  it('proves itself once for many, apart for each purpose, and again before the session ends', async () => {
    const { client, answers, pass } = world()
    await Promise.all([client.kinds(), client.kinds(), client.token('api')])
    expect(answers).toHaveLength(1)
    await client.token('feed')
    expect(answers).toHaveLength(2)
    pass(13 * MINUTE_MS)
    expect(await client.token('api')).toBe('token-1')
    pass(1.5 * MINUTE_MS)
    expect(await client.token('api')).toBe('token-3')
  })

  it('proves itself once more when the hub has forgotten the session, and then believes the hub', async () => {
    const { client, answers } = world({
      serve: (token) => (token === 'token-1' ? problem('SESSION_REQUIRED', 401) : new Response('{"kinds":[]}')),
    })
    expect(await client.kinds()).toEqual({ kinds: [] })
    expect(answers).toHaveLength(2)
    const never = world({ serve: () => problem('SESSION_ENDED', 401) })
    await expect(never.client.kinds()).rejects.toThrow('SESSION_ENDED')
    expect(never.answers).toHaveLength(2)
  })

  it.each([
    [{ hub: 'urn:hub:xx:operator:other' }, /is urn:hub:xx:operator:other, expected urn:hub:cn:operator:test/],
    [{ origin: 'http://elsewhere.test' }, /names http:\/\/elsewhere\.test as its origin/],
  ])('signs nothing for another hub or origin: %j', async (other, told) => {
    const { client, answers } = world(other)
    await expect(client.token('api')).rejects.toThrow(told)
    expect(answers).toEqual([])
  })
})
