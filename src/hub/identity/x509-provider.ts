// What @peculiar/x509 needs in order to issue in every suite, SM2 included: keys it can carry and a crypto that signs with ours.
// Algorithms go by their object identifiers, which the library writes as they are, so nothing has to be registered with it.
import 'reflect-metadata'
import { createHash, type KeyObject, randomFillSync, type webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { publicKeyOf } from './suites/index.ts'
import { signatureIdentifier, signX509 } from './x509-signature.ts'

/** AlgorithmIdentifier parameters: RSA signatures carry a NULL (RFC 4055 5), the others none. */
const NULL_DER = Uint8Array.from([5, 0]).buffer

interface CarriedKey {
  type: 'public' | 'private'
  extractable: true
  usages: string[]
  algorithm: { name: string; parameters?: ArrayBuffer }
}

const keys = new WeakMap<object, { privateKey: KeyObject; spkiDer: Buffer }>()

/** A private key in the form the library hands around; only this file knows what is behind it. */
export function issuingKey(privateKey: KeyObject): webcrypto.CryptoKey {
  const { alg, spkiDer } = publicKeyOf(privateKey)
  const algorithm = { name: signatureIdentifier(alg), ...(alg === 'PS256' && { parameters: NULL_DER }) }
  const carried: CarriedKey = { type: 'private', extractable: true, usages: ['sign'], algorithm }
  keys.set(carried, { privateKey, spkiDer })
  return carried as unknown as webcrypto.CryptoKey
}

const own = (key: object) => {
  const held = keys.get(key)
  if (held === undefined) throw new Error('a key that was not made by issuingKey')
  return held
}

const toArrayBuffer = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer

const subtle = {
  sign: async (_algorithm: unknown, key: object, data: ArrayBuffer) =>
    toArrayBuffer(await signX509(new Uint8Array(data), own(key).privateKey)),
  exportKey: async (_format: string, key: object) => toArrayBuffer(own(key).spkiDer),
  digest: async (name: string, data: ArrayBuffer) =>
    toArrayBuffer(createHash(name.replace('-', '')).update(new Uint8Array(data)).digest()),
}

/** Passed to the library's generators in place of WebCrypto, which has no SM2. */
export const issuingCrypto = {
  subtle,
  getRandomValues: (bytes: Uint8Array) => randomFillSync(bytes),
} as unknown as webcrypto.Crypto

export { x509 }
