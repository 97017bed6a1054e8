import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { generateKeyPair } from '../../../src/hub/identity/issue.ts'
import { commandSigner, fileSigner } from '../../../src/hub/identity/signer.ts'
import { publicKeyFromSpki, SUITE_NAMES, verifySignature } from '../../../src/hub/identity/suites/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'hub-signer-'))
afterAll(() => rmSync(folder, { recursive: true }))
const bytes = Buffer.from('a manifest of fresh lychees')

describe.each(SUITE_NAMES)('a key file in %s', (alg) => {
  it('signs, with a passphrase and without', async () => {
    const { privateKeyPem, spkiDer } = generateKeyPair(alg)
    for (const passphrase of [undefined, 'a long made-up passphrase']) {
      const file = join(folder, `${alg}-${passphrase === undefined ? 'plain' : 'locked'}.pem`)
      writeFileSync(file, privateKeyPem(passphrase), { mode: 0o600 })
      const signer = fileSigner(file, passphrase)
      expect(signer.alg).toBe(alg)
      expect(await verifySignature(bytes, await signer.sign(bytes), publicKeyFromSpki(spkiDer))).toBe(true)
      if (passphrase !== undefined) {
        expect(() => fileSigner(file)).toThrow()
        expect(() => fileSigner(file, 'another')).toThrow()
      }
    }
  })
})

describe('a signing command', () => {
  const { privateKeyPem, spkiDer } = generateKeyPair('ES256')
  const key = join(folder, 'command.pem')
  writeFileSync(key, privateKeyPem(), { mode: 0o600 })
  const node = (program: string) => [process.execPath, '--input-type=commonjs', '--eval', program]
  const signing = `
    const { createPrivateKey, sign } = require('node:crypto'), { readFileSync } = require('node:fs')
    const bytes = Buffer.from(readFileSync(0, 'utf8'), 'base64')
    console.log(sign('sha256', bytes, { key: createPrivateKey(readFileSync(${JSON.stringify(key)})), dsaEncoding: 'ieee-p1363' }).toString('base64url'))`

  it('is given the bytes and gives the signature', async () => {
    const signature = await commandSigner(node(signing), 'ES256').sign(bytes)
    expect(await verifySignature(bytes, signature, publicKeyFromSpki(spkiDer))).toBe(true)
  })

  it('fails with its exit code and what it complained of', async () => {
    await expect(
      commandSigner(node('console.error("the token is locked"); process.exit(3)'), 'ES256').sign(bytes),
    ).rejects.toThrow(/ended with 3: the token is locked/)
  })

  it('fails when it takes too long, cannot be run, is empty, or prints something else', async () => {
    await expect(commandSigner(node('setTimeout(() => {}, 60000)'), 'ES256', 300).sign(bytes)).rejects.toThrow(
      /SIGKILL/,
    )
    await expect(commandSigner([join(folder, 'absent')], 'ES256').sign(bytes)).rejects.toThrow(/cannot be run/)
    expect(() => commandSigner([], 'ES256')).toThrow(/empty/)
    await expect(commandSigner(node('console.log("==")'), 'ES256').sign(bytes)).rejects.toMatchObject({
      code: 'ENCODING_NOT_CANONICAL',
    })
    await expect(commandSigner(node('console.log("AAAA")'), 'ES256').sign(bytes)).rejects.toThrow(/3 bytes/)
  })
})
