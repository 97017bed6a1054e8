// What a stranger or a careless party may ask of the hub: bounded, and answered as a problem that says what to do.
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildHub } from '../../src/app.ts'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { declared } from '../support/consignment.ts'
import { expectRefused, post } from '../support/doors.ts'
import { openWorld, type World } from '../support/world.ts'
import { LONG_MS } from '../support/patience.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const problem = async (path: string, init?: RequestInit): Promise<{ status: number; code: string }> => {
  const response = await fetch(`${world.url}${path}`, init)
  expect(response.headers.get('content-type')).toContain('application/problem+json')
  const { code } = (await response.json()) as { code: string }
  return { status: response.status, code }
}

describe('before a caller is known', () => {
  it('takes no large body into memory for a session', async () => {
    const body = JSON.stringify(Array.from({ length: 200_000 }, (_, n) => n))
    expect(await problem('/v1/sessions', { method: 'POST', body })).toEqual({ status: 413, code: 'TOO_LARGE' })
  })
  it('answers a message without a session before its body has come', async () => {
    const { port } = new URL(world.url)
    const socket = connect(Number(port), '127.0.0.1')
    const head =
      'POST /v1/messages HTTP/1.1\r\nhost: hub\r\ncontent-type: application/json\r\ncontent-length: 20000000\r\n\r\n{'
    const answer = await new Promise<string>((resolve) => {
      socket.once('data', (data) => resolve(String(data)))
      socket.write(head)
    })
    socket.destroy()
    expect(answer).toContain('401')
    expect(answer).toContain('SESSION_REQUIRED')
  })
})

describe('odd requests', () => {
  it.each([
    ['/v1/messages/%zz', 400],
    [`/v1/messages/${'9'.repeat(300)}`, 400],
    ['/v1/feed/socket', 400],
    ['/v1/nothing', 404],
  ])('%s is a problem document', async (path, status) => {
    const answer = await problem(path)
    expect(answer.status === status || answer.status === 401, JSON.stringify(answer)).toBe(true)
  })
})

describe('documents and signatures', () => {
  it('says how many findings are not listed', async () => {
    const { body } = declared(world)
    const items = Array.from({ length: 3_000 }, () => ({}))
    const answer = expectRefused(
      await post(
        world,
        'guangxi-exporter',
        await world.compose('guangxi-exporter', { ...declared(world), body: { ...(body as object), items } }),
      ),
      'FINDINGS',
    )
    const findings = answer.body['findings'] as unknown as { code: string; params?: { left: number } }[]
    expect(findings.length).toBe(201)
    expect(findings.at(-1)).toMatchObject({ code: 'MORE_FINDINGS', params: { left: expect.any(Number) } })
  })
  it('takes each signer once', async () => {
    const message = await world.compose('guangxi-exporter', declared(world))
    const twice = { ...message, signatures: [message.signatures[0]!, message.signatures[0]!] }
    expectRefused(await post(world, 'guangxi-exporter', twice), 'SIGNATURE_INVALID')
  })
  it('keeps no subscription to a view that does not exist', async () => {
    const token = await world.client('nanning-bank').token('api')
    const body = JSON.stringify({ name: 'odd', view: 'nope' })
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    expect(await problem('/v1/subscriptions', { method: 'POST', body, headers })).toEqual({
      status: 400,
      code: 'SUBSCRIPTION_INVALID',
    })
  })
})

it('names the key file when the key folder is of another hub', { timeout: LONG_MS }, async () => {
  await world.hub.close()
  const path = join(world.config.keys, 'index.key')
  writeFileSync(path, `${'ab'.repeat(32)}\n`)
  await expect(buildHub(world.config, { clock: Date.now })).rejects.toThrow(
    /index\.key is not the key that this data was begun with/,
  )
})
