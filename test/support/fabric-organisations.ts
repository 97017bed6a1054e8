// Organisations of a Fabric ledger for tests: CAs, members with their roles, and signatures as Fabric writes them, or not.
import { type KeyObject, randomBytes, sign } from 'node:crypto'
import { messages } from '../../src/crosschain/ledgers/fabric/messages.ts'
import { generateKeyPair, issueCertificate, type Issuer } from '../../src/hub/identity/issue.ts'

/** The time of block 0; a minute passes from block to block. */
export const START_MS = Date.UTC(2026, 0, 5, 8)
export const YEAR_MS = 365 * 86_400_000
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

export const bytesOf = (message: { serializeBinary(): Uint8Array }): Buffer => Buffer.from(message.serializeBinary())

export interface Member {
  mspId: string
  identity: Buffer
  certificatePem: Buffer
  privateKey: KeyObject
  serialHex: string
}
export type Role = 'client' | 'peer' | 'admin' | 'orderer'
export interface Organisation {
  mspId: string
  ca: Issuer
  rootPem: Buffer
  member(
    role?: Role,
    how?: { notBeforeMs?: number; notAfterMs?: number; issuer?: Issuer; ca?: boolean },
  ): Promise<Member>
}

export const pem = (der: Buffer, label = 'CERTIFICATE'): Buffer =>
  Buffer.from(
    `-----BEGIN ${label}-----\n${der
      .toString('base64')
      .match(/.{1,64}/g)!
      .join('\n')}\n-----END ${label}-----\n`,
  )

export async function authority(name: string, issuer?: Issuer): Promise<Issuer> {
  const keys = generateKeyPair('ES256')
  const certificateDer = await issueCertificate({
    subject: { C: 'XX', O: name, CN: `${name} CA ${randomBytes(3).toString('hex')}` },
    spkiDer: keys.spkiDer,
    ...(issuer ? { issuer } : { privateKey: keys.privateKey }),
    ca: {},
    notBeforeMs: START_MS - YEAR_MS,
    notAfterMs: START_MS + 10 * YEAR_MS,
  })
  return { certificateDer, privateKey: keys.privateKey }
}

/** An organisation with a CA of its own; members carry their role as organisational unit. */
export async function organisation(mspId: string): Promise<Organisation> {
  const ca = await authority(mspId)
  return {
    mspId,
    ca,
    rootPem: pem(ca.certificateDer),
    async member(
      role = 'peer',
      { notBeforeMs = START_MS - 1, notAfterMs = START_MS + YEAR_MS, issuer = ca, ca: isCa } = {},
    ) {
      const keys = generateKeyPair('ES256')
      const serialHex = `40${randomBytes(8).toString('hex')}`
      const der = await issueCertificate({
        subject: { C: 'XX', O: mspId, OU: role, CN: `${role}.${mspId}` },
        spkiDer: keys.spkiDer,
        issuer,
        notBeforeMs,
        notAfterMs,
        serialHex,
        ...(isCa ? { ca: {} } : { usage: 'sign' as const }),
      })
      const certificatePem = pem(der)
      return {
        mspId,
        identity: identityOf(mspId, certificatePem),
        certificatePem,
        privateKey: keys.privateKey,
        serialHex,
      }
    },
  }
}

export function identityOf(mspId: string, idBytes: Uint8Array): Buffer {
  const identity = new messages.SerializedIdentity()
  identity.setMspid(mspId)
  identity.setIdBytes(idBytes)
  return bytesOf(identity)
}

/** ECDSA with a low s, as Fabric writes it, or with a high one. */
export function signLow(message: Uint8Array, key: KeyObject, high = false): Buffer {
  const raw = sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' })
  const s = BigInt(`0x${raw.subarray(32).toString('hex')}`)
  const wanted = s > N / 2n === high ? s : N - s
  return derOf(raw.subarray(0, 32), Buffer.from(wanted.toString(16).padStart(64, '0'), 'hex'))
}

function derOf(...numbers: Buffer[]): Buffer {
  const integers = numbers.map((number) => {
    let first = 0
    while (number[first] === 0) first++
    const digits = number.subarray(first)
    const content = digits[0]! >= 0x80 ? Buffer.concat([Buffer.from([0]), digits]) : digits
    return Buffer.concat([Buffer.from([2, content.length]), content])
  })
  const content = Buffer.concat(integers)
  return Buffer.concat([Buffer.from([0x30, content.length]), content])
}
