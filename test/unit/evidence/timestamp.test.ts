// RFC 3161 tokens from a real authority (openssl ts behind a loopback server), in checkpoints and bundles.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HubError } from '../../../src/hub/errors.ts'
import { requestTimestamp } from '../../../src/hub/evidence/timestamp-client.ts'
import { verifyTimestamp } from '../../../src/hub/evidence/timestamp.ts'
import { verifyBundle } from '../../../src/hub/evidence/verify.ts'
import { stopSm2Workers } from '../../../src/hub/identity/suites/index.ts'
import { bytesOf } from './bundle-cases.ts'
import { draftOf, openRoom } from './hub-room.ts'
import { LONG_MS } from '../../support/patience.ts'

const hasOpenssl = spawnSync('openssl', ['version']).status === 0
if (!hasOpenssl) console.warn('skipped: timestamps need the openssl command on PATH (Debian: apt-get install openssl)')

const CONFIG = (folder: string, alg: string): string => `
[tsa]
default_tsa = example
[example]
serial = ${folder}/serial
signer_cert = ${folder}/tsa.pem
certs = ${folder}/ca.pem
signer_key = ${folder}/tsa.key
signer_digest = ${alg}
default_policy = 1.3.6.1.4.1.99999.3
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
[tsa_ext]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[other_ext]
extendedKeyUsage = clientAuth
`

/** An authority in a folder: its own CA, a signer with the extensions named. */
function authority(
  folder: string,
  alg = 'sha256',
  newKey = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  extensions = 'tsa_ext',
): void {
  const at = (name: string): string => join(folder, name)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe', cwd: folder })
  writeFileSync(at('tsa.cnf'), CONFIG(folder, alg))
  writeFileSync(at('serial'), '01\n')
  openssl(
    'req',
    '-x509',
    '-newkey',
    ...newKey,
    '-nodes',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-subj',
    '/O=Example Fictions Ltd/CN=Example Time Root',
    '-days',
    '30',
  )
  openssl(
    'req',
    '-newkey',
    ...newKey,
    '-nodes',
    '-keyout',
    'tsa.key',
    '-out',
    'tsa.csr',
    '-subj',
    '/O=Example Fictions Ltd/CN=Example Time Authority',
  )
  openssl(
    'x509',
    '-req',
    '-in',
    'tsa.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '30',
    '-extfile',
    'tsa.cnf',
    '-extensions',
    extensions,
    '-out',
    'tsa.pem',
  )
}

function reply(folder: string, query: Buffer): Buffer {
  writeFileSync(join(folder, 'query'), query)
  execFileSync('openssl', ['ts', '-reply', '-config', 'tsa.cnf', '-queryfile', 'query', '-out', 'reply'], {
    cwd: folder,
    stdio: 'pipe',
  })
  return readFileSync(join(folder, 'reply'))
}

const derOf = (folder: string, name = 'ca.pem'): Buffer =>
  Buffer.from(readFileSync(join(folder, name), 'latin1').replace(/-----[^-]+-----|\s/g, ''), 'base64')

describe.skipIf(!hasOpenssl)('timestamps', () => {
  const folders: string[] = []
  const folder = (): string => {
    folders.push(mkdtempSync(join(tmpdir(), 'example-tsa-')))
    return folders.at(-1)!
  }
  let home: string
  let server: Server
  let url: string
  let answer: (query: Buffer) => Buffer | number
  const nonce = Buffer.from('0011223344556677', 'hex')
  const note = Buffer.from('a note to be stamped\n')

  beforeAll(async () => {
    home = folder()
    authority(home)
    server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const given =
          request.headers['content-type'] === 'application/timestamp-query' ? answer(Buffer.concat(chunks)) : 415
        response.writeHead(typeof given === 'number' ? given : 200, {
          'content-type': 'application/timestamp-reply',
          connection: 'close',
        })
        response.end(typeof given === 'number' ? '' : given)
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  })
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve))
    for (const one of folders) rmSync(one, { recursive: true })
    await stopSm2Workers()
  })

  it('are asked for, verified and traced to the authority', async () => {
    answer = (query) => reply(home, query)
    const token = await requestTimestamp(note, nonce, { url, authorities: [derOf(home)] })
    const found = await verifyTimestamp(token, note, [derOf(home)])
    expect(found).toMatchObject({ anchored: true, authority: expect.stringContaining('Example Time Authority') })
    expect(Math.abs(Date.parse(found.at) - Date.now())).toBeLessThan(60_000)
    expect((await verifyTimestamp(token, note, [derOf(home, 'tsa.pem')])).anchored).toBe(true)
    expect((await verifyTimestamp(token, note, [])).anchored).toBe(false)
    await expect(verifyTimestamp(token, Buffer.from('another note'), [])).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
    })
  })

  it('may be signed with RSA and longer digests', async () => {
    const rsa = folder()
    authority(rsa, 'sha512', ['rsa:2048'])
    answer = (query) => reply(rsa, query)
    const token = await requestTimestamp(note, nonce, { url, authorities: [derOf(rsa)] })
    expect((await verifyTimestamp(token, note, [derOf(rsa)])).anchored).toBe(true)
  })

  it('have nothing in them that goes uncovered: no byte of a token can be another', { timeout: LONG_MS }, async () => {
    answer = (query) => reply(home, query)
    const token = await requestTimestamp(note, nonce, { url })
    const anchors = [[], [derOf(home)]]
    for (let at = 0; at < token.length; at++) {
      const other = Buffer.from(token)
      other[at]! ^= at % 2 ? 1 : 32
      await expect(verifyTimestamp(other, note, anchors[(at >> 1) % 2]!), `byte ${at}`).rejects.toThrow()
    }
    await expect(verifyTimestamp(Buffer.concat([token, Buffer.from([0])]), note, [])).rejects.toThrow()
  })

  it('are refused from a certificate that is not for timestamps, another authority, or for another request', async () => {
    const wrong = folder()
    authority(wrong)
    answer = (query) => reply(wrong, query)
    await expect(requestTimestamp(note, nonce, { url, authorities: [derOf(home)] })).rejects.toThrow(
      /no authority that is configured/,
    )
    const replayed = reply(home, Buffer.from(await queryFor(Buffer.alloc(8, 9))))
    answer = () => replayed
    await expect(requestTimestamp(note, nonce, { url })).rejects.toThrow(/another request/)
    answer = () => 503
    await expect(requestTimestamp(note, nonce, { url })).rejects.toThrow(/503/)
    answer = () => Buffer.from('not DER')
    await expect(requestTimestamp(note, nonce, { url })).rejects.toThrow()
    answer = () => Buffer.alloc(70_000)
    await expect(requestTimestamp(note, nonce, { url })).rejects.toThrow(/too large/)
  })

  /** The query that the client sends for the note with another nonce. */
  async function queryFor(other: Buffer): Promise<Buffer> {
    let seen = Buffer.alloc(0)
    answer = (query) => {
      seen = Buffer.from(query)
      return 500
    }
    await expect(requestTimestamp(note, other, { url })).rejects.toThrow(/500/)
    return seen
  }

  it('come with bundles once there is one, and never hold up a checkpoint', async () => {
    const faults: unknown[] = []
    answer = () => 503
    const room = await openRoom({
      timestamps: { url, authorities: [derOf(home)], intervalMs: 0 },
      onFault: (_, error) => faults.push(error),
    })
    await room.enter(draftOf(room.bankA, {}))
    const bare = await room.bundle(0)
    expect(bare.checkpoint.timestamp).toBeNull()
    while (faults.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(String(faults[0])).toContain('503')
    answer = (query) => reply(home, query)
    while (!(await room.evidence.stampedFrom(1))) {
      await room.evidence.step()
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const bundle = await room.bundle(0)
    expect(bundle.checkpoint.timestamp).not.toBeNull()
    const state = async (trust: typeof room.trust, require: string[] = []) => {
      const verdict = await verifyBundle(bytesOf(bundle), trust, { require })
      return [verdict.verdict, verdict.links.find(({ link }) => link === 'timestamp')!.state]
    }
    const pem = (name: string) => [readFileSync(join(home, name), 'latin1')]
    expect(await state({ ...room.trust, timestampAuthorities: pem('ca.pem') }, ['timestamp'])).toEqual([
      'verified',
      'ok',
    ])
    expect(await state(room.trust)).toEqual(['verified', 'unchecked'])
    expect(await state(room.trust, ['timestamp'])).toEqual(['refused', 'broken'])
    const wrong = folder()
    authority(wrong)
    const foreign = [readFileSync(join(wrong, 'ca.pem'), 'latin1')]
    expect(await state({ ...room.trust, timestampAuthorities: foreign })).toEqual(['refused', 'broken'])
    const unnamed = structuredClone(bundle)
    unnamed.checkpoint.timestamp = null
    expect(await verifyBundle(bytesOf(unnamed), room.trust)).toMatchObject({ verdict: 'verified' })
    await room.close()
  })

  it('are refused by a verifier that is given anything else', async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('30', 'hex'), Buffer.from('3000', 'hex'), note])
      await expect(verifyTimestamp(bytes, note, [])).rejects.toThrow(HubError)
  })
})
