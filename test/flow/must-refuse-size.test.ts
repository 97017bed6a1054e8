// What the hub refuses because it is too large, wherever that is found: server, header, envelope, body, batch.
import { randomBytes } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCertificate } from '../../src/hub/identity/certificate.ts'
import type { Envelope } from '../../src/hub/message/envelope.ts'
import { receivedOne } from '../support/consignment.ts'
import { BANK, deskOf, type Desk } from '../support/desk.ts'
import { ask, compactOf, expectRefused, expectTaken, post, postHeader, signed } from '../support/doors.ts'
import { openWorld, type World } from '../support/world.ts'

let world: World
let desk: Desk
beforeAll(async () => {
  world = await openWorld()
  desk = deskOf(world)
})
afterAll(() => world.close())

describe('oversize', () => {
  it('a body larger than its kind has', async () => {
    const body = Buffer.from(`${JSON.stringify(receivedOne(world, desk.bank.party).body)}${' '.repeat(64 * 1024)}`)
    expectRefused(await post(world, BANK, await desk.composed({ body })), 'TOO_LARGE')
  })
  it('a body larger than any kind has, before it is read', async () => {
    const token = await world.client(BANK).token('api')
    const answer = await new Promise<{ status?: number; text: string }>((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${token}`,
        'content-type': 'application/hub-message+json',
        'content-length': String(25 * 1024 * 1024),
      }
      const request = httpRequest(`${world.url}/v1/messages`, { method: 'POST', headers }, (response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => (text += chunk.toString()))
        response.on('end', () => {
          resolve({ status: response.statusCode!, text })
          request.destroy()
        })
      })
      request.on('error', reject)
      request.flushHeaders()
    })
    expect(answer.status).toBe(413)
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'TOO_LARGE', status: 413 })
  })
  it('an envelope larger than 12 KiB', async () => {
    const envelope = (good: Envelope) => `${JSON.stringify(good)}${' '.repeat(12 * 1024)}`
    expectRefused(await post(world, BANK, await desk.rewritten({ envelope })), 'TOO_LARGE')
  })
  it('an envelope larger than 12 KiB by one byte', async () => {
    const envelope = (good: Envelope) => JSON.stringify(good).padEnd(12 * 1024 + 1)
    expectRefused(await post(world, BANK, await desk.rewritten({ envelope })), 'TOO_LARGE')
    expectTaken(
      await post(world, BANK, await desk.rewritten({ envelope: (good) => JSON.stringify(good).padEnd(12 * 1024) })),
    )
  })
  it('a header larger than 8 KiB', async () => {
    const good = await desk.rewritten({ envelope: (envelope) => JSON.stringify(envelope).padEnd(7 * 1024) })
    expect(compactOf(good).length).toBeGreaterThan(8 * 1024)
    expectRefused(await postHeader(world, BANK, compactOf(good), Buffer.from(good.body, 'base64url')), 'TOO_LARGE')
  })
  it('a header larger than the server reads at all', async () => {
    expectRefused(await postHeader(world, BANK, 'A'.repeat(40 * 1024), '{}'), 'TOO_LARGE')
  })
  it('a protected header larger than 16 KiB', async () => {
    const { envelopeBytes, body } = await desk.composed()
    const path = [randomBytes(16 * 1024)]
    expectRefused(
      await post(world, BANK, await signed({ ...desk.bank, path }, envelopeBytes, body)),
      'ENVELOPE_MALFORMED',
    )
  })
  it('a certificate larger than any is', async () => {
    expect(() => readCertificate(randomBytes(33 * 1024))).toThrow(/CERTIFICATE_MALFORMED/)
  })
  it('more signatures than four', async () => {
    const good = await desk.file()
    const signatures = Array.from({ length: 5 }, () => good.signatures[0]!)
    expectRefused(await post(world, BANK, { ...good, signatures }), 'ENVELOPE_MALFORMED')
  })
  it('a batch of more than a thousand lines', async () => {
    const headers = { 'content-type': 'application/x-ndjson' }
    expectRefused(await ask(world, BANK, '/v1/batches', { headers, body: '{}\n'.repeat(1001) }), 'TOO_LARGE')
  })
})
