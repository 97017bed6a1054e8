// A TLS client certificate in place of a session: international parties only, since TLS here has no SM2.
import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { messageFile } from '../../src/client/compose.ts'
import { MESSAGE_FILE_TYPE } from '../../src/hub/message/envelope.ts'
import { generateKeyPair, issueCertificate } from '../../src/hub/identity/issue.ts'
import { openWorld, type World } from '../support/world.ts'

let world: World
let ca: string

beforeAll(async () => {
  world = await openWorld({
    env: async (sandbox, listen) => {
      const authority = join(sandbox, 'authorities', 'cn-p256')
      const key = generateKeyPair('ES256')
      const certificate = await issueCertificate({
        subject: { C: 'CN', O: 'Sandbox (invented)', CN: 'hub on loopback' },
        spkiDer: key.spkiDer,
        issuer: {
          certificateDer: new X509Certificate(readFileSync(join(authority, 'ca.pem'))).raw,
          privateKey: createPrivateKey(readFileSync(join(authority, 'ca.key.pem'))),
        },
        usage: 'tls-server',
        ipAddresses: ['127.0.0.1'],
        notBeforeMs: Date.now() - 60_000,
        notAfterMs: Date.now() + 3_600_000,
      })
      ca = join(authority, 'ca.pem')
      const files = { key: join(sandbox, 'tls.key.pem'), cert: join(sandbox, 'tls.pem') }
      writeFileSync(files.key, key.privateKeyPem(), { mode: 0o600 })
      writeFileSync(files.cert, `${new X509Certificate(certificate).toString()}\n`)
      return {
        HUB_TLS_KEY: files.key,
        HUB_TLS_CERT: files.cert,
        HUB_TLS_CLIENT_CA: ca,
        HUB_ORIGIN: `https://${listen}`,
      }
    },
  })
})
afterAll(() => world.close())

interface Answer {
  status: number
  body: { code?: string; index?: number }
}

/** One request with the TLS identity of a party, or with none. */
function ask(
  who: string | { key: string; cert: string } | undefined,
  path: string,
  body?: { type: string; text: string },
): Promise<Answer> {
  const where = join(world.dir, 'sandbox', 'parties', String(who))
  const identity =
    typeof who === 'string'
      ? { key: readFileSync(join(where, 'key.pem')), cert: readFileSync(join(where, 'certificate.pem')) }
      : who
  return new Promise((resolve, reject) => {
    const asked = request(
      `${world.url.replace('http:', 'https:')}${path}`,
      {
        ca: readFileSync(ca),
        ...identity,
        agent: false,
        method: body ? 'POST' : 'GET',
        headers: body ? { 'content-type': body.type } : {},
      },
      (response) => {
        let text = ''
        response.on('data', (chunk) => (text += String(chunk)))
        response.on('end', () => resolve({ status: response.statusCode!, body: JSON.parse(text) as Answer['body'] }))
      },
    )
    asked.on('error', reject)
    asked.end(body?.text)
  })
}

const applied = async (): Promise<{ type: string; text: string }> => {
  const body = { act: 'apply', applicationId: `TLS-${randomBytes(4).toString('hex')}` }
  return {
    type: MESSAGE_FILE_TYPE,
    text: JSON.stringify(messageFile(await world.compose('nanning-bank', { kind: 'tradefinance.financing', body }))),
  }
}

it('takes the certificate of the connection as the identity of the caller', async () => {
  expect((await ask('nanning-bank', '/v1/feed')).status).toBe(200)
  // The document is unfinished on purpose: findings prove that the caller was let through as its own sender.
  expect(await ask('nanning-bank', '/v1/messages', await applied())).toMatchObject({
    status: 422,
    body: { code: 'FINDINGS' },
  })
})

it('does not let one party submit for another', async () => {
  expect(await ask('second-bank', '/v1/messages', await applied())).toMatchObject({
    status: 403,
    body: { code: 'PARTY_MISMATCH' },
  })
})

it('asks a connection without a certificate for a session', async () => {
  expect(await ask(undefined, '/v1/feed')).toMatchObject({ status: 401, body: { code: 'SESSION_REQUIRED' } })
})

it('refuses a client certificate of a CA that no country has entered', async () => {
  const stranger = generateKeyPair('ES256')
  const certificate = await issueCertificate({
    subject: { C: 'CN', O: 'Stranger (invented)', CN: 'self' },
    spkiDer: stranger.spkiDer,
    privateKey: stranger.privateKey,
    party: world.urn('nanning-bank'),
    usage: 'sign',
    notBeforeMs: Date.now() - 60_000,
    notAfterMs: Date.now() + 3_600_000,
  })
  const identity = { key: stranger.privateKeyPem(), cert: new X509Certificate(certificate).toString() }
  expect(await ask(identity, '/v1/feed')).toMatchObject({ status: 401, body: { code: 'CERTIFICATE_UNTRUSTED' } })
})
