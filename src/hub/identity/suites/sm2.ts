// SM2SM3: SM2 signatures with SM3 (GB/T 32918.2, .5) by node:crypto. Node knows nothing of the identity hash Z, so Z is fed to
// the digest before the message: e = SM3(Z || M). This relies on undocumented behaviour, hence the known-answer test at start.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  createSign,
  createVerify,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'
import type { PublicKey } from '../suite.ts'
import { isInRange, ORDER_SM2, toDerSignature, fromDerSignature } from './signature-form.ts'
import { sm2Pool } from './sm2-pool.ts'

/** The user id of GB/T 35276 unless a register entry names another. */
export const STANDARD_USER_ID = '1234567812345678'

/** SPKI header of an uncompressed SM2 point: id-ecPublicKey with curve 1.2.156.10197.1.301. */
const SPKI_PREFIX = Buffer.from('3059301306072a8648ce3d020106082a811ccf5501822d03420004', 'hex')
const SPKI_BYTES = SPKI_PREFIX.length + 64

/** a || b || Gx || Gy of the curve (GB/T 32918.5). */
const CURVE = Buffer.from(
  'fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93' +
    '32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0',
  'hex',
)

/** The identity hash Z of a public point and a user id (GB/T 32918.2 5.5). `point` is X||Y. */
export function identityHash(point: Uint8Array, userId: string = STANDARD_USER_ID): Buffer {
  const id = Buffer.from(userId)
  const bits = Buffer.alloc(2)
  bits.writeUInt16BE(id.length * 8)
  return createHash('sm3').update(bits).update(id).update(CURVE).update(point).digest()
}

/** The key, or undefined if the SPKI is not an SM2 key. Throws if the point is not on the curve. */
export function sm2Key(spkiDer: Buffer, userId: string = STANDARD_USER_ID): PublicKey | undefined {
  if (spkiDer.length !== SPKI_BYTES || !spkiDer.subarray(0, SPKI_PREFIX.length).equals(SPKI_PREFIX)) return undefined
  const key = createPublicKey({ key: spkiDer, format: 'der', type: 'spki' })
  // A key of type 'ec' on this curve would do plain ECDSA.
  if ((key.asymmetricKeyType as string | undefined) === 'ec')
    throw new Error('this runtime takes the SM2 key for an ECDSA key')
  return { alg: 'SM2SM3', key, spkiDer, z: identityHash(spkiDer.subarray(SPKI_PREFIX.length), userId) }
}

/** Verifies r||s in the worker pool. */
export function verifySm2(bytes: Uint8Array, signature: Uint8Array, key: PublicKey): Promise<boolean> {
  if (!isInRange(signature, ORDER_SM2)) return Promise.resolve(false)
  return sm2Pool.verify(bytes, toDerSignature(signature), key.key, key.z!)
}

/** Signs in the worker pool; gives r||s. */
export async function signSm2(bytes: Uint8Array, privateKey: KeyObject, z: Buffer): Promise<Buffer> {
  const signature = fromDerSignature(await sm2Pool.sign(bytes, privateKey, z))
  if (signature === undefined) throw new Error('the SM2 signature made here is not two numbers in DER')
  return signature
}

/** A fresh key, read in again: as generated it would do plain ECDSA on the SM2 curve. */
export function generateSm2(): KeyObject {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'SM2' })
  return createPrivateKey({ key: privateKey.export({ format: 'der', type: 'pkcs8' }), format: 'der', type: 'pkcs8' })
}

/** Vector over the recommended curve with the standard user id: M = "message digest". */
const KNOWN = {
  spki: Buffer.concat([
    SPKI_PREFIX,
    Buffer.from(
      '09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
      'hex',
    ),
  ]),
  z: 'b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3',
  message: Buffer.from('message digest'),
  signature: Buffer.from(
    'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa',
    'hex',
  ),
}

/** Throws if this runtime's SM2 is not the standard one; the hub must then not serve. */
export function sm2KnownAnswerTest(): void {
  const failed = (what: string): never => {
    throw new Error(
      `SM2 of this Node build is not the standard one (${what}); run the hub on an official Node 20, 22 or 24 build`,
    )
  }
  const key = sm2Key(KNOWN.spki)
  if (key?.z?.toString('hex') !== KNOWN.z) failed('identity hash')
  const check = (message: Uint8Array, der: Uint8Array, by: PublicKey) =>
    createVerify('sm3').update(by.z!).update(message).verify(by.key, der)
  if (!check(KNOWN.message, toDerSignature(KNOWN.signature), key!)) failed('the published signature does not verify')
  if (check(Buffer.from('message digesT'), toDerSignature(KNOWN.signature), key!)) failed('an altered message verifies')
  const fresh = generateSm2()
  const freshKey = sm2Key(createPublicKey(fresh).export({ format: 'der', type: 'spki' }))!
  const der = createSign('sm3').update(freshKey.z!).update(KNOWN.message).sign(fresh)
  if (!check(KNOWN.message, der, freshKey)) failed('its own signature does not verify')
}
