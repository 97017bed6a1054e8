// The relay's side: a signature counts if it is the expected key's over what the relay knows; enough is enough; a hanger is not waited for.
import { createServer, type Server, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  addressOfKey,
  attestationDigest,
  signDigest,
  type AttestedAct,
} from '../../../../src/crosschain/attestation.ts'
import { type ValidatorClient, validatorClient } from '../../../../src/crosschain/validator/client.ts'
import { gatherAttestation } from '../../../../src/crosschain/validator/gather.ts'
import { codeOf } from './desk.ts'

const ACT: AttestedAct = {
  chainId: 8401,
  gateway: 'ab'.repeat(20),
  epoch: 3,
  lane: '1a'.repeat(32),
  sequence: 7,
  act: 'deliver',
  value: '2b'.repeat(32),
}
const key = (n: number): Buffer => Buffer.alloc(32, n + 1)
const party = (name: string): string => `urn:hub:cn:operator:${name}`
const sign = (n: number, act: AttestedAct = ACT): Uint8Array => signDigest(attestationDigest(act), key(n))
const never = (): Promise<never> => new Promise(() => {})

describe('one validator is asked', () => {
  let server: Server
  let reply: (response: ServerResponse, body: string) => void
  let asked: string[]
  const json =
    (status: number, body: unknown) =>
    (response: ServerResponse): void =>
      void response.writeHead(status).end(JSON.stringify(body))
  const good = (changes: object = {}) => ({
    party: party('a'),
    address: addressOfKey(key(0)),
    epoch: 3,
    value: ACT.value,
    signature: Buffer.from(sign(0)).toString('base64url'),
    ...changes,
  })
  const client = (more: object = {}): ValidatorClient => {
    const { port } = server.address() as AddressInfo
    const url = `http://127.0.0.1:${port}`
    return validatorClient({ url, party: party('a'), address: addressOfKey(key(0)), timeoutMs: 20_000, ...more })
  }

  beforeEach(async () => {
    asked = []
    server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => (body += String(chunk)))
      request.on('end', () => {
        asked.push(`${request.headers.authorization ?? ''} ${body}`)
        reply(response, body)
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterEach(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })

  it('by names and epoch alone, with its token', async () => {
    reply = json(200, good())
    expect(Buffer.from(await client({ token: 'secret' }).attest(ACT))).toEqual(Buffer.from(sign(0)))
    const { lane, sequence, epoch } = ACT
    expect(asked).toEqual([`Bearer secret ${JSON.stringify({ lane, sequence, act: 'deliver', epoch })}`])
  })
  const wrong: [string, unknown, string][] = [
    ['another value', good({ value: '3c'.repeat(32) }), 'VALUE_DIFFERS'],
    ['no value', good({ value: undefined }), 'VALUE_DIFFERS'],
    ['another’s signature', good({ signature: Buffer.from(sign(1)).toString('base64url') }), 'SIGNATURE'],
    ['one over another act', good({ signature: signedOver({ act: 'acknowledge' }) }), 'SIGNATURE'],
    ['one for another set', good({ signature: signedOver({ epoch: 2 }) }), 'SIGNATURE'],
    ['one for another chain', good({ signature: signedOver({ chainId: 1 }) }), 'SIGNATURE'],
    ['one with a v that ledgers refuse', good({ signature: withV(-27) }), 'SIGNATURE'],
    ['one too short', good({ signature: 'AAAA' }), 'SIGNATURE'],
    ['no signature', good({ signature: undefined }), 'SIGNATURE'],
    ['a number as signature', good({ signature: 5 }), 'SIGNATURE'],
    ['a list', [good()], 'ANSWER'],
    ['null', null, 'ANSWER'],
  ]
  it.each(wrong)('%s is not taken', async (_, body, code) => {
    reply = json(200, body)
    expect(await codeOf(client().attest(ACT))).toBe(code)
  })
  it('its refusal is told by its code, whatever text it makes of it', async () => {
    reply = json(409, { code: 'SIGNED_OTHERWISE', detail: 'x'.repeat(5000) })
    const refused = await client()
      .attest(ACT)
      .catch((error: unknown) => error as Error)
    expect(refused).toMatchObject({ code: 'SIGNED_OTHERWISE', retry: false })
    expect((refused as Error).message.length).toBeLessThan(400)
    reply = json(404, { code: 'NOT_THERE', detail: '' })
    await expect(client().attest(ACT)).rejects.toMatchObject({ retry: true })
    reply = json(503, { code: '<script>' })
    await expect(client().attest(ACT)).rejects.toMatchObject({ code: 'STATUS_503', retry: true })
  })
  it('a flood, a redirect, garbage, silence and a closed door end in bounds', async () => {
    reply = (response) => void response.writeHead(200).end(Buffer.alloc(1_000_000, 32))
    expect(await codeOf(client().attest(ACT))).toBe('ANSWER')
    reply = (response) => void response.writeHead(307, { location: '/v1/attest' }).end()
    expect(await codeOf(client().attest(ACT))).toBe('UNREACHABLE')
    reply = (response) => void response.writeHead(200).end('garbage')
    expect(await codeOf(client().attest(ACT))).toBe('ANSWER')
    reply = () => {}
    expect(await codeOf(client({ timeoutMs: 50 }).attest(ACT))).toBe('LATE')
    reply = (response) => void response.writeHead(200).write('{')
    expect(await codeOf(client({ timeoutMs: 50 }).attest(ACT))).toBe('LATE')
    expect(await codeOf(client({ url: 'http://127.0.0.1:1' }).attest(ACT))).toBe('UNREACHABLE')
  })

  function signedOver(changes: Partial<AttestedAct>): string {
    return Buffer.from(sign(0, { ...ACT, ...changes })).toString('base64url')
  }
  function withV(more: number): string {
    const signature = Buffer.from(sign(0))
    signature[64]! += more
    return signature.toString('base64url')
  }
})

describe('many are asked', () => {
  const fake = (n: number, name: string, attest: ValidatorClient['attest'] = async (act) => sign(n, act)) => ({
    party: party(name),
    address: addressOfKey(key(n)),
    attest,
  })

  it('the signatures are in ascending order of addresses, no more than are needed', async () => {
    const { attestation, signed, enough, operators } = await gatherAttestation(
      [0, 1, 2, 3, 4].map((n) => fake(n, `p${n}`)),
      ACT,
      3,
    )
    expect([attestation.epoch, attestation.signatures.length, enough, operators]).toEqual([3, 3, true, 3])
    const addresses = signed.map(({ address }) => address)
    expect(addresses).toEqual(addresses.toSorted())
    const owners = addresses.map((address) => [0, 1, 2, 3, 4].find((n) => addressOfKey(key(n)) === address)!)
    expect(attestation.signatures).toEqual(owners.map((n) => sign(n)))
  })
  it('a hanger is not waited for once enough have signed', async () => {
    const clients = [fake(0, 'a', never), fake(1, 'b'), fake(2, 'c')]
    const { enough, refused } = await gatherAttestation(clients, ACT, 2)
    expect(enough).toBe(true)
    expect(refused).toMatchObject([{ party: party('a'), code: 'LATE' }])
  })
  it('a hanger is given up where it would have been needed', async () => {
    const { enough, signed, refused, attestation } = await gatherAttestation(
      [fake(0, 'a', never), fake(1, 'b')],
      ACT,
      2,
      { timeoutMs: 30 },
    )
    expect([enough, signed.length, attestation.signatures.length]).toEqual([false, 1, 1])
    expect(refused).toMatchObject([{ party: party('a'), code: 'LATE', retry: true }])
  })
  it('those who are given up are told', async () => {
    let told = false
    const hanger = fake(0, 'a', (_, signal) => {
      signal!.addEventListener('abort', () => (told = true))
      return never()
    })
    await gatherAttestation([hanger, fake(1, 'b')], ACT, 1)
    expect(told).toBe(true)
  })
  it('two keys of one party are one operator', async () => {
    const clients = [fake(0, 'a'), fake(1, 'a'), fake(2, 'b', async () => Promise.reject(new Error('away')))]
    const { enough, operators, refused } = await gatherAttestation(clients, ACT, 2, { operators: 2 })
    expect([enough, operators]).toEqual([false, 1])
    expect(refused).toMatchObject([{ party: party('b'), why: 'away' }])
  })
  it('one key twice is one signature', async () => {
    const { enough, signed } = await gatherAttestation([fake(0, 'a'), fake(0, 'a')], ACT, 2)
    expect([enough, signed.length]).toEqual([false, 1])
  })
  it('nobody to ask is too few', async () => {
    expect(await gatherAttestation([], ACT, 1)).toMatchObject({ enough: false, signed: [], refused: [] })
  })
  it('is enough exactly if enough keys of enough parties sign, whoever else refuses', async () => {
    const one = fc.record({ owner: fc.constantFrom('a', 'b', 'c'), signs: fc.boolean() })
    const wanted = fc.record({ threshold: fc.integer({ min: 1, max: 4 }), operators: fc.integer({ min: 1, max: 3 }) })
    await fc.assert(
      fc.asyncProperty(fc.array(one, { maxLength: 6 }), wanted, async (all, { threshold, operators }) => {
        fc.pre(operators <= threshold)
        const clients = all.map(({ owner, signs }, n) =>
          fake(n, owner, async (act) => (signs ? sign(n, act) : Promise.reject(new Error('no')))),
        )
        const willing = all.filter(({ signs }) => signs)
        const could = willing.length >= threshold && new Set(willing.map(({ owner }) => owner)).size >= operators
        const got = await gatherAttestation(clients, ACT, threshold, { operators })
        expect(got.enough).toBe(could)
        if (!could) return
        expect(got.signed).toHaveLength(threshold)
        expect(new Set(got.signed.map(({ address }) => address)).size).toBe(threshold)
        expect(new Set(got.signed.map((signed) => signed.party)).size).toBeGreaterThanOrEqual(operators)
      }),
    )
  })
})
