import { generateKeyPairSync, createPublicKey, createPrivateKey, randomBytes } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { generateKeyPair } from '../../../src/hub/identity/issue.ts'
import type { PublicKey, SuiteName } from '../../../src/hub/identity/suite.ts'
import {
  publicKeyFromSpki,
  publicKeyOf,
  startSm2Workers,
  stopSm2Workers,
  SUITE_NAMES,
  verifySignature,
} from '../../../src/hub/identity/suites/index.ts'
import { keySigner } from '../../../src/hub/identity/signer.ts'
import { LONG_MS } from '../../support/patience.ts'

const bytes = Buffer.from('a manifest of fresh lychees')
const spkiOf = (key: Parameters<typeof createPublicKey>[0]) =>
  createPublicKey(key).export({ format: 'der', type: 'spki' })

async function signed(alg: SuiteName): Promise<{ key: PublicKey; signature: Buffer }> {
  const { privateKey, spkiDer } = generateKeyPair(alg)
  return { key: publicKeyFromSpki(spkiDer), signature: await keySigner(privateKey).sign(bytes) }
}

describe.each(SUITE_NAMES)('%s', (alg) => {
  it('verifies its own signature, and not over other bytes, by another key or when a bit is changed', async () => {
    const { key, signature } = await signed(alg)
    expect(key.alg).toBe(alg)
    expect(await verifySignature(bytes, signature, key)).toBe(true)
    expect(await verifySignature(Buffer.from('another manifest'), signature, key)).toBe(false)
    expect(await verifySignature(bytes, signature, (await signed(alg)).key)).toBe(false)
    for (let at = 0; at < signature.length; at += 13) {
      const changed = Buffer.from(signature)
      changed[at]! ^= 0x10
      expect(await verifySignature(bytes, changed, key)).toBe(false)
    }
  })

  it('is false, not a fault, for signatures of any length and content', async () => {
    const { key, signature } = await signed(alg)
    for (const length of [0, 1, 32, 63, 64, 65, 72, 128, 256, 384, 512]) {
      expect(await verifySignature(bytes, Buffer.alloc(length), key)).toBe(false)
      expect(await verifySignature(bytes, Buffer.alloc(length, 0xff), key)).toBe(false)
      expect(await verifySignature(bytes, randomBytes(length), key)).toBe(false)
    }
    expect(await verifySignature(bytes, signature.subarray(1), key)).toBe(false)
  })
})

describe('a public key', () => {
  const refused = (spki: Buffer) =>
    expect(() => publicKeyFromSpki(spki)).toThrowError(expect.objectContaining({ code: 'CERTIFICATE_MALFORMED' }))

  it('is read once', () => {
    const { spkiDer } = generateKeyPair('ES256')
    expect(publicKeyFromSpki(Buffer.from(spkiDer))).toBe(publicKeyFromSpki(spkiDer))
  })

  it('is refused on another curve, if RSA is weak or has a small exponent, and for other algorithms', () => {
    refused(spkiOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey))
    refused(spkiOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey))
    refused(spkiOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey))
    refused(spkiOf(generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).privateKey))
    refused(spkiOf(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey))
    refused(spkiOf(generateKeyPairSync('x25519').privateKey))
    refused(spkiOf(generateKeyPairSync('ed448').privateKey))
  })

  it.each(SUITE_NAMES)('of %s is refused with a byte more or less, or off its curve', (alg) => {
    const { spkiDer } = generateKeyPair(alg)
    refused(Buffer.concat([spkiDer, Buffer.from([0])]))
    refused(spkiDer.subarray(0, -1))
    if (alg === 'ES256' || alg === 'SM2SM3') refused(Buffer.concat([spkiDer.subarray(0, -32), Buffer.alloc(32, 7)]))
  })

  it('is refused as a compressed point', () => {
    const { spkiDer } = generateKeyPair('ES256')
    const compressed = Buffer.concat([
      Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex'),
      Buffer.from([2 + (spkiDer.at(-1)! & 1)]),
      spkiDer.subarray(27, 59),
    ])
    expect(() => createPublicKey({ key: compressed, format: 'der', type: 'spki' })).not.toThrow()
    refused(compressed)
  })

  it('is refused if it is an Ed25519 point whose order divides 8', () => {
    const p = 2n ** 255n - 19n
    const mod = (n: bigint) => ((n % p) + p) % p
    const power = (base: bigint, exponent: bigint): bigint =>
      exponent === 0n ? 1n : mod(power(mod(base * base), exponent / 2n) * (exponent % 2n ? base : 1n))
    const d = mod(-121665n * power(121666n, p - 2n))
    // Points of order 8 have x^2 = -y^2 up to order 4 by doubling: y solves d y^4 + 2 y^2 - 1 = 0.
    const order8 = [...Array(2).keys()].map((sign) => {
      const squared = mod((-1n + (sign ? -1n : 1n) * root(mod(1n + d))) * power(d, p - 2n))
      return root(squared)
    })
    function root(square: bigint): bigint {
      const guess = power(square, (p + 3n) / 8n)
      const candidate = mod(guess * guess) === square ? guess : mod(guess * power(2n, (p - 1n) / 4n))
      return mod(candidate * candidate) === square ? candidate : 0n
    }
    const ys = [0n, 1n, p - 1n, p, p + 1n, ...order8.flatMap((y) => [y, mod(-y)])]
    for (const y of ys)
      for (const sign of [0, 0x80]) {
        const point = Buffer.from(Buffer.from(y.toString(16).padStart(64, '0'), 'hex').toReversed())
        point[31]! |= sign
        refused(Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), point]))
      }
    expect(ys.some((y) => y > 1n && y < p - 1n)).toBe(true)
  })
})

describe('SM2 keys', () => {
  it('sign by the standard even when they come as the runtime generates them', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'SM2' })
    const signer = keySigner(privateKey)
    expect(signer.alg).toBe('SM2SM3')
    const again = createPrivateKey({
      key: privateKey.export({ format: 'der', type: 'pkcs8' }),
      format: 'der',
      type: 'pkcs8',
    })
    expect(await verifySignature(bytes, await signer.sign(bytes), publicKeyOf(again))).toBe(true)
  })
})

describe('the SM2 workers', () => {
  it('answer each of many jobs of many keys with its own answer', async () => {
    startSm2Workers(2)
    const senders = await Promise.all(Array.from({ length: 12 }, () => signed('SM2SM3')))
    const jobs = Array.from({ length: 600 }, (_, n) => ({ ...senders[n % 12]!, good: n % 7 !== 0 }))
    const answers = await Promise.all(
      jobs.map(({ key, signature, good }) => verifySignature(good ? bytes : Buffer.from('x'), signature, key)),
    )
    expect(answers).toEqual(jobs.map(({ good }) => good))
  })

  it('leave the request thread free', async () => {
    const { key, signature } = await signed('SM2SM3')
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    await Promise.all(Array.from({ length: 400 }, () => verifySignature(bytes, signature, key)))
    clearInterval(timer)
    expect(turns).toBeGreaterThan(5)
  })

  it('reject what they owe when they are stopped, and start again with the next job', async () => {
    const { key, signature } = await signed('SM2SM3')
    const owed = Array.from({ length: 300 }, () => verifySignature(bytes, signature, key))
    const settled = Promise.allSettled(owed)
    await Promise.resolve()
    await stopSm2Workers()
    expect((await settled).some(({ status }) => status === 'rejected')).toBe(true)
    expect(await verifySignature(bytes, signature, key)).toBe(true)
  })

  it(
    'let a process end, but not before its jobs are done, from whatever folder it runs in',
    () => {
      const here = (path: string) => new URL(path, import.meta.url).href
      const program = `
      const { generateKeyPair } = await import('${here('../../../src/hub/identity/issue.ts')}')
      const { keySigner } = await import('${here('../../../src/hub/identity/signer.ts')}')
      const { verifySignature } = await import('${here('../../../src/hub/identity/suites/index.ts')}')
      const signer = keySigner(generateKeyPair('SM2SM3').privateKey)
      console.log(await verifySignature(Buffer.from('m'), await signer.sign(Buffer.from('m')), signer.publicKey))`
      const loader = import.meta.resolve?.('tsx') ?? here('../../../node_modules/tsx/dist/loader.mjs')
      const run = spawnSync(process.execPath, ['--import', loader, '--input-type=module', '--eval', program], {
        cwd: tmpdir(),
        timeout: LONG_MS / 2,
        encoding: 'utf8',
      })
      expect(run.stderr).toBe('')
      expect(run.stdout).toBe('true\n')
      expect(run.status).toBe(0)
    },
    LONG_MS,
  )
})
